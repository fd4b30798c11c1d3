"""What the storage costs, and memory that is wrong though it was not lost: results, claims and tables; the answer."""

from __future__ import annotations

from labs.customer_support_agent import hazards, storage
from labs.customer_support_agent.agent import Agent
from labs.record import Results

TURNS, SIZES, SIZE = 1000, (40, 160, 640, 2560), 160  # turns kept; characters per message, and those of the figure


def add_hazards(r: Results) -> None:
    """Leak, window, upgrade, deletion."""
    for key, make in (("filtered", Agent), ("unfiltered", hazards.Unfiltered)):
        facts, reply = hazards.probe(make)
        r.add(f"leak_facts_{key}", facts, f"facts of Ann given to the model when Bob asks, query {key}")
        r.add(f"leak_reply_{key}", reply, f"what the agent tells Bob of Ann's address, query {key}")
    for key, window in (("full", TURNS), ("windowed", 20)):
        says = f"characters of memory given to the model after 1,000 turns, {key}"
        r.add(f"context_chars_{key}", hazards.context(TURNS, window)[0], says)
    says = "answer after 1,000 turns about the address told in turn 1, from the last 20 turns and the facts"
    r.add("context_answer_windowed", hazards.context(TURNS, 20)[1], says)
    ways = {"alone": hazards.upgrade_alone, "script": hazards.upgrade_script, "whole": hazards.upgrade_whole}
    for key, upgrade in ways.items():
        points, broken = hazards.upgrade(upgrade)
        r.add(f"upgrade_points_{key}", points, f"crash points of a schema upgrade, way '{key}'")
        r.add(f"upgrade_bad_{key}", broken, f"crash points after which the upgrade never starts again, way '{key}'")
    rows = []
    for name in ("off", "fast", "on", "on, and a report is reading"):
        counts = [sum(pair) for pair in hazards.residue(name.split(",")[0], reader="report" in name)]
        rows.append([name, counts[0], counts[2], counts[3], counts[5]])
    columns = ["secure_delete", "Before", "After DELETE", "After a checkpoint", "After VACUUM and a checkpoint"]
    r.table("residue", "Copies of a deleted customer's address in the bytes of database and log", columns, rows)
    r.claim(
        "delete_needs_both",
        all(row[2] > 0 for row in rows) and not any(row[4] for row in rows[:3]) and rows[3][4] > 0,
        "DELETE alone leaves the address in the files with every setting; VACUUM and an emptied log clear it, unless "
        "somebody is reading.",
    )  # fmt: skip
    gone = hazards.forgotten_pieces()
    r.add("pieces_searched", gone[1], "pieces of Ann's messages, replies and facts that were searched after forget")
    r.add("pieces_left", gone[0], "of these pieces, how many stood in the bytes of database and log after forget")
    r.add("pieces_before", gone[2], "of these pieces, how many stood there before")


def add_bytes(r: Results, every: dict[int, dict[str, list[int]]]) -> None:
    """Bytes written per turn kept."""
    rows = []
    for size, c in every.items():
        wal, rollback, lines = c["SQLite, WAL"], c["SQLite, rollback"], c["JSONL, appended"]
        bare, bare_rollback = storage.sqlite_bytes(*storage.dirty_pages(TURNS, size, numbers=False))
        others = (wal, rollback, bare, bare_rollback)
        even = [storage.break_even(c["JSON, rewritten"], other) for other in others]
        rows.append([size, *even, *(written[-1] // TURNS for written in (wal, bare, rollback, lines))])
    columns = [
        "Characters per message",
        "Break-even, WAL",
        "Break-even, rollback",
        "Break-even, WAL without the numbers",
    ]
    columns += ["Break-even, rollback without the numbers", "WAL bytes per turn"]
    columns += ["WAL without the numbers", "Rollback bytes per turn", "JSONL bytes per turn"]
    says = "Turns from which on a JSON file, rewritten each turn, writes more than SQLite; bytes are over 1,000 turns"
    r.table("break_even", says, columns, rows)
    c = every[SIZE]
    says = "Bytes written in all after so many turns, message and reply of 160 characters each"
    long = [
        [n, name, written[n - 1]] for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) for name, written in c.items()
    ]
    r.table("bytes", says, ["turns", "kept in", "bytes"], long)
    even = rows[SIZES.index(SIZE)]
    says = "turns from which on a JSON file, rewritten each turn, writes more than SQLite with"
    r.add("breakeven_turns_wal", even[1], f"{says} a write-ahead log", "turns")
    r.add("breakeven_turns_rollback", even[2], f"{says} a rollback journal", "turns")
    r.add("breakeven_bare_wal", even[3], f"{says} a write-ahead log and no table of numbers", "turns")
    r.add("breakeven_bare_rollback", even[4], f"{says} a rollback journal and no table of numbers", "turns")
    ratio = c["JSON, rewritten"][799] / c["SQLite, WAL"][799]
    r.add("bytes_ratio_800", ratio, "bytes written for 800 turns: JSON rewritten each turn, divided by SQLite with WAL")
    r.add("numbers_cost", even[5] / even[6] - 1, "bytes that keeping the numbers adds to a turn with a WAL", "share")
    shorter = [a < b for a, b in zip(c["JSON, rewritten"], c["SQLite, WAL"], strict=True)]
    r.claim(
        "json_cheap_while_short",
        all(shorter[: even[1] - 1]) and not any(shorter[even[1] - 1 :]) and 20 < even[3] < even[1],
        "Rewriting a JSON file writes fewer bytes than SQLite with a write-ahead log for the first turns, then more; "
        "where SQLite keeps no table of numbers, which the file has not either, for fewer turns.",
    )  # fmt: skip
    for mode, name in (("wal", "SQLite, WAL"), ("delete", "SQLite, rollback")):
        asked = storage.asked_of_linux(mode, 800, SIZE)
        says = f"bytes Linux says were written, less those counted here: 800 turns, journal mode {mode}"
        r.add(f"linux_minus_counted_{mode}", "not Linux" if asked is None else asked - c[name][799], says, machine=True)


def add_answer(r: Results) -> None:
    """The answer, which rests on what the other files found."""
    held = {name: claim.holds == (True,) for name, claim in r.claims.items()}
    r.claim(
        "one_number",
        all(held[name] for name in (
            "number_or_twice", "forget_paid_twice", "words_come_back", "key_guards_money", "only_the_number_survives",
            "one_step_left",
        ))
        and r.values["bad_best"].value == 0,
        "With one number for each message, shown to the provider as the key and kept longer than the words, no crash "
        "point, no deletion and, while the provider knows the key, no restored backup pays a repeated message twice or "
        "brings words back; with a random key some do, and with the number deleted the words come back.",
    )  # fmt: skip
