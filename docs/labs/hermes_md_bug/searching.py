"""What each search finds and asks: the tables, the values a post quotes, the claims, and the tool's own path."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Sequence

from labs.hermes_md_bug import exact, experiment, figures, find
from labs.hermes_md_bug.experiment import Cell
from labs.record import Results

Cells = dict[tuple[str, int, float, str], Cell]
BELIEF, SURE, DDSURE, THREE = "beginnings, by belief", "beginnings, until sure", "ddmin, until sure", \
    "beginnings, best of three"  # fmt: skip
LIMIT = 100  # find-trigger's default for --max-probes


def measure(r: Results, seed: int) -> None:
    """Every method under every condition, then find-trigger itself with real processes."""
    cells = experiment.grid(seed)
    columns = ["trigger", "messages", "wrong answers", "method", "searches", "found", "low", "high", "probes",
               "computed"]  # fmt: skip
    r.table("by_method", "Share of searches that named exactly the trigger (95% interval if sampled) and mean "
        "probes, for "
            "each trigger, length of history, rate of wrong answers and method", columns,
            [[kind, length, f"{flips:.0%}", name, c.searches, c.right, c.low, c.high, c.probes,
              "yes" if c.computed else "no"] for (kind, length, flips, name), c in cells.items()])  # fmt: skip
    r.table("pair_64", "A pair in 64 messages: probes and share found, by method and rate of wrong answers",
            ["wrong answers", "method", "probes", "found"],
            [[f"{flips:.0%}", name, c.probes, c.right] for (kind, length, flips, name), c in cells.items()
             if (kind, length) == ("a pair", 64)])  # fmt: skip
    lines = []
    for kind in exact.PARTS:
        for length in experiment.RUNS:
            of = {name: cells[kind, length, 0.0, name] for name in experiment.METHODS}
            lines.append([f"{kind} in {length:,}", of["both halves"].right, *(round(of[name].probes, 1) for name in
                          ("one at a time", "beginnings", "ddmin"))])  # fmt: skip
    r.table("without_flips", "An oracle that is never wrong: share that asking for halves finds (the others find "
        "all), and "
            "mean probes of the others", ["Trigger", "Halves: found", "One at a time", "Beginnings", "ddmin"],
            lines)  # fmt: skip
    r.figure("search", lambda: figures.search(cells))
    values(r, cells)
    claims(r, cells)
    other_triggers(r, seed)
    wrong, runs = experiment.per_answer(seed)
    low, high = experiment.wilson(wrong, runs)
    r.add("per_answer_wrong", wrong / runs, "Share of wrong ddmin searches for a pair in 64 messages at 5% wrong "
        "answers "
          "if each answer, and not the whole search, is held to 1% error", "share", low=low, high=high,
          interval="95% Wilson")  # fmt: skip
    tool(r, seed)


def values(r: Results, cells: Cells) -> None:
    """The numbers that the post and the notes quote."""
    halves = exact.halves(64, 2)
    r.add("halves_left_64", float(halves[2].mean()), "Messages of 64 still in hand when asking for halves stops "
        "at a pair "
          "(mean over all pairs, computed)", "messages")  # fmt: skip
    names = {"halves": "both halves", "beginnings": "beginnings", "ddmin": "ddmin", "leave_out": "one at a time",
             "belief": BELIEF, "sure": SURE, "ddmin_sure": DDSURE, "three": THREE}  # fmt: skip
    for short, name in names.items():
        for kind, mark in (("one message", "one"), ("a pair", "pair")):
            for length, flips in ((5, 0.0), (64, 0.0), (64, 0.05), (64, 0.1), (1024, 0.0)):
                c = cells[kind, length, flips, name]
                end = f"{mark}_{length}" + (f"_{flips * 100:.0f}pct" if flips else "")
                what = f"{name}: {kind}, {length:,} messages, {flips:.0%} wrong answers"
                more = {} if c.computed else {"low": c.low, "high": c.high, "interval": "95% Wilson"}
                r.add(f"{short}_found_{end}", c.right, f"Share found exactly, {what}", "share", **more)
                more = {"low": c.probes - c.half, "high": c.probes + c.half, "interval": "95%"} if c.half else {}
                r.add(f"{short}_probes_{end}", c.probes, f"Mean probes, {what}", **more)
    r.add("beginnings_most_pair_5", int(exact.beginnings(5, 2).max()), "The most probes of beginnings for a pair in 5 "
          "messages, computed")  # fmt: skip
    for short, name in (("halves", "both halves"), ("beginnings", "beginnings")):
        r.add(f"{short}_wrong_one_64_5pct", 1 - cells["one message", 64, 0.05, name].right,
              f"Share in which {name} names something else than the one message: 64 messages, 5% wrong answers, "
                  "computed",
              "share")  # fmt: skip


def claims(r: Results, cells: Cells) -> None:
    """The sentences about the methods."""
    clean = {(kind, length, name): cells[kind, length, 0.0, name]
             for kind, length, flips, name in cells if not flips}  # fmt: skip
    r.claim("halves_lose_pairs", clean["a pair", 64, "both halves"].right < 0.02 and
            clean["a pair", 1024, "both halves"].right < 0.002 and all(
                clean["one message", n, "both halves"].right == 1 for n in experiment.RUNS),
            "Asking which half shows it finds one message always, and a pair in 64 messages in under 2%, in "
            "1,024 in under "
            "0.2%, over all places a pair can stand.")  # fmt: skip
    r.claim("beginnings_find_pairs", all(
        clean[kind, n, "beginnings"].right == 1 for kind in exact.PARTS for n in experiment.RUNS) and all(
        clean["a pair", n, "beginnings"].probes < clean["a pair", n, "ddmin"].probes / 2 for n in (64, 1024)),
        "With an oracle that is never wrong the search over beginnings finds one message and every pair, a pair "
        "in 64 or "
        "1,024 messages for under half of the probes of ddmin.")  # fmt: skip
    five = {name: clean["a pair", 5, name].probes for name in ("one at a time", "beginnings", "ddmin")}
    single = {name: clean["one message", 5, name].probes for name in five}
    most = max(int(exact.one_at_a_time(5, parts).max()) for parts in exact.PARTS.values())
    r.claim("five_one_at_a_time", most == 5 < five["beginnings"] < five["ddmin"] and
            single["beginnings"] < single["ddmin"] < single["one at a time"],
            "Among five messages leaving out one at a time takes at most five probes, for one message and for a pair; "
            "beginnings and ddmin take fewer on average for one message and more for a pair.")  # fmt: skip
    flaky = {name: cells["a pair", 64, 0.05, name] for name in experiment.METHODS}
    plain = ("one at a time", "both halves", "beginnings", "ddmin")
    r.claim("wrong_answers_ruin_plain", all(flaky[name].right < 0.55 for name in plain),
            "At 5% wrong answers each of the four plain searches names exactly the pair in 64 messages in about half "
            "of searches or fewer.")  # fmt: skip
    good = {name: c for name, c in flaky.items() if c.right >= 0.98}
    r.claim("belief_is_cheapest", BELIEF in good and all(
        flaky[BELIEF].probes + flaky[BELIEF].half < 0.55 * c.probes for name, c in good.items() if name != BELIEF),
        "At 5% wrong answers, a pair in 64 messages: of the searches that find at least 98%, the one by belief "
        "asks least, "
        "little more than half of the next.")  # fmt: skip
    three = {f: cells["a pair", 64, f, THREE] for f in (0.05, 0.1)}
    r.claim("three_times_is_worse", 0.8 < three[0.05].right < 0.97 and all(
        c.right < cells["a pair", 64, f, BELIEF].right for f, c in three.items()) and
        three[0.1].probes > cells["a pair", 64, 0.1, BELIEF].probes,
        "Asking each question until two of three answers agree finds a pair in 64 messages less often than belief at 5 "
        "and 10% wrong answers, at 10% for more probes; at 5% in 80 to 97% of searches.")  # fmt: skip
    kept = [c for (_, _, _, name), c in cells.items() if name in (BELIEF, SURE, DDSURE)]
    wrong, runs = sum(round((1 - c.right) * c.searches) for c in kept), sum(c.searches for c in kept)
    r.add("repeated_searches", runs, "Searches by belief or with questions asked until sure, over all conditions")
    r.add("repeated_wrong", wrong, "Of these, searches that did not name exactly the trigger")
    r.claim("repeated_within_error", wrong < 0.01 * runs,
            "Of all searches by belief or until sure, at up to the 10% of wrong answers that they assume, fewer "
            "than 1% "
            "are wrong.")  # fmt: skip


def other_triggers(r: Results, seed: int) -> None:
    """Two triggers of which either is enough, and a pair whose order matters, on 64 messages."""
    lines, good = [], []
    for kind in ("two independent", "ordered pair"):
        for flips in (0.0, 0.05):
            for name in ("both halves", "beginnings", "ddmin", BELIEF):
                c = experiment.cell(seed, kind, 64, flips, name)
                lines.append([f"{kind}, {flips:.0%}, {name}", c.searches, c.right, c.probes])
                good += [c.right] if name == BELIEF or (not flips and name in ("beginnings", "ddmin")) else []
    r.table("other_triggers", "64 messages: two triggers of which either is enough; a pair in a certain order",
            ["Trigger, wrong answers, method", "Searches", "Found", "Probes"], lines)  # fmt: skip
    r.claim("other_triggers_too", min(good) > 0.97, "Beginnings and ddmin without wrong answers, and belief with "
        "5%, find "
            "both of two independent triggers and an ordered pair in over 97% of searches.")  # fmt: skip


def tried(length: int, parts: Sequence[int], told: float, true: float, rng: random.Random,
          how: str, kind: str = "a pair") -> tuple[bool, int]:  # fmt: skip
    """(named exactly, probes) of one simulated search by find-trigger's own code, told one rate of wrong answers."""
    truth = experiment.Oracle(kind, parts, true, rng)
    finder = find.Finder([str(i) for i in range(length)], lambda part: truth([int(m) for m in part]), told, 0.01)
    named = []
    with contextlib.suppress(ValueError):  # a first check gone wrong ends a search without a name
        named += finder.triggers(how)
    return sorted(named) == truth.answer(), truth.probes


