"""Reads a session's messages and the probes for it; every fault is one line that names file and line."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs import strict_json
from labs.contextual_compression.keeping import words

RESULT, CALL = "tool_result", "tool_use"
SUMMARY = "isCompactSummary"
NOT_SAID = ("isSidechain", "isMeta", SUMMARY)  # marks of Claude Code on what is no message of the session


@dataclass(frozen=True)
class Session:
    """The texts of a session in order, how many messages have parts that are not read (pictures, thinking), and the
    places of the texts that are results of tools; of a transcript, how many lines are no messages of the session:
    bookkeeping, another agent's, summaries of a compaction. `compacted` is the session as it was when the last summary
    in the transcript was written, `summary` that summary."""

    texts: tuple[str, ...]
    unread: int
    results: tuple[int, ...] = ()
    left_out: int = 0
    compacted: Session | None = None
    summary: str = ""


@dataclass(frozen=True)
class Probe:
    """A value that must survive, and the one that it replaced, if any."""

    answer: str
    stale: str = ""


def text_of(message: Mapping[str, Any]) -> str:
    """The text of a chat message: its content or that of its blocks, and its calls of tools.

    Raises ValueError for another shape.
    """
    content = message.get("content")
    if content is not None and not isinstance(content, str | list):
        raise ValueError("its content is neither a string nor a list of blocks")
    said = [content or ""] if not isinstance(content, list) else [_said(block) for block in blocks(content)]
    calls = message.get("tool_calls")
    functions = [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    said += [called(one.get("name"), one.get("arguments")) for one in functions if isinstance(one, dict)]
    return "\n".join(said).strip()


def _said(block: Mapping[str, Any]) -> str:
    """The text of a block: a result of a tool, a call of one, or plain text."""
    if block["type"] == RESULT:
        return text_of(block)
    return called(block.get("name"), block.get("input")) if block["type"] == CALL else str(block.get("text") or "")


def called(name: object, arguments: object) -> str:
    """A call of a tool as text: its name and the values of its arguments, a line each; JSON in a string is opened."""
    if isinstance(arguments, str):
        with contextlib.suppress(ValueError):
            arguments = strict_json.loads(arguments)
    return "\n".join([str(name or ""), *_values(arguments)])


def _values(some: object) -> list[str]:
    """The strings and numbers in arguments, in order, however deep."""
    if isinstance(some, dict | list):
        return [value for one in (some.values() if isinstance(some, dict) else some) for value in _values(one)]
    return [] if some is None or isinstance(some, bool) else [str(some)]


def blocks(content: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The blocks of a message's content that are text, in either provider's shape, or the call or result of a tool."""
    kinds = ("text", "input_text", "output_text", RESULT, CALL)
    return [block for block in content if isinstance(block, dict) and block.get("type") in kinds]


def has_unread(content: object) -> bool:
    """Whether a content has a block that is not read, in the result of a tool, too."""
    if not isinstance(content, list):
        return False
    inner = [block.get("content") for block in blocks(content) if block["type"] == RESULT]
    return len(blocks(content)) < len(content) or any(map(has_unread, inner))


def is_result(message: Mapping[str, Any]) -> bool:
    """Whether a message only brings results of tools: by its role, or each of its blocks is one."""
    content = message.get("content")
    if message["role"] in ("tool", "function"):
        return True
    return (
        isinstance(content, list)
        and bool(content)
        and blocks(content) == content
        and all(block["type"] == RESULT for block in content)
    )


def read(path: Path) -> Session:
    """The messages of a file of one JSON message a line, each with `role` and `content`. Raises ValueError.

    A transcript of Claude Code is read, too: there each message stands under `message`, and other lines are left out,
    but for the last summary of a compaction, which is kept beside the messages.
    """
    texts: list[str] = []
    results: list[int] = []
    unread, left_out, summary, compacted = 0, 0, "", None
    lines = _lines(path)
    transcript = any(map(_wraps, lines))
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            message = strict_json.loads(line)
            if transcript:
                if not _wraps(line) or any(message.get(mark) for mark in NOT_SAID):
                    if _wraps(line) and message.get(SUMMARY) and not message.get("isSidechain"):
                        summary = text_of(message["message"])
                        compacted = Session(tuple(texts), unread, tuple(results), left_out)
                    left_out += 1
                    continue
                message = message["message"]
            if not isinstance(message, dict) or "role" not in message:
                raise ValueError('not a message: an object with "role" and "content"')
            text = text_of(message)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}: line {number}: not JSON ({error.msg}); one message a line is expected") from None
        except ValueError as error:
            raise ValueError(f"{path}: line {number}: {error}") from None
        results += [len(texts)] if words(text) and is_result(message) else []
        texts += [text] if words(text) else []
        unread += not words(text) or has_unread(message.get("content"))
    if not texts:
        raise ValueError(f"{path}: no message has a text")
    return Session(tuple(texts), unread, tuple(results), left_out, compacted, summary)


def _wraps(line: str) -> bool:
    """Whether a line of JSON is an object with a message under `message`."""
    try:
        found = strict_json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and isinstance(found.get("message"), dict) and "role" in found["message"]


def read_text(path: Path) -> str:
    """The text that an agent kept, whole. Raises ValueError if it cannot be read or has no word."""
    text = "".join(_lines(path)).strip()
    if not words(text):
        raise ValueError(f"{path}: no text in it")
    return text


def read_probes(path: Path, session: Session) -> tuple[list[Probe], list[str]]:
    """The probes of a CSV with a column `answer` and, if values were changed, `stale`; and a line for each row that is
    skipped, because no message holds its value. Raises ValueError if a row is malformed or no probe is left."""
    reader = csv.DictReader(_lines(path))
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ValueError(f"{path}: line {reader.reader.line_num}: not CSV ({error})") from None
    if "answer" not in (reader.fieldnames or ()):
        raise ValueError(f"{path}: line 1: no column `answer`; the header is `answer` or `answer,stale`")
    if doubled := [name for name in ("answer", "stale") if reader.fieldnames.count(name) > 1]:
        raise ValueError(f"{path}: line 1: two columns `{doubled[0]}`; keep one")
    probes, skipped = [], []
    rest = f"; {session.unread} messages have parts that were not read" if session.unread else ""
    for number, row in rows:
        if None in row:
            raise ValueError(
                f"{path}: line {number}: more cells than the header has; put a value with a comma in quotes"
            )
        probe = Probe(row["answer"] or "", row.get("stale") or "")
        if not words(probe.answer):
            raise ValueError(f"{path}: line {number}: the answer is empty")
        absent = [
            f"{path}: line {number}: no message holds the {what} {value!r}, so it cannot be lost{rest}"
            for what, value in (("answer", probe.answer), ("stale value", probe.stale))
            if value and not any(holds(text, value) for text in session.texts)
        ]
        skipped += absent[:1]
        probes += [] if absent else [probe]
    if not probes:
        raise ValueError(skipped[0] if skipped else f"{path}: no probe below the header")
    return probes, skipped


def holds(text: str, value: str) -> bool:
    """Whether the words of a value stand in a text one after another, upper or lower case."""
    said, wanted = words(text), words(value)
    return any(said[i : i + len(wanted)] == wanted for i in range(len(said) - len(wanted) + 1))


def _lines(path: Path) -> list[str]:
    """The lines of a text file, ends included; only a line feed ends one, since JSON may hold U+2028 as it is.

    Raises ValueError if it cannot be read.
    """
    try:
        return list(io.StringIO(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
