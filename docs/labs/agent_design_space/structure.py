"""Three regions: the clusters, and what tables with nothing to find would give under the same treatment."""

from __future__ import annotations

import numpy as np

from labs.agent_design_space import statistics as st
from labs.agent_design_space.survey import FEATURES, Agent, as_it_was, drivers, first_coding, matrix, read
from labs.record import Results

K = 3
REGIONS = {0: "full harness", 1: "bare loop", 2: "scripted"}
MEMBERS = {"crush": 0, "mini-swe-agent": 1, "storm": 2}  # one agent that names its region
RECENT = "2025-05-22"  # 18 months before the survey was read
TIMES, WITHIN, FEWER, RESAMPLES, NULL_TABLES = 1000, 500, 100, 300, 100
NULLS = {"mild": st.shuffled, "harsh": st.swapped}
SCOPES = {  # how a row of silhouettes, one for each number of clusters, becomes one number
    "three": lambda found: found[..., K - st.KS[0]],
    "best": lambda found: found.max(axis=-1),
}


def regions(r: Results, rows: list[Agent], seed: int) -> dict[str, int]:
    """Clusters, what chance gives, how they hold under resampling; returns each agent's region by name."""
    features, who = matrix(rows), drivers(rows)
    labels = st.clusters(st.distances(features, who), K)
    of = {labels[i]: MEMBERS[a.name] for i, a in enumerate(rows) if a.name in MEMBERS}
    if len(of) != K:
        raise ValueError(f"survey.csv: {', '.join(MEMBERS)} share a region now; name one agent of each in MEMBERS")
    lines = []
    for label, index in sorted(of.items(), key=lambda pair: pair[1]):
        inside = [a for a, other in zip(rows, labels, strict=True) if other == label]
        scores, words = [a.score for a in inside], REGIONS[index]
        sessions = sum(a["work"] == "session" for a in inside)
        members = ", ".join(a.name for a in inside)
        lines.append([words, len(inside), sessions, min(scores), max(scores), members])
        r.add(f"n_{words.replace(' ', '_')}", len(inside), f"agents in the region {words}")
    columns = ["region", "agents", "sessions", "fewest", "most", "members"]
    r.table("regions", "the three regions, with fewest and most of the six features", columns, lines)
    against_chance(r, rows, seed)
    one_cell(r, features, who, labels)
    within_drivers(r, rows, seed)
    stability(r, rows, of, seed)
    left_out(r, rows, labels)
    by = {a.name: (a, of[label]) for a, label in zip(rows, labels, strict=True)}
    r.claim(
        "borders_are_open",
        by["holmesgpt"][0].score == 4
        and by["aider"][0]["driver"] == "user"
        and by["holmesgpt"][1] == by["aider"][1] == 1,
        "holmesgpt, with four features, and aider, whose user decides, both fall into the bare loop.",
    )
    cell = next(c for c in read("corrections.csv") if c["field"] == "instruction_file")
    old = [
        Agent(a.row | ({cell["field"]: cell["before"]} if a["repository"] == cell["repository"] else {})) for a in rows
    ]
    before = st.clusters(st.distances(matrix(old), drivers(old)), K)
    where = {a.name: (labels[i], before[i]) for i, a in enumerate(rows)}
    now, then = (where["magentic-ui"][i] == where["crush"][i] for i in (0, 1))
    r.claim(
        "one_cell_moves_a_border",
        now and not then and by["magentic-ui"][0]["repository"] != cell["repository"],
        "One cell of deepagents, corrected, moved another agent, magentic-ui, from the bare loop to the full harness.",
    )
    was = as_it_was(rows)
    then = st.clusters(st.distances(matrix(was), drivers(was)), K)
    says = "agreement of the regions with those before the field fixed roles and MetaGPT were read again"
    r.add("regions_before", float(st.adjusted_rand_score(labels, then)), says)
    return {a.name: of[label] for a, label in zip(rows, labels, strict=True)}


