"""`lab llm-inference-optimization plan`: what binds a step of your model on your card, and what to try first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.asked import Asked, read
from labs.llm_inference_optimization.choice import Step, step, together
from labs.llm_inference_optimization.measured import BOTH, CACHE, CROWD, FOUR, HEAVY, LENGTHS, LIGHT, LONG

USAGE = (
    "llm-inference-optimization has one command: plan [FILE.toml] [--weights N --kv BYTES --batch N --context N ...]"
)
SURE = 1.005  # a gain below this is none that anybody would notice
HERE = "by one H100, a model of eight billion weights and the kernels there, speculation apart"


def main(argv: Sequence[str]) -> int:
    """Run the command. Raises ValueError for a reader's mistake."""
    if not argv or argv[0] != "plan":
        raise ValueError(USAGE)
    for line in told(read(argv[1:])):
        print(line)
    return 0


def settings(asked: Asked) -> list[roof.Setting]:
    """The lab's ten settings on the reader's card, of whose memory nine tenths are used."""
    card = {"bandwidth": asked.bandwidth, "compute": asked.flops, "memory": 0.9 * asked.memory}
    return [replace(one, **card) for one in roof.SETTINGS]


def ways(asked: Asked) -> dict[str, roof.Way]:
    """The lab's ways for the reader's model and draft."""
    found = {name: replace(way, shape=asked.model) for name, way in roof.WAYS.items()}
    drafting = {"drafts": asked.drafts, "alpha": asked.acceptance, "draft_cost": asked.draft_cost}
    return found | {"speculation": replace(found["speculation"], **drafting)}


def room(asked: Asked, way: roof.Way) -> int:
    """Requests that fit on the card, none if the weights do not."""
    return max(0, roof.full(way, asked.context, settings(asked)[0]))


def gains(asked: Asked, over: roof.Way, tried: Mapping[str, roof.Way]) -> dict[str, list[float]]:
    """Gain of each way over another in the ten settings; ways without room for the requests are left out."""
    found = {}
    for name, way in tried.items():
        ours, theirs = (asked.batch or room(asked, one) for one in (way, over))
        if 0 < ours <= room(asked, way):
            found[name] = [
                roof.speed(way, ours, asked.context, one) / roof.speed(over, theirs, asked.context, one)
                for one in settings(asked)
            ]
    return found


def fits(asked: Asked, tried: Mapping[str, roof.Way]) -> None:
    """Raises ValueError if the requests do not fit in 16 bits, naming what would."""
    plain = roof.Way(shape=asked.model)
    have = room(asked, plain)
    if have and (asked.batch or 0) <= have:
        return
    rooms = {name: room(asked, way) for name, way in tried.items()}
    best = max(rooms, key=lambda name: rooms[name])
    instead = f"{best} would make room for {rooms[best]:,}" if rooms[best] > have else "none of the ways makes room"
    wanted = count(asked.batch or 1, asked.context)
    raise ValueError(
        f"{wanted}: no room; one card with {asked.memory / 1e9:g} GB, nine tenths of it used, holds {have:,} in "
        f"16 bits; {instead}; further cards are not computed"
    )


def count(batch: int, context: int) -> str:
    """A load in words."""
    return f"{batch:,} request{'s' * (batch > 1)} of {context:,} tokens"


def told(asked: Asked) -> list[str]:
    """What the command prints."""
    tried = ways(asked)
    fits(asked, tried)
    plain = roof.Way(shape=asked.model)
    peak, have = settings(asked)[0], room(asked, plain)
    batch = asked.batch or have
    lines = [f"one step of {count(batch, asked.context)}; the card holds {have:,} in 16 bits"]
    lines += bound(roof.phases(plain, batch, asked.context, peak))
    found = gains(asked, plain, tried)
    lines.append("times as many tokens a second, least and greatest of ten settings:")
    for name in sorted(tried, key=lambda name: -min(found.get(name, [0]))):
        row = found.get(name)
        said = f"{min(row):5.2f} {max(row):5.2f}" if row else f"no room: {room(asked, tried[name]):,} fit"
        lines.append(f"  {name:14}{said}")
    first = step(found)
    lines.append("first: " + advice(first))
    lines.append(by_timing(asked, batch))
    if first.least >= SURE:
        base = tried[first.surest]
        pairs = {name: both for name, way in tried.items() if (both := together(base, way))}
        after = gains(asked, base, pairs)
        lines.append(f"then, beside {first.surest}: " + (advice(step(after)) if after else "nothing else has room"))
    return [*lines, *(f"assumed: {one}" for one in asked.assumed), NOT]


def by_timing(asked: Asked, batch: int) -> str:
    """What the loads timed say to try first, in a line: the post's table, by the bytes of cache against the weights.

    Claims `timed_few`, `timed_eight_between`, `timed_both_over_four`, `timed_cache_heavy` and `timed_level`.
    """
    plain = roof.Way(shape=asked.model)
    ratio = batch * roof.cache_bytes(plain, asked.context) / (2 * (asked.model.in_layers + asked.model.output))
    if batch == 1 and ratio < LIGHT:
        first = FOUR
    elif batch < CROWD:
        first = "open, no such load was timed enough"
    elif asked.context <= LENGTHS[0] or ratio < LIGHT:
        first = BOTH
    elif asked.context < LONG[0]:
        first = f"open, between {LENGTHS[0]} and {LONG[0]:,} tokens too little was timed"
    else:
        first = CACHE if ratio > HEAVY else f"{BOTH} or {CACHE}, about level"
    return f"timed: first {first}; the cache is {ratio:.2f} times the weights ({HERE})"


NOT = (
    "not computed: prompts, kernels, quality, unpacking of 4 bits; on the one H100 timed, 4-bit weights gained less "
    "than computed at every load; measure before you believe it"
)


def bound(both: Sequence[roof.Phase]) -> list[str]:
    """A line for each phase of a step at peak, the longer one first, and what holds it up."""
    named = sorted(zip(("weights", "cache"), both, strict=True), key=lambda pair: -max(pair[1]))
    lines = []
    for word, (name, phase) in zip(("binds:", "less: "), named, strict=True):
        by = "reading" if phase.reading >= phase.computing else "computing"
        read, done = (f"{1000 * seconds:.3g} ms" for seconds in phase)
        lines.append(f"{word} the {name}, by {by}; at peak {read} to read, {done} to compute")
    return lines


def advice(first: Step) -> str:
    """A step in words."""
    if first.least < SURE:
        said = "nothing is sure to gain"
    else:
        said = f"{first.surest}, the greatest least gain ({first.least:.2f})"
    if first.likeliest == first.surest and first.least >= SURE:
        return f"{said}; ahead in {first.ahead} of ten settings, too"
    return f"{said}; {first.likeliest} is ahead in {first.ahead} of ten settings"
