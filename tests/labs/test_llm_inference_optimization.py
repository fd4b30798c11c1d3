"""The calculation against figures done by hand, and each claim broken once."""

from __future__ import annotations

import re
from pathlib import Path

import labs.llm_inference_optimization as lab
import pytest
from labs.llm_inference_optimization import choice, drafting, further, published
from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.step import LLAMA, read_a_step


@pytest.fixture(autouse=True)
def computed_only(monkeypatch):
    """The lab without what was timed, whose loads are those of the ways as they are."""
    monkeypatch.setattr(lab.timed, "add", lambda r: None)


def test_a_cached_token_of_llama_8b_takes_128_kib():
    assert roof.cache_bytes(roof.PLAIN, 1) == 128 * 1024


def test_the_full_card_holds_no_request_more():
    batch = roof.full(roof.PLAIN, 1024, roof.SETTINGS[0])
    weights = 2 * (roof.LLAMA.in_layers + 2 * roof.LLAMA.output)
    used = [weights + n * roof.cache_bytes(roof.PLAIN, 1024) for n in (batch, batch + 1)]
    assert used[0] <= 0.9 * 80e9 < used[1]


def test_one_plain_request_takes_as_long_as_its_bytes():
    read = 2 * (roof.LLAMA.in_layers + roof.LLAMA.output) + 128 * 1024 * 1000
    assert roof.seconds(roof.PLAIN, 1, 1000, roof.SETTINGS[0]) == pytest.approx(read / 3.35e12)


@pytest.mark.parametrize(("requests", "tokens"), [(1, 1024), (416, 1024), (52, 8192)])
def test_the_lines_to_copy_read_what_the_lab_reads(requests, tokens):
    weights, cache = roof.phases(roof.PLAIN, requests, tokens, roof.PEAK)
    read = weights.reading * 3.35e3, cache.reading * 3.35e3
    assert read_a_step(LLAMA, requests, tokens) == pytest.approx(read)


def test_the_lines_to_copy_take_a_head_width_of_its_own_and_heads_without_groups():
    own = LLAMA | {"num_hidden_layers": 36, "intermediate_size": 12288, "vocab_size": 151936, "head_dim": 128}
    assert read_a_step(own, 1, 1)[0] == pytest.approx(2 * (roof.QWEN.in_layers + roof.QWEN.output) / 1e9)
    assert read_a_step(own | {"head_dim": 64}, 1, 1)[1] == pytest.approx(2 * roof.QWEN.cached / 2 / 1e9)
    del own["num_key_value_heads"]
    assert read_a_step(own, 1, 1)[1] == pytest.approx(4 * 2 * roof.QWEN.cached / 1e9)


def test_the_lines_to_paste_print_the_gigabytes_of_cache_on_the_full_card(capsys):
    post = Path(lab.__file__).parents[2] / "posts" / "llm-inference-optimization.md"
    exec(re.findall(r"```python\n(.*?)```", post.read_text(encoding="utf-8"), re.DOTALL)[0], {})
    assert capsys.readouterr().out == f"{read_a_step(LLAMA, 416, 1024)[1]:.1f}\n" == "55.8\n"


def test_a_draft_that_is_never_accepted_loses():
    never = roof.Way(drafts=4, alpha=0.0)
    assert all(roof.gain(never, 1024, one, batch) < 1 for one in roof.SETTINGS for batch in (1, 32))


@pytest.mark.parametrize(
    ("technique", "broken", "claims"),
    [
        (
            "8-bit cache",
            roof.PLAIN,
            (
                "order_reverses",
                "full_card_is_cache",
                "turns_early",
                "turns_by_weight",
                "no_more_needed",
                "cache_beats_both",
            ),
        ),
        ("8-bit cache", roof.PLAIN, ("throughput_less", "between_inside")),
        ("4-bit weights", roof.Way(weight=0.1, rate=2.0), ("four_bits_nothing",)),
        ("speculation", roof.Way(drafts=4, alpha=0.99), ("dear_draft_never_leads",)),
        ("4-bit weights", roof.PLAIN, ("order_reverses", "one_request_is_weights", "one_request_order")),
        (
            "4-bit weights",
            roof.Way(weight=4.0),
            ("four_bits_below", "few_want_weights", "large_wants_weights", "short_no_turn"),
        ),
        ("8-bit both", roof.PLAIN, ("short_wants_both", "between_inside", "order_left_open", "all_eight")),
        ("speculation", roof.Way(drafts=9), ("long_has_idle",)),
        ("8-bit both", roof.Way(weight=1.0), ("short_wants_both", "fewer_at_once")),
        ("speculation", roof.Way(drafts=4, alpha=0.0), ("long_contexts_win", "undecided_between")),
        ("speculation", roof.Way(drafts=4, draft_cost=0.5), ("little_at_8192", "one_draft_is_safer")),
        ("speculation", roof.Way(drafts=4, alpha=0.5), ("near_ties", "speculation_in_between", "three_in_turn")),
        ("speculation", roof.PLAIN, ("speculation_shrinks", "short_contexts_lose", "little_at_8192")),
        ("speculation", roof.Way(cache=0.1), ("acceptance_decides", "dear_draft_loses")),
        ("speculation", roof.Way(cache=0.01, weight=0.1, rate=9), ("study_inside", "never_sure_at_256")),
    ],
)
def test_a_technique_that_does_nothing_breaks_its_claims(monkeypatch, technique, broken, claims):
    monkeypatch.setitem(lab.WAYS, technique, broken)
    found = lab.run(0).claims
    assert [found[name].holds for name in claims] == [(False,)] * len(claims)


