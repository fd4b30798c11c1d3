"""Each sentence that carries the post turns False when the thing that it rests on is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from labs.multi_vs_single_agent import choices, clock, customers, found, found_cuts, found_model, luck, merge, recorded
from labs.multi_vs_single_agent.orders import LAMPS, to_copy
from labs.multi_vs_single_agent.shop import DECISIONS
from labs.record import Results


def holds(results: Results) -> dict[str, bool]:
    return {name: claim.holds[0] for name, claim in results.claims.items()}


def merged() -> dict[str, bool]:
    r = Results()
    found.add_merge(r, 0)
    return holds(r)


def chosen() -> dict[str, bool]:
    r = Results()
    found_model.add_choices(r, merge.outcomes())
    return holds(r)


def cuts() -> dict[str, bool]:
    r = Results()
    found_cuts.add_histories(r, 0)
    return holds(r)


def timed() -> dict[str, bool]:
    r = Results()
    found_cuts.add_clock(r, 0, merge.outcomes())
    return holds(r)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(found, "CUSTOMERS", 100)
    monkeypatch.setattr(found_cuts, "DRAWS", 100)


def with_decision(monkeypatch, number: int, **changes) -> None:
    changed = (*DECISIONS[:number], replace(DECISIONS[number], **changes), *DECISIONS[number + 1 :])
    monkeypatch.setattr(merge, "DECISIONS", changed)
    monkeypatch.setattr(found, "DECISIONS", changed)


def test_everything_holds_unbroken():
    assert all({**merged(), **chosen(), **cuts(), **timed()}.values())


def test_a_user_that_reads_both_ways_changes_the_split_and_the_bill(monkeypatch):
    def either(fetch):
        return merge.DECISIONS[3].right[0]

    with_decision(monkeypatch, 3, use=(either, either))
    broken = merged()
    assert not broken["twelve_split"]
    assert not broken["money_is_wrong_unseen"]
    assert not broken["answer_sees_more_than_types"]
    assert not broken["both_ways_right"]  # it says the same for the awkward orders


def test_own_tests_with_the_other_halfs_example_see_disagreements(monkeypatch):
    monkeypatch.setattr(merge, "own_tests", lambda decision, way: decision.example[0] == decision.example[1])
    assert not merged()["own_tests_see_none"]


def test_an_invoice_that_shows_the_hour_makes_the_zone_seen(monkeypatch):
    def shown(shift: int):
        return lambda fetch: ", ".join(
            f"{datetime.fromisoformat(t) + timedelta(hours=shift):%d %b %H}" for t in fetch()
        )

    right = ("14 Mar 13", "04 Mar 23, 01 Apr 00, 01 Apr 13")
    with_decision(monkeypatch, 7, use=(shown(1), shown(0)), right=right)
    broken = merged()
    assert broken["both_ways_right"]
    assert not broken["twelve_split"]


def test_hand_overs_that_are_not_compared_see_nothing(monkeypatch):
    monkeypatch.setattr(merge, "disputed", lambda mine, yours, orders: [])
    broken = merged()
    assert not broken["examples_see_nine"]
    assert not broken["awkward_examples"]
    assert not broken["random_orders_see_more"]


def test_examples_that_agree_about_the_zone_make_it_eight(monkeypatch):
    with_decision(monkeypatch, 7, example=(["x"], ["x"]))
    broken = merged()
    assert not broken["examples_see_nine"]
    assert not broken["figure_twelve"]


def test_prices_that_round_apart_let_the_awkward_orders_see_the_rounding(monkeypatch):
    lines = [("plug", Decimal("0.13"), 1)] * 3
    monkeypatch.setattr(merge, "AWKWARD", {"asked": 77, "orders": [{**merge.AWKWARD["orders"][0], "lines": lines}]})
    rounding = DECISIONS[9]
    assert [one.said[1] for one in merge.mixed(rounding)] == ["€0.01 open", "€-0.01 open"]
    assert not merged()["awkward_miss_rounding"]


def test_orders_to_copy_without_their_pennies_miss_the_rounding(monkeypatch):
    world = to_copy()
    assert merged()["orders_to_copy"]
    monkeypatch.setattr(found, "to_copy", lambda: {**world, "orders": [*world["orders"][:2], LAMPS]})
    assert not merged()["orders_to_copy"]


def test_types_that_see_nothing_else_are_no_part_of_the_answer(monkeypatch):
    monkeypatch.setattr(merge, "built", lambda value, names=None: repr(value))
    broken = merged()
    assert not broken["types_add_nothing_to_answer"]
    assert not broken["answer_sees_more_than_types"]


def test_json_that_tells_numbers_apart_sees_as_many_as_types(monkeypatch):
    assert merged()["json_types_see_three"]
    monkeypatch.setattr(merge, "JSON", {})
    assert not merged()["json_types_see_three"]


def test_customers_who_are_all_ordinary_meet_none_of_the_five(monkeypatch):
    monkeypatch.setattr(customers, "customer", lambda random: merge.ORDINARY)
    assert not merged()["quiet_is_not_rare"]


def test_a_model_that_always_takes_way_0_agrees_with_itself(monkeypatch):
    calm = tuple(
        choices.Asked(one.name, 0.1, 0.1, ((0.1, 0.1),) * 2, ((0.1, 0.1),) * 2, (0.1, 0.1), ((0.1, 0.1),) * 2)
        for one in choices.asked()
    )
    monkeypatch.setattr(choices, "asked", lambda per_token=False: calm)
    broken = chosen()
    for name in ("same_model_differs", "model_bills_cents", "most_differences_are_silent", "line_does_not_help_it"):
        assert not broken[name]
    assert not broken["line_moves_it"], "nor does any line move it"
    assert not broken["another_line_too"]
    assert not broken["code_in_view_helps_little"]
    assert not broken["example_does_not_help_it"]
    assert not broken["figure_model"]


def test_a_model_that_follows_the_line_is_helped_by_it(monkeypatch):
    good = tuple(replace(one, brief=((0.01, 0.01), (0.99, 0.99))) for one in choices.asked())
    monkeypatch.setattr(choices, "asked", lambda per_token=False: good)
    broken = chosen()
    assert not broken["line_does_not_help_it"]
    assert not broken["line_moves_it"], "it then takes the way named at all 192"


def test_a_model_that_follows_the_example_is_helped_by_it(monkeypatch):
    good = tuple(replace(one, example=((0.01, 0.01), (0.99, 0.99))) for one in choices.asked())
    monkeypatch.setattr(choices, "asked", lambda per_token=False: good)
    r = Results()
    found_model.add_choices(r, merge.outcomes())
    assert not holds(r)["example_does_not_help_it"]
    assert r.values["example_followed"].value == 192


def test_a_model_that_reads_its_first_half_agrees_with_it(monkeypatch):
    real = choices.asked
    reads = tuple(replace(one, reads=(0.01, 0.99)) for one in real(True))
    monkeypatch.setattr(choices, "asked", lambda per_token=False: reads if per_token else real())
    assert not chosen()["code_in_view_helps_little"]


def test_every_decision_has_two_examples_that_differ():
    assert choices.EXAMPLES.keys() == {decision.name for decision in DECISIONS}
    assert all(one != other for one, other in choices.EXAMPLES.values())


def test_a_score_by_the_token_like_that_of_whole_texts_is_no_other_score(monkeypatch):
    real = choices.asked()
    monkeypatch.setattr(choices, "asked", lambda per_token=False: real)
    broken = chosen()
    assert not broken["most_differences_are_silent"], "eight of thirteen are more than half"
    assert not broken["another_line_too"]
    assert not broken["model_bills_cents"]


def test_a_line_that_only_the_score_by_the_token_follows_is_followed(monkeypatch):
    real = choices.asked
    good = tuple(replace(one, brief=((0.01, 0.01), (0.99, 0.99))) for one in real(True))
    monkeypatch.setattr(choices, "asked", lambda per_token=False: good if per_token else real())
    assert not chosen()["line_moves_it"]


def test_disagreement_is_computed_from_both_ends():
    line = ((0.0, 0.0), (1.0, 1.0))
    one = choices.Asked("x", 0.9, 0.2, ((0.5, 0.5),) * 2, line, (0.0, 1.0), ((0.0, 1.0), (1.0, 1.0)))
    assert one.disagree(choices.BLIND) == pytest.approx(0.9 * 0.8 + 0.1 * 0.2)
    assert (one.differ(choices.BLIND), one.disagree(choices.BRIEF), one.disagree(choices.READS)) == (1, 0, 0)
    assert (one.disagree(choices.EXAMPLE), one.followed(), one.followed(choices.EXAMPLE)) == (0.5, 4, 3)


def test_a_seam_that_holds_later_is_no_hindsight(monkeypatch):
    real = recorded.share

    def kept(one, seed, parts, cut):
        older, _, largest, known = real(one, seed, parts, cut)
        return older, older, largest, known

    monkeypatch.setattr(recorded, "share", kept)
    broken = cuts()
    assert not broken["seam_is_hindsight"]
    assert not broken["ten_save_a_fifth"]
    assert not broken["cut_is_crossed"]


def test_a_path_that_nobody_crosses_is_no_little(monkeypatch):
    real = recorded.share
    monkeypatch.setattr(
        recorded, "share", lambda *a: (0.0, 0.0, 0.3, 1.0) if a[3] == "by path" else real(*a)
    )  # fmt: skip
    broken = cuts()
    assert not broken["path_is_little"]
    assert not broken["seam_is_best_in_most"]
    assert not broken["figure_hindsight"] or not broken["cut_is_crossed"]


def test_repairs_that_cost_nothing_make_the_rule_and_the_looking_irrelevant(monkeypatch):
    monkeypatch.setattr(clock, "falls", lambda count, writers, draws, random: np.zeros((draws, writers, 6)))
    broken = timed()
    for name in ("rule_decides_speed", "not_looking_looks_fast", "last_rule_holds", "figure_speed"):
        assert not broken[name]


def test_readers_that_read_nothing_in_parallel_save_nothing(monkeypatch):
    monkeypatch.setattr(clock, "readers", lambda writers, share: 1.0)
    assert not timed()["readers_half_speed"]


def test_steps_that_never_fail_together_leave_the_power(monkeypatch):
    monkeypatch.setattr(luck, "all_pass", lambda chance, steps, together: chance**steps)
    r = Results()
    found_cuts.add_luck(r)
    assert not holds(r)["chain_needs_independence"]
