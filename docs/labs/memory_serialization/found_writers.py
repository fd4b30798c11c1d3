"""What a second writer did to a session: results and claims."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from labs.memory_serialization import designs, harness, matrix, writers
from labs.memory_serialization.found import MANY, count
from labs.memory_serialization.harness import Message
from labs.memory_serialization.matrix import Tested
from labs.memory_serialization.room import room
from labs.record import Results

TORN = b'{"n": 5, "role": "us'


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
    waited = {
        add: [writers.behind_a_writer(partial(add, timeout=seconds), designs.rows) for seconds in (0, 5, 60)]
        for add in (designs.inserted, designs.read_and_inserted)
    }
    helps = [(True, 1), (False, 2), (False, 2)]
    r.claim(
        "reading_first_is_refused",
        all(writers.refused_at_once(mode) for mode in ("delete", "wal")) and waited[designs.read_and_inserted] == helps,
        "Of two SQLite transactions that both read before either writes, one is refused at once although it may wait a "
        "minute, with a journal and with a write-ahead log; begun with begin immediate, one that may wait comes "
        "through once the other has committed.",
    )
    r.claim(
        "timeout_refuses_none",
        waited[designs.inserted] == helps,
        "An insert that comes while another writes is refused without a wait; with a busy timeout of five seconds, as "
        "of a minute, it comes through once the other has committed, and both are there.",
    )
    r.claim(
        "lock_cures_save",
        count(two[locked], "kept") == len(two[locked]) and refused[locked] == 0
        and count(two["save+"], "lost") > 0,
        "Two that read and save under one lock both save and keep their messages, in every order tried; without it one "
        "is lost.",
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
