"""The command `lab`: run a lab, list them, check that a rerun gives what is recorded."""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from labs import chart, readers_code, record

FIGURES = record.LABS.parent / "figures"
SEED = 0
ENDS = "the lab ends the program; let its run return what it found"
CHEAP = 5  # seconds of a run that is made twice when it is recorded, to see that its seed decides all of it


def names() -> list[str]:
    """The labs there are, as package names, sorted."""
    return sorted(p.parent.name for p in record.LABS.glob("*/__init__.py"))


def module_name(name: str) -> str:
    """The package for what somebody typed. Raises ValueError naming the nearest labs."""
    known = name.replace("-", "_")
    if known not in names():
        raise ValueError(f"no lab {name!r}; there are: {', '.join(n.replace('_', '-') for n in names())}")
    return known


def seeds(name: str) -> Sequence[int]:
    """The seeds for which a lab's claims must hold: five, or what the lab sets as SEEDS."""
    return getattr(importlib.import_module(f"labs.{name}"), "SEEDS", record.SEEDS)


def processor_seconds() -> float:
    """Seconds of processor that this process and its children have used; other programs do not lengthen them."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def begun(name: str) -> str:
    """`file:line` of a lab's function `run`. Raises ValueError if there is none."""
    found = getattr(importlib.import_module(f"labs.{name}"), "run", None)
    if not callable(found):
        raise ValueError(f"docs/labs/{name}/__init__.py:1: has no run; write `def run(seed: int) -> Results:`")
    code = getattr(found, "__code__", None)
    return f"docs/labs/{name}/__init__.py:{code.co_firstlineno if code else 1}"


def run(name: str, seed: int) -> tuple[record.Results, dict[str, Any]]:
    """Run one lab, with a progress line once it takes longer than a moment, and time it, what it imports included.

    Raises ValueError if its `run` returns no Results.
    """
    start = processor_seconds()
    at, lab = begun(name), importlib.import_module(f"labs.{name}")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    quiet = not sys.stderr.isatty()
    console = Console(stderr=True)
    with nullcontext() if quiet else Progress(*columns, console=console, transient=True) as progress:
        if progress:
            progress.add_task(f"running {name.replace('_', '-')}" + (f", seed {seed}" if seed != SEED else ""))
        results = lab.run(seed)
        seconds = processor_seconds() - start
    if not isinstance(results, record.Results):
        what = "None" if results is None else f"a {type(results).__name__}"
        raise ValueError(f"{at}: run returns {what}; end it with `return results`")
    return results, record.as_json(name, results, seed, datetime.date.today().isoformat(), seconds)


def run_all(name: str) -> tuple[record.Results, dict[str, Any]]:
    """Run one lab with each of its seeds. Numbers are the first one's, claims hold or fail for each.

    Raises ValueError if a quick lab gives other results for the first seed when it is run once more.
    """
    first, *more = seeds(name)
    results, content = run(name, first)
    if content["recorded"]["seconds"] <= CHEAP:
        refuse_unseeded(name, content)
    results = record.over_seeds([results, *(run(name, seed)[0] for seed in more)])
    made = content["recorded"]
    return results, record.as_json(name, results, first, made["date"], made["seconds"])


def refuse_unseeded(name: str, content: dict[str, Any]) -> None:
    """Raise ValueError if another run with the seed of a first one, whose record is `content`, gives other results."""
    other = run(name, content["seed"])[1] | {"figures": content["figures"]}
    if found := next(record.differences(content, other), ""):
        what = f"two runs with seed {content['seed']} differ ({found})"
        raise ValueError(f"{begun(name)}: {what}; seed all its chance, as in default_rng(seed)")


def show(content: dict[str, Any]) -> None:
    """Print a run's values and tables for a reader."""
    console = Console()
    table = Table("result", "value", "", title=f"lab {content['lab'].replace('_', '-')}, seed {content['seed']}")
    for name, entry in content["values"].items():
        value = entry["value"]
        text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
        if "low" in entry:
            text += f" ({entry['low']} to {entry['high']})"
        table.add_row(name, f"{text} {entry.get('unit', '')}".strip(), entry["says"])
    console.print(table)
    if content["claims"]:
        claims = Table("claim", "holds", "", title="what its sentences rest on")
        for name, entry in content["claims"].items():
            claims.add_row(name, " ".join("yes" if held else "NO" for held in entry["holds"]), entry["says"])
        console.print(claims)
    for data in content["tables"].values():
        rows = Table(*map(str, data["columns"]), title=data["says"])
        for row in data["rows"][:60]:
            rows.add_row(*map(str, row))
        console.print(rows)
        if len(data["rows"]) > 60:
            console.print(f"… and {len(data['rows']) - 60} rows more, in results.json")


def check(name: str, every_seed: bool = False) -> list[str]:
    """Run a lab again and say, a line each, how the rerun differs from what is committed.

    `every_seed` runs all its seeds. A lab that says it has one only is run with another: nothing may change.
    Raises ValueError for a lab that gives other results each time, which no record could match.
    """
    old, (first, *more) = record.read(record.LABS / name / "results.json"), seeds(name)
    results, new = run_all(name) if every_seed else run(name, first)
    drawn = [*chart.differences(results.figures, FIGURES / name.replace("_", "-"))]  # then `new` knows their lines
    found = [*record.differences(old, new, 1 if every_seed else 1 + len(more)), *drawn]
    if found and all(old.get(key) == new[key] for key in ("source", "data", "seed")):
        refuse_unseeded(name, run(name, first)[1] if every_seed else new)
    if every_seed and not more:
        other = record.differences(old, run(name, first + 1)[1] | {key: old[key] for key in ("seed", "figures")})
        found += [f"SEEDS names one seed, but with another {line}" for line in other]
    return found