def against_chance(r: Results, rows: list[Agent], seed: int) -> None:
    """Silhouettes of the survey and of parts of it, with three clusters and at best, beside those of both nulls."""
    was = as_it_was(rows)
    outside = [a for a in rows if a["domain"] != "coding"]
    recent = [a for a in rows if a["commit_date"] >= RECENT]
    views = {
        "all": (matrix(rows), drivers(rows), "nine features and the driver"),
        "no_roles": (np.delete(matrix(rows), FEATURES.index("fixed_roles"), 1), drivers(rows), "without fixed roles"),
        "no_driver": (matrix(rows), None, "without the driver"),
        "no_coding": (matrix(outside), drivers(outside), "agents outside coding"),
        "recent": (matrix(recent), drivers(recent), "snapshots of the last 18 months"),
        "before": (matrix(was), drivers(was), "before roles were read again"),
        "first": (*first_coding(), "the first coding, eleven features"),
    }
    r.add("n_null", TIMES, "shuffled tables of each kind beside the whole survey")
    r.add("n_null_parts", FEWER, "shuffled tables of each kind beside each part of it")
    lines: dict[str, list[list]] = {scope: [] for scope in SCOPES}
    hits: dict[tuple[str, str, str], int] = {}
    whole = st.silhouettes(matrix(rows), drivers(rows))
    r.add("silhouette_two", float(whole[0]), "silhouette of two clusters: the scripted agents, and the rest")
    r.claim("two_as_good", whole[0] >= whole[1], "Two clusters separate at least as well as three.")
    for name, (bits, block, says) in views.items():
        found, times = st.silhouettes(bits, block), TIMES if name == "all" else FEWER
        nulls = {
            null: np.array([st.silhouettes(*table) for table in st.null_tables(bits, block, change, times, seed)])
            for null, change in NULLS.items()
        }
        for scope, pick in SCOPES.items():
            seen = float(pick(found))
            line = [says, len(bits), K if scope == "three" else int(st.KS[int(found.argmax())]), seen]
            for null, values in nulls.items():
                picked = pick(values)
                hits[name, scope, null] = st.reached(seen, picked)
                line += [float(picked.mean()), float(picked.max()), st.p_value(seen, picked)]
            lines[scope].append(line)
    head = ["view", "agents", "clusters", "seen"]
    head += [f"{null} {what}" for null in NULLS for what in ("mean", "highest", "p")]
    r.table("chance", "three clusters: their silhouette, and that of shuffled tables", head, lines["three"])
    r.table("chance_best", "the best of two to six clusters, likewise", head, lines["best"])
    r.add("silhouette_regions", lines["three"][0][3], f"silhouette of the {K} regions")
    says = "of the harsh null's tables, those whose three clusters separate as well"
    r.add("hits_harsh", hits["all", "three", "harsh"], says)
    r.claim(
        "three_regions",
        hits["all", "three", "mild"] == 0 and hits["all", "three", "harsh"] < TIMES / 100,
        "Three clusters separate better than those of every table that keeps only how often each feature ships, and "
        "than those of 99 in 100 tables that also keep each agent's number of features and its driver.",
    )
    r.claim(
        "regions_lean_on_roles",
        hits["no_roles", "best", "harsh"] > FEWER / 100 and hits["no_roles", "three", "mild"] > FEWER / 10,
        "Without the field fixed roles, more than 1 in 100 tables of the harsh null have a best partition as good as "
        "the survey's, and three clusters of more than 1 in 10 tables of the mild null separate as well.",
    )


def one_cell(r: Results, features: st.Bits, who: st.Bits, labels: np.ndarray) -> None:
    """Every cell of the nine features turned by itself: how often the grouping of the other agents changes."""
    moved = 0
    for i, j in np.ndindex(features.shape):
        bits, rest = features.copy(), np.arange(len(features)) != i
        bits[i, j] ^= True
        again = st.clusters(st.distances(bits, who), K)
        pairs = [x[rest][:, None] == x[rest] for x in (labels, again)]
        moved += not np.array_equal(*pairs)
    r.add("n_cells", features.size, "cells of the nine features")
    r.add("cells_that_regroup", moved, "of these, cells that group other agents otherwise if they alone are turned")
    r.claim(
        "one_cell_regroups",
        moved > 0.4 * features.size,
        "Of the cells of the nine features more than two in five, each turned by itself, group other agents otherwise.",
    )


