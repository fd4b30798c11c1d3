"""The commands a reader uses to test a model: emit, grade, solve, collect.

lab lambda-calculus-benchmark emit --n 50 --stratum capture --out items.jsonl
lab lambda-calculus-benchmark grade answers.jsonl --key items-key.jsonl
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .bank import BANDS, STRATA, Item, Stream, sample
from .history import DATA, collect
from .measure import wilson
from .notation import parse, show
from .solvers import answer, inner, prime, reduce
from .terms import NODES, flat, key, named, nameless, nodes, normalise

PROMPT = """Reduce this lambda term to its beta normal form.

{term}

Rules. λx.M is a function and reaches as far to the right as it can; M N is application and groups to the left.
Replace (λx.M) N by M with N for x, anywhere in the term, also under a λ, until no such place is left.
{hint}Do not use eta. Names of bound variables do not matter; separate names by spaces.

Answer with one line that holds only the final term."""
SOLVERS: dict[str, dict[str, Any]] = {
    "right": {"fresh": prime},
    "capture-blind": {},
    "capture-blind-inner": {"order": inner},
    "shadow-blind": {"fresh": prime, "shadows": False},
}
HINT = """An inner λx hides an outer one. Where a variable of N would fall under a λ of M with the same name, \
rename that λ first.
"""
LONGEST = 20_000  # characters of an answer that are read, from its end
VERDICTS = {
    "right": "right",
    "unfinished": "equal to the key, but steps are left",
    "capture": "what a solver that never renames answers",
    "shadow": "what a solver that ignores shadowing answers",
    "free": "has a variable that nothing binds",
    "other": "wrong in another way",
    "unreadable": "not a lambda term",
    "missing": "no answer",
}


def read_lines(path: Path, needs: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file:line, object) for each line of a JSONL file. Raises ValueError with file and line for what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror.lower()}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 (byte {error.start})") from None
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{where}: not JSON ({error.msg}, column {error.colno})") from None
        if not isinstance(row, dict):
            raise ValueError(f'{where}: a line must be an object such as {{"id": "...", "answer": "λx.x"}}')
        for name in needs:
            if not isinstance(row.get(name), str):
                raise ValueError(f'{where}: "{name}" is missing or no text')
        if row["id"] in seen:
            raise ValueError(f"{where}: id {row['id']} was on line {seen[row['id']]} already")
        seen[row["id"]] = number
        yield where, row
    if not seen:
        raise ValueError(f"{path}: there is nothing in it")


def write_lines(path: Path, rows: list[dict[str, Any]], force: bool) -> None:
    """Write a JSONL file. Raises ValueError if it exists and is not to be replaced, or cannot be written."""
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except FileExistsError:
        raise ValueError(f"{path}: there already; choose another name or add --force") from None
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror.lower()}") from None


def key_row(name: str, item: Item) -> dict[str, Any]:
    """The line of the key file for one item: the truth, and what the known-wrong solvers answer."""
    shadow = answer(item.term, **SOLVERS["shadow-blind"])
    wrong = {"capture": [a for a in item.blind if a != item.truth], "shadow": [shadow]}
    return {
        "id": name, "term": show(item.term), "normal_form": show(named(normalise(item.nameless)[0])),
        "key": item.truth, "steps": item.steps, "band": item.band, "stratum": item.stratum, "wrong": wrong,
    }  # fmt: skip


def emit(options: argparse.Namespace) -> int:
    """Write fresh items to one file and their key to another."""
    if options.n < 1:
        raise ValueError(f"--n {options.n}: ask for one item or more")
    seed = options.seed or secrets.token_hex(8)
    target = options.key or options.out.with_name(f"{options.out.stem}-key.jsonl")
    if target.resolve() == options.out.resolve():
        raise ValueError(f"{target}: the key must be another file than the items")
    for path in (options.out, target):
        if path.exists() and not options.force:
            raise ValueError(f"{path}: there already; choose another name or add --force")
    short = (item for item in Stream(random.Random(f"emit/{seed}")) if item.truth.count(" ") < options.longest)
    items = sample(short, options.stratum, options.n)
    names = [f"{options.stratum}-{i:04}" for i in range(1, len(items) + 1)]
    hint = "" if options.bare else HINT
    asked = [
        {"id": n, "prompt": PROMPT.format(term=show(i.term), hint=hint), "term": show(i.term)}
        for n, i in zip(names, items, strict=True)
    ]
    write_lines(options.out, asked, options.force)
    write_lines(target, [key_row(n, i) for n, i in zip(names, items, strict=True)], options.force)
    print(f"{options.out}: {len(items)} items of stratum {options.stratum}; give the model the field prompt")
    print(f"{target}: the key; keep it from the model. seed {seed}")
    print(f"SHA-256 of the key, to publish beforehand: {hashlib.sha256(target.read_bytes()).hexdigest()}")
    return 0


def judge(text: str, truth: dict[str, Any]) -> str:
    """The verdict of `VERDICTS` on the last line of an answer. Names of bound variables do not matter."""
    lines = [line.strip().strip("`$").strip() for line in text[-LONGEST:].splitlines()]
    try:
        term = parse(next((line for line in reversed(lines) if line), ""))
    except ValueError:
        return "unreadable"
    found = key(term)
    if found == truth["key"]:
        return "right"
    for kind in ("capture", "shadow"):
        if found in truth["wrong"][kind]:
            return kind
    if "!" in found:
        return "free"
    if nodes(term) <= NODES:
        normal, _, _ = normalise(nameless(term))
        if normal is not None and flat(normal) == truth["key"]:
            return "unfinished"
    return "other"


def grade(options: argparse.Namespace) -> int:
    """Compare answers with the key and print the score by depth, with intervals, and what went wrong."""
    keys = {row["id"]: row for _, row in check_key(options.key)}
    verdicts: dict[str, str] = dict.fromkeys(keys, "missing")
    for where, row in read_lines(options.answers, ("id", "answer")):
        if row["id"] not in keys:
            raise ValueError(f"{where}: id {row['id']} is not in {options.key}")
        verdicts[row["id"]] = judge(row["answer"], keys[row["id"]])
    groups = [("all", list(keys.values()))]
    groups += [(f"{s}, all depths", [k for k in keys.values() if k["stratum"] == s]) for s in ("control", "capture")]
    groups += [(f"{band} step{'s' * (band != '1')}", [k for k in keys.values() if k["band"] == band]) for band in BANDS]
    print(f"{'items':22}{'n':>5}{'right':>7}{'share':>8}   95% interval")
    for name, rows in groups:
        if rows:
            right = sum(verdicts[k["id"]] == "right" for k in rows)
            low, high = wilson(right, len(rows))
            print(f"{name:22}{len(rows):5}{right:7}{right / len(rows):8.0%}   {low:.0%} to {high:.0%}")
    print()
    for verdict, n in Counter(verdicts.values()).most_common():
        print(f"{n:5}  {VERDICTS[verdict]}")
    if options.verdicts:
        write_lines(options.verdicts, [{"id": i, "verdict": v} for i, v in verdicts.items()], options.force)
    return 0


def check_key(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of a key file. Raises ValueError with file and line if it is none."""
    for where, row in read_lines(path, ("id", "key", "stratum", "band")):
        wrong = row.get("wrong")
        if not isinstance(wrong, dict) or not all(isinstance(wrong.get(k), list) for k in ("capture", "shadow")):
            raise ValueError(f'{where}: "wrong" is missing; is this the key that `emit` wrote?')
        yield where, row


