"""What the lab found in what a model wrote down, and in raw turns fetched once the question is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labs.contextual_compression import dialogues, keeping
from labs.contextual_compression.dialogues import Dialogue
from labs.contextual_compression.found import Found, each
from labs.record import Results


def held(kind: str, share: float = np.inf, loose: bool = False) -> np.ndarray:
    """Answers in what the model wrote, cut to a share of the dialogue's tokens by the rarity of its words."""
    return each(
        lambda one: dialogues.answered(one, dialogues.written_down(one, kind, share * one.total, loose)[0], loose)
    )


def fetched(share: float, beside: str = "", rest: float = 0.0, loose: bool = False) -> np.ndarray:
    """Answers that BM25 brings within a share of the tokens for each question, beside what is in memory anyway.

    `beside` is "observations" or "rare words", cut to the share `rest`.
    """

    def measure(one: Dialogue) -> float:
        found = frozenset(q for q, read in one.fetched[loose].items() if read <= share * one.total)
        if beside == "rare words":
            order = keeping.best_first(one.scores["rarity"])
            found |= dialogues.in_turns(one, keeping.take(order, one.sizes, rest * one.total), loose)
        elif beside:
            found |= dialogues.written_down(one, beside, rest * one.total, loose)[0]
        return dialogues.answered(one, found, loose)

    return each(measure)


def fetched_as_many(loose: bool = False) -> np.ndarray:
    """Answers that BM25 brings in the tokens that the written facts and 2% fetched take together."""

    def measure(one: Dialogue) -> float:
        budget = sum(one.written["observations"].sizes) + 0.02 * one.total
        return dialogues.answered(one, frozenset(q for q, read in one.fetched[loose].items() if read <= budget), loose)

    return each(measure)


def add_written(r: Results, found: Found) -> None:
    """What a model wrote down, against whole turns at the same tokens; and raw turns that are fetched."""
    summaries, facts = held("summaries"), held("observations")
    rare = {kind: found["rare words", kind] for kind in ("summaries", "facts")}
    r.add("summaries_answers", float(summaries.mean()), "answers in the session summaries", "share")
    r.add("rare_answers_summaries", float(rare["summaries"].answers.mean()), "the same tokens of rare turns", "share")
    r.add("facts_answers", float(facts.mean()), "answers in the written facts", "share")
    r.add(
        "rare_answers_facts", float(rare["facts"].answers.mean()), "answers in the same tokens of rare turns", "share"
    )
    r.add(
        "dice_answers_facts", float(found["dice", "facts"].answers.mean()), "the same tokens of random turns", "share"
    )
    mean, low, high = dialogues.interval(rare["summaries"].answers - summaries)
    r.add(
        "rare_minus_summaries",
        mean,
        "rare words minus summaries, answers at equal tokens",
        "share",
        low=low,
        high=high,
        interval="95%, ten dialogues",
    )
    loose = rare["summaries"].loosely - held("summaries", loose=True)
    lmean, llow, lhigh = dialogues.interval(loose)
    r.add(
        "rare_minus_summaries_loosely",
        lmean,
        "the same, loosely matched",
        "share",
        low=llow,
        high=lhigh,
        interval="95%, ten dialogues",
    )
    r.claim(
        "rare_like_summaries",
        -0.11 < low < 0 < high < 0.11 and -0.11 < llow < 0 < lhigh < 0.11,
        "Rare words and the model's session summaries hold as many answers at equal tokens, as far as ten dialogues "
        "tell: the 95% interval of the difference includes zero and stays within 11 points, matched either way.",
    )
    mean, low, high = dialogues.interval(facts - rare["facts"].answers)
    r.add(
        "facts_minus_rare",
        mean,
        "written facts minus rare words, answers at equal tokens",
        "share",
        low=low,
        high=high,
        interval="95%, ten dialogues",
    )
    r.add(
        "facts_above_dialogues", int(sum(facts > rare["facts"].answers)), "dialogues in which written facts hold more"
    )
    lfacts = dialogues.interval(held("observations", loose=True) - rare["facts"].loosely)
    r.claim(
        "facts_beat_rare",
        mean >= 0.1 and low > 0 and lfacts[1] > 0,
        "Facts that the model wrote down hold at least 10 points more answers than rare words at equal tokens, with "
        "a 95% interval above zero, matched either way.",
    )
    cut = {
        loose: each(
            lambda one, loose=loose: dialogues.answered(
                one,
                dialogues.written_down(one, "observations", sum(one.written["summaries"].sizes), loose)[0],
                loose,
            )
        )
        for loose in (False, True)
    }
    r.add("facts_answers_summaries", float(cut[False].mean()), "answers in facts cut to the summaries' tokens", "share")
    r.claim(
        "facts_beat_summaries",
        all(dialogues.interval(kept - held("summaries", loose=loose))[1] > 0.1 for loose, kept in cut.items()),
        "Written facts cut to the summaries' tokens, rarest words first, hold over 10 points more answers than the "
        "summaries: the 95% interval lies above, matched either way.",
    )
    half = each(lambda o: sum(o.written["observations"].sizes) / o.total / 2)
    part = np.array(
        [
            dialogues.answered(o, dialogues.written_down(o, "observations", h * o.total)[0])
            for o, h in zip(dialogues.read(), half, strict=True)
        ]
    )
    r.add(
        "facts_answers_half", float(part.mean()), "answers in the rarest written facts, at half their tokens", "share"
    )
    r.claim(
        "half_the_facts",
        part.mean() > rare["facts"].answers.mean(),
        "Written facts cut to half their tokens, rarest words first, hold more answers than rare turns do at all "
        "those tokens.",
    )


