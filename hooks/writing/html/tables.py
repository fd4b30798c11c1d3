"""Lets tables and code scroll in boxes of their own, by keyboard too, as the theme's script would do later."""

from __future__ import annotations

BOX = '<div class="md-typeset__scrollwrap" tabindex="0"><div class="md-typeset__table">'


def boxed(html: str) -> str:
    """Each table without a class, which is one from Markdown, in the theme's two boxes; code that takes the focus."""
    html = html.replace("<pre><span></span><code>", '<pre><span></span><code tabindex="0">')
    parts = html.split("<table>")
    return parts[0] + "".join(
        f"{BOX}<table>" + part.replace("</table>", "</table></div></div>", 1) for part in parts[1:]
    )
