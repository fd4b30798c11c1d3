"""The codings compared: two coders with one another, the blind coding with the survey, and what each would change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import fisher_exact

from labs.agent_design_space import exact
from labs.agent_design_space import statistics as st
from labs.agent_design_space.survey import BUNDLE, CODED, WORDS, Agent, disputed, drivers, matrix, read
from labs.agent_design_space.work import RICH
from labs.record import Results

THREE = ("gate", "isolation", "memory")  # the fields coded blind in all rows
RESAMPLES = 2000
Pair = tuple[str, str]


def cells() -> list[dict[str, str]]:
    """The cells coded blind in fields that the survey kept."""
    return [c for c in read("blind-coding.csv") if c["field"] in CODED]


def by_field(found: list[dict[str, str]]) -> Iterator[tuple[str, list[Pair]]]:
    """For each field the survey's value before the comparison and the blind one: the drawn rows, then all of THREE."""
    for field in CODED:
        yield field, [(c["survey"], c["value"]) for c in found if c["field"] == field and c["drawn"] == "yes"]
    for field in THREE:
        yield field, [(c["survey"], c["value"]) for c in found if c["field"] == field]


def kappas(pairs: list[Pair], seed: int) -> tuple[float, float]:
    """The 95% interval of kappa over resamples of the agents."""
    draws = np.random.default_rng(seed).integers(0, len(pairs), (RESAMPLES, len(pairs)))
    found = [st.kappa(*zip(*(pairs[i] for i in draw), strict=True))[1] for draw in draws]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def substituted(rows: list[Agent], found: list[dict[str, str]]) -> list[Agent]:
    """The survey with every blind value in the place of its own."""
    said = {(c["repository"], c["field"]): c["value"] for c in found}
    return [Agent(a.row | {f: said.get((a["repository"], f), a[f]) for f in CODED}) for a in rows]


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
            says, words = f"kappa of {field}, all rows", "95%, agents resampled"
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
    what_if(r, rows, substituted(rows, found))
    other_unit(r, rows)


def what_if(r: Results, rows: list[Agent], other: list[Agent]) -> None:
    """The findings with the blind values in the place of the survey's, in `other`."""
    turned = int((matrix(rows) != matrix(other)).sum())
    r.add("blind_turned", turned, "of the cells still apart, those that turn a feature on or off")
    bits = matrix([a for a in other if a["driver"] == "model"], BUNDLE)
    counts = bits.sum(axis=0).tolist()
    six, expected = st.histogram(bits)[6], float(exact.expected_scores(counts, len(bits))[6])
    chance = exact.at_least(exact.all_of_them(counts, len(bits)), six)
    r.add("blind_all_six", six, "model-driven agents with all six, blind values")
    r.add("blind_expected", expected, "expected if features were independent, blind values, exact mean")
    rich = [a for a in other if a.score >= RICH]
    sessions = sum(a["work"] == "session" for a in rich)
    r.add("blind_rich", len(rich), "agents with four or more of six, blind values")
    r.add("blind_rich_sessions", sessions, "of these, sessions")
    pairs = [(a.has("gate"), a.has("isolation")) for a in other]
    four = [[pairs.count((gate, own)) for own in (True, False)] for gate in (True, False)]
    p = float(fisher_exact(four).pvalue)
    r.add("blind_p_gate", p, "Fisher's exact test of gate and isolation, blind values")
    both = sum(a["gate"] == a["isolation"] == "default" for a in other)
    r.add("blind_both_by_default", both, "agents that ask and isolate without a setting, blind values")
    one, two = (st.clusters(st.distances(matrix(x), drivers(x)), 3) for x in (rows, other))
    says = "agreement of the three regions with those of the blind values"
    r.add("regions_blind", float(st.adjusted_rand_score(one, two)), says)
    r.claim(
        "findings_survive_blind_values",
        six > 5 * expected and chance < 1e-5 and sessions >= 5 * (len(rich) - sessions) and p > 0.1,
        "With every blind value in the place of the survey's, more than five times as many have all six as expected, "
        "at least five in six of the rich are sessions, and no tie of gate and isolation shows.",
    )


