"""What became of the memory later on, forgotten, restored and long after: results, claims and the answer."""

from __future__ import annotations

from collections import Counter

from labs.customer_support_agent.cases import BEST
from labs.record import Results

COMPARED = "message number as key, ledger compared"
HASTY = "message number as key, old rows sent"  # without the guard against rows older than a day
NUMBER = BEST.partition(", ")[2]
DELETED, UNNUMBERED = "random key, number deleted with the words", "random key, no number"
AGAIN, NEW, ANEW, ALL = (
    "a message comes again",
    "new requests",
    "she asks again in new words",
    "all messages come again",
)
COLUMNS = [
    "forgot\nsent\nagain",
    "backup\nsent\nagain",
    "keys\ngone,\nagain",
    "backup\nnew\nwish",
    "backup\nasked\nanew",
]
SHORT = {  # what is kept: its name on the figure
    UNNUMBERED: "no number",
    DELETED: "number deleted",
    "random key": "random key",
    "position key": "position key",
    NUMBER: "number as key",
    COMPARED: "and ledger read",
}
NAMES = {UNNUMBERED: "unnumbered", DELETED: "deleted", "random key": "random", "position key": "position"}
NAMES |= {NUMBER: "number", COMPARED: "compared"}
Counts = dict[str, dict[str, Counter]]


def add_later(r: Results, forgotten: Counts, restored: Counts, read: Counts, late: Counts) -> None:
    """What is kept of a message, against forgetting and restoring.

    restored  a backup is put back while the provider knows its keys
    read      the same, and the provider's ledger is read first
    late      a backup is put back three days on, when the provider has dropped its keys
    """
    long = []
    for event, found in (
        ("forgotten", forgotten), ("restored", restored),
        ("restored, ledger read", read), ("restored, keys expired", late),
    ):  # fmt: skip
        for name, events in found.items():
            for what, counts in events.items():
                long.append(
                    [name, f"{event}: {what}", *(counts[k] for k in ("tried", "paid twice", "not paid", "no answer"))]
                )
    columns = ["What is kept", "What happens", "Cases", "Paid twice", "Not paid", "No answer"]
    r.table("later", "What is kept of a message, against what happens to the memory afterwards", columns, long)
    rows = []
    for name, events in forgotten.items():
        again, new = events[AGAIN], events[NEW]
        rows.append([name, again["tried"], again["paid twice"], again["back"], new["tried"], new["no answer"]])
    columns = ["What is kept", "Again: cases", "Paid twice", "Words back", "New: cases", "Refused"]
    r.table(
        "forgotten", "Ann is forgotten; a message of hers comes again, or she asks for two more mugs", columns, rows
    )
    rows = []
    for name, events in restored.items():
        kinds = ((AGAIN, "paid twice"), (ALL, "paid twice"), (NEW, "not paid"), (ANEW, "paid twice"))
        rows.append([name, *(events[event][kind] for event, kind in kinds)])
    columns = ["What is kept", "One again: paid twice", "All again: paid twice", "New: not paid", "Anew: paid twice"]
    r.table("restored", "A backup is put back: 39 cases of one message again, 13 of each other event", columns, rows)
    columns = [
        "What is kept",
        "Keys expired, one again",
        "All again",
        "Ledger read, one again",
        "All again, ledger read",
    ]
    columns += ["New: not paid, ledger read"]
    rows = [
        [name, late[name][AGAIN]["paid twice"], late[name][ALL]["paid twice"], *(
            read[name][event][kind] for event, kind in ((AGAIN, "paid twice"), (ALL, "paid twice"), (NEW, "not paid"))
        )]
        for name in forgotten
    ]  # fmt: skip
    r.table(
        "ledger", "A backup is put back when the provider's keys are gone, or after its ledger was read", columns, rows
    )
    hasty = late[HASTY]
    for event, short in ((AGAIN, "again"), (ALL, "all")):
        says = f"paid twice: restored after the keys expired, {event}"
        r.add(f"late_{short}_number", late[NUMBER][event]["paid twice"], f"{says}; {NUMBER}")
        r.add(f"late_{short}_compared", late[COMPARED][event]["paid twice"], f"{says}; {COMPARED}")
        r.add(f"late_{short}_hasty", hasty[event]["paid twice"], f"{says}; {HASTY}")
    r.add("late_new_hasty", hasty[NEW]["paid twice"], f"paid twice: restored after the keys expired, {NEW}; {HASTY}")
    for name, key in NAMES.items():
        if name in forgotten:
            got = forgotten[name][AGAIN]
            r.add(f"forgot_{key}", got["paid twice"], f"paid twice: Ann forgotten, a message again; {name}")
            r.add(f"back_{key}", got["back"], f"cases in which a forgotten customer's words came back; {name}")
        for event, short in ((AGAIN, "again"), (ALL, "all"), (ANEW, "anew")):
            r.add(
                f"restored_{short}_{key}", restored[name][event]["paid twice"], f"paid twice: restored, {event}; {name}"
            )
        r.add(f"restored_new_{key}", restored[name][NEW]["not paid"], f"not paid: restored, {NEW}; {name}")
    r.add(
        "forgot_cases", forgotten[NUMBER][AGAIN]["tried"], "pairs of a turn after which Ann is forgotten and a message"
    )
    r.add("forgot_new_position", forgotten["position key"][NEW]["no answer"], "new requests a forgotten place refuses")
    r.add("backups", restored[NUMBER][NEW]["tried"], "backups, one after each commit of the conversation")
    r.add("restored_cases", restored[NUMBER][AGAIN]["tried"], "pairs of a backup and a message that asked for money")
    r.claim(
        "forget_paid_twice",
        forgotten[DELETED][AGAIN]["paid twice"] > 0 == forgotten["random key"][AGAIN]["paid twice"],
        "If the client's number is deleted with the words, a message that comes again can be paid again; kept, not.",
    )  # fmt: skip
    r.claim(
        "words_come_back", forgotten[DELETED][AGAIN]["back"] == forgotten[DELETED][AGAIN]["tried"] > 0
        == forgotten["random key"][AGAIN]["back"],
        "With the number deleted, every late message puts a forgotten customer's words back into memory; kept, none.",
    )  # fmt: skip
    r.claim(
        "restored_random_pays_twice",
        restored["random key"][AGAIN]["paid twice"] > 0 == restored[NUMBER][AGAIN]["paid twice"],
        "After a restored backup a random key pays a message that comes again twice; the message's number, while the "
        "provider knows it, does not.",
    )  # fmt: skip
    r.claim(
        "restored_position_fails",
        min(restored["position key"][AGAIN]["paid twice"], restored["position key"][NEW]["not paid"]) > 0
        == restored[NUMBER][NEW]["not paid"],
        "After a restored backup a key made of the place pays some messages twice and swallows some new requests.",
    )  # fmt: skip
    whole = [
        name
        for name in forgotten
        if not sum(trouble(forgotten, name, AGAIN, NEW) + trouble(restored, name, AGAIN, ALL, NEW))
    ]
    r.claim(
        "only_the_number_survives", whole == [NUMBER],
        "Of five ways to keep a message's identity, only its number as the key is right whenever a message comes again "
        "or a new one is asked, after forgetting and after a restored backup, while the provider knows the key.",
    )  # fmt: skip
    r.claim(
        "expired_needs_ledger",
        sum(trouble(late, COMPARED, *late[COMPARED])) == 0
        < min(late[name][event]["paid twice"] for name in forgotten for event in (AGAIN, ALL)),
        "If a backup is put back when the provider has dropped its keys, every design pays some message again that "
        "comes again, the message's number as the key too; not if the provider's ledger is read first, by the number "
        "in each refund's note.",
    )  # fmt: skip
    r.claim(
        "asked_anew_needs_ledger",
        sum(trouble(read, COMPARED, *read[COMPARED])) == sum(read[name][ANEW]["paid twice"] for name in forgotten) == 0
        < min(restored[name][ANEW]["paid twice"] for name in forgotten),
        "If she asks anew after a restored backup, every key pays twice, unless the provider's ledger is read first, "
        "by the note that each refund carries.",
    )  # fmt: skip
    r.claim(
        "ledger_needs_number",
        sum(trouble(read, COMPARED, AGAIN, ALL, NEW) + trouble(late, COMPARED, AGAIN, ALL, NEW)) == 0
        < min(sum(trouble(read, name, AGAIN, ALL, NEW)) for name in forgotten if name != NUMBER),
        "Reading the ledger sets right a memory whose refunds carry the message's number, and no other.",
    )  # fmt: skip


