"""Results and claims that are counted in model calls and in recorded runs."""

from __future__ import annotations

import numpy as np

from labs.record import Results
from labs.shared_vs_isolated_memory import cost
from labs.shared_vs_isolated_memory.processes import CALL, TOGETHER

RETRY, LOCK, LINE, WHOLE, PART = "version of the page", "lock", "add a line", "whole page", "version of a line"


def mean(runs: list[cost.Run], agents: int) -> tuple[float, float, float]:
    """Calls a note, wait of a note in call lengths, share of notes lost."""
    calls, wait, lost = (float(np.mean([getattr(run, what) for run in runs])) for what in ("calls", "wait", "lost"))
    return calls / agents, wait, lost / agents


def add_cost(r: Results, seed: int) -> dict[tuple[str, int, int], tuple[float, float, float]]:
    """Calls and waiting for each way, number of agents and spread; returns them for the figure."""
    rng = np.random.default_rng(seed)
    cells, worst = {}, {}
    for style in cost.STYLES:
        for spread in (0, *cost.SPREADS):
            for agents in cost.AGENTS if style == RETRY or not spread else cost.AGENTS[-1:]:
                runs = cost.draws(style, agents, spread, rng)
                cells[style, spread, agents] = mean(runs, agents)
                if style == PART and not spread:  # exact; each waits as many call lengths as it makes calls
                    cells[style, spread, agents] = (cost.together(agents), cost.together(agents), 0.0)
                worst[style, spread, agents] = max(run.calls for run in runs)
    columns = ("agents", "way", "calls", "wait", "lost")
    rows = [[n, s, *(round(x, 3) for x in cells[s, 0, n])] for s in cost.STYLES for n in cost.AGENTS]
    r.table(
        "calls_by_style", "all start together: calls a note, call lengths until it is saved, share lost", columns, rows
    )
    rows = [[w, s, *(round(x, 3) for x in cells[s, w, 16])] for s in cost.STYLES for w in (0, *cost.SPREADS)]
    says = "sixteen agents, started at random within so many call lengths (0: together)"
    r.table("calls_by_spread", says, ("spread", *columns[1:]), rows)
    many, wide = cost.AGENTS[-1], cost.SPREADS[-1]
    for name, style, spread in (
        ("retry_together", RETRY, 0), ("retry_near", RETRY, cost.SPREADS[0]),
        ("lock_near", LOCK, cost.SPREADS[0]), ("retry_spread", RETRY, wide), ("lock_together", LOCK, 0),
        ("lock_spread", LOCK, wide), ("part_together", PART, 0), ("line_together", LINE, 0),
        ("whole_spread", WHOLE, wide),
    ):  # fmt: skip
        calls, wait, lost = cells[style, spread, many]
        when = f"started within {spread} call lengths" if spread else "started together"
        r.add(f"{name}_calls", calls, f"calls a note, 16 agents {when}: {style}")
        r.add(f"{name}_wait", wait, f"call lengths from start to saved, 16 agents {when}: {style}")
        r.add(f"{name}_lost", lost, f"share of notes lost, 16 agents {when}: {style}", "share")
    r.add("most_calls", cost.most(many), "the most calls that a version can cost sixteen notes, n(n+1)/2")
    r.claim(
        "retry_bound",
        all(worst[RETRY, w, n] <= cost.most(n) for w in (0, *cost.SPREADS) for n in cost.AGENTS)
        and all(worst[RETRY, 0, n] == cost.most(n) for n in cost.AGENTS),
        "n notes under a version of the page never cost more than n(n+1)/2 calls in the runs made, and exactly that "
        "when all start together with calls of equal length.",
    )
    near, rows, waits = cost.SPREADS[0], [], {}
    for lengths in cost.LENGTHS:
        pair = [mean(cost.draws(style, many, near, rng, lengths), many) for style in (LOCK, RETRY)]
        waits[lengths] = [wait for _, wait, _ in pair]
        rows.append([lengths, round(pair[0][1], 2), round(pair[1][1], 2), round(pair[1][0], 2)])
    says = f"sixteen agents, started within {near} call lengths: call lengths until a note is saved, by length of calls"
    r.table("waiting", says, ("length of a call", "lock waits", "version waits", "version calls"), rows)
    r.claim(
        "waiting_depends",
        all(row[3] > 1.2 for row in rows)
        and waits["all equal"][0] < waits["all equal"][1]
        and waits["exponential, drawn anew"][0] > 1.5 * waits["exponential, drawn anew"][1]
        and all(cells[LOCK, w, many][0] == 1 < cells[RETRY, w, many][0] for w in (0, *cost.SPREADS)),
        "Sixteen agents: a version of the page costs more calls than a lock around the call in each spread tried. "
        "Started within four call lengths it waits longer than the lock if all calls are equally long, and less if "
        "their lengths are exponential and drawn anew at each retry.",
    )
    r.claim(
        "version_waits",
        all(
            cells[RETRY, 0, n][1] == cells[RETRY, 0, n][0] == cells[LOCK, 0, n][1]
            and (n == 1 or cells[RETRY, 0, n][1] > 1)
            for n in cost.AGENTS
        ),
        "When all start together with calls of equal length, a version of the page waits as many call lengths for a "
        "note as it makes calls, on average exactly as long as a lock around the call.",
    )
    r.claim(
        "line_is_flat",
        all(calls == 1 and lost == 0 for (style, *_), (calls, _, lost) in cells.items() if style == LINE)
        and cells[LINE, 0, many][1] == 1,
        "Adding a line costs one call a note for any number of agents, and one call length of waiting, by "
        "construction.",
    )
    r.claim(
        "narrow_is_cheap",
        1 < cells[PART, 0, many][0] < 0.25 * cells[RETRY, 0, many][0],
        f"Sixteen agents that start together, each with a random line of {cost.LINES}: a version of the line costs "
        "under a quarter of the calls of a version of the page (expected, exact).",
    )
    return cells


