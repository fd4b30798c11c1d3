"""A real language model behind the door: SmolLM2-135M-Instruct, a small one, chooses what the agent does.

Counted are its right choices on messages written by hand, and whether the protocol keeps its promises whatever it
chooses: after a kill at each point of the conversation, everything must be as it is without a crash.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from labs.customer_support_agent.adapter import ASK, UNREAD, actions, asking, choosing, context
from labs.customer_support_agent.cases import CASES, Case
from labs.customer_support_agent.crash import ROOM, killed, labels, live, remains
from labs.customer_support_agent.messages import MESSAGES, WORDS
from labs.customer_support_agent.model import Decision, Memory, Model, permitted, rule_model
from labs.customer_support_agent.provider import Provider
from labs.language_model import SmolLM, chat

ANSWERS = Path(__file__).with_name("answers.json")
ANN = Memory("ann", {"order": "17"}, [], [])


def score(prompt: str, endings: Sequence[str]) -> list[float]:
    """What `adapter.choosing` asks of a model: log probability a token."""
    return scored(prompt, tuple(endings))


@lru_cache
def scored(prompt: str, endings: tuple[str, ...]) -> list[float]:
    """The same, asked once: most messages come again after each kill."""
    return [found.mean for found in SmolLM(ANSWERS).score([chat(prompt)], [list(endings)])[0]]


def complete(prompt: str) -> str:
    """What `adapter.asking` asks of a model: its answer, at most 40 tokens."""
    return SmolLM(ANSWERS).complete([chat(prompt)], most=40)[0]


def action(decision: Decision, msg: str) -> int:
    """Which of Ann's actions a decision is; 0, nothing, if it refunds nothing and does not say what was refunded."""
    if decision.refund is None:
        return next((i for i, (_, other) in enumerate(actions(msg, ANN)) if i and other.reply == decision.reply), 0)
    return next(i for i, (_, other) in enumerate(actions(msg, ANN)) if other.refund == decision.refund)


def chosen(model: Model) -> list[int]:
    """The action that a model takes for each of the messages."""
    return [action(permitted("ann", model(msg, ANN), []), msg) for msg, _ in MESSAGES]


def marks(found: Sequence[int]) -> dict[str, int]:
    """Right choices, refunds that nobody asked for or of another article, and other faults."""
    pairs = [(a, right) for a, (_, right) in zip(found, MESSAGES, strict=True)]
    refunds = [a for a, right in pairs if a > 1 and a != right]
    right = sum(a == b for a, b in pairs)
    missed = sum(a < 2 <= b for a, b in pairs)
    return {"right": right, "wrong refund": len(refunds), "refund missed": missed}


def ask_together() -> None:
    """Ask the model all at once what the messages need: many prompts together go several times faster."""
    said = [msg for msg, _ in MESSAGES]
    prompts = [chat(context(msg, ANN)) for msg in [*said, "..."]]
    SmolLM(ANSWERS).score(prompts, [[words for words, _ in actions(msg, ANN)] for msg in [*said, "..."]])
    SmolLM(ANSWERS).complete([chat(context(msg, ANN) + ASK) for msg in said], most=40)


def told() -> dict[str, dict[str, int]]:
    """What each way of deciding does with the messages."""
    ways = {
        "keyword rules": rule_model,
        "SmolLM2-135M, the action the message makes likelier": choosing(score),
        "SmolLM2-135M, the likeliest action": choosing(score, plain=True),
        "SmolLM2-135M, JSON": asking(complete),
    }
    return {name: marks(chosen(model)) for name, model in ways.items()}


def table() -> list[list[object]]:
    """For each right action how often each was chosen, as (right, chosen, messages)."""
    found = list(zip(chosen(choosing(score)), [right for _, right in MESSAGES], strict=True))
    return [[WORDS[b], WORDS[a], found.count((a, b))] for b in range(4) for a in range(4)]


def unread() -> int:
    """How many of the messages the model answers with something that is no decision in JSON."""
    return sum(asking(complete)(msg, ANN) == UNREAD for msg, _ in MESSAGES)


def crashed(case: Case) -> dict[str, object]:
    """Kill the conversation at every point with the language model deciding; compare with the run without a crash.

    Returns points, those after which anything differs (turns, facts, refunds, payments, what the client heard), the
    payments as (place of the message, order, euros), and how many refunds the model asked for that code refused.
    """
    asked: list[Decision] = []
    model = choosing(score)

    def noted(msg: str, memory: Memory) -> Decision:
        asked.append(model(msg, memory))
        return asked[-1]

    case = replace(case, model=noted, later_model=noted, whole=False)
    with tempfile.TemporaryDirectory(dir=ROOM) as name:
        names = labels(case, Path(name))
        whole = remains(case, Path(name))
        wanted = sum(decision.refund is not None for decision in asked)
        ledger = Provider(Path(name) / "provider.db", sync="off").ledger()
    at = [int(label.partition(":")[0]) for label in names if label.endswith(": provider paid")]
    differ = 0
    for step in range(1, len(names) + 1):
        with tempfile.TemporaryDirectory(dir=ROOM) as folder:
            killed(partial(live, case, Path(folder), False), step)
            live(case, Path(folder), True, lambda label: None)
            differ += remains(case, Path(folder)) != whole
    paid = [(turn, *refund) for turn, refund in zip(at, ledger, strict=True)]
    return {"points": len(names), "differ": differ, "paid": paid, "asked": wanted, "refused": wanted - len(ledger)}


def everything(case: Case, *baseline: str) -> dict[str, object]:
    """All that the lab asks of the language model, from one process: its answers are kept in one file.

    baseline  a design known to be bad, to be killed in the same way
    """
    ask_together()
    found: dict[str, object] = {"ways": told(), "table": table(), "unread": unread(), "crashed": crashed(case)}
    return {**found, "baseline": crashed(CASES[baseline[0]])} if baseline else found
