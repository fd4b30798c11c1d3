"""Which text set off the bill: scan a history, isolate a trigger, and count the rules a report allows."""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from labs.hermes_md_bug import experiment, figures, history, rules, search
from labs.hermes_md_bug.command import main as main
from labs.record import Results

DATA = Path(__file__).parent / "data"
WINDOW = 5  # newest commits in the prompt, as a third party describes it
MORE_CASES = (("HERMES.md", "body"), ("HERMES.md", "branch"), ("HERMES.md", "untracked"), ("HERMES.md", "sixth"))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the data sets beside this file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def wilson(found: int, runs: int) -> dict[str, float | str]:
    """The 95% Wilson interval of a share, as `Results.add` takes it."""
    z, p = 1.959964, found / runs
    middle, half = p + z * z / (2 * runs), z * math.sqrt(p * (1 - p) / runs + z * z / (4 * runs * runs))
    width = 1 + z * z / runs
    return {
        "low": (middle - half) / width if found else 0.0,
        "high": (middle + half) / width if found < runs else 1.0,
        "interval": "95% Wilson",
    }


def run(seed: int) -> Results:
    """All four parts: the scan on real repositories, the searches, the rules, the histories."""
    r = Results()
    scan(r)
    searches(r, seed)
    table = [(row["message"], row["outcome"] == "metered") for row in rows("reports") if row["series"] == "hermes"]
    which_rule(r, table[:7])
    events = rows("timeline")
    r.table(
        "timeline", "What was said, by whom, on what date; each row was opened at its address",
        ["No.", "Date", "Who says so", "What", "Address"],
        [[i, e["date"], e["who"], e["what"], e["url"]] for i, e in enumerate(events, 1)],
    )  # fmt: skip
    r.figure("timeline", lambda: figures.timeline(events))
    return r


def scan(r: Results) -> None:
    """Part A: the reporter's nine cases and four more, each a real repository, read with the default list."""
    strings = history.read_strings(DATA / "strings.csv")
    reported = [row for row in rows("reports") if row["series"] == "hermes"]
    outcomes = []
    cases = [(row["message"], row["where"], row["outcome"]) for row in reported]
    for message, place, outcome in [*cases, *((m, w, "not reported") for m, w in MORE_CASES)]:
        with tempfile.TemporaryDirectory() as folder:
            repository = history.case(Path(folder), message, place)
            hits = history.find(history.texts(repository, WINDOW), strings)
            wider = history.find(history.texts(repository, 20), strings)
        said = [f"{hit.kind} in {hit.text.place}" for hit in hits] or ["nothing"]
        outcomes.append([f"{message} ({place})", outcome, said[0], "yes" if wider and not hits else "no"])
    exact = [row[2].startswith("exact") for row in outcomes[:9]]
    metered = [row[1] == "metered" for row in outcomes[:9]]
    r.table(
        "scan_cases", "What trigger-scan says of real repositories made after the reporter's nine cases and four more",
        ["Case (where the name stands)", "Reported lane", "Newest five commits", "Only beyond five"], outcomes,
    )  # fmt: skip
    r.add("scan_recall_9cases", sum(e and m for e, m in zip(exact, metered, strict=True)) / sum(metered),
          "Share of the reporter's metered cases in which the scan finds an exact match", "share")  # fmt: skip
    r.add("scan_false_hits", sum(e and not m for e, m in zip(exact, metered, strict=True)),
          "Exact matches in the reporter's seven normal cases")  # fmt: skip
    r.add("scan_near", sum(row[2].startswith("near") for row in outcomes[:9]),
          "Near misses reported in the nine cases (the lower-case spelling)")  # fmt: skip


