"""The statistical part of the lab: regions against two nulls, and the bundle of six features against chance."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from labs.agent_design_space import figures
from labs.agent_design_space import statistics as st
from labs.agent_design_space.survey import BUNDLE, FEATURES, WORDS, Agent, disputed, drivers, first_coding, matrix, read
from labs.record import Results

K = 3
REGIONS = {0: "full harness", 1: "bare loop", 2: "scripted"}
MEMBERS = {"crush": 0, "mini-swe-agent": 1, "storm": 2}  # one agent that names its region
RECENT = "2025-05-22"  # 18 months before the survey was read
TIMES, TRIALS = 300, 5000
NULL = "share of the null's tables that reach it"


def regions(r: Results, rows: list[Agent], seed: int) -> dict[str, int]:
    """Clusters against two nulls, resampled, with domains left out; returns each agent's region."""
    features, who = matrix(rows), drivers(rows)
    against_chance(r, rows, seed)
    labels = st.clusters(st.distances(features, who), K)
    r.add("silhouette_regions", st.silhouette(st.distances(features, who), labels), f"silhouette of the {K} regions")
    of = {labels[i]: MEMBERS[a.name] for i, a in enumerate(rows) if a.name in MEMBERS}
    same = st.bootstrap_ari(features, who, K, TIMES, seed)
    spread(r, "bootstrap_ari", "agreement of the clusters with those of resamples, 1 is the same", same, 0.1, 0.9)
    stable = st.cluster_stability(features, who, K, TIMES, seed)
    lines = []
    for label, index in sorted(of.items(), key=lambda pair: pair[1]):
        inside = [a for a, other in zip(rows, labels, strict=True) if other == label]
        scores = [a.score for a in inside]
        members = ", ".join(a.name for a in inside)
        words, name = REGIONS[index], REGIONS[index].replace(" ", "_")
        lines.append([words, len(inside), min(scores), max(scores), stable[int(label)], members])
        r.add(f"n_{name}", len(inside), f"agents in the region {words}")
        r.add(f"stability_{name}", stable[int(label)], f"median overlap of the region {words} with itself in resamples")
    r.table("regions", "the three regions", ["region", "agents", "fewest", "most", "stability", "members"], lines)
    lines = []
    for domain in dict.fromkeys(a["domain"] for a in rows):
        keep = np.array([a["domain"] != domain for a in rows])
        again = st.clusters(st.distances(features[keep], who[keep]), K)
        lines.append([domain, int((~keep).sum()), float(st.adjusted_rand_score(labels[keep], again))])
    says = "agreement of the clusters of the rest when one domain is left out"
    r.table("left_out", says, ["domain", "agents", "agreement"], lines)
    r.add("left_out_min", min(line[2] for line in lines), f"lowest {says}")
    r.add("left_out_coding", next(x for d, _, x in lines if d == "coding"), f"{says}: coding")
    return {a.name: of[label] for a, label in zip(rows, labels, strict=True)}


def against_chance(r: Results, rows: list[Agent], seed: int) -> None:
    """Best silhouettes of the survey and of parts of it, beside those of tables that keep only some margins."""
    features, who = matrix(rows), drivers(rows)
    outside = [a for a in rows if a["domain"] != "coding"]
    recent = [a for a in rows if a["commit_date"] >= RECENT]
    views = {
        "all": (features, who, "nine features and the driver"),
        "no_roles": (np.delete(features, FEATURES.index("fixed_roles"), 1), who, "all but the field fixed roles"),
        "no_driver": (features, None, "nine features without the driver"),
        "first": (*first_coding(), "the first coding, eleven features and the driver"),
        "no_coding": (matrix(outside), drivers(outside), "agents outside coding"),
        "recent": (matrix(recent), drivers(recent), "snapshots of the last 18 months"),
    }
    kept = {st.shuffled: "feature counts", st.swapped: "feature counts and each agent's number of features"}
    r.add("n_null", TIMES, "shuffled tables behind each p of a silhouette")
    for name, (bits, block, says) in views.items():
        best, k = st.best_silhouette(bits, block)
        r.add(f"silhouette_{name}", best, f"best silhouette over 2 to 6 clusters: {says}")
        r.add(f"k_{name}", k, f"number of clusters at that silhouette: {says}")
        for change in kept if name in ("all", "no_roles") else (st.shuffled,):
            null = st.null_silhouettes(bits, block, change, TIMES, seed)
            tables = f"tables that keep {kept[change]}: {says}"
            r.add(f"null_{name}_{change.__name__}", null.mean(), f"mean silhouette of {tables}")
            r.add(f"top_{name}_{change.__name__}", null.max(), f"highest silhouette of {TIMES} {tables}")
            r.add(f"p_{name}_{change.__name__}", st.p_value(best, null), f"{NULL}, {tables}")


def spread(r: Results, name: str, says: str, found: np.ndarray | list, low: float = 0.0, high: float = 1.0) -> None:
    """Add the median of `found` with two of its quantiles as the interval."""
    words = "lowest to highest" if (low, high) == (0, 1) else f"{100 * low:.0f}th to {100 * high:.0f}th percentile"
    a, b = np.quantile(found, [low, high])
    r.add(name, float(np.median(found)), says, low=float(a), high=float(b), interval=words)