def test_a_card_with_room_for_many_requests_of_a_large_model_breaks_its_claim(monkeypatch):
    monkeypatch.setattr(roof, "LARGE", roof.LLAMA)
    assert lab.run(0).claims["large_wants_weights"].holds == (False,)


def test_few_short_requests_and_many_early_ones_break_the_claims_about_arithmetic(monkeypatch):
    monkeypatch.setattr(drafting.roof, "full", lambda way, context, setting: 50)
    monkeypatch.setattr(further, "tenths", lambda context: [416] * 3)
    found = lab.run(0).claims
    assert [found[name].holds for name in ("short_has_none", "mostly_idle")] == [(False,)] * 2


def test_another_model_that_turns_elsewhere_breaks_the_rule(monkeypatch):
    monkeypatch.setattr(roof, "QWEN", roof.LARGE)
    assert lab.run(0).claims["turns_by_weight"].holds == (False,)


def test_qwen3_32b_has_about_33_billion_weights():
    assert roof.LARGE.in_layers + 2 * roof.LARGE.output == pytest.approx(32.8e9, rel=0.01)


def test_without_a_cache_to_read_the_context_does_not_decide(monkeypatch):
    monkeypatch.setattr(roof, "cache_bytes", lambda way, context: 1.0)
    assert lab.run(0).claims["context_decides"].holds == (False,)


def test_a_measured_time_near_the_computed_step_breaks_its_claim(monkeypatch):
    monkeypatch.setitem(published.BETWEEN, "16 bits", 100.0)
    assert lab.run(0).claims["steps_too_short"].holds == (False,)


def test_qwen3_8b_has_about_eight_billion_weights():
    assert roof.QWEN.in_layers + 2 * roof.QWEN.output == pytest.approx(8.19e9, rel=0.001)


def test_a_draft_holds_its_share_of_weights_and_cache():
    batch = roof.full(roof.SPECULATION, 1024, roof.SETTINGS[0])
    weights = 2 * (roof.LLAMA.in_layers + 2 * roof.LLAMA.output)
    draft = 2 * (roof.LLAMA.in_layers + roof.LLAMA.output) / 16
    used = [weights + draft + n * roof.cache_bytes(roof.PLAIN, 1024) * 17 / 16 for n in (batch, batch + 1)]
    assert used[0] <= 0.9 * 80e9 < used[1]


def test_computing_twice_as_fast_halves_a_step_bound_by_the_arithmetic_of_the_layers():
    plain, fast = (roof.seconds(roof.Way(rate=rate), 10**5, 1, roof.SETTINGS[1]) for rate in (1, 2))
    layers = 2 * roof.LLAMA.in_layers * 10**5 / 989e12
    assert plain - fast == pytest.approx(layers / 2)


def test_more_requests_than_have_room_beside_the_draft_break_the_claim(monkeypatch):
    monkeypatch.setattr(drafting, "ALIKE", 193)
    assert roof.full(roof.SPECULATION, 2048, roof.PEAK) == 192
    assert lab.run(0).claims["context_decides"].holds == (False,)


def test_a_small_cache_is_not_most_of_what_a_full_card_reads(monkeypatch):
    monkeypatch.setattr(roof, "cache_bytes", lambda way, context: 1e8)
    monkeypatch.setattr(roof, "full", lambda way, context, setting: 100)
    found = lab.run(0).claims
    assert [found[name].holds for name in ("long_cache_is_most", "full_cache_is_more")] == [(False,)] * 2


def test_a_throughput_that_grew_as_much_breaks_its_claim(monkeypatch):
    monkeypatch.setattr(published, "THROUGHPUT", 1.2)
    assert lab.run(0).claims["throughput_less"].holds == (False,)


def test_every_load_of_the_table_over_the_filling_fits_on_the_card():
    rows = lab.run(0).tables["by_filling"].rows
    for context, filled, *_ in rows:
        used = 2 * (roof.LLAMA.in_layers + 2 * roof.LLAMA.output)
        used += filled / 100 * (72e9 - used)
        draft = 2 * (roof.LLAMA.in_layers + roof.LLAMA.output) / 16
        assert used + draft + filled / 100 * (72e9 - used) / 16 < 72e9, context


def test_the_surest_way_has_the_greatest_least_gain_and_the_likeliest_is_most_often_ahead():
    found = choice.step({"sure": [1.5, 1.5, 1.5], "bold": [1.4, 2.0, 2.0]})
    assert found == choice.Step("sure", 1.5, 1.5, "bold", 2)


def test_two_ways_of_storing_weights_do_not_go_together():
    assert choice.together(roof.FOUR, roof.EIGHT) is None
    assert choice.together(roof.FOUR, roof.FOUR) is None
    assert choice.together(roof.CACHE8, roof.FOUR) == roof.Way(weight=roof.FOUR.weight, cache=1.0)


def test_phases_add_up_to_a_step_and_overlapped_to_the_longer_of_reading_and_computing():
    weights, cache = roof.phases(roof.PLAIN, 416, 1024, roof.PEAK)
    assert roof.seconds(roof.PLAIN, 416, 1024, roof.PEAK) == max(weights) + max(cache)
    longer = max(weights.reading + cache.reading, weights.computing + cache.computing)
    assert roof.seconds(roof.PLAIN, 416, 1024, roof.OVERLAPPED) == longer
