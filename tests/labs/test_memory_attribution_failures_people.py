"""The lab memory_attribution_failures: questions asked of the owner of a fact and of the other speaker."""

from __future__ import annotations

import subprocess
import sys

import pytest
from labs.memory_attribution_failures import people, people_table
from labs.memory_attribution_failures.survey import DATA
from labs.record import Results

ANN, BOB = "Which song does Ann like?", "Which song does Bob like?"


def dialogue():
    """A dialogue of Ann and Bob with one pair, a trick question without twin, and one about both."""
    asked = [(ANN, 4), ("Which song does Bob's aunt like?", 5), (BOB, 5), ("When did Ann meet Bob?", 2)]
    questions = [{"question": text, "category": category} for text, category in asked]
    return {"conversation": {"speaker_a": "Ann", "speaker_b": "Bob"}, "qa": questions}


def answers(*given):
    """A run's answers to the questions of `dialogue`, with the labels of its judge."""
    asked = [(q["question"], q["category"]) for q in dialogue()["qa"]]
    rows = [
        {"question": question, "category": category, "response": response, "label": label}
        for (question, category), (response, label) in zip(asked, given, strict=True)
    ]
    return [{"qa_results": rows}]


def run(first, second):
    """What is counted of the pair whose two answers and labels these are."""
    given = answers(first, ("Unknown", "CORRECT"), second, ("May", "CORRECT"))
    rows = people_table.table([dialogue()], {"one": given})
    assert [(row["owner"], row["other"]) for row in rows] == [(0, 2)]
    return people.counted([{column: str(value) for column, value in row.items()} for row in rows], "one")


def test_a_pair_is_a_trick_question_and_the_one_that_differs_in_the_speakers_names_only():
    assert list(people_table.twins(dialogue())) == [(2, 0)]
    assert people_table.renamed("Does Ann like Bob's Annie?", "Ann", "Bob") == "Does Bob like Ann's Annie?"


def test_both_are_right_only_if_the_owners_answer_says_something_and_both_are_passed():
    right, none = ("Yesterday", "CORRECT"), ("Not mentioned", "CORRECT")
    assert (run(right, none)["first"], run(right, none)["both"]) == (1, 1)
    assert (run(none, none)["first"], run(none, none)["both"], run(none, none)["same"]) == (0, 0, 0)
    mixed = run(right, ("yesterday.", "WRONG"))
    assert (mixed["first"], mixed["both"], mixed["same"], mixed["denied"]) == (1, 0, 1, 0)


def test_a_second_answer_that_names_the_owner_or_denies_is_counted_apart():
    for said in ("It is Ann who likes it.", "He doesn't say."):
        assert run(("Yesterday", "CORRECT"), (said, "WRONG"))["denied"] == 1


def test_answers_to_other_questions_are_refused():
    given = answers(*[("x", "WRONG")] * 4)
    given[0]["qa_results"].reverse()
    with pytest.raises(ValueError, match="one: the questions of dialogue 1 are not LoCoMo's"):
        people_table.table([dialogue()], {"one": given})


def test_another_file_is_refused_in_a_line_and_writes_nothing(tmp_path):
    (tmp_path / "other.json").write_text("{}")
    before = (DATA / "people.csv").read_bytes()
    for name, said in (("other.json", "SHA-256"), ("none.json", "No such file")):
        command = [sys.executable, "-m", "labs.memory_attribution_failures.people_table", *[str(tmp_path / name)] * 4]
        done = subprocess.run(command, cwd=DATA.parents[2], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    command = [sys.executable, "-m", "labs.memory_attribution_failures.people_table"]
    done = subprocess.run(command, cwd=DATA.parents[2], capture_output=True, text=True, check=False)
    assert done.stderr.startswith("4 files are needed: locomo haiku gpt withdrawn")
    assert (DATA / "people.csv").read_bytes() == before


def test_the_claims_fail_if_the_second_answers_stand_or_the_withdrawn_run_knew_something(monkeypatch):
    whole = {name: people.read(name) for name in ("people", "answers", "facts", "extracted")}

    def holds(**changed):
        rows = [{**row, **{c: v for c, v in changed.items() if c in row}} for row in whole["people"]]
        coded = [{**row, **{c: v for c, v in changed.items() if c in row}} for row in whole["extracted"]]
        monkeypatch.setattr(people, "read", {**whole, "people": rows, "extracted": coded}.get)
        r = Results()
        people.measure(r)
        return {name: claim.holds[0] for name, claim in r.claims.items()}

    assert all(holds().values())
    assert not holds(haiku_other_passed="1")["half_the_question"]
    assert not holds(gpt_same="0")["same_words"]
    assert not holds(withdrawn_unknown="0")["knows_nothing"]
    assert not holds(theirs="0")["extraction_swaps_few"]
    assert not holds(theirs="1")["extraction_swaps_few"]


def test_a_fact_that_cites_the_other_only_is_listed_and_keeps_its_code():
    talk = {"speaker_a": "Ann", "speaker_b": "Bob", "session_1": [
        {"dia_id": "D1:1", "speaker": "Ann"}, {"dia_id": "D1:2", "speaker": "Bob"}]}  # fmt: skip
    noted = {"Ann": [["Ann sings.", "D1:1"], ["Ann dances.", ["D1:2"]]], "Bob": [["Both hum.", "D1:1, D1:2"]]}
    dialogues = [{"conversation": talk, "observation": {"session_1_observation": noted}}]
    place = {"dialogue": "1", "session": "1", "person": "0", "place": "1"}
    counts, rows = people_table.extracted(dialogues, [{**place, "theirs": "1"}])
    assert counts == [{"dialogue": 1, "facts": 3, "cites_other": 1}]
    assert rows == [{"dialogue": 1, "session": 1, "person": 0, "place": 1, "theirs": "1"}]
    assert people_table.extracted(dialogues, [])[1][0]["theirs"] == ""
