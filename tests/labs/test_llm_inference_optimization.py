"""The calculation against figures done by hand, and each claim broken once."""

from __future__ import annotations

import labs.llm_inference_optimization as lab
import pytest
from labs.llm_inference_optimization import roofline as roof


def test_a_cached_token_of_llama_8b_takes_128_kib():
    assert roof.cache_bytes(roof.PLAIN, 1) == 128 * 1024


def test_the_full_card_holds_no_request_more():
    batch = roof.full(roof.PLAIN, 1024, roof.SETTINGS[0])
    weights = 2 * (roof.IN_LAYERS + 2 * roof.OUTPUT)
    used = [weights + n * roof.cache_bytes(roof.PLAIN, 1024) for n in (batch, batch + 1)]
    assert used[0] <= 0.9 * 80e9 < used[1]


def test_one_plain_request_takes_as_long_as_its_bytes():
    read = 2 * (roof.IN_LAYERS + roof.OUTPUT) + 128 * 1024 * 1000
    assert roof.seconds(roof.PLAIN, 1, 1000, roof.SETTINGS[0]) == pytest.approx(read / 3.35e12)


def test_a_draft_that_is_never_accepted_loses():
    never = roof.Way(drafts=4, alpha=0.0)
    assert all(roof.gain(never, 1024, one, batch) < 1 for one in roof.SETTINGS for batch in (1, 32))


@pytest.mark.parametrize(
    ("technique", "broken", "claims"),
    [
        ("8-bit cache", roof.PLAIN, ("order_reverses", "full_card_is_cache", "cache_overstated")),
        ("4-bit weights", roof.PLAIN, ("order_reverses", "one_request_is_weights")),
        ("speculation", roof.Way(drafts=4, alpha=0.0), ("long_contexts_win", "undecided_between")),
        ("speculation", roof.PLAIN, ("speculation_shrinks", "short_contexts_lose")),
    ],
)
def test_a_technique_that_does_nothing_breaks_its_claims(monkeypatch, technique, broken, claims):
    monkeypatch.setitem(lab.WAYS, technique, broken)
    found = lab.run(0).claims
    assert [found[name].holds for name in claims] == [(False,)] * len(claims)


def test_without_a_cache_to_read_the_context_does_not_decide(monkeypatch):
    monkeypatch.setattr(roof, "cache_bytes", lambda way, context: 1.0)
    assert lab.run(0).claims["context_decides"].holds == (False,)
