"""What LamBench's own repository says of its scores: every published run, from its git history.

LamBench (github.com/VictorTaelin/lambench) asks models to write 120 programs in a pure lambda calculus. Its site keeps
one run a model; the git history keeps the earlier ones, task by task.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
REPOSITORY = "https://github.com/VictorTaelin/lambench"
RUN_COLUMNS = [
    "model",
    "right",
    "tasks_recorded",
    "average_s",
    "run_started",
    "first_commit",
    "committed",
    "on_head",
    "url",
]
PAIR_COLUMNS = ["kind", "model_a", "run_a", "model_b", "run_b", "tasks", "only_a", "only_b", "url_a", "url_b", "date"]
README_COLUMNS = ["name", "right", "site_model", "url", "date"]
LIMIT_COLUMNS = ["seconds", "commit", "committed", "url"]
LIMIT = re.compile(r"TASK_TIMEOUT_MS = (\d+) \* 1000")
GENERATIONS = [
    ("openai/gpt-5", "openai/gpt-5.1"), ("openai/gpt-5.1", "openai/gpt-5.2"), ("openai/gpt-5.2", "openai/gpt-5.4"),
    ("openai/gpt-5.4", "openai/gpt-5.5"), ("anthropic/opus-4.6", "anthropic/opus-4.7"),
    ("kimi/kimi-k2-thinking", "{kimi}"),
]  # fmt: skip
ROUTES = ("kimi/kimi-k2.6", "openrouter/moonshotai/kimi-k2.6")  # two routes to one model, its maker's first


def collect(clone: Path, folder: Path = DATA) -> None:
    """Read a clone of LamBench, by git, and write the tables in data/. Raises ValueError for what is no clone."""
    from .borrowed import collect as collect_terms

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(clone), *arguments], capture_output=True, text=True, check=False)
        if done.returncode and arguments[0] == "log":
            raise ValueError(f"{clone}: no clone of LamBench ({done.stderr.strip()[:80]})")
        return done.stdout

    runs: dict[tuple[str, str], dict[str, Any]] = {}
    head: list[tuple[str, str]] = []
    limits: list[list[Any]] = []
    for line in git("log", "--reverse", "--format=%H %cI").splitlines():
        commit, date = line.split()
        for path in ("src/eval.ts", "src/bench.ts"):
            told = LIMIT.search(git("show", f"{commit}:{path}"))
            if told and (not limits or limits[-1][0] != int(told[1])):
                limits.append([int(told[1]), commit[:7], date, f"{REPOSITORY}/blob/{commit}/{path}"])
        found = re.search(r"^\s*const D\s*=\s*(\{.*\});?\s*$", git("show", f"{commit}:docs/index.html"), re.M)
        if not found:
            continue
        ranking = json.loads(found.group(1))["rankings"]
        head = [(run["model"], run["timestamp"]) for run in ranking]
        for run in ranking:
            url = f"{REPOSITORY}/blob/{commit}/docs/index.html"
            runs.setdefault((run["model"], run["timestamp"]), {**run, "commit": commit[:7], "date": date, "url": url})
    rows = [
        [r["model"], r["right"], len(r["tasks"]), r["avgTime"], r["timestamp"], r["commit"], r["date"],
         "yes" if name in head else "no", r["url"]]
        for name, r in sorted(runs.items())
    ]  # fmt: skip
    full = [name for name in sorted(runs) if len(runs[name]["tasks"]) == 120]
    pairs = [("rerun", a, b) for a, b in pairwise(full) if a[0] == b[0]]
    kimi = [name for name in head if name[0].endswith("/kimi-k2.6")]
    pairs += [("route", *sorted(kimi, key=lambda name: name[1]))]
    pairs += [("neighbour", a, b) for a, b in pairwise(head)] + [("leader", head[0], b) for b in head[1:]]
    lines = []
    for kind, a, b in pairs:
        x, y = runs[a], runs[b]
        differ = [(x["tasks"][t], y["tasks"][t]) for t in x["tasks"] if x["tasks"][t] != y["tasks"][t]]
        only_a = sum(first for first, _ in differ)
        lines.append([kind, *a, *b, len(x["tasks"]), only_a, len(differ) - only_a, x["url"], y["url"], y["date"][:10]])
    short = {re.sub(r"[^a-z0-9.]|preview", "", name.rsplit("/", 1)[-1]): name for name, _ in sorted(runs)}
    told = re.findall(r"^\| ([\w. -]+?) \| (\d+)/120", git("show", f"{commit}:README.md"), re.M)
    url = f"{REPOSITORY}/blob/{commit}/README.md"
    said = [[n, right, short.get(re.sub(r"[^a-z0-9.]", "", n.lower()), ""), url, date[:10]] for n, right in told]
    tables = (
        ("limits", LIMIT_COLUMNS, limits),
        ("runs", RUN_COLUMNS, rows),
        ("pairs", PAIR_COLUMNS, lines),
        ("readme", README_COLUMNS, said),
    )
    for name, columns, table in tables:
        with (folder / f"lambench_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *table])
    collect_terms(git, commit, date[:10], folder)


def load(name: str) -> list[dict[str, Any]]:
    """The rows of a table in data/, numbers as numbers."""
    with (DATA / f"lambench_{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column, cell in row.items():
            if re.fullmatch(r"\d+(\.\d+)?", cell):
                row[column] = float(cell) if "." in cell else int(cell)
    return rows


def scores(runs: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The scores of each model that was run on all 120 tasks, in the order of the runs."""
    found: dict[str, list[int]] = {}
    for row in runs:
        if row["tasks_recorded"] == 120:
            found.setdefault(row["model"], []).append(row["right"])
    return found
