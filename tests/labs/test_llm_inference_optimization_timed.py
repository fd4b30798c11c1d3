"""What the card took: the record is whole, gains are ratios of its times, and other times break the claims."""

import pytest
from labs.llm_inference_optimization import asked, measured, published, timed, timed_drafts
from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.measured import BOTH, CACHE, FOUR, KERNELS, LLAMA, QWEN32, SIXTEEN, SMALL
from labs.record import Results


def test_every_time_lies_between_the_least_and_the_greatest_replay():
    for run in ("first", "second"):
        assert all(least <= ms <= most for ms, least, most in measured.times(run).values())


def test_no_kernel_differs_from_plain_pytorch_by_more_than_a_hundredth():
    for run in ("first", "second"):
        checks = measured.record()[run]["checks"]
        assert len(checks) == 16 and max(checks.values()) < 0.01


def test_every_load_was_timed_in_all_four_ways():
    for context in measured.LENGTHS:
        found = measured.loads(context)
        assert found[0] == (context, 1) and found[-1][1] == roof.full(roof.PLAIN, context, roof.PEAK)
        assert all(measured.gain(way, load) for load in found for way in (FOUR, CACHE, BOTH))


def test_a_gain_is_the_time_with_16_bits_over_the_time_without(monkeypatch):
    load = (1024, 32)
    plain = measured.times("second")[LLAMA, SIXTEEN, 16, 32, 1024, 1][0]
    eight = measured.times("second")[LLAMA, SIXTEEN, 8, 32, 1024, 1][0]
    assert measured.gain(CACHE, load) == pytest.approx(plain / eight)
    passed = measured.times("second")[LLAMA, SIXTEEN, 16, 32, 1024, 5][0]
    accepted = 1 + 0.7 + 0.7**2 + 0.7**3 + 0.7**4
    assert measured.gain("speculation", load) == pytest.approx(accepted * plain / (passed + plain / 4))


def test_a_full_card_writes_as_many_tokens_as_it_has_requests_in_the_time_of_a_step():
    plain = measured.times("second")[LLAMA, SIXTEEN, 16, 416, 1024, 1][0]
    more = measured.times("second")[LLAMA, SIXTEEN, 8, 833, 1024, 1][0]
    assert measured.own(CACHE, 1024) == pytest.approx(833 / more / (416 / plain))


def test_the_draft_that_plan_names_costs_what_was_timed():
    r = Results()
    timed.add(r)
    said = asked.read(["--weights", "8e9", "--kv", "131072", "--batch", "1", "--context", "9"]).assumed
    assert any(f"--draft-cost {r.values['timed_draft'].value:.2f}" in one for one in said)
    given = ["--weights", "8e9", "--kv", "131072", "--batch", "1", "--context", "9", "--draft-cost", "0.2"]
    assert not any("--draft-cost" in one for one in asked.read(given).assumed)


def test_a_load_of_both_runs_must_hold_in_the_first_too(monkeypatch):
    slower = {
        key: tuple(1.2 * ms for ms in row) if key[2] == 8 else row for key, row in measured.times("first").items()
    }
    second = measured.times("second")
    for module in (measured, timed, timed_drafts):
        monkeypatch.setattr(module, "times", lambda run: slower if run == "first" else second)
    r = Results()
    timed.add(r)
    broken = {name for name, claim in r.claims.items() if not all(claim.holds)}
    assert {"timed_one_request", "timed_reverses", "timed_cache_heavy", "timed_level"} <= broken


def false(monkeypatch, factor, *matches):
    """The claims that are false if the times of some rows were `factor` times as long."""
    changed = {
        run: {key: tuple(factor * ms for ms in row) if all(m(key) for m in matches) else row
              for key, row in measured.times(run).items()}
        for run in ("first", "second")
    }  # fmt: skip
    monkeypatch.setattr(measured, "times", lambda run: changed[run])
    monkeypatch.setattr(timed, "times", lambda run: changed[run])
    monkeypatch.setattr(timed_drafts, "times", lambda run: changed[run])
    r = Results()
    timed.add(r)
    return {name for name, claim in r.claims.items() if not all(claim.holds)}


@pytest.mark.parametrize(
    ("factor", "which", "claims"),
    [
        (0.5, lambda key: key[1] in KERNELS, {"timed_reverses", "timed_four_loses", "timed_four_below"}),
        (2.5, lambda key: key[1] in KERNELS, {"timed_one_request", "timed_few"}),
        (1.5, lambda key: key[2] == 8, {"timed_reverses", "timed_cache_heavy", "timed_level", "timed_like_gpustack"}),
        (0.6, lambda key: key[2] == 8, {"timed_one_request", "timed_eight_between", "timed_short"}),
        (1.6, lambda key: key[1] == BOTH, {"timed_both_over_four", "timed_eight_between", "timed_like_gpustack"}),
        (0.3, lambda key: key[0] == SMALL, {"timed_small_draft"}),
        (1.5, lambda key: key[0] == SMALL, {"timed_better_draft", "timed_small_draft_alone", "timed_small_draft_long"}),
        (0.7, lambda key: key[0] == QWEN32 and key[1] in KERNELS, {"timed_large"}),
        (0.6, lambda key: key[1] == FOUR, {"timed_two_kernels"}),
        (1.1, lambda key: key[2] == 8, {"timed_cache_alone", "timed_like_vllm"}),
        (1.5, lambda key: key[5] == 5, {"timed_cheap_draft"}),
        (0.6, lambda key: key[5] == 5, {"timed_lengths"}),
        (0.3, lambda key: key[1] == KERNELS[1], {"timed_kernels"}),
        (3.0, lambda key: key[1] == SIXTEEN and key[2] == 16 and key[5] == 1, {"timed_inside", "timed_much_shorter"}),
    ],
)
def test_other_times_break_the_claims(monkeypatch, factor, which, claims):
    assert claims <= false(monkeypatch, factor, which)


def test_the_times_as_recorded_break_none(monkeypatch):
    assert false(monkeypatch, 1, lambda key: True) == set()


def test_a_second_run_that_took_a_tenth_longer_is_not_alike(monkeypatch):
    longer = {key: tuple(1.1 * ms for ms in row) for key, row in measured.times("second").items()}
    first = measured.times("first")
    monkeypatch.setattr(timed, "times", lambda run: longer if run == "second" else first)
    r = Results()
    timed.add(r)
    assert not all(r.claims["timed_again"].holds)


def test_the_fitted_lines_of_vllm_cross_where_its_blog_says():
    crossed = [c for c in range(0, 10_000, 10) if published.fitted(c, 8) < published.fitted(c)]
    assert 6_900 < crossed[0] < 7_100
