"""The lab memory_attribution_failures: pipelines that lose a field, tests that see it, and the model as a reader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labs.memory_attribution_failures import breaks, model, pipeline
from labs.record import Results


def holds(measure, *arguments):
    """The claims of a part of the lab, by name."""
    r = Results()
    measure(r, *arguments)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


def test_a_test_that_does_not_swap_names_no_hop(monkeypatch):
    assert all(holds(breaks.measure).values())
    monkeypatch.setitem(pipeline.TESTS, breaks.SWAP, pipeline.passes_values)
    assert not holds(breaks.measure)["swap_names_the_hop"]


def test_where_the_second_answer_is_not_asked_for_some_breaks_are_missed(monkeypatch):
    monkeypatch.setitem(pipeline.TESTS, breaks.BOTH, pipeline.TESTS["one known answer, the right row first"])
    assert not holds(breaks.measure)["both_answers_see_all"]


def test_a_pipeline_that_loses_nothing_is_no_case_of_one_hop(monkeypatch):
    monkeypatch.setattr(breaks, "LOST", (pipeline.Pipeline("owner"),) * 12)
    monkeypatch.setattr(breaks, "PART", (pipeline.Pipeline("owner"),) * 12)
    assert not any(holds(breaks.measure).values())


def test_a_field_that_is_turned_round_gives_the_wrong_answer_with_either_order_of_rows():
    for b in pipeline.ROUND:
        for backwards in (False, True):
            turned = replace(b, backwards=backwards)
            assert turned(pipeline.SAID[b.field])["use"] == pipeline.WRONG, turned
            assert turned(pipeline.swapped(b.field))["use"] == pipeline.RIGHT, turned


def test_a_field_lost_from_one_row_is_gone_from_that_row_only():
    for b in pipeline.PART:
        hits = b(pipeline.SAID[b.field])["return"]
        assert {hit["text"] for hit in hits if b.field not in hit} == {b.only}, b


def test_where_the_rows_come_in_one_order_only_losses_from_one_row_are_missed(monkeypatch):
    monkeypatch.setattr(breaks, "replace", lambda b, **_: b)
    assert not holds(breaks.measure)["part_needs_both_orders"]


def test_the_swap_leaves_the_sentences_and_their_order_alone():
    for field, said in pipeline.SAID.items():
        other = pipeline.swapped(field)
        assert [m["text"] for m in other] == [m["text"] for m in said]
        assert [m[field] for m in other] == [m[field] for m in reversed(said)] != [m[field] for m in said]
        assert [m | {field: None} for m in other] == [m | {field: None} for m in said]


def test_a_swap_that_turns_the_order_too_refutes_the_claim_about_the_order(monkeypatch):
    assert holds(breaks.measure)["order_must_stay"]
    real = breaks.swapped
    monkeypatch.setattr(breaks, "swapped", lambda field: real(field)[::-1])
    assert not holds(breaks.measure)["order_must_stay"]


def test_a_second_run_that_swaps_nothing_refutes_the_claim_about_luck(monkeypatch):
    assert holds(breaks.measure)["luck_is_a_quarter"]
    monkeypatch.setattr(breaks, "swapped", pipeline.SAID.__getitem__)
    assert not holds(breaks.measure)["luck_is_a_quarter"]


def test_four_pairs_are_too_few_for_one_in_a_thousand(monkeypatch):
    monkeypatch.setattr(breaks, "PAIRS", 4)
    assert not holds(breaks.measure)["luck_is_a_quarter"]


def test_a_swap_that_names_the_store_for_a_field_turned_round_there_refutes_the_claim(monkeypatch):
    real = breaks.first_lost_hop
    monkeypatch.setattr(
        breaks, "first_lost_hop", lambda b, *said: (b.turned and real(b, *said) and b.hop) or real(b, *said)
    )
    assert not holds(breaks.measure)["swap_names_the_hop"]


def test_a_clock_in_the_snapshot_is_refused():
    ticks = iter(range(9))
    run = lambda said: dict.fromkeys(pipeline.HOPS, len(said)) | {"store": next(ticks)}  # noqa: E731
    with pytest.raises(ValueError, match="store: two runs differ"):
        pipeline.first_lost_hop(run, [], [{}])


def test_each_value_has_each_role_on_each_line_equally_often():
    bare = [case for case in model.cases() if case[0] == "bare"]
    assert len(bare) == len({case[1:] for case in bare}) == 144
    assert len({model.prompt(case) for case in bare}) == 48  # three cases each, with another sentence right


def test_a_model_that_heeds_labels_refutes_the_claim(monkeypatch):
    assert holds(model.measure)["model_labels_no_filter"]
    right = model.chosen
    heeds = lambda these: [r if case[0] == "bare" else model.RIGHT for r, case in zip(right(these), these, strict=True)]  # noqa: E731
    monkeypatch.setattr(model, "chosen", heeds)
    assert not holds(model.measure)["model_labels_no_filter"]
