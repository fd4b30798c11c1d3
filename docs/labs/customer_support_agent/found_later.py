"""What became of the memory later on, forgotten, restored and long after: results and claims."""

from __future__ import annotations

from collections import Counter
from functools import partial

from labs.customer_support_agent import arms, later, numbering
from labs.customer_support_agent.kept import (
    DELETED,
    ERASED,
    KEPT,
    KEYED_DELETED,
    NOTED,
    NUMBER,
    OUTSIDE,
    POSITION,
    RANDOM,
    ROW,
)  # fmt: skip
from labs.record import Results

COMPARED = "message number as key, ledger read"
HASTY = "message number as key, old rows sent"  # without the guard against rows older than a day
AGAIN, ALL, NEW = "a message comes again", "all messages come again", "new requests"
LAMP, MUG = "the lamp in a new message", "a mug in a new message"
FORGOT_COLUMNS = ["paid\ntwice", "words\nback"]
FORGOT_ROWS = {  # what is kept: its name on the figure
    DELETED: "random key,\nnumber deleted",
    KEYED_DELETED: "number as key,\nand deleted",
    RANDOM: "random key,\nnumber kept",
    NUMBER: "number as key,\nand kept",
}
BACKUP_COLUMNS = ["sent\nagain", "new\nwish", "keys gone,\nsent again"]
BACKUP_ROWS = {
    RANDOM: "random key",
    ROW: "counted key",
    NUMBER: "number as key",
    COMPARED: "+ ledger read",
    OUTSIDE: "+ numbers outside",
}
DELETING = (DELETED, KEYED_DELETED, ERASED, NUMBER)  # also forgotten when the keys are gone
# what is kept: its name on the figure of the evening
EVENING = {DELETED: "random\nkey", KEYED_DELETED: "number\nas key", NUMBER: "number as\nkey, kept"}
KINDS = ("tried", "paid twice", "not paid", "no answer", "back")
Counts = dict[str, dict[str, Counter]]


RUNS = {  # what happens to the memory: how it is tried, and on which designs
    "forgotten": (later.forgotten, KEPT),
    "forgotten, keys gone": (partial(later.forgotten, days=3), DELETING),
    "restored": (later.restored, KEPT),
    "restored, keys gone": (partial(later.restored, days=3), KEPT),
    "restored, ledger read": (partial(later.restored, compare=True), KEPT),
    "both": (partial(later.restored, compare=True, days=3), (NUMBER, NOTED)),
}


def measured() -> dict[str, Counts]:
    """Everything that is forgotten and restored, as {what happened to the memory: {design: {event: counts}}}."""
    found = {what: {name: run(KEPT[name]) for name in designs} for what, (run, designs) in RUNS.items()}
    found["forgotten"][COMPARED] = later.forgotten(KEPT[NUMBER], compare=True)
    found["restored, keys gone"][HASTY] = later.restored(arms.Impatient, days=3)
    return compared(found)


def compared(found: dict[str, Counts]) -> dict[str, Counts]:
    """The same, with the number as key and the ledger read as a design of its own."""
    found["restored"][COMPARED] = found["restored, ledger read"][NUMBER]
    found["restored, keys gone"][COMPARED] = found["both"][NUMBER]
    return found