def tool(r: Results, seed: int) -> None:
    """find-trigger's own path: real repositories and a real process; every place in five messages; then simulated
    searches of 64 messages with --flips 0.05, where that is the true rate of wrong answers and where it is not."""
    given = [f"change number {i}" for i in range(64)]
    given[17], given[40] = "docs: add HERMES.md to the repo root", "chore: bump openclaw"
    command = "! (git log --format=%B | grep -q HERMES.md && git log --format=%B | grep -q openclaw)"
    oracle = find.Process(command, LIMIT)
    found = []
    with contextlib.suppress(find.Spent):
        found += find.Finder(given, oracle, 0, 0.01).triggers("beginnings")
    r.add("process_probes", oracle.probes, "Times find-trigger ran a command, each in a repository of its own, "
        "to find a "
          "pair in 64 messages and that there is no other")  # fmt: skip
    five = [tried(5, parts, 0.0, 0.0, random.Random(0), "one-at-a-time")
            for count in (1, 2) for parts in itertools.combinations(range(5), count)]  # fmt: skip
    r.add("tool_five_probes", max(count for _, count in five), "The most that find-trigger asks about five messages, "
          "checks before and after included, over all single messages and pairs")  # fmt: skip
    either = [tried(5, parts, 0.0, 0.0, random.Random(0), "one-at-a-time", "two independent")
              for parts in itertools.combinations(range(5), 2)]  # fmt: skip
    r.add("tool_five_either_probes", max(count for _, count in either), "The most that find-trigger asks about five "
          "messages of which either of two is enough, until it has named both")  # fmt: skip
    shares = {}
    for true in (0.05, 0.10, 0.15):
        done = []
        for run in range(300):
            rng = random.Random(f"{seed} tool {true} {run}")
            done.append(tried(64, sorted(rng.sample(range(64), 2)), 0.05, true, rng, "beginnings"))
        shares[true] = sum(right and count <= LIMIT for right, count in done)
        low, high = experiment.wilson(shares[true], 300)
        end = "" if true == 0.05 else f"_true_{true * 100:.0f}pct"
        r.add(f"tool_flaky_right{end}", shares[true] / 300, f"Share of 300 simulated searches of 64 messages in which "
              f"find-trigger --flips 0.05 names exactly the pair within its default limit of 100, at {true:.0%} wrong "
              "answers", "share", low=low, high=high, interval="95% Wilson")  # fmt: skip
        r.add(f"tool_flaky_probes{end}", sum(count for _, count in done) / 300, "Mean probes of these searches, "
              "checks before and after included")  # fmt: skip
    right = shares[0.05]
    least = find.Finder([given[17]], lambda messages: "HERMES.md" in messages[0], 0, 0.01).shrink([given[17]], 0)
    r.claim(
        "tool_works_at_its_default",
        found == [[17, 40]] and oracle.probes <= LIMIT and right >= 294 and least == "HERMES.md",
        "At its default limit find-trigger names the planted pair among 64 real commits, and with --flips 0.05 it "
        "names exactly the pair in at least 98% of 300 simulated searches of 64 messages.",
    )
    r.claim("tool_degrades", shares[0.05] > shares[0.15],
            "Told 5% wrong answers, find-trigger names the pair less often at 15% than at 5%.")  # fmt: skip
    r.claim("tool_five_probes_bounded", all(named and count <= 8 for named, count in five) and
            all(named and 8 < count <= 13 for named, count in either),
            "Among five messages find-trigger names every single message and every pair for at most eight probes, the "
            "checks before and after included, and two messages of which either is enough for at most "
            "thirteen.")  # fmt: skip