def within_drivers(r: Results, rows: list[Agent], seed: int) -> None:
    """Both nulls once more, features moved only among the agents that a model drives and only among the others.

    Fixed roles, sub-agents and todo tools are tied to the driver by their rules; a null that moves features across
    drivers breaks that tie, and the survey then separates better than chance for a reason that is no finding. The
    mild null lets an agent's number of features change and the harsh one keeps it, so what both show rests on the
    driver alone.
    """
    features, who = matrix(rows), drivers(rows)
    model = np.array([a["driver"] == "model" for a in rows])
    found, hits, lines = st.silhouettes(features, who), {}, []
    for null, change in NULLS.items():
        random, tables = np.random.default_rng(seed), []
        for _ in range(WITHIN):
            bits = features.copy()
            for part in (model, ~model):
                bits[part] = change(features[part], random)
            tables.append(st.silhouettes(bits, who))
        for scope, words in (("three", "three clusters"), ("best", "the best of two to six")):
            seen, picked = float(SCOPES[scope](found)), SCOPES[scope](np.array(tables))
            hits[null, scope] = st.reached(seen, picked)
            lines.append(
                [f"{null}, {words}", seen, float(picked.mean()), float(picked.max()), st.p_value(seen, picked)]
            )
            says = f"of {WITHIN} tables of the {null} null within a kind of driver, those as good: {words}"
            r.add(f"hits_within_{null}_{scope}", hits[null, scope], says)
    r.add("n_null_within", WITHIN, "tables of each null whose features move only within a kind of driver")
    columns = ["null, clusters", "seen", "mean", "highest", "p"]
    r.table("chance_within", "silhouettes where features move only within a kind of driver", columns, lines)
    r.claim(
        "driver_explains_groups",
        min(hits[null, "best"] for null in NULLS) > WITHIN / 2,
        "Where features move only among the agents that a model drives, and among the others, more than half of the "
        "tables of either null have a best grouping that separates at least as well as the survey's.",
    )
    r.claim(
        "three_within_drivers",
        min(hits[null, "three"] for null in NULLS) > WITHIN / 100
        and max(hits[null, "three"] for null in NULLS) < WITHIN / 10,
        "Within a kind of driver, three clusters of more than 1 in 100 and fewer than 1 in 10 tables of either null "
        "separate as well as the survey's.",
    )


def stability(r: Results, rows: list[Agent], of: dict[int, int], seed: int) -> None:
    """How much of a region comes back in resamples, and in how many shuffled tables the like does."""
    features, who = matrix(rows), drivers(rows)
    same = st.bootstrap_ari(features, who, K, RESAMPLES, seed)
    spread(r, "bootstrap_ari", "agreement of the regions with those of resamples, 1 is the same", same, 0.025, 0.975)
    stable = st.cluster_stability(features, who, K, RESAMPLES, np.random.default_rng(seed))
    worst = min(stable.values())
    lines = [[REGIONS[of[label]], share] for label, share in stable.items()]
    r.table("stability", "median overlap of a region with itself in resamples", ["region", "overlap"], lines)
    r.add("stability_min", worst, "median overlap of the least stable region with itself in resamples")
    random = np.random.default_rng(seed)
    for null, change in NULLS.items():
        tables = st.null_tables(features, who, change, NULL_TABLES, seed)
        found = [min(st.cluster_stability(*table, K, 30, random).values()) for table in tables]
        says = f"of {NULL_TABLES} tables of the {null} null, those whose least stable cluster has as much"
        r.add(f"stability_{null}", st.reached(worst, found), says)


def left_out(r: Results, rows: list[Agent], labels: np.ndarray) -> None:
    """Whether the others stay together when the agents of one domain are taken out."""
    lines = []
    for domain in dict.fromkeys(a["domain"] for a in rows):
        keep = np.array([a["domain"] != domain for a in rows])
        rest = [a for a in rows if a["domain"] != domain]
        again = st.clusters(st.distances(matrix(rest), drivers(rest)), K)
        lines.append([domain, int((~keep).sum()), float(st.adjusted_rand_score(labels[keep], again))])
    says = "agreement of the clusters of the rest when one domain is left out"
    r.table("left_out", says, ["domain", "agents", "agreement"], lines)
    r.add("left_out_min", min(line[2] for line in lines), f"lowest {says}")
    r.add("left_out_coding", next(x for d, _, x in lines if d == "coding"), f"{says}: coding")


def spread(r: Results, name: str, says: str, found: np.ndarray | list, low: float = 0.0, high: float = 1.0) -> None:
    """Add the median of `found` with two of its quantiles as the interval."""
    words = "lowest to highest" if (low, high) == (0, 1) else f"{100 * (high - low):.0f}%"
    a, b = np.quantile(found, [low, high])
    r.add(name, float(np.median(found)), says, low=float(a), high=float(b), interval=words)