def add_later(r: Results, found: dict[str, Counts]) -> None:
    """What is kept of a message, against forgetting and restoring."""
    add_tables(r, found)
    forgotten, restored, late = found["forgotten"], found["restored"], found["restored, keys gone"]
    for key, name in (("number", NUMBER), ("compared", COMPARED), ("outside", OUTSIDE), ("hasty", HASTY)):
        for short, event in (("again", AGAIN), ("all", ALL), ("new", NEW)):
            says = f"paid twice: restored after the keys expired, {event}; {name}"
            r.add(f"late_{short}_{key}", late[name][event]["paid twice"], says)
    for key, name in (("deleted", DELETED), ("keyed_deleted", KEYED_DELETED), ("random", RANDOM), ("number", NUMBER)):
        got = forgotten[name][AGAIN]
        r.add(f"forgot_{key}", got["paid twice"], f"paid twice: Ann forgotten, a message again; {name}")
        r.add(f"back_{key}", got["back"], f"cases in which a forgotten customer's words came back; {name}")
    erased = found["forgotten, keys gone"][ERASED][AGAIN]
    r.add("forgot_late_erased", erased["paid twice"], f"paid twice: Ann forgotten, keys gone, again; {ERASED}")
    for key, name in (("random", RANDOM), ("position", POSITION), ("row", ROW), ("number", NUMBER), ("noted", NOTED)):
        r.add(f"restored_again_{key}", restored[name][AGAIN]["paid twice"], f"paid twice: restored, {AGAIN}; {name}")
        r.add(f"restored_new_{key}", restored[name][NEW]["not paid"], f"not paid: restored, {NEW}; {name}")
    r.add("mug_compared", restored[COMPARED][MUG]["paid twice"], f"paid twice: restored, {MUG}; {COMPARED}")
    r.add("forgot_cases", forgotten[NUMBER][AGAIN]["tried"], "pairs of a turn after which Ann is forgotten, a message")
    r.add("backups", restored[NUMBER][NEW]["tried"], "backups, one after each commit of the conversation")
    r.add("restored_cases", restored[NUMBER][AGAIN]["tried"], "pairs of a backup and a message that asked for money")
    add_forgetting(r, found)
    add_restoring(r, found)
    numbering.add_numbers(r)


def add_tables(r: Results, found: dict[str, Counts]) -> None:
    """Every count, in long form, and three tables of it."""
    long = [
        [name, f"{what}: {event}", *(counts[kind] for kind in KINDS)]
        for what, designs in found.items()
        for name, events in designs.items()
        for event, counts in events.items()
    ]
    columns = ["What is kept", "What happens", "Cases", "Paid twice", "Not paid", "No answer", "Words back"]
    r.table("later", "What is kept of a message, against what happens to the memory afterwards", columns, long)
    gone, late, read = (
        found[what] for what in ("forgotten, keys gone", "restored, keys gone", "restored, ledger read")
    )
    rows = [
        [name, events[AGAIN]["paid twice"], gone[name][AGAIN]["paid twice"] if name in gone else "",
         events[AGAIN]["back"], events[NEW]["not paid"]]
        for name, events in found["forgotten"].items()
    ]  # fmt: skip
    columns = ["What is kept", "Again: paid twice", "Keys gone: paid twice", "Words back", "New: not paid"]
    says = "Ann is forgotten: 34 cases of a message of hers that comes again, 9 of two new requests"
    r.table("forgotten", says, columns, rows)
    wanted = ((AGAIN, "paid twice"), (ALL, "paid twice"), (NEW, "not paid"), (LAMP, "paid twice"), (MUG, "paid twice"))
    columns = ["What is kept", "One again: paid twice", "All again: paid twice", "New: not paid", "Lamp: paid twice"]
    columns.append("Mug: paid twice")
    rows = [[name, *(events[event][kind] for event, kind in wanted)] for name, events in found["restored"].items()]
    r.table("restored", "A backup is put back: 39 cases of one message again, 13 of each other event", columns, rows)
    columns = ["What is kept", "Keys gone, one again", "All again", "Ledger read, one again", "All again, ledger read"]
    columns.append("New: not paid, ledger read")
    rows = [
        [name, *(late[name][event]["paid twice"] for event in (AGAIN, ALL)),
         *(read[name][event][kind] for event, kind in wanted[:3])]
        for name in KEPT
    ]  # fmt: skip
    r.table("ledger", "A backup is put back when the keys are gone, or after the ledger was read", columns, rows)
    known = found["restored"]
    rows = [
        [name, known[name][AGAIN]["paid twice"], known[name][NEW]["not paid"], late[name][AGAIN]["paid twice"]]
        for name in (*KEPT, COMPARED)
    ]
    columns = ["what is kept", "sent again and paid twice", "new wish not paid", "keys gone and paid twice"]
    says = "A backup is put back: 39 cases of one message sent again, keys known or gone, 13 of two new wishes"
    r.table("by_kept", says, columns, rows)


