"""What the histories and the clock give: values, tables and the sentences that rest on them."""

from __future__ import annotations

import numpy as np

from labs.multi_vs_single_agent import clock, luck, recorded
from labs.multi_vs_single_agent.merge import CRASH, SILENT
from labs.record import Results

CUTS = ("at random", "by path", "at the seam")
CHANCE = "as uneven"  # random cuts with parts as uneven as those at the seam: evenness is no merit of it
WRITERS, DRAWS = 4, 20_000
COUNTS = range(0, 25, 3)


def add_histories(r: Results, seed: int) -> list[tuple[str, float, float]]:
    """Cuts found on the older half of real histories, tried on the newer; returns what the seam saves on each."""
    kept = recorded.read()["repositories"]
    usable = [name for name in kept if recorded.share(kept[name], seed, WRITERS, "by path")[3] >= recorded.KNOWN]
    r.add("histories", len(kept), "repositories whose history was read")
    r.add(
        "histories_tried", len(usable), "of them, four fifths of the newer changes are to paths that the older half had"
    )
    r.add("histories_commits", sum(kept[name]["commits"] for name in usable), "commits of those, older and newer half")
    saved, everywhere, best, rows = [], [], 0, []
    for name in kept:
        got = {cut: recorded.share(kept[name], seed, WRITERS, cut) for cut in (*CUTS, CHANCE)}
        older, newer = (1 - got["at the seam"][i] / got[CHANCE][i] for i in (0, 1))
        if name in usable:
            saved.append((name, older, newer))
        older_newer = [round(got[cut][i], 3) for cut in got for i in (0, 1)]
        rows.append([name, *older_newer, round(got["at the seam"][2], 3), round(got["by path"][3], 3)])
        everywhere.append((older, newer))
        best += name in usable and got["at the seam"][1] <= min(share[1] for share in got.values())
        if name in ("httpx", "mkdocs"):
            says = f"{name}: share of later changes in the largest part of the cut at the seam"
            r.add(f"largest_{name}", got["at the seam"][2], says, "share")
    columns = [
        "repository",
        *(f"{cut}, {half}" for cut in (*CUTS, CHANCE) for half in ("older", "newer")),
        "largest",
        "known",
    ]
    r.table("by_repository", "share of commits that touch two of four parts or more", columns, rows)
    older, newer = (float(np.mean([one[i] for one in saved])) for i in (1, 2))
    r.add("saved_older", older, "mean of what the seam saves of the commits across, where it was found", "share")
    r.add("saved_newer", newer, "mean of what it saves on the half that came later", "share")
    for i, name in enumerate(("older", "newer")):
        mean = float(np.mean([one[i] for one in everywhere]))
        r.add(f"saved_{name}_ten", mean, f"the same over all ten histories, {name} half", "share")
    r.add("seam_best", best, "of the six, where no other of the four cuts has fewer later commits across")
    r.claim("seam_is_best_in_most", best >= 4, "In at least four of the six the seam has no more of the later "
            "commits across than the cut by path, or than random cuts have on average, four parts each.")  # fmt: skip
    every = [
        {name: tuple(1 - recorded.share(kept[name], i, WRITERS, "at the seam")[half]
                     / recorded.share(kept[name], i, WRITERS, CHANCE)[half] for half in (0, 1)) for name in kept}
        for i in range(recorded.SEEDS)
    ]  # fmt: skip
    drawn = [[draw[name] for name in usable] for draw in every]
    six, ten = ([np.mean(draw, axis=0) for draw in draws] for draws in (drawn, [list(draw.values()) for draw in every]))
    r.claim(
        "seam_is_hindsight",
        all(one[2] < one[1] for one in saved)
        and newer < 0.5 * older
        and len(saved) == 6
        and [round(100 * end(mean[half] for mean in six)) for half in (0, 1) for end in (min, max)] == [32, 35, 10, 12],
        "In each of the six histories the seam saves less of the later commits than of those it was found in, on "
        "average less than half as much, against random cuts with parts as uneven: over five draws 32 to 35% where it "
        "was found, 10 to 12% later.",
    )
    r.claim(
        "ten_save_a_fifth",
        [round(100 * end(mean[1] for mean in ten)) for end in (min, max)] == [18, 22],
        "Over all ten histories the seam saves 18 to 22% of the later commits across on average, over five draws.",
    )
    ends = [round(100 * end(one[half] for one in drawn[0])) for half in (0, 1) for end in (min, max)]
    r.claim(
        "figure_hindsight",
        ends == [21, 51, 8, 16]
        and [round(100 * end(one[1] for draw in drawn for one in draw)) for end in (min, max)] == [-3, 25],
        "In the draw shown the seam has 21 to 51% fewer commits across than random cuts as uneven on the half it was "
        "found in, 8 to 16% fewer on the later one; over five draws from 3% more to 25% fewer on the later one.",
    )
    later = [recorded.share(kept[name], seed, WRITERS, cut)[1] for name in usable for cut in CUTS]
    r.add("across_least", min(later), "least share of later commits across, any of three cuts in four", "share")
    r.add("across_most", max(later), "greatest share of later commits across, any of three cuts in four", "share")
    r.claim(
        "cut_is_crossed",
        min(later) > 0.15,
        "Cut in four at random, by path or at the seam, more than 15% of the later commits touched two parts or more "
        "in each of the six.",
    )
    path = [recorded.share(kept[name], seed, WRITERS, "by path")[1] for name in usable]
    chance = [recorded.share(kept[name], seed, WRITERS, "at random")[1] for name in usable]
    better = sum(a < b - 0.02 for a, b in zip(path, chance, strict=True))
    r.add("path_better", better, "of the six, where a cut by path beats chance by more than 2 points on later commits")
    r.claim("path_is_little", better <= 2, "By more than two points a cut by path beats chance in at most two of six.")
    return saved


