"""Mem0 as installed, through the four hops: its own code stores and returns, a script answers for the model.

In an environment with the labs' packages and `mem0ai` 2.0.0 or later, from `docs`,

    MEM0_TELEMETRY=False python -m labs.memory_attribution_failures.real

prints the hop and the answers, and adds what was seen in that version to `data/mem0.json`; the lab reads the file and
needs no Mem0. Mem0 builds its extraction prompt and parses the reply; the reply is scripted: each message as it was
said, with the right speaker. So the runs say what Mem0's store and search do with a field that extraction got right,
and nothing of extraction.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from labs.memory_attribution_failures.pipeline import RIGHT, SAID, WRONG, Message, Snapshot, first_lost_hop, swapped
from labs.record import Results

SEEN = Path(__file__).parent / "data" / "mem0.json"
ANSWERS = {"David " + RIGHT: RIGHT, "David " + WRONG: WRONG}
WIDTH = 64
CLOCKS = ("id", "created_at", "updated_at", "score")  # what differs from run to run


class Words:
    """Stands for an encoder: a sentence is the count of its words in 64 bins, so the same everywhere."""

    def embed(self, text: str, *_: Any) -> list[float]:
        """Bins of the words' checksums."""
        bins = [0.0] * WIDTH
        for word in text.lower().split():
            bins[zlib.crc32(word.strip("?").encode()) % WIDTH] += 1.0
        return bins

    def embed_batch(self, texts: Sequence[str], *_: Any) -> list[list[float]]:
        """Each text alone."""
        return [self.embed(text) for text in texts]


class Script:
    """Stands for the model: it extracts each message word for word, and rightly says who said it."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    def generate_response(self, **_: Any) -> str:
        """The reply that Mem0's prompt asks for."""
        return json.dumps({"memory": [{"text": m["text"], "attributed_to": m["speaker"]} for m in self.said]})


def empty(script: Script) -> Any:
    """A new Mem0 with an empty store on disk, and the two stand-ins for what would need a network."""
    from mem0 import Memory

    folder = tempfile.mkdtemp()
    memory = Memory.from_config({
        "vector_store": {"provider": "qdrant", "config": {"path": folder + "/q", "embedding_model_dims": WIDTH}},
        "history_db_path": folder + "/history.db",
    })  # fmt: skip
    memory.embedding_model, memory.llm = Words(), script
    return memory


# --8<-- [start:mem0]
def mem0_run(
    memory: Any,
    said: list[Message],
    extracted: list[Message],
) -> Snapshot:
    """What an empty Mem0 lets you see after each hop."""
    talk = [{"role": m["speaker"], "content": m["text"]} for m in said]
    memory.add(talk, user_id="David")
    rows = [row.payload for row in memory.vector_store.list(top_k=9)[0]]
    found = memory.search(
        "What plan is David on?",
        filters={"user_id": "David"},
    )
    hits = [bare(hit) for hit in found["results"]]
    mine = [h for h in hits if h.get("attributed_to", "user") == "user"]
    return {
        "extract": extracted,
        "store": by_text(map(bare, rows)),
        "return": by_text(hits),
        "use": mine[0]["memory"],
    }
    # --8<-- [end:mem0]


def bare(row: dict[str, Any]) -> dict[str, Any]:
    """A row or a hit without ids and clocks."""
    return {key: value for key, value in row.items() if key not in CLOCKS}


def by_text(rows: Any) -> list[dict[str, Any]]:
    """Rows in the order of their words."""
    return sorted(rows, key=lambda row: row.get("data") or row["memory"])


def look() -> list[Snapshot]:
    """As said, the same again, and with the speakers swapped: an empty Mem0 for each."""
    found = []
    for said in (SAID["speaker"], SAID["speaker"], swapped("speaker")):
        script = Script()
        script.said = [m | {"text": "David " + m["text"]} for m in said]
        extracted = json.loads(script.generate_response())["memory"]
        found.append(mem0_run(empty(script), script.said, extracted))
    return found


def replayed(seen: Sequence[Snapshot]) -> Callable[[list[Message]], Snapshot]:
    """A `run` that gives the three recorded snapshots in their order."""
    left = iter(seen)
    return lambda _: next(left)


def judge(seen: Sequence[Snapshot]) -> tuple[str | None, list[bool]]:
    """The first hop at which the speaker is lost, and whether each of the two answers was right."""
    hop = first_lost_hop(replayed(seen), SAID["speaker"], swapped("speaker"))
    return hop, [ANSWERS[seen[0]["use"]] == RIGHT, ANSWERS[seen[2]["use"]] == WRONG]


def unnamed(seen: Sequence[Snapshot]) -> tuple[int, int]:
    """How many hits of all searches are without a speaker, and how many hits there are."""
    hits = [hit for one in seen for hit in one["return"]]
    return sum("attributed_to" not in hit for hit in hits), len(hits)


def measure(r: Results) -> None:
    """What the pair says of the two recorded versions."""
    seen = json.loads(SEEN.read_text(encoding="utf-8"))
    found = {v: judge(seen[v]) for v in ("2.0.0", "2.0.8")}
    r.claim("mem0_returns_the_speaker", found["2.0.0"][0] == "return" and sum(found["2.0.0"][1]) == 1
            and found["2.0.8"] == (None, [True, True]), (
        "Run with a scripted model that extracts the right speaker, Mem0 2.0.0 gives one right answer of the pair, and "
        "the swap names return; Mem0 2.0.8 gives both, and the swap names no hop."
    ))  # fmt: skip
    bare_hits = {v: unnamed(seen[v]) for v in ("2.0.0", "2.0.8")}
    r.claim("missing_is_an_error", bare_hits["2.0.0"] == (6, 6) and bare_hits["2.0.8"] == (0, 6), (
        "No hit that Mem0 2.0.0 gave back has a speaker, so a last hop that takes a missing speaker for an error stops "
        "at each of the three searches; every hit of 2.0.8 has one, so it stops at none."
    ))  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("OPENAI_API_KEY", "none: the model and the encoder are replaced before they are used")
    runs = json.loads(SEEN.read_text(encoding="utf-8")) if SEEN.exists() else {}
    runs[version("mem0ai")] = look()
    hop, right = judge(runs[version("mem0ai")])
    print(f"mem0ai {version('mem0ai')}: speaker lost at {hop or 'no hop'}; answers right: {sum(right)} of {len(right)}")
    SEEN.write_text(json.dumps(runs, indent=1, sort_keys=True) + "\n", encoding="utf-8")
