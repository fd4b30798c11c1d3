"""What is wrong with a session's file: torn tails, lines that swallowed another, zeros, calls without results."""

from __future__ import annotations

import codecs
import contextlib
import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labs.memory_serialization import pairs

MARK = codecs.BOM_UTF8
LISTS = ("messages", "history", "turns", "entries", "conversation")


@dataclass
class Report:
    """What a file holds.

    records  what can be read, recovered records included, in the order of the file
    faults   one line each: where, and what is wrong
    notes    what was not checked, or is only worth knowing
    """

    records: list[Any] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Unusable(ValueError):
    """A file of which nothing can be said, and why, in one line."""


def text(raw: bytes) -> tuple[str, str]:
    """The bytes as text, and what is wrong with them: "" or a clause with the first bad byte's place in them."""
    try:
        return raw.decode(), ""
    except UnicodeDecodeError as error:
        return raw.decode(errors="replace"), f"byte {error.start} of it is no UTF-8"


def hooks(odd: list[str]) -> dict[str, Any]:
    """What `json` needs to note in `odd` what it takes without a word and other readers refuse or take otherwise."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
        odd.extend(f'"{name}" stands twice in one object; the last is read, as most readers do' for name in twice)
        return dict(pairs)

    def none(said: str) -> None:
        odd.append(f"{said:.20} is no value of JSON, so other readers refuse it; it is read as null")

    def finite(said: str) -> float | None:
        return number if math.isfinite(number := float(said)) else none(said)

    return {"object_pairs_hook": once, "parse_constant": none, "parse_float": finite}


DECODER = json.JSONDecoder(**hooks([]))  # for what is looked for inside broken text


def halves(value: Any) -> bool:
    """Whether half a character (a lone surrogate) stands in any text of a value."""
    if isinstance(value, str):
        return any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return any(halves(part) for item in value.items() for part in item)
    return isinstance(value, list) and any(map(halves, value))


def inside(line: str) -> Iterator[dict[str, Any]]:
    """The JSON objects that begin later in a line that is none, each taking the rest or standing before the next."""
    at = line.find("{", 1)
    while at != -1:
        try:
            value, end = DECODER.raw_decode(line, at)
        except (ValueError, RecursionError):
            at = line.find("{", at + 1)
            continue
        rest = line[end:].strip()
        if not rest or rest.startswith("{"):
            yield value
        at = line.find("{", max(end, at + 1))


def start(line: str) -> Any:
    """The whole JSON object at the beginning of a line that goes on after it, or None."""
    try:
        value, end = DECODER.raw_decode(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and line[end:].strip() else None


def shapes(pieces: list[bytes]) -> list[frozenset[str]]:
    """The keys of each line that is a JSON object."""
    found = []
    for piece in pieces:
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(piece)
            if isinstance(value, dict):
                found.append(frozenset(value))
    return found


def lines(raw: bytes, at: int = 0) -> Report:
    """A log with a record a line. `raw` begins at byte `at` of its file."""
    report = Report()
    pieces = raw.split(b"\n")
    if pieces[-1] == b"":
        pieces.pop()
        ended = True
    else:
        ended = False
    known = shapes(pieces)
    for number, piece in enumerate(pieces, 1):
        place, last = f"line {number}, byte {at}", number == len(pieces) and not ended
        at += len(piece) + 1
        if not piece.strip():
            report.notes.append(f"{place}: empty, which JSON Lines does not allow; most readers skip it")
            continue
        if zeros := piece.count(0):
            report.faults.append(f"{place}: {zeros} zero bytes, which a crash of the machine can leave")
            piece = piece.replace(b"\0", b"")
            if not piece.strip():
                continue
        content, bad = text(piece)
        if bad:
            report.faults.append(f"{place}: {bad}; it is read with a mark in its place")
        odd: list[str] = []
        try:
            value = json.loads(content, **hooks(odd))
        except (ValueError, RecursionError) as error:
            unreadable(report, place, content, last, error, known)
            continue
        report.records.append(value)
        report.faults += [f"{place}: {what}" for what in odd]
        if halves(value):
            report.faults.append(f"{place}: half a character (a lone surrogate); encoding it as UTF-8 will raise")
        if last:
            report.faults.append(f"{place}: complete, its newline is missing: a plain append would lose it")
    return report


def unreadable(
    report: Report, place: str, content: str, last: bool, error: Exception, known: list[frozenset[str]]
) -> None:  # fmt: skip
    """Note a line that is no JSON: one that swallowed others, a torn tail, or neither."""
    whole = start(content)
    later = [value for value in inside(content) if plausible(value, known)]
    if swallowed := [whole] * (whole is not None) + later:
        report.records += swallowed
        what = f"{len(swallowed)} whole record{'s' * (len(swallowed) > 1)} recovered"
        torn = ", one torn" if whole is None else ""
        keys = f"; {len(later)} by having the keys of other records: look at it" if later else ""
        report.faults.append(f"{place}: records joined on one line; {what}{torn}{keys}")
    elif last:
        report.faults.append(
            f"{place}: torn, {len(content.encode())} bytes; the next plain append would be lost with it"
        )
    else:
        what = getattr(error, "msg", "") or str(error) or type(error).__name__
        report.faults.append(f"{place}: no JSON ({what})")


def plausible(value: Any, known: list[frozenset[str]]) -> bool:
    """Whether an object found inside a broken line can be a record, and not a part of one: by its keys.

    It has those that all the file's whole records have, or if these have none in common, exactly those of one of them.
    A message that makes or answers a call often has no text, so there a role is enough, if all the records have one.
    Without a record to compare it with, none can.
    """
    if not isinstance(value, dict) or not known:
        return False
    common = frozenset.intersection(*known)
    if "role" in common & value.keys() and (pairs.calls(value) or pairs.results(value)):
        return True
    return common <= value.keys() if common else frozenset(value) in known


def before_the_tear(content: str) -> list[Any]:
    """The whole elements at the beginning of a list of messages that breaks off, or of an object's list of them."""
    opened = re.match(r'\s*\[|\s*\{.*?"(?:' + "|".join(LISTS) + r')"\s*:\s*\[', content, re.S)
    found, at = [], opened.end() if opened else len(content)
    while at < len(content):
        at += len(content[at:]) - len(content[at:].lstrip(" \t\r\n,"))
        try:
            value, at = DECODER.raw_decode(content, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found


def document(raw: bytes) -> Report:
    """One JSON document: a list of messages, or an object that holds one."""
    report = Report()
    content, bad = text(raw)
    if bad:
        report.faults.append(f"{bad}; it is read with a mark in its place")
    odd: list[str] = []
    try:
        state = json.loads(content, **hooks(odd))
    except (ValueError, RecursionError) as error:
        if any(line.strip() for line in content.splitlines()[1:]) and lines(raw).records:
            raise Unusable("a record a line, no single document: give it the ending .jsonl") from None
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "somewhere"
        report.records = before_the_tear(content)
        whole = f"{len(report.records)} whole record{'s' * (len(report.records) != 1)} before that"
        report.faults.append(f"cannot be read from {where} on, {whole}; look for a temporary file or a copy beside it")
        return report
    report.faults += odd
    if halves(state):
        report.faults.append("half a character (a lone surrogate) in it; encoding it as UTF-8 will raise")
    found = state if isinstance(state, list) else next(
        (state[name] for name in LISTS if isinstance(state, dict) and isinstance(state.get(name), list)), None
    )  # fmt: skip
    if found is None:
        report.notes.append(f"no list of messages (a list, or one called {', '.join(LISTS)})")
        report.records = [state]
    else:
        report.records = found
    return report


def database(path: Path, table: str, column: str) -> Report:
    """A column of JSON in a table of an SQLite database, in the order of its rows. Nothing is written."""
    report = Report()
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        found = db.execute("pragma integrity_check").fetchone()[0]
        if found != "ok":
            report.faults.append(f"integrity_check: {' '.join(str(found).split())}")
        quoted = ['"' + name.replace('"', '""') + '"' for name in (column, table)]
        for row, body in db.execute("select rowid, {} from {} order by rowid".format(*quoted)):
            odd: list[str] = []
            try:
                report.records.append(json.loads(body, **hooks(odd)))
                report.faults += [f"row {row}: {what}" for what in odd]
            except (ValueError, TypeError, RecursionError):
                report.faults.append(f"row {row}: {column} is no JSON")
    except sqlite3.Error as error:
        raise Unusable(f"SQLite says: {error}") from None
    finally:
        db.close()
    report.notes.append("integrity_check looks at the tables' structure; it compares no checksum of what is in them")
    return report


def inspect(path: Path, table: str = "messages", column: str = "body") -> Report:
    """Read a session's file by its ending. Raises Unusable."""
    if path.is_dir() or not path.exists():
        raise Unusable("a folder, not a file" if path.is_dir() else "there is no such file")
    if path.suffix in (".db", ".sqlite", ".sqlite3"):
        report = database(path, table, column)
    elif not (raw := path.read_bytes()).strip(b"\0 \t\r\n" + MARK):
        what = "zero bytes and nothing else" if raw and not raw.strip(b"\0") else "bytes"
        raise Unusable(f"{len(raw)} {what}: look for a temporary file or a copy beside it")
    else:
        at, raw = len(MARK) * raw.startswith(MARK), raw.removeprefix(MARK)
        report = lines(raw, at) if path.suffix in (".jsonl", ".ndjson") else document(raw)
        if at:
            report.faults.insert(0, "it begins with a byte order mark, which many readers refuse; read without it")
    messages = [m.get("message", m) if isinstance(m, dict) else m for m in report.records]
    report.faults += [f"record {at + 1}: call {id_} has no result behind it" for at, id_ in pairs.unanswered(messages)]
    report.faults += [f"record {at + 1}: a result for call {id_}, which no record makes"
                      for at, id_ in pairs.uncalled(messages)]  # fmt: skip
    made, answered = (sum(len(ids(m)) for m in messages) for ids in (pairs.calls, pairs.results))
    report.notes.append(
        f"tool calls seen: {made}, results: {answered}, in the shapes of OpenAI's chat completions and Anthropic's "
        "messages; a call in another shape is not seen"
    )
    return report
