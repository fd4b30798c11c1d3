"""What the lab found in planted chats, and the surprise of a small language model: results, tables, claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from labs.contextual_compression import chat, dialogues, keeping, planted
from labs.contextual_compression.dialogues import Dialogue
from labs.contextual_compression.found import TYPICAL, Found, each
from labs.contextual_compression.planted import Corrections, Event, Score
from labs.record import Results

NAMES = {
    "dice": "dice",
    "window": "window",
    "typical (TextRank)": "textrank",
    "typical (centroid)": "centroid",
    "TextRank, shared words": "textrank_words",
    "least typical": "least",
    "rare words": "rare",
    "diverse (MMR)": "mmr",
}
Scores = Mapping[tuple[str, float], Score]


def add_event(r: Results, event: Event) -> None:
    """The first event of the post."""
    r.add("event_turn", event.turn, "turn in which the word is forbidden")
    r.add("event_turns", len(event.chat.turns), "turns of that chat")
    r.add("event_word", event.word, "the word")
    r.add("event_kept", event.kept, "turns that TextRank keeps at a tenth of the tokens")
    r.claim("word_is_gone", not event.survives, "TextRank's tenth of that chat does not hold the turn with the word.")
    facts = {fact.turn for fact in event.chat.facts}
    held = {way: len(facts & set(event.places[way])) for way in planted.DRAWN}
    r.claim(
        "event_order",
        held["rare words"] == max(held.values()) and held["typical (TextRank)"] == min(held.values()),
        "Of window, TextRank, one throw of dice and rare words, none holds more facts of that chat at a tenth than "
        "rare words, and none fewer than TextRank.",
    )
    r.add("event_textrank", held["typical (TextRank)"], "facts of that chat in TextRank's tenth")
    r.add("event_rare", held["rare words"], "facts of that chat in the tenth with the rarest words")
    r.claim("event_none", held["typical (TextRank)"] == 0, "TextRank's tenth holds none of the facts of that chat.")
    tenth = {way: Counter(event.chat.turns[i] for i in event.places[way]) for way in held}
    r.claim(
        "event_repeats",
        max(tenth["typical (TextRank)"].values()) > 1 == max(tenth["rare words"].values()),
        "TextRank's tenth of that chat holds a sentence twice or more, that of rare words none.",
    )
    often = tenth["typical (TextRank)"]
    r.add("event_repeated", max(often, key=lambda text: (often[text], text)), "a sentence that it holds most often")
    rank = keeping.best_first(keeping.rarity(event.chat.turns)).index(event.turn - 1) + 1
    r.add("event_rank", rank, "place of the turn with the word among the turns of that chat, rarest words first")
    turns = list(event.chat.turns)
    turns[event.turn - 1] = next(k for k in chat.KINDS if k.name == "word").said[0].format(v=event.word)
    never = keeping.best_first(keeping.rarity(turns))
    r.add("event_rank_never", never.index(event.turn - 1) + 1, 'the same, had the turn said "Never write"')
    r.claim(
        "never_ranks_lower",
        never.index(event.turn - 1) + 1 > 3 * rank,
        'In the same chat, with the word forbidden as "Never write … in the copy", over three times as many turns rank '
        "up to that one.",
    )
    said = [set(keeping.words(turn)) for turn in event.chat.turns]
    seen = Counter(word for turn in said for word in turn)
    there = said[event.turn - 1]
    r.add("event_words", len(there), "different words of that turn")
    r.add("event_once", sum(seen[word] == 1 for word in there), "of these, words that no other turn of the chat says")


def add_strip(r: Results, event: Event) -> None:
    """The turns of that chat that hold a fact, or that one of the ways drawn keeps."""
    facts = {fact.turn: fact.kind.name for fact in event.chat.facts}
    kept = [set(event.places[way]) for way in planted.DRAWN]
    r.table(
        "strip",
        "The chat with the forbidden word: turns that hold a fact, as it stands in the end, or that a tenth kept holds",
        ["turn", "fact", *planted.DRAWN, "what is said"],
        [
            [turn + 1, facts.get(turn, ""), *("kept" if turn in own else "" for own in kept), event.chat.turns[turn]]
            for turn in sorted(facts.keys() | set().union(*kept))
        ],
    )


def add_ways(r: Results, found: Scores, bare: Scores, real: Found) -> None:
    """The ways to keep turns, in planted chats."""
    for way, name in NAMES.items():
        r.add(f"planted_{name}_10", found[way, 0.1].kept, f"planted facts kept at 10%: {way}", "share")
    r.add("planted_rare_10_bare", bare["rare words", 0.1].kept, "the same without anecdotes: rare words", "share")
    r.add(
        "planted_least_10_bare", bare["least typical", 0.1].kept, "the same without anecdotes: least typical", "share"
    )
    r.claim(
        "typical_below_dice_planted",
        all(
            found[way, b].kept < 0.3 * found["dice", b].kept
            for way in (*TYPICAL, "TextRank, shared words")
            for b in planted.BUDGETS
        ),
        "In planted chats, centroid and TextRank, on sentence vectors and on shared words, keep less than a third of "
        "the facts that dice keep, at 5% to 40%.",
    )
    dice = real["dice", "10%"]
    ratios = [real[way, "10%"].evidence.mean() / dice.evidence.mean() for way in TYPICAL]
    answers = [real[way, "10%"].answers.mean() / dice.answers.mean() for way in TYPICAL]
    r.claim(
        "gap_is_small_outside",
        min(ratios) > 0.75
        and min(answers) > 2 / 3
        and max(found[way, 0.1].kept / found["dice", 0.1].kept for way in TYPICAL) < 0.3,
        "At 10% the typical ways keep under a third of the facts that dice keep in planted chats, and in LoCoMo over "
        "three quarters of the evidence turns and over two thirds of the answers.",
    )
    r.claim(
        "anecdotes_halve",
        found["rare words", 0.1].kept < 0.65 * bare["rare words", 0.1].kept
        and found["rare words", 0.1].kept > 3 * found["dice", 0.1].kept,
        "Sixteen anecdotes in 160 turns take at least a third of the facts from rare words at 10%; rare words still "
        "keep over three times as many as dice.",
    )
    likest = [found[way, 0.1].alike for way in NAMES if way not in ("rare words", "least typical")]
    r.add("alike_rare", found["rare words", 0.1].alike, "cosine of the rare tenth with the whole chat")
    r.add("alike_dice", found["dice", 0.1].alike, "cosine of a random tenth with the whole chat")
    r.claim(
        "likeness_misleads",
        found["rare words", 0.1].alike < min(likest)
        and all(found["rare words", 0.1].kept > found[way, 0.1].kept for way in NAMES if way != "rare words"),
        "At 10%, rare words keep most planted facts of the eight ways, and are less like the chat than all but one.",
    )
    mmr = [found["diverse (MMR)", b].kept > found["dice", b].kept for b in (0.1, 0.2, 0.4)]
    flat = [real["diverse (MMR)", s].evidence.mean() < real["dice", s].evidence.mean() for s in ("10%", "20%", "40%")]
    r.claim(
        "mmr_does_not_transfer",
        all(mmr) and all(flat),
        "MMR keeps more than dice in planted chats at 10% to 40%, and on average less than dice in LoCoMo.",
    )
    r.table(
        "planted",
        "Planted chats: facts kept at four budgets; at 10%, changed facts with the old value only, and likeness",
        ["way", *(f"{b:.0%}" for b in planted.BUDGETS), "old value only", "likeness"],
        [
            [way, *(found[way, b].kept for b in planted.BUDGETS), found[way, 0.1].stale_only, found[way, 0.1].alike]
            for way in planted.ORDERS
        ],
    )


def add_changes(
    r: Results, found: Scores, slots: Mapping[int, Score], announced: Corrections, bare: Corrections
) -> None:
    """What happens to a fact that was changed later; `bare`: the corrections without the words that announce them."""
    rare, dice = found["rare words", 0.1], found["dice", 0.1]
    r.add("old_only_rare", rare.stale_only, "changed facts with the old value only, at 10%: rare words", "share")
    r.add("old_only_dice", dice.stale_only, "the same: dice", "share")
    r.add("changed", announced.changed, "changed facts")
    r.add("corrections_below", announced.below, "of these, corrections that are less rare than the first value")
    r.add("corrections_below_bare", bare.below, "the same, without the words that announce a correction")
    r.add("old_only_rare_bare", bare.old_only, "changed facts with the old value only, without these words", "share")
    r.claim(
        "announcing_makes_common",
        announced.below > 0.7 * announced.changed
        and bare.below < 0.5 * bare.changed
        and abs(announced.old_only - rare.stale_only) < 1e-9
        and bare.old_only < 0.5 * announced.old_only,
        "Most corrections are less rare than the first value; without the words that announce each, fewer than half, "
        "and rare words keep only the old value less than half as often.",
    )
    for known, one in slots.items():
        r.add(
            f"slots_kept_{known}", one.kept, f"facts kept under names by a writer that knows {known} of 3 ways", "share"
        )
        r.add(f"slots_old_{known}", one.stale_only, "changed facts with the old value only: the same writer", "share")
    r.claim(
        "rare_keeps_the_old",
        rare.stale_only > 2 * dice.stale_only and rare.stale_only > slots[2].stale_only and slots[3].stale_only == 0,
        "At 10%, rare words keep only the old value of changed facts more than twice as often as dice, and oftener "
        "than a writer that knows two of three ways to say a fact; one that knows all three never does.",
    )
    r.claim(
        "half_a_schema_keeps_the_old",
        slots[1].stale_only > 0.1 and slots[2].stale_only > 0.1,
        "A writer that knows one or two of three ways to say a fact keeps only the old value in over a tenth of the "
        "changed ones.",
    )


def sampled(score: str) -> np.ndarray:
    """How often an evidence turn scores above another turn, over the sampled turns of each dialogue."""

    def measure(one: Dialogue) -> float:
        full = {"surprise": one.surprise, "length": dict(enumerate(one.sizes))}
        scores = full.get(score) or dict(enumerate(one.scores[score]))
        return dialogues.above({i: scores[i] for i in one.surprise}, one.evidence)

    return each(measure)


def most_surprising(one: Dialogue) -> list[int]:
    """The fifth of the sampled turns that surprise the small model most, a token."""
    return sorted(one.surprise, key=lambda i: -one.surprise[i])[: len(one.surprise) // 5]


def add_surprise(r: Results) -> None:
    """The small model's surprise a token, on a hundred random turns of each dialogue."""
    found = {score: dialogues.interval(sampled(score)) for score in ("surprise", "rarity", "centrality", "length")}
    r.add("scored_turns", sum(len(one.surprise) for one in dialogues.read()), "turns that the small model read")
    for score, (mean, low, high) in found.items():
        r.add(
            f"above_{score}",
            mean,
            f"evidence turns with a higher {score} than another turn",
            "share",
            low=low,
            high=high,
            interval="95%, ten dialogues",
        )
    r.claim(
        "surprise_misleads",
        found["surprise"][2] < 0.5 < found["rarity"][1],
        "A 135M model's surprise a token ranks evidence turns below other turns more often than not, rare words rank "
        "them above: 95% intervals over ten dialogues on either side of a half.",
    )
    short = each(lambda one: np.mean([one.words[i] for i in most_surprising(one)]))
    r.claim(
        "surprise_is_short",
        (short < each(lambda one: np.mean([one.words[i] for i in one.surprise]))).all(),
        "In each dialogue the fifth of the turns with the most surprise a token has fewer words than the mean turn.",
    )
    r.claim(
        "typical_is_middling",
        found["centrality"][1] < 0.5 < found["centrality"][2]
        and abs(
            dialogues.interval(each(lambda o: dialogues.above(dict(enumerate(o.scores["centrality"])), o.evidence)))[0]
            - 0.5
        )
        < 0.03,
        "A LoCoMo evidence turn is as often more as less central than another turn, to within 3 points.",
    )