def keep(name: str, results: record.Results, content: dict[str, Any]) -> list[Path]:
    """Write results.json and the figures of a run; figures that it no longer draws go.

    A check draws them, too, so its time is that of the run and of the drawing.
    """
    folder, start = FIGURES / name.replace("_", "-"), processor_seconds()
    written = chart.write(results.figures, folder)
    content["recorded"]["seconds"] += round(processor_seconds() - start)
    for path in set(folder.glob("*.svg")) - set(written):
        path.unlink()
    content["drawn"] = record.files_hash(folder, sorted(folder.glob("[!.]*.svg")))
    record.write(record.LABS / name / "results.json", content)
    return [record.LABS / name / "results.json", *written]


def main(argv: list[str] | None = None) -> int:
    """Entry point of `lab`; returns the exit status."""
    parser = argparse.ArgumentParser("lab", description=__doc__)
    parser.add_argument("name", nargs="?", help="the lab, as in the post's address: agent-loop")
    parser.add_argument("command", nargs="?", help="a lab's own command and its options, where it has any")
    parser.add_argument("--list", action="store_true", help="name every lab")
    parser.add_argument("--all", action="store_true", help="every lab, not one")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--check", action="store_true", help="compare a rerun with what is committed")
    parser.add_argument("--seeds", action="store_true", help="with --check: every seed, which is what claims rest on")
    either.add_argument("--record", action="store_true", help="run every seed; write results.json and the figures")
    parser.add_argument("--seed", type=int, help="run another seed, to see what depends on it")
    argv = sys.argv[1:] if argv is None else argv
    helped = argv[1:] in (["-h"], ["--help"])
    own = len(argv) > 1 and not argv[0].startswith("-") and (helped or not argv[1].startswith("-"))
    arguments = parser.parse_args(argv[:1] if own else argv)
    if arguments.list:
        for name in names():
            says = (importlib.import_module(f"labs.{name}").__doc__ or "").strip().splitlines()
            print(f"{name.replace('_', '-'):28}{says[0] if says else ''}")
        return 0
    if not (arguments.name or arguments.all):
        parser.error("name a lab, or --list, or --all")
    if arguments.name and arguments.all:
        parser.error(f"name {arguments.name}, or --all, not both")
    if arguments.command:
        parser.error(f"{arguments.command}: a lab's own command stands first, right behind its name")
    if arguments.seed is not None and (arguments.check or arguments.record or arguments.seeds):
        parser.error("--seed tries a seed and keeps nothing: leave it out, or --check, --record and --seeds")
    try:
        chosen = names() if arguments.all else [module_name(arguments.name)]
        if own:
            lab = importlib.import_module(f"labs.{chosen[0]}")
            if not hasattr(lab, "main"):
                if helped:
                    parser.parse_args(["--help"])
                raise ValueError(f"the lab {arguments.name} has no command of its own")
            with readers_code.exits_raised():
                return help_of(lab, argv[0]) if helped else lab.main(argv[1:])
        return max(one(name, arguments) for name in chosen)
    except ValueError as error:
        print(f"lab: {'' if own else place(error)}{error}", file=sys.stderr)  # own: it names the reader's file
        return 2
    except SystemExit as error:  # a status of 0 would read as a check that was passed
        if own and not (theirs := readers_code.place(error)):
            raise
        said = f"{theirs}ends the program; let it return or raise" if own else f"{place(error)}{ENDS}"
        print(f"lab: {said}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("lab: stopped; nothing was written", file=sys.stderr)
        return 130
    except Exception as error:
        if "LAB_TRACE" in os.environ or not (at := (own and readers_code.place(error)) or place(error)):
            raise
        said = " ".join(str(error).split())
        print(f"lab: {at}{type(error).__name__}: {said}; mend it there (LAB_TRACE=1 shows the way)", file=sys.stderr)
        return 2


def help_of(lab: ModuleType, name: str) -> int:
    """Print how the lab itself is run, then the help of its own commands, or the line that says which there are."""
    print(f"`lab {name}` runs the lab; `lab --help` lists the options of that. Its own commands:", flush=True)
    try:
        lab.main(["--help"])
    except ValueError as error:
        print(error)
    return 0


def place(error: BaseException) -> str:
    """`file:line: ` of the innermost line of a lab's own code that an error came through; empty if there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        frames = [(Path(error.filename), error.lineno or 1)]
    else:
        frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    own = [(path, line) for path, line in frames if record.LABS in path.parents and path.parent != record.LABS]
    return f"docs/labs/{own[-1][0].relative_to(record.LABS).as_posix()}:{own[-1][1]}: " if own else ""


def one(name: str, arguments: argparse.Namespace) -> int:
    """Run or check one lab as the arguments ask; 1 if a check found a difference."""
    if arguments.check:
        found = check(name, arguments.seeds)
        for line in found:
            print(f"lab {name.replace('_', '-')}: {line}")
        command = f"make lab NAME={name.replace('_', '-')} RECORD=1"
        print(f"lab {name.replace('_', '-')}: " + (f"differs; if that is right: {command}" if found else "as recorded"))
        return int(bool(found))
    results, content = run_all(name) if arguments.record or arguments.seeds else run(name, arguments.seed or SEED)
    show(content)
    if arguments.record:
        for path in keep(name, results, content):
            print(f"wrote {path.relative_to(record.LABS.parent.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
