"""The survey of agents: the shape of its data, each claim broken once, and the table that the post shows."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from labs.agent_design_space import counts, main
from labs.agent_design_space import statistics as st
from labs.agent_design_space.blind import blind, by_field, cells, substituted
from labs.agent_design_space.bundle import bundle, every_reading
from labs.agent_design_space.survey import (
    BUNDLE,
    CODED,
    DRIVERS,
    FIELDS,
    Agent,
    agents,
    as_it_was,
    disputed,
    matrix,
    read,
    table,
)
from labs.record import Results
from support import DOCS

work_module = import_module("labs.agent_design_space.work")  # its name in the package is a function
YES_NO = {"yes", "no"}
LEVELS = {"default", "opt-in", "none"}
ALLOWED = {
    "driver": set(DRIVERS), "work": {"session", "job"}, "memory": {"model", "human", "session", "none"},
    "gate": LEVELS, "isolation": LEVELS,
    **dict.fromkeys(("compaction", "mcp", "subagent_tool", "instruction_file", "todo_tool", "fixed_roles"), YES_NO),
}  # fmt: skip


def other(rows: list[Agent], change: Callable[[Agent], dict[str, str]]) -> list[Agent]:
    """The rows with some fields of some of them changed."""
    return [Agent(a.row | change(a)) for a in rows]


def test_every_cell_has_a_value_of_the_codebook() -> None:
    assert {row["field"] for row in read("codebook.csv")} == {*FIELDS, "planning"} and len(agents()) == 36
    for agent in agents():
        for field, allowed in ALLOWED.items():
            assert agent[field] in allowed, (agent.name, field)
        assert agent["cap"] == "none" or int(agent["cap"]) > 0


def test_every_value_but_no_and_none_links_to_a_line_at_the_row_s_commit() -> None:
    for agent in agents():
        start = re.escape(f"https://github.com/{agent['repository']}/blob/{agent['commit']}/")
        for field in FIELDS:
            url = agent[field + "_evidence"]
            assert re.fullmatch(start + r"\S+#L\d+", url) or (not url and agent[field] in ("no", "none")), url


def test_the_final_coding_is_the_survey_but_for_what_was_corrected_later() -> None:
    rows = {agent["repository"]: agent for agent in as_it_was(agents())}
    fixed = {(c["repository"], c["field"]) for c in cells() if c["survey"] != rows[c["repository"]][c["field"]]}
    for cell in read("second-coding.csv"):
        if (cell["repository"], cell["field"]) in fixed:
            continue
        if cell["field"] in (*BUNDLE, "fixed_roles"):
            assert (cell["final"] == "yes") == rows[cell["repository"]].has(cell["field"]), cell
        if cell["field"] == "driver":
            assert cell["final"] == rows[cell["repository"]]["driver"]


def test_fixed_roles_are_yes_where_the_program_starts_the_second_role_and_only_there() -> None:
    rows = {agent["repository"]: agent for agent in agents()}
    for cell in read("roles-coding.csv"):
        row = rows.pop(cell["repository"])
        assert cell["value"] == ("yes" if cell["starts"] == "program" else "no") == row["fixed_roles"]
        assert cell["evidence"] == row["fixed_roles_evidence"] and cell["note"] == row["fixed_roles_note"]
    assert not rows


def test_the_lines_that_a_program_found_are_those_of_the_links() -> None:
    linked = [(a["repository"], field) for a in agents() for field in FIELDS if a[field + "_evidence"]]
    assert [(line["repository"], line["field"]) for line in read("lines.csv")] == linked


def test_the_blind_rows_are_the_draw_and_every_other_row_has_three_fields() -> None:
    names = [agent["repository"] for agent in agents()]
    drawn = set(random.Random(20261122).sample(names, 12))
    coded: dict[str, set[str]] = {name: set() for name in names}
    for cell in cells():
        coded[cell["repository"]].add(cell["field"])
        assert (cell["drawn"] == "yes") == (cell["repository"] in drawn)
    for name, fields in coded.items():
        assert fields == (set(CODED) if name in drawn else {"gate", "isolation", "memory"})


def test_kappa_of_the_blind_gates_by_hand() -> None:
    pairs = list(by_field(cells()))[len(CODED)][1]
    gates = {pair: pairs.count(pair) for pair in set(pairs)}
    assert gates == {
        ("default", "default"): 13, ("opt-in", "opt-in"): 8, ("none", "none"): 9,
        ("default", "none"): 2, ("opt-in", "default"): 2, ("none", "opt-in"): 2,
    }  # fmt: skip
    chance = (15 * 15 + 10 * 10 + 11 * 11) / 36**2
    assert st.kappa(*zip(*pairs, strict=True)) == pytest.approx((30 / 36, (30 / 36 - chance) / (1 - chance)))


def test_a_blind_value_takes_the_place_of_the_survey_s_and_of_no_other() -> None:
    rows = [Agent({"repository": name, **dict.fromkeys(FIELDS, "no")}) for name in ("a/a", "b/b")]
    changed = substituted(rows, [{"repository": "b/b", "field": "mcp", "value": "yes"}])
    assert [(agent["mcp"], agent["gate"]) for agent in changed] == [("no", "no"), ("yes", "no")]
    assert rows[1]["mcp"] == "no"


def test_readings_turn_every_disputed_cell_both_ways() -> None:
    model = [agent for agent in agents() if agent["driver"] == "model"]
    cells = [(agent, field) for agent, field in disputed(model) if field in BUNDLE]
    readings = np.stack(every_reading(model))
    assert len(readings) == 2 ** len(cells)
    assert int((readings.min(axis=0) != readings.max(axis=0)).sum()) == len(cells)
    assert (readings[0] == matrix(model, BUNDLE)).all()


def test_the_table_in_the_post_is_the_survey(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table"]) == 0
    assert capsys.readouterr().out == table(agents()) + "\n"
    post = (DOCS / "posts" / "agent-design-space.md").read_text(encoding="utf-8")
    assert table(agents()) in post, "paste the output of `lab agent-design-space table` into the post"


def claims(part: Callable[..., None], rows: list[Agent], *more: int) -> dict[str, bool]:
    """What a part of the lab claims of these rows."""
    results = Results()
    part(results, rows, *more)
    return {name: claim.holds[0] for name, claim in results.claims.items()}


def bundle_claims(rows: list[Agent]) -> dict[str, bool]:
    return claims(bundle, rows, 0)


def work_claims(rows: list[Agent]) -> dict[str, bool]:
    return claims(work_module.work, rows)


def test_the_claims_of_the_survey_hold() -> None:
    assert all(bundle_claims(agents()).values()) and all(work_claims(agents()).values())


BROKEN = [
    ("bundle", bundle_claims, lambda a: {"mcp": "no"} if a["domain"] == "coding" and a.name < "d" else {}),
    (
        "coding_at_ends",
        bundle_claims,
        lambda a: {"todo_tool": "no", "subagent_tool": "no", "mcp": "no"} if a.score > 4 else {},
    ),
    ("bundle_is_coding", bundle_claims, lambda a: {"domain": "research"} if a.name == "crush" else {}),
    ("not_all_or_nothing", bundle_claims, lambda a: {"mcp": "no", "gate": "none"} if a.score == 4 else {}),
    ("file_means_compaction", bundle_claims, lambda a: {"compaction": "no"} if a.name == "pi-mono" else {}),
    ("bundle_survives_readings", bundle_claims, lambda a: {"todo_tool": "no"} if a.score == 6 else {}),
    ("rich_are_sessions", work_claims, lambda a: {"work": "job"} if a.name == "crush" else {}),
    ("rich_jobs_are_libraries", work_claims, lambda a: {"work": "job"} if a.name == "crush" else {}),
    ("sessions_are_split", work_claims, lambda a: {"work": "job"} if a.name in ("pi-mono", "aider") else {}),
    ("coding_sessions_lean_rich", work_claims, lambda a: {"work": "job"} if a.name in ("pi-mono", "aider") else {}),
    ("in_coding_and_outside", work_claims, lambda a: {"work": "session" if a["work"] == "job" else "job"}),
    ("same_work_other_harness", work_claims, lambda a: {"gate": "default"} if a.name == "pi-mono" else {}),
    ("model_driven_delegates", work_claims, lambda a: {"fixed_roles": "yes"} if a.name == "MetaGPT" else {}),
    ("code_stays_short", work_claims, lambda a: {"compaction": "yes"} if a.name == "storm" else {}),
    ("few_isolate", work_claims, lambda a: {"isolation": "default"} if a.name == "crush" else {}),
    ("few_isolate", work_claims, lambda a: {"driver": "user"} if a.name == "gemini-cli" else {}),
    (
        "no_tie_shows",
        work_claims,
        lambda a: {"isolation": "none"} if not a.has("gate") and a.name != "SWE-agent" else {},
    ),
    ("caps_disagree", work_claims, lambda a: {"cap": "100"} if a.cap else {}),
]


@pytest.mark.parametrize(("claim", "claimed", "change"), BROKEN, ids=[claim for claim, *_ in BROKEN])
def test_a_claim_fails_where_the_survey_says_otherwise(claim: str, claimed: Callable, change: Callable) -> None:
    assert not claimed(other(agents(), change))[claim]


def test_the_claims_about_roles_fail_with_the_first_coding(monkeypatch: pytest.MonkeyPatch) -> None:
    old = [row | {"value": row["survey"], "starts": "program"} for row in read("roles-coding.csv")]
    monkeypatch.setattr(work_module, "read", lambda name: old)
    found = work_claims(agents())
    assert not found["roles_read_again"] and not found["metagpt_is_led_by_a_model"]


def test_a_link_that_no_program_found_is_no_line() -> None:
    more = other(agents(), lambda a: {"mcp_evidence": "https://github.com/a/a/blob/a/a#L1"})
    assert not claims(counts, more)["every_link_is_a_line"]


def test_the_blind_values_would_not_save_another_finding() -> None:
    turned = other(agents(), lambda a: {"work": "session" if a["work"] == "job" else "job"})
    found = claims(blind, turned, 0)
    assert not found["findings_survive_blind_values"] and not found["findings_survive_other_unit"]


def test_the_other_unit_names_cells_of_the_survey_as_they_stand() -> None:
    rows = {agent["repository"]: agent for agent in agents()}
    for cell in read("other-unit.csv"):
        row = rows[cell["repository"]]
        assert row[cell["field"]] == cell["survey"] != cell["value"]
        assert cell["evidence"].startswith(f"https://github.com/{cell['repository']}/blob/{row['commit']}/")


def test_corrected_cells_stand_corrected() -> None:
    rows = {agent["repository"]: agent for agent in agents()}
    for cell in read("corrections.csv"):
        assert rows[cell["repository"]][cell["field"]] == cell["after"] != cell["before"]


def test_sessions_of_one_kind_are_more_than_luck_if_every_bare_one_were_a_job() -> None:
    rows = other(agents(), lambda a: {"work": "job"} if a["work"] == "session" and a.score < 4 else {})
    assert not work_claims(rows)["in_coding_and_outside"]


def test_the_lab_refuses_an_unknown_command() -> None:
    with pytest.raises(ValueError, match="table, and links FOLDER"):
        main(["picture"])


LOOK = DOCS / "labs" / "agent_design_space" / "look.sh"


def test_the_script_of_the_post_names_the_code_that_mentions_a_feature_and_no_documents_tests_or_locks(
    tmp_path: Path,
) -> None:
    assert "labs/agent_design_space/look.sh" in (DOCS / "posts" / "agent-design-space.md").read_text(encoding="utf-8")
    code = {"loop.py": 1, "lists.py": 3, "block.py": 2, "few.py": 1}
    other = ("README.md", "test_lists.py", "uv.lock", "package-lock.json", "app.min.js")
    for name, lines in (code | dict.fromkeys(other, 9)).items():
        (tmp_path / name).write_text("items = read_TODO()\n" * lines, encoding="utf-8")
    for command in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(command, cwd=tmp_path, check=True)
    said = subprocess.run(["sh", LOOK], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert said.count("== ") == 7
    assert "== todo\nlists.py:3\nblock.py:2\nloop.py:1\n== sandbox\nnothing found\n" in said


def test_the_script_of_the_post_asks_for_a_clone_where_there_is_none(tmp_path: Path) -> None:
    done = subprocess.run(["sh", LOOK], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "look.sh: cd into a clone first\n"


def test_links_can_be_checked_for_one_row(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"acme/agent: no row of survey\.csv; write OWNER/NAME"):
        main(["links", str(tmp_path), "acme/agent"])
    with pytest.raises(ValueError, match="charmbracelet/crush: no such folder"):
        main(["links", str(tmp_path), "charmbracelet/crush"])
