"""Reductions worked by hand, the item bank, and the commands a reader uses."""

import csv
import gc
import random
from itertools import islice

import labs.lambda_calculus_benchmark as lab
import pytest
from labs.lambda_calculus_benchmark import bank, exact, history, measure, published, solvers, terms, textbook
from labs.lambda_calculus_benchmark.notation import parse, show
from labs.lambda_calculus_benchmark.terms import key, nameless, normalise, run_machine

ID, K, S = "(λx.x)", "(λx.λy.x)", "(λx.λy.λz.x z (y z))"
OMEGA = "((λx.x x) (λx.x x))"
CAPTURE = "λy.(λx.λy.x) y"  # needs a renaming: λy.λa.y


def answer(term, **how):
    found, _ = solvers.reduce(term, **how)
    return None if found is None else key(found)


def both_keys(text):
    """The normal form by substitution and by machine, in the notation of key, which must agree; and the steps."""
    normal, steps, _ = normalise(nameless(parse(text)))
    assert run_machine(nameless(parse(text))) == (terms.flat(normal), steps)
    return terms.flat(normal), steps


@pytest.mark.parametrize(
    ("text", "normal", "steps"),
    [
        (f"{K} {ID} {K}", "λx.x", 2),
        (f"{S} {K} {K}", "λz.z", 4),
        (CAPTURE, "λy.λa.y", 1),
        ("λy.λz.(λx.λy.λz.x y z) (y z)", "λy.λz.λa.λb.y z a b", 1),
        ("(λx.λx.x) (λy.y y)", "λx.x", 1),
        (f"{K} {ID} {OMEGA}", "λx.x", 2),
        ("λx.(λy.y y) x", "λx.x x", 1),
    ],
)
def test_terms_reduced_by_hand_come_out_so_in_that_many_steps(text, normal, steps):
    assert both_keys(text) == (key(parse(normal)), steps)


def test_two_times_three_is_six_and_two_to_the_third_is_eight():
    numeral = textbook.numeral
    for name, result in (("multiply", 6), ("power", 8), ("add", 5)):
        found, _ = both_keys(f"({textbook.DEFINITIONS[name]}) ({numeral(2)}) ({numeral(3)})")
        assert found == key(parse(numeral(result)))
    assert both_keys(f"({textbook.DEFINITIONS['predecessor']}) ({numeral(4)})")[0] == key(parse(numeral(3)))


def test_omega_is_proven_to_loop_and_a_growing_term_runs_out_of_budget():
    assert normalise(nameless(parse(OMEGA)))[0::2] == (None, "loops")
    assert normalise(nameless(parse("(λx.x x x) (λx.x x x)")))[0::2] == (None, "budget")
    assert run_machine(nameless(parse(OMEGA)))[0] is None


def test_the_known_wrong_solvers_make_their_known_mistakes():
    answers = {name: solvers.answers_of(name, parse(CAPTURE)) for name in solvers.SOLVERS}
    assert answers["right"] == answers["ignores shadowing"] == key(parse("λy.λa.y"))
    assert {answers[name] for name in answers if name.startswith("never renames")} == {key(parse("λy.λy.y"))}
    shadowed = parse("(λx.λx.x) (λy.λz.y)")
    assert solvers.answers_of("ignores shadowing", shadowed) == key(parse("λx.λy.λz.y"))
    assert answer(shadowed) == key(parse("λx.x"))
    assert key(solvers.stop_after(parse(f"{S} {K} {K}"), 2)) == key(parse(f"λz.{K} z ({K} z)"))


def test_the_rules_of_lambda_explorer_give_the_wrong_answers_that_its_readers_reported():
    true, false, negate = "(λa.λb.a)", "(λa.λb.b)", "(λa.λb.λc.a c b)"
    nor = parse(f"(λc.λd.λa.λb.(λf.λb.c f (d f b)) b a) {true} {true}")  # issue 91, July 2020
    either = f"(λa.λb.a {true} b)"
    both = parse(f"(λa.λb.{negate} ({either} ({negate} a) ({negate} b))) {true} {false}")  # issue 125, October 2023
    clash = parse("λb.(λe1.λb.b) b")  # the new name is the one that is being replaced
    said = {
        year: [solvers.answers_of(f"renames as Explorer did in {year}", term) for term in (nor, both, clash)]
        for year in (2019, 2020)
    }
    right = [solvers.answers_of("right", term) for term in (nor, both, clash)]
    assert right == [key(parse(term)) for term in (false, "λb.λc.c", "λb.λc.c")]
    assert said[2019] == [key(parse(term)) for term in (true, "λb.λc.b", "λb.λc.b")]
    assert said[2020] == [right[0], *said[2019][1:]]


