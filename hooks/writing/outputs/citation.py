"""Writes how to cite a post as BibTeX, each value escaped by its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

TEX = {c: f"\\{c}" for c in "&%$#_"} | {
    "{": r"\textbraceleft{}",  # BibTeX counts braces, with a backslash before them or not
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
ESCAPED = str.maketrans(TEX)


def tex(text: str) -> str:
    """A text as TeX shows it as written, on one line."""
    return " ".join(str(text).split()).translate(ESCAPED)


def bibtex(page: Page, config: MkDocsConfig) -> str:
    """The entry of a post, a field a line; braces keep the title's capitals."""
    date, names = page.config.date.created, [author.name for author in page.authors]
    where = " — ".join(tex(part) for part in (config.site_name, config.extra.get("tagline")) if part)
    fields = {
        "title": f"{{{tex(page.title)}}}",
        "author": " and ".join(f"{{{tex(name)}}}" if " and " in name else tex(name) for name in names),
        "year": str(date.year),
        "month": str(date.month),
        "howpublished": where,
        "url": page.canonical_url,
    }
    lines = [f"  {name:12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{page.config.slug},", *lines]).rstrip(",") + "\n}"