def searches(r: Results, seed: int) -> None:
    """Part B: the four methods on simulated histories, then the tool itself on a real one with a real command."""
    cells = experiment.grid(seed)
    lines = []
    for kind in experiment.TRIGGERS:
        for length, runs in experiment.RUNS.items():
            for flips in experiment.FLIPS:
                key = f"{kind}, {length:,} messages, {flips:.0%} flips"
                done = [cells[kind, length, flips, name] for name in experiment.METHODS]
                lines.append([key, runs, *(found / n for n, found, _, _ in done), *(mean for _, _, mean, _ in done)])
    columns = [*(f"{name}: found" for name in experiment.METHODS), *(f"{name}: probes" for name in experiment.METHODS)]
    r.table("searches", "Share of searches that named exactly the trigger, and mean probes, by kind of trigger, "
            "length of the history and flips (share of wrong answers)",
            ["Condition", "Searches", *columns], lines)  # fmt: skip
    clean = []
    for kind, what in (("single", "one message of"), ("conjunction", "a pair in")):
        for length in experiment.RUNS:
            leave, half, dd, _ = (cells[kind, length, 0.0, name] for name in experiment.METHODS)
            clean.append([f"{what} {length:,}", leave[2], half[1] / half[0], dd[1] / dd[0], dd[2]])
    r.table("without_flips", "The same for an oracle that is never wrong, one message and pairs",
            ["Trigger", "One at a time: probes", "Bisection: found", "ddmin: found", "ddmin: probes"],
            clean)  # fmt: skip
    r.add("leave_out_probes_pair_5", cells["conjunction", 5, 0.0, "one at a time"][2],
          "Mean probes of leaving out one message at a time: a pair in 5 messages")  # fmt: skip
    shares = {
        "bisect_found_pair_5": ("conjunction", 5, 0.0, "bisection"),
        "bisect_found_conj_64": ("conjunction", 64, 0.0, "bisection"),
        "bisect_found_pair_1024": ("conjunction", 1024, 0.0, "bisection"),
        "ddmin_found_conj_64": ("conjunction", 64, 0.0, "ddmin"),
        "bisect_right_flaky_5pct": ("single", 64, 0.05, "bisection"),
        "ddmin_right_flaky_5pct": ("single", 64, 0.05, "ddmin"),
        "ddmin_pair_flaky_5pct": ("conjunction", 64, 0.05, "ddmin"),
        "leave_out_pair_flaky_5pct": ("conjunction", 64, 0.05, "one at a time"),
        "sprt_pair_flaky_5pct": ("conjunction", 64, 0.05, "ddmin + SPRT"),
    }
    for name, (kind, length, flips, how) in shares.items():
        runs, found, *_ = cells[kind, length, flips, how]
        r.add(name, found / runs, f"Share of {runs} searches in which {how} named exactly the trigger: {kind}, "
              f"{length:,} messages, {flips:.0%} flips", "share", **wilson(found, runs))  # fmt: skip
    wrong = {"bisect_wrong_flaky_5pct": "bisection", "sprt_wrong_flaky_5pct": "ddmin + SPRT"}
    for name, how in wrong.items():
        runs, found, *_ = cells["single", 64, 0.05, how]
        bounds = wilson(runs - found, runs) if found < runs else {}
        r.add(name, 1 - found / runs, f"Share of {runs} searches in which {how} named something else than the one "
              "message at fault: 64 messages, 5% flips", "share", **bounds)  # fmt: skip
    sprt = [cells[key] for key in cells if key[3] == "ddmin + SPRT"]
    runs, found = sum(cell[0] for cell in sprt), sum(cell[1] for cell in sprt)
    r.add("sprt_searches", runs, "Searches with repeated probes, over all triggers, lengths and error rates")
    r.add("sprt_wrong", 1 - found / runs, "Share of them that did not name exactly the trigger", "share",
          **wilson(runs - found, runs))  # fmt: skip
    worst = [cells[key] for key in cells if key[2:] == (experiment.ASSUMED, "ddmin + SPRT")]
    runs, found = sum(cell[0] for cell in worst), sum(cell[1] for cell in worst)
    r.add("sprt_searches_10pct", runs, "Those of them in which one answer in ten is wrong, the rate the test assumes")
    r.add("sprt_wrong_10pct", 1 - found / runs, "Share of these that did not name exactly the trigger", "share",
          **wilson(runs - found, runs))  # fmt: skip
    prefixes(r, seed)
    r.add("bisect_left_conj_64", cells["conjunction", 64, 0.0, "bisection"][3],
          "Messages of 64 that bisection still holds when it stops at a pair (mean)", "messages")  # fmt: skip
    for name, key in {"ddmin_probes_conj_64": ("conjunction", 64), "ddmin_probes_single_64": ("single", 64),
                      "ddmin_probes_pair_5": ("conjunction", 5), "ddmin_probes_single_5": ("single", 5),
                      "ddmin_probes_pair_1024": ("conjunction", 1024)}.items():  # fmt: skip
        r.add(name, cells[(*key, 0.0, "ddmin")][2], f"Mean probes of ddmin: {key[0]}, {key[1]:,} messages, no flips")
    repeated, plain = cells["conjunction", 64, 0.05, "ddmin + SPRT"][2], cells["conjunction", 64, 0.0, "ddmin"][2]
    r.add("sprt_probes_pair_64", repeated,
          "Mean probes of ddmin with repeated probes: a pair in 64 messages, 5% flips")  # fmt: skip
    r.add("sprt_probe_multiplier", repeated / plain,
          "How many times as many probes that is as ddmin asks of an oracle that is never wrong")  # fmt: skip
    r.add("per_answer_wrong", experiment.per_answer(seed), "Share of wrong searches for a pair in 64 messages at 5% "
          "flips if each answer, and not the whole search, is held to 1% error", "share")  # fmt: skip
    r.figure("probes", lambda: figures.probes(cells, 64, 0.05))
    real_search(r)


