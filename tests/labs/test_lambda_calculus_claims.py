"""Each claim that carries the post fails once a piece of the lab is broken, or another answer is measured."""

import random
from collections import Counter
from itertools import islice

import pytest
from labs.lambda_calculus_benchmark import (
    bank,
    borrowed,
    dressed,
    excluded,
    measure,
    model,
    names,
    published,
    readers,
    solvers,
    strata,
)
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
    assert holds(lambda r: strata.plain(r, found, judged, drawn), "shipped_pass_plain") == [True]
    assert holds(lambda r: strata.plain(r, found, broken, drawn), "shipped_pass_plain") == [False]
    with_wrong_solver(monkeypatch, "stops after 8 steps", lambda t: solvers.stop_after(t, 7))
    judged = strata.judge(found)
    assert holds(lambda r: strata.plain(r, found, judged, drawn), "eight_is_arithmetic") == [False]


def test_depth_helps_some_but_not_where_every_depth_is_failed_alike(items):
    found, _ = items
    judged = strata.judge(found)
    assert holds(lambda r: strata.depth(r, found, judged), "depth_helps_some") == [True]
    alike = {**judged, strata.OUTER: [n % 10 > 0 for n in range(len(found))]}
    assert holds(lambda r: strata.depth(r, found, alike), "depth_helps_some") == [False]


def test_long_questions_exclude_the_shipped_rules_sooner_but_not_where_every_length_is_failed_alike(items):
    found, _ = items
    judged = strata.judge(found)
    assert holds(lambda r: strata.long_ones(r, found, judged), "long_exclude_sooner") == [True]
    alike = {**judged, strata.SHIPPED[1]: [n % 50 > 0 for n in range(len(found))]}
    assert holds(lambda r: strata.long_ones(r, found, alike), "long_exclude_sooner") == [False]


def test_the_name_that_is_replaced_explains_every_mistake_of_the_rule_of_2019_and_leaving_it_in_cures_none(
    items, monkeypatch
):
    found, _ = items
    judged = strata.judge(found)
    wanted = ("reported_is_true_for_all", "one_name_overlooked", "one_formula")
    assert holds(lambda r: readers.find(r, found, judged), *wanted) == [True, True, True]
    real, right = readers.mended, next(i.term for i, hit in zip(found, judged[strata.SHIPPED[0]], strict=True) if hit)
    monkeypatch.setattr(readers, "mended", lambda term: None if term == right else real(term))
    assert holds(lambda r: readers.find(r, found, judged), "one_name_overlooked") == [False]  # a cure that harms
    monkeypatch.setattr(readers, "mended", real)
    with_wrong_solver(monkeypatch, strata.OUTER, RIGHT)
    rule = solvers.as_explorer_did
    monkeypatch.setattr(readers, "as_explorer_did", lambda *a, avoid_inner, avoid_replaced: rule(*a, avoid_inner))
    assert holds(lambda r: readers.find(r, found, judged), *wanted) == [False, False, False]


def test_lambda_explorers_own_suite_passes_both_later_rules_but_not_one_that_renames_nothing(monkeypatch):
    wanted = ("suite_passes", "suite_excludes_little")
    assert holds(readers.suite, *wanted) == [True, True]
    assert len(readers.suite_of()) == 11
    real = readers.suite_of()
    monkeypatch.setattr(readers, "suite_of", lambda: real[:9])  # without the two that need a renaming
    assert holds(readers.suite, *wanted) == [False, False]
    monkeypatch.setattr(readers, "suite_of", lambda: [*real[:10], (real[10][0], "λ 0")])  # another answer
    assert holds(readers.suite, "suite_passes") == [False]
    monkeypatch.undo()
    monkeypatch.setattr(readers, "as_explorer_did", lambda *a, **how: solvers.substitute(*a, None, True, []))
    assert holds(readers.suite, "suite_passes") == [False]


