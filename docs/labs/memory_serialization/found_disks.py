"""A disk that is really full, as recorded, and saves that are tried again: results and claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.memory_serialization import conversation, designs, matrix, retries, smalldisk
from labs.memory_serialization.harness import Message
from labs.record import Results

OURS = ("append", "save", "SQLite")
ENDS = ("saved", "refused", "unreadable", "lost with the next")
FULL, TAKEN = "full", "full, and something else writes"


def add_retries(r: Results, messages: Sequence[Message]) -> None:
    """A save that failed is tried again: twice there, and what an id in each record does to that."""
    old, (new, _) = messages[: matrix.OLD], matrix.pair(messages[matrix.OLD : 13])
    ways = {"append": 5000, "save": 120, "SQLite": 120}
    found = {way: retries.retried(*designs.DESIGNS[way], old, new, most) for way, most in ways.items()}
    twice = {way: sum(ends[1] for ends in kinds.values()) for way, kinds in found.items()}
    r.claim(
        "retry_doubles",
        all(number > 0 for number in twice.values())
        and all(ends[2] == 0 for kinds in found.values() for ends in kinds.values()),
        "A failed save that is tried again leaves the message twice in some cases, with append, save and SQLite; with "
        "an id in each record and each id read once, in none.",
    )
    r.table("by_retry", "Failures after which the same save was tried again: messages that are then there twice",
            ["way", "raised at a limit", "twice", "killed", "twice then"],
            [[way, *kinds["limit"][:2], *kinds["kill"][:2]] for way, kinds in found.items()])  # fmt: skip


def add_recorded(r: Results, content: dict[str, Any]) -> None:
    """The small file systems of disk.json."""
    found, long = content["found"], content["long"]
    said = "of the sessions on a full file system"
    r.add("real_sessions", smalldisk.COUNT, "sessions, of one message, of two, …, each saved on a full disk")
    lines = [len(designs.line_of(m)) for m in conversation.messages(0, smalldisk.COUNT)]
    r.add("real_bytes", round(sum(lines) / len(lines)), "bytes of a line in these sessions, on average", "bytes")
    for kind, rooms in found.items():
        for room, name in ((FULL, "full"), (TAKEN, "taken")):
            for way in ("dump", "JSONL", "save"):
                ends = rooms[room][way]
                bad = sum(n for end, n in ends.items() if end not in ("saved", "refused"))
                where = f"{kind}, {room}, {content['machine']}, {content['date']}"
                r.add(f"{kind}_{name}_{way.lower()}_bad", bad, f"{said}, lost with {way}; {where}", machine=True)
                r.add(
                    f"{kind}_{name}_{way.lower()}_saved", ends.get("saved", 0), f"{said}, saved with {way}; {where}",
                    machine=True,
                )  # fmt: skip
    bad = {
        (kind, room, way): sum(n for end, n in ends.items() if end not in ("saved", "refused"))
        for kind, rooms in found.items() for room, ways in rooms.items() for way, ends in ways.items()
    }  # fmt: skip
    r.claim(
        "real_disk_spares_dump",
        all(found[kind][FULL]["dump"].get("saved", 0) > 0.9 * smalldisk.COUNT for kind in found),
        "On a full file system on which nothing else writes, open and dump saves more than nine in ten sessions.",
        record="disk.json",
    )
    r.claim(
        "real_disk_taken",
        all(
            bad["tmpfs", TAKEN, way] == smalldisk.COUNT and bad["ext4", TAKEN, way] > 0.8 * smalldisk.COUNT
            for way in ("dump", "text first")
        ),
        "If something else takes each block that comes free, open and dump, and text first, leave every "
        "session unreadable on the tmpfs, and more than eight in ten on the ext4.",
        record="disk.json",
    )
    r.claim(
        "real_disk_spares_ours",
        all(bad[kind, room, way] == 0 for kind in found for room in smalldisk.ROOMS for way in OURS)
        and all(bad[kind, TAKEN, "JSONL"] > 0 for kind in found),
        "In none of the three situations do append, save or SQLite lose a session or a saved message; a "
        "plain append loses the next one in some.", record="disk.json",
    )  # fmt: skip
    saved = {
        (kind, room, way): ends.get("saved", 0)
        for kind, rooms in found.items() for room, ways in rooms.items() for way, ends in ways.items()
    }  # fmt: skip
    r.claim(
        "real_disk_no_room_to_replace",
        all(
            max(saved[kind, room, "save"], saved[kind, room, "SQLite"]) < 0.1 * smalldisk.COUNT
            and saved[kind, room, "append"] > 0.9 * smalldisk.COUNT
            for kind in found for room in (FULL, TAKEN)
        ),
        "On a full file system the replaced file and SQLite save fewer than one in ten sessions and refuse the "
        "others; append, with short lines, saves more than nine in ten.", record="disk.json",
    )  # fmt: skip
    r.claim(
        "real_disk_long_lines",
        all(
            ways["1000"]["append"].get("saved", 0) > 0.5 * smalldisk.LONG > ways["3000"]["append"].get("saved", 0) > 0
            and ways["3000"]["dump"].get("unreadable", 0) > 0.5 * smalldisk.LONG
            and all({*ends[way]} <= {"saved", "refused"} for ends in ways.values() for way in OURS)
            and all(ends[way].get("saved", 0) < 0.1 * smalldisk.LONG for ends in ways.values() for way in OURS[1:])
            for ways in long.values()
        ),
        "With lines of 3,000 bytes, append saves fewer than half of the sessions on a full file system, and open and "
        "dump leaves more than half unreadable; with 1,000 bytes append saves more than half. Append, the replaced "
        "file and SQLite lose none; the last two save fewer than one in ten.", record="disk.json",
    )  # fmt: skip
    r.table("machine_long", f"Recorded, {content['machine']}, {content['date']}: a full disk, by the length of a line",
            ["file system, bytes of a line, way", "saved", "refused", "unreadable"],
            [[f"{kind}, {int(length):,}: {way}", *(ends.get(end, 0) for end in ENDS[:3])]
             for kind, lengths in long.items()
             for length, ways in lengths.items() for way, ends in ways.items()])  # fmt: skip
    r.table("machine_disk", f"Recorded, {content['machine']}, {content['date']}: one more message on a full disk",
            ["file system, room, way", "saved", "refused", "unreadable", "next one lost"],
            [[f"{kind}, {room}: {way}", *(ends.get(end, 0) for end in ENDS)]
             for kind, rooms in found.items()
             for room, ways in rooms.items() for way, ends in ways.items()])  # fmt: skip
