"""Each fact the post leans on is broken once here, and must then be false; the engines are compared on odd programs."""

import random

import pytest
from labs.record import Results
from labs.spinel_ruby_aot import aot, found, infer, jit, measure, recorded
from labs.spinel_ruby_aot.program import Method, Program, below, operate, random_program, with_copies

PAIR = Program((Method((("call", 2, 1, 0, 1, 0, 1),), 2, 3), Method((("half", 2, 0, 1),), 2, 3)), 1, 1)


def claims(add, *arguments):
    r = Results()
    add(r, *arguments)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


def quick(monkeypatch):
    monkeypatch.setattr(measure, "PROGRAMS", 8)
    monkeypatch.setattr(measure, "RUN_PROGRAMS", 1)
    monkeypatch.setattr(measure, "REQUESTS", dict.fromkeys(measure.DENSITIES, 80))


def test_one_float_widens_the_one_operation_of_a_pair_and_copies_keep_both_known():
    assert infer.widened(infer.joined(PAIR, False)) == (0, 1)
    assert infer.widened(infer.joined(PAIR, True)) == (1, 1)
    assert infer.widened(infer.copied(PAIR, True)) == (0, 2)


def test_a_field_written_with_a_float_is_mixed_for_all_copies():
    body = (("get", 2, 0), ("half", 3, 2, 2), ("set", 0, 1))
    program = Program((Method((("call", 2, 1, 0, 1, 0, 1),), 2, 3), Method(body, 3, 4)), 1, 1)
    assert infer.widened(infer.copied(program, False)) == (0, 1)
    assert infer.widened(infer.copied(program, True)) == (2, 2)


@pytest.mark.parametrize("density", [1.0, 2.0, 10.0])
@pytest.mark.parametrize("heap", [0.0, 0.4])
def test_every_engine_answers_as_the_interpreter_does(density, heap):
    rng = random.Random(f"{density} {heap}")
    program = random_program(rng, density, heap, 0.2, 15)
    asked = measure.requests(rng, 60, 7)
    runs = measure.served(program, asked)
    assert {name: run.wrong for name, run in runs.items() if name != measure.BROKEN} == dict.fromkeys(
        measure.ENGINES, 0
    )


def test_an_inference_that_forgets_the_float_truncates_it():
    engine = aot.Ahead(infer.joined(PAIR, False))
    assert engine.answer((4, 6, True)) == (5, 2)
    assert jit.Interpreter(PAIR).answer((4, 6, True)) == (5, 2.25)


def test_a_wrong_operation_in_one_engine_is_counted(monkeypatch):
    monkeypatch.setitem(aot.DIRECT, ("half", True), "({}+{})//2+1")
    runs = measure.served(PAIR, [(4, 6, False)] * 40)
    assert runs["joined, no float"].wrong == 40 and runs["interpreter"].wrong == 0
    assert runs["versions"].wrong == 40 - jit.THRESHOLD


def test_an_integer_answer_where_a_float_is_right_is_wrong():
    assert operate("half", 4, 6) == operate("half", 4.0, 6)
    runs = measure.served(PAIR, [(4, 6, False)], ["interpreter"])
    assert runs["interpreter"].wrong == 0
    monkey = measure.ENGINES | {
        "float": lambda program: type("E", (jit.Interpreter,), {"answer": lambda self, request: (5.0, 0)})(program)
    }
    measure.ENGINES.update(monkey)
    try:
        assert measure.served(PAIR, [(4, 6, False)], ["float"])["float"].wrong == 1
    finally:
        del measure.ENGINES["float"]


def test_guards_are_counted_where_they_stand():
    engine = jit.Caches(PAIR, threshold=0)
    engine.answer((4, 6, False))
    assert engine.events()["guard"] == 2
    versions = jit.Versions(PAIR, threshold=0)
    versions.answer((4, 6, False))
    assert versions.events()["guard"] == 1  # what the call gave; the operands are known from the arguments


def test_a_failed_guard_compiles_again_and_then_holds():
    engine = jit.Caches(PAIR, threshold=0)
    asked = [(4, 6, False), (4, 6, True), (5, 6, True)]
    assert [engine.answer(one) for one in asked] == [jit.Interpreter(PAIR).answer(one) for one in asked]
    assert engine.events()["failed guard"] == 1