def test_length_excludes_the_mistake_nobody_picked_for_sooner_but_not_if_picking_does():
    def found(never_long, shipped_long, shipped_both=42, once_both=32):
        r = Results()
        for name, long, picked, both in (
            ("never", never_long, 1, 1),
            ("once", 77, 111, once_both),
            ("explorer_2019", shipped_long, 49, shipped_both),
            ("explorer_2020", 25, 49, 49),
        ):
            r.add(f"flawless_{name}_long", long, "long")
            r.add(f"flawless_{name}_capture", picked, "picked")
            r.add(f"flawless_{name}_deep_capture", both, "both")
        excluded.length_or_picking(r)
        return [r.claims[name].holds[0] for name in ("length_or_picking", "picked_and_long")]

    assert found(8, 25) == [True, True]
    assert found(1, 25) == [False, True]
    assert found(8, 49) == [False, True]
    assert found(8, 25, shipped_both=60) == [True, False]
    assert found(8, 25, shipped_both=49) == [True, False]  # no sooner than picking alone
    assert found(8, 25, once_both=77) == [True, False]


def test_a_name_for_each_binder_hides_both_rules_but_not_one_that_is_wrong_all_the_same(items, monkeypatch):
    found, _ = items
    monkeypatch.setattr(names, "OTHER", 50)
    judged = strata.judge(found)
    judged[strata.ONCE] = [n > 0 for n in range(len(found))]  # one mistake in the sample
    assert holds(lambda r: names.naming(r, found, judged, 0), "names_hide_both") == [True]
    once_wrong = found[7].term
    rule = solvers.SOLVERS[strata.SHIPPED[0]]
    apart = solvers.rename_apart(once_wrong)
    with_wrong_solver(monkeypatch, strata.SHIPPED[0], lambda t: ("λ", "x", ("λ", "x", t)) if t == apart else rule(t))
    assert holds(lambda r: names.naming(r, found, judged, 0), "names_hide_both") == [False]


def test_the_claims_on_strata_fail_when_the_held_back_solver_renames_or_the_next_one_does_not(items, monkeypatch):
    found, _ = items
    monkeypatch.setattr(strata, "STRATUM", 60)
    wanted = ("second_selector", "control_is_no_trap", "next_wrong_passes", "renaming_isolated")
    never = solvers.SOLVERS[strata.OUTER]

    def picked(r):
        strata.pick(r, found, iter(bank.Stream(random.Random("more"))))

    assert holds(picked, *wanted, "shipped_pass_capture") == [True] * 5
    with_wrong_solver(monkeypatch, strata.SHIPPED[0], never)
    assert holds(picked, "shipped_pass_capture") == [False]
    with_wrong_solver(monkeypatch, strata.RENAMES_ANY, solvers.SOLVERS[strata.ANY])  # renaming off in both arms
    assert holds(picked, "renaming_isolated") == [False]
    with_wrong_solver(monkeypatch, strata.ANY, RIGHT)  # a held-back solver that makes no mistake escapes both strata
    with_wrong_solver(monkeypatch, "renames every clash to w", never)
    assert holds(picked, "second_selector", "next_wrong_passes") == [False, False]
    with_wrong_solver(monkeypatch, strata.ANY, lambda t: ("λ", "x", "x"))
    assert holds(picked, "control_is_no_trap") == [False]


def test_what_a_clean_score_rules_out_fails_where_a_wrong_solver_is_nearly_always_right(monkeypatch):
    def hits(right, of):
        return [True] * right + [False] * (of - right)

    def scores(once, w, deep_once, deep_w, never, shipped):
        """Judged answers of every wrong solver: plain bank, stratum capture, stratum deep capture."""
        plain, capture, deep = ({name: hits(0, n) for name in solvers.WRONG} for n in (5_000, 300, 100))
        plain |= {
            strata.OUTER: hits(4_500, 5_000),
            strata.ONCE: hits(4_992, 5_000),
            strata.ALWAYS_W: hits(4_994, 5_000),
        }
        capture |= {strata.ONCE: hits(once, 300), strata.ALWAYS_W: hits(w, 300), strata.OUTER: hits(never, 300)}
        for name in strata.SHIPPED:
            plain[name], capture[name], deep[name] = hits(4_930, 5_000), hits(shipped, 300), hits(85, 100)
        deep |= {strata.ONCE: hits(deep_once, 100), strata.ALWAYS_W: hits(deep_w, 100)}
        return {"plain": plain, "capture": capture, "deep capture": deep}

    claims = ("picked_is_cheap", "picked_for_one", "fifty_is_not_enough", "once_takes_a_thousand", "deep_rules_out",
              "deep_is_told", "w_stays", "shipped_cost")  # fmt: skip
    good, bad = scores(293, 296, 90, 93, 0, 285), scores(200, 299, 99, 80, 200, 299)
    assert holds(lambda r: excluded.rule_out(r, good), *claims) == [True] * 8
    assert holds(lambda r: excluded.rule_out(r, bad), *claims) == [False] * 8
    assert holds(lambda r: excluded.rule_out(r, good), "three_times_as_many") == [True]
    monkeypatch.setattr(excluded, "flawless", lambda share: measure.flawless(share, alpha=0.01))
    assert holds(lambda r: excluded.rule_out(r, good), "three_times_as_many") == [False]
    monkeypatch.undo()
    one_excludes_it = scores(0, 0, 90, 93, 0, 285)  # the two that rename badly, wrong on every picked question
    assert holds(lambda r: excluded.rule_out(r, one_excludes_it), "picked_for_one") == [False]


