"""Counts, for clones of public repositories, which notes are still true and which checks would let them through.

Not part of a run: it needs the clones. `python -m labs.coding_agent_memory.collect FOLDER` takes a folder of git
repositories named OWNER+NAME and writes repositories.csv, notes.csv and life.csv into data. Nothing of their text
is kept: only counts, by repository, age, kind of fact and outcome (the bits of `BITS`), and one note's history.
"""

from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from labs.coding_agent_memory.clone import Repository
from labs.coding_agent_memory.facts import KINDS, Fact, Module

AGES = (7, 28, 90, 180, 365)  # days between the note and its use
LEAST_COMMITS, LEAST_FILES = 200, 40  # in the last 365 days; Python files at each age
MOST_FILES = 250  # of a repository at each age, by the hash of their path
TOP = re.compile(r"(?:async def|def|class) (\w+)|(\w+) *(?::[^=]*)?=(?!=)")  # a name defined at the left margin
BITS = (
    "true",  # the same symbol of the same file has the same value
    "moved",  # not so, but the symbol, defined in one file then, stands with that value in another now
    "path",  # the file exists
    "symbol",  # and defines the symbol
    "number",  # the quoted line has the same number
    "hash",  # the file is the same, byte for byte
    "log",  # `git log` has no commit that touched the path
    "body",  # the symbol's lines are the same
    "quote",  # the quoted line is in the file
    "quotes",  # and so are the further lines of a note that quotes them all
    "block",  # and they follow each other as they did, if they did
    "inside",  # the quoted line is among the symbol's lines
    "anywhere",  # the quoted line is in some Python file
    "count",  # the quoted line stands in the file as often as before
    "unique",  # it stood there once when the note was made
    "once",  # the quoted lines, as the command reads them, stand in the file exactly once
    "sole",  # they stood there exactly once when the note was made
    "words",  # each part of the symbol's name is a word of the file
    "home",  # some Python file has the block and defines the symbol
)
LEFT_OUT = re.compile(
    r"(^|/)(tests?|testing|docs?|docs_src|examples?|cookbook|benchmarks?|bench|samples?|templates?|_?vendor(ed)?"
    r"|third_party|migrations|alembic|evals?|scripts?|notebooks?|generated|fixtures?)(/|$)"
    r"|(^|/)(test_[^/]*|[^/]*_test|conftest|[^/]*_pb2(_grpc)?)\.py$"
)


class Now(NamedTuple):
    """The newest commit: path to blob, each line of its Python files with their blobs, files by top-level name."""

    tree: dict[str, str]
    lines: dict[str, list[str]]
    homes: dict[str, list[str]]


def homes(repository: Repository, tree: dict[str, str]) -> dict[str, list[str]]:
    """The files that define each name at their left margin."""
    found: dict[str, list[str]] = {}
    for path, blob in tree.items():
        if not LEFT_OUT.search(path):
            for name in {m[1] or m[2] for line in repository.texts[blob].splitlines() if (m := TOP.match(line))}:
                found.setdefault(name, []).append(path)
    return found


def now(repository: Repository) -> Now:
    """Read the newest commit of a repository."""
    tree = repository.tree(repository.head)
    repository.read(set(tree.values()))
    lines: dict[str, list[str]] = {}
    for blob in dict.fromkeys(tree.values()):
        for line in {line.strip() for line in repository.texts[blob].splitlines()}:
            lines.setdefault(line, []).append(blob)
    return Now(tree, lines, homes(repository, tree))


