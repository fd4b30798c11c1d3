"""A support agent with a memory, killed at every step: which design remembers what it did?

The lab is longer than one file because it is a program to be used: `lab customer-support-agent chat`.
  model.py    what the model is given and what it may want; the scripted model
  agent.py    the agent: memory, turn, outbox
  arms.py     the same agent built otherwise, to be compared
  cases.py    the conversation, the designs, what has to be true afterwards
  crash.py    SIGKILL at every step, and twice
  storage.py  bytes written per turn kept
  hazards.py  leak, backup, window, upgrade, deletion
  figures.py  the two figures
  chat.py     the commands
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from labs.customer_support_agent import crash, hazards, storage
from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.arms import PositionKey
from labs.record import Results

BEST = "outbox, stored random key"
NAMED = {  # result: design
    "bad_json_inplace": "JSON, in place",
    "bad_json_rename": "JSON, rename",
    "bad_sqlite_autocommit": "SQLite, autocommit",
    "bad_sqlite_autocommit_turn_last": "SQLite, autocommit, turn last",
    "bad_txn_effect_inside": "refund inside the transaction",
    "bad_txn_effect_after": "refund after the transaction",
    "bad_outbox_nokey": "outbox, no key",
    "bad_outbox_newkey": "outbox, new key per send",
    "bad_outbox_content": "outbox, content key",
    "bad_inside_position_key": "inside, position key",
    "bad_outbox_position": "outbox, stored position key",
    "bad_outbox_stable": BEST,
}
TURNS, SIZES, SIZE = 1000, (40, 160, 640, 2560), 160  # turns kept; characters per message, and those of the figure
Outcomes = list[tuple[str, list[str]]]


def main(argv: list[str]) -> int:
    """The lab's own commands."""
    from labs.customer_support_agent import chat

    return chat.main(argv)


def run(seed: int) -> Results:
    """Kill every design everywhere, count the bytes, spring the traps. The seed sets when the random kills come."""
    from labs.customer_support_agent import figures

    r = Results()
    names = [*crash.CASES, *crash.TWISTS]
    with ThreadPoolExecutor(2) as pool:
        again = pool.submit(crash.worker, "twice", BEST)
        surprised = pool.submit(crash.worker, "surprise", BEST, "100", str(seed))
        found = dict(zip(names, pool.map(crash.outcomes, names), strict=True))
        (pairs, bad_pairs), (kills, bad_random) = again.result(), surprised.result()
    add_crashes(r, found)
    says = (
        "pairs: a first crash for each state one can leave, a second at each point of the recovery; stored random key"
    )
    r.add("double_crash_pairs", pairs, says)
    r.add("double_crash_bad", bad_pairs, "pairs after which anything is wrong")
    says = "kills from outside, at random instants, of a process at work; stored random key"
    r.add("random_kills", kills, says)
    r.add("random_kills_bad", bad_random, "outcomes of these random kills with anything wrong")
    curves = add_bytes(r)
    add_hazards(r)
    r.figure("crash-points", lambda: figures.crashes({name: found[name] for name in crash.CASES}))
    r.figure("bytes-written", lambda: figures.written(curves))
    return r


def row(name: str, outcomes: Outcomes) -> list:
    """A design's row of the table of outcomes."""
    bad = [(label, wrong) for label, wrong in outcomes[1:] if wrong]
    turns = {label.split(": ")[0] for label, _ in bad}
    steps = dict.fromkeys(label.split(": ")[1] for label, _ in bad)
    memory = {"fact lost", "wrong answer", "turn lost or doubled", "paid, not remembered", "remembered, not paid"}
    return [
        name,
        len(outcomes) - 1,
        len(bad),
        len(turns - {"0"}),
        *(sum(what in wrong for _, wrong in bad) for what in ("cannot restart", "double refund", "refund missing")),
        sum(bool(memory & set(wrong)) for _, wrong in bad),
        "even without a crash" if outcomes[0][1] else ", ".join(steps) or "nowhere",
    ]


def add_crashes(r: Results, found: dict[str, Outcomes]) -> None:
    """What became of each design."""
    rows = {name: row(name, found[name]) for name in crash.CASES}
    for key, name in NAMED.items():
        r.add(key, rows[name][2], f"crash points of the design '{name}' after which something is wrong for good")
    says = "crash points of the design 'JSON, in place' after which it does not start again"
    r.add("unrestartable_json_inplace", rows["JSON, in place"][4], says)
    last = [wrong for _, wrong in found["refund inside the transaction; refund last"][1:] if wrong]
    says = "bad crash points if the refund, inside the transaction, is the last thing before the commit"
    r.add("bad_txn_effect_inside_last", len(last), says)
    says = "crash points of the design '{}' after which a client that sends its message again is paid twice"
    again = found[f"{BEST}; client sends again"][1:]
    r.add("bad_client_repeats", sum("double refund" in wrong for _, wrong in again), says.format(BEST))
    numbered = found[f"{BEST}; client sends again, numbered"][1:]
    says = "bad crash points of the same design if the client sends again under the message's old number"
    r.add("bad_client_numbers", sum(bool(wrong) for _, wrong in numbered), says)
    r.add("designs", len(rows), "designs that were killed at every step")
    r.add("points_best", rows[BEST][1], f"crash points of the design '{BEST}'")
    columns = ["Design", "Crash points", "Bad points", "Turns at risk", "Cannot restart", "Double refund"]
    columns += ["Refund missing", "Memory wrong", "Where it breaks"]
    says = "Every design killed once at each of its steps: nine turns, three of them refunds"
    r.table("by_design", says, columns, list(rows.values()))
    asked = ["double refund", "paid, not remembered", "held for a person"]
    twists = [
        [name.replace("; ", ": "), len(found[name]) - 1, *(sum(what in w for _, w in found[name]) for what in asked)]
        for name in crash.TWISTS
    ]
    columns = ["Design: what changes", "Crash points", "Double refund", "Paid, not remembered", "Held for a person"]
    r.table(
        "twists", "The same crash points when model, provider, client or order of steps is another", columns, twists
    )