def test_a_stratum_stops_its_own_family_but_not_where_the_sibling_escapes(items, monkeypatch):
    found, _ = items
    monkeypatch.setattr(strata, "STRATUM", 12)

    def picked(r):
        strata.pick(r, found, iter(bank.Stream(random.Random("more"))))

    assert holds(picked, "again_stops_its_family", "again_is_rare") == [True, True]
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
    wanted = ("limit_rose", "limit_is_not_all", "ranks_say_little", "generations_not_beaten", "zero_is_contradicted")
    assert holds(published.find, *wanted) == [True] * 5
    real = published.load

    def other(name):
        rows = [dict(row) for row in real(name)]
        for row in rows:
            if name == "limits":
                row["seconds"] = 600 + (row["committed"] > "2026-04-24T12")
            if name == "pairs":
                row["only_a"], row["only_b"] = (60, 0) if row["kind"] != "rerun" else (row["only_a"], row["only_b"])
            if name == "readme" and row["name"] == "GPT-5.1":
                row["right"] = 90
            if name == "runs" and "gpt-5.4" in row["model"]:
                row["right"] = 90
        return rows

    monkeypatch.setattr(published, "load", other)
    monkeypatch.setattr(published, "limit_at", lambda started: 600 + (started < "2026y04m24d.12h"))
    assert holds(published.find, *wanted) == [False] * 5


def test_a_wrong_solver_that_becomes_right_is_noticed_by_the_key(items):
    found, _ = items
    assert all(key(RIGHT(item.term)) == item.truth for item in found[:200])


def test_the_claims_on_the_language_model_fail_for_one_that_answers_well(monkeypatch):
    wanted = ("model_right_on_none", "model_old_hides_it")
    assert holds(model.find, *wanted) == [True, True]
    questions = model.questions()
    truths = {
        model.prompt(i, e): show(named(normalise(i.nameless)[0])) for e in (0, 1) for q in questions.values() for i in q
    }
    monkeypatch.setattr(model.SmolLM, "complete", lambda self, prompts, most: [truths[p] for p in prompts])
    assert holds(model.find, *wanted) == [False, False]


def test_the_claims_on_lambenchs_own_reductions_fail_for_terms_that_need_renaming_or_another_answer(monkeypatch):
    wanted = ("lambench_blind", "lambench_key_agrees")
    assert holds(borrowed.find, *wanted) == [True, True]
    real = borrowed.load

    def other(name):
        rows = [dict(row) for row in real(name)]
        for row in rows if name == "terms" else []:
            row["term"] = "λy.(λx.λy.x) y"  # every question needs a renaming
        return rows

    monkeypatch.setattr(borrowed, "load", other)
    assert holds(borrowed.find, *wanted) == [False, False]


def test_a_term_in_lambenchs_notation_is_read_and_its_definitions_put_in():
    two = {"@two": borrowed.lamb("λf.λx.f(f(x))"), "@k": borrowed.lamb("λa.λb.a")}
    assert show(borrowed.put_in(borrowed.lamb("λz.@k(@two, z)"), two)) == "λz.(λa.λb.a) (λf.λx.f (f x)) z"
    with pytest.raises(borrowed.CallsItself):
        borrowed.put_in("@loop", {"@loop": ("λ", "x", ("@loop", "x"))})
    for text in ("", "λ.x", "f(x", "f(x,)", "x y", "f[x]"):
        with pytest.raises(ValueError, match=r"expected|behind"):
            borrowed.lamb(text)