def bundle(r: Results, rows: list[Agent], seed: int) -> None:
    """Do the six harness features come together? Histogram and variance ratio against chance."""
    model = [a for a in rows if a["driver"] == "model"]
    groups = {
        "model-driven": model,
        "model-driven, coding": [a for a in model if a["domain"] == "coding"],
        "model-driven, not coding": [a for a in model if a["domain"] != "coding"],
        "model-driven, last 18 months": [a for a in model if a["commit_date"] >= RECENT],
    }
    lines = []
    for words, group in groups.items():
        bits = matrix(group, BUNDLE)
        ratios, bars = st.null_bundles(bits, TRIALS, seed)
        ratio, all_six, chance = st.variance_ratio(bits), st.histogram(bits)[6], bars[:, 6]
        cells = [ratio, st.p_value(ratio, ratios), all_six, float(chance.mean()), st.p_value(all_six, chance)]
        lines.append([words, len(group), *cells])
        if words == "model-driven, not coding":
            r.add("p_ratio_not_coding", cells[1], f"{NULL}: variance ratio of the model-driven agents outside coding")
    columns = ["group", "agents", "ratio", "p", "with all six", "expected", "p of all six"]
    r.table("bundle", "variance of the scores over that of independent features", columns, lines)
    bits = matrix(model, BUNDLE)
    ratios, bars = st.null_bundles(bits, TRIALS, seed)
    ratio, seen = st.variance_ratio(bits), st.histogram(bits)
    means = [float(mean) for mean in bars.mean(axis=0)]
    says = "model-driven agents by how many of six features they ship"
    r.table("scores", says, ["features", "agents", "expected"], [[n, seen[n], means[n]] for n in range(7)])
    r.add("n_null_bundles", TRIALS, "shuffled tables behind each p of the bundle")
    r.add("ratio_model", ratio, "variance of model-driven agents' scores over that of independent features")
    r.add("p_ratio_model", st.p_value(ratio, ratios), f"{NULL}: variance ratio of the model-driven agents")
    r.add("with_all_six", seen[6], "model-driven agents that ship all six features")
    coding = sum(a.score == 6 for a in groups["model-driven, coding"])
    r.add("with_all_six_coding", coding, "of these, coding agents")
    r.add("expected_all_six", means[6], "model-driven agents with all six if features were independent")
    r.add("with_four", seen[4], "model-driven agents that ship exactly four")
    r.add("few", sum(seen[:4]), "model-driven agents that ship at most three of six")
    r.add(
        "scalability", st.scalability(bits), "how far the six come in one order: 1 always, 0 by chance (Loevinger's H)"
    )
    more = np.vstack([bits, np.ones((2, len(BUNDLE)), dtype=bool)])
    r.add("ratio_two_more", st.variance_ratio(more), "the variance ratio if two more agents shipped all six")
    younger = {row["younger"] for row in read("kin.csv")}
    alone = matrix([a for a in model if a["repository"] not in younger], BUNDLE)
    r.add("n_kin", len(younger), "agents that descend from, depend on or share makers with another one in the survey")
    r.add("ratio_no_kin", st.variance_ratio(alone), "the variance ratio without these")
    asked = np.array([a["gate"] == "default" for a in model])
    strict = bits.copy()
    strict[:, BUNDLE.index("gate")] = asked
    r.add("ratio_gate_default", st.variance_ratio(strict), "the variance ratio if only gates on by default count")
    readings = every_reading(model)
    r.add("n_readings", len(readings), "ways to read the disputed cells of the six features")
    spread(r, "ratio_readings", "median variance ratio over these ways", [st.variance_ratio(b) for b in readings])
    spread(r, "fours_readings", "median of agents with exactly four", [st.histogram(b)[4] for b in readings])
    spread(r, "sixes_readings", "median of agents with all six", [st.histogram(b)[6] for b in readings])
    nine, picks = matrix(model), list(combinations(range(len(FEATURES)), len(BUNDLE)))
    r.add("n_choices", len(picks), "ways to choose six of the nine features")
    choices = [st.variance_ratio(nine[:, list(pick)]) for pick in picks]
    spread(r, "ratio_choices", "median variance ratio over these choices", choices)
    r.add("choices_above", sum(c >= ratio - 1e-12 for c in choices), "choices whose ratio is at least that of the six")
    order = sorted(BUNDLE, key=lambda f: -sum(a.has(f) for a in model))
    both = [[WORDS[f], *(sum(a.has(f) and a.has(g) for a in model) for g in order)] for f in order]
    r.table("together", "model-driven agents that ship both features", ["feature", *map(WORDS.get, order)], both)
    r.figure("bundle", lambda: figures.the_bundle(seen, bars))


def every_reading(rows: list[Agent]) -> list[st.Bits]:
    """The six features under every combination of readings of the disputed cells: 2 to the number of cells."""
    where = [(rows.index(a), BUNDLE.index(f)) for a, f in disputed(rows) if f in BUNDLE]
    found = []
    for turned in product((False, True), repeat=len(where)):
        bits = matrix(rows, BUNDLE)
        for (i, j), turn in zip(where, turned, strict=True):
            bits[i, j] ^= turn
        found.append(bits)
    return found
