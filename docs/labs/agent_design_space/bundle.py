"""The six harness features of the model-driven agents: do they come together, and how sure is that?"""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from labs.agent_design_space import exact, figures
from labs.agent_design_space import statistics as st
from labs.agent_design_space.structure import RECENT, spread
from labs.agent_design_space.survey import BUNDLE, FEATURES, WORDS, Agent, as_it_was, disputed, matrix, read
from labs.record import Results

TRIALS = 5000


def bundle(r: Results, rows: list[Agent], seed: int) -> None:
    """Histogram against its exact expectation, variance ratio against shuffled tables, in groups and readings."""
    model = [a for a in rows if a["driver"] == "model"]
    groups(r, model, seed)
    ends(r, model, seed)
    readings(r, rows, model)
    order = sorted(BUNDLE, key=lambda f: -sum(a.has(f) for a in model))
    both = [[WORDS[f], *(sum(a.has(f) and a.has(g) for a in model) for g in order)] for f in order]
    r.table("together", "model-driven agents that ship both features", ["feature", *map(WORDS.get, order)], both)
    files = [a for a in model if a.has("instruction_file")]
    perhaps = [a for a, field in disputed(model) if field == "instruction_file"]
    r.add("with_file", len(files), "model-driven agents that look for an instruction file, if only after a setting")
    r.claim(
        "file_means_compaction",
        all(a.has("compaction") for a in files + perhaps),
        "Every model-driven agent that looks for an instruction file, if only after a setting, also compacts its "
        "conversation, however the disputed cells of that field are read.",
    )
    bits = matrix(model, BUNDLE)
    says = "how far the six come in one order: 1 always, 0 by chance (Loevinger's H)"
    r.add("scalability", scalability(bits), says)


def groups(r: Results, model: list[Agent], seed: int) -> None:
    """All six together and the variance of scores, for all model-driven agents and for parts of them."""
    parts = {
        "model-driven": model,
        "coding": [a for a in model if a["domain"] == "coding"],
        "not coding": [a for a in model if a["domain"] != "coding"],
        "last 18 months": [a for a in model if a["commit_date"] >= RECENT],
        "sessions": [a for a in model if a["work"] == "session"],
        "jobs": [a for a in model if a["work"] == "job"],
    }
    lines, long = [], []
    for words, group in parts.items():
        bits = matrix(group, BUNDLE)
        counts, n = bits.sum(axis=0).tolist(), len(group)
        bars, means = st.histogram(bits), exact.expected_scores(counts, n)
        ratio = st.variance_ratio(bits)
        hits = st.reached(ratio, st.null_bundles(bits, TRIALS, seed)[0])
        chance = exact.at_least(exact.all_of_them(counts, n), bars[6])
        lines.append([words, n, bars[6], float(means[6]), chance, ratio, hits])
        long += [[words, score, bars[score], float(means[score])] for score in range(7)]
    columns = ["group", "agents", "with all six", "expected", "chance", "variance ratio", "tables as high"]
    r.table("bundle", "all six, exactly; variance of the scores over that of independent features", columns, lines)
    says = "agents by group and number of features, and what independent features give (exact)"
    r.table("scores", says, ["group", "features", "agents", "expected"], long)
    r.add("n_null_bundles", TRIALS, "shuffled tables beside each variance ratio")
    (_, _, six, expected, chance, ratio, hits), coding, outside = lines[:3]
    r.add("with_all_six", six, "model-driven agents that ship all six features")
    r.add("expected_all_six", expected, "model-driven agents with all six if features were independent, exact mean")
    r.add("chance_all_six", chance, "probability of so many or more if features were independent, exact")
    r.add("with_all_six_coding", coding[2], "of these, coding agents")
    r.add("with_all_six_outside", outside[2], "of these, agents outside coding")
    r.add("ratio_model", ratio, "variance of model-driven agents' scores over that of independent features")
    says = f"of {TRIALS} shuffled tables, those whose variance ratio is as high: outside coding"
    r.add("ratio_hits_outside", outside[6], says)
    r.claim(
        "bundle",
        six > 5 * expected and chance < 1e-6 and hits == 0,
        "More than five times as many model-driven agents ship all six as independent features would give; the chance "
        "of that many is below one in a million, and no shuffled table spreads the scores as far.",
    )
    r.claim(
        "bundle_is_coding",
        coding[2] >= 6 and outside[2] == 1 and outside[6] > TRIALS / 20,
        "All but one of the agents with all six are coding agents; outside coding more than 1 in 20 shuffled tables "
        "spread the scores as far.",
    )


