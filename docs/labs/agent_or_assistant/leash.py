"""What a log of an agent's steps and looks says about the interval between looks, and what it cannot say."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from labs.agent_or_assistant.exact import Case, band, rule

COLUMNS = ("task", "step", "ok", "found_at", "minutes", "kind")
KINDS = ("step", "send", "seeded", "look")
LEFT_OUT = 0.2  # share of looks without minutes from which on a log is refused
LONGEST = 150  # steps of a task that the band is computed for, at most
FIT = 6  # looks of different size from which on reading is told from interrupting


@dataclass(frozen=True)
class Row:
    """One line of a log: a step that the agent made, or a look after a step."""

    line: int
    task: str
    step: int
    ok: bool
    found_at: int  # 0: never
    minutes: float  # of a look; NaN where it is not known
    kind: str


def read(path: Path) -> list[Row]:
    """The rows of a log. Raises ValueError with file, line and what would be right."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror}); name a CSV file") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    lines = csv.reader(text.splitlines(keepends=True), strict=True)
    header = [name.strip() for name in next(cells_of(path, lines), [])]
    if twice := [name for name in COLUMNS if header.count(name) > 1]:
        raise ValueError(f"{path}:1: the column {twice[0]!r} stands twice; the first line must be {','.join(COLUMNS)}")
    if missing := [name for name in COLUMNS if name not in header]:
        raise ValueError(f"{path}:1: no column {missing[0]!r}; the first line must be {','.join(COLUMNS)}")
    rows: list[Row] = []
    seen: dict[tuple[str, int], int] = {}
    for cells in cells_of(path, lines):
        where = f"{path}:{lines.line_num}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise ValueError(f"{where}: {len(cells)} cells for {len(header)} columns; leave empty ones as ,,")
        row = parsed(where, lines.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True)))
        key = (row.task, row.step)
        if row.kind != "look" and seen.setdefault(key, row.line) != row.line:
            raise ValueError(f"{where}: step {row.step} of task {row.task!r} stands in line {seen[key]} already")
        rows.append(row)
    check(path, rows)
    return rows


def cells_of(path: Path, lines: Any) -> Iterator[list[str]]:
    """The cells of each line of a CSV reader. Raises ValueError where its quotes do not fit."""
    while True:
        begun = lines.line_num + 1
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(
                f"{path}:{begun}: is no CSV from here on ({error}); close each quote, or write none"
            ) from None


def check(path: Path, rows: Sequence[Row]) -> None:
    """Whether the rows fit each other, task by task. Raises ValueError with file, line and what would be right."""
    tasks: dict[str, list[Row]] = {}
    for row in rows:
        tasks.setdefault(row.task, []).append(row)
    for task, own in tasks.items():
        steps = sorted((row for row in own if row.kind != "look"), key=lambda row: row.step)
        looks = {row.step for row in own if row.kind == "look"}
        last = len(steps)
        for number, row in enumerate(steps, 1):
            if row.step != number:
                raise ValueError(
                    f"{path}:{row.line}: task {task!r} has step {row.step} but no step {number}; "
                    "give each step of a task one row, numbered from 1 without a gap"
                )
        for row in own:
            if row.kind == "look" and row.step > last:
                raise ValueError(f"{path}:{row.line}: a look after step {row.step}, but task {task!r} ends at {last}")
            if row.found_at > last:
                end = f"task {task!r} ends at step {last}"
                raise ValueError(
                    f"{path}:{row.line}: found_at is {row.found_at}, but {end}; it must lie within the task"
                )
            if row.found_at and looks and row.found_at not in looks:
                raise ValueError(
                    f"{path}:{row.line}: found_at is {row.found_at}, but task {task!r} has no look after that step; "
                    "name the step of the look that found it, or add the look"
                )


def parsed(where: str, line: int, cell: dict[str, str]) -> Row:
    """One row from its cells. Raises ValueError with what would be right."""
    kind, ok, found = cell["kind"].lower(), cell["ok"].lower(), cell["found_at"]
    if kind not in KINDS:
        raise ValueError(f"{where}: kind is {cell['kind']!r}; it must be one of {', '.join(KINDS)}")
    if not cell["task"]:
        raise ValueError(f"{where}: no task; give each row the name of its task")
    step = whole(where, "step", cell["step"])
    if kind == "look":
        if ok or found:
            raise ValueError(f"{where}: a look has no ok and no found_at; they belong to the step that it found wrong")
        return Row(line, cell["task"], step, True, 0, minutes(where, cell["minutes"]), kind)
    if ok not in ("yes", "no"):
        raise ValueError(f"{where}: ok is {cell['ok']!r}; it must be yes or no")
    if kind == "seeded" and ok == "yes":
        raise ValueError(f"{where}: a seeded row is a mistake that you planted; its ok must be no")
    if ok == "yes" and found:
        raise ValueError(f"{where}: found_at is {found} though ok is yes; leave it empty, or write no")
    at = whole(where, "found_at", found) if found else 0
    if at and at < step:
        raise ValueError(f"{where}: found_at is {at}, before step {step}; it must be the step at which it was found")
    return Row(line, cell["task"], step, ok == "yes", at, math.nan, kind)


