"""Somebody else's questions: what LamBench's own tests ask of its own programs, reduced by solvers that are wrong.

LamBench (github.com/VictorTaelin/lambench, licence as its README names it: MIT) is tested by reducing `@main(...)`, a
program applied to arguments. `data/lambench_terms.csv` holds such terms, each with its address at a pinned commit, as
`collect` wrote them: the program's definitions put in place of their names, letters untouched. Left out, and counted in
`data/lambench_left_out.csv`: programs that call themselves, terms beyond this lab's budget, and repeats.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from labs.record import Results

from .history import DATA, REPOSITORY, load
from .notation import parse, show
from .solvers import answers_of, binders
from .strata import ALWAYS_W, ONCE, OUTER
from .terms import Term, flat, key, nameless, normalise, run_machine

TOKEN = re.compile(r"\s*(?:(λ)|(@?\w+)|([().,])|(\S))")
JUDGED = {"never": OUTER, "once": ONCE, "w": ALWAYS_W, "shadow": "ignores shadowing"}
SELF, BUDGET, STRANGE, TWICE = "calls itself", "over the budget", "another notation", "a repeat"


class CallsItself(ValueError):
    """A definition is part of its own body."""


def lamb(text: str) -> Term:
    """A term in LamBench's notation, `f(x, y)` for an application. Raises ValueError for what is none."""
    tokens = [match.group().strip() for match in TOKEN.finditer(text.strip())]
    at = 0

    def take(wanted: str = "") -> str:
        nonlocal at
        found = tokens[at] if at < len(tokens) else ""
        if (wanted and found != wanted) or not (wanted or re.fullmatch(r"@?\w+", found)):
            raise ValueError(f"{found!r} where {wanted or 'a name'!r} was expected in {text[:60]!r}")
        at += 1
        return found

    def term() -> Term:
        nonlocal at
        if tokens[at : at + 1] == ["λ"]:
            at += 1
            name = take()
            take(".")
            return ("λ", name, term())
        if tokens[at : at + 1] == ["("]:
            take("(")
            found = term()
            take(")")
        else:
            found = take()
        while tokens[at : at + 1] == ["("]:
            take("(")
            found = (found, term())
            while tokens[at : at + 1] == [","]:
                take(",")
                found = (found, term())
            take(")")
        return found

    found = term()
    if at != len(tokens):
        raise ValueError(f"{tokens[at]!r} stands behind the term in {text[:60]!r}")
    return found


def put_in(term: Term, definitions: dict[str, Term], around: tuple[str, ...] = ()) -> Term:
    """A term with the body of each `@name` in its place. Raises CallsItself, or KeyError for a name without one."""
    if isinstance(term, str):
        if term in around:
            raise CallsItself(term)
        return put_in(definitions[term], definitions, (*around, term)) if term[0] == "@" else term
    if len(term) == 3:
        return ("λ", term[1], put_in(term[2], definitions, around))
    return (put_in(term[0], definitions, around), put_in(term[1], definitions, around))


def collect(git: Callable[..., str], commit: str, date: str, folder: Path = DATA) -> None:
    """Write the two tables from a clone. Raises ArithmeticError if a key differs from the answer LamBench prints."""
    rows, out, seen = [], Counter(), set()
    for path in git("ls-tree", "-r", "--name-only", commit, "lam").split():
        task = Path(path).stem
        source = git("show", f"{commit}:{path}")
        parts = re.split(r"(?m)^(@\w+)\s*=", source)[1:]
        told = git("show", f"{commit}:tsk/{task}.tsk").split("---", 1)[1].strip()
        for number, test in enumerate(re.split(r"\n\s*\n", told), 1):
            asked, _, wanted = test.rpartition("\n=")
            try:
                definitions = {name: lamb(body) for name, body in zip(parts[::2], parts[1::2], strict=True)}
                term = put_in(lamb(asked), definitions)
                bare = nameless(term)
            except CallsItself:
                out[SELF] += 1
                continue
            except (ValueError, KeyError):
                out[STRANGE] += 1
                continue
            normal, _, _ = normalise(bare)
            if normal is None:
                out[BUDGET] += 1
            elif bare in seen:
                out[TWICE] += 1
            elif flat(normal) != key(lamb(wanted)):
                raise ArithmeticError(f"{task}, test {number}: the key differs from LamBench's answer")
            else:
                seen.add(bare)
                url = f"{REPOSITORY}/blob/{commit}/tsk/{task}.tsk"
                rows.append([task, number, show(term), show(lamb(wanted)), url, date])
    left = [[why, count, f"{REPOSITORY}/blob/{commit}/README.md", date] for why, count in sorted(out.items())]
    for name, columns, table in (
        ("terms", ["task", "test", "term", "answer", "url", "date"], rows),
        ("left_out", ["why", "tests", "url", "date"], left),
    ):
        with (folder / f"lambench_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *table])


def find(r: Results) -> None:
    """How many of those terms solvers that are wrong get right, and whether the key agrees with LamBench's answers."""
    rows = [(parse(row["term"]), key(parse(row["answer"])), row["task"]) for row in load("terms")]
    left = {row["why"]: row["tests"] for row in load("left_out")}
    bare = [nameless(term) for term, _, _ in rows]
    normals = [normalise(term) for term in bare]
    agree = sum(
        normal is not None and flat(normal) == truth == run_machine(term)[0]
        for term, (normal, _, _), (_, truth, _) in zip(bare, normals, rows, strict=True)
    )
    right = {name: sum(answers_of(s, term) == truth for term, truth, _ in rows) for name, s in JUDGED.items()}
    steps = sorted(count for _, count, _ in normals)
    r.add(
        "lambench_terms", len(rows), "different reductions that LamBench's tests ask of its own programs, within budget"
    )
    r.add("lambench_tasks", len({task for _, _, task in rows}), "tasks of LamBench that they come from, of 120")
    apart = sum(key(term).count("λ") == len(binders(term)) for term, _, _ in rows)
    r.add("lambench_apart", apart, "of these reductions those with a name of its own for each binder")
    r.add("lambench_steps", steps[len(steps) // 2], "steps of these reductions, the median")
    r.add("lambench_self", left[SELF], "tests of LamBench left out: the program calls itself")
    r.add("lambench_over", left[BUDGET], "tests left out: no normal form within 200 steps and 400 nodes")
    r.add("lambench_strange", left[STRANGE], "tests left out: a notation that this lab does not read")
    r.add("lambench_twice", left[TWICE], "tests left out: the same reduction as another")
    r.add("lambench_tests", len(rows) + sum(left.values()), "tests of LamBench's 120 tasks")
    for name, solver in JUDGED.items():
        r.add(f"lambench_{name}", right[name], f"of these reductions right for the solver that {solver}")
    r.claim("lambench_key_agrees", agree == len(rows),
            "On every one of these reductions both keys agree with the answer that LamBench's test gives.")  # fmt: skip
    bad = min(right["never"], right["once"], right["w"])
    r.claim("lambench_blind", bad > 0.98 * len(rows) > 2 * right["shadow"],
            "On the reductions that LamBench's tests ask of its programs, the solver that never renames and the two "
            "that rename badly are right on more than 98%; the one that ignores shadowing on under half.")  # fmt: skip