def add_forgetting(r: Results, found: dict[str, Counts]) -> None:
    """Claims on a customer who is forgotten and whose message comes again."""
    forgotten, gone = found["forgotten"], found["forgotten, keys gone"]
    tried = forgotten[NUMBER][AGAIN]["tried"]
    r.claim(
        "forget_paid_twice",
        forgotten[DELETED][AGAIN]["paid twice"] > 0 == forgotten[RANDOM][AGAIN]["paid twice"],
        "With a random key, if the client's number is deleted with the words, a message that comes again can be paid "
        "again; if the number is kept, not.",
    )  # fmt: skip
    told = {name: later.evening(KEPT[name]) for name in EVENING}
    euros = told[DELETED]["first"]
    ends = {name: (seen["first"], seen["known"], seen["again"], seen["words"] > 0) for name, seen in told.items()}
    wanted = {DELETED: (euros, 0, euros, True), KEYED_DELETED: (euros, 0, 0, True), NUMBER: (euros, 1, 0, False)}
    r.claim(
        "evening", ends == wanted and euros > 0,
        "A second mug is paid, Ann is forgotten, and the message comes again: with a random key, and the number "
        "deleted, it is paid again and words are back; with the number as key, deleted, only words; kept, neither.",
    )  # fmt: skip
    late = found["restored, keys gone"][NUMBER][AGAIN]
    r.add("late_within_number", late["within"], f"of late_again_number, those within what was charged; {NUMBER}")
    r.claim(
        "room_left", told[DELETED]["room"] == 1 and 0 < late["within"] < late["paid twice"],
        "In the evening all refunds together stay within what Ann was charged for the order, so a provider that "
        "refuses more pays them too; of the repeats paid after a restored backup some stay within it, some do not.",
    )  # fmt: skip
    r.claim(
        "words_come_back",
        forgotten[DELETED][AGAIN]["back"] == forgotten[KEYED_DELETED][AGAIN]["back"] == tried > 0
        == forgotten[RANDOM][AGAIN]["back"] == forgotten[NUMBER][AGAIN]["back"],
        "With the number deleted, whichever the key, every late message puts a forgotten customer's words back into "
        "memory; kept, none.",
    )  # fmt: skip
    r.claim(
        "key_guards_money",
        forgotten[KEYED_DELETED][AGAIN]["paid twice"] == gone[KEYED_DELETED][AGAIN]["paid twice"] == 0
        < forgotten[DELETED][AGAIN]["paid twice"]
        and forgotten[ERASED][AGAIN]["paid twice"] == 0 < gone[ERASED][AGAIN]["paid twice"],
        "With the number as the key and deleted with the words, a message that comes again after a deletion is not "
        "paid again: the refund's own row or the provider's key refuses it; with both gone some are.",
    )  # fmt: skip
    r.claim(
        "kept_number_forgets", not sum(trouble(forgotten, NUMBER, AGAIN, NEW) + trouble(gone, NUMBER, AGAIN, NEW)
        + trouble(forgotten, COMPARED, AGAIN, NEW)) and forgotten[DELETED][AGAIN]["paid twice"] > 0,
        "With the number as the key and kept, nothing goes wrong after a deletion, whether the provider knows its keys "
        "or not, and whether its ledger is read or not.",
    )  # fmt: skip


