"""What a generator put around the content of a page: kept, but for what this site says or forbids itself."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from writing.build import PluginError
from writing.html.policy import meta

CONTENT = (".md-content", "main article", "main", "article")  # the first that a page has
REPLACED = (
    "head title, head meta[name=generator], head link[rel=stylesheet], head link[rel=canonical], "
    "head meta[name=description], head meta[property], head link[rel=alternate], head link[rel=prev], "
    "head link[rel=next]"
)
ADDRESS = re.compile(r"""(["'])(?:\.{0,2}/|\.{1,2})[^"']*\1""")  # what differs from page to page in a script
RUN = ("", "module", "text/javascript")


def tree_of(html: str, name: str) -> LexborHTMLParser:
    """A page as a browser reads it. Raises PluginError if it is none, or has been finished before."""
    tree = LexborHTMLParser(html)
    if tree.head is None or tree.css_first("head meta[charset]") is None:
        raise PluginError(f"{name}:1: has no <meta charset> in its head, below which the policy must stand")
    if tree.css_first("meta[http-equiv=Content-Security-Policy]") is not None:
        raise PluginError(f"{name}:1: is finished already; have the generator build the site anew")
    return tree


def content_of(tree: LexborHTMLParser, name: str) -> LexborNode:
    """The element that holds what an author wrote. Raises PluginError if there is none."""
    found = next((node for query in CONTENT if (node := tree.css_first(query)) is not None), None)
    if found is None:
        raise PluginError(f"{name}:1: has none of {', '.join(CONTENT)}, so where its content stands is not known")
    return found


def written(content: LexborNode) -> str:
    """The HTML that an author's Markdown became: without the title and what the generator adds around it."""
    article = content.css_first("article") or content
    for node in article.css("h1, nav.md-tags, a#__skip, a[rel=edit], .md-source-file, form.md-feedback"):
        node.decompose()
    return (article.inner_html or "").strip()


def scripts(tree: LexborHTMLParser) -> list[str]:
    """The inline scripts of a page, in order; data is none."""
    nodes = tree.css("script:not([src])")
    return [node.text(deep=True) for node in nodes if (node.attributes.get("type") or "") in RUN]


def shape(script: str) -> str:
    """A script without its addresses, by which the same one is known on another page."""
    return ADDRESS.sub('""', script)


def framed(tree: LexborHTMLParser, name: str, shapes: frozenset[str], head: str, content: str, foot: str) -> str:
    """The page with this head, content and foot, and a policy for the generator's own scripts, those of `shapes`.

    Raises PluginError naming the page if another stands around the content.
    """
    holder = tree.create_node("x-content")
    content_of(tree, name).replace_with(holder)
    own = scripts(tree)
    if odd := [script for script in own if shape(script) not in shapes]:
        raise PluginError(
            f"{name}:1: has a script around its content that 404.html has not: {odd[0].strip()[:40]!r}..."
        )
    for node in tree.css(REPLACED):
        node.decompose()
    for node in tree.css("nav data"):
        node.unwrap()
    for node in tree.css("[data-md-component=source]"):  # by which the theme's script finds whom to ask for stars
        del node.attrs["data-md-component"]
    for link in tree.css("a.md-skip"):
        link.attrs["href"] = "#__start"
        if 'id="__start"' not in content:
            link.decompose()
    for link in tree.css('a[href$="index.md"]'):  # of a page that the generator does not make
        link.attrs["href"] = (link.attributes["href"] or "").removesuffix("index.md") or "./"
    tree.css_first("head meta[charset]").insert_after(tree.create_node("x-policy"), move=True)
    tree.head.insert_child(tree.create_node("x-head"), move=True)
    end = tree.css_first("footer.md-footer")
    foot_holder = tree.create_node("x-foot")
    _ = tree.body.insert_child(foot_holder, move=True) if end is None else end.replace_with(foot_holder)
    html = tree.html or ""
    for place, text in (("policy", meta(own)), ("head", head), ("content", content), ("foot", foot)):
        empty = f"<x-{place}></x-{place}>"
        if html.count(empty) != 1:
            raise PluginError(f"{name}:1: {html.count(empty)} places for its {place}, where there must be 1")
        html = html.replace(empty, text)
    return html