def add_fetched(r: Results, found: Found) -> None:
    """Keyword search over the raw turns once the question is known, alone and beside what was kept."""
    summaries, facts = held("summaries"), held("observations")
    fetch = {share: fetched(share) for share in (0.01, 0.02, 0.05, 0.1)}
    for share, kept in fetch.items():
        r.add(
            f"fetch_{share * 100:.0f}",
            float(kept.mean()),
            f"answers that BM25 finds in {share:.0%} of the tokens",
            "share",
        )
    more = dialogues.interval(fetch[0.02] - summaries)
    r.claim(
        "search_beats_summaries",
        more[1] > 0 and fetch[0.02].mean() > found["rare words", "20%"].answers.mean(),
        "BM25 over the raw turns, with the question, finds more answers in 2% of the tokens than the summaries hold "
        "(95% interval above zero), and than 20% of rare turns on average.",
    )
    share = each(lambda one: sum(one.written["observations"].sizes) / one.total).mean()
    r.claim(
        "search_is_cheap",
        fetch[0.05].mean() > facts.mean() - 0.02 and share > 4 * 0.05,
        "BM25 with the question finds about as many answers in 5% of the tokens as the written facts hold in over four "
        "times as many, or more.",
    )
    both = fetched(0.02, "observations", 1.0)
    r.add("facts_and_fetch", float(both.mean()), "answers in all written facts or in 2% fetched", "share")
    r.claim(
        "facts_and_fetch_best",
        both.mean() > facts.mean() + 0.1 and both.mean() > fetch[0.02].mean() + 0.1,
        "All the written facts with 2% fetched hold over 10 points more answers than either alone.",
    )
    alike = {x: fetched_as_many(x) for x in (False, True)}
    r.add("fetch_as_many", float(alike[False].mean()), "answers that BM25 finds in as many tokens", "share")
    for loose, name in ((False, "both_minus_search"), (True, "both_minus_search_loosely")):
        mean, low, high = dialogues.interval(fetched(0.02, "observations", 1.0, loose) - alike[loose])
        says = "answers, loosely: " if loose else "answers: "
        says += "written facts with 2% fetched, minus search alone in as many tokens"
        r.add(name, mean, says, "share", low=low, high=high, interval="95%, ten dialogues")
    gain = [fetched(0.02, "observations", 1.0, x).mean() - alike[x].mean() for x in (False, True)]
    r.claim(
        "tokens_are_most_of_it",
        all(0 < more < 0.05 for more in gain)
        and dialogues.interval(both - alike[False])[1] < 0
        and 0 < dialogues.interval(fetched(0.02, "observations", 1.0, True) - alike[True])[1] < 0.01,
        "In the tokens that the written facts and 2% fetched take together, search alone holds fewer answers by less "
        "than 5 points, matched either way; word for word the 95% interval of the difference includes zero, loosely it "
        "lies above by less than a point.",
    )
    splits = [(total, part) for total in (0.1, 0.2) for part in (0.02, 0.05)]
    alone = {total: fetched(total).mean() for total in (0.1, 0.2)}
    beside = {
        kind: {(total, part): fetched(part, kind, total - part).mean() for total, part in splits}
        for kind in ("observations", "rare words")
    }
    r.claim(
        "facts_beside_fetch",
        all(abs(kept - alone[total]) < 0.05 for (total, _), kept in beside["observations"].items()),
        "At 10% or 20% of the tokens in all, written facts with 2% or 5% fetched are within 5 points of "
        "fetching alone.",
    )
    less = [dialogues.interval(fetched(0.02, "rare words", t - 0.02) - fetched(t)) for t in (0.1, 0.2)]
    r.claim(
        "rare_beside_search_costs",
        all(high < 0 for _, _, high in less),
        "At 10% or 20% of the tokens in all, rare turns with only 2% fetched find fewer answers than search alone: "
        "both 95% intervals lie below zero.",
    )
    r.table(
        "splits",
        "LoCoMo: answers found by search alone, and by memory with a part fetched, at the same tokens",
        ["tokens", "search alone", "facts and search", "rare turns and search"],
        [
            [f"{t:.0%}, of which {p:.0%} fetched", float(alone[t]), *(float(kept[t, p]) for kept in beside.values())]
            for t, p in splits
        ],
    )
    rows = _at_question(found)
    order = [str(row[0]) for row in sorted(rows, key=lambda row: row[2])]
    r.claim(
        "bars_order",
        order
        == [
            "typical (TextRank)",
            "window",
            "dice",
            "session summaries",
            "rare words",
            "fetched, 2%",
            "written facts",
            "fetched, 5%",
            "fetched, 10%",
            "fetched, 24%",
            "written facts, and fetched, 2%",
        ],
        "Answers in the context, from few to many: TextRank, window, dice, summaries, rare words, 2% fetched, written "
        "facts, 5%, 10% and 24% fetched, written facts with 2% fetched.",
    )
    r.table(
        "at_question",
        "LoCoMo: answers in the context when the question comes, means over ten dialogues",
        ["what is there", "tokens", "answers", "answers loosely"],
        rows,
    )


