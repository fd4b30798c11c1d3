"""Reductions worked by hand, the item bank, and the commands a reader uses."""

import csv
import json
import random
from itertools import islice

import pytest
from labs.__main__ import main as lab
from labs.lambda_calculus_benchmark import bank, cli, history, measure, solvers, terms, textbook
from labs.lambda_calculus_benchmark.notation import parse, show
from labs.lambda_calculus_benchmark.terms import key, nameless, normalise, run_machine

ID, K, S = "(λx.x)", "(λx.λy.x)", "(λx.λy.λz.x z (y z))"
OMEGA = "((λx.x x) (λx.x x))"
CAPTURE = "λy.(λx.λy.x) y"  # needs a renaming: λy.λa.y


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
    answers = {name: solve(parse(CAPTURE)) for name, solve in solvers.SOLVERS.items()}
    assert answers["right"] == answers["shadow-blind"] == key(parse("λy.λa.y"))
    assert {answers[name] for name in answers if name.startswith("capture-blind")} == {key(parse("λy.λy.y"))}
    shadowed = parse("(λx.λx.x) (λy.λz.y)")
    assert solvers.answer(shadowed, shadows=False) == key(parse("λx.λy.λz.y"))
    assert solvers.answer(shadowed) == key(parse("λx.x"))
    assert solvers.stop_after(parse(f"{S} {K} {K}"), 2) == key(parse(f"λz.{K} z ({K} z)"))


def test_working_inner_first_never_finishes_where_outer_first_does():
    term = parse(f"{K} {ID} {OMEGA}")
    assert solvers.answer(term, fresh=solvers.prime) == "λ 0"
    assert solvers.answer(term, fresh=solvers.prime, order=solvers.inner) is None


def test_a_capture_may_leave_no_trace_in_the_answer():
    found, caught = solvers.reduce(parse("λy.(λx.λy.(λw.λz.z) x) y"))
    assert caught == ["y"]
    assert key(found) == key(parse("λy.λy.λz.z"))


def test_a_fresh_name_is_fresh_even_where_the_first_choice_is_taken():
    assert solvers.prime("y", {"y", "y'"}) == "y''"
    assert solvers.letter("y", {"a", "y"}) == "b"


def test_always_renaming_to_w_fails_where_w_is_taken():
    term = parse("λy.λw.(λx.λy.x y) (y w)")
    assert solvers.answer(term, fresh=solvers.prime) == key(parse("λy.λw.λa.y w a"))
    assert solvers.answer(term, fresh=solvers.always_w) == key(parse("λy.λw.λw.y w w")) != key(parse("λy.λw.λa.y w a"))


def test_names_of_bound_variables_do_not_count_but_free_ones_do():
    assert key(parse("λx.λy.x")) == key(parse(r"\a b.a")) == "λ λ 1"
    assert key(parse("λx.y")) == "λ !y" != key(parse("λx.z"))


def test_what_is_written_is_read_back_and_deep_brackets_do_no_harm():
    rng = random.Random("round trip")
    for _ in range(300):
        term = terms.draw(rng, rng.randint(1, 60))
        assert parse(show(term)) == term
        assert key(bank.rename_apart(term)) == key(term) == key(terms.named(nameless(term)))
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


def test_no_capture_blind_solver_gets_a_capture_item_and_each_gets_every_control_item():
    stream = iter(bank.Stream(random.Random("strata")))
    capture, control = (bank.sample(stream, name, 28) for name in ("capture", "control"))
    assert sorted(item.band for item in capture) == sorted(item.band for item in control)
    for name in ("capture-blind, outer first", "capture-blind, inner first"):
        assert not any(solvers.SOLVERS[name](item.term) == item.truth for item in capture)
        assert all(solvers.SOLVERS[name](item.term) == item.truth for item in control)
    assert all(solvers.SOLVERS["right"](item.term) == item.truth for item in capture)


def test_no_two_items_of_a_stream_differ_only_in_names():
    stream = bank.Stream(random.Random("alike"))
    items = list(islice(stream, 300))
    assert len({key(item.term) for item in items}) == 300
    assert stream.counts["duplicate"] > 0


def test_capture_decides_one_spelling_of_power_but_neither_sum_nor_product():
    blind = solvers.SOLVERS["capture-blind, outer first"]
    right = {name: [blind(t) == truth for t, truth in items] for name, items in textbook.items().items()}
    assert all(right["add"])
    assert all(right["multiply"])
    assert not any(right["power"])
    assert all(right["power, with f and x"])


@pytest.fixture
def emitted(tmp_path):
    def emit(stratum, n=14):
        items = tmp_path / f"{stratum}.jsonl"
        assert cli.main(["emit", "--n", str(n), "--stratum", stratum, "--seed", "test", "--out", str(items)]) == 0
        return items, tmp_path / f"{stratum}-key.jsonl"

    return emit


def test_the_items_do_not_hold_the_key(emitted):
    items, answers = emitted("plain")
    rows = [json.loads(line) for line in items.read_text(encoding="utf-8").splitlines()]
    assert {frozenset(row) for row in rows} == {frozenset({"id", "prompt", "term"})}
    assert all(row["term"] in row["prompt"] for row in rows)
    for row, truth in zip(rows, map(json.loads, answers.read_text(encoding="utf-8").splitlines()), strict=True):
        assert both_keys(row["term"])[0] == truth["key"] == key(parse(truth["normal_form"]))