def add_bytes(r: Results) -> dict[str, list[int]]:
    """Bytes written per turn kept. Returns the curves for messages of SIZE characters."""
    every = {size: storage.curves(TURNS, size) for size in SIZES}
    rows = []
    for size, c in every.items():
        rowid = storage.sqlite_bytes(*storage.dirty_pages(TURNS, size, "without rowid"))[0]
        wal, rollback, lines = c["SQLite, WAL"], c["SQLite, rollback"], c["JSONL, appended"]
        even = [storage.break_even(c["JSON, rewritten"], other) for other in (wal, rollback)]
        rows.append([size, *even, *(written[-1] // TURNS for written in (wal, rowid, rollback, lines))])
    columns = ["Characters per message", "Break-even, WAL", "Break-even, rollback", "WAL bytes per turn"]
    columns += ["WITHOUT ROWID, WAL bytes per turn", "Rollback bytes per turn", "JSONL bytes per turn"]
    says = "Turns from which on a JSON file, rewritten each turn, writes more than SQLite; bytes are over 1,000 turns"
    r.table("break_even", says, columns, rows)
    c = every[SIZE]
    says = "Bytes written in all after so many turns, message and reply of 160 characters each"
    r.table("bytes", says, ["Turns", *c], [[n, *(written[n - 1] for written in c.values())] for n in (50, 200, 800)])
    even = rows[SIZES.index(SIZE)]
    says = "turns from which on a JSON file, rewritten each turn, writes more than SQLite with"
    r.add("breakeven_turns_wal", even[1], f"{says} a write-ahead log", "turns")
    r.add("breakeven_turns_rollback", even[2], f"{says} a rollback journal", "turns")
    ratio = c["JSON, rewritten"][799] / c["SQLite, WAL"][799]
    r.add("bytes_ratio_800", ratio, "bytes written for 800 turns: JSON rewritten each turn, divided by SQLite with WAL")
    for mode, name in (("wal", "SQLite, WAL"), ("delete", "SQLite, rollback")):
        asked = storage.asked_of_linux(mode, 800, SIZE)
        says = f"bytes Linux says were written, less those counted here: 800 turns, journal mode {mode}"
        off = "not Linux" if asked is None else asked - c[name][799]
        r.add(f"linux_minus_counted_{mode}", off, says, machine=True)
    return c


def add_hazards(r: Results) -> None:
    """Leak, window, upgrade, deletion."""
    for key, make in (("filtered", Agent), ("unfiltered", hazards.Unfiltered)):
        facts, reply = hazards.probe(make)
        r.add(f"leak_facts_{key}", facts, f"facts of Ann given to the model when Bob asks, query {key}")
        r.add(f"leak_reply_{key}", reply, f"what the agent tells Bob of Ann's address, query {key}")
    for key, make in (("position", PositionKey), ("random", Agent)):
        says = f"euros paid for the lamp asked for after a backup was restored, stored {key} key"
        r.add(f"restore_paid_{key}", hazards.restored(make), says)
        says = f"euros paid for the lamp if it was refunded already and the backup does not know, stored {key} key"
        r.add(f"restore_repaid_{key}", hazards.restored(make, "31"), says)
    for key, window in (("full", TURNS), ("windowed", 20)):
        says = f"characters of memory given to the model after 1,000 turns, {key}"
        r.add(f"context_chars_{key}", hazards.context(TURNS, window)[0], says)
    says = "answer after 1,000 turns about the address told in turn 1, from the last 20 turns and the facts"
    r.add("context_answer_windowed", hazards.context(TURNS, 20)[1], says)
    ways = {"alone": hazards.upgrade_alone, "script": hazards.upgrade_script, "whole": hazards.upgrade_whole}
    for key, upgrade in ways.items():
        points, bad = hazards.upgrade(upgrade)
        r.add(f"upgrade_points_{key}", points, f"crash points of a schema upgrade, way '{key}'")
        r.add(f"upgrade_bad_{key}", bad, f"crash points after which the upgrade never starts again, way '{key}'")
    rows = []
    for name in ("off", "fast", "on", "on, and a report is reading"):
        counts = [sum(pair) for pair in hazards.residue(name.split(",")[0], reader="report" in name)]
        rows.append([name, counts[0], counts[2], counts[3], counts[5]])
    columns = ["secure_delete", "Before", "After DELETE", "After a checkpoint", "After VACUUM and a checkpoint"]
    r.table("residue", "Copies of a deleted customer's address in the bytes of database and log", columns, rows)
    says = "copies of the address in database and log, secure_delete off, after"
    r.add("residual_pii_hits_after_delete", rows[0][2], f"{says} DELETE")
    r.add("residual_pii_hits_after_checkpoint", rows[0][3], f"{says} DELETE and a checkpoint that empties the log")