def _at_question(found: Found) -> Sequence[Sequence[object]]:
    """The rows of what is in the context when a question comes: what, share of the tokens, answers."""
    tokens = each(lambda o: sum(o.written["observations"].sizes) / o.total).mean()
    summary = each(lambda o: sum(o.written["summaries"].sizes) / o.total).mean()
    rows = [
        [f"{way}", tokens, found[way, "facts"].answers.mean(), found[way, "facts"].loosely.mean()]
        for way in ("window", "typical (TextRank)", "dice", "rare words")
    ]
    rows.append(["session summaries", summary, held("summaries").mean(), held("summaries", loose=True).mean()])
    rows.append(["written facts", tokens, held("observations").mean(), held("observations", loose=True).mean()])
    for share in (0.02, 0.05, 0.1):
        rows.append([f"fetched, {share:.0%}", share, fetched(share).mean(), fetched(share, loose=True).mean()])
    rows.append(
        [f"fetched, {tokens + 0.02:.0%}", tokens + 0.02, fetched_as_many().mean(), fetched_as_many(True).mean()]
    )
    rows.append(
        [
            "written facts, and fetched, 2%",
            tokens + 0.02,
            fetched(0.02, "observations", 1.0).mean(),
            fetched(0.02, "observations", 1.0, True).mean(),
        ]
    )
    return [[name, *(float(value) for value in values)] for name, *values in rows]
