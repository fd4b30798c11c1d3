"""How far a thousand tosses of a fair coin stray from one half."""

from __future__ import annotations

import random
import time

from labs import chart
from labs.record import Results

TOSSES = 1000


# --8<-- [start:toss]
def toss(seed: int, run: int) -> int:
    """Heads among TOSSES tosses of a fair coin; `run` numbers the repetition | and seeds it."""
    source = random.Random(f"{seed} {run}")
    return sum(source.random() < 0.5 for _ in range(TOSSES))


# --8<-- [end:toss]


def run(seed: int) -> Results:
    """Toss in five runs, count, draw."""
    start = time.perf_counter()
    heads = [toss(seed, i) for i in range(5)]
    share = sum(heads) / (5 * TOSSES)
    half = 1.96 * (share * (1 - share) / (5 * TOSSES)) ** 0.5
    results = Results()
    results.add("tosses", 5 * TOSSES, "coins tossed in all")
    results.add(
        "heads", share, "share of heads <over> all runs", "share", low=share - half, high=share + half, interval="95%"
    )
    results.add("runs", 5, "runs of a thousand tosses")
    results.add("record", 81_300, "bytes of the list of all tosses", "bytes")
    results.add("lead", sum(heads) - 2500, "heads above one half")
    results.add("winner", "heads" if share > 0.5 else "tails", "the side that fell more often")
    results.add("wall_ms", 1000 * (time.perf_counter() - start), "time of one run", "ms", machine=True)
    results.claim(
        "near_half", abs(share - 0.5) < 0.02, "Five thousand tosses stay within two points of one half, for each seed."
    )
    results.claim("tails_win", share < 0.5, "Tails fell more often.")
    results.table(
        "by_run",
        "Heads by run",
        ["run", "heads", "share"],
        [[f"run {i + 1}", h, h / TOSSES] for i, h in enumerate(heads)],
    )

    def draw() -> object:
        figure, axes = chart.new()
        axes.bar([f"run {i + 1}" for i in range(5)], heads, color=chart.colour(0))
        axes.set_title("Heads & tails <by run>")
        axes.set_ylabel("heads of 1000")
        return figure

    results.figure("by-run", draw)
    return results


def main(argv: list[str]) -> int:
    """The lab's own command: print the arguments."""
    print("coin-toss was told:", *argv)
    return 7 if "fail" in argv else 0
