"""What became of the agent in two crashes, inside the steps, later on and with a real model: results and claims."""

from __future__ import annotations

from collections import Counter

from labs.customer_support_agent.cases import BEST, TRUSTING
from labs.customer_support_agent.messages import MESSAGES
from labs.record import Results

COMPARED = "message number as key, ledger compared"
NUMBER = BEST.partition(", ")[2]
DELETED, UNNUMBERED = "random key, number deleted with the words", "random key, no number"
AGAIN, NEW, ANEW, ALL = (
    "a message comes again",
    "new requests",
    "she asks again in new words",
    "all messages come again",
)
COLUMNS = ["forgotten\nsent\nagain", "restored\nsent\nagain", "restored\nnew\nrequest", "restored\nasked\nanew"]
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
WAYS = {  # way of deciding: its name on the figure
    "keyword rules": "keyword rules",
    "SmolLM2-135M, the action the message makes likelier": "SmolLM2, chooses",
    "SmolLM2-135M, the likeliest action": "SmolLM2, plain",
    "SmolLM2-135M, JSON": "SmolLM2, JSON",
}
Counts = dict[str, dict[str, Counter]]


def add_deeper(r: Results, twice: dict, writes: dict, choices: dict) -> None:
    """A second crash, a crash inside a step, and whatever the model chooses; each beside designs known to be bad."""
    for key, name in (
        ("double", BEST),
        ("double_nokey", "outbox, no key"),
        ("double_inside", "refund inside the transaction"),
    ):
        got = twice[name]
        r.add(f"{key}_pairs", got["pairs"], f"pairs of a crash and a second one at each step after it, '{name}'")
        r.add(f"{key}_bad", got["bad"], f"of these pairs, those after which anything is wrong, '{name}'")
        r.add(f"{key}_recovery", got["recovery"], f"pairs whose second crash came before a message was sent, '{name}'")
        r.add(f"{key}_recovery_bad", got["recovery_bad"], f"of these, those after which anything is wrong, '{name}'")
        r.add(
            f"{key}_copies_same", got["same"], f"points at which a kill left what a copy of the files holds, '{name}'"
        )
    r.claim(
        "two_crashes", twice[BEST]["bad"] == 0 < min(twice[name]["bad"] for name in twice if name != BEST),
        "Two crashes in a row leave nothing wrong; the same pairs break the outbox without a key and the transaction.",
    )  # fmt: skip
    r.claim(
        "copies_are_kills", all(got["same"] == got["points"] for got in twice.values()),
        "At every point of three designs a kill left just what a copy of the files at that point holds.",
    )  # fmt: skip
    rows = [[name, *found] for name, found in writes.items()]
    r.table("writes", "Crashes at every boundary of a write to SQLite's log", ["Design", "States", "Bad"], rows)
    r.add("writes_states", writes[BEST][0], "states that a kill inside the steps can leave in the log")
    r.add("writes_bad", writes[BEST][1], "of these, those after which anything is wrong")
    r.claim(
        "inside_the_steps", writes[BEST][1] == 0 < min(found[1] for name, found in writes.items() if name != BEST),
        "A log cut at every boundary of a write leaves nothing wrong; the same cuts break three bad designs.",
    )  # fmt: skip
    rows = [[name, *(found[what] for what in found)] for name, found in choices.items()]
    columns = ["Design", "Combinations", "Paid twice", "Not hers", "Memory and money differ", "No answer"]
    says = "One message, six decisions before a crash at every step, six after it"
    r.table("choices", says, columns, rows)
    best = choices[BEST]
    r.add("choices_tried", best["tried"], "decision before, crash point, decision after: combinations, best design")
    wrong = {name: sum(found.values()) - found["tried"] for name, found in choices.items()}
    r.claim(
        "whatever_it_chooses",
        wrong[BEST] == wrong["journalled steps, number as key"] == 0
        < min(wrong["outbox, no key"], wrong["inside, message number as key"]),
        "Whatever a model answers before and after a crash, a committed promise is paid once and remembered; without "
        "a key, or without a stored decision, not.",
    )  # fmt: skip
    r.claim(
        "code_has_the_last_word", best["not hers"] == 0 < choices[TRUSTING]["not hers"],
        "Code that checks owner, price and count pays nothing that is not the customer's; without it, others' orders.",
    )  # fmt: skip


def add_later(r: Results, forgotten: Counts, restored: Counts) -> None:
    """What is kept of a message, against forgetting and restoring."""
    long = []
    for event, found in (("forgotten", forgotten), ("restored", restored)):
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
        "After a restored backup a random key pays a message that comes again twice; the message's number does not.",
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
        "or a new one is asked, after forgetting and after a restored backup.",
    )  # fmt: skip
    r.claim(
        "asked_anew_needs_ledger",
        sum(trouble(restored, COMPARED, *restored[COMPARED])) == 0
        < min(restored[name][ANEW]["paid twice"] for name in forgotten),
        "If she asks anew after a restored backup, every key pays twice, unless the provider's ledger is read first.",
    )  # fmt: skip


