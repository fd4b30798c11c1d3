"""Reads a session's messages and the probes for it; every fault is one line that names file and line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.contextual_compression.keeping import words

RESULT = "tool_result"
NOT_SAID = ("isSidechain", "isMeta", "isCompactSummary")  # marks of Claude Code on what is no message of the session


@dataclass(frozen=True)
class Session:
    """The texts of a session in order, how many messages have parts that are not read (calls of tools, pictures), and
    the places of the texts that are results of tools; of a transcript, how many lines are no messages of the session:
    bookkeeping, another agent's, summaries of a compaction."""

    texts: tuple[str, ...]
    unread: int
    results: tuple[int, ...] = ()
    left_out: int = 0


@dataclass(frozen=True)
class Probe:
    """A value that must survive, and the one that it replaced, if any."""

    answer: str
    stale: str = ""


def text_of(message: Mapping[str, Any]) -> str:
    """The text of a chat message: its content, or that of its text blocks. Raises ValueError for another shape."""
    content = message.get("content")
    if content is None or isinstance(content, str):
        return (content or "").strip()
    if not isinstance(content, list):
        raise ValueError("its content is neither a string nor a list of blocks")
    said = [text_of(block) if block["type"] == RESULT else str(block.get("text") or "") for block in blocks(content)]
    return "\n".join(said).strip()


def blocks(content: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The blocks of a message's content that are text, in either provider's shape, or the result of a tool."""
    kinds = ("text", "input_text", "output_text", RESULT)
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

    A transcript of Claude Code is read, too: there each message stands under `message`, and other lines are left out.
    """
    texts, unread, results, left_out = [], 0, [], 0
    lines = _lines(path)
    transcript = any(map(_wraps, lines))
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
            if transcript:
                if not _wraps(line) or any(message.get(mark) for mark in NOT_SAID):
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
        unread += not words(text) or has_unread(message["content"])
    if not texts:
        raise ValueError(f"{path}: no message has a text")
    return Session(tuple(texts), unread, tuple(results), left_out)


def _wraps(line: str) -> bool:
    """Whether a line of JSON is an object with a message under `message`."""
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        return False
    return isinstance(found, dict) and isinstance(found.get("message"), dict) and "role" in found["message"]


def read_text(path: Path) -> str:
    """The text that an agent kept, whole. Raises ValueError if it cannot be read or has no word."""
    text = "".join(_lines(path)).strip()
    if not words(text):
        raise ValueError(f"{path}: no text in it")
    return text


def read_probes(path: Path, session: Session) -> list[Probe]:
    """The probes of a CSV with a column `answer` and, if values were changed, `stale`. Raises ValueError."""
    rows = csv.DictReader(_lines(path))
    if "answer" not in (rows.fieldnames or ()):
        raise ValueError(f"{path}: line 1: no column `answer`; the header is `answer` or `answer,stale`")
    probes = []
    for row in rows:
        if None in row:
            raise ValueError(
                f"{path}: line {rows.line_num}: more cells than the header has; put a value with a comma in quotes"
            )
        probe = Probe(row["answer"] or "", row.get("stale") or "")
        for what, value in (("answer", probe.answer), ("stale value", probe.stale)):
            if what == "answer" and not words(value):
                raise ValueError(f"{path}: line {rows.line_num}: the answer is empty")
            if value and not any(holds(text, value) for text in session.texts):
                rest = f"; {session.unread} messages have parts that were not read" if session.unread else ""
                raise ValueError(
                    f"{path}: line {rows.line_num}: no message holds the {what} {value!r}, so it cannot be lost{rest}"
                )
        probes.append(probe)
    if not probes:
        raise ValueError(f"{path}: no probe below the header")
    return probes


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
