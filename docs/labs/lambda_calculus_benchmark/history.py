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
from statistics import median
from typing import Any

from scipy.stats import spearmanr

from labs.record import Results

from .measure import gap_seen, mcnemar, wilson

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
GENERATIONS = [
    ("openai/gpt-5", "openai/gpt-5.1"), ("openai/gpt-5.1", "openai/gpt-5.2"), ("openai/gpt-5.2", "openai/gpt-5.4"),
    ("openai/gpt-5.4", "openai/gpt-5.5"), ("anthropic/opus-4.6", "anthropic/opus-4.7"),
    ("kimi/kimi-k2-thinking", "kimi/kimi-k2.6"),
]  # fmt: skip


def collect(clone: Path, folder: Path = DATA) -> None:
    """Read a clone of LamBench and write the two tables; needs git. Raises ValueError for a folder that is no clone."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(clone), *arguments], capture_output=True, text=True, check=False)
        if done.returncode and arguments[0] == "log":
            raise ValueError(f"{clone}: no clone of LamBench ({done.stderr.strip()[:80]})")
        return done.stdout

    runs: dict[tuple[str, str], dict[str, Any]] = {}
    head: list[tuple[str, str]] = []
    for line in git("log", "--reverse", "--format=%H %cI").splitlines():
        commit, date = line.split()
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
    tables = (("runs", RUN_COLUMNS, rows), ("pairs", PAIR_COLUMNS, lines), ("readme", README_COLUMNS, said))
    for name, columns, table in tables:
        with (folder / f"lambench_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *table])


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


def find(r: Results) -> None:
    """Add what the history shows to `r`: how far a rerun moves a score, and what a rank is worth."""
    runs, pairs = load("runs"), load("pairs")
    known = scores(runs)
    again = {model: found for model, found in known.items() if len(found) > 1}
    head = {row["model"]: row["right"] for row in runs if row["on_head"] == "yes"}
    reruns = [row for row in pairs if row["kind"] == "rerun"]
    near = [row for row in pairs if row["kind"] == "neighbour"]
    at = {(row["model"], row["run_started"]): row for row in runs}
    r.add("published_runs", len(runs), "runs that the site of LamBench showed at some commit, 23 to 25 April 2026")
    r.add(
        "partial_runs", sum(row["tasks_recorded"] < 120 for row in runs), "of them with fewer than 120 tasks on record"
    )
    r.add("models_with_2_runs", len(again), "models with two or more full runs of the same 120 tasks under one name")
    r.add("reruns", len(reruns), "pairs of consecutive full runs of one model under one name")
    moved = [row["only_b"] - row["only_a"] for row in reruns]
    r.add("median_shift", median(map(abs, moved)), "median change of a score from one run to the next, in tasks of 120")
    r.add(
        "max_shift", max(max(f) - min(f) for f in again.values()), "largest range of one model's scores under one name"
    )
    gpt = again["openai/gpt-5.5"]
    r.add("gpt55_runs", len(gpt), "full runs of GPT-5.5 that were published")
    r.add("gpt55_low", min(gpt), "lowest published score of GPT-5.5, of 120")
    r.add("gpt55_high", max(gpt), "highest published score of GPT-5.5, of 120")
    r.add("gpt55_range", max(gpt) - min(gpt), "the range of its scores, in tasks")
    kimi = sorted(head[m] for m in head if m.endswith("/kimi-k2.6"))
    r.add("kimi_range", kimi[1] - kimi[0], "Kimi K2.6: difference between its two routes, in tasks")
    steps = [abs(head[b] - head[a]) for a, b in GENERATIONS]
    r.add("generation_steps", len(steps), "neighbouring generations of one family in the last site table")
    r.add(
        "median_generation_step",
        median(steps),
        "median difference between neighbouring generations, up or down, in tasks",
    )
    beaten = sum(step < max(gpt) - min(gpt) for step in steps)
    r.add("generation_steps_beaten", beaten, "of these steps those smaller than the range of GPT-5.5's own scores")
    gaps = [abs(row["only_b"] - row["only_a"]) for row in near]
    r.add("median_rank_gap", median(gaps), "median gap between neighbouring ranks in the last site table, in tasks")
    r.add("rank_pairs", len(near), "pairs of neighbouring ranks in the last site table")
    split = sum(mcnemar(row["only_a"], row["only_b"]) < 0.05 for row in near)
    r.add("rank_pairs_separated", split, "of them told apart by McNemar's exact test at 5%, task by task")
    changed = sum(mcnemar(row["only_a"], row["only_b"]) < 0.05 for row in reruns)
    r.add("reruns_separated", changed, "reruns of one and the same model that the same test calls different")
    quiet = [row["only_a"] + row["only_b"] for row in reruns if mcnemar(row["only_a"], row["only_b"]) >= 0.05]
    r.add("quiet_flips", median(quiet), "tasks that flip between two runs where the test sees no change, median")
    tied = 1 + sum(mcnemar(p["only_a"], p["only_b"]) >= 0.05 for p in pairs if p["kind"] == "leader")
    r.add("tied_with_leader", tied, "models that the test cannot tell from the one on top, itself included")
    ratio = [at[p["model_b"], p["run_b"]]["average_s"] / at[p["model_a"], p["run_a"]]["average_s"] for p in reruns]
    rho = spearmanr(ratio, moved)
    r.add("time_rho", rho.statistic, "rank correlation over reruns: change of average time a task and change of score")
    r.add("time_p", rho.pvalue, "its p value")
    readme = {row["name"]: row for row in load("readme")}
    off = {n: abs(row["right"] - head[row["site_model"]]) for n, row in readme.items() if row["site_model"] in head}
    r.add("readme_vs_site_max", max(off.values()), "largest difference of README and site at one commit, in tasks")
    r.add("readme_model", max(off, key=off.get), "the model with that difference")
    never = sum(not row["site_model"] and row["right"] == 0 for row in readme.values())
    r.add("readme_zeros", sum(row["right"] == 0 for row in readme.values()), "models with 0 in the README")
    r.add("readme_zeros_unseen", never, "of them those that the site showed at no commit")
    low, high = wilson(108, 120)
    r.add("score_108", 108 / 120, "one score of 108 of 120", "share", low=low, high=high, interval="95% Wilson")
    points = 100 * gap_seen(0.9, 120)
    r.add("gap_points_at_120", points, "shortfall from 90% that 120 tasks each detect, power 0.8", "points")
    told = {row["site_model"]: row["right"] for row in readme.values()}
    columns = ["Model", "Full runs", "Lowest", "Highest", "Last site table", "README"]
    rows = [[m, len(f), min(f), max(f), head.get(m, "not there"), told.get(m, "not there")] for m, f in known.items()]
    r.table("lambench_models", "LamBench: every model of the site, tasks solved of 120", columns, rows)
    r.table(
        "lambench_reruns",
        "LamBench: one model under one name, two consecutive full runs",
        ["Model and runs", "First", "Second", "Lost", "Gained", "Seconds, first", "Seconds, second", "p"],
        [[f"{p['model_a'].split('/')[-1]}, {span(p['run_a'], p['run_b'])}", a["right"], b["right"],
          p["only_a"], p["only_b"], a["average_s"], b["average_s"], mcnemar(p["only_a"], p["only_b"])]
         for p in reruns for a, b in [(at[p["model_a"], p["run_a"]], at[p["model_b"], p["run_b"]])]],
    )  # fmt: skip


def span(first: str, second: str) -> str:
    """When two runs began, from their file names: 2026y04m24d.16h34m38s is 24 April 16:34."""
    days = [f"{stamp[8:10]} April " for stamp in (first, second)]
    times = [f"{stamp[12:14]}:{stamp[15:17]}" for stamp in (first, second)]
    return f"{days[0]}{times[0]} to {days[1] if days[0] != days[1] else ''}{times[1]}"
