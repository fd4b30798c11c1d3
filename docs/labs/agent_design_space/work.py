"""Which harness for which work: sessions and jobs, who starts the second role, gates, isolation and step caps."""

from __future__ import annotations

from statistics import mean

import numpy as np
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio

from labs.agent_design_space import exact, figures
from labs.agent_design_space.survey import Agent, read
from labs.record import Results

RICH = 4  # features of the six: an agent with as many has more than any that the model does not drive


def work(r: Results, rows: list[Agent]) -> None:
    """Every finding of this part; nothing here is drawn at random."""
    runs(r, rows)
    roles(r, rows)
    guards(r, rows)
    caps(r, rows)


def runs(r: Results, rows: list[Agent]) -> None:
    """How rich a harness is where a person comes back, and where the run ends with the answer."""
    sessions = [a for a in rows if a["work"] == "session"]
    jobs = [a for a in rows if a["work"] == "job"]
    rich = [a for a in rows if a.score >= RICH]
    rich_sessions = [a for a in rich if a["work"] == "session"]
    odd = [a for a in rich if a["work"] == "job"]
    r.add("n_sessions", len(sessions), "agents whose run is a session: a person's next message goes on with it")
    r.add("n_jobs", len(jobs), "agents whose run is a job: one task, then the end")
    r.add("n_rich", len(rich), "agents with four or more of the six features")
    r.add("rich_sessions", len(rich_sessions), "of these, sessions")
    r.add("rich_jobs", len(odd), "of these, jobs")
    r.add("bare_sessions", len(sessions) - len(rich_sessions), "sessions with at most three of the six")
    r.add("bare_jobs", len(jobs) - len(odd), "jobs with at most three of the six")
    r.add("mean_sessions", mean(a.score for a in sessions), "mean of the six features in a session")
    r.add("mean_jobs", mean(a.score for a in jobs), "mean of the six features in a job")
    coding = [a.score >= RICH for a in sessions if a["domain"] == "coding"]
    r.add("coding_sessions", len(coding), "sessions for coding")
    r.add("coding_sessions_rich", sum(coding), "of these, with four or more of the six")
    r.add("coding_sessions_bare", len(coding) - sum(coding), "of these, with at most three of the six")
    lines = []
    for words, part in {
        "all": rows,
        "driven by the model": [a for a in rows if a["driver"] == "model"],
        "coding": [a for a in rows if a["domain"] == "coding"],
        "other than coding": [a for a in rows if a["domain"] != "coding"],
        "coding, driven by the model": [a for a in rows if (a["driver"], a["domain"]) == ("model", "coding")],
        "other, driven by the model": [a for a in rows if a["driver"] == "model" and a["domain"] != "coding"],
    }.items():
        one, two = ([a.score for a in part if a["work"] == kind] for kind in ("session", "job"))
        lines.append([words, len(one), mean(one), len(two), mean(two), exact.as_rich(one + two, one)])
    columns = ["agents", "sessions", "mean of six", "jobs", "mean in jobs", "chance"]
    r.table("runs", "features of sessions and jobs, and the chance that a random group is as rich", columns, lines)
    chance = lines[0][5]
    r.add("runs_chance", chance, "probability that a random half would be as rich as the sessions, exact")
    cuts = []
    for cut in range(1, 7):
        over = [sum(a.score >= cut for a in group) for group in (sessions, jobs)]
        cuts.append([cut, *over, exact.crowded(len(sessions), len(jobs), over[0], sum(over))])
    r.table("cuts", "sessions and jobs with so many features or more", ["features", "sessions", "jobs", "chance"], cuts)
    r.claim(
        "rich_are_sessions",
        len(rich_sessions) >= 5 * len(odd) and chance < 0.01,
        "Of the agents with four or more of the six features at least five in six are sessions; a random half of all "
        "agents would ship as many features as the sessions do in fewer than one of a hundred draws.",
    )
    r.claim(
        "rich_jobs_are_libraries",
        0 < len(odd) <= 2 and all(a["work_note"].startswith("a library") for a in odd),
        "At most two jobs ship four or more of the six, and each of these is a library.",
    )
    r.claim(
        "sessions_are_split",
        min(len(rich_sessions), len(sessions) - len(rich_sessions)) >= 0.4 * len(sessions),
        "At least two in five sessions ship four or more of the six, and at least two in five at most three.",
    )
    r.claim(
        "coding_sessions_lean_rich",
        0.5 < sum(coding) / len(coding) < 0.75,
        "Of the sessions for coding more than half, but fewer than three in four, ship four or more of the six.",
    )
    r.claim(
        "in_coding_and_outside",
        all(line[2] > line[4] for line in lines[2:]) and min(line[5] for line in lines[4:]) > 0.1,
        "Sessions ship more of the six on average than jobs do, among coding agents and among the others; of those "
        "that a model drives, a random group of either kind is as rich in more than one of ten draws.",
    )
    by = {a.name: a for a in rows}
    crush, pi = by["crush"], by["pi-mono"]
    alike = all(crush[field] == pi[field] for field in ("driver", "work", "domain"))
    r.add("score_crush", crush.score, "of the six in crush")
    r.add("score_pi", pi.score, "of the six in pi")
    r.claim(
        "same_work_other_harness",
        alike and (crush.score, pi.score) == (6, 2),
        "crush and pi are both coding agents, driven by the model, in a session; one ships six of the six, one two.",
    )
    r.figure("runs", lambda: figures.the_runs(sessions, jobs))


