"""Every lab, run again, finds what is committed."""

from __future__ import annotations

import json

import pytest
from labs import record
from labs.__main__ import check, names


def recorded(name: str) -> dict:
    return json.loads((record.LABS / name / "results.json").read_text(encoding="utf-8"))


def again(name: str) -> str:
    return f"if it is right as it is: make lab NAME={name.replace('_', '-')} RECORD=1"


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_a_rerun_finds_what_is_recorded(name):
    found = check(name)
    assert not found, "\n".join([f"lab {name}:", *found, again(name)])


@pytest.mark.parametrize("name", names())
def test_the_results_were_recorded_with_the_code_that_is_committed(name):
    assert recorded(name)["source"] == record.source_hash(record.LABS / name), again(name)


@pytest.mark.parametrize("name", names())
def test_every_result_says_in_one_line_what_it_is(name):
    content = recorded(name)
    says = {key: entry["says"] for kind in ("values", "tables") for key, entry in content[kind].items()}
    assert says
    assert {key: line for key, line in says.items() if not line.strip() or "\n" in line} == {}
    assert all(key == key.lower() and key.replace("_", "").isalnum() for key in says), "names are snake_case"
    assert content["lab"] == name


@pytest.mark.parametrize("name", names())
def test_results_are_written_in_the_one_form(name, tmp_path):
    """So that a diff shows what changed and nothing else."""
    record.write(tmp_path / "results.json", recorded(name))
    assert (tmp_path / "results.json").read_bytes() == (record.LABS / name / "results.json").read_bytes()
