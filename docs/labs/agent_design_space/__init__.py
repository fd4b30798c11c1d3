"""Where 36 open-source agents stand: clusters, bundles and step caps, from code read at a commit, against chance."""

from __future__ import annotations

import numpy as np
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio

from labs.agent_design_space import figures
from labs.agent_design_space import statistics as st
from labs.agent_design_space.blind import blind
from labs.agent_design_space.structure import RECENT, REGIONS, bundle, regions
from labs.agent_design_space.survey import (
    BUNDLE,
    DRIVERS,
    FEATURES,
    FIELDS,
    WORDS,
    Agent,
    agents,
    disputed,
    read,
    table,
)
from labs.record import Results


def run(seed: int) -> Results:
    """Analyse the survey; only the random draws of the nulls depend on `seed`."""
    r, rows = Results(), agents()
    counts(r, rows)
    agreement(r, rows)
    blind(r, rows, seed)
    region = regions(r, rows, seed)
    bundle(r, rows, seed)
    differences(r, rows)
    r.figure("map", lambda: figures.the_map(rows, region, REGIONS))
    return r


def counts(r: Results, rows: list[Agent]) -> None:
    """What was surveyed: agents, links, dates, drivers, domains, and every row's score."""
    links = [(a, a[f + "_evidence"]) for a in rows for f in FIELDS if a[f + "_evidence"]]
    pinned = [
        u for a, u in links if u.startswith(f"https://github.com/{a['repository']}/blob/{a['commit']}/") and "#L" in u
    ]
    r.add("n_agents", len(rows), "agents surveyed")
    r.add("n_links", len(links), "cells of the survey that link to a line of code")
    r.add(
        "n_links_pinned", len(pinned), "of these, links to the row's own repository at the row's own commit and a line"
    )
    r.add("n_domains", len({a["domain"] for a in rows}), "domains of work among the agents")
    r.add("n_coding", sum(a["domain"] == "coding" for a in rows), "coding agents")
    r.add("n_old", sum(a["commit_date"] < RECENT for a in rows), "agents whose snapshot is older than 18 months")
    r.add("first_date", min(a["commit_date"] for a in rows), "date of the oldest snapshot")
    r.add("last_date", max(a["commit_date"] for a in rows), "date of the newest snapshot")
    for driver in DRIVERS:
        r.add(f"n_{driver}", sum(a["driver"] == driver for a in rows), f"agents driven by: {driver}")
    said = "agents that ship each feature, if only as an option, all and by driver"
    lines = [[WORDS[f], *(sum(a.has(f) for a in group) for group in by_driver(rows))] for f in FEATURES]
    r.table("features", said, ["feature", "all", *DRIVERS], lines)
    columns = ["agent", "domain", "driver", *map(WORDS.get, FEATURES), "step cap", "of six", "commit"]
    cells = [[a.name, a["domain"], *(a[f] for f in FIELDS), a.score, a["commit_date"]] for a in rows]
    r.table("agents", "the survey; links and notes are in survey.csv", columns, cells)
    found = sum(a.has("compaction") for a in rows if a["driver"] == "code")
    r.add("code_compaction", found, "code-driven agents that summarise their own conversation")
    others = max(a.score for a in rows if a["driver"] != "model")
    r.add("others_score_max", others, "most of six features in an agent that the model does not drive")


def by_driver(rows: list[Agent]) -> list[list[Agent]]:
    """All agents, then those of each driver."""
    return [rows, *([a for a in rows if a["driver"] == driver] for driver in DRIVERS)]


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


def differences(r: Results, rows: list[Agent]) -> None:
    """Where designs part: gates and isolation, memory, step caps."""
    levels = ("default", "opt-in", "none")
    lines = [
        [f"gate {gate}", *(sum((a["gate"], a["isolation"]) == (gate, other) for a in rows) for other in levels)]
        for gate in levels
    ]
    columns = ["gate", *(f"isolation {level}" for level in levels)]
    r.table("gate_isolation", "agents by human gate and isolation", columns, lines)
    model = [a for a in rows if a["driver"] == "model"]
    pairs = [(a.has("gate"), a.has("isolation")) for a in rows]
    for name, pair in (("both", (1, 1)), ("gate_only", (1, 0)), ("isolation_only", (0, 1)), ("neither", (0, 0))):
        r.add(name, pairs.count(pair), f"agents with gate and isolation: {name.replace('_', ' ')}")
    r.add("n_gate", sum(gate for gate, _ in pairs), "agents with a human gate, if only as an option")
    r.add("n_no_gate", sum(not gate for gate, _ in pairs), "agents without a human gate")
    four = [[pairs.count((gate, own)) for own in (True, False)] for gate in (True, False)]
    p = float(fisher_exact(four).pvalue)
    odds = odds_ratio(four)
    low, high = odds.confidence_interval(0.95)
    says = "odds of isolation with a gate over those without, conditional"
    r.add("odds_gate_isolation", float(odds.statistic), says, low=float(low), high=float(high), interval="95%, exact")
    r.add(
        "p_gate_isolation",
        p,
        "Fisher's exact test: do agents with a gate isolate more or less often than those without",
    )
    both = [a for a in rows if a["gate"] == a["isolation"] == "default"]
    r.add("both_by_default", len(both), "agents that ask and isolate without any setting")
    bare = [a for a in rows if "default" not in (a["gate"], a["isolation"])]
    r.add("neither_by_default", len(bare), "agents that neither ask nor isolate without a setting")
    open_loops = [a for a in bare if a["driver"] == "model"]
    r.add("neither_by_default_model", len(open_loops), "of these, model-driven agents")
    r.add("neither_by_default_names", ", ".join(a.name for a in open_loops), "the model-driven agents among these")
    r.add("model_memory", sum(a.has("memory") for a in rows), "agents whose model decides what a later session reads")
    off = [a for a in rows if a.has("memory") and any(w in a["memory_note"] for w in ("off by", "only"))]
    r.add("model_memory_off", len(off), "of these, agents in which it is off until somebody sets it")
    roles = [a.name for a in rows if a["driver"] == "model" and a.has("fixed_roles")]
    r.add("model_subagents", sum(a.has("subagent_tool") for a in model), "model-driven agents with a sub-agent tool")
    r.add("model_roles", len(roles), "model-driven agents with fixed roles")
    caps = sorted(a.cap for a in model if a.cap)
    r.add("n_caps", len(caps), "model-driven agents with a default cap on model turns")
    r.add("n_no_cap", len(model) - len(caps), "model-driven agents without one")
    r.add("cap_low", caps[0], "lowest default cap on model turns")
    r.add("cap_median", float(np.median(caps)), "median default cap on model turns")
    r.add("cap_high", caps[-1], "highest default cap on model turns")
    r.add("caps_to_ten", sum(cap <= 10 for cap in caps), "default caps of at most ten turns")
    order = sorted(model, key=lambda a: (a.cap or 10**6, a.name.lower()))
    lines = [[a.name, a.cap or "none", a["cap_note"]] for a in order]
    r.table("caps", "default cap on model turns, model-driven agents", ["agent", "cap", "note"], lines)


def main(argv: list[str]) -> int:
    """`lab agent-design-space table` prints the table of the post."""
    if argv != ["table"]:
        raise ValueError("the lab agent-design-space knows one command: table")
    print(table(agents()))
    return 0
