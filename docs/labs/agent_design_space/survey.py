"""The survey as data: 36 code bases, what each ships, and what two coders read."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
DRIVERS = ("model", "hybrid", "code", "user")
BUNDLE = ("compaction", "mcp", "gate", "subagent_tool", "instruction_file", "todo_tool")
FEATURES = (*BUNDLE, "isolation", "memory", "fixed_roles")
CODED = ("driver", *FEATURES, "cap")  # the fields that the first codings had
FIELDS = ("driver", "work", *FEATURES, "cap")
HEADS = ("Compaction", "MCP", "Gate", "Sub-agents", "Instructions", "Todo", "Isolation", "Memory", "Roles", "Cap")
WORDS = {
    "compaction": "compaction", "mcp": "MCP", "gate": "human gate", "subagent_tool": "sub-agent tool",
    "instruction_file": "instruction file", "todo_tool": "todo tool", "isolation": "isolation",
    "memory": "model-written memory", "fixed_roles": "fixed roles", "driver": "driver", "work": "run",
    "cap": "step cap",
    "memory_any": "any memory", "memory_model": "model-written memory", "planning": "any plan",
}  # fmt: skip
SHORT = {
    "software-agent-sdk": "OpenHands", "mini-swe-agent": "mini-swe", "open-interpreter": "interpreter",
    "auto-code-rover": "AutoCodeRover", "gpt-researcher": "gpt-research", "pi-mono": "pi", "Roo-Code": "Roo Code",
    "open_deep_research": "deep research", "magentic-ui": "magentic",
}  # fmt: skip


@dataclass(frozen=True)
class Agent:
    """One row of survey.csv: a repository at a commit, with a value, a link and a note for each field."""

    row: dict[str, str]

    def __getitem__(self, field: str) -> str:
        return self.row[field]

    @property
    def name(self) -> str:
        """The repository without its owner."""
        return self.row["repository"].split("/")[1]

    @property
    def short(self) -> str:
        """A name of at most 13 letters for the map."""
        return SHORT.get(self.name, self.name)

    def has(self, feature: str) -> bool:
        """Whether it ships the feature at all, be it only as an option."""
        return self.row[feature] not in (("none", "human", "session") if feature == "memory" else ("no", "none"))

    @property
    def score(self) -> int:
        """How many of the six harness features it ships."""
        return sum(map(self.has, BUNDLE))

    @property
    def cap(self) -> int | None:
        """The default cap on model turns, or None."""
        return None if self.row["cap"] == "none" else int(self.row["cap"])


def read(name: str) -> list[dict[str, str]]:
    """The rows of a CSV in the lab's data folder."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def agents() -> list[Agent]:
    """The 36 surveyed agents, in the order of the file."""
    return [Agent(row) for row in read("survey.csv")]


def matrix(rows: list[Agent], features: tuple[str, ...] = FEATURES) -> NDArray[np.bool_]:
    """Which agent ships which feature: shape (agents, features)."""
    return np.array([[agent.has(feature) for feature in features] for agent in rows])


def drivers(rows: list[Agent]) -> NDArray[np.bool_]:
    """Who drives, one column a driver: shape (agents, 4)."""
    return np.array([[agent["driver"] == driver for driver in DRIVERS] for agent in rows])


def first_coding() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The first coder's eleven features, (36, 11), and drivers, (36, 4), as the prototype used them."""
    rows = read("second-coding.csv")
    fields = [f for f in dict.fromkeys(row["field"] for row in rows) if f != "driver"]
    names = list(dict.fromkeys(row["repository"] for row in rows))
    value = {(row["repository"], row["field"]): row["first"] for row in rows}
    features = np.array([[value[name, field] == "yes" for field in fields] for name in names])
    return features, np.array([[value[name, "driver"] == driver for driver in DRIVERS] for name in names])


def as_it_was(rows: list[Agent]) -> list[Agent]:
    """The survey before fixed roles were read again, and before the cells of corrections.csv were corrected."""
    old = {(row["repository"], row["field"]): row["before"] for row in read("corrections.csv")}
    old |= {(row["repository"], "fixed_roles"): row["survey"] for row in read("roles-coding.csv")}
    return [Agent(a.row | {f: old.get((a["repository"], f), a[f]) for f in FIELDS}) for a in rows]


def disputed(rows: list[Agent]) -> list[tuple[Agent, str]]:
    """The cells whose note begins with `disputed`."""
    return [(a, f) for a in rows for f in FIELDS if a[f + "_note"].startswith("disputed")]


def linked(text: str, url: str) -> str:
    """A Markdown link, or the text alone where there is no link."""
    return f"[{text}]({url})" if url else text


def notes(agent: Agent) -> str:
    """The notes of a row's cells, folded: HTML that works without a script; empty where there are none."""
    words = [f"{WORDS[field]}: {agent[field + '_note']}" for field in FIELDS if agent[field + "_note"]]
    text = "<br>".join(word.replace("disputed: ", "disputed, ").replace("|", "/").replace("_", r"\_") for word in words)
    return f"<details><summary>{len(words)}</summary>{text}</details>" if words else ""


def table(rows: list[Agent]) -> str:
    """The survey as a Markdown table, each cell that has evidence linked to its line of code, the notes folded."""
    head = ["Agent", "Domain", "Driver", "Run", *HEADS, "Of six", "Commit", "Notes"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for agent in sorted(rows, key=lambda a: (-a.score, a.name.lower())):
        home = f"https://github.com/{agent['repository']}/tree/{agent['commit']}"
        known = f" ({agent.short})" if agent.short != agent.name else ""
        cells = [linked(agent.name, home) + known, agent["domain"]]
        cells += [linked(agent[field], agent[field + "_evidence"]) for field in FIELDS]
        cells += [str(agent.score), agent["commit_date"][:7].replace("-", "\u2011"), notes(agent)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
