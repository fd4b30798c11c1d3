"""What LamBench's published runs are worth: how far a rerun moves a score, what changed in between, what ranks say."""

from __future__ import annotations

from statistics import median
from typing import Any

from scipy.stats import spearmanr

from labs.record import Results

from .history import GENERATIONS, ROUTES, load, scores
from .measure import expected_calls, gap_seen, items_to_rank, mcnemar, wilson

Row = dict[str, Any]


def find(r: Results) -> None:
    """Add what the history shows to `r`."""
    runs, pairs = load("runs"), load("pairs")
    known = scores(runs)
    head = {row["model"]: row["right"] for row in runs if row["on_head"] == "yes"}
    at = {(row["model"], row["run_started"]): row for row in runs}
    r.add("published_runs", len(runs), "runs that the site of LamBench showed at some commit, 23 to 25 April 2026")
    r.add(
        "partial_runs", sum(row["tasks_recorded"] < 120 for row in runs), "of them with fewer than 120 tasks on record"
    )
    reruns(r, [row for row in pairs if row["kind"] == "rerun"], at, known)
    ranks(r, pairs, head, known)
    readme(r, head, known)
    low, high = wilson(108, 120)
    r.add("score_108", 108 / 120, "one score of 108 of 120", "share", low=low, high=high, interval="95% Wilson")
    r.add(
        "gap_points_at_120",
        100 * gap_seen(0.9, 120),
        "shortfall from 90% that 120 tasks each detect, power 0.8",
        "points",
    )
    r.add("n_items_for_power", items_to_rank(0.85, 0.9), "tasks each for true shares of 85% and 90%, power 0.8")


def limit_at(started: str) -> int:
    """The time limit for a task, in seconds, in the newest commit before a run began (both by the local clock)."""
    stamp = f"{started[:4]}-{started[5:7]}-{started[8:10]}T{started[12:14]}:{started[15:17]}:{started[18:20]}"
    return [row["seconds"] for row in load("limits") if row["committed"][:19] <= stamp][-1]


def reruns(r: Results, again: list[Row], at: dict[tuple[str, str], Row], known: dict[str, list[int]]) -> None:
    """How far a score moves from one run to the next, and what moved with it."""
    first, last = ([at[p[f"model_{x}"], p[f"run_{x}"]] for p in again] for x in "ab")
    moved = [b["right"] - a["right"] for a, b in zip(first, last, strict=True)]
    limits = [(limit_at(p["run_a"]), limit_at(p["run_b"])) for p in again]
    several = {model: found for model, found in known.items() if len(found) > 1}
    r.add("models_with_2_runs", len(several), "models with two or more full runs of the same 120 tasks under one name")
    r.add("reruns", len(again), "pairs of consecutive full runs of one model under one name")
    r.add("median_shift", median(map(abs, moved)), "median change of a score from one run to the next, in tasks of 120")
    r.add("max_shift", max(max(f) - min(f) for f in several.values()), "largest range of one model's scores, in tasks")
    gpt = several["openai/gpt-5.5"]
    r.add("gpt55_runs", len(gpt), "full runs of GPT-5.5 that were published")
    r.add("gpt55_low", min(gpt), "lowest published score of GPT-5.5, of 120")
    r.add("gpt55_high", max(gpt), "highest published score of GPT-5.5, of 120")
    waves = sorted({limit_at(row["run_started"]) for row in at.values()})
    r.add("limit_first", waves[0], "time limit for a task in the repository when the first runs began", "s")
    r.add("limit_last", waves[-1], "the same for the last runs", "s")
    r.add("limit_changes", len(load("limits")) - 1, "times that the committed time limit was changed")
    early = [row["average_s"] for row in at.values() if limit_at(row["run_started"]) == waves[0]]
    r.add("first_wave_runs", len(early), "runs that began under the first of these limits")
    r.add("first_wave_longest", max(early), "longest average time for a task among them", "s")
    slow = sum(row["average_s"] > waves[0] for row in at.values())
    r.add("later_over_limit", slow, "later runs whose average time for a task is above that first limit")
    longest = max(row["average_s"] for row in at.values())
    r.claim("limit_rose", waves[-1] == 6 * waves[0] and max(early) < waves[0] < longest,
            "Between the first runs and the last the committed time limit for a task rose sixfold; no run of the first "
            "wave averages more than the first limit, and later ones do.")  # fmt: skip
    across = [abs(m) for m, (a, b) in zip(moved, limits, strict=True) if a != b]
    same = [abs(m) for m, (a, b) in zip(moved, limits, strict=True) if a == b]
    r.add("reruns_across_limits", len(across), "reruns with another time limit than the run before")
    r.add("shift_across_limits", median(across), "their median change, in tasks")
    r.add("shift_same_limit", median(same), "median change of the other reruns, in tasks")
    r.claim("limit_is_not_all", median(same) > median(across), "Reruns under one and the same time limit moved scores "
            "by more, at the median, than reruns under a new one.")  # fmt: skip
    changed = [mcnemar(p["only_a"], p["only_b"]) < 0.05 for p in again]
    r.add(
        "reruns_separated", sum(changed), "reruns of one and the same model that McNemar's exact test calls different"
    )
    r.add("reruns_by_chance", expected_calls([p["only_a"] + p["only_b"] for p in again]), "reruns that the test would "
          "call different on average if each differing task fell by a fair coin; exact")  # fmt: skip
    quiet = [p["only_a"] + p["only_b"] for p, different in zip(again, changed, strict=True) if not different]
    r.add("quiet_flips", median(quiet), "tasks that flip between two runs where the test sees no change, median")
    ratio = [b["average_s"] / a["average_s"] for a, b in zip(first, last, strict=True)]
    rho = spearmanr(ratio, moved)
    r.add("time_rho", rho.statistic, "rank correlation over reruns: change of average time a task and change of score")
    r.add("time_p", rho.pvalue, "its p value, if the reruns were independent")
    r.table("lambench_reruns", "LamBench: one model under one name, two consecutive full runs",
            ["Model and runs", "First", "Second", "Lost", "Gained", "Seconds, first", "Seconds, second", "Limit, first",
             "Limit, second", "p"],
            [[f"{p['model_a'].split('/')[-1]}, {span(p['run_a'], p['run_b'])}", a["right"], b["right"], p["only_a"],
              p["only_b"], a["average_s"], b["average_s"], *limit, mcnemar(p["only_a"], p["only_b"])]
             for p, a, b, limit in zip(again, first, last, limits, strict=True)])  # fmt: skip