def add_recorded(r: Results, found: dict) -> None:
    """What was measured with servers, Git and processes."""
    for name in ("postgres", "sqlite", "git", "python", "date"):
        r.add(f"recorded_{name}", found[name], f"{name} of the recorded run", machine=True)
    columns = ("way", "orders", "overlapping", "note lost", "error", "calls", "task done twice", "told")
    for table, key in (("postgres", "postgres_orders"), ("git", "git_orders")):
        rows = [
            [arm.replace("_", " "), c["schedules"], c["overlapping"], c["losing"], c["refusing"],
             round(c["calls"] / c["overlapping"], 2), c["doubling"], ", ".join(c["told"])]
            for arm, c in found[key].items()
        ]  # fmt: skip
        r.table(table, f"recorded: two agents on {table}, every order", columns, rows)
    pg, git = found["postgres_orders"], found["git_orders"]
    default, snapshot = pg["read_committed"], pg["repeatable_read"]
    r.add("postgres_lost", default["losing"], "recorded: orders that lose a note, BEGIN on PostgreSQL", machine=True)
    r.add("postgres_overlapping", default["overlapping"], "recorded: overlapping orders", machine=True)
    r.claim(
        "postgres_begin_loses",
        default["losing"] == default["overlapping"] > 0 == default["refused"]
        and snapshot["lost"] == 0
        and snapshot["refusing"] == snapshot["refused"] == snapshot["overlapping"],
        "On PostgreSQL at its default level, BEGIN before the read loses a note without an error in every "
        "overlapping order of two agents; REPEATABLE READ loses none and refuses one agent in each.",
        record="recorded.json",
    )
    r.claim(
        "postgres_keeps_lines",
        all(
            pg[arm]["lost"] == pg[arm]["refused"] == pg[arm]["doubling"] == 0
            for arm in ("for_update", "version", "add_line", "claimed")
        )
        and pg["version"]["calls"] > pg["add_line"]["calls"],
        "On PostgreSQL, FOR UPDATE, a version column, an added line, and claim with line lose nothing, "
        "refuse nothing and do no task twice in any order of two agents; the version costs calls.",
        record="recorded.json",
    )
    around = found["around"]
    short, long, line = (around[f"SQLite, {name}"] for name in ("short", "long", "line"))
    for name, one in around.items():
        r.add(
            "around_" + name.lower().replace(", ", "_") + "_s",
            one["seconds"],
            f"recorded: seconds until all eight are through, {name}",
            "s",
            machine=True,
        )
    r.claim(
        "lock_outlives_timeout",
        short["saved"] == around["PostgreSQL, short"]["saved"] == 1
        and short["lost"] == around["PostgreSQL, short"]["lost"] == 0
        and len(short["errors"]) == len(around["PostgreSQL, short"]["errors"]) == TOGETHER - 1,
        "Eight agents start together with the lock around a call that lasts longer than the timeout: one "
        "saves its note and seven get an error, in SQLite and in PostgreSQL.",
        record="recorded.json",
    )
    r.claim(
        "long_lock_queues",
        all(
            one["saved"] == TOGETHER and one["seconds"] >= TOGETHER * CALL for one in (long, around["PostgreSQL, none"])
        )
        and not any(one["lost"] for one in (long, line, around["PostgreSQL, none"]))
        and line["saved"] == TOGETHER
        and line["lost"] == 0
        and line["seconds"] < 2 * CALL,
        "With a timeout that outlasts the queue all eight save, one after another, in at least eight call "
        "lengths; with a line each, all eight in less than two.",
        record="recorded.json",
    )
    refusal = found["refusal"]
    r.add(
        "refused_ms",
        refusal["after a read"],
        "recorded: most milliseconds until the refusal after a read, timeout 250 ms",
        "ms",
        machine=True,
    )
    r.claim(
        "refused_at_once",
        refusal["after a read"] < 25 and refusal["without a read"] > 200,
        "With a timeout of 250 ms SQLite refuses a write at once if the same transaction has read before, "
        "and after the timeout if it has not.",
        record="recorded.json",
    )
    r.claim(
        "waits_are_real",
        all(same == total for same, total in found["waits"].values()),
        "With real timeouts in threads, every order of two agents inside `with con:`, and every one behind "
        "BEGIN IMMEDIATE, ends as it does in the lab.",
        record="recorded.json",
    )
    r.claim(
        "git_is_loud_or_silent",
        git["one page"]["refusing"] == git["one page"]["overlapping"] > 0 == git["one page"]["lost"]
        and all(git[arm]["refused"] == git[arm]["lost"] == 0 for arm in ("one page, merge=union", "a file an agent")),
        "In Git, two lines added to one page conflict in each overlapping order; with merge=union or a file "
        "an agent none does, and nothing is lost.",
        record="recorded.json",
    )
    rows = []
    for cell in found["load"]:
        lost, saved = (sorted(run[what] for run in cell["runs"]) for what in ("lost", "saved"))
        name = {"whole": WHOLE, "line": LINE}[cell["way"]]
        who = f"{cell['agents']} agents, {name}"
        rows.append([who, saved[0], lost[0], lost[-1], sum(len(run["errors"]) for run in cell["runs"])])
    says = "recorded: real processes, five notes each: fewest acknowledged, fewest and most lost of ten runs, errors"
    r.table("load", says, ("who", "acknowledged", "least lost", "most lost", "errors"), rows)
    r.claim(
        "load_loses_pages_not_lines",
        all((least > 0) if who.endswith(WHOLE) else (most == 0) for who, _, least, most, _ in rows)
        and not any(errors for *_, errors in rows),
        "Two to sixteen real processes on SQLite lose notes in each of ten runs if they write the whole "
        "page, and none if they add a line; neither gets an error.",
        record="recorded.json",
    )


