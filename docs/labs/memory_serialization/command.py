"""`lab memory-serialization check FILE`: a crash test for code (.py), a look at a session's file (anything else)."""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import json
import sqlite3
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from labs.arguments import Parser
from labs.memory_serialization import damage, harness, room, session, smalldisk

NAME = "readers_own_session"
WAITS = (
    "two writers: one is held still while the other waits, so SQLite's wait runs out in each such order and counts as\n"
    "refused; that takes minutes. Pass timeout=0 to sqlite3.connect for this test"
)
SUFFIXES = (".json", ".jsonl", ".ndjson", ".db", ".sqlite", ".sqlite3")


def main(argv: Sequence[str]) -> int:
    """Run the command; 0: nothing wrong found, 1: something. Raises ValueError for a reader's mistake."""
    if len(argv) == 2 and argv[0] == "disk":
        smalldisk.record(argv[1])
        return 0
    if not argv or argv[0] != "check":
        raise ValueError("memory-serialization has two commands: check FILE, and disk DATE, which keeps disk.json")
    parser = Parser("lab memory-serialization check", description=__doc__)
    parser.add_argument("file", type=Path, help="your code (.py, with append or save, and load) or a session's file")
    parser.add_argument("--most", type=int, default=300, help="for code: at most so many cases of a kind (300)")
    parser.add_argument("--table", default="messages", help="for a database: its table (messages)")
    parser.add_argument("--column", default="body", help="for a database: the column with JSON (body)")
    parser.add_argument("--repair", type=Path, metavar="OUT", help="write every record that can be read to a new file")
    options = parser.parse_args(argv[1:])
    try:
        if options.file.suffix == ".py":
            if options.repair:
                raise damage.Unusable("--repair is for a session's file")
            return crash(options.file, options.most)
        return look(options)
    except (damage.Unusable, OSError) as error:
        raise ValueError(f"{options.file}: {getattr(error, 'strerror', None) or error}") from None


def look(options: argparse.Namespace) -> int:
    """Print what is wrong with a session's file; with --repair write what can be read."""
    path, out = options.file, options.repair
    if path.suffix not in SUFFIXES:
        raise damage.Unusable(f"its ending is none of .py {' '.join(SUFFIXES)}")
    if out and out.exists():
        raise damage.Unusable(f"{out} is there already; --repair writes a new file")
    report = damage.inspect(path, options.table, options.column)
    for line in report.faults:
        print(f"{path}: {line}")
    for line in report.notes:
        print(f"{path}: note: {line}")
    print(f"{path}: {several(len(report.records), 'record')} read, {several(len(report.faults), 'fault')} found")
    if out:
        try:
            session.replace(out, b"".join(json.dumps(record).encode() + b"\n" for record in report.records))
        except OSError as error:
            raise ValueError(f"{out}: {error.strerror}") from None
        print(
            f"wrote {out}: {several(len(report.records), 'record')}, one a line; calls without results stay as they are"
        )
    return int(bool(report.faults))


def several(count: int, what: str) -> str:
    """A number of things: "1 record", "2 records"."""
    return f"{count} {what}{'s' * (count != 1)}"


def crash(path: Path, most: int) -> int:
    """Fill the disk, kill and let two write, with a reader's own code; print a line for each."""
    if most < 10:
        raise damage.Unusable("--most is at least 10")
    add, load = own(path)
    found = []
    try:
        room.swept()
        for one in harness.checks(add, load, most=most):
            found.append(one)
            print(told(one), flush=True)
            if one.test == "killed" and waits(add):
                print(WAITS, file=sys.stderr, flush=True)
    except (Exception, SystemExit) as error:
        raise damage.Unusable(where(error)) from error
    print("the limit is on the size of each file; not tested: blocks that run out, retries, power cuts,")
    print("other file systems, and what your code does inside one call")
    return int(any(one.bad or one.torn for one in found))


def told(one: harness.Finding) -> str:
    """What one kind of failure did, in one line."""
    bad = f"{one.bad} of {one.cases} cases bad, the worst {one.said} ({one.where})" if one.bad else "nothing lost"
    more = [f"; {one.refused} times a writer was refused (it raised)"] * bool(one.refused)
    more += [f"; {one.torn} times torn for a reader"] * bool(one.torn)
    return f"{one.test:12}{one.cases} cases: {bad}{''.join(more)}"


def waits(add: harness.Add) -> bool:
    """Whether a save speaks to an SQLite connection that waits for another writer."""
    waited: list[Any] = []

    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = real(*arguments, **named)
        waited.append(connection.execute("pragma busy_timeout").fetchone()[0])
        return connection

    real = sqlite3.connect
    with room.room(add, []) as r:
        sqlite3.connect = connect
        try:
            add(r.path, {"role": "user", "text": "a message"})
        finally:
            sqlite3.connect = real
    return any(waited)


def own(path: Path) -> tuple[harness.Add, harness.Load]:
    """`add` and `load` of a reader's file. Raises Unusable, naming line and fault."""
    module = run(path)
    load = named(module, "load", 1)
    if hasattr(module, "append"):
        return named(module, "append", 2), load
    save = named(module, "save", 2)

    def add(file: Path, message: dict[str, Any]) -> None:
        save(file, [*(load(file) if file.exists() else []), message])

    return add, load


def named(module: ModuleType, name: str, count: int) -> Callable[..., Any]:
    """A function of the reader's module that takes `count` arguments. Raises Unusable."""
    function = getattr(module, name, None)
    if not callable(function):
        wants = "append(path, message) or save(path, messages), and load(path)"
        raise damage.Unusable(f"it defines no function {name}; wanted: {wants}")
    if inspect.iscoroutinefunction(function):
        raise damage.Unusable(f"{name} is async; wrap it in a plain function, with asyncio.run")
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        raise damage.Unusable(f"{name} does not take {count} argument{'s' * (count > 1)}: path first") from None
    return function


def run(path: Path) -> ModuleType:
    """The module that a reader's file is. Raises Unusable."""
    if not path.is_file():
        raise damage.Unusable("there is no such file")
    spec = importlib.util.spec_from_file_location(NAME, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise damage.Unusable(where(error)) from error
    return module


def where(error: BaseException) -> str:
    """An error in one line: the line of the reader's code if it passed there, its kind, what it says."""
    said = " ".join(str(error).split())
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    file = getattr(sys.modules.get(NAME), "__file__", None)
    inner = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    place = f"line {inner[-1]}: " if inner else ""
    return f"{place}{said}" if isinstance(error, damage.Unusable) else f"{place}{type(error).__name__}: {said}"
