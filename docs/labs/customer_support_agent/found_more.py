"""What became of the agent in two crashes, inside the steps and with a real model: results and claims."""

from __future__ import annotations

from labs.customer_support_agent.cases import BEST, TRUSTING, TURNS
from labs.customer_support_agent.messages import MESSAGES
from labs.record import Results

ADDRESS = 1 + [words for *_, words in TURNS].index("What is Ann's address?")  # Bob's question, its place
WAYS = {  # way of deciding: its name on the figure
    "keyword rules": "keyword rules",
    "SmolLM2-135M, the action the message makes likelier": "SmolLM2, chooses",
    "SmolLM2-135M, the likeliest action": "SmolLM2, plain",
    "SmolLM2-135M, JSON": "SmolLM2, JSON",
}
WHATEVER = ["paid\ntwice", "memory\nis wrong", "not\nhers"]
WHATEVER_ROWS = {  # design: its name on the figure
    "outbox, no key": "no key",
    "inside, message number as key": "key, no promise",
    "journalled steps, number as key": "key and journal",
    BEST: "key and promise",
    TRUSTING: "no check by code",
}


def add_evening(r: Results, told: dict[str, dict[str, int]]) -> None:
    """Ann's evening with three agents, as drawn."""
    rows = [
        [name.replace("\n", " "), seen["first"], "stays" if seen["known"] else "goes too", seen["again"], seen["words"]]
        for name, seen in told.items()
    ]
    says = "Ann's evening: her message is answered, her words are forgotten, and the same message comes again"
    columns = [
        "Agent",
        "Paid, €",
        "Her words go, the number",
        "Paid again, €",
        "Turns and facts of hers then remembered",
    ]
    r.table("evening", says, columns, rows)


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
        "Code that checks owner and price pays nothing that is not the customer's; without it, others' orders.",
    )  # fmt: skip


def add_model(r: Results, spoken: dict) -> None:
    """What a small language model chooses, and that the protocol does not depend on it."""
    rows = [[name, *marks.values()] for name, marks in spoken["ways"].items()]
    columns = ["Who decides", "Right", "Wrong refund", "Refund missed"]
    r.table("ways", f"Decisions on {len(MESSAGES)} messages of Ann's, written by hand", columns, rows)
    r.table("chosen", "What SmolLM2-135M chose", ["Right", "Chosen", "Messages"], spoken["table"])
    small, rules = spoken["ways"][list(WAYS)[1]], spoken["ways"]["keyword rules"]
    r.add("messages", len(MESSAGES), "messages written by hand, each with the decision that is right")
    r.add("model_right", small["right"], "messages for which SmolLM2-135M chose what is right")
    r.add(
        "model_wrong_refund",
        small["wrong refund"],
        "refunds by SmolLM2-135M that nobody asked for, or of the wrong article",
    )
    r.add("rules_right", rules["right"], "messages for which the keyword rules decided what is right")
    r.add(
        "rules_wrong_refund",
        rules["wrong refund"],
        "refunds by the keyword rules that nobody asked for, or of the wrong article",
    )
    plain = spoken["ways"][list(WAYS)[2]]
    r.add("plain_wrong_refund", plain["wrong refund"], "wrong refunds, the likeliest action taken as it is")
    r.add("json_unread", spoken["unread"], "messages answered with something that is no decision in JSON")
    best, bad = spoken["crashed"], spoken["baseline"]
    r.add("model_points", best["points"], "crash points of the conversation with SmolLM2-135M deciding, best design")
    r.add("model_differ", best["differ"], "of these, those after which anything differs from the run without a crash")
    r.add("model_differ_nokey", bad["differ"], "the same for the outbox without a key")
    paid = [tuple(row) for row in best["paid"]]
    r.add(
        "model_paid",
        ", ".join(f"{euros} euros for order {order}" for _, order, euros in paid),
        "what was paid with SmolLM2-135M deciding, in order",
    )
    *early, last = [str(turn) for turn, *_ in paid]
    turns = f"{', '.join(early)} and {last}" if early else last
    r.add("model_turns", turns, "places in the conversation of the messages at which that was paid")
    r.add("model_refunds", best["asked"], "refunds that SmolLM2-135M asked for in the conversation")
    r.claim(
        "model_changes_nothing", best["differ"] == 0 < bad["differ"] and best["asked"] > 0,
        "With SmolLM2-135M deciding, a kill at any step leaves everything as it is without a crash; without a key not.",
    )  # fmt: skip
    r.claim(
        "kettle", (ADDRESS, "22", 45) in paid,
        "When Bob asks for Ann's address, SmolLM2-135M refunds Bob's kettle, which nobody asked for, and code lets it.",
    )  # fmt: skip
    r.claim(
        "model_wrong_and_paid", small["wrong refund"] > 0 and small["right"] < len(MESSAGES),
        "SmolLM2-135M makes wrong refunds: of what nobody asked to have refunded, or of another article.",
    )  # fmt: skip
    json = spoken["ways"]["SmolLM2-135M, JSON"]
    r.claim(
        "unread_is_no_refund", spoken["unread"] == len(MESSAGES) and json["wrong refund"] == 0,
        "Asked for JSON, SmolLM2-135M writes none that can be read, and nothing is refunded.",
    )  # fmt: skip


def whatever_cells(choices: dict[str, dict[str, int]]) -> dict[str, list[tuple[int, int]]]:
    """(wrong, tried) of each cell of the figure on what a model may choose."""
    kinds = ("paid twice", "memory and money differ", "not hers")
    return {
        label: [(choices[name][kind], choices[name]["tried"]) for kind in kinds]
        for name, label in WHATEVER_ROWS.items()
    }


def ways(spoken: dict) -> dict[str, dict[str, int]]:
    """The counts of the figure."""
    return {WAYS[name]: marks for name, marks in spoken["ways"].items()}