def roles(r: Results, rows: list[Agent]) -> None:
    """Who starts the second role, as read again, and what the first reading had."""
    coded = read("roles-coding.csv")
    model = [a for a in rows if a["driver"] == "model"]
    fixed = [a.name for a in model if a.has("fixed_roles")]
    wrong = [c for c in coded if c["value"] != c["survey"]]
    words = {"program": "the program", "model": "a model", "user": "a person, by a setting", "one": "nobody: one role"}
    lines = [[said, sum(c["starts"] == who for c in coded)] for who, said in words.items()]
    r.table("starts", "who starts the second role", ["who starts it", "agents"], lines)
    table = [[c["repository"].split("/")[1], c["starts"], c["survey"], c["value"], c["note"]] for c in coded]
    columns = ["agent", "who starts", "before", "now", "why"]
    r.table("roles", "the field fixed roles, before and as read again", columns, table)
    r.add("roles_opened", sum(c["opened"] == "yes" for c in coded), "repositories opened at their commit for this")
    r.add("roles_wrong", len(wrong), "values of fixed roles that the second reading changed")
    unsure = [c for c in wrong if c["note"].startswith("disputed")]
    r.add("roles_wrong_disputed", len(unsure), "of these, values that are marked as disputed")
    r.add("roles_wrong_names", ", ".join(c["repository"].split("/")[1] for c in wrong), "the agents among these")
    r.add("starts_program", lines[0][1], "agents in which the program starts the second role")
    r.add("starts_model", lines[1][1], "agents in which a model starts it")
    r.add("model_roles", len(fixed), "model-driven agents with fixed roles")
    r.add("model_subagents", sum(a.has("subagent_tool") for a in model), "model-driven agents with a sub-agent tool")
    r.claim(
        "roles_read_again",
        len(coded) == len(rows) == sum(c["opened"] == "yes" for c in coded) and (len(wrong), len(unsure)) == (3, 2),
        "Read again in every row, at its commit, the field fixed roles changed in three agents, in two of them "
        "to a value that is marked as disputed.",
    )
    meta = next(c for c in coded if c["repository"].endswith("/MetaGPT"))
    r.claim(
        "metagpt_is_led_by_a_model",
        (meta["survey"], meta["value"], meta["starts"]) == ("yes", "no", "model"),
        "In MetaGPT, at its commit, a model starts the other roles; the first coding had them as fixed.",
    )
    r.claim(
        "model_driven_delegates",
        len(fixed) == 1 and sum(a.has("subagent_tool") for a in model) > len(model) / 2,
        "Of the model-driven agents one has fixed roles, and more than half let the model start another agent.",
    )
    others = [a for a in rows if a["driver"] != "model"]
    r.add("others_score_max", max(a.score for a in others), "most of six in an agent that the model does not drive")
    code = [a for a in rows if a["driver"] == "code"]
    r.add("code_score_max", max(a.score for a in code), "most of six features in a code-driven agent")
    r.claim(
        "code_stays_short",
        max(a.score for a in code) <= 2 and not any(a.has("compaction") for a in code),
        "No code-driven agent ships more than two of the six, and none compacts a conversation.",
    )


