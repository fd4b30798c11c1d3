"""Makes the tables of `agents` from a clone of github.com/cooperbench/cooperagents at 7bd09e7: numbers and names only.

    python -m labs.multi_vs_single_agent.agents_table CLONE

Writes data/lone.csv, data/teams.csv, data/agreed.csv, data/options.csv and, of the teams' logs that the clone holds,
data/logs.csv. No text of the logs is kept; a plan or a
message is named by the first twelve digits of its SHA-256. The repository names no licence.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
LOGS = "runs/hf_export/runs"
LONE = ("chroma-fins", "fx-fins", "shellharden-fins", "tuijournal-fins3")  # lone runs whose log keeps every step
TYPED = re.compile(
    r"\b(int|char|bool|float|double|void|struct|enum|pointer|string|array|list|dict|integer|boolean|bytes|seconds"
    r"|milliseconds|microseconds|ms|us|returns?)\b|\w\([^)\s][^)]*\)",  # a type, a unit, or a call with an argument
    re.I,
)
PLAN = re.compile(r'(?:^|"|\n)(#{1,2} [^\n]*Plan\b[^\n]*\n.*?)(?=\n?"\s*\n?}|\nEOF|\n```\n\n/workspace|\Z)', re.S)
SENT = re.compile(r"^\[Message from (agent\d)\]: (.*)", re.S)
FIELD = re.compile(r"^\s+(?:int|bool|char \*?)\s*\*?(\w+)(?:\[\d+\])?;", re.M)
Log = Mapping[str, Any]


def turns(agent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """An agent's messages with its model and its tools, those of earlier segments first."""
    for part in [*(agent.get("segments") or []), agent["messages"]]:
        messages = part.get("messages") if isinstance(part, dict) else part
        yield from (turn for turn in messages or [] if isinstance(turn, dict))


def calls(agent: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Tool calls in their order: id -> the tool's name and its arguments as JSON."""
    made = {}
    for turn in turns(agent):
        for call in turn.get("tool_calls") or []:
            made[call["id"]] = call["function"]["name"], call["function"]["arguments"]
    return made


def longest(commands: Sequence[str]) -> int:
    """The length of the longest stretch of one command repeated without a break."""
    return max((sum(1 for _ in stretch) for _, stretch in groupby(commands)), default=0)


def messages(log: Log) -> set[tuple[str, str]]:
    """What teammates sent to each other: sender and text, each once."""
    found = set()
    for name, agent in log["agents"].items():
        for turn in turns(agent):
            text = turn.get("content")
            got = SENT.match(text) if turn.get("role") == "user" and isinstance(text, str) else None
            if got:
                found.add((got[1], got[2].strip()))
        for tool, arguments in calls(agent).values():
            if tool == "send_message":
                try:
                    found.add((name, json.loads(arguments)["content"].strip()))
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue  # cut off in the log
    return found


def plan(log: Log) -> str:
    """The longest copy of the team's PLAN.md in the log, or nothing."""
    found = []
    for agent in log["agents"].values():
        for turn in agent["messages"]:
            text = turn.get("content") if isinstance(turn.get("content"), str) else ""
            for call in turn.get("tool_calls") or []:
                arguments = call["function"]["arguments"]
                if "PLAN.md" in arguments and "<<" in arguments:
                    text += "\n" + arguments
            text = text.replace("\\n", "\n").replace("\\u0027", "'")
            found += [p for p in PLAN.findall(text) if "FILE MAP" not in p and "CURRENT PLAN" not in p]
    return max((p for p in found if len(p) > 150), key=len, default="")


def agreed(log: Log) -> Iterator[dict[str, str | int]]:
    """A row for the plan and for each message of a team: whom the plan names, and if a type, unit or argument is in it.

    absent is how many agents beyond the team's size the text gives a number to.
    """
    run, task, team = log["meta"]["run"], log["meta"]["instance"].split("__")[-1].split(".")[0], len(log["agents"])
    texts = [("plan", plan(log))] + [("message", text) for _, text in sorted(messages(log))]
    for kind, text in texts:
        if text:
            named = {int(n) for n in re.findall(r"[Aa]gent ?(\d)", text)}
            yield {"run": run, "task": task, "arm": log["meta"]["arm"], "team": team, "kind": kind,
                   "text": hashlib.sha256(text.encode()).hexdigest()[:12], "absent": sum(n > team for n in named),
                   "typed": int(bool(TYPED.search(text)))}  # fmt: skip


def read_log(clone: Path, run: str) -> Log:
    """One exported log. Raises ValueError in a line if it is missing or no such log."""
    path = clone / LOGS / f"{run}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; it takes a clone of cooperbench/cooperagents") from None
    except ValueError as error:
        raise ValueError(f"{path}: not a log ({error})") from None


def lone(clone: Path) -> list[dict[str, str | int | float]]:
    """The lone agent's runs whose log is whole: steps, different commands, and the longest stretch of one command."""
    rows = []
    for run in LONE:
        log = read_log(clone, f"pb-solo-{run}")
        (agent,) = log["agents"].values()
        made = [arguments for _, arguments in calls(agent).values()]
        rows.append({"run": run, "steps": agent["steps"], "commands": len(made), "different": len(set(made)),
                     "longest": longest(made), "passed": log["meta"]["score"]})  # fmt: skip
    return rows


def teams(clone: Path) -> list[dict[str, str | float]]:
    """The makers' table of ten tasks: per cent of the hidden tests that the lone agent passed, and a team of three."""
    text = (clone / "docs/SEAM_BACKLOG.md").read_text(encoding="utf-8")
    table = text[text.index("DEFINITIVE TEAM-VS-SOLO TABLE") :][:1500]
    rows = re.findall(r"^\| (\w+) +\| +([\d.]+) \| +([\d.]+) \|", table, re.M)
    return [{"task": task, "lone": float(one), "team": float(three)} for task, one, three in rows]


def options(clone: Path) -> list[dict[str, str | int]]:
    """Fields of the two structs for the options in run pb-divide-r2: in agent 1's header, in agent 2's."""
    (patch,) = (clone / "runs/pb-divide-r2").glob("*/integrated.patch")
    text = patch.read_text(encoding="utf-8", errors="replace")
    header = text[text.index("diff --git a/options.h") : text.index("diff --git a/screen.c")]
    first = FIELD.findall("\n".join(line[1:] for line in header.split("\n") if line.startswith("+")))
    shared = read_log(clone, "pb-divide-r2")["agents"]["agent2"]["messages"][16]["content"]
    second = FIELD.findall(json.loads(shared)["output"])
    names = dict.fromkeys([*first, *second])
    return [{"field": name, "agent1": int(name in first), "agent2": int(name in second)} for name in names]


def write(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as one of the tables."""
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
        out = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def main(clone: Path) -> None:
    """Make the five tables."""
    made = {"lone": lone(clone), "teams": teams(clone), "options": options(clone), "agreed": [], "logs": []}
    for path in sorted((clone / LOGS).glob("*.json")):
        log = read_log(clone, path.stem)
        if len(log["agents"]) > 1:
            made["agreed"] += agreed(log)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            made["logs"].append({"log": path.stem, "team": len(log["agents"]), "sha256": digest})
    for name, rows in made.items():
        write(name, rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("one clone is needed: of github.com/cooperbench/cooperagents at 7bd09e7")
    try:
        main(Path(sys.argv[1]))
    except (ValueError, OSError) as error:
        sys.exit(f"{error}")
