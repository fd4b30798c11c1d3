"""Classes of code that are written as one look the same."""

from __future__ import annotations

import re
from pathlib import Path

import material
import pytest
from support import ROOT
from writing.html import code_classes

RULE = re.compile(r"((?:\.highlight \.\w+,?)+)\{color:var\((--md-code-hl-[a-z]+-color)\)\}")
THEME = next(Path(material.__file__).parent.glob("templates/assets/stylesheets/main.*.css")).read_text("utf-8")
OURS = (ROOT / "docs/assets/site.css").read_text(encoding="utf-8")
COLOURS = {
    name: re.search(rf"{variable}: (.*?);", OURS)[1]
    for names, variable in RULE.findall(THEME)
    for name in re.findall(r"\.highlight \.(\w+)", names)
}
PLAIN = "var(--md-code-fg-color)"


@pytest.mark.parametrize(("name", "others"), code_classes.SAME.items())
def test_classes_written_as_one_have_one_colour(name, others):
    same = COLOURS[name] if name else PLAIN
    assert {other: COLOURS.get(other, PLAIN) for other in others.split()} == dict.fromkeys(others.split(), same)


def test_code_that_looks_as_the_text_around_it_has_no_tags(small):
    page = (small / "posts/coin-toss/index.html").read_text(encoding="utf-8")
    classes = set(re.findall(r'<span class="(\w*)">', page))
    assert {"k", "s", "p", "c"} <= classes
    assert not classes & set(" ".join(code_classes.SAME.values()).split())