def whole(where: str, name: str, text: str) -> int:
    """A whole number from 1. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"{where}: {name} is {text!r}; it must be a whole number from 1")
    return int(text)


def minutes(where: str, text: str) -> float:
    """Minutes, or NaN where they are empty. Raises ValueError for what no look takes, a million or more."""
    try:
        value = float(text) if text else math.nan
    except ValueError:
        value = -1.0
    if value < 0 or value >= 1e6 or (text and math.isnan(value)):
        raise ValueError(f"{where}: minutes is {text!r}; it must be a number below a million, or empty if unknown")
    return value


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95% interval of a share, by Wilson's score."""
    z, share = 1.96, hits / n
    middle, half = share + z * z / 2 / n, z * math.sqrt(share * (1 - share) / n + z * z / 4 / n / n)
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def steps_read(rows: Sequence[Row]) -> dict[int, int]:
    """Steps read at each look, by the line of its row: from where the one before stopped up to a mistake that it found.

    What was made again after a mistake is read again; two looks after one step found two mistakes, the earlier first.
    """
    found: dict[tuple[str, int], list[int]] = {}
    for row in sorted((row for row in rows if row.found_at), key=lambda row: row.step):
        found.setdefault((row.task, row.found_at), []).append(row.step)
    read, begun = dict[int, int](), dict[str, int]()
    for look in sorted((row for row in rows if row.kind == "look"), key=lambda row: row.step):
        start, wrong = begun.get(look.task, 0), found.get((look.task, look.step))
        stop = wrong.pop(0) if wrong else 0
        read[look.line] = max((stop or look.step) - start, 0)
        begun[look.task] = stop - 1 if stop else look.step
    return read


def price(rows: Sequence[Row]) -> tuple[float, float | None, str]:
    """Minutes of an interruption, minutes to read a step (None: not told apart), and how that was found."""
    looks = [row for row in rows if row.kind == "look" and not math.isnan(row.minutes)]
    read = steps_read(rows)
    sizes = [read[row.line] for row in looks]
    took = [row.minutes for row in looks]
    if len(looks) >= FIT and len(set(sizes)) > 1:
        (per, base), *_ = np.linalg.lstsq(np.stack([sizes, np.ones(len(sizes))], axis=1), np.array(took), rcond=None)
        if base > 0 and per >= 0:
            return float(base), float(per), f"fitted to {len(looks)} looks"
    return median(took), None, f"median of {len(looks)} looks, reading included: an upper bound"


def said(path: Path, step_minutes: float) -> Iterator[str]:
    """What the log says, a line each. Raises ValueError for a log from which nothing follows."""
    rows = read(path)
    steps = [row for row in rows if row.kind in ("step", "send")]
    looks = [row for row in rows if row.kind == "look"]
    seeded = [row for row in rows if row.kind == "seeded"]
    if not steps:
        raise ValueError(f"{path}: no row of kind step or send; give each step that the agent made a row")
    tasks = {row.task for row in steps}
    yield f"log       {len(steps)} steps of {len(tasks)} tasks, {len(looks)} looks, {len(seeded)} seeded mistakes"
    wrong = [row for row in steps if not row.ok]
    yield from of_catch(seeded)
    yield from of_sends(steps)
    if not wrong:
        bound = 1 - 0.05 ** (1 / len(steps))
        yield f"p         no step is marked wrong: below {bound:.2%} (95%) if all are read; no leash from this"
        return
    low, high = wilson(len(wrong), len(steps))
    share = f"{len(wrong) / len(steps):.2%} of steps marked wrong ({low:.2%} to {high:.2%})"
    yield f"p         {share}; what nobody found is not in it"
    if delays := [row.found_at - row.step for row in wrong if row.found_at]:
        yield f"delay     {median(delays):g} steps from a mistake to its finding (median of {len(delays)} found)"
    unknown = sum(math.isnan(row.minutes) for row in looks)
    if not looks:
        yield "look      no look in the log: without its minutes there is no interval"
        return
    if unknown / len(looks) > LEFT_OUT:
        raise ValueError(f"{path}: {unknown} of {len(looks)} looks have no minutes; at most one in five may lack them")
    base, per, how = price(rows)
    reading = "" if per is None else f", {per:.2g} to read a step"
    out = f"; {unknown} without minutes left out" if unknown else ""
    yield f"look      {base:.2g} minutes an interruption{reading} ({how}{out})"
    if base == 0:
        yield "interval  an interruption costs nothing here: look at every step"
        return
    length = round(median(max(row.step for row in steps if row.task == task) for task in tasks))
    case = Case(min(length, LONGEST), len(wrong) / len(steps), 1.0, base / step_minutes, (per or 0.0) / step_minutes)
    ends = [band(replace(case, p=min(p, 0.95))) for p in (low, case.p, high)]
    every = (
        f"look every {rule(case):.0f} steps" if rule(case) < length else f"one look, at the end of a task of {length}"
    )
    yield f"formula   {every}, if making a step again costs {step_minutes:g} minutes (--step)"
    common = max(first for first, _ in ends), min(last for _, last in ends)
    if common[0] <= common[1]:
        yield f"interval  {common[0]} to {common[1]} steps: within 5% of the least cost wherever p lies in its interval"
    else:
        here = f"{ends[1][0]} to {ends[1][1]} at {case.p:.2%}"
        yield f"interval  none is good wherever p lies in its interval ({here}); log more steps"
    if length > LONGEST:
        yield f"          (computed for {LONGEST} steps; the median task has {length})"


def of_catch(seeded: Sequence[Row]) -> Iterator[str]:
    """What planted mistakes say about the reader."""
    if not seeded:
        yield "catch     not known: no row is seeded, and of mistakes that nobody found a log knows nothing"
        return
    hits = sum(bool(row.found_at) for row in seeded)
    low, high = wilson(hits, len(seeded))
    share = f"{hits / len(seeded):.0%} ({low:.0%} to {high:.0%})"
    yield f"catch     {hits} of {len(seeded)} planted mistakes found: {share}"


def of_sends(steps: Sequence[Row]) -> Iterator[str]:
    """How many sends were wrong when they were made."""
    if sends := [row for row in steps if row.kind == "send"]:
        bad = sum(not row.ok for row in sends)
        yield f"sends     {len(sends)}, of which {bad} marked wrong; the log does not say what they were built on"
