"""What a page includes has the line of the inclusion, wherever else its name stands."""

from __future__ import annotations

import pytest
from pymdownx.snippets import SnippetMissingError
from writing.converting import included

SECTION = "Snippet section 'hit' could not be located"
FILE = "Snippet at path 'labs/hit.py' could not be found"


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        ('hits\n\na hit, :hits\n```\n--8<-- "labs/hit/a.py:hits"\n--8<-- "labs/hit/a.py:hit"\n```\n', SECTION, 6),
        ("the word hit\n--8<-- 'labs/a.py:hit' \n", SECTION, 2),
        ("labs/hit.py\n--8<-- 'labs/hit.pyx'\n--8<-- 'labs/hit.py'\n", FILE, 3),
        ("in labs/hit.py:hit\n\n--8<--\nlabs/other.py\nlabs/hit.py:hit\n--8<--\n", FILE, 5),
        ("in labs/hit.py:hit\n\n--8<--\nlabs/other.py\nlabs/hit.py:hit\n--8<--\n", SECTION, 5),
        ("the hits\n--8<-- 'labs/a.py'\n", SECTION, 1),
    ],
)
def test_an_inclusion_of_nothing_has_the_line_that_includes_it(text, error, line):
    assert included(SnippetMissingError(error), "posts/a.md", text).startswith(f"posts/a.md:{line}: Snippet")