def guards(r: Results, rows: list[Agent]) -> None:
    """Human gates beside isolation, as they are set and as they can be set."""
    levels = ("default", "opt-in", "none")
    lines = [
        [f"gate {gate}", *(sum((a["gate"], a["isolation"]) == (gate, other) for a in rows) for other in levels)]
        for gate in levels
    ]
    columns = ["gate", *(f"isolation {level}" for level in levels)]
    r.table("gate_isolation", "agents by human gate and isolation", columns, lines)
    pairs = [(a.has("gate"), a.has("isolation")) for a in rows]
    for name, pair in (("both", (1, 1)), ("gate_only", (1, 0)), ("isolation_only", (0, 1)), ("neither", (0, 0))):
        r.add(name, pairs.count(pair), f"agents with gate and isolation: {name.replace('_', ' ')}")
    four = [[pairs.count((gate, own)) for own in (True, False)] for gate in (True, False)]
    p, odds = float(fisher_exact(four).pvalue), odds_ratio(four)
    low, high = odds.confidence_interval(0.95)
    says = "odds of isolation with a gate over those without, conditional"
    r.add("odds_gate_isolation", float(odds.statistic), says, low=float(low), high=float(high), interval="95%, exact")
    r.add("p_gate_isolation", p, "Fisher's exact test of gate and isolation")
    asks, apart = ([a for a in rows if a[field] == "default"] for field in ("gate", "isolation"))
    both = [a for a in asks if a in apart]
    r.add("gate_by_default", len(asks), "agents that ask a person without any setting")
    r.add("gate_any", sum(a.has("gate") for a in rows), "agents that ship a gate at all")
    r.add("isolate_by_default", len(apart), "agents that isolate what they run without any setting")
    r.add("isolate_by_default_names", ", ".join(a.name for a in apart), "the agents among these")
    r.add("isolate_opt_in", sum(a["isolation"] == "opt-in" for a in rows), "agents that isolate only after a setting")
    r.add("both_expected", len(asks) * len(apart) / len(rows), "agents that would do both if the two were independent")
    chance = exact.crowded(len(asks), len(rows) - len(asks), len(both), len(apart))
    r.add("both_chance", chance, "probability of so many or more that do both if the two were independent, exact")
    r.add("both_by_default", len(both), "agents that ask and isolate without any setting")
    r.add("both_by_default_names", ", ".join(a.name for a in both), "the agents among these")
    model = [a for a in rows if a["driver"] == "model"]
    bare = [a for a in model if "default" not in (a["gate"], a["isolation"])]
    r.add("neither_by_default", len(bare), "model-driven agents that neither ask nor isolate without a setting")
    without = [sum(a[field] != "default" for a in model) for field in ("gate", "isolation")]
    r.add("neither_expected", without[0] * without[1] / len(model), "of these if the two were independent")
    r.add("neither_by_default_names", ", ".join(a.name for a in bare), "the agents among these")
    r.add("model_memory", sum(a.has("memory") for a in rows), "agents whose model decides what a later session reads")
    r.claim(
        "few_isolate",
        len(apart) == 4
        and len(both) == 2
        and chance > 0.3
        and len(bare) >= 0.4 * len(model)
        and all(a in model for a in rows if a.has("isolation")),
        "Four agents isolate what they run without any setting, and two of these also ask, about as many as chance "
        "would give; every agent that isolates at all is driven by a model, and at least two in five of those that a "
        "model drives neither ask nor isolate by default.",
    )
    r.figure("guards", lambda: figures.the_guards([line[1:] for line in lines]))
    r.claim("no_tie_shows", p > 0.1, "Agents with a gate isolate neither more nor less often, as far as can be seen.")


def caps(r: Results, rows: list[Agent]) -> None:
    """Default caps on model turns in the model-driven agents."""
    model = [a for a in rows if a["driver"] == "model"]
    found = sorted(a.cap for a in model if a.cap)
    r.add("n_caps", len(found), "model-driven agents with a default cap on turns")
    r.add("n_no_cap", len(model) - len(found), "model-driven agents without one")
    stops = [a for a in model if not a.cap and ("recursion limit" in a["cap_note"] or "ends the run" in a["cap_note"])]
    r.add("n_other_stop", len(stops), "of those without one, agents that a cost or recursion limit ends by default")
    r.add("cap_low", found[0], "lowest default cap")
    r.add("cap_median", float(np.median(found)), "median default cap")
    r.add("cap_high", found[-1], "highest default cap")
    order = sorted(model, key=lambda a: (a.cap or 10**6, a.name.lower()))
    lines = [[a.name, a.cap or "none", a["cap_note"]] for a in order]
    r.table("caps", "default cap on turns, model-driven agents", ["agent", "cap", "note"], lines)
    r.claim(
        "caps_disagree",
        found[-1] >= 500 * found[0] and 0.4 <= len(found) / len(model) <= 0.6,
        "About half of the model-driven agents have a default cap, on turns or rounds; the highest is at least 500 "
        "times the lowest.",
    )