def add_clock(r: Results, seed: int, said: dict[str, str]) -> list[list[object]]:
    """Speed over disagreements for four repair rules; returns the rows."""
    random, rows = np.random.default_rng(seed), []
    found = {kind: sum(value == kind for value in said.values()) / len(said) for kind in set(said.values())}
    seen = {"all": 1.0, "what an ordinary order sees": 1 - found[SILENT], "what crashes": found[CRASH]}
    for count in COUNTS:
        for rule, repaired in clock.RULES.items():
            speeds = (clock.speed(round(count * part), WRITERS, repaired, DRAWS, random) for part in seen.values())
            rows.append([count, rule, *(round(speed, 3) for speed in speeds)])
    r.table("by_disagreements", "speed of four writers against one, 24 modules, by what of it is repaired",
            ["disagreements", "rule", "all repaired", "what an order shows", "crashes only"], rows)  # fmt: skip
    last = {rule: speed for count, rule, speed, *_ in rows if count == max(COUNTS)}
    rules = list(clock.RULES)
    r.add("speed_none", rows[0][2], "speed of four writers who never disagree: the number of writers")
    r.add("speed_worst", last[rules[0]], "speed at 24 disagreements where one repairs them one by one")
    r.add("speed_best", last[rules[3]], "speed at 24 disagreements where each writer does a module again once")
    r.claim(
        "rule_decides_speed",
        last[rules[0]] < 1 < last[rules[1]]
        and last[rules[2]] > 1.5
        and last[rules[3]] > 2
        and all((speed < 1) == (rule == rules[0] and count > 18) for count, rule, speed, *_ in rows),
        "With 24 disagreements in 24 modules four writers are slower than one under one of four repair rules, and more "
        "than twice as fast under another; up to 18 they are slower under none.",
    )
    at = {(count, rule): speed for count, rule, speed, *_ in rows}
    r.claim(
        "figure_speed",
        at[18, rules[0]] == 1 and [round(last[rule], 1) for rule in rules] == [0.8, 1.1, 1.7, 2.2],
        "Where one repairs one by one four writers are as fast as one at 18 disagreements; at 24 the four rules give "
        "0.8, 1.1, 1.7 and 2.2.",
    )
    twelve = {rule: (a, c) for count, rule, a, _, c in rows if count == 12}
    r.add("speed_12_all", twelve[rules[0]][0], "speed at 12 disagreements, one repairs all of them one by one")
    r.add("speed_12_crashes", twelve[rules[0]][1], "speed at 12 disagreements, one repairs only those that crash")
    r.claim(
        "not_looking_looks_fast",
        all(c > a for a, c in twelve.values()),
        "With twelve disagreements, repairing only what crashes is faster than repairing all, under each of the four "
        "rules: that follows from the model.",
    )
    half = clock.readers(WRITERS, 0.5)
    r.add("readers_half", half, "speed of one writer with four readers where half of the work is reading")
    r.claim("readers_half_speed", abs(half - 1.6) < 1e-9, "Where half of the work is reading, four readers and one "
            "writer are 1.6 times as fast as one agent, by Amdahl's formula.")  # fmt: skip
    fails = {rule: clock.speed(24, WRITERS, repaired, DRAWS, random, work=2) for rule, repaired in clock.RULES.items()}
    r.table("by_failing_repairs", "speed at 24 disagreements where each repair takes twice the work",
            ["rule", "speed"], [[rule, round(speed, 3)] for rule, speed in fails.items()])  # fmt: skip
    r.claim("last_rule_holds", fails[rules[3]] > 1 and fails[rules[1]] < 1, "Where each repair takes twice the "
            "work, the last rule still beats one writer and the second no longer does.")  # fmt: skip
    return rows


def add_luck(r: Results) -> None:
    """The chain of twenty steps, independent and not."""
    together = (0.0, 0.2, 0.4, 0.6, 0.8)
    chain = [luck.all_pass(0.95, 20, rho) for rho in together]
    r.table("by_correlation", "twenty steps that pass 95% of the time each: probability that all pass",
            ["correlation", "all pass"], [[a, round(b, 4)] for a, b in zip(together, chain, strict=True)])  # fmt: skip
    r.add("chain_independent", chain[0], "probability that 20 steps of 95% all pass, independent", "share")
    r.add("chain_together", chain[2], "the same where any two correlate by 0.4", "share")
    r.claim(
        "chain_needs_independence",
        abs(chain[0] - 0.95**20) < 1e-9 and chain == sorted(chain) and chain[2] > chain[0] + 0.2,
        "0.95 to the twentieth holds for independent steps; where they fail together, all pass more often, by more "
        "than 20 points at a correlation of 0.4.",
    )