def add_restoring(r: Results, found: dict[str, Counts]) -> None:
    """Claims on a backup that is put back."""
    restored, late, read = (found[f"restored{what}"] for what in ("", ", keys gone", ", ledger read"))
    r.claim(
        "restored_random_pays_twice",
        restored[RANDOM][AGAIN]["paid twice"] > 0 == restored[NUMBER][AGAIN]["paid twice"],
        "After a restored backup a random key pays a message that comes again twice; the message's number, while the "
        "provider knows it, does not.",
    )  # fmt: skip
    counted = [restored[name][event][kind] for name in (POSITION, ROW)
               for event, kind in ((AGAIN, "paid twice"), (NEW, "not paid"))]  # fmt: skip
    r.claim(
        "restored_counters_fail", min(counted) > 0 == restored[NUMBER][NEW]["not paid"],
        "After a restored backup a key that is counted, the customer's turns or the rows of the table of numbers, pays "
        "some messages twice and swallows some new requests.",
    )  # fmt: skip
    whole = [
        name for name in KEPT
        if not sum(trouble(found["forgotten"], name, AGAIN, NEW) + trouble(restored, name, AGAIN, ALL, NEW))
    ]  # fmt: skip
    r.claim(
        "only_the_number_survives", whole == [OUTSIDE, NUMBER],
        "Of ten ways to keep a message's identity, only a kept number as the key is right whenever a message comes "
        "again or a new one is asked, after forgetting and after a restored backup, while the provider knows the key.",
    )  # fmt: skip
    right = [name for name in KEPT if not sum(trouble(restored, name, AGAIN, ALL, NEW))]
    r.claim(
        "restored_number_right", right == [KEYED_DELETED, ERASED, OUTSIDE, NUMBER],
        "After a restored backup, while the provider knows its keys, only the designs with the message's number as the "
        "key pay each repeated message and each new request once; random and counted keys do not.",
    )  # fmt: skip
    inside = [name for name in KEPT if name != OUTSIDE]
    r.claim(
        "expired_needs_ledger",
        sum(trouble(late, COMPARED, AGAIN, ALL, NEW) + trouble(late, OUTSIDE, AGAIN, ALL, NEW)) == 0
        < min(late[name][event]["paid twice"] for name in inside for event in (AGAIN, ALL)),
        "If a backup is put back when the provider has dropped its keys, the message's number as the key pays some "
        "messages again that come again, and so does every design whose numbers are in the backup; not if the ledger "
        "is read first, by the number in each refund's note, or the numbers are kept where the restore does not reach.",
    )  # fmt: skip
    lost = {name: later.unpaid(KEPT[name]) for name in (OUTSIDE, NUMBER)}
    lost[COMPARED] = later.unpaid(KEPT[NUMBER], compare=True)
    r.claim(
        "outside_can_lose", lost == {OUTSIDE: 0, NUMBER: 1, COMPARED: 1},
        "If the disk fails between a promise and its payment and a backup is put back, a message that comes again is "
        "paid by its number, with the ledger read or not; if the numbers are kept outside the backup it is taken for "
        "answered and never paid.",
    )  # fmt: skip
    r.claim(
        "new_words_new_wish",
        read[NUMBER][LAMP]["paid twice"] == 0 < min(restored[name][LAMP]["paid twice"] for name in KEPT)
        and read[NUMBER][MUG]["paid twice"] == restored[NUMBER][MUG]["paid twice"] == read[NUMBER][MUG]["tried"] > 0,
        "If she asks again in a new message after a restored backup, none of these keys keeps the lamp from being paid "
        "twice in some cases; the ledger, read first, does, for there is one lamp. A mug of four is paid "
        "twice, ledger or not.",
    )  # fmt: skip
    carries = (KEYED_DELETED, ERASED, NOTED, OUTSIDE, NUMBER)
    bad = {name: sum(trouble(read, name, AGAIN, ALL, NEW)) for name in KEPT}
    r.claim(
        "note_counts",
        [name for name in KEPT if not bad[name]] == list(carries)
        and sum(trouble(found["both"], NOTED, AGAIN, ALL, NEW)) == 0 < restored[NOTED][AGAIN]["paid twice"],
        "Reading the ledger sets a restored memory right if each refund's note carries the message's number, even "
        "under a fresh random key each time, and with none of the other notes tried.",
    )  # fmt: skip


def trouble(found: Counts, name: str, *events: str) -> list[int]:
    """Everything that went wrong in these events."""
    return [found[name][event][kind] for event in events for kind in KINDS[1:]]


def evenings() -> dict[str, dict[str, int]]:
    """What the figure of the evening shows, by the name that it gives each design."""
    return {label: later.evening(KEPT[name]) for name, label in EVENING.items()}


def forgot_cells(found: dict[str, Counts]) -> dict[str, list[tuple[int, int]]]:
    """(wrong, tried) of each cell of the figure on forgetting."""
    rows = {label: found["forgotten"][name][AGAIN] for name, label in FORGOT_ROWS.items()}
    return {label: [(got["paid twice"], got["tried"]), (got["back"], got["tried"])] for label, got in rows.items()}


def backup_cells(found: dict[str, Counts]) -> dict[str, list[tuple[int, int]]]:
    """(wrong, tried) of each cell of the figure on restoring."""
    known, gone = found["restored"], found["restored, keys gone"]
    wanted = ((known, AGAIN, "paid twice"), (known, NEW, "not paid"), (gone, AGAIN, "paid twice"))
    return {
        label: [(counts[name][event][kind], counts[name][event]["tried"]) for counts, event, kind in wanted]
        for name, label in BACKUP_ROWS.items()
    }