@pytest.mark.parametrize(
    ("stratum", "solver", "right", "verdicts"),
    [
        ("capture", "right", 14, {"right"}),
        ("capture", "capture-blind", 0, {"capture", "missing"}),  # missing: the mistake made it run for ever
        ("capture", "capture-blind-inner", 0, {"capture", "missing"}),
        ("control", "capture-blind", 14, {"right"}),
    ],
)
def test_emit_solve_and_grade_find_out_who_renames(emitted, tmp_path, capsys, stratum, solver, right, verdicts):
    items, answers = emitted(stratum)
    given, said = tmp_path / "answers.jsonl", tmp_path / "verdicts.jsonl"
    assert cli.main(["solve", str(items), "--solver", solver, "--out", str(given)]) == 0
    capsys.readouterr()
    assert cli.main(["grade", str(given), "--key", str(answers), "--verdicts", str(said)]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[1].split()[:3] == ["all", "14", str(right)]
    found = [json.loads(line)["verdict"] for line in said.read_text().splitlines()]
    assert set(found) <= verdicts
    assert found.count("missing") <= 2


def test_the_bare_prompt_does_not_tell_about_renaming(tmp_path):
    for name, more in (("told", []), ("bare", ["--bare"])):
        path = tmp_path / f"{name}.jsonl"
        cli.main(["emit", "--n", "1", "--seed", "test", "--out", str(path), *more])
        assert ("rename" in json.loads(path.read_text(encoding="utf-8"))["prompt"]) == (name == "told")


TRUTH = {"key": "λ λ 1", "wrong": {"capture": ["λ λ 0"], "shadow": [None]}}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("λq.λr.q", "right"),
        ("First I rename.\n\n`\\y a. y`", "right"),
        ("```\nλy.λa.y\n```", "right"),
        ("λy.λy.y", "capture"),
        ("λy.(λx.λa.x) y", "unfinished"),
        ("λy.λa.b", "free"),
        ("λy.λa.a a", "other"),
        ("I cannot", "free"),
        ("λy.", "unreadable"),
        ("", "unreadable"),
        (OMEGA, "other"),
    ],
)
def test_an_answer_gets_the_verdict_it_deserves(text, verdict):
    assert cli.judge(text, TRUTH) == verdict


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "plain-0001", "answer": "x"}\n{"id": ', r"a\.jsonl:2: not JSON"),
        ('\n["x"]', r"a\.jsonl:2: a line must be an object"),
        ('{"id": "plain-0001"}', r'a\.jsonl:1: "answer" is missing'),
        ('{"id": "plain-0001", "answer": 7}', r'a\.jsonl:1: "answer" is missing or no text'),
        ('{"id": "plain-9999", "answer": "x"}', r"a\.jsonl:1: id plain-9999 is not in .*plain-key\.jsonl"),
        ('{"id": "plain-0001", "answer": "x"}\n' * 2, r"a\.jsonl:2: id plain-0001 was on line 1 already"),
        ("", r"a\.jsonl: there is nothing in it"),
    ],
)
def test_bad_answers_are_refused_with_file_and_line(emitted, tmp_path, capsys, text, message):
    _, answers = emitted("plain", 2)
    given = tmp_path / "a.jsonl"
    given.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        cli.main(["grade", str(given), "--key", str(answers)])
    capsys.readouterr()
    assert lab(["lambda-calculus-benchmark", "grade", str(given), "--key", str(answers)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_missing_files_wrong_keys_and_files_that_are_there_are_named(emitted, tmp_path):
    items, answers = emitted("plain", 2)
    with pytest.raises(ValueError, match=r"none\.jsonl: no such file"):
        cli.main(["grade", str(tmp_path / "none.jsonl"), "--key", str(answers)])
    with pytest.raises(ValueError, match=r'plain\.jsonl:1: "key" is missing'):
        cli.main(["grade", str(items), "--key", str(items)])
    with pytest.raises(ValueError, match=r"plain\.jsonl: there already"):
        cli.main(["emit", "--n", "2", "--out", str(items)])
    with pytest.raises(ValueError, match="ask for one item or more"):
        cli.main(["emit", "--n", "0", "--out", str(tmp_path / "new.jsonl")])


def test_an_unanswered_item_counts_as_wrong(emitted, tmp_path, capsys):
    _, answers = emitted("plain", 2)
    given, verdicts = tmp_path / "a.jsonl", tmp_path / "v.jsonl"
    given.write_text('{"id": "plain-0002", "answer": "λx.("}\n', encoding="utf-8")
    assert cli.main(["grade", str(given), "--key", str(answers), "--verdicts", str(verdicts)]) == 0
    assert "no answer" in capsys.readouterr().out
    assert [json.loads(line)["verdict"] for line in verdicts.read_text().splitlines()] == ["missing", "unreadable"]


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


def test_the_tables_are_plain_csv_with_a_link_in_each_row():
    for path in history.DATA.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert any(cell.startswith("https://github.com/VictorTaelin/lambench/blob/") for cell in row.values())
