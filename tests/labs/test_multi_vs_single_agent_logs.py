"""The lab multi_vs_single_agent: logs of real agents, counted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from labs.multi_vs_single_agent import agents, agents_table
from labs.record import Results


def call(number, tool="bash", **arguments):
    """One tool call of a log."""
    return {"id": str(number), "function": {"name": tool, "arguments": json.dumps(arguments)}}


def log(*said, second=()):
    """A log of two agents: what the first one's model called, in an earlier segment and now."""
    first = {"segments": [{"messages": [{"role": "assistant", "tool_calls": list(said)}]}], "messages": []}
    return {
        "meta": {"run": "x", "arm": "divide", "instance": "someone__x.5c08"},
        "agents": {"agent1": first, "agent2": {"messages": list(second)}},
    }


def test_the_longest_stretch_is_of_one_command_without_a_break():
    assert agents_table.longest([]) == 0
    assert agents_table.longest(["ls", "ls", "cat", "ls", "ls", "ls"]) == 3


def test_calls_of_earlier_segments_count_and_a_call_shown_again_counts_once():
    shown = log(call(1, command="ls"), call(2, command="ls"), call(1, command="ls"))
    assert [arguments for _, arguments in agents_table.calls(shown["agents"]["agent1"]).values()] == [
        '{"command": "ls"}'
    ] * 2


def test_a_message_counts_once_for_its_sender_whether_seen_sent_or_received():
    got = {"role": "user", "content": "[Message from agent1]: I take main.c"}
    shown = log(call(1, "send_message", content="I take main.c"), second=[got, got])
    assert agents_table.messages(shown) == {("agent1", "I take main.c")}
    assert [(row["kind"], row["typed"], row["absent"]) for row in agents_table.agreed(shown)] == [("message", 0, 0)]


@pytest.mark.parametrize(
    "text", ["set_color(int n)", "delay in milliseconds", "it returns the total", "total is a string", "run(4000)"]
)
def test_a_type_a_unit_or_an_argument_is_seen(text):
    assert agents_table.TYPED.search(text)


@pytest.mark.parametrize("text", ["main() and render.c", "help output (--help)", "print_help, print_version", "timing"])
def test_files_functions_and_features_are_no_type(text):
    assert not agents_table.TYPED.search(text)


def test_a_plan_that_names_a_third_agent_in_a_team_of_two_is_counted():
    plan = "# Plan for all\n\n- Agent 1: main.c\n- Agent 3: special modes\n" + "- more work\n" * 12
    shown = log(call(1, command="ls"), second=[{"role": "tool", "content": plan}])
    assert [(row["kind"], row["absent"]) for row in agents_table.agreed(shown)] == [("plan", 1)]


def test_a_folder_that_is_no_clone_is_refused_in_a_line(tmp_path):
    command = [sys.executable, "-m", "labs.multi_vs_single_agent.agents_table"]
    docs = agents.DATA.parents[2]
    for more, said in (([], "one clone is needed"), ([str(tmp_path)], "it takes a clone of cooperbench/cooperagents")):
        done = subprocess.run([*command, *more], cwd=docs, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_each_claim_fails_when_the_logs_say_otherwise(monkeypatch):
    whole = {path.stem: agents.read(path.stem) for path in agents.DATA.glob("*.csv")}

    def holds(name="", **changed):
        rows = whole | ({name: [{**row, **changed} for row in whole[name]]} if name else {})
        monkeypatch.setattr(agents, "read", rows.get)
        r = Results()
        agents.add_agents(r)
        return {claim: found.holds[0] for claim, found in r.claims.items()}

    assert all(holds().values())
    assert not holds("lone", longest="700")["lone_was_stuck"]
    assert not holds("lone", passed="5.0")["lone_was_stuck"]
    assert not holds("teams", lone="90.0")["team_wins_the_table"]
    assert not holds("agreed", typed="1")["agreed_on_files"]
    assert not holds("agreed", task="walk")["agreed_on_files"]
    assert not holds("agreed", absent="0")["absent_agents"]
    assert not holds("options", agent2="1")["headers_differ"]
