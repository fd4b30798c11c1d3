"""The lab memory_attribution_failures: pipelines that lose a field, tests that see it, and the model as a reader."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from labs.memory_attribution_failures import breaks, model, pipeline, real
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
    broken = holds(breaks.measure)
    assert [name for name, kept in broken.items() if kept] == ["steady_passes_often"]  # arithmetic, without pipelines


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
    monkeypatch.setattr(breaks, "swapped", lambda field: [m | {"run": 2} for m in pipeline.SAID[field]])
    assert not holds(breaks.measure)["luck_is_a_quarter"]


def test_six_of_ten_pairs_are_too_few_against_luck(monkeypatch):
    monkeypatch.setattr(breaks, "ENOUGH", 6)
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


def test_two_equal_lists_of_messages_are_refused():
    with pytest.raises(ValueError, match="both lists are the same"):
        pipeline.first_lost_hop(pipeline.Pipeline(), pipeline.SAID["owner"], list(pipeline.SAID["owner"]))


def test_a_store_that_orders_by_the_field_it_drops_is_named_only_if_the_run_shows_the_field_alone():
    def run(said, shown):
        rows = [m["text"] for m in sorted(said, key=lambda m: m["owner"])]  # written without their owner
        rows = rows if shown == "rows" else [None for _ in rows]
        first = said if shown == "rows" else [m["owner"] for m in said]
        return {"extract": first, "store": rows, "return": rows, "use": rows[0]}

    named = [
        pipeline.first_lost_hop(lambda said, s=s: run(said, s), pipeline.SAID["owner"], pipeline.swapped("owner"))
        for s in ("rows", "field")
    ]
    assert named == [None, "store"]


@pytest.mark.parametrize("seen", [None, {"extract": 1}], ids=["nothing", "one hop"])
def test_a_run_that_leaves_out_a_hop_is_told_which(seen):
    turns = iter(({"extract": 1}, {"extract": 1}, {"extract": 2}) if seen else (None,) * 3)
    with pytest.raises(ValueError, match=r"run returns nothing for '(store|extract)'"):
        pipeline.first_lost_hop(lambda _: next(turns), [], [{}])


def test_a_pair_that_asks_only_once_does_not_see_its_field_lost(monkeypatch):
    assert holds(breaks.measure)["one_pair_sees_its_field"]
    monkeypatch.setattr(breaks, "passes_pair", lambda p, f: p(pipeline.SAID[f])["use"] == pipeline.RIGHT)
    assert not holds(breaks.measure)["one_pair_sees_its_field"]


@pytest.mark.parametrize("enough", [8, 10])
def test_where_more_pairs_must_pass_a_memory_that_errs_now_and_then_fails_too_often(monkeypatch, enough):
    assert holds(breaks.measure)["steady_passes_often"]
    monkeypatch.setattr(breaks, "ENOUGH", enough)
    assert not holds(breaks.measure)["steady_passes_often"]


def test_what_was_seen_in_mem0_is_judged_from_the_hits_and_not_from_the_version(monkeypatch, tmp_path):
    seen = json.loads(real.SEEN.read_text(encoding="utf-8"))
    assert [real.judge(seen[v]) for v in ("2.0.0", "2.0.8")] == [("return", [False, True]), (None, [True, True])]
    monkeypatch.setattr(real, "SEEN", tmp_path / "seen.json")
    for broken in (seen | {"2.0.8": seen["2.0.0"]}, seen | {"2.0.0": seen["2.0.8"]}):
        real.SEEN.write_text(json.dumps(broken), encoding="utf-8")
        assert not holds(real.measure)["mem0_returns_the_speaker"]
        assert not holds(real.measure)["missing_is_an_error"]
    seen["2.0.8"][2]["return"][1].pop("attributed_to")  # one hit of one search
    real.SEEN.write_text(json.dumps(seen), encoding="utf-8")
    assert not holds(real.measure)["missing_is_an_error"]


class Kept:
    """A memory with Mem0's calls that keeps what its script extracts; `blind`, its search leaves the speaker out."""

    def __init__(self, script, blind):
        self.script, self.blind, self.rows, self.vector_store = script, blind, [], self

    def add(self, talk, user_id):
        found = json.loads(self.script.generate_response(messages=talk))["memory"]
        assert [(m["attributed_to"], m["text"]) for m in found] == [(m["role"], m["content"]) for m in talk]
        self.rows = [{"id": id(m), "data": m["text"], "attributed_to": m["attributed_to"]} for m in found]

    def list(self, top_k):
        return [[SimpleNamespace(payload=row) for row in self.rows[:top_k]], None]

    def search(self, query, filters):
        kept = ("id",) if self.blind else ("id", "attributed_to")
        return {"results": [{"memory": row["data"]} | {k: row[k] for k in kept} for row in self.rows[::-1]]}


@pytest.mark.parametrize(("blind", "hop"), [(False, None), (True, "return")], ids=["whole", "blind"])
def test_the_run_for_mem0_sees_the_speaker_only_where_the_search_gives_it_back(monkeypatch, blind, hop):
    monkeypatch.setattr(real, "empty", lambda script: Kept(script, blind))
    assert real.judge(real.look())[0] == hop


def test_the_stand_in_encoder_counts_words_and_finds_the_question_in_the_sentence():
    asked, told, other = real.Words().embed_batch(["What plan is David on?", "David is on the Pro plan", "Rain fell"])
    assert sum(asked) == 5
    assert sum(a * b for a, b in zip(asked, told, strict=True)) > sum(a * b for a, b in zip(asked, other, strict=True))


def test_the_memory_that_the_post_shows_prints_what_the_post_says_before_and_after_its_mend(capsys):
    source = Path(breaks.__file__).with_name("forget.py").read_text(encoding="utf-8")
    for code in (source, source.replace("None", "speaker")):
        exec(compile(code, "forget.py", "exec"), {})
    assert capsys.readouterr().out == "Pro Pro\nPro Enterprise\n"
