"""A reader's own solver and own stratum: a Python file, or a command that reads questions and writes answers."""

from __future__ import annotations

import importlib.util
import json
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from labs import strict_json

from .answers import Unreadable, read
from .bank import Item, Rule
from .files import lines_of
from .notation import show
from .solvers import SOLVERS, slug
from .terms import key, named, normalise

Solver = Callable[[str], str]


def function_of(path: Path, name: str, example: str) -> Callable[..., Any]:
    """The function `name` of a Python file. Raises ValueError, in one line, if there is none or the file fails."""
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    try:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except Exception as error:
        raise ValueError(f"{path}: cannot be loaded ({type(error).__name__}: {first_line(error)})") from None
    if not callable(found := getattr(module, name, None)):
        raise ValueError(f"{path}: has no function `{name}`; write `{example}`")
    return found


def solver_of(name: str) -> Solver:
    """A solver by the name of a known one, or from a Python file with `def solve(term: str) -> str`.

    Raises ValueError for a name that is neither, and for an answer that is no text, with the term.
    """
    known = {slug(solver): solve for solver, solve in SOLVERS.items()}
    if name.lower() in known:
        from .notation import parse

        def answer(term: str) -> str:
            found = known[name.lower()](parse(term))
            return "" if found is None else show(found)

        return answer
    if not name.endswith(".py"):
        raise ValueError(f"{name}: no such solver; name a Python file, or one of {', '.join(known)}")
    solve = function_of(Path(name), "solve", "def solve(term: str) -> str")

    def own(term: str) -> str:
        try:
            found = solve(term)
        except Exception as error:
            raise ValueError(f"{name}: solve({term!r}) raised {type(error).__name__}: {first_line(error)}") from None
        if not isinstance(found, str):
            raise ValueError(f"{name}: solve({term!r}) returned {type(found).__name__}; a text is needed")
        return found

    return own


def rule_of(name: str, rules: dict[str, Rule]) -> Rule:
    """A stratum by its name, or from a Python file with `def belongs(term: str, answer: str, steps: int) -> bool`."""
    if name in rules:
        return rules[name]
    if not name.endswith(".py"):
        raise ValueError(f"{name}: no such stratum; name a Python file, or one of {', '.join(rules)}")
    belongs = function_of(Path(name), "belongs", "def belongs(term: str, answer: str, steps: int) -> bool")

    def rule(item: Item) -> bool:
        term, answer = show(item.term), show(named(normalise(item.nameless)[0]))
        try:
            return bool(belongs(term, answer, item.steps))
        except Exception as error:
            raise ValueError(f"{name}: belongs({term!r}, ...) raised {type(error).__name__}: {error}") from None

    return rule


def fails(solver: Solver, item: Item) -> bool:
    """Whether a solver gets an item wrong; an answer that cannot be read counts as no mistake."""
    try:
        return all(key(term) != item.truth for term in read(solver(show(item.term)), set("xyz")))
    except Unreadable:
        return False


def command_answers(command: str, items: Path, timeout: float) -> tuple[list[dict[str, Any]], str]:
    """The answers that a command writes to its output, a JSON object a line, when it is given the items as its input.

    The text says what went wrong where it failed, took longer than `timeout` seconds or wrote something else: the
    answers are then those before. Raises ValueError if it cannot be run, or nothing can be kept.
    """
    asked = {row["id"] for _, row in lines_of(items, ("id", "term"))}
    try:
        done = subprocess.run(
            shlex.split(command), input=items.read_text(encoding="utf-8"), capture_output=True, text=True,
            encoding="utf-8", timeout=timeout, check=False,
        )  # fmt: skip
        failed = f"exit status {done.returncode} ({first_line(done.stderr) or 'no message'})" if done.returncode else ""
        text = done.stdout
    except (OSError, ValueError) as error:
        raise ValueError(f"{command}: cannot be run ({first_line(error)})") from None
    except subprocess.TimeoutExpired as late:
        failed = f"not done after {timeout:g} s; see --timeout"
        text = late.stdout if isinstance(late.stdout, str) else (late.stdout or b"").decode("utf-8", "replace")
    rows, bad = answers_in(text, items, asked)
    wrong = failed or bad
    if not rows:
        raise ValueError(f"{command}: {wrong or 'wrote no answer to its output'}")
    return rows, wrong and f"{command}: {wrong}"


def answers_in(text: str, items: Path, asked: set[str]) -> tuple[list[dict[str, Any]], str]:
    """The answers in a command's output up to the first line that is none, and what is wrong with that line."""
    rows: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"output line {number}"
        try:
            row = strict_json.loads(line)
        except json.JSONDecodeError:
            return list(rows.values()), f"{where}: not JSON; print only the answers, notes go to the error output"
        except ValueError as error:
            return list(rows.values()), f"{where}: {error}"
        if not isinstance(row, dict) or not isinstance(row.get("answer"), str) or row.get("id") not in asked:
            return list(rows.values()), f'{where}: must be {{"id": "...", "answer": "..."}} with an id of {items}'
        if row["id"] in rows:
            return list(rows.values()), f"{where}: a second answer to {row['id']}"
        rows[row["id"]] = {"id": row["id"], "answer": row["answer"]}
    return list(rows.values()), ""


def first_line(error: object) -> str:
    """The last line of a message, which in a traceback is the one that says what is wrong."""
    lines: Sequence[str] = str(error).strip().splitlines()
    return lines[-1].strip()[:160] if lines else ""