def other_unit(r: Results, rows: list[Agent]) -> None:
    """The findings if deepagents were the agent that its repository ships, and not the library."""
    said = {(c["repository"], c["field"]): c["value"] for c in read("other-unit.csv")}
    other = [Agent(a.row | {f: v for (name, f), v in said.items() if name == a["repository"]}) for a in rows]
    bits = matrix([a for a in other if a["driver"] == "model"], BUNDLE)
    six, expected = st.histogram(bits)[6], float(exact.expected_scores(bits.sum(axis=0).tolist(), len(bits))[6])
    rich = [a for a in other if a.score >= RICH]
    sessions = sum(a["work"] == "session" for a in rich)
    r.add("unit_all_six", six, "model-driven agents with all six, deepagents as the agent it ships")
    r.add("unit_expected", expected, "expected if features were independent, likewise, exact mean")
    r.add("unit_rich", len(rich), "agents with four or more of six, likewise")
    r.add("unit_rich_sessions", sessions, "of these, sessions")
    r.claim(
        "findings_survive_other_unit",
        six > 5 * expected and sessions == len(rich) - 1,
        "With deepagents coded as the agent that its repository ships, more than five times as many have all six as "
        "expected, and all of the rich but one are sessions.",
    )


def agreement(r: Results, rows: list[Agent]) -> None:
    """How far two coders agreed, and what the reading of every `none` cell changed."""
    cells = read("second-coding.csv")
    twice_read = [c for c in cells if c["second"]]
    lines = []
    for field in dict.fromkeys(c["field"] for c in twice_read):
        pairs = [(c["first"], c["second"]) for c in twice_read if c["field"] == field]
        raw, k = st.kappa(*zip(*pairs, strict=True))
        lines.append([WORDS[field], sum(a == b for a, b in pairs), len(pairs), raw, k])
    r.table("agreement", "the first two coders, by field", ["field", "agree", "of", "share", "kappa"], lines)
    raw = sum(c["first"] == c["second"] for c in twice_read) / len(twice_read)
    twice = {c["repository"] for c in twice_read}
    r.add("n_blind", len(twice), "agents coded a second time without sight of the first coding")
    r.add("n_blind_cells", len(twice_read), "cells coded twice")
    r.add("raw_agreement", raw, "share of the cells coded twice on which both coders agree", "share")
    split = [c for c in twice_read if c["first"] != c["second"] and c["final"]]
    r.add("n_split", len(split), "cells of the fields kept on which the two coders differ")
    r.add(
        "n_split_second", sum(c["final"] == c["second"] for c in split), "of these, settled as the second coder read it"
    )
    wrong = [c for c in twice_read if c["final"] and c["first"] == c["second"] != c["final"]]
    r.add("n_both_wrong", len(wrong), "cells on which both coders agreed and a third reading did not")
    r.add("kappa_low", min(line[4] for line in lines), "the lowest kappa of a field")
    r.add("kappa_roles", next(line[4] for line in lines if line[0] == "fixed roles"), "kappa of the field fixed roles")
    none = [c for c in cells if c["field"] in ("gate", "isolation", "memory_any") and c["first"] == "no"]
    r.add("n_none", len(none), "cells of gate, isolation and memory that the first coding left empty or called none")
    wrong = sum(c["final"] == "yes" for c in none)
    r.add("n_none_wrong", wrong, "of these, cells in which a second reading found something")
    changed = [c for c in cells if c["final"] and c["final"] != c["first"]]
    r.add("n_final", sum(bool(c["final"]) for c in cells), "cells of the first coding that have a final value")
    r.add("n_changed", len(changed), "of these, cells whose final value is not that of the first coding")
    r.add("n_disputed", len(disputed(rows)), "cells on which a careful reader may differ")
    lines = [[f"{a.name}: {WORDS[f]}", a[f], note(a, f)] for a, f in disputed(rows)]
    r.table("disputed", "cells on which a careful reader may differ", ["cell", "value", "why"], lines)
    drives = {c["repository"]: c["first"] for c in cells if c["field"] == "driver"}
    scores = {name: 0 for name, driver in drives.items() if driver == "model"}
    for c in cells:
        if c["repository"] in scores and c["field"] in BUNDLE:
            scores[c["repository"]] += c["first"] == "yes"
    r.add("first_with_four", list(scores.values()).count(4), "model-driven agents with exactly four, first coding")


def note(agent: Agent, field: str) -> str:
    """The note of a disputed cell without its first word."""
    return agent[field + "_note"].removeprefix("disputed: ")