def ranks(r: Results, pairs: list[Row], head: dict[str, int], known: dict[str, list[int]]) -> None:
    """What the order of the last table says, and how far apart generations of one family are."""
    near = [row for row in pairs if row["kind"] == "neighbour"]
    gaps = [abs(row["only_b"] - row["only_a"]) for row in near]
    r.add("median_rank_gap", median(gaps), "median gap between neighbouring ranks in the last site table, in tasks")
    r.add("rank_pairs", len(near), "pairs of neighbouring ranks in the last site table")
    split = sum(mcnemar(row["only_a"], row["only_b"]) < 0.05 for row in near)
    chance = expected_calls([row["only_a"] + row["only_b"] for row in near])
    r.add("rank_pairs_separated", split, "of them told apart by McNemar's exact test at 5%, task by task")
    r.add(
        "rank_pairs_by_chance",
        chance,
        "of them told apart on average if each differing task fell by a fair coin; exact",
    )
    tied = 1 + sum(mcnemar(p["only_a"], p["only_b"]) >= 0.05 for p in pairs if p["kind"] == "leader")
    r.add("tied_with_leader", tied, "models that the test cannot tell from the one on top, itself included")
    r.claim("ranks_say_little", split <= 2 and tied >= 3, "Of the neighbouring ranks in the last table the test "
            "separates no more than two, and it cannot tell the leader from at least two others.")  # fmt: skip
    medians = {}
    for route in ROUTES:
        steps = [abs(head[b.format(kimi=route)] - head[a]) for a, b in GENERATIONS]
        medians[route] = median(steps)
    r.add("generation_steps", len(GENERATIONS), "neighbouring generations of one family in the last site table")
    r.add("generation_step_native", medians[ROUTES[0]], "median step between them, up or down, in tasks, with Kimi "
          "K2.6 by its own route")  # fmt: skip
    r.add("generation_step_openrouter", medians[ROUTES[1]], "the same with Kimi K2.6 by OpenRouter")
    kimi = [head[route] for route in ROUTES]
    r.add("kimi_range", abs(kimi[0] - kimi[1]), "Kimi K2.6: difference between its two routes, in tasks")
    shift = r.values["median_shift"].value
    r.claim("generations_not_beaten", all(step >= shift for step in medians.values()) and shift > median(gaps),
            "The median rerun moves a score by more than the median gap between neighbouring ranks, and by no more "
            "than the median step between generations, whichever route of Kimi K2.6 is taken.")  # fmt: skip


def readme(r: Results, head: dict[str, int], known: dict[str, list[int]]) -> None:
    """Where README and site differ at the last commit."""
    told = {row["name"]: row for row in load("readme")}
    off = {n: abs(row["right"] - head[row["site_model"]]) for n, row in told.items() if row["site_model"] in head}
    r.add("readme_vs_site_max", max(off.values()), "largest difference of README and site at one commit, in tasks")
    r.add("readme_model", max(off, key=off.get), "the model with that difference")
    zero = told["GPT-5.1"]
    r.claim("zero_is_contradicted", zero["right"] == 0 and head[zero["site_model"]] >= 90,
            "At one commit of LamBench the README gives GPT-5.1 none of 120 tasks, the site 90 or more.")  # fmt: skip
    zeros = [row for row in told.values() if row["right"] == 0]
    r.add("readme_zeros", len(zeros), "models with 0 in the README")
    r.add(
        "readme_zeros_unseen", sum(not row["site_model"] for row in zeros), "of them those the site showed at no commit"
    )
    said = {row["site_model"]: row["right"] for row in told.values()}
    r.table(
        "lambench_models",
        "LamBench: every model of the site, tasks solved of 120",
        ["Model", "Full runs", "Lowest", "Highest", "Last site table", "README"],
        [[m, len(f), min(f), max(f), head.get(m, "not there"), said.get(m, "not there")] for m, f in known.items()],
    )


def span(first: str, second: str) -> str:
    """When two runs began, from their file names: 2026y04m24d.16h34m38s is 24 April 16:34."""
    days = [f"{stamp[8:10]} April " for stamp in (first, second)]
    times = [f"{stamp[12:14]}:{stamp[15:17]}" for stamp in (first, second)]
    return f"{days[0]}{times[0]} to {days[1] if days[0] != days[1] else ''}{times[1]}"
