"""The head of the front page comes from mkdocs.yml."""

from __future__ import annotations

import html5lib
from support import LISTING
from writing.posts.front_page import heading


def test_the_head_has_a_line_above_the_title_and_a_lead_below_it():
    assert (
        heading("// A & B", "C.", "D <e>")
        == '<p class="eyebrow">// A &amp; B</p>\n\n# C.\n\n<p class="lead">D &lt;e&gt;</p>\n'
    )


def test_the_front_page_begins_with_it_and_no_other_page_has_it(small):
    pages = {p: p.read_text(encoding="utf-8") for p in small.rglob("*.html")}
    assert [p for p, html in pages.items() if LISTING["description"] in html.split("<body")[1]] == [
        small / "index.html"
    ]
    tree = html5lib.parse(pages[small / "index.html"], namespaceHTMLElements=False)
    assert ["".join(h1.itertext()).strip("¶") for h1 in tree.iter("h1")] == [LISTING["tagline"]]


def test_what_the_author_writes_on_the_front_page_follows_the_head(repository):
    from support import built

    index = repository / "docs/index.md"
    index.write_text(index.read_text(encoding="utf-8") + "\nMoved house.\n", encoding="utf-8")
    html = (built(repository, repository / "site") / "index.html").read_text(encoding="utf-8")
    assert html.index('class="lead"') < html.index("<p>Moved house.</p>") < html.index('"listing__post')
