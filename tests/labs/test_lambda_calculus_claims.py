"""Each claim that carries the post fails once a piece of the lab is broken, or another answer is measured."""

import random
from collections import Counter
from itertools import islice

import pytest
from labs.lambda_calculus_benchmark import bank, dressed, model, names, published, solvers, strata
from labs.lambda_calculus_benchmark.grading import Verdict
from labs.lambda_calculus_benchmark.notation import show
from labs.lambda_calculus_benchmark.terms import key, named, normalise
from labs.record import Results

SIZE = 1_200
RIGHT = solvers.SOLVERS["right"]


@pytest.fixture(scope="module")
def items():
    stream = bank.Stream(random.Random("claims"))
    found = list(islice(stream, SIZE))
    return found, Counter(stream.counts)


def holds(make, *names_of_claims):
    """Whether each claim holds in what `make(results)` finds."""
    r = Results()
    make(r)
    return [r.claims[name].holds[0] for name in names_of_claims]


def with_wrong_solver(monkeypatch, name, solve):
    monkeypatch.setitem(solvers.SOLVERS, name, solve)
    monkeypatch.setitem(strata.SOLVERS, name, solve)


def test_the_claims_on_the_plain_bank_hold_and_fail_when_a_solver_or_a_count_is_broken(items, monkeypatch):
    found, drawn = items
    plain = ("plain_lets_pass", "plain_scores_the_wrong", "keys_agree", "draws_add_up", "eight_is_arithmetic")
    judged = strata.judge(found)
    assert holds(lambda r: strata.plain(r, found, judged, drawn), *plain) == [True] * 5
    broken = {name: [hit and n % 3 > 0 for n, hit in enumerate(hits)] for name, hits in judged.items()}
    assert holds(lambda r: strata.plain(r, found, broken, drawn), *plain)[:3] == [False, False, False]
    assert holds(lambda r: strata.plain(r, found, judged, drawn + Counter(budget=1)), "draws_add_up") == [False]
    with_wrong_solver(monkeypatch, "stops after 8 steps", lambda t: solvers.stop_after(t, 7))
    judged = strata.judge(found)
    assert holds(lambda r: strata.plain(r, found, judged, drawn), "eight_is_arithmetic") == [False]


def test_depth_helps_some_but_not_where_every_depth_is_failed_alike(items):
    found, _ = items
    judged = strata.judge(found)
    assert holds(lambda r: strata.depth(r, found, judged), "depth_helps_some") == [True]
    alike = {**judged, strata.OUTER: [n % 10 > 0 for n in range(len(found))]}
    assert holds(lambda r: strata.depth(r, found, alike), "depth_helps_some") == [False]


def test_the_claims_on_strata_fail_when_the_held_back_solver_renames_or_the_next_one_does_not(items, monkeypatch):
    found, _ = items
    monkeypatch.setattr(strata, "STRATUM", 60)
    wanted = ("second_selector", "control_is_no_trap", "next_wrong_passes")
    never = solvers.SOLVERS[strata.OUTER]

    def picked(r):
        strata.pick(r, found, iter(bank.Stream(random.Random("more"))))

    assert holds(picked, *wanted) == [True, True, True]
    with_wrong_solver(monkeypatch, strata.ANY, RIGHT)  # a held-back solver that makes no mistake escapes both strata
    with_wrong_solver(monkeypatch, "renames every clash to w", never)
    assert holds(picked, "second_selector", "next_wrong_passes") == [False, False]
    with_wrong_solver(monkeypatch, strata.ANY, lambda t: ("λ", "x", "x"))
    assert holds(picked, "control_is_no_trap") == [False]


def test_what_a_clean_score_rules_out_fails_where_a_wrong_solver_is_nearly_always_right(items):
    found, _ = items
    judged = strata.judge(found)
    capture = {name: [False] * 299 + [True] for name in solvers.SOLVERS}
    kinds = {"plain": found, "capture": found[:300]}
    claims = ("perfect_rules_out", "picked_is_cheap", "picked_for_one", "fifty_is_not_enough", "once_takes_a_thousand")
    for name in (strata.ONCE, strata.ALWAYS_W):
        judged[name] = [True] * (len(found) - 1) + [False]
        capture[name] = [True] * 294 + [False] * 6
    capture[strata.OUTER] = [False] * 300
    assert holds(lambda r: strata.tables(r, kinds, {"plain": judged, "capture": capture}), *claims) == [True] * 5
    capture[strata.ONCE] = [True] * 299 + [False]
    capture[strata.ALWAYS_W] = [True] * 200 + [False] * 100
    capture[strata.OUTER] = [True] * 200 + [False] * 100
    assert holds(lambda r: strata.tables(r, kinds, {"plain": judged, "capture": capture}), *claims) == [False] * 5