def test_programs_have_the_density_asked_for_and_no_method_is_dead():
    for density in (1.0, 2.0, 10.0):
        program = random_program(random.Random(3), density, 0.1, 0.4)
        assert abs(program.calls / len(program.methods) - density) < 0.05
        assert below(program, 0) == set(range(len(program.methods)))


def test_splitting_by_hand_keeps_answers():
    program = random_program(random.Random(5), 2.0, 0.2, 0.2, 15)
    asked = measure.requests(random.Random(6), 30, 5)
    right = [jit.Interpreter(program).answer(one) for one in asked]
    for whole in (False, True):
        split = jit.Interpreter(with_copies(program, whole))
        assert [split.answer(one) for one in asked] == right


def test_spread_claims_fail_if_shape_does_not_matter(monkeypatch):
    quick(monkeypatch)
    plain = random_program
    monkeypatch.setattr(measure, "random_program", lambda rng, d, heap, lit, *n: plain(rng, 2.0, heap, lit, *n))
    held = claims(found.add_spread, 0)
    assert not held["shape_decides"] and not held["nearly_none_to_most"]


def test_cure_claims_fail_if_copies_cure_nothing(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(infer, "copied", infer.joined)
    held = claims(found.add_spread, 0)
    assert not held["copies_cure_at_a_price"]
    assert not held["fields_undo_copies"]


def test_split_and_literal_claims_fail_where_one_split_cures_and_literals_change_nothing(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "with_copies", lambda program, whole: Program(program.methods, 39, program.fields))
    monkeypatch.setattr(measure, "SHAPES", dict.fromkeys(measure.SHAPES, (0.35, 0.1)))
    held = claims(found.add_spread, 0)
    assert not held["few_literals_spread"] and not held["fields_undo_copies"]


def test_the_claim_on_fields_fails_if_splitting_all_below_splits_one_method(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "with_copies", lambda program, whole: with_copies(program, False))
    assert not claims(found.add_spread, 0)["fields_undo_hand_copies"]


def test_engine_claims_fail_if_an_engine_lies_or_the_broken_one_does_not(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "DENSITIES", (1.0, 1.3, 10.0))
    monkeypatch.setitem(aot.DIRECT, ("add", True), "({}+{}+1)%10007")
    assert not claims(found.add_engines, 0)["engines_agree"]


def test_guard_claims_fail_if_caches_never_learn(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "DENSITIES", (1.0, 1.3, 10.0))

    def forget(self, key, at, types):
        self.counted["failed guard"] += 1

    monkeypatch.setattr(jit.Compiler, "learn", forget)
    monkeypatch.setattr(jit.Caches, "note", lambda self, i, at, *_: self.seen.update({((i,), at): {(float, float)}}))
    held = claims(found.add_engines, 0)
    assert held["engines_agree"] and not held["guards_stay_local"]


def test_guards_stay_local_counts_what_is_still_interpreted(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "DENSITIES", (1.3, 10.0))
    assert not claims(found.add_engines, 0)["guards_stay_local"]  # 80 requests leave dense programs interpreted
    monkeypatch.setattr(measure, "REQUESTS", {1.3: 80, 10.0: 2400})
    assert claims(found.add_engines, 0)["guards_stay_local"]


def test_steady_state_claims_fail_at_a_dear_guard_and_known_types_at_a_free_one(monkeypatch):
    quick(monkeypatch)
    r = Results()
    engines = found.add_engines(r, 0)
    monkeypatch.setattr(found, "GUARD", 3.0)
    found.add_crossing(r, engines)
    assert not r.claims["types_decide_the_steady_state"].holds[0]
    again = Results()
    monkeypatch.setattr(found, "GUARD", 0.0)
    again.values["guards_versions"] = r.values["guards_versions"]
    found.add_crossing(again, engines)
    assert not again.claims["known_types_cost_least"].holds[0]


def test_asking_less_and_asking_always_are_measured(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "DENSITIES", (1.0, 1.3, 10.0))
    monkeypatch.setitem(measure.ENGINES, "versions", jit.Caches)
    monkeypatch.setitem(measure.ENGINES, "caches", measure.ENGINES["joined"])
    held = claims(found.add_engines, 0)
    assert not held["versions_ask_less"] and not held["guards_never_end"]


def test_copies_that_run_no_cheaper_break_their_claims(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "DENSITIES", (1.3, 10.0))
    monkeypatch.setitem(measure.ENGINES, "a copy per signature", measure.ENGINES["joined"])
    r = Results()
    found.add_crossing(r, found.add_engines(r, 0))
    assert not r.claims["copies_run_cheaper"].holds[0]
    assert not r.claims["copies_run_what_is_known"].holds[0]
    assert r.values["dense_jit_wins"].value > 0


def test_copies_that_never_ask_lose_to_no_guard_at_any_price(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "DENSITIES", (1.3, 10.0))
    monkeypatch.setitem(measure.ENGINES, "a copy per signature", measure.ENGINES["joined, no float"])
    r = Results()
    found.add_crossing(r, found.add_engines(r, 0))
    assert r.values["dense_jit_wins"].value == 0 < r.values["dense_pairs"].value


def test_a_float_that_moves_guards_breaks_its_claim(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(measure, "DENSITIES", (1.3, 10.0))
    monkeypatch.setitem(measure.ENGINES, "versions, no float", measure.ENGINES["joined, no float"])
    r = Results()
    found.add_crossing(r, found.add_engines(r, 0))
    assert not r.claims["float_costs_guards_nothing"].holds[0]


def test_a_rare_answer_of_another_type_is_wrong(monkeypatch):
    rare = type("E", (jit.Interpreter,), {"answer": lambda self, request: (5, 2)})
    monkeypatch.setitem(measure.ENGINES, "rare", rare)
    monkeypatch.setattr(jit.Interpreter, "answer", lambda self, request: (5, 2.0))
    assert measure.served(PAIR, [(4, 6, True)], ["rare"])["rare"].wrong == 1


def test_one_split_that_cures_dense_programs_breaks_its_claim(monkeypatch):
    quick(monkeypatch)
    plain = measure.splits
    zero = measure.Split(0.0, 1.0)
    monkeypatch.setattr(measure, "splits", lambda program: plain(program) | {"one method split": zero})
    assert not claims(found.add_spread, 0)["one_split_fails_when_dense"]


def test_dense_programs_execute_so_much_widened_that_the_sparse_claim_fails(monkeypatch):
    quick(monkeypatch)
    monkeypatch.setattr(found, "SPARSE", 10.0)
    assert not claims(found.add_executed, 0)["small_share_can_be_hot"]


@pytest.mark.parametrize(
    ("file", "column", "value", "claim"),
    [
        ("runs", "spinel_s", "0.4", "one_float_slows_all"),
        ("odd", "spinel_s", "0.1", "odd_slows_all"),
        ("readme", "speedup", "9", "readme_is_over_miniruby"),
        ("yjit", "yjit_s", "9", "yjit_narrows_it"),
        ("roundhouse", "emitted_yjit", "500", "rewrite_gave_more"),
        ("roundhouse", "emitted_yjit", "1500", "rewrite_saved_most"),
        ("roundhouse", "rails_yjit", "1400", "yjit_helped_the_rewrite_only"),
        ("roundhouse", "emitted_spinel", "50000", "jruby_was_ahead"),
        ("roundhouse", "emitted_yjit", "9900", "jruby_was_ahead"),
        ("lobsters", "jruby_ms", "200", "jruby_lost_in_one_thread"),
        ("density", "own_calls", "5000", "three_sparse_one_dense"),
    ],
)
def test_claims_on_published_rows_follow_the_rows(monkeypatch, file, column, value, claim):
    assert claims(recorded.add)[claim]
    plain = recorded.rows
    changed = [row | {column: value} for row in plain(file)]
    monkeypatch.setattr(recorded, "rows", lambda name: changed if name == file else plain(name))
    assert not claims(recorded.add)[claim]


def test_every_recorded_row_has_an_address_and_a_date():
    for name in ("runs", "odd", "readme", "yjit", "roundhouse", "lobsters", "density"):
        for row in recorded.rows(name):
            assert row["url"].startswith("https://") and "2026" in row["date"]