def solve(options: argparse.Namespace) -> int:
    """Answer items with a solver whose mistake is known, to see what a bank can and cannot tell."""
    rows = []
    how = SOLVERS[options.solver]
    for where, row in read_lines(options.items, ("id", "term")):
        try:
            found, _ = reduce(parse(row["term"]), **how)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        if found is not None:
            rows.append({"id": row["id"], "answer": show(found)})
    write_lines(options.out, rows, options.force)
    print(f"{options.out}: {len(rows)} answers of the solver {options.solver}")
    return 0


def main(argv: list[str]) -> int:
    """Run one of the commands; the exit status. Raises ValueError, with file and line, for bad input."""
    parser = argparse.ArgumentParser("lab lambda-calculus-benchmark")
    commands = parser.add_subparsers(required=True, metavar="emit | grade | solve | collect")
    one = commands.add_parser("emit", help="write fresh items and, in another file, their key")
    one.add_argument("--n", type=int, default=50, help="how many (50)")
    one.add_argument("--stratum", choices=STRATA, default="plain", help="see the post; plain is what the dice give")
    one.add_argument("--out", type=Path, required=True, help="JSONL for the model: id, prompt, term")
    one.add_argument("--key", type=Path, help="JSONL for you (NAME-key.jsonl)")
    one.add_argument("--seed", help="any text; a fresh secret one if left out")
    one.add_argument("--longest", type=int, default=60, help="most nodes of a right answer (60)")
    one.add_argument("--bare", action="store_true", help="leave shadowing and renaming out of the prompt")
    one.set_defaults(do=emit)
    two = commands.add_parser("grade", help="score a file of answers")
    two.add_argument("answers", type=Path, help='JSONL, a line an item: {"id": "plain-0001", "answer": "λx.x"}')
    two.add_argument("--key", type=Path, required=True, help="the key that emit wrote")
    two.add_argument("--verdicts", type=Path, help="write the verdict on each item here")
    two.set_defaults(do=grade)
    three = commands.add_parser("solve", help="answer items with a solver whose mistake is known")
    three.add_argument("items", type=Path)
    three.add_argument("--solver", default="capture-blind", choices=SOLVERS)
    three.add_argument("--out", type=Path, required=True)
    three.set_defaults(do=solve)
    four = commands.add_parser("collect", help="rebuild the LamBench tables from a clone of its repository")
    four.add_argument("clone", type=Path)
    four.set_defaults(do=lambda options: collect(options.clone, DATA) or 0)
    for command in (one, two, three):
        command.add_argument("--force", action="store_true", help="replace files that are there")
    options = parser.parse_args(argv)
    return options.do(options)