def trouble(found: Counts, name: str, *events: str) -> list[int]:
    """Everything that went wrong in these events."""
    kinds = ("paid twice", "not paid", "no answer", "back")
    return [found[name][event][kind] for event in events for kind in kinds]


def cells(forgotten: Counts, restored: Counts, late: Counts) -> dict[str, list[tuple[int, int]]]:
    """(wrong, tried) of each cell of the figure."""
    forgotten = {**forgotten, COMPARED: forgotten[NUMBER]}
    found = {}
    for name, label in SHORT.items():
        row = [(forgotten[name][AGAIN]["paid twice"], forgotten[name][AGAIN]["tried"])]
        row += [(found[name][event][kind], found[name][event]["tried"]) for found, event, kind in (
            (restored, AGAIN, "paid twice"), (late, AGAIN, "paid twice"), (restored, NEW, "not paid"),
            (restored, ANEW, "paid twice"),
        )]  # fmt: skip
        found[label] = row
    return found


def add_answer(r: Results) -> None:
    """The answer, which rests on what was found above."""
    held = {name: claim.holds == (True,) for name, claim in r.claims.items()}
    r.claim(
        "two_numbers",
        all(held[name] for name in (
            "number_or_twice", "forget_paid_twice", "only_the_number_survives", "one_step_left", "expired_needs_ledger",
        ))
        and r.values["bad_best"].value == 0,
        "With a number kept for each message, and shown to the provider as the key, no crash point, no forgotten "
        "customer and, while the provider knows the key, no message that comes again after a restored backup pays "
        "twice; without either some do. Once the provider has dropped the key some do again, unless its ledger is "
        "read first.",
    )  # fmt: skip
