"""The lab hermes_md_bug: each claim that carries the post turns false when the thing it rests on is broken."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from labs import hermes_md_bug as lab
from labs import record
from labs.hermes_md_bug import evidence, experiment, hook, message, search, searching

NINE = [row for row in lab.rows("reports") if row["series"] == "hermes"]


def scan(folder, *options, capsys=None):
    status = lab.main(["trigger-scan", "--repo", str(folder), *options])
    return status, capsys.readouterr().out if capsys else ""


def made(function, *arguments):
    results = record.Results()
    function(results, *arguments)
    return {name: claim.holds[0] for name, claim in results.claims.items()}


def reports(*changes):
    """The reported rows with some of them changed: (message, column, value), or (message, None, None) to drop one."""
    rows = [dict(row) for row in lab.rows("reports")]
    for message_, column, value in changes:
        if column is None:
            rows = [row for row in rows if row["message"] != message_]
        for row in rows:
            if row["message"] == message_ and column:
                row[column] = value
    return rows


def test_claims_about_the_report_hold_and_fail_with_other_rows():
    standing = [row["text"] for row in lab.rows("standing")]
    assert all(made(evidence.which_rule, reports(), standing).values())
    short = reports(("AGENTS.md", None, None))
    assert not made(evidence.which_rule, short, standing)["pieces_share_a_core"]
    plain = ("THEMES.md", "HERMES.m", "HXRMES.md", "ERMES.md", "RELEASE_NOTES.md")
    told = [NINE[0] | {"message": text, "outcome": "plan"} for text in plain]
    assert not made(evidence.which_rule, reports() + told, standing)["report_names_no_rule"]
    assert not made(evidence.which_rule, reports(("AGENTS.md", None, None)), standing)["readme_removes_pairs_only"]
    extra = [NINE[0] | {"series": "pair", "message": "THEMES.md", "outcome": "plan"}]
    assert not made(evidence.which_rule, reports() + extra, standing)["pair_adds_nothing"]
    early = [
        NINE[0] | {"message": "HERMES.text", "outcome": "plan"}
    ]  # the .txt row is then not alone in what it removes
    assert not made(evidence.which_rule, reports() + early, standing)["two_controls_did_most"]
    second = [row for row in reports() if (row["series"], row["outcome"]) == ("openclaw", "metered")]
    both = [(row["message"], "message", f"{row['message']} HERMES.md") for row in second]
    later = reports(*both)
    assert not made(evidence.which_rule, later, standing)["none_fits_the_second"]


def test_claims_about_the_cases_fail_with_other_outcomes(tmp_path):
    strings = Path(lab.__file__).parent / "data" / "strings.csv"
    assert all(made(evidence.scan, reports(), strings).values())
    other = made(
        evidence.scan, reports(("add HERMES.md", "outcome", "plan"), ("AGENTS.md", "outcome", "metered")), strings
    )
    assert not other["case_alone_decides"] and not other["scan_agrees"]


def test_claims_about_reach_and_incidents_fail_with_other_lists():
    words = [{"repository": "r", "word": "HERMES.md"}]
    assert not made(evidence.reach, lab.rows("histories"), words)["readings_differ"]
    plain = [{"repository": "hermes", "word": "HERMES.md"}] + [{"repository": "r", "word": w} for w in ("HERMES.md",)]
    assert not made(evidence.reach, lab.rows("histories"), plain)["readings_differ"]
    elsewhere = [*lab.rows("words"), {"repository": "r", "word": "HERMES.md"}]
    assert not made(evidence.reach, lab.rows("histories"), elsewhere)["readings_differ"]
    assert made(evidence.reach, lab.rows("histories"), lab.rows("words"))["readings_differ"]
    listed = lab.rows("incidents")
    assert made(evidence.incidents, listed)["two_of_five_in_commits"]
    for client in ("Claude Code", "third party"):
        other = [row | ({"place": "commit message"} if row["client"] == client else {}) for row in listed]
        assert not made(evidence.incidents, other)["two_of_five_in_commits"]


def test_the_claim_about_two_names_in_a_line_fails_when_a_line_is_missing(monkeypatch):
    standing = [row["text"] for row in lab.rows("standing")]
    monkeypatch.setattr(evidence, "TWO_NAMES", evidence.TWO_NAMES[1:])
    assert not made(evidence.which_rule, reports(), standing)["two_names_need_fewer"]


def test_the_claim_about_the_hook_fails_with_the_old_rule(monkeypatch):
    assert made(hook.compare)["hook_reads_what_git_commits"]
    monkeypatch.setattr(message, "kept", lambda raw, how, folder: hook.old_rule(raw, folder))
    assert not made(hook.compare)["hook_reads_what_git_commits"]


@pytest.fixture(scope="module")
def cells():
    """The recorded table of all searches, as `searching.claims` takes it."""
    recorded = json.loads((record.LABS / "hermes_md_bug" / "results.json").read_text())["tables"]["by_method"]
    return {
        (kind, length, int(flips[:-1]) / 100, name): experiment.Cell(
            n, right, low, high, probes, 0.5, computed == "yes"
        )
        for kind, length, flips, name, n, right, low, high, probes, computed in recorded["rows"]
    }


BROKEN = [
    ("halves_lose_pairs", ("a pair", 64, 0.0, "both halves"), {"right": 0.2}),
    ("beginnings_find_pairs", ("a pair", 1024, 0.0, "beginnings"), {"right": 0.99}),
    ("beginnings_find_pairs", ("a pair", 64, 0.0, "ddmin"), {"probes": 20}),
    ("five_one_at_a_time", ("a pair", 5, 0.0, "beginnings"), {"probes": 4.5}),
    ("five_one_at_a_time", ("one message", 5, 0.0, "ddmin"), {"probes": 4.9}),
    ("five_one_at_a_time", ("one message", 5, 0.0, "beginnings"), {"probes": 3.5}),
    ("wrong_answers_ruin_plain", ("a pair", 64, 0.05, "ddmin"), {"right": 0.9}),
    ("belief_is_cheapest", ("a pair", 64, 0.05, "beginnings, until sure"), {"probes": 40}),
    ("belief_is_cheapest", ("a pair", 64, 0.05, "beginnings, by belief"), {"right": 0.9}),
    ("three_times_is_worse", ("a pair", 64, 0.05, "beginnings, best of three"), {"right": 1.0}),
    ("repeated_within_error", ("a pair", 64, 0.1, "ddmin, until sure"), {"right": 0.1}),
]


@pytest.mark.parametrize(("name", "where", "change"), BROKEN)
def test_a_claim_about_the_searches_fails_when_its_arm_does_otherwise(cells, name, where, change):
    assert made(searching.claims, cells)[name]
    assert not made(searching.claims, cells | {where: replace(cells[where], **change)})[name]


def test_the_claims_about_the_tool_fail_with_a_limit_too_small_and_with_a_dearer_search(monkeypatch):
    monkeypatch.setattr(searching, "LIMIT", 9)
    monkeypatch.setattr(search, "one_at_a_time", search.ddmin)
    broken = made(searching.tool, 0)
    assert not broken["tool_works_at_its_default"] and not broken["tool_five_probes_bounded"]
    assert not broken["tool_degrades"]


def test_repetition_that_never_doubts_breaks_the_claim_about_other_triggers(monkeypatch):
    monkeypatch.setattr(search, "by_belief", lambda items, ask, flips, error: search.by_prefix(items, ask))
    assert not made(searching.other_triggers, 0)["other_triggers_too"]