def outcome(fact: Fact, was: Module, later: Module | None, same: bool, current: Now, elsewhere: bool) -> set[str]:
    """Names of the bits that are set for one note, but for `path`, `log` and `home`, which need the repository."""
    quote = fact.quotes[0]
    bits = {"unique"} if was.counts[quote] == 1 else set()
    bits |= {"anywhere"} if quote in current.lines else set()
    bits |= {"moved"} if elsewhere else set()
    bits |= {"sole"} if was.has_once(fact) else set()
    if later is None:
        return bits
    definitions = later.definitions.get(fact.symbol, [])
    tests = {
        "true": any(one.says(fact.kind, fact.detail, fact.value) for one in definitions),
        "symbol": bool(definitions),
        "number": later.lines[fact.line - 1 : fact.line] == [quote],
        "hash": same,
        "body": any(one.body == fact.body for one in definitions),
        "quote": later.counts[quote] > 0,
        "quotes": all(later.counts[one] > 0 for one in fact.quotes),
        "block": later.has(fact),
        "inside": any(quote in one.body.split("\n") for one in definitions),
        "count": later.counts[quote] == was.counts[quote],
        "once": later.has_once(fact),
        "words": later.words.issuperset(fact.symbol.split(".")),
    }
    return bits | {name for name, holds in tests.items() if holds}


def home(repository: Repository, fact: Fact, current: Now) -> bool:
    """Whether some Python file of the newest commit has the quoted lines and defines the symbol."""
    for blob in current.lines.get(fact.quotes[0], ()):
        if all(part in repository.texts[blob] for part in fact.symbol.split(".")):
            module = repository.module(blob)
            if module and fact.symbol in module.definitions and module.has(fact):
                return True
    return False


def notes(repository: Repository, base: str, current: Now) -> Iterator[tuple[str, Fact, set[str]]]:
    """Path, fact and outcome of every note that could have been made in the chosen files at the commit `base`."""
    tree = {path: blob for path, blob in repository.tree(base).items() if not LEFT_OUT.search(path)}
    repository.read(set(tree.values()))
    touched = set(
        repository.git("log", "--no-renames", "--format=", "--name-only", f"{base}..{repository.head}").splitlines()
    )
    homes_then = homes(repository, tree)
    for path in sorted(tree, key=lambda one: hashlib.sha256(one.encode()).digest())[:MOST_FILES]:
        was = repository.module(tree[path])
        blob = current.tree.get(path)
        later = repository.module(blob) if blob else None
        if not was or (blob and not later):
            continue  # not Python that can be parsed, then or now: no truth to compare with
        fixed = ({"path"} if blob else set()) | ({"log"} if path not in touched else set())
        for fact in was.facts():
            name = fact.symbol.partition(".")[0]
            gone = len(homes_then.get(name, ())) == 1 and not (later and fact.symbol in later.definitions)
            others = [repository.module(current.tree[home]) for home in current.homes.get(name, [])[:5]] if gone else []
            elsewhere = any(
                one.says(fact.kind, fact.detail, fact.value)
                for other in others
                if other
                for one in other.definitions.get(fact.symbol, [])
            )
            bits = fixed | outcome(fact, was, later, blob == tree[path], current, elsewhere)
            bits |= {"home"} if {"block", "symbol"} <= bits or home(repository, fact, current) else set()
            yield path, fact, bits


def life(repository: Repository, path: str, fact: Fact, base: str) -> list[dict[str, str | int]]:
    """One note when it was made and at each change of its file, up to the first at which it is wrong."""
    log = repository.git(
        "log", "--first-parent", "--reverse", "--format=%H %cs", f"{base}..{repository.head}", "--", path
    )
    rows: list[dict[str, str | int]] = []
    made = repository.git("log", "-1", "--format=%H %cs", base)
    for commit, date in (line.split() for line in [made.strip(), *log.splitlines()]):
        blob = repository.git("rev-parse", f"{commit}:{path}").strip()
        repository.read({blob})
        later = repository.module(blob)
        definitions = later.definitions.get(fact.symbol, []) if later else []
        holds = any(one.says(fact.kind, fact.detail, fact.value) for one in definitions)
        name = repository.folder.parent.name.replace("+", "/", 1)
        row = {"url": f"https://github.com/{name}/commit/{commit}", "date": date, "true": int(holds)}
        row |= {"quote": int(bool(later and later.counts[fact.quotes[0]])), "symbol": int(bool(definitions))}
        row["line"] = later.lines.index(fact.quotes[0]) + 1 if row["quote"] else 0
        row |= {"name": fact.symbol, "noted": " ".join(fact.value), "path": path}
        rows.append({**row, "now": " ".join(definitions[0].parameters) if definitions else ""})
        if not holds:
            break
    return rows


