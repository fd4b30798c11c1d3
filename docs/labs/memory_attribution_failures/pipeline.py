"""A memory of four hops, twelve ways to lose a field in it, and four tests that may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]  # text, and the three fields that everybody agrees on before the first hop
Snapshot = dict[str, Any]  # hop -> what can be seen after it
HOPS = ("extract", "store", "return", "use")
FIELDS = ("owner", "speaker", "time")
DEFAULT = {"owner": "default_user", "speaker": "user", "time": 0}


# --8<-- [start:swap]
def first_lost_hop(run: Callable[[list[Message]], Snapshot], said: list[Message], swapped: list[Message]) -> str | None:
    """Feed the same words twice, one field swapped; name the first hop after which nothing differs."""
    one, again, other = run(said), run(said), run(swapped)
    for hop in HOPS:
        if one[hop] != again[hop]:
            raise ValueError(f"{hop}: two runs of the same input differ; leave ids and clocks out of the snapshot")
        if one[hop] == other[hop]:
            return hop
    return None
    # --8<-- [end:swap]


@dataclass(frozen=True)
class Pipeline:
    """Extract, store, search and answer as David, losing `field` at `hop`; with no field it loses nothing."""

    field: str = ""
    hop: str = ""

    def __call__(self, said: list[Message]) -> Snapshot:
        """What can be seen after each hop, given the messages of a conversation."""
        facts = [m | ({self.field: DEFAULT[self.field]} if self.hop == "extract" else {}) for m in said]
        rows = [self._without("store", fact) for fact in facts]
        hits = [self._without("return", row) for row in sorted(rows, key=lambda row: row["text"])]
        return {"extract": facts, "store": rows, "return": hits, "use": self._answer(hits)}

    def _without(self, hop: str, row: Message) -> Message:
        return {k: v for k, v in row.items() if not (self.hop == hop and self.field == k)}

    def _answer(self, hits: list[Message]) -> str:
        """The newest sentence that David said of himself; a field that is not there decides nothing."""
        used = [f for f in FIELDS if not (self.hop == "use" and self.field == f)]
        for field, wanted in (("owner", "David"), ("speaker", "user")):
            if field in used:
                hits = [h for h in hits if h.get(field, wanted) in (wanted, DEFAULT[field])]
        if "time" in used:
            hits = sorted(hits, key=lambda h: h.get("time", 0), reverse=True)
        return hits[0]["text"] if hits else ""


BROKEN = tuple(Pipeline(field, hop) for field in FIELDS for hop in HOPS)
SAID: dict[str, list[Message]] = {
    field: [
        {"text": "is on the Pro plan", "owner": "David", "speaker": "user", "time": 2},
        {"text": "is on the Enterprise plan", "owner": "David", "speaker": "user", "time": 2, field: other},
    ]
    for field, other in (("owner", "Alice"), ("speaker", "assistant"), ("time", 1))
}


def swapped(field: str) -> list[Message]:
    """The messages of `SAID[field]` with that field of the two exchanged."""
    one, other = SAID[field]
    return [one | {field: other[field]}, other | {field: one[field]}]


def passes_text(pipeline: Pipeline) -> bool:
    """The usual test: what was stored is found."""
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


def passes_swap(pipeline: Pipeline) -> bool:
    """No field is lost at any hop when it is swapped."""
    return all(first_lost_hop(pipeline, SAID[f], swapped(f)) is None for f in FIELDS)


TESTS: dict[str, Callable[[Pipeline], bool]] = {
    "the sentence comes back": passes_text,
    "every hit has the field": passes_presence,
    "every hit has the value": passes_values,
    "the swapped field changes the answer": passes_swap,
}