def test_renaming_once_at_the_start_fails_where_a_binder_is_copied_under_itself():
    copied = "(λx.x x) (λf.λy.f y)"  # λy.(λf.λy.f y) y: the two y began as one binder
    assert both_keys(copied) == (key(parse("λy.λz.y z")), 3)
    assert solvers.answers_of("renames once, outer first", parse(copied)) == key(parse("λy.λy.y y"))
    assert solvers.answers_of("renames once, outer first", parse(CAPTURE)) == key(parse("λy.λa.y"))


def test_working_inner_first_never_finishes_where_outer_first_does():
    term = parse(f"{K} {ID} {OMEGA}")
    assert answer(term, fresh=solvers.prime) == "λ 0"
    assert answer(term, fresh=solvers.prime, order=solvers.inner) is None


def test_one_step_never_makes_more_nodes_than_the_bound_and_can_come_near_it():
    def doubled(copies, size):
        """(λx.x x … x) applied to an argument of `size` nodes."""
        body = argument = "x"
        for _ in range(copies - 1):
            body = (body, "x")
        for _ in range(size - 1):
            argument = ("λ", "y", argument)
        return (("λ", "x", body), ("λ", "x", argument))

    rng = random.Random("bound")
    drawn = [terms.draw(rng, 40) for _ in range(300)] + [doubled(c, n) for c in (1, 2, 5, 10) for n in (1, 2, 20)]
    pairs = [(nameless(t), following) for t in drawn if (following := terms.step(nameless(t))) is not None]
    assert all(terms.nodes(after) <= terms.grown(terms.nodes(before)) for before, after in pairs)
    assert any(terms.nodes(after) > 0.9 * terms.grown(terms.nodes(before)) for before, after in pairs)


def test_inner_first_takes_the_first_place_that_holds_no_other():
    seen = []

    def contract(redex):
        seen.append(show(redex))
        return "z"

    assert show(solvers.inner(parse("(λx.(λy.y) x) ((λz.z) w)"), contract)) == "(λx.z) ((λz.z) w)"
    assert show(solvers.outer(parse("(λx.(λy.y) x) ((λz.z) w)"), contract)) == "z"
    assert seen == ["(λy.y) x", "(λx.(λy.y) x) ((λz.z) w)"]


def test_the_shortcut_for_renaming_in_random_order_changes_no_answer():
    for item in islice(bank.Stream(random.Random("shortcut")), 400):
        order = solvers.anywhere(key(item.term))
        assert solvers.renames_anywhere(item.term) == solvers.reduce(item.term, order=order, fresh=solvers.prime)[0]


def test_a_run_leaves_pythons_collector_as_it_was_also_after_an_error():
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), lab.seldom_collecting():
        assert gc.get_threshold() != before
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_a_capture_may_leave_no_trace_in_the_answer():
    found, caught = solvers.reduce(parse("λy.(λx.λy.(λw.λz.z) x) y"))
    assert caught == ["y"]
    assert key(found) == key(parse("λy.λy.λz.z"))


def test_a_fresh_name_is_fresh_even_where_the_first_choice_is_taken():
    assert solvers.prime("y", {"y", "y'"}) == "y''"
    assert solvers.letter("y", {"a", "y"}) == "b"


def test_always_renaming_to_w_fails_where_w_is_taken():
    term = parse("λy.λw.(λx.λy.x y) (y w)")
    assert answer(term, fresh=solvers.prime) == key(parse("λy.λw.λa.y w a"))
    assert answer(term, fresh=solvers.always_w) == key(parse("λy.λw.λw.y w w")) != key(parse("λy.λw.λa.y w a"))


def test_names_of_bound_variables_do_not_count_but_free_ones_do():
    assert key(parse("λx.λy.x")) == key(parse(r"\a b.a")) == "λ λ 1"
    assert key(parse("λx.y")) == "λ !y" != key(parse("λx.z"))


def test_a_key_is_read_back_as_the_term_it_was_made_of():
    rng = random.Random("keys")
    for _ in range(100):
        term = nameless(terms.draw(rng, rng.randint(1, 60)))
        assert terms.parse_key(terms.flat(term)) == term
    for text in ("", "@ 0", "λ", "0 0", "x"):
        with pytest.raises(ValueError, match=r"place|not one term"):
            terms.parse_key(text)


def test_what_is_written_is_read_back_and_deep_brackets_do_no_harm():
    rng = random.Random("round trip")
    for _ in range(300):
        term = terms.draw(rng, rng.randint(1, 60))
        assert parse(show(term)) == term
        assert key(solvers.rename_apart(term)) == key(term) == key(terms.named(nameless(term)))
    assert parse("(" * 50_000 + "x" + ")" * 50_000) == "x"


@pytest.mark.parametrize("text", ["", "λx", "λx.", "λ.x", "(x", "x)", "()", "x.y", "λx.x 7", "λ(x).x", "x + y"])
def test_what_is_no_term_is_refused(text):
    with pytest.raises(ValueError, match=r"position|end|closed|no term|body"):
        parse(text)