def prefixes(r: Results, seed: int) -> None:
    """Binary search over beginnings of the history, the other way to halve, on the same histories."""
    for name, kind, length in (("prefix_single_64", "single", 64), ("prefix_pair_5", "conjunction", 5),
                               ("prefix_pair_64", "conjunction", 64),
                               ("prefix_pair_1024", "conjunction", 1024)):  # fmt: skip
        runs, found, mean = experiment.cell(seed, kind, length, 0.0, "prefixes")
        what = f"{kind}, {length:,} messages, no flips"
        r.add(f"{name}_found", found / runs, f"Share of {runs} searches in which binary search over beginnings of the "
              f"history named exactly the trigger: {what}", "share", **wilson(found, runs))  # fmt: skip
        r.add(f"{name}_probes", mean, f"Mean probes of binary search over beginnings: {what}")
    runs, found, _ = experiment.cell(seed, "conjunction", 64, 0.05, "prefixes")
    r.add("prefix_pair_flaky_5pct", found / runs, f"Share of {runs} searches in which binary search over beginnings "
          "named exactly the trigger: conjunction, 64 messages, 5% flips", "share", **wilson(found, runs))  # fmt: skip


def real_search(r: Results) -> None:
    """The tool's own path: real repositories, a real process as the oracle, messages, then characters."""
    given = [f"change number {i}" for i in range(64)]
    given[17], given[40] = "docs: add HERMES.md to the repo root", "chore: bump openclaw"
    oracle = search.Process(
        "! (git log --format=%B | grep -q HERMES.md && git log --format=%B | grep -q openclaw)", 500
    )
    found = search.find_triggers(given, oracle, 0, 0.01, search.ddmin)
    r.add("process_found", found == [[17, 40]], "Whether find-trigger named exactly the two planted messages of 64")
    r.add("process_probes", oracle.probes, "Times it ran the command, each in a repository of its own")
    counted = search.Process("! git log --format=%B | grep -q HERMES.md", 500)
    least = search.shrink(["docs: add HERMES.md to the repo root"], 0, counted, 0, 0.01)
    r.add("char_min", least, "What is left of `docs: add HERMES.md to the repo root` when only that string matters")
    r.add("char_min_probes", counted.probes, "Probes to shrink those 36 characters to that")


