"""What became of each design under the crashes: results, claims and tables, in words that the post may use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from labs.customer_support_agent.cases import BEST, CASES, TWISTS
from labs.record import Results

Outcomes = list[tuple[str, list[str]]]
HELD = "held for a person"
NAMED = {  # result: design
    "bad_json_inplace": "JSON, in place",
    "bad_json_rename": "JSON, rename",
    "bad_json_outbox": "JSON, rename, outbox",
    "bad_sqlite_autocommit": "SQLite, autocommit",
    "bad_sqlite_autocommit_turn_last": "SQLite, autocommit, turn last",
    "bad_inside": "refund inside the transaction",
    "bad_inside_last": "refund last in the transaction",
    "bad_after": "refund after the transaction",
    "bad_inside_number": "inside, message number as key",
    "bad_journal_nokey": "journalled steps, no key",
    "bad_journal_number": "journalled steps, number as key",
    "bad_outbox_nokey": "outbox, no key",
    "bad_outbox_once": "outbox, no key, never sent twice",
    "bad_outbox_newkey": "outbox, new key per send",
    "bad_outbox_content": "outbox, content key",
    "bad_outbox_position": "outbox, position key",
    "bad_outbox_random": "outbox, random key",
    "bad_outbox_unnumbered": "outbox, random key, no number",
    "bad_best": BEST,
}
DONE = {  # design: the step that puts the payment on record
    "JSON, in place": "file written",
    "JSON, rename": "renamed",
    "refund inside the transaction": "committed",
    "refund last in the transaction": "committed",
    "journalled steps, no key": "payment noted",
    "outbox, no key": "marked sent",
    "outbox, new key per send": "marked sent",
}
STEPS = {  # design: its name on the figure of a refund's steps
    "JSON, rename": "JSON file, renamed",
    "refund inside the transaction": "paid in transaction",
    "refund last in the transaction": "paid last in it",
    "outbox, no key": "outbox, no key",
    "outbox, new key per send": "outbox, new keys",
    BEST: "outbox, number",
}
RECORD = {**DONE, BEST: "marked sent"}  # design: the step that puts the payment on record
PAID, RECORDED = "paid", "on record"  # what a step does with the payment
GRAVE = ("cannot restart", "double refund", "refund missing", "memory wrong", HELD)  # gravest first
MEMORY = {"fact lost", "wrong answer", "turn lost or doubled", "paid, not remembered", "remembered, not paid"}


def bad(outcomes: Outcomes) -> list[tuple[str, list[str]]]:
    """The crash points after which something is wrong."""
    return [(label, wrong) for label, wrong in outcomes[1:] if set(wrong) - {HELD}]


def kind(wrong: Sequence[str]) -> str:
    """The gravest of what is wrong, one of GRAVE, or "" if nothing is."""
    return next((what for what in GRAVE if what in wrong), "memory wrong" if wrong else "")


def with_(outcomes: Outcomes, *what: str) -> int:
    """How many crash points end with one of these."""
    return sum(bool(set(what) & set(wrong)) for _, wrong in outcomes[1:])


def add_crashes(r: Results, killed: dict[str, Outcomes]) -> None:
    """What became of each design, and of the best in other circumstances."""
    count = {name: len(bad(outcomes)) for name, outcomes in killed.items()}
    for key, name in NAMED.items():
        r.add(key, count[name], f"crash points of the design '{name}' after which something is wrong for good")
    best = killed[BEST]
    r.add("designs", len(CASES), "designs that were killed at every step")
    r.add("points_best", len(best) - 1, f"crash points of the design '{BEST}'")
    r.add("points_all", sum(len(killed[name]) - 1 for name in CASES), "crash points of all designs together")
    r.add(
        "unrestartable", with_(killed["JSON, in place"], "cannot restart"), "crash points after which it never starts"
    )
    once = killed["outbox, no key, never sent twice"]
    r.add("held_once", with_(once, HELD), "crash points after which a person has to look, no key and never sent twice")
    unnumbered = with_(killed["outbox, random key, no number"], "double refund")
    r.add("double_unnumbered", unnumbered, "crash points after which a client without numbers is paid twice")
    add_tables(r, killed)
    r.claim(
        "window", all(in_window(killed[name], done) for name, done in DONE.items()),
        "Without a stored key, in seven designs, the bad points of each refund are those from the payment until it is "
        "on record: "
        + "; ".join(DONE) + ".",
    )  # fmt: skip
    r.claim(
        "transaction_is_no_better", count["refund inside the transaction"] == count["JSON, rename"] > 0,
        "A transaction around the refund is bad after as many crash points as a JSON file that is renamed.",
    )  # fmt: skip
    single = ("refund last in the transaction", "outbox, no key", "journalled steps, no key")
    paid = [f"{turn}: provider paid" for turn in ("2", "8", "9")]
    r.claim(
        "one_step_left",
        all([label for label, _ in bad(killed[name])] == paid for name in single),
        "Last in the transaction, from an outbox or as a journalled step, a refund without a key has one bad step.",
    )
    r.claim(
        "format_is_not_it", count["JSON, rename, outbox"] == count[BEST] == 0 < count["JSON, rename"],
        "A renamed JSON file with an outbox and the message's number as key has no bad crash point either.",
    )  # fmt: skip
    r.claim(
        "journal_needs_key",
        count["journalled steps, number as key"] == 0 < with_(killed["journalled steps, no key"], "double refund"),
        "Journalled steps pay twice without a key and nowhere with the message's number as key.",
    )  # fmt: skip
    undrained = bad(killed[f"{BEST}; not drained at the start"])
    r.add("bad_undrained", len(undrained), "bad crash points if what is open is not sent at the start")
    r.claim(
        "drained_at_start",
        len(undrained) > 0 == count[BEST],
        "If the agent does not send what is open when it starts, some crash points end wrong; if it does, none.",
    )
    r.claim(
        "number_or_twice", unnumbered > 0 == count["outbox, random key"] == count[BEST],
        "A client that sends again what got no answer is paid twice without a number, never with one and a stored key.",
    )  # fmt: skip
    r.claim(
        "once_is_held", count["outbox, no key, never sent twice"] == 0 < with_(once, HELD),
        "Without a key, a row marked before it is sent and never sent again pays nothing twice; a person has to look.",
    )  # fmt: skip
    newkey, nokey = count["outbox, new key per send"], count["outbox, no key"]
    r.claim(
        "new_keys_are_none",
        newkey == nokey > 0,
        "A new key for each try fails after as many crash points as no key at all.",
    )
    content = killed["outbox, content key"]
    r.claim(
        "content_swallows", "refund missing" in content[0][1] and count["outbox, content key"] == len(content) - 1,
        "A key made of order and amount swallows the second mug even without a crash.",
    )  # fmt: skip
    mind, all_, hold = (
        killed[f"{name}; {what}"]
        for name, what in (
            ("inside, message number as key", "model changes its mind"),
            (BEST, "three days down, sends all"), (BEST, "three days down, holds old rows"),
        )
    )  # fmt: skip
    steady = killed[f"{BEST}; model changes its mind"]
    r.add("mind_inside", len(bad(mind)), "bad crash points, key but no stored decision, model changes its mind")
    r.claim(
        "decision_first",
        with_(mind, "paid, not remembered") > 0 == len(bad(steady)) == count["inside, message number as key"],
        "With a key but no stored decision, a model that changes its mind leaves money paid that no memory knows of; "
        "with the promise committed first it does not.",
    )  # fmt: skip
    r.add("late_double", with_(all_, "double refund"), "crash points paid twice after three days down, all rows sent")
    r.add("late_held", with_(hold, HELD), "crash points after which a person has to look, three days down")
    r.claim(
        "old_rows_held", with_(all_, "double refund") > 0 == len(bad(hold)),
        "After three days down, when the provider has dropped its keys, sending old rows pays twice; holding does not.",
    )  # fmt: skip


def refund_steps(killed: dict[str, Outcomes]) -> list[list]:
    """Each step of the first refund turn of some designs: what it does with the payment, what a kill there leaves."""
    rows = []
    for name in STEPS:
        paid = False
        points = [(label[3:], wrong) for label, wrong in killed[name] if label.startswith("2:")]
        for number, (step, wrong) in enumerate(points, 1):
            paid = paid or step == "provider paid"
            does = PAID if step == "provider paid" else RECORDED if paid and step == RECORD[name] else ""
            rows.append([name, number, step, does, kind(wrong) or "nothing wrong"])
    return rows


def add_steps(r: Results, rows: list[list]) -> None:
    """The steps of one refund, as drawn."""
    says = "One refund in six designs: each step, and what is wrong for good after a kill there"
    r.table("refund_steps", says, ["Design", "Step", "Killed after", "The payment", "What is wrong"], rows)


def in_window(outcomes: Outcomes, done: str) -> bool:
    """Whether in each refund turn the bad points are just those from the payment up to the step before `done`."""
    for turn in ("2", "8", "9"):
        points = [(label[3:], bool(wrong)) for label, wrong in outcomes[1:] if label.startswith(f"{turn}:")]
        names = [name for name, _ in points]
        paid = names.index("provider paid")
        wanted = [paid <= i < names.index(done, paid) for i in range(len(points))]
        if [wrong for _, wrong in points] != wanted:
            return False
    return True


def add_tables(r: Results, killed: dict[str, Outcomes]) -> None:
    """The table of outcomes, the same in long form, and the designs in other circumstances."""
    rows = []
    for name in CASES:
        outcomes = killed[name]
        turns = {label.split(":")[0] for label, _ in bad(outcomes)} - {"0"}
        counts = [with_(outcomes, what) for what in ("cannot restart", "double refund", "refund missing")]
        steps = ", ".join(dict.fromkeys(label.split(": ")[1] for label, _ in bad(outcomes)))
        where = "even without a crash" if outcomes[0][1] else steps or "nowhere"
        points = [len(outcomes) - 1, len(bad(outcomes)), len(turns)]
        rows.append([name, *points, *counts, with_(outcomes, *MEMORY), with_(outcomes, HELD), where])
    columns = ["Design", "Crash points", "Bad points", "Turns at risk", "Cannot restart", "Double refund"]
    columns += ["Refund missing", "Memory wrong", "Held for a person", "Where it breaks"]
    r.table("by_design", "Every design killed at each of its steps: nine turns, three of them refunds", columns, rows)
    long = []
    for name in CASES:
        for turn in map(str, range(10)):
            points = [wrong for label, wrong in killed[name][1:] if label.startswith(f"{turn}:")]
            kinds = ("cannot restart", "double refund", "refund missing")
            counts = [sum(what in wrong for wrong in points) for what in kinds]
            long.append([name, int(turn), len(points), sum(bool(set(w) - {HELD}) for w in points), *counts])
    columns = ["design", "turn", "crash points", "bad", "cannot restart", "double refund", "refund missing"]
    r.table("by_turn", "The same, turn by turn; 0 is opening the file", columns, long)
    steps: Counter[tuple[str, str, str]] = Counter()
    for name in CASES:
        for label, wrong in killed[name][1:]:
            for what in wrong or ["nothing wrong"]:
                steps[name, label.split(": ")[1], what] += 1
    long = [[*key, number] for key, number in steps.items()]
    columns = ["Design", "Crash point", "Outcome", "How often"]
    r.table(
        "by_step", "Design, step after which it was killed, what was wrong, at how many of its points", columns, long
    )
    asked = ["double refund", "paid, not remembered", HELD]
    rows = [[name, len(killed[name]) - 1, *(with_(killed[name], what) for what in asked)] for name in TWISTS]
    columns = ["Design; what changes", "Crash points", "Double refund", "Paid, not remembered", "Held for a person"]
    r.table("twists", "The same crash points when model, provider or code is another", columns, rows)
