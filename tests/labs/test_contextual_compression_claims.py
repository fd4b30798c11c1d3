"""Each claim that carries the post is broken once: the piece it rests on is exchanged, and it must turn False."""

from dataclasses import replace

import pytest
from labs.contextual_compression import (
    chat,
    dialogues,
    found,
    found_again,
    found_both,
    found_few,
    found_planted,
    found_tasks,
    found_written,
    keeping,
    planted,
)
from labs.record import Results


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(dialogues, "SHUFFLES", 20)
    monkeypatch.setattr(planted, "CHATS", 4)
    monkeypatch.setattr(planted, "WORDED", 20)


def holds(add, *arguments) -> dict[str, bool]:
    r = Results()
    add(r, *arguments)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


def measured(monkeypatch=None, **exchanged: str):
    """LoCoMo's measures; with `exchanged`, each way named (its words joined by _) keeps turns as another does."""
    if monkeypatch:
        real = dialogues.orders

        def orders(one, seed):
            ways = real(one, seed)
            return {**ways, **{way: ways[other] for way, other in exchanged.items()}}

        monkeypatch.setattr(dialogues, "orders", orders)
    return dialogues.measured(0, found.budgets())


def doctored(monkeypatch, change) -> None:
    ten = tuple(change(one) for one in dialogues.read())
    monkeypatch.setattr(dialogues, "read", lambda: ten)


def test_all_claims_about_whole_turns_hold_as_measured():
    assert all(holds(found.add_ways, measured()).values())


@pytest.mark.parametrize(
    ("way", "like", "broken"),
    [
        ("typical (TextRank)", "dice", ["typical_below_dice", "typical_interval", "typical_turns_are_long"]),
        ("typical (TextRank)", "longest", ["typical_turns_are_long"]),
        (
            "rare words",
            "longest",
            ["rare_beats_dice", "rare_is_best", "rarity_is_not_length", "dots_seen", "rare_turns_are_richer"],
        ),
        ("window", "rare words", ["window_like_dice"]),
        ("TextRank, shared words", "typical (TextRank)", ["shared_words_like_dice", "shared_words_beat_vectors"]),
        ("longest", "typical (TextRank)", ["long_turns_are_richer"]),
        ("longest", "rare words", ["long_turns_are_richer"]),
        ("window", "dice", ["window_below_dice"]),
        ("rare words, and the turn before", "rare words", ["turn_before_costs"]),
    ],
)
def test_a_way_that_keeps_what_another_keeps_breaks_its_claims(monkeypatch, way, like, broken):
    said = holds(found.add_ways, measured(monkeypatch, **{way: like}))
    assert [name for name in broken if said[name]] == []


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_halves_that_are_all_rare_or_keep_nothing_do_not_lie_between(monkeypatch, share):
    def alike(one, budget):
        return keeping.take(keeping.best_first(one.scores["rarity"]), one.sizes, share * budget)

    monkeypatch.setattr(dialogues, "newest_and_rare", alike)
    assert not holds(found.add_ways, measured())["halves_lie_between"]


def test_a_context_that_loses_more_with_each_cut_or_holds_what_dice_hold_does_not_pass(monkeypatch):
    said = holds(found_again.add_again, 0)
    assert said["cuts_add_little"]
    worse = {0.25: 3}

    def thinner(one):
        again = {room: dialogues.Again(cut.kept[:: worse.get(room, 1)], cut.cuts) for room, cut in one.again.items()}
        return replace(one, again=again)

    with monkeypatch.context() as patch:
        doctored(patch, thinner)
        assert not holds(found_again.add_again, 0)["cuts_add_little"]
    monkeypatch.setattr(dialogues, "thrown_again", lambda one, room, seed: [one.again[room].kept])
    assert not holds(found_again.add_again, 0)["cuts_add_little"]


def test_a_rule_that_is_found_however_it_is_said_does_not_hang_on_its_words():
    real = planted.wordings(0)
    assert holds(found_tasks.add_wordings, real)["wording_decides"]
    for i, what in ((0, {"rare": 7}), (1, {"rare": 17}), (2, {"question": 1}), (0, {"task": 17})):
        other = [replace(one, **what) if i == j else one for j, one in enumerate(real)]
        assert not holds(found_tasks.add_wordings, other)["wording_decides"]


def test_a_rule_whose_words_rank_as_high_either_way_does_not_fall(monkeypatch):
    assert holds(found_planted.add_event, planted.event(0))["never_ranks_lower"]
    monkeypatch.setattr(found_planted.keeping, "rarity", lambda turns: [-i for i in range(len(turns))])
    assert not holds(found_planted.add_event, planted.event(0))["never_ranks_lower"]