def test_a_stratum_stops_its_own_family_but_not_where_the_sibling_escapes(items, monkeypatch):
    found, _ = items
    monkeypatch.setattr(strata, "STRATUM", 12)

    def picked(r):
        strata.pick(r, found, iter(bank.Stream(random.Random("more"))))

    assert holds(picked, "again_stops_its_family") == [True]
    with_wrong_solver(monkeypatch, strata.ONCE_INNER, RIGHT)
    assert holds(picked, "again_stops_its_family") == [False]


def test_naming_short_terms_arithmetic_and_lookup_fail_when_their_pieces_are_broken(items, monkeypatch):
    found, _ = items
    judged = strata.judge(found)
    monkeypatch.setattr(names, "OTHER", 50)
    monkeypatch.setattr(names, "ASKED", 100)
    monkeypatch.setattr(names, "SIZE", 7)

    def all_of(r):
        names.naming(r, found, judged, 0)
        names.short_terms(r)
        names.arithmetic(r)
        names.retrieval(r, found)

    wanted = ("names_decide", "short_hide", "textbook_mostly_blind", "fresh_stops_lookup")
    assert holds(all_of, *wanted) == [True] * 4
    judged[strata.ONCE] = judged[strata.OUTER]
    monkeypatch.setattr(names, "counts", lambda size: (10, 10, 1))
    monkeypatch.setitem(names.SOLVERS, strata.OUTER, RIGHT)
    monkeypatch.setattr(names, "nearest", lambda stored, asked: [0] * len(asked))
    assert holds(all_of, *wanted) == [False] * 4


def test_the_claims_on_graders_fail_for_a_grader_that_misreads_or_guesses(items, monkeypatch):
    found, _ = items
    control, capture = ([i for i in found if i.stratum == s] for s in ("control", "capture"))

    def all_of(r):
        dressed.graders(r, control, capture)
        dressed.naming(r, found[:300], capture)

    wanted = ("grader_reads_dress", "unreadable_is_not_wrong", "text_punishes_renaming")
    assert holds(all_of, *wanted) == [True] * 3
    bad = dressed.last_line
    monkeypatch.setattr(dressed, "judge", lambda text, truth: Verdict(bad(text, "λx.x", "")))
    monkeypatch.setattr(dressed, "letter", solvers.prime)
    assert holds(all_of, *wanted) == [False] * 3


def test_the_claims_on_lambench_fail_on_another_record(monkeypatch):
    wanted = ("limit_rose", "limit_is_not_all", "ranks_say_little", "generations_not_beaten")
    assert holds(published.find, *wanted) == [True] * 4
    real = published.load

    def other(name):
        rows = [dict(row) for row in real(name)]
        for row in rows:
            if name == "limits":
                row["seconds"] = 600 + (row["committed"] > "2026-04-24T12")
            if name == "pairs":
                row["only_a"], row["only_b"] = (60, 0) if row["kind"] != "rerun" else (row["only_a"], row["only_b"])
            if name == "runs" and "gpt-5.4" in row["model"]:
                row["right"] = 90
        return rows

    monkeypatch.setattr(published, "load", other)
    monkeypatch.setattr(published, "limit_at", lambda started: 600 + (started < "2026y04m24d.12h"))
    assert holds(published.find, *wanted) == [False] * 4


def test_a_wrong_solver_that_becomes_right_is_noticed_by_the_key(items):
    found, _ = items
    assert all(key(RIGHT(item.term)) == item.truth for item in found[:200])


def test_the_claims_on_the_language_model_fail_for_one_that_answers_well(monkeypatch):
    wanted = ("model_is_a_wrong_solver", "model_old_hides_it")
    assert holds(model.find, *wanted) == [True, True]
    questions = model.questions()
    truths = {
        model.prompt(i, e): show(named(normalise(i.nameless)[0])) for e in (0, 1) for q in questions.values() for i in q
    }
    monkeypatch.setattr(model.SmolLM, "complete", lambda self, prompts, most: [truths[p] for p in prompts])
    assert holds(model.find, *wanted) == [False, False]
