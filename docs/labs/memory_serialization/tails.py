"""A line that was cut short, then good ones: three ways to append and four to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labs.memory_serialization import designs, session
from labs.memory_serialization.harness import Add, Load, Message, full_at
from labs.memory_serialization.room import room, tried

WRITERS: dict[str, Add] = {
    "plain": designs.appended,
    "newline first": designs.newline_first,
    "mended": session.append,
}
READERS: dict[str, Load] = {
    "skips": designs.skipping,
    "stops": designs.stopping,
    "refuses": designs.refusing,
    "append's own load": session.load,
}


def lost(load: Load, path: Path, sure: Sequence[Message]) -> int:
    """How many saved messages `load` does not give back; all of them if it raises."""
    try:
        found = load(path)
    except ValueError:
        return len(sure)
    return sum(message not in found for message in sure)


def after_cuts(old: Sequence[Message], cut: Message, later: Sequence[Message]) -> list[tuple[str, str, int, int, int]]:
    """(writer, reader, messages saved after the cut, fewest lost, most lost) over every place to cut the line.

    The cut is a full disk while `cut` is saved; at least one byte of it has landed, and not all.
    """
    worst: dict[tuple[str, str, int], list[int]] = {}
    length = len(designs.line_of(cut))
    for writer, add in WRITERS.items():
        with room(add, old) as r:
            size = r.path.stat().st_size
            for place in range(1, length):
                r.put_back()
                with full_at(size + place):
                    tried(add, r.path, cut)
                for count in range(len(later) + 1):
                    if count:
                        add(r.path, later[count - 1])
                    for reader, load in READERS.items():
                        sure = [*old, *later[:count]]
                        worst.setdefault((writer, reader, count), []).append(lost(load, r.path, sure))
    return [(*name, min(counts), max(counts)) for name, counts in worst.items()]


def after_one_cut(old: Sequence[Message]) -> list[tuple[str, str, str, str]]:
    """(append, torn beginning of message 41, what is there after message 42, whether a reader has it), two ways.

    Both are what stands behind the messages saved before.
    """
    torn, good, found = {"n": 41, "text": "refund?"}, {"n": 42, "text": "done"}, []
    for name, label in (("append, plain", "plain append"), ("append", "mended append")):
        add, load = designs.DESIGNS[name]
        with room(add, old) as r:
            size = r.path.stat().st_size
            with full_at(size + 16):
                tried(add, r.path, torn)
            half = r.path.read_bytes()[size:].decode()
            add(r.path, good)
            whole = r.path.read_bytes()[size:].decode().rstrip("\n")
            found.append((label, half, whole, "read" if good in load(r.path) else "lost"))
    return found


def no_final_newline(old: Sequence[Message], later: Message) -> dict[str, int]:
    """Saved messages lost after one more is appended to a file whose last line is whole and has no newline."""
    ended = {}
    for name, add in {**WRITERS, "cut": designs.cut_first}.items():
        with room(add, old) as r:
            r.path.write_bytes(r.path.read_bytes().rstrip(b"\n"))
            add(r.path, later)
            ended[name] = lost(designs.skipping, r.path, [*old, later])
    return ended