def add_portable(r: Results, found: dict) -> None:
    """The statements of the example on PostgreSQL."""
    orders = found["orders"]
    r.add(
        "portable_orders",
        orders["schedules"],
        "recorded: orders of two agents, the example on PostgreSQL",
        machine=True,
    )
    r.claim(
        "same_statements_on_postgres",
        orders["losing"] == orders["refusing"] == orders["doubling"] == 0 < orders["overlapping"]
        and orders["most calls"] == 1
        and found["told"] == ["nothing to do", "saved"]
        and found["notes"] == [1]
        and found["given back"] == [True, False, False, True, True, True],
        "The example on PostgreSQL, each statement prepared without types and its values bound, with a lease that "
        "outlasts the call: in every order of two agents and one task one of them does it, for one call, and its note "
        "is kept. FREE gives back the agent's own claim and nobody else's, and a claim that is over is taken.",
        record="portable.json",
    )


def add_shell(r: Results, found: dict) -> None:
    """The recipe for plain files, run by real shells."""
    cells = found["cells"]
    rows = [
        [name, runs[0]["saved"], *(f([one["lost"] for one in runs]) for f in (min, max))]
        for name, runs in cells.items()
    ]
    r.table("shell", "recorded: sixteen shells, notes acknowledged and lost of a run",
            ("sixteen shells", "acknowledged", "least lost", "most lost"), rows)  # fmt: skip
    none = ("a line", "a file an agent", "a file an agent, beside a whole file")
    r.claim(
        "shells_keep_files",
        all(one["lost"] == 0 < one["saved"] for name in none for one in cells[name])
        and all(one["lost"] > 0 for one in cells["whole file"])
        and all(one["others"] > 0 for one in cells["a line, beside a whole file"]),
        "Recorded, sixteen shells: each run loses notes if all save the whole file, and lines if one does beside "
        "fifteen that append; none is lost if all append, or if each writes a file of its own, even beside one that "
        "saves the whole shared file.",
        record="shell.json",
    )
