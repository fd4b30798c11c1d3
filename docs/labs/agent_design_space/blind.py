"""The blind coding: how far it agrees with the survey, and what its values would change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import fisher_exact

from labs.agent_design_space import statistics as st
from labs.agent_design_space.survey import BUNDLE, FIELDS, WORDS, Agent, drivers, matrix, read
from labs.record import Results

THREE = ("gate", "isolation", "memory")  # the fields coded blind in all rows
TIMES, TRIALS, RESAMPLES = 300, 5000, 2000
Pair = tuple[str, str]


def cells() -> list[dict[str, str]]:
    """The cells coded blind in fields that the survey kept."""
    return [c for c in read("blind-coding.csv") if c["field"] in FIELDS]


def by_field(found: list[dict[str, str]]) -> Iterator[tuple[str, list[Pair]]]:
    """For each field the survey's value before the comparison and the blind one: the drawn rows, then all of THREE."""
    for field in FIELDS:
        yield field, [(c["survey"], c["value"]) for c in found if c["field"] == field and c["drawn"] == "yes"]
    for field in THREE:
        yield field, [(c["survey"], c["value"]) for c in found if c["field"] == field]


def kappas(pairs: list[Pair], seed: int) -> tuple[float, float]:
    """The 5th and 95th percentile of kappa over resamples of the agents."""
    draws = np.random.default_rng(seed).integers(0, len(pairs), (RESAMPLES, len(pairs)))
    found = [st.kappa(*zip(*(pairs[i] for i in draw), strict=True))[1] for draw in draws]
    return float(np.quantile(found, 0.05)), float(np.quantile(found, 0.95))


def substituted(rows: list[Agent], found: list[dict[str, str]]) -> list[Agent]:
    """The survey with every blind value in the place of its own."""
    said = {(c["repository"], c["field"]): c["value"] for c in found}
    return [Agent(a.row | {f: said.get((a["repository"], f), a[f]) for f in FIELDS}) for a in rows]


def blind(r: Results, rows: list[Agent], seed: int) -> None:
    """Agreement by field, what the comparison corrected, and the findings with the blind values."""
    found = cells()
    lines = []
    for field, pairs in by_field(found):
        raw, k = st.kappa(*zip(*pairs, strict=True))
        words = "memory" if field == "memory" else WORDS[field]
        every = ", all rows" if len(pairs) == len(rows) else ""
        lines.append([words + every, len(pairs), sum(a == b for a, b in pairs), raw, k])
        if len(pairs) == len(rows):
            low, high = kappas(pairs, seed)
            says, words = f"kappa of {field}, all rows", "5th to 95th percentile, agents resampled"
            r.add(f"blind_kappa_{field}", k, says, low=low, high=high, interval=words)
    columns = ["field", "of", "agree", "share", "kappa"]
    r.table("blind", "survey and blind coding, by field: drawn rows, then all", columns, lines)
    drawn = [c for c in found if c["drawn"] == "yes"]
    split = [c for c in found if c["survey"] != c["value"]]
    r.add("blind_rows", len({c["repository"] for c in drawn}), "rows drawn at random and coded blind in all fields")
    r.add("blind_cells", len(found), "cells coded blind in fields that the survey kept")
    r.add("blind_split", len(split), "of these, cells on which survey and blind coder differed")
    r.add("blind_drawn_cells", len(drawn), "cells of the drawn rows")
    agree = sum(c["survey"] == c["value"] for c in drawn)
    r.add("blind_drawn_agree", agree, "of these, cells on which survey and blind coder agreed")
    none = [c for c in found if c["field"] in THREE and c["survey"] == "none"]
    r.add("blind_none", len(none), "cells of gate, isolation and memory that the survey called none")
    filled = [c for c in none if c["value"] != "none"]
    r.add("blind_none_filled", len(filled), "of these, cells in which the blind coder found something")
    now = {a["repository"]: a for a in rows}
    fixed = [c for c in split if now[c["repository"]][c["field"]] != c["survey"]]
    r.add("blind_fixed", len(fixed), "cells of the survey corrected after the comparison")
    left = [c for c in split if c not in fixed]
    r.add("blind_left", len(left), "cells on which survey and blind coder still differ")
    lines = [[now[c["repository"]].name, c["field"], c["survey"], c["value"], c in fixed] for c in split]
    r.table("blind_split", "where they differed", ["agent", "field", "survey", "blind", "corrected"], lines)
    what_if(r, rows, substituted(rows, found), substituted(rows, [c | {"value": c["survey"]} for c in found]), seed)


def what_if(r: Results, rows: list[Agent], other: list[Agent], before: list[Agent], seed: int) -> None:
    """The headline findings with the blind values, `other`, and the clusters also as they were `before`."""
    turned = int((matrix(rows) != matrix(other)).sum())
    r.add("blind_turned", turned, "of the cells still apart, those that turn a feature on or off")
    bits = matrix([a for a in other if a["driver"] == "model"], BUNDLE)
    ratios, bars = st.null_bundles(bits, TRIALS, seed)
    ratio = st.variance_ratio(bits)
    r.add("blind_ratio", ratio, "the variance ratio with the blind values")
    r.add("blind_p_ratio", st.p_value(ratio, ratios), "share of the null's tables that reach it")
    r.add("blind_all_six", st.histogram(bits)[6], "model-driven agents with all six, blind values")
    r.add("blind_expected", float(bars[:, 6].mean()), "expected if features were independent, blind values")
    r.add("blind_four", st.histogram(bits)[4], "model-driven agents with exactly four, blind values")
    pairs = [(a.has("gate"), a.has("isolation")) for a in other]
    four = [[pairs.count((gate, own)) for own in (True, False)] for gate in (True, False)]
    r.add("blind_p_gate", float(fisher_exact(four).pvalue), "Fisher's exact test of gate and isolation, blind values")
    both = sum(a["gate"] == a["isolation"] == "default" for a in other)
    r.add("blind_both_by_default", both, "agents that ask and isolate without a setting, blind values")
    r.add("blind_memory", sum(a.has("memory") for a in other), "agents with memory that the model writes, blind values")
    features, who = matrix(other), drivers(other)
    for k in (3, 4):
        one, two, three = (st.clusters(st.distances(matrix(x), drivers(x)), k) for x in (rows, before, other))
        words = f"agreement of the {k} clusters with those of"
        r.add(f"clusters_{k}_before", float(st.adjusted_rand_score(one, two)), f"{words} the survey before corrections")
        r.add(f"clusters_{k}_blind", float(st.adjusted_rand_score(one, three)), f"{words} the blind values")
    best, _ = st.best_silhouette(features, who)
    r.add("blind_silhouette", best, "best silhouette over 2 to 6 clusters, blind values")
    for change in (st.shuffled, st.swapped):
        null = st.null_silhouettes(features, who, change, TIMES, seed)
        name = change.__name__
        r.add(f"blind_top_{name}", null.max(), f"highest silhouette of {TIMES} {name} tables, blind values")
        r.add(f"blind_p_{name}", st.p_value(best, null), f"share of {name} tables that reach it, blind values")