def without(kind, which=lambda answers: [frozenset() for _ in answers]):
    def change(one):
        texts = one.written[kind]
        answers = {loose: which(held) for loose, held in texts.answers.items()}
        return replace(one, written={**one.written, kind: replace(texts, answers=answers)})

    return change


def test_summaries_that_hold_nothing_do_not_tie_with_a_word_count(monkeypatch):
    assert all(holds(found_written.add_written, measured()).values())
    doctored(monkeypatch, without("summaries"))
    assert not holds(found_written.add_written, measured())["rare_like_summaries"]
    assert not holds(found_few.add_summaries, measured())["summaries_beat_dice"]


def test_facts_that_are_half_empty_do_not_beat_rare_turns(monkeypatch):
    thin = without("observations", lambda held: [answers if i % 2 else frozenset() for i, answers in enumerate(held)])
    doctored(monkeypatch, thin)
    said = holds(found_written.add_written, measured())
    assert [said[name] for name in ("facts_beat_rare", "half_the_facts", "facts_beat_summaries")] == [False] * 3


def test_a_search_that_reads_a_hundred_times_as_far_does_not_beat_what_is_kept(monkeypatch):
    doctored(
        monkeypatch,
        lambda one: replace(
            one, fetched={x: {q: 100 * read for q, read in first.items()} for x, first in one.fetched.items()}
        ),
    )
    said = holds(found_written.add_fetched, measured())
    broken = "search_beats_summaries", "search_is_cheap", "facts_beside_fetch", "rare_beside_search_costs", "bars_order"
    assert [name for name in broken if said[name]] == []


def test_facts_that_are_never_found_do_not_help_a_search_and_those_found_as_turns_are_do_no_less(monkeypatch):
    assert all(holds(found_both.add_both).values())
    with monkeypatch.context() as patch:
        doctored(patch, lambda one: replace(one, facts_fetched={False: {}, True: {}}))
        assert not holds(found_both.add_both)["search_both"]
    doctored(monkeypatch, lambda one: replace(one, facts_fetched=one.fetched))
    said = holds(found_both.add_both)
    assert not said["facts_fetch_less"] and not said["search_both"]


@pytest.mark.parametrize(("way", "like"), [("dice", "rare words"), ("rare words", "window")])
def test_rare_words_that_hold_no_more_than_dice_in_a_few_tokens_break_their_claim(monkeypatch, way, like):
    assert holds(found_few.add_few, measured())["small_budgets"]
    assert not holds(found_few.add_few, measured(monkeypatch, **{way: like}))["small_budgets"]


def test_a_search_that_finds_little_in_one_percent_is_not_far_ahead_there(monkeypatch):
    doctored(
        monkeypatch,
        lambda one: replace(
            one, fetched={x: {q: 2 * read for q, read in first.items()} for x, first in one.fetched.items()}
        ),
    )
    assert not holds(found_few.add_few, measured())["small_budgets"]


def test_facts_and_search_are_not_better_together_if_the_facts_hold_all(monkeypatch):
    doctored(monkeypatch, lambda one: without("observations", lambda held: [one.asked[True]] * len(held))(one))
    said = holds(found_written.add_fetched, measured())
    assert not said["facts_and_fetch_best"] and not said["tokens_are_most_of_it"]


def test_surprise_that_is_rarity_does_not_mislead(monkeypatch):
    assert all(holds(found_planted.add_surprise).values())
    doctored(monkeypatch, lambda one: replace(one, surprise={i: float(one.words[i]) for i in one.surprise}))
    assert not holds(found_planted.add_surprise)["surprise_is_short"]
    doctored(monkeypatch, lambda one: replace(one, surprise={i: one.scores["rarity"][i] for i in one.surprise}))
    assert not holds(found_planted.add_surprise)["surprise_misleads"]


def test_evidence_that_is_less_central_is_not_middling(monkeypatch):
    def change(one):
        scores = [s - (i in one.evidence) for i, s in enumerate(one.scores["centrality"])]
        return replace(one, scores={**one.scores, "centrality": scores})

    doctored(monkeypatch, change)
    assert not holds(found_planted.add_surprise)["typical_is_middling"]


def test_the_event_is_no_event_if_typical_turns_are_the_rare_ones(monkeypatch):
    assert all(holds(found_planted.add_event, planted.event(0)).values())
    monkeypatch.setattr(planted.keeping, "textrank", lambda likeness: -likeness.sum(1))
    assert not holds(found_planted.add_event, planted.event(0))["word_is_gone"]