def test_intervals_and_tests_have_their_published_values():
    assert measure.wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert measure.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe's example
    assert measure.mcnemar(0, 6) == 0.03125
    assert measure.items_to_expose(1.0) == 6
    assert measure.items_to_rank(0.5, 0.75) == 58
    assert measure.nearest(["λ 0", "λ λ 1"], ["λ λ 1"]) == [1]
    assert [measure.flawless(share) for share in (0.0, 0.5, 0.9)] == [1, 5, 29]  # 0.5**5 and 0.9**29 are under 5%
    assert measure.expected_calls([5]) == 0  # five differing tasks can never reach 5%
    assert measure.expected_calls([6]) == pytest.approx(2 * 0.5**6)


def test_a_solver_that_is_always_right_is_ruled_out_by_nothing():
    with pytest.raises(ValueError, match="always right"):
        measure.flawless(1.0)


def test_all_terms_of_a_size_are_counted_once_and_the_shortest_capture_has_six_nodes():
    def by_recursion(size, visible):  # closed terms over three letters of which `visible` are bound around
        if size == 1:
            return visible
        inside = visible * by_recursion(size - 1, visible) + (3 - visible) * by_recursion(size - 1, min(3, visible + 1))
        return inside + sum(by_recursion(k, visible) * by_recursion(size - 1 - k, visible) for k in range(1, size - 1))

    for size in range(2, 8):
        assert exact.counts(size)[0] == by_recursion(size, 0)
    assert [exact.counts(size)[2] for size in (5, 6)] == [0, 6]  # λy.(λx.λy.x) y, in three times two pairs of letters


def test_no_capture_blind_solver_gets_a_capture_item_and_each_gets_every_control_item():
    stream = iter(bank.Stream(random.Random("strata")))
    capture, control = (bank.sample(stream, bank.RULES[name], 24, spread=True) for name in ("capture", "control"))
    assert sorted(item.band for item in capture) == sorted(item.band for item in control) == sorted(4 * [*bank.BANDS])
    for name in ("never renames, outer first", "never renames, inner first"):
        assert not any(solvers.answers_of(name, item.term) == item.truth for item in capture)
        assert all(solvers.answers_of(name, item.term) == item.truth for item in control)
    assert all(solvers.answers_of("right", item.term) == item.truth for item in capture)


def test_a_stratum_that_the_draws_do_not_fill_is_refused():
    with pytest.raises(ValueError, match="only 0 of 2 such items in 50 draws"):
        bank.sample(bank.Stream(random.Random("none")), lambda item: False, 2, spread=False, draws=50)
    with pytest.raises(ValueError, match="only 1 of 2 such items in the 1 there are"):
        bank.sample(list(islice(bank.Stream(random.Random("none")), 1)), lambda item: True, 2, spread=False)


def test_no_two_items_of_a_stream_differ_only_in_names():
    stream = bank.Stream(random.Random("alike"))
    items = list(islice(stream, 300))
    assert len({key(item.term) for item in items}) == 300
    assert stream.counts["duplicate"] > 0


def test_capture_decides_one_spelling_of_power_but_neither_sum_nor_product():
    right = {name: [answer(t) == truth for t, truth in items] for name, items in textbook.items().items()}
    assert all(right["add"])
    assert all(right["multiply"])
    assert not any(right["power"])
    assert all(right["power, with f and x"])


def test_every_published_run_names_its_commit_and_agrees_with_the_task_by_task_record():
    runs = {(row["model"], row["run_started"]): row for row in history.load("runs")}
    for row in runs.values():
        assert f"/blob/{row['first_commit']}" in row["url"]
        assert row["committed"].startswith("2026-04-2")
    for pair in history.load("pairs"):
        first, second = runs[pair["model_a"], pair["run_a"]], runs[pair["model_b"], pair["run_b"]]
        assert second["right"] - first["right"] == pair["only_b"] - pair["only_a"]
        assert first["url"] == pair["url_a"]


def test_collecting_from_a_folder_that_is_no_clone_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no clone of LamBench"):
        history.collect(tmp_path, tmp_path)


def test_the_limit_in_force_is_the_one_committed_before_the_run_began():
    assert published.limit_at("2026y04m23d.20h11m23s") == 600
    assert published.limit_at("2026y04m23d.23h15m58s") == 1200
    assert published.limit_at("2026y04m24d.09h05m36s") == 3600


def test_the_tables_are_plain_csv_with_a_link_in_each_row():
    for path in history.DATA.glob("*.csv"):
        source = {"lambench": history.REPOSITORY, "explorer": "https://github.com/evinism/lambda-explorer"}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert any(cell.startswith(f"{source[path.stem.split('_')[0]]}/blob/") for cell in row.values())
