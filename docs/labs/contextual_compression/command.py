"""`lab contextual-compression keep FILE --budget N`: what four ways to cut a session of yours would keep.

With `--kept TEXT --probes CSV` in place of the budget it first judges what your own agent kept, a summary or a list of
facts, and then gives the four ways as many tokens. Without either it does so for the last summary that a transcript of
Claude Code holds, and reads the messages before it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from labs.arguments import Parser
from labs.contextual_compression import keeping, session
from labs.contextual_compression.session import Probe, Session

SHUFFLES = 200
RECENT = 10  # results of tools that stay whole, as in arXiv 2508.21433
PLACEHOLDER = "[result of a tool, left out]"


def size(text: str) -> int:
    """Tokens of a text, estimated: four characters each, rounded up."""
    return -(-len(text) // 4)


def kept(texts: Sequence[str], budget: int) -> dict[str, list[list[int]]]:
    """The messages that each way keeps; several times for dice."""
    sizes = [size(text) for text in texts]
    shuffle = random.Random(0)
    orders = {
        "window": [list(range(len(texts) - 1, -1, -1))],
        "TextRank on shared words": [keeping.best_first(keeping.textrank(keeping.shared_words(texts)) * len(texts))],
        "dice": [shuffle.sample(range(len(texts)), len(texts)) for _ in range(SHUFFLES)],
    }
    found = {way: [keeping.take(order, sizes, budget) for order in several] for way, several in orders.items()}
    return {**found, "rare words": [keeping.rarest(texts, budget, size)]}


def probed(texts: Sequence[str], probes: Sequence[Probe]) -> tuple[list[str], list[str]]:
    """The answers that are lost with all but these texts, and of those the ones whose old value stays."""

    def there(value: str) -> bool:
        return any(session.holds(text, value) for text in texts)

    lost = [probe for probe in probes if not there(probe.answer)]
    return [probe.answer for probe in lost], [probe.answer for probe in lost if probe.stale and there(probe.stale)]


def main(argv: Sequence[str]) -> int:
    """Run the command; returns the exit status. Raises ValueError for a reader's mistake."""
    if not argv or argv[0] != "keep":
        raise ValueError("contextual-compression has one command: keep FILE, then --budget TOKENS or --kept TEXT")
    parser = Parser("lab contextual-compression keep", description=__doc__)
    parser.add_argument(
        "file", type=Path, help="a session: one JSON message a line, with role and content, or as Claude Code writes it"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--budget", type=int, help="tokens to keep; four characters count as one")
    what.add_argument("--kept", type=Path, help="a text that your agent kept; its tokens are the budget")
    parser.add_argument("--probes", type=Path, help="CSV with a column answer and, if you like, stale: its old value")
    options = parser.parse_args(argv[1:])
    if options.budget is None and not options.probes:
        raise ValueError(
            f"{options.kept or options.file}: name what must be kept with --probes CSV, or give a --budget"
        )
    one = session.read(options.file)
    yours, whose = (session.read_text(options.kept), f"{options.kept}") if options.kept else ("", "")
    if options.budget is None and not options.kept:
        if one.compacted is None or not one.compacted.texts or not one.summary:
            raise ValueError(f"{options.file}: no messages with a summary after them; give --kept TEXT or a --budget")
        yours, whose, one = one.summary, f"{options.file}: its last summary", one.compacted
    budget = size(yours) if whose else options.budget
    total = sum(map(size, one.texts))
    if budget >= total:
        raise ValueError(f"{options.file}: about {total} tokens fit into {budget}; there is nothing to drop")
    if budget < min(map(size, one.texts)):
        raise ValueError(f"{options.file}: no message fits into {budget} tokens; the session has about {total}")
    probes, skipped = session.read_probes(options.probes, one) if options.probes else ([], [])
    print(f"{options.file}: {len(one.texts)} messages, about {total} tokens; at most {budget} are kept")
    if one.unread:
        print(f"{options.file}: note: {one.unread} messages have parts (pictures, thinking) that were not looked at")
    for row in skipped:
        print(f"{row}; skipped")
    if one.left_out:
        print(f"{options.file}: note: {one.left_out} lines are no messages of the session and were left out")
    if whose:
        print(f"{whose}: {judged([probed([yours], probes)], probes)}")
    if len(one.results) > RECENT:
        print(masked(one, probes))
    for way, several in kept(one.texts, budget).items():
        print(line(way, several, one, probes))
    return 0


def line(way: str, several: Sequence[Sequence[int]], one: Session, probes: Sequence[Probe]) -> str:
    """What one way keeps: with probes what it loses, without them the rarest messages that it drops."""
    count = np.mean([len(places) for places in several])
    if not probes:
        if len(several) > 1:
            return f"{way}: keeps {count:.0f} messages, {len(several)} shuffles"
        rare = keeping.rarity(one.texts)
        dropped = sorted(set(range(len(one.texts))) - set(several[0]), key=lambda i: -rare[i])[:3]
        shown = "; ".join(f"{i + 1}: {' '.join(one.texts[i].split())[:60]!r}" for i in dropped)
        return f"{way}: keeps {count:.0f} messages; the rarest that it drops: {shown}"
    found = [probed([one.texts[i] for i in places], probes) for places in several]
    return f"{way}: keeps {count:.0f} messages, {judged(found, probes)}"


def masked(one: Session, probes: Sequence[Probe]) -> str:
    """What stays with a placeholder for each but the newest results of tools; it has tokens of its own, no budget."""
    old = set(one.results[:-RECENT])
    texts = [PLACEHOLDER if i in old else text for i, text in enumerate(one.texts)]
    answers = f", {judged([probed(texts, probes)], probes)}" if probes else ""
    return (
        f"placeholders for all but {RECENT} of {len(one.results)} tool results: about {sum(map(size, texts))} tokens"
        f"{answers}"
    )


def judged(found: Sequence[tuple[list[str], list[str]]], probes: Sequence[Probe]) -> str:
    """How many answers are held, a mean if there are several cuts; for a single cut also which are lost."""
    held = np.mean([len(probes) - len(lost) for lost, _ in found])
    old = np.mean([len(stale) for _, stale in found])
    text = f"{held:.3g} of {len(probes)} answers, {old:.3g} with the old value only"
    if len(found) > 1 or not found[0][0]:
        return text
    return f"{text}; lost: {', '.join(map(repr, found[0][0]))}"
