"""What the lab found in LoCoMo's dialogues: results, tables, claims."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from labs.contextual_compression import dialogues
from labs.contextual_compression.dialogues import Dialogue, Kept
from labs.record import Results

SHARES = ("5%", "10%", "20%", "40%")
TYPICAL = ("typical (centroid)", "typical (TextRank)")
DRAWN = ("rare words", "least typical", "longest", "TextRank, shared words", "diverse (MMR)", "window", *TYPICAL)
Found = dict[tuple[str, str], Kept]


def budgets() -> dict[str, list[float]]:
    """The shares, and the tokens that the summaries and the written facts of each dialogue take."""
    sizes = dialogues.sizes_of
    return {**dialogues.shares(), "summaries": sizes("summaries"), "facts": sizes("observations")}


def each(measure: Callable[[Dialogue], float]) -> np.ndarray:
    """A number for each dialogue."""
    return np.array([measure(one) for one in dialogues.read()])


def add_sizes(r: Results) -> None:
    """How large the dialogues are, and what is counted."""
    ten = dialogues.read()
    r.add("dialogues", len(ten), "dialogues of LoCoMo")
    r.add("turns", sum(len(one.sizes) for one in ten), "turns in them")
    r.add(
        "evidence_turns", sum(len(one.evidence) for one in ten), "turns that annotators name as evidence of a question"
    )
    r.add("questions", sum(len(one.asked[False]) for one in ten), "questions with the answer word for word in a turn")
    r.add("questions_loosely", sum(len(one.asked[True]) for one in ten), "questions with the answer loosely in a turn")
    r.add(
        "summary_share",
        float(each(lambda o: sum(o.written["summaries"].sizes) / o.total).mean()),
        "word pieces of the summaries, of the dialogue's",
        "share",
    )
    r.add(
        "facts_share",
        float(each(lambda o: sum(o.written["observations"].sizes) / o.total).mean()),
        "word pieces of the written facts, of the dialogue's",
        "share",
    )
    places = [int(5 * i / len(one.sizes)) for one in ten for i in one.evidence]
    fifths = np.bincount(places, minlength=5) / len(places)
    r.claim(
        "evidence_everywhere",
        bool((abs(fifths - 0.2) < 0.05).all()),
        "Each fifth of the dialogues, in order, holds between 15% and 25% of the evidence turns.",
    )
    ratio = each(lambda o: np.mean([o.sizes[i] for i in o.evidence]) / np.mean(o.sizes))
    r.add(
        "evidence_longer", float(ratio.mean() - 1), "by how much an evidence turn is longer than the mean turn", "share"
    )


def add_ways(r: Results, found: Found) -> None:
    """Each way beside dice: evidence turns and answers."""
    evidence = {key: kept.evidence for key, kept in found.items()}
    answers = {key: kept.answers for key, kept in found.items()}
    names = {
        "dice": "dice",
        "window": "window",
        "typical (TextRank)": "textrank",
        "typical (centroid)": "centroid",
        "rare words": "rare",
        "least typical": "least",
        "longest": "longest",
    }
    for way, name in names.items():
        r.add(f"{name}_evidence_10", float(evidence[way, "10%"].mean()), f"evidence turns kept at 10%: {way}", "share")
        r.add(f"{name}_answers_20", float(answers[way, "20%"].mean()), f"answers kept at 20%: {way}", "share")
    for way in ("window", "dice", "typical (TextRank)"):
        r.add(f"{names[way]}_answers_10", float(answers[way, "10%"].mean()), f"answers kept at 10%: {way}", "share")
    below = [int(sum(evidence[way, "10%"] < evidence["dice", "10%"])) for way in TYPICAL]
    less = [int(sum(answers[way, "10%"] < answers["dice", "10%"])) for way in TYPICAL]
    r.add("typical_below", min(below), "dialogues in which each typical way keeps less evidence than dice, at 10%")
    r.claim(
        "typical_below_dice",
        min(below) >= 8
        and min(less) >= 9
        and all(
            answers[way, share].mean() < answers["dice", share].mean()
            and evidence[way, share].mean() < evidence["dice", share].mean()
            for way in TYPICAL
            for share in SHARES
        ),
        "On LoCoMo, centroid and TextRank on sentence vectors keep fewer evidence turns and fewer answers than dice on "
        "average at 5% to 40%; at 10%, less evidence in at least eight of ten dialogues, fewer answers in nine.",
    )
    gap = [dialogues.interval(evidence[w, s] - evidence["dice", s]) for w in TYPICAL for s in ("20%", "40%")]
    r.claim(
        "typical_interval",
        all(high < 0 for _, _, high in gap),
        "At 20% and 40% the 95% interval over the ten dialogues of centroid, and of TextRank, minus dice (evidence "
        "turns) lies below zero.",
    )
    rich = [dialogues.interval(found[way, share].richness - 1) for way in TYPICAL for share in SHARES]
    fewer = [found[way, share].turns < found["dice", share].turns for way in TYPICAL for share in SHARES]
    r.add(
        "textrank_turns_10", float(found["typical (TextRank)", "10%"].turns.mean()), "turns in TextRank's 10%", "share"
    )
    r.claim(
        "typical_turns_are_long",
        all(low < 0 < high for _, low, high in rich) and bool(np.all(fewer)),
        "Centroid and TextRank on sentence vectors keep fewer turns than dice in each dialogue at 5% to 40%; "
        "whether a turn that they keep is evidence more or less often than others, ten dialogues cannot tell: 95% "
        "intervals include one.",
    )
    r.claim(
        "long_turns_are_richer",
        all(
            dialogues.interval(found["longest", share].richness - 1)[1] > 0
            and evidence["longest", share].mean() > evidence["dice", share].mean()
            for share in SHARES
        )
        and [dialogues.interval(evidence["longest", s] - evidence["dice", s])[1] > 0 for s in SHARES]
        == [False, False, False, True],
        "The longest turns are evidence more often than any turn, 95% intervals above that, and hold more evidence "
        "turns than dice on average, at 5% to 40%; only at 40% does the 95% interval of that difference exclude zero.",
    )
    shared = "TextRank, shared words"
    more = [dialogues.interval(evidence[shared, s] - evidence["typical (TextRank)", s]) for s in SHARES[1:]]
    r.claim(
        "shared_words_beat_vectors",
        all(low > 0 for _, low, _ in more),
        "TextRank on shared words keeps more evidence turns than on sentence vectors: 95% intervals of the difference "
        "above zero at 10%, 20% and 40%.",
    )
    near = [dialogues.interval(evidence[shared, share] - evidence["dice", share]) for share in SHARES]
    r.claim(
        "shared_words_like_dice",
        all(low < 0 < high for _, low, high in near),
        "TextRank on shared words, as its paper has it, does not differ from dice in evidence turns: each 95% "
        "interval from 5% to 40% includes zero.",
    )
    r.claim(
        "rare_beats_dice",
        all((evidence["rare words", s] > evidence["dice", s]).all() for s in SHARES),
        "Rare words keep more evidence turns than dice in each of ten dialogues at 5%, 10%, 20% and 40%.",
    )
    others = [way for way, share in evidence if share == "10%" and way != "rare words"]
    r.claim(
        "rare_is_best",
        all(
            kept["rare words", s].mean() > kept[w, s].mean()
            for kept in (evidence, answers)
            for w in others
            for s in SHARES
        ),
        "Of the eleven ways that keep whole turns and know no question, rare words keep most evidence turns and most "
        "answers at 5%, 10%, 20% and 40%.",
    )
    ahead = {
        way for way, share in evidence if share == "10%" and (evidence[way, share] > evidence["dice", share]).all()
    }
    r.claim(
        "dots_seen",
        ahead & set(DRAWN) == {"rare words", "least typical"},
        "Of the eight ways drawn, only rare words and least typical keep more evidence than dice in each of ten "
        "dialogues at 10%.",
    )
    window = [evidence["window", s].mean() - evidence["dice", s].mean() for s in SHARES]
    r.claim(
        "window_like_dice",
        max(map(abs, window)) <= 0.03 and all(answers["window", s].mean() < answers["dice", s].mean() for s in SHARES),
        "The window's evidence turns are within 3 points of dice at 5% to 40%, and its answers are fewer.",
    )
    behind = {
        s: [
            dialogues.interval(getattr(found["window", s], how) - getattr(found["dice", s], how))
            for how in ("answers", "loosely")
        ]
        for s in ("10%", "20%", "facts")
    }
    mean, low, high = behind["facts"][0]
    r.add(
        "window_minus_dice",
        mean,
        "window minus dice, answers at the facts' tokens",
        "share",
        low=low,
        high=high,
        interval="95%, ten dialogues",
    )
    r.add("window_answers_facts", float(answers["window", "facts"].mean()), "answers, window, facts' tokens", "share")
    r.claim(
        "window_below_dice",
        all(high < 0 for several in behind.values() for _, _, high in several),
        "The window holds fewer answers than dice at 10%, at 20% and at the facts' tokens: 95% intervals below zero, "
        "matched either way.",
    )
    r.claim(
        "rarity_is_not_length",
        all(
            evidence["rare words", s].mean() > evidence["longest", s].mean()
            and evidence["rare words", s].mean() > evidence["sum of rarity", s].mean()
            for s in SHARES
        ),
        "Rare words keep more evidence than the longest turns, and than the sum of rarity in place of its mean, at "
        "5% to 40%.",
    )
    r.claim(
        "rare_turns_are_richer",
        all(dialogues.interval(found["rare words", s].richness - 1)[1] > 0 for s in SHARES)
        and bool((found["rare words", "10%"].turns > found["dice", "10%"].turns).all()),
        "A turn kept for its rare words is evidence more often than any turn: 95% intervals above that at 5% to 40%. "
        "At 10% rare words keep more turns than dice in each dialogue, so theirs are shorter.",
    )
    before = "rare words, and the turn before"
    r.claim(
        "turn_before_costs",
        all(
            evidence[before, s].mean() < evidence["rare words", s].mean()
            and answers[before, s].mean() < answers["rare words", s].mean()
            for s in SHARES
        ),
        "Keeping the turn before each rare one as well holds less evidence and fewer answers at the same tokens.",
    )
    halves = {
        s: each(lambda o, b=b: dialogues.answered(o, dialogues.in_turns(o, dialogues.newest_and_rare(o, b * o.total))))
        for s, b in zip(SHARES, dialogues.BUDGETS, strict=True)
    }
    r.add("halves_answers_20", float(halves["20%"].mean()), "answers kept at 20%: half newest, half rare", "share")
    r.claim(
        "halves_lie_between",
        all(answers["dice", s].mean() < halves[s].mean() < answers["rare words", s].mean() for s in SHARES)
        and all(dialogues.interval(halves[s] - answers["dice", s])[1] > 0 for s in SHARES[2:]),
        "Half of the tokens for the newest turns and half for the rarest of the others hold more answers than dice and "
        "fewer than rare words alone, on average at 5% to 40%; at 20% and 40% the 95% interval above dice excludes it.",
    )
    rows = [
        [
            way,
            *(
                float(getattr(found[way, s], what).mean())
                for what, s in (("evidence", "10%"), ("answers", "20%"), ("answers", "facts"), ("loosely", "20%"))
            ),
        ]
        for way in dict.fromkeys(way for way, _ in found)
    ]
    r.table(
        "ways",
        "LoCoMo: shares kept, means over ten dialogues",
        ["way", "evidence, 10%", "answers, 20%", "answers, at the facts' tokens", "answers loosely, 20%"],
        rows,
    )
    r.table(
        "curves",
        "LoCoMo: shares kept by budget, means over ten dialogues",
        ["budget", "way", "evidence", "answers"],
        [
            [int(s[:-1]), way, float(found[way, s].evidence.mean()), float(found[way, s].answers.mean())]
            for way in dict.fromkeys(way for way, _ in found)
            for s in SHARES
        ],
    )