def ends(r: Results, model: list[Agent], seed: int) -> None:
    """Where the scores pile up: at the two ends or in the middle, beside shuffled tables, in coding and outside it."""
    parts = {
        "all": model,
        "coding": [a for a in model if a["domain"] == "coding"],
        "outside": [a for a in model if a["domain"] != "coding"],
    }
    words = {"all": "model-driven", "coding": "coding", "outside": "not coding"}
    outer, inner, lines, bars = [0, 1, 5, 6], [3, 4], [], {}
    for name, group in parts.items():
        bits = matrix(group, BUNDLE)
        seen, means = st.histogram(bits), exact.expected_scores(bits.sum(axis=0).tolist(), len(bits))
        _, null = st.null_bundles(bits, TRIALS, seed)
        bars[name] = (seen, means.tolist())
        edge, middle = sum(seen[i] for i in outer), sum(seen[i] for i in inner)
        hits = st.reached(edge, null[:, outer].sum(axis=1)), int((null[:, inner].sum(axis=1) <= middle).sum())
        line = [edge, float(means[outer].sum()), hits[0], middle, float(means[inner].sum()), hits[1]]
        lines.append([words[name], len(group), *line])
        r.add(f"n_model_{name}", len(group), f"model-driven agents: {words[name]}")
        r.add(f"ends_{name}", edge, f"agents with at most one or at least five of six: {words[name]}")
        r.add(f"ends_{name}_expected", line[1], f"of these if features were independent, exact mean: {words[name]}")
    columns = [
        "group",
        "agents",
        "at the ends",
        "expected",
        "tables as many",
        "in the middle",
        "expected there",
        "as few",
    ]
    says = f"agents with at most one or at least five, and with three or four; of {TRIALS} shuffled tables"
    r.table("ends", says, columns, lines)
    seen = bars["all"][0]
    r.add("with_four", seen[4], "model-driven agents that ship exactly four")
    r.add("few", sum(seen[:4]), "model-driven agents that ship at most three of six")
    r.add("n_model", len(model), "model-driven agents")
    r.claim(
        "coding_at_ends",
        max(lines[1][4], lines[1][7]) < TRIALS / 100 and lines[2][4] > TRIALS / 10,
        "Among coding agents fewer than 1 in 100 shuffled tables have as many with at most one or at least five of the "
        "six, or as few with three or four; among the other model-driven agents more than 1 in 10 have as many.",
    )
    r.claim("not_all_or_nothing", all(seen), "Every number of the six features, none to all, is shipped by somebody.")
    r.figure("bundle", lambda: figures.the_bundle(bars["coding"], bars["outside"]))


def readings(r: Results, rows: list[Agent], model: list[Agent]) -> None:
    """The variance ratio under every reading of disputed cells, other choices of features, and without kin."""
    bits = matrix(model, BUNDLE)
    ratio = st.variance_ratio(bits)
    more = np.vstack([bits, np.ones((2, len(BUNDLE)), dtype=bool)])
    r.add("ratio_two_more", st.variance_ratio(more), "the variance ratio if two more agents shipped all six")
    was = [a for a in as_it_was(rows) if a["driver"] == "model"]
    r.add("ratio_before", st.variance_ratio(matrix(was, BUNDLE)), "the variance ratio before MetaGPT was read again")
    before = matrix(was, BUNDLE).sum(axis=0).tolist()
    says = "model-driven agents with all six if features were independent, before MetaGPT was read again"
    r.add("expected_before", float(exact.expected_scores(before, len(was))[6]), says)
    younger = {row["younger"] for row in read("kin.csv")}
    alone = matrix([a for a in model if a["repository"] not in younger], BUNDLE)
    r.add("n_kin", len(younger), "agents that descend from, depend on or share makers with another one in the survey")
    r.add("n_kin_model", len(model) - len(alone), "of these, model-driven agents")
    r.add("n_no_kin", len(alone), "model-driven agents without these")
    r.add("ratio_no_kin", st.variance_ratio(alone), "the variance ratio without these")
    r.add("six_no_kin", st.histogram(alone)[6], "model-driven agents with all six, without these")
    mean = float(exact.expected_scores(alone.sum(axis=0).tolist(), len(alone))[6])
    r.add("expected_no_kin", mean, "of these if features were independent, exact mean")
    strict = bits.copy()
    strict[:, BUNDLE.index("gate")] = [a["gate"] == "default" for a in model]
    r.add("ratio_gate_default", st.variance_ratio(strict), "the variance ratio if only gates on by default count")
    found = every_reading(model)
    r.add("n_readings", len(found), "ways to read the disputed cells of the six features")
    spread(r, "ratio_readings", "median variance ratio over these ways", [st.variance_ratio(b) for b in found])
    spread(r, "sixes_readings", "median of agents with all six", [st.histogram(b)[6] for b in found])
    times = [exact.expected_scores(b.sum(axis=0).tolist(), len(b))[6] for b in found]
    over = [st.histogram(b)[6] / mean for b, mean in zip(found, times, strict=True)]
    spread(r, "over_readings", "median of agents with all six over what is expected", over)
    nine, picks = matrix(model), list(combinations(range(len(FEATURES)), len(BUNDLE)))
    r.add("n_choices", len(picks), "ways to choose six of the nine features")
    choices = [st.variance_ratio(nine[:, list(pick)]) for pick in picks]
    spread(r, "ratio_choices", "median variance ratio over these choices", choices)
    r.add("choices_above", sum(c >= ratio - 1e-12 for c in choices), "choices whose ratio is at least that of the six")
    r.claim(
        "bundle_survives_readings",
        min(over) > 5 and min(choices) > 1,
        "Under every reading of the disputed cells more than five times as many ship all six as expected, and under "
        "every choice of six features out of nine the scores spread further than independence gives on average.",
    )


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


def scalability(features: st.Bits) -> float:
    """Loevinger's H: 1 if no agent ships a rarer feature without every commoner one, 0 if features are independent."""
    bits = features[:, np.argsort(-features.sum(axis=0), kind="stable")]
    share = bits.mean(axis=0)
    pairs = [(a, b) for b in range(bits.shape[1]) for a in range(b)]
    errors = sum((~bits[:, a] & bits[:, b]).sum() for a, b in pairs)
    return float(1 - errors / sum(len(bits) * (1 - share[a]) * share[b] for a, b in pairs))