def which_rule(r: Results, table: Sequence[tuple[str, bool]]) -> None:
    """Parts C and D: the rules that fit, the messages that would separate them, what each would have hit."""
    tried = rules.one_part(rules.STRING, rules.PATTERNS)
    fit = rules.consistent(tried, table)
    pairs = rules.two_part(rules.STRING)
    messages = rules.pool(rules.STRING)
    used, groups = rules.fixed_list(fit, messages)
    depths = rules.one_by_one(fit, messages)
    r.add(
        "rules_tried", len(tried), "One-part rules: substrings of HERMES.md, as written and in any case, and 7 patterns"
    )
    r.add("consistent_rules", len(fit), "Of these, rules that give all seven message rows their reported outcome")
    r.add("pairs_tried", len(pairs), "Two-part rules: two substrings of HERMES.md, neither inside the other")
    r.add("consistent_pairs", len(rules.consistent(pairs, table)), "Of these, rules that fit the same rows")
    standing = "\n".join(row["text"] for row in rows("standing"))
    whole = [(f"{standing}\n{message}", metered) for message, metered in table]
    r.add("consistent_rules_whole", len(rules.consistent(tried, whole)), "One-part rules that fit if they read the "
          "message together with the rest of the prompt and the tools, as published for version 2.1.123")  # fmt: skip
    r.add("consistent_pairs_whole", len(rules.consistent(pairs, whole)), "Two-part rules that fit if they read that")
    r.add("probes_to_identify", len(used), "Further one-line commits that tell all consistent one-part rules apart")
    r.add("groups_left", len(groups), "Groups those messages separate the consistent rules into")
    r.add(
        "probes_one_by_one", max(depths.values()), "The most it takes if each commit is chosen after the last outcome"
    )
    r.table("next_messages", "The commit messages worth sending next, best first, and how many consistent rules fire",
            ["Message", "Rules that fire"], [[m, sum(rule(m) for rule in fit.values())] for m in used])  # fmt: skip
    later = [(row["message"], row["outcome"] == "metered") for row in rows("reports") if row["series"] == "openclaw"]
    marker = rules.one_part("openclaw.inbound_meta.v1")
    short = sorted((name.removeprefix("contains ") for name in rules.consistent(marker, later)), key=len)
    beside = [(f"{standing}\n{message}", metered) for message, metered in later]
    still = sorted((name.removeprefix("contains ") for name in rules.consistent(marker, beside)), key=len)
    r.add("openclaw_whole", len(still), "Rules on that marker that fit if they read the rest of the prompt as well")
    r.add("openclaw_shortest_whole", still[0], "The shortest text among these")
    r.add("openclaw_tried", len(marker), "Substring rules on openclaw.inbound_meta.v1, as written and in any case")
    r.add("openclaw_consistent", len(short), "Of these, rules that fit the seven measured rows of dario")
    r.add("openclaw_shortest", short[0], "The shortest text among them")
    blast(r, fit)


def blast(r: Results, fit: Mapping[str, rules.Rule]) -> None:
    """Part D: in how many newest-five windows of public histories each consistent rule would have fired."""
    histories, words = rows("histories"), rows("words")
    r.add("histories", len(histories), "Public histories read, all their subjects")
    r.add("history_commits", sum(int(h["commits"]) for h in histories), "Commits in them (forks share some)")
    r.add("history_words", len(words), "Words in their subjects that hold the text ES.m")
    lines = []
    for name, rule in fit.items():
        struck = [word for word in words if rule(word["word"])]
        windows = {(w["repository"], int(w["age"]) - i) for w in struck for i in range(WINDOW) if int(w["age"]) >= i}
        lines.append([name, len(struck), len({w["repository"] for w in struck}), len(windows)])
    lines.sort(key=lambda line: (-line[3], line[0]))
    r.table("reach", "Where each rule that fits the report would have fired in the subjects of 63 public histories",
            ["Rule", "Subjects", "Repositories", "States of the history"], lines)  # fmt: skip
    exact = next(line for line in lines if line[0] == f"contains {rules.STRING}")
    loosest = next(line for line in lines if line[0] == "contains ES.m")
    for key, line, what in (("exact", exact, "HERMES.md"), ("loosest", loosest, "ES.m")):
        r.add(f"reach_{key}_repositories", line[2], f"Repositories of 63 with {what} in a subject")
        r.add(
            f"reach_{key}_windows",
            line[3],
            f"States of a history in which one of its newest five subjects holds {what}",
        )
