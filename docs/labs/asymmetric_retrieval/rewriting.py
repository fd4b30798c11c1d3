"""What a small language model makes of the goal, as a query."""

from __future__ import annotations

from labs.asymmetric_retrieval import data, model
from labs.asymmetric_retrieval.asked import share
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results

WRITTEN = ("goal rewritten as a question", "invented note", "goal and invented note", "goal rewritten at length")


def measure(bench: Bench, r: Results) -> None:
    """What SmolLM2-135M makes of the goal."""
    rows, gains = [["goal", *bench.interval("goal"), *("–",) * 3]], {}
    for arm in WRITTEN:
        gains[arm] = bench.gain((arm,), ("goal",))
        rows.append([arm, *bench.interval(arm), *gains[arm]])
        name = arm.replace(" ", "_")
        share(r, f"lm_{name}_r5", bench.interval(arm), f"recall@5 of MiniLM, lessons only: {arm}, by SmolLM2-135M")
    columns = ["Query", "r@5", "Low", "High", "Less the goal", "Low of that", "High of that"]
    r.table("rewritten", "MiniLM, lessons only: goals after SmolLM2-135M has had them", columns, rows)
    warm = [row.name for row in bench.rows].index("redis_memory")
    said = "".join(bench.queries["invented note"][0][warm])
    r.add(
        "lm_note",
        said.split(";")[1].strip(),
        f"second clause of the note that it invented for: {bench.rows[warm].goal[0]}",
    )
    r.add("lm_prompts", len(model.ARMS) * data.WORDINGS * len(bench.rows), "texts that SmolLM2-135M wrote")
    r.claim(
        "small_model_no_help",
        all(gain[0] <= 0 for gain in gains.values()),
        "None of four ways to let SmolLM2-135M rewrite the goal or invent a note finds more lessons than the goal "
        "itself.",
    )
