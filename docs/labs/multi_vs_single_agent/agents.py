"""What logs of real agents hold: a lone agent that was stuck, and what teams agreed on before they wrote.

Counted from the tables in data/, which `agents_table` made.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from labs.record import Results

DATA = Path(__file__).parent / "data"
Row = dict[str, str]
Task = tuple[str, float, float, int]  # a task, what one agent and three passed in per cent, the longest repeat or 0


def read(name: str) -> list[Row]:
    """The rows of one of the tables."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def tasks(teams: Sequence[Row], lone: Sequence[Row]) -> list[Task]:
    """The ten tasks, those where the team was furthest ahead first."""
    stuck = {row["run"].partition("-")[0]: int(row["longest"]) for row in lone}
    rows = [(row["task"], float(row["lone"]), float(row["team"]), stuck.get(row["task"], 0)) for row in teams]
    return sorted(rows, key=lambda row: row[1] - row[2])


def add_agents(r: Results) -> list[Task]:
    """Count the logs; returns the tasks, which are drawn."""
    lone, teams, texts, fields = (read(name) for name in ("lone", "teams", "agreed", "options"))
    rows = tasks(teams, lone)
    r.table("by_task", "hidden tests passed, and one command repeated without a break", ["Task", "one agent, %",
            "three agents, %", "one agent: same command"], [[*row[:3], row[3] or "-"] for row in rows])  # fmt: skip
    r.add("tasks", len(rows), "tasks of ProgramBench in the makers' table")
    r.add("lone_mean", mean(row[1] for row in rows) / 100, "hidden tests passed by one agent, mean of tasks", "share")
    r.add(
        "team_mean", mean(row[2] for row in rows) / 100, "hidden tests passed by three agents, mean of tasks", "share"
    )
    r.add("lone_logs", len(lone), "runs of the lone agent whose log holds every step")
    r.add("lone_steps", int(lone[0]["steps"]), "steps in each of these")
    repeats = sorted(int(row["longest"]) for row in lone)
    r.add("repeats_least", repeats[0], "fewest times that one command was repeated without a break, in these logs")
    r.add("repeats_most", repeats[-1], "most times that one command was repeated without a break, in these logs")
    stuck = [int(row["longest"]) > 0.75 * int(row["steps"]) and float(row["passed"]) == 0 for row in lone]
    r.claim("lone_was_stuck", all(stuck) and len({row["steps"] for row in lone}) == 1, (
        "In each of the four whole logs of the lone agent one command fills more than three quarters of its 1,000 "
        "steps without a break, and it passed no hidden test."
    ))  # fmt: skip
    ahead = [row[2] > row[1] for row in rows]
    r.claim("team_wins_the_table", mean(row[2] for row in rows) > 2 * mean(row[1] for row in rows) and sum(ahead) > 5, (
        "In the makers' table of ten tasks three agents passed more than twice the share of hidden tests, on average, "
        "and more than one agent in over half of the tasks."
    ))  # fmt: skip
    plans = [row for row in texts if row["kind"] == "plan"]
    led = [row for row in plans if row["arm"] == "teamfull"]
    others = [row for row in plans if row not in led]
    r.add("team_logs", len(read("logs")), "logs of teams that were in my copy")
    r.add("plans", len(plans), "plans left in these logs")
    r.add("messages", len(texts) - len(plans), "messages between teammates left in these logs")
    r.add("plans_led", len(led), "plans by the lead of a team of two")
    r.add("plans_absent", sum(int(row["absent"]) > 0 for row in led), "of these, with work for a third agent")
    r.claim("agreed_on_files", not any(int(row["typed"]) for row in texts) and len(plans) > 9
            and {row["task"] for row in texts} == {"cmatrix"}, (
        "None of the plans and messages left whole in the logs holds a word for a type or a unit, or an argument; all "
        "are of one program, cmatrix."
    ))  # fmt: skip
    r.claim("absent_agents", all(int(row["absent"]) for row in led) and not any(int(row["absent"]) for row in others), (
        "Each plan that the lead of a team of two wrote gives work to an agent that is not there, and no other does."
    ))  # fmt: skip
    sides = [{row["field"] for row in fields if row[side] == "1"} for side in ("agent1", "agent2")]
    both = len(sides[0] & sides[1])
    for number, side in enumerate(sides, 1):
        r.add(f"fields_{number}", len(side), f"fields in the header that agent {number} wrote")
    r.add("fields_both", both, "fields of the same name in both headers")
    r.claim("headers_differ", all(both < 0.65 * len(side) for side in sides) and "shadow_mode" in sides[0] - sides[1]
            and "only_shadows" in sides[1] - sides[0], (
        "The two headers for one program's options share fewer than two thirds of the fields of either; shadow_mode "
        "is in the first only, only_shadows in the second only."
    ))  # fmt: skip
    return rows