def longest(repository: Repository, base: str, wrong: list[tuple[str, Fact]]) -> list[dict[str, str | int]]:
    """Of notes that went wrong while file and symbol stayed, the one that stayed true through most changes."""
    path_log = repository.git(
        "log", "--first-parent", "--no-renames", "--format=", "--name-only", f"{base}..{repository.head}"
    )
    touched = Counter(path_log.splitlines())
    best: list[dict[str, str | int]] = []
    for path, fact in sorted(wrong, key=lambda one: (-touched[one[0]], one[0], one[1].symbol))[:60]:
        if touched[path] > len(best):
            rows = life(repository, path, fact, base)
            best = rows if rows and not rows[-1]["true"] and len(rows) > len(best) else best
    return best


def count(folder: Path) -> tuple[dict[str, str | int], Counter[tuple[int, str, int]], list] | None:
    """A repository's row, its notes by age, kind and bits, and one note's life; None if too small, young or quiet."""
    repository = Repository(folder)
    bases = {age: repository.before(age) for age in AGES}
    row: dict[str, str | int] = {"repository": folder.parent.name.replace("+", "/", 1)}
    row |= {"commit": repository.head, "date": repository.date, "commits_365d": repository.commits()}
    if not all(bases.values()) or int(row["commits_365d"]) < LEAST_COMMITS:
        return None
    sizes = {a: sum(not LEFT_OUT.search(path) for path in repository.tree(base)) for a, base in bases.items()}
    if min(sizes.values()) < LEAST_FILES:
        return None
    current = now(repository)
    found: Counter[tuple[int, str, int]] = Counter()
    wrong: list[tuple[str, Fact]] = []
    for age, base in bases.items():
        row |= {f"commit_{age}": base, f"files_{age}": sizes[age]}
        for path, fact, bits in notes(repository, base, current):
            if age == AGES[-1] and fact.kind == KINDS[0] and {"symbol", "unique"} <= bits and "true" not in bits:
                wrong.append((path, fact))
            found[age, fact.kind, sum(1 << BITS.index(name) for name in bits)] += 1
    row["url"] = f"https://github.com/{row['repository']}/tree/{repository.head}"
    print(row["repository"], sum(found.values()), flush=True)
    return row, found, longest(repository, bases[AGES[-1]], wrong)


def whole(folder: Path) -> tuple[dict[str, str | int], Counter[tuple[int, str, int]], list] | None:
    """`count`, or None and a line for a clone that lacks some of its history."""
    try:
        return count(folder)
    except subprocess.CalledProcessError as error:
        print(folder.parent.name, error, flush=True)
        return None


def main(clones: Path) -> None:
    """Count every repository of a folder and write the three tables."""
    data = Path(__file__).with_name("data")
    folders = sorted(path for path in clones.glob("*/repo") if path.is_dir())
    with ProcessPoolExecutor(2) as pool:
        counted = [one for one in pool.map(whole, folders) if one]
    data.mkdir(exist_ok=True)
    with (data / "repositories.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(counted[0][0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row, _, _ in counted)
    with (data / "notes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["repository", "age", "kind", "outcome", "notes"])
        for number, (_, found, _) in enumerate(counted):
            writer.writerows(
                [number, age, KINDS.index(kind), bits, found[age, kind, bits]] for age, kind, bits in sorted(found)
            )
    lives = max((one for _, _, one in counted), key=len)
    with (data / "life.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lives[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lives)
    print(f"{len(counted)} of {len(folders)} repositories kept")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