def test_a_tenth_with_each_sentence_once_does_not_repeat_itself_and_one_with_a_fact_holds_one():
    one = planted.event(0)
    once = sorted({one.chat.turns[i]: i for i in one.places["typical (TextRank)"]}.values())
    said = holds(found_planted.add_event, replace(one, places={**one.places, "typical (TextRank)": once}))
    assert not said["event_repeats"] and said["event_none"]
    fact = one.chat.facts[0].turn
    said = holds(found_planted.add_event, replace(one, places={**one.places, "typical (TextRank)": [fact]}))
    assert not said["event_none"]


def test_planted_claims_hold_and_break_with_the_way_they_rest_on(monkeypatch):
    real, bare = measured(), planted.measured(0, decoys=0)
    whole = planted.measured(0)
    assert all(holds(found_planted.add_ways, whole, bare, real).values())
    likest = {key: whole["dice", key[1]] if "typical (" in key[0] else score for key, score in whole.items()}
    said = holds(found_planted.add_ways, likest, bare, real)
    assert not said["typical_below_dice_planted"] and not said["gap_is_small_outside"]
    few = {
        key: replace(kept, answers=kept.answers / 2) if "typical (" in key[0] else kept for key, kept in real.items()
    }
    assert not holds(found_planted.add_ways, whole, bare, few)["gap_is_small_outside"]
    shared = {key: whole["dice", key[1]] if "shared" in key[0] else score for key, score in whole.items()}
    assert not holds(found_planted.add_ways, shared, bare, real)["typical_below_dice_planted"]
    same = {key: bare[key] for key in whole}
    assert not holds(found_planted.add_ways, same, bare, real)["anecdotes_halve"]
    swapped = {key: whole["dice", key[1]] if key[0] == "rare words" else score for key, score in whole.items()}
    said = holds(found_planted.add_ways, swapped, bare, real)
    assert not said["likeness_misleads"]
    flat = {key: real["rare words", key[1]] if key[0] == "diverse (MMR)" else kept for key, kept in real.items()}
    assert not holds(found_planted.add_ways, whole, bare, flat)["mmr_does_not_transfer"]


def test_corrections_that_rare_words_see_do_not_leave_the_old_value():
    slots, whole = planted.written(0), planted.measured(0)
    said = planted.corrections(0), planted.corrections(0, announced=False)
    assert all(holds(found_planted.add_changes, whole, slots, *said).values())
    aware = {key: whole["dice", key[1]] for key in whole}
    assert not holds(found_planted.add_changes, aware, slots, *said)["rare_keeps_the_old"]
    perfect = dict.fromkeys(slots, slots[3])
    assert not holds(found_planted.add_changes, whole, perfect, *said)["half_a_schema_keeps_the_old"]
    assert not holds(found_planted.add_changes, whole, slots, said[0], said[0])["announcing_makes_common"]


def test_evidence_that_stands_at_the_start_is_not_everywhere(monkeypatch):
    assert all(holds(found.add_sizes).values())
    doctored(monkeypatch, lambda one: replace(one, evidence=frozenset(range(len(one.evidence)))))
    assert not holds(found.add_sizes)["evidence_everywhere"]


def test_tasks_that_ask_fetch_their_fact():
    kinds = {kind.name: 0.5 for kind in chat.KINDS}
    alike = {"question": kinds, "task": kinds}
    names = ("tasks_do_not_ask", "words_fetch_less_for_tasks")
    broken = holds(found_tasks.add_tasks, alike, alike, 0.25)
    assert not any(broken[name] for name in names)
    vectors, by_words = planted.fetched(0), planted.fetched(0, by_words=True)
    worded = sum(planted.first_wording(0, "word")) / planted.CHATS
    right = holds(found_tasks.add_tasks, vectors, by_words, worded)
    assert all(right[name] for name in names)
    assert not holds(found_tasks.add_tasks, vectors, by_words, worded + 0.25)["words_fetch_less_for_tasks"]
    other = {**by_words, "task": {**by_words["task"], "word": by_words["question"]["word"] + 0.25}}
    assert not holds(found_tasks.add_tasks, vectors, other, worded)["words_fetch_less_for_tasks"]


def test_a_keyword_search_brings_the_forbidden_word_in_just_the_chats_that_say_never_write(monkeypatch):
    monkeypatch.setattr(planted, "CHATS", 1)
    worded = [planted.first_wording(seed, "word") == [True] for seed in range(24)]
    found = [planted.fetched(seed, by_words=True) for seed in range(24)]
    assert len(set(worded)) == 2
    for what in ("question", "task"):
        assert [one[what]["word"] == 1 for one in found] == worded


def test_the_order_of_the_post_is_by_score_and_not_by_length():
    one = dialogues.read()[0]
    rare = keeping.best_first(one.scores["rarity"])
    assert dialogues.orders(one, 0)["rare words"] == [rare] != dialogues.orders(one, 0)["longest"]
