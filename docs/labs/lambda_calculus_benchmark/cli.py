"""The commands a reader uses to test a model or a solver: emit, solve, grade, collect.

lab lambda-calculus-benchmark emit --n 50 --stratum capture --out items.jsonl
lab lambda-calculus-benchmark solve items.jsonl --solver my_solver.py --out answers.jsonl
lab lambda-calculus-benchmark grade answers.jsonl --key items-key.jsonl
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .answers import Unreadable, read
from .bank import DEEP, LONGEST, RULES, Item, Stream, sample
from .files import lines_of, write_lines
from .grading import MISSING, Verdict, judge, reasons, ruled_out, table
from .history import DATA, collect
from .notation import show
from .own import Solver, command_answers, fails, rule_of, solver_of
from .solvers import SOLVERS, WRONG, answers_of, slug
from .terms import key, named, normalise

PROMPT = """Reduce this lambda term to its beta normal form.

{term}

Rules. λx.M is a function and reaches as far to the right as it can; M N is application and groups to the left.
Replace (λx.M) N by M with N for x, anywhere in the term, also under a λ, until no such place is left.
{hint}Do not use eta. Names of bound variables do not matter; separate names by spaces.

Answer with one line that holds only the final term."""
HINT = """An inner λx hides an outer one. Where a variable of N would fall under a λ of M with the same name, \
rename that λ first.
"""
EVERY = 5.0  # seconds after which `emit` says how far it is
EVEN = ("capture", "control")  # strata that are spread evenly over the bands of depth


def key_row(name: str, item: Item, stratum: str, own: dict[str, Solver]) -> dict[str, Any]:
    """The line of the key file for one item: the truth, and what the known-wrong and the reader's solvers answer."""
    procedures = {solver: answers_of(solver, item.term) for solver in WRONG}
    for solver, solve in own.items():
        try:
            procedures[solver] = key(read(solve(show(item.term)), set("xyz"))[0])
        except Unreadable:
            procedures[solver] = None
    return {
        "id": name, "term": show(item.term), "normal_form": show(named(normalise(item.nameless)[0])),
        "key": item.truth, "steps": item.steps, "band": item.band, "stratum": stratum, "procedures": procedures,
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
    rule = rule_of(options.stratum, RULES)
    against = {name: solver_of(name) for name in options.against}

    def wanted(item: Item) -> bool:
        return item.truth.count(" ") < options.longest and rule(item) and all(fails(s, item) for s in against.values())

    def said(item: Item) -> bool:
        nonlocal last
        counts["fit"] += (fits := wanted(item))
        if time.monotonic() - last > EVERY:
            last = time.monotonic()
            looked = stream.counts["items"] + stream.counts["short"]
            print(f"{looked:,} questions looked at, {counts['fit']:,} fit", file=sys.stderr)
        return fits

    last, counts = time.monotonic(), Counter[str]()
    deep = options.stratum in ("deep", "deep-capture")
    stream = Stream(random.Random(f"emit/{seed}"), least=DEEP if deep else 1)
    items = sample(stream, said, options.n, options.stratum in EVEN and not against, options.draws)
    stratum = " against ".join([Path(options.stratum).stem, *(Path(name).stem for name in against)])
    own = {Path(name).name: solve for name, solve in against.items() if name.endswith(".py")}
    names = [f"{Path(options.stratum).stem}-{i:04}" for i in range(1, len(items) + 1)]
    hint = "" if options.bare else HINT
    asked = [
        {"id": n, "prompt": PROMPT.format(term=show(i.term), hint=hint), "term": show(i.term)}
        for n, i in zip(names, items, strict=True)
    ]
    write_lines(options.out, asked, options.force)
    write_lines(target, [key_row(n, i, stratum, own) for n, i in zip(names, items, strict=True)], options.force)
    print(f"{options.out}: {len(items)} items of stratum {stratum}; give the model the field prompt")
    print(f"{target}: the key; keep it from the model. seed {seed}")
    print(f"SHA-256 of the key, to publish beforehand: {hashlib.sha256(target.read_bytes()).hexdigest()}")
    return 0


def solve(options: argparse.Namespace) -> int:
    """Answer items with a known solver, with a reader's Python file, or with a reader's command."""
    if options.command:
        rows, wrong = command_answers(options.command, options.items, options.timeout)
    else:
        solver = solver_of(options.solver)
        asked = [(row["id"], row["term"]) for _, row in lines_of(options.items, ("id", "term"))]
        rows = [{"id": name, "answer": answer} for name, term in asked if (answer := solver(term))]
    write_lines(options.out, rows, options.force)
    if options.command and wrong:
        raise ValueError(f"{wrong}; the {len(rows)} answers before that are kept in {options.out}")
    print(f"{options.out}: {len(rows)} answers of {options.command or options.solver}")
    return 0


def grade(options: argparse.Namespace) -> int:
    """Compare answers with the key: right, wrong or unreadable, by stratum and depth, and what that rules out."""
    keys = [row for _, row in check_key(options.key)]
    by_id = {row["id"]: row for row in keys}
    verdicts = {name: Verdict(MISSING) for name in by_id}
    for where, row in lines_of(options.answers, ("id", "answer")):
        if row["id"] not in by_id:
            raise ValueError(f"{where}: id {row['id']} is not in {options.key}")
        verdicts[row["id"]] = judge(row["answer"], by_id[row["id"]])
    sections = (table(keys, verdicts), reasons(list(verdicts.values())), ruled_out(keys, verdicts))
    print("\n\n".join("\n".join(lines) for lines in sections if lines))
    if options.verdicts:
        rows = [{"id": name, "verdict": v.verdict, "why": v.why} for name, v in verdicts.items()]
        write_lines(options.verdicts, rows, options.force)
    return 0


def check_key(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of a key file. Raises ValueError with file and line if it is none."""
    for where, row in lines_of(path, ("id", "key", "term", "stratum", "band")):
        if not isinstance(row.get("procedures"), dict):
            raise ValueError(f'{where}: "procedures" is missing; is this the key that `emit` wrote?')
        yield where, row


def main(argv: list[str]) -> int:
    """Run one of the commands; the exit status. Raises ValueError, with file and line, for bad input."""
    parser = argparse.ArgumentParser("lab lambda-calculus-benchmark")
    commands = parser.add_subparsers(required=True, metavar="emit | solve | grade | collect")
    one = commands.add_parser("emit", help="write fresh items and, in another file, their key")
    one.add_argument("--n", type=int, default=50, help="how many (50)")
    one.add_argument("--stratum", default="plain", metavar="NAME|FILE.py",
                     help=f"{', '.join(RULES)}, or a file with `def belongs(term, answer, steps)`")  # fmt: skip
    one.add_argument("--against", action="append", default=[], metavar="SOLVER|FILE.py",
                     help="only items that this solver gets wrong; may be given again")  # fmt: skip
    one.add_argument("--out", type=Path, required=True, help="JSONL for the model: id, prompt, term")
    one.add_argument("--key", type=Path, help="JSONL for you (NAME-key.jsonl)")
    one.add_argument("--seed", help="any text; a fresh secret one if left out")
    one.add_argument("--longest", type=int, default=LONGEST, help=f"most nodes of a right answer ({LONGEST})")
    one.add_argument("--draws", type=int, default=200_000, help="items to look at before giving up (200,000)")
    one.add_argument("--bare", action="store_true", help="leave shadowing and renaming out of the prompt")
    one.set_defaults(do=emit)
    two = commands.add_parser("solve", help="answer items with a solver whose mistake is known, or with your own")
    two.add_argument("items", type=Path)
    way = two.add_mutually_exclusive_group(required=True)
    way.add_argument("--solver", metavar="NAME|FILE.py",
                     help=f"{', '.join(map(slug, SOLVERS))}, or a file with `def solve(term)`")  # fmt: skip
    way.add_argument("--command", help="a command that reads the items and writes a line an answer, as `grade` reads")
    two.add_argument("--timeout", type=float, default=3600, help="seconds that the command may take (3600)")
    two.add_argument("--out", type=Path, required=True)
    two.set_defaults(do=solve)
    three = commands.add_parser("grade", help="score a file of answers")
    three.add_argument("answers", type=Path, help=f"JSONL, a line an item: {json.dumps({'id': '…', 'answer': '…'})}")
    three.add_argument("--key", type=Path, required=True, help="the key that emit wrote")
    three.add_argument("--verdicts", type=Path, help="write the verdict on each item here, with its reason")
    three.set_defaults(do=grade)
    four = commands.add_parser("collect", help="rebuild the LamBench tables from a clone of its repository")
    four.add_argument("clone", type=Path)
    four.set_defaults(do=lambda options: collect(options.clone, DATA) or 0)
    for command in (one, two, three):
        command.add_argument("--force", action="store_true", help="replace files that are there")
    options = parser.parse_args(argv)
    try:
        done = options.do(options)
        sys.stdout.flush()
    except BrokenPipeError:  # `… | head` has read enough; Python's own flush at the end must not fail
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return done
