"""What bad values, size limits and kills did to a session: results and claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from labs.memory_serialization import designs, harness, matrix, values
from labs.memory_serialization.harness import Case, Message
from labs.memory_serialization.matrix import KEPT, Tested
from labs.record import Results

MANY = 120


def count(cases: Sequence[Case], said: str, field: str = "said") -> int:
    """How many cases ended so."""
    return sum(getattr(case, field) == said for case in cases)


def add_values(r: Results, messages: Sequence[Message]) -> None:
    """Event one: twelve values, ten ways to save them."""
    old = messages[:40]
    ended = {name: values.save_each(*arm, old) for name, arm in values.ARMS.items()}
    raised = {name: [k for k, one in arm.items() if one.raised] for name, arm in ended.items()}
    gone = {name: [k for k, one in arm.items() if one.old != "kept"] for name, arm in ended.items()}
    altered = {name: [k for k, one in arm.items() if one.altered] for name, arm in ended.items()}
    dump, anything, letters = "open and dump", "open and dump, default=str", "text first, ensure_ascii=False"
    r.add("values_tried", len(values.VALUES), "values that were saved, one at a time")
    r.add("values_raise", len(raised[dump]), "of them, values for which open and dump raises")
    r.add("turns_before", len(old), "messages in the session before")
    r.add("bytes_left", values.after_dump(old), "bytes that open and dump leaves after the Decimal", "bytes")
    r.add("bytes_before", len(json.dumps(old)), "bytes of the session before", "bytes")
    r.add("bytes_append", len(designs.line_of(messages[40])), "bytes that append writes for the next message", "bytes")
    r.add("bytes_save", len(json.dumps(messages[:41])), "bytes that save writes for the same", "bytes")
    r.add("changed_plain", len(altered[dump]), "values that open and dump saves and that come back as something else")
    r.add("changed_str", len(altered[anything]), "the same with default=str")
    r.claim(
        "value_empties",
        len(raised[dump]) > 0 and gone[dump] == raised[dump],
        "Every one of the twelve values for which open and dump raises leaves the session unreadable, and no other.",
    )
    r.claim(
        "text_first_saves_from_values",
        gone["text first"] == [] and raised["text first"] == raised[dump],
        "With the text made before the file is opened the same values raise, and the old session can be read.",
    )
    r.claim(
        "half_emoji_gets_past",
        gone[letters] == ["half an emoji"] and ended[letters]["half an emoji"].left == 0
        and gone["bytes first, ensure_ascii=False"] == [],
        "With ensure_ascii=False and the text made first, half an emoji still empties the file, to 0 bytes: the write "
        "encodes, and raises. With bytes made first it raises before the file is opened.",
    )  # fmt: skip
    r.claim(
        "str_changes_values",
        raised[anything] == [] and set(altered[anything]) == {*altered[dump], *raised[dump]} > set(altered[dump]),
        "With default=str nothing raises; each value that raised without it is saved and comes back as something else.",
    )
    r.claim(
        "recommended_keep_old",
        all(gone[name] == [] for name in ("save", "append", "SQLite")),
        "In save, append and SQLite none of the twelve values costs the old messages.",
    )
    r.table(
        "by_value", "Values for which saving raises, which cost the old messages, and which come back changed",
        ["way", "raises", "old messages lost", "comes back changed"],
        [[name, len(raised[name]), len(gone[name]), len(altered[name])] for name in ended],
    )  # fmt: skip


def add_disk(r: Results, messages: Sequence[Message], tested: dict[str, Tested]) -> None:
    """Event two: a limit on the size of files at every byte, and kills before every call."""
    old, (new, then) = messages[: matrix.OLD], matrix.pair(messages[matrix.OLD : 13])
    more = ("text first, in place", "over the old bytes", "beside, own name, no fsync", "append, answer unread")
    fewer = dict.fromkeys(more[1:3], MANY)  # for the notes only
    full = {name: harness.full_disk(*designs.DESIGNS[name], old, new, then, fewer.get(name, 5000)) for name in more}
    killed = {name: harness.kills(*designs.DESIGNS[name], old, new, then, ends=True) for name in more}
    copied = partial(harness.full_disk, *designs.DESIGNS["copy first, in place"], old, new, then, MANY)
    once, twice = copied(), copied(times=2)
    wal = "SQLite, WAL"
    full[wal] = harness.full_disk(*designs.DESIGNS[wal], old, new, then, MANY)
    killed[wal] = harness.kills(*designs.DESIGNS[wal], old, new, then)
    full |= {"copy first, one save": once, "copy first, two saves": twice}
    full |= {name: one.full for name, one in tested.items()}
    killed |= {name: one.kills for name, one in tested.items()}
    dump, save = tested["dump"], tested["save+"]
    r.add("disk_cases", len(save.full), "limits on a file's size: every byte of the largest file that a save leaves")
    r.add("kill_cases", len(save.kills), "calls before which `save` was killed")
    r.add("copy_cases_gone", count(twice, "unreadable"), "limits at which two saves cost session and copy")
    r.add(
        "unread_lost", count(full[more[3]], "lost"), "limits at which os.write saves a part and nobody reads its answer"
    )
    r.claim(
        "limit_empties",
        all(count(full[name], "unreadable") == len(full[name]) for name in ("dump", more[0])),
        "With a limit on the file's size, writing in place leaves the session unreadable at every byte of it, text "
        "first or not.",
    )
    r.claim(
        "replacing_keeps_old_or_new",
        all(count([*full[n], *killed[n]], "kept") == len([*full[n], *killed[n]]) for n in ("save+", "rename"))
        and count(full["dump"], "unreadable") == len(full["dump"])
        and [c.said for c in dump.kills if not c.where.startswith("before write")] == [*["kept"] * 3, "unreadable"]
        and {c.said for c in dump.kills if c.where.startswith("before write")} == {"unreadable"},
        "A file written beside and renamed gives back the old or the new session at every size limit and every kill; "
        "open and dump leaves it unreadable at every limit and at every kill between opening and closing.",
    )
    r.claim(
        "fsync_not_seen",
        count([*full[more[2]], *killed[more[2]]], "kept") == len([*full[more[2]], *killed[more[2]]]),
        "Without fsync the same test finds nothing: it kills a process, not a machine.",
    )
    r.claim(
        "sqlite_keeps_old_or_new",
        all(count([*full[n], *killed[n]], "kept") == len([*full[n], *killed[n]]) > 0 for n in ("SQLite", wal)),
        "In SQLite, with a journal or a write-ahead log, no size limit and no kill between its calls costs a saved "
        "message.",
    )
    r.claim(
        "copy_lasts_one_save",
        count(once, "kept") == len(once) and count(twice, "unreadable") > 0,
        "A copy made before each save is there after one save that the limit cuts; a second one can cost the copy, "
        "too.",
    )
    r.claim(
        "unread_answer_loses",
        0 < count(full[more[3]], "lost") == sum(c.said == "lost" and not c.raised for c in full[more[3]]),
        "os.write writes a part up to the limit and says so; unread, the save returns as if it were done.",
    )
    r.table(
        "by_disk", "Cases in which session or saved message was lost: size limit, the same and one save more, kill",
        ["way", "limits tried", "bad", "bad after one more", "kills", "bad after a kill"],
        [[name, len(full[name]), bad(full[name], "said"), bad(full[name], "after"), len(killed.get(name, [])),
          bad(killed.get(name, []), "said")] for name in full],
    )  # fmt: skip


def bad(cases: Sequence[Case], field: str) -> int:
    """How many cases are not "kept"."""
    return len(cases) - count(cases, KEPT, field)
