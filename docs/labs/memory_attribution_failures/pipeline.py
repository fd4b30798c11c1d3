"""A memory of four hops, ways to lose a field in it or to turn one round, and tests that may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

Message = dict[str, Any]  # text, and the three fields that everybody agrees on before the first hop
Snapshot = dict[str, Any]  # hop -> what can be seen after it
HOPS = ("extract", "store", "return", "use")
FIELDS = ("owner", "speaker", "time")
DEFAULT = {"owner": "default_user", "speaker": "user", "time": 0}


# --8<-- [start:swap]
def first_lost_hop(
    run: Callable[[list[Message]], Snapshot],
    said: list[Message],
    swapped: list[Message],
) -> str | None:
    """The first hop after which a swapped field makes no difference."""
    if said == swapped:
        raise ValueError("both lists are the same: swap a field")
    one, again, other = runs = run(said), run(said), run(swapped)
    for hop in HOPS:
        if any(hop not in (seen or {}) for seen in runs):
            raise ValueError(f"run returns nothing for {hop!r} of {HOPS}")
        if one[hop] != again[hop]:
            hint = "drop ids and clocks, cache replies"
            raise ValueError(f"{hop}: two runs differ; {hint}")
        if one[hop] == other[hop]:
            return hop
    return None
    # --8<-- [end:swap]


TURNED: dict[str, Callable[[Any], Any]] = {
    "owner": {"David": "Alice", "Alice": "David"}.get,
    "speaker": {"user": "assistant", "assistant": "user"}.get,
    "time": lambda time: -time,
}


@dataclass(frozen=True)
class Pipeline:
    """Extract, store, search and answer as David, losing `field` at `hop`; with no field it loses nothing.

    turned     the field is not lost there: it is stored the wrong way round, or the wrong value is preferred
    backwards  equally good rows come in the other order
    only       the field is lost from the row with this text, the other row keeps it
    arrival    equally good rows come in the order of the messages, not of their words
    """

    field: str = ""
    hop: str = ""
    turned: bool = False
    backwards: bool = False
    only: str = ""
    arrival: bool = False

    def __call__(self, said: list[Message]) -> Snapshot:
        """What can be seen after each hop, given the messages of a conversation."""
        lost = self.hop == "extract" and not self.turned
        facts = [m | ({self.field: DEFAULT[self.field]} if lost else {}) for m in said]
        rows = [self._after("store", fact) for fact in facts]
        ranked = rows if self.arrival else sorted(rows, key=lambda row: row["text"], reverse=self.backwards)
        hits = [self._after("return", row) for row in ranked]
        return {"extract": facts, "store": rows, "return": hits, "use": self._answer(hits)}

    def _after(self, hop: str, row: Message) -> Message:
        if self.hop != hop or self.field not in row or self.only not in ("", row["text"]):
            return row
        if self.turned:
            return row | {self.field: TURNED[self.field](row[self.field])}
        return {k: v for k, v in row.items() if k != self.field}

    def _answer(self, hits: list[Message]) -> str:
        """The newest sentence that David said of himself; a field that is not there decides nothing."""
        here = self.field if self.hop == "use" else ""
        for field, wanted in (("owner", "David"), ("speaker", "user")):
            if field == here:
                other = TURNED[field](wanted)
                hits = sorted(hits, key=lambda h: h.get(field) != other) if self.turned else hits
            else:
                hits = [h for h in hits if h.get(field, wanted) in (wanted, "default_user")]
        if here != "time" or self.turned:
            hits = sorted(hits, key=lambda h: h.get("time", 0), reverse=here != "time")
        return hits[0]["text"] if hits else ""


LOST = tuple(Pipeline(field, hop) for field in FIELDS for hop in HOPS)
ROUND = tuple(Pipeline(field, hop, turned=True) for field in FIELDS for hop in ("store", "use"))
RIGHT, WRONG = "is on the Pro plan", "is on the Enterprise plan"
PART = tuple(
    Pipeline(field, hop, only=row) for field in FIELDS for hop in ("store", "return") for row in (RIGHT, WRONG)
)
SAID: dict[str, list[Message]] = {
    field: [
        {"text": RIGHT, "owner": "David", "speaker": "user", "time": 2},
        {"text": WRONG, "owner": "David", "speaker": "user", "time": 2, field: other},
    ]
    for field, other in (("owner", "Alice"), ("speaker", "assistant"), ("time", 1))
}


def swapped(field: str) -> list[Message]:
    """The messages of `SAID[field]` with that field of the two exchanged."""
    one, other = SAID[field]
    return [one | {field: other[field]}, other | {field: one[field]}]


def passes_text(pipeline: Pipeline) -> bool:
    """What was stored is found."""
    found = {hit["text"] for messages in SAID.values() for hit in pipeline(messages)["return"]}
    return found >= {m["text"] for messages in SAID.values() for m in messages}


def passes_presence(pipeline: Pipeline) -> bool:
    """Each hit has each field."""
    return all(f in hit for messages in SAID.values() for hit in pipeline(messages)["return"] for f in FIELDS)


def passes_values(pipeline: Pipeline) -> bool:
    """Each hit has each field as it was said, for messages that are not the default."""
    return all(
        sorted(pipeline(said)["return"], key=lambda m: m["text"]) == sorted(said, key=lambda m: m["text"])
        for said in SAID.values()
        if all(hit.keys() == said[0].keys() for hit in pipeline(said)["return"])
    ) and passes_presence(pipeline)


def passes_answer(pipeline: Pipeline) -> bool:
    """Asked once for each field, the pipeline gives the known answer."""
    return all(pipeline(said)["use"] == RIGHT for said in SAID.values())


def passes_swap(pipeline: Pipeline) -> bool:
    """No field is lost at any hop when it is swapped."""
    return all(first_lost_hop(pipeline, SAID[f], swapped(f)) is None for f in FIELDS)


def passes_pair(pipeline: Pipeline, field: str) -> bool:
    """The known answer before the swap of one field and the other one after it."""
    return pipeline(SAID[field])["use"] == RIGHT and pipeline(swapped(field))["use"] == WRONG


def passes_both_answers(pipeline: Pipeline) -> bool:
    """The pair of each field passes."""
    return all(passes_pair(pipeline, field) for field in FIELDS)


TESTS: dict[str, Callable[[Pipeline], bool]] = {
    "the sentence comes back": passes_text,
    "every hit has the field": passes_presence,
    "every hit has the value": passes_values,
    "one known answer, the right row first": lambda pipeline: passes_answer(replace(pipeline, backwards=True)),
    "one known answer, the wrong row first": passes_answer,
    "the swap leaves a difference after every hop": passes_swap,
    "the known answers before and after the swap": passes_both_answers,
}
