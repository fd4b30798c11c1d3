"""What bad values, full disks, kills and a second writer did to a session: results and claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from labs.memory_serialization import designs, harness, matrix, session, values, writers
from labs.memory_serialization.harness import Case, Message
from labs.memory_serialization.matrix import KEPT, Tested
from labs.memory_serialization.room import room
from labs.record import Results

TORN = b'{"n": 5, "role": "us'
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


def steps_to_rename(old: Sequence[Message], new: Message) -> int:
    """Which of its calls on files is the one with which the replacing save renames, counted from 1."""
    add = designs.DESIGNS["save"][0]
    with room(add, old) as r:
        return harness.steps(add, r.path, new).index("replace") + 1


def both_read_first(turns: str, put: int) -> bool:
    """Whether in this order of turns each writer's first call, the reading, comes before the other's renaming."""
    at = {name: [i for i, turn in enumerate(turns) if turn == name] for name in "AB"}
    return len(at["A"]) >= put and at["A"][0] < at["B"][put - 1] and at["B"][0] < at["A"][put - 1]


def add_writers(r: Results, messages: Sequence[Message], tested: dict[str, Tested]) -> None:
    """Event three: two threads that save at once, on a whole file and on a torn one."""
    old, (a, b) = messages[: matrix.OLD], matrix.pair(messages[matrix.OLD : 13])
    two = {name: one.two for name, one in tested.items()}
    two["process's name"] = harness.two_writers(*designs.DESIGNS["beside, process's name"], old, a, b, MANY)
    locked, wal, bare = "locked+", "SQLite, WAL", "beside, own name, no fsync"
    two[bare] = harness.two_writers(*designs.DESIGNS[bare], old, a, b, MANY)
    two[wal] = harness.two_writers(*designs.DESIGNS[wal], old, a, b, MANY)
    torn = {
        name: harness.two_writers(*designs.DESIGNS[name], old, a, b, MANY, TORN)
        for name in (
            "append, plain",
            "append, newline first",
            "append, mended, no lock",
            "append, mended, lock",
            "append",
        )
    }
    put, whole = steps_to_rename(old, a), ("kept", "lost")
    r.add("orders_fixed", len(two["rename"]), "orders of two writers with a fixed temporary name")
    r.add("orders_fixed_gone", count(two["rename"], "unreadable"), "of them, orders that end unreadable")
    r.add("orders_own", len(two["save+"]), "orders of two writers with a name of their own")
    r.add("orders_own_lost", count(two["save+"], "lost"), "of them, orders in which one of two saves is lost")
    r.add("orders_append", len(two["append+"]), "orders of two writers that append under a lock")
    r.add("orders_unlocked", len(torn["append, mended, no lock"]), "orders of two that mend a torn file without a lock")
    r.add("orders_unlocked_lost", count(torn["append, mended, no lock"], "lost"), "of them, orders that lose a message")
    r.claim(
        "fixed_name_breaks",
        all(count(two[name], "unreadable") > 0 for name in ("rename", "process's name")),
        "A temporary file with a fixed name, or with the process's for two threads, ends unreadable in some orders.",
    )
    r.claim(
        "own_name_is_whole",
        all(case.said in whole and case.seen in whole for name in ("save+", bare) for case in two[name])
        and len(two[bare]) == len(two["rename"])
        and count(two["rename"], "unreadable") > 0,
        "With a name of its own for each save, and as many calls as with the fixed one, the session is whole in every "
        "order tried, between the calls as well; so it is with the post's save.",
    )
    r.claim(
        "own_name_loses_one",
        count(two["save+"], "lost") > 0
        and all((case.said == "lost") == both_read_first(case.where, put) for case in two["save+"]),
        "In exactly the orders in which each reads before the other has renamed, one of two whole saves is lost.",
    )
    refused = {name: sum(case.raised for case in cases) for name, cases in two.items()}
    r.add("orders_sqlite", len(two["SQLite"]), "orders of two that insert into SQLite without waiting")
    r.add("orders_sqlite_refused", refused["SQLite"], "of them, orders in which one insert raises: locked")
    r.claim(
        "appends_keep_both",
        count(two["append+"], "kept") == len(two["append+"]) and refused["append+"] == 0
        and count(two["save+"], "lost") > 0,
        "Two that append, the post's way, both save and keep their messages in every order tried.",
    )  # fmt: skip
    r.claim(
        "sqlite_refuses_one",
        count(two["SQLite"], "kept") == len(two["SQLite"]) and refused["SQLite"] > 0,
        "Two that insert into SQLite without waiting: in some orders one is refused; no message is lost whose insert "
        "returned.",
    )
    waits = writers.at_once(partial(designs.inserted, timeout=60), designs.rows)
    none = writers.at_once(session.add_locked, designs.read)
    reads = partial(designs.read_and_inserted, timeout=60)
    r.claim(
        "reading_first_is_refused",
        all(writers.both_read_first(mode) for mode in ("delete", "wal"))
        and writers.at_once(reads, designs.rows) == (0, 0),
        "Of two SQLite transactions that both read before either writes, one is refused at once although it may wait a "
        "minute, with a journal and with a write-ahead log; begun with begin immediate, none of 60 is refused or lost.",
    )
    r.add("threads_saves", 60, "messages that two unstepped threads save")
    r.claim(
        "timeout_refuses_none",
        waits == (0, 0),
        "With a busy timeout of a minute none of 60 inserts of two threads that run at once is refused or lost.",
    )
    r.claim(
        "lock_cures_save",
        count(two[locked], "kept") == len(two[locked]) and refused[locked] == 0
        and none == (0, 0) and count(two["save+"], "lost") > 0,
        "Two that read and save under one lock both save and keep their messages, in every order tried and at once; "
        "without it one is lost.",
    )  # fmt: skip
    r.claim(
        "mending_needs_a_lock",
        count(torn["append, mended, no lock"], "lost") > 0
        and all(count(torn[n], "kept") == len(torn[n]) > 0 for n in ("append, mended, lock", "append")),
        "Two that cut the same torn line without a lock lose a saved message in some orders; with the lock, and "
        "nothing else changed, in none tried, nor with the post's append.",
    )
    r.claim(
        "newline_needs_no_lock",
        count(torn["append, newline first"], "kept") == len(torn["append, newline first"]) > 0,
        "Two that put a newline before their line lose nothing in any order tried, read by code that skips bad lines.",
    )
    every = {**two, **{f"{name}, torn file": cases for name, cases in torn.items()}}
    r.table(
        "by_writers", "Two writers: orders tried, how they ended, orders in which a reader in between could not read",
        ["way", "orders", "one lost", "unreadable", "one refused", "torn for a reader"],
        [[name, len(cases), count(cases, "lost"), count(cases, "unreadable"), sum(case.raised for case in cases),
          count(cases, "unreadable", "seen")]
         for name, cases in every.items()],
    )  # fmt: skip