def trouble(found: Counts, name: str, *events: str) -> list[int]:
    """Everything that went wrong in these events."""
    kinds = ("paid twice", "not paid", "no answer", "back")
    return [found[name][event][kind] for event in events for kind in kinds]


def cells(forgotten: Counts, restored: Counts) -> dict[str, list[tuple[int, int]]]:
    """(wrong, tried) of each cell of the figure."""
    forgotten = {**forgotten, COMPARED: forgotten[NUMBER]}
    found = {}
    for name, label in SHORT.items():
        row = [(forgotten[name][AGAIN]["paid twice"], forgotten[name][AGAIN]["tried"])]
        row += [(restored[name][event][kind], restored[name][event]["tried"])
                for event, kind in ((AGAIN, "paid twice"), (NEW, "not paid"), (ANEW, "paid twice"))]  # fmt: skip
        found[label] = row
    return found


def add_model(r: Results, spoken: dict) -> None:
    """What a small language model chooses, and that the protocol does not depend on it."""
    rows = [[name, *marks.values()] for name, marks in spoken["ways"].items()]
    columns = ["Who decides", "Right", "Refund nobody asked for", "Refund missed"]
    r.table("ways", f"Decisions on {len(MESSAGES)} messages of Ann's, written by hand", columns, rows)
    r.table("chosen", "What SmolLM2-135M chose", ["Right", "Chosen", "Messages"], spoken["table"])
    small, rules = spoken["ways"][list(WAYS)[1]], spoken["ways"]["keyword rules"]
    r.add("messages", len(MESSAGES), "messages written by hand, each with the decision that is right")
    r.add("model_right", small["right"], "messages for which SmolLM2-135M chose what is right")
    r.add("model_wrong_refund", small["wrong refund"], "refunds that SmolLM2-135M made and nobody had asked for")
    r.add("rules_right", rules["right"], "messages for which the keyword rules decided what is right")
    r.add("rules_wrong_refund", rules["wrong refund"], "refunds that the keyword rules made and nobody had asked for")
    plain = spoken["ways"][list(WAYS)[2]]
    r.add("plain_wrong_refund", plain["wrong refund"], "refunds nobody asked for, the likeliest action taken as it is")
    r.add("json_unread", spoken["unread"], "messages answered with something that is no decision in JSON")
    best, bad = spoken["crashed"], spoken["baseline"]
    r.add("model_points", best["points"], "crash points of the conversation with SmolLM2-135M deciding, best design")
    r.add("model_differ", best["differ"], "of these, those after which anything differs from the run without a crash")
    r.add("model_differ_nokey", bad["differ"], "the same for the outbox without a key")
    paid = [tuple(row) for row in best["paid"]]
    r.add(
        "model_paid", ", ".join(f"{euros} euros for order {order}" for order, euros in paid), "what was paid, in order"
    )
    r.add("model_refunds", best["asked"], "refunds that SmolLM2-135M asked for in the conversation")
    r.claim(
        "model_changes_nothing", best["differ"] == 0 < bad["differ"] and best["asked"] > 0,
        "With SmolLM2-135M deciding, a kill at any step leaves everything as it is without a crash; without a key not.",
    )  # fmt: skip
    r.claim(
        "kettle", ("22", 45) in paid,
        "In the conversation SmolLM2-135M refunds Bob's kettle, which nobody asked for, and code lets it.",
    )  # fmt: skip
    r.claim(
        "model_wrong_and_paid", small["wrong refund"] > 0 and small["right"] < len(MESSAGES),
        "SmolLM2-135M makes refunds that nobody asked for, of the customer's own goods at their price.",
    )  # fmt: skip
    json = spoken["ways"]["SmolLM2-135M, JSON"]
    r.claim(
        "unread_is_no_refund", spoken["unread"] == len(MESSAGES) and json["wrong refund"] == 0,
        "Asked for JSON, SmolLM2-135M writes none that can be read, and nothing is refunded.",
    )  # fmt: skip


def ways(spoken: dict) -> dict[str, dict[str, int]]:
    """The counts of the figure."""
    return {WAYS[name]: marks for name, marks in spoken["ways"].items()}


def add_answer(r: Results) -> None:
    """The answer, which rests on what was found above."""
    held = {name: claim.holds == (True,) for name, claim in r.claims.items()}
    r.claim(
        "two_numbers",
        all(held[name] for name in (
            "number_or_twice", "forget_paid_twice", "only_the_number_survives", "one_step_left",
        ))
        and r.values["bad_best"].value == 0,
        "With a number kept for each message, and shown to the provider as the key, no crash point, no forgotten "
        "customer and no message that comes again after a restored backup pays twice; without either some do.",
    )  # fmt: skip
