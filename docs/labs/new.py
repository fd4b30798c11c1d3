"""Starts a post: `python -m labs.new SLUG [--lab]` writes its Markdown and, with --lab, its lab's skeleton."""

from __future__ import annotations

import argparse
import datetime
import keyword
import re
import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent

POST = """---
title: "{title}"
description: "One or two sentences: what was asked and what was found."
date: {date}
slug: {slug}
categories: [Agent design]
tags: [agents]
draft: true
{lab}---

The question, the answer, and the one number that carries it.

## A heading is a claim

## What this does not show

## Run it yourself
"""

LAB = '''"""What this lab measures, in one line."""

from __future__ import annotations

import numpy as np

from labs.record import Results


def run(seed: int, chance: float = 0.5) -> Results:
    """Run the experiment with a seed and return what it found; a test turns `chance` to see the claim fail."""
    random = np.random.default_rng(seed)
    heads = int((random.random(100) < chance).sum())
    results = Results()
    results.add("heads", heads, "heads in 100 tosses of a fair coin")
    results.claim("both_sides", 0 < heads < 100, "a fair coin shows both sides within a hundred tosses")
    return results
'''

TEST = """from labs.{lab} import run


def test_there_are_no_more_heads_than_tosses():
    assert 0 <= run(0).values["heads"].value <= 100


def test_the_claim_fails_where_the_coin_has_one_side():
    assert run(0, chance=1).claims["both_sides"].holds == (False,)  # one answer for each seed
"""


def text(word: str) -> str:
    """A slug as YAML reads it as a text: what may be a number, a date, yes, no or nothing gets quotes."""
    return f'"{word}"' if re.match(r"\d|(?:true|false|yes|no|on|off|null)$", word) else word


def files(slug: str, lab: bool, now: datetime.datetime) -> dict[Path, str]:
    """Path below docs/ and text of each file to write. Raises ValueError for a slug that no post can have."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise ValueError(f"slug {slug!r} is not kebab-case; write words like-this")
    if slug in ("index", "site"):  # as headers are checked: hooks/writing/posts/schema.py
        raise ValueError(f"slug {slug!r} is an address of the site's own; choose another")
    if len(slug) > 100:
        raise ValueError(f"slug has {len(slug)} characters; at most 100 fit")
    name = slug.replace("-", "_")
    if lab and (not name.isidentifier() or keyword.iskeyword(name) or (DOCS / "labs" / f"{name}.py").exists()):
        raise ValueError(f"slug {slug!r} cannot name a lab: Python takes {name!r} for something else; choose another")
    date = now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    header = {"slug": text(slug), "title": slug.replace("-", " ").capitalize(), "date": date}
    made = {Path("posts", f"{slug}.md"): POST.format(**header, lab=f"lab: {text(name)}\n" if lab else "")}
    if lab:
        made[Path("labs", name, "__init__.py")] = LAB
        made[Path("..", "tests", "labs", f"test_{name}.py")] = TEST.format(lab=name)
    return made


def main(argv: list[str] | None = None, docs: Path = DOCS) -> int:
    """Write the files; 2 and a line of explanation if one is there already or cannot be written."""
    parser = argparse.ArgumentParser("make new", description=__doc__)
    parser.add_argument("slug", help="the post's address: memory-serialization")
    parser.add_argument("--lab", action="store_true", help="the skeleton of a lab and of its test, too")
    arguments = parser.parse_args(argv)
    try:
        made = files(arguments.slug, arguments.lab, datetime.datetime.now(datetime.UTC))
        if there := [path for path in made if (docs / path).exists()]:
            raise ValueError(f"{(docs / there[0]).resolve()} is there already; choose another slug")
        for path, content in made.items():
            (docs / path).parent.mkdir(parents=True, exist_ok=True)
            (docs / path).write_text(content, encoding="utf-8", newline="\n")
            print(f"wrote {(docs / path).resolve().relative_to(docs.resolve().parent)}")
    except (OSError, ValueError) as error:
        print(f"make new: {error}", file=sys.stderr)
        return 2
    if arguments.lab:
        print(f"now: make lab NAME={arguments.slug} RECORD=1 && make serve")
    return 0


if __name__ == "__main__":
    sys.exit(main())
