"""Which harness 36 open-source agents ship for which work: code read at a commit, set beside what chance would give."""

from __future__ import annotations

from pathlib import Path

from labs.agent_design_space import figures
from labs.agent_design_space.blind import agreement, blind
from labs.agent_design_space.bundle import bundle
from labs.agent_design_space.links import as_csv
from labs.agent_design_space.structure import RECENT, REGIONS, regions
from labs.agent_design_space.survey import DRIVERS, FEATURES, FIELDS, WORDS, Agent, agents, read, table
from labs.agent_design_space.work import work
from labs.record import Results


def run(seed: int) -> Results:
    """Analyse the survey; only the random draws of the nulls and resamples depend on `seed`."""
    r, rows = Results(), agents()
    counts(r, rows)
    bundle(r, rows, seed)
    work(r, rows)
    region = regions(r, rows, seed)
    agreement(r, rows)
    blind(r, rows, seed)
    r.figure("map", lambda: figures.the_map(rows, region, REGIONS))
    return r


def counts(r: Results, rows: list[Agent]) -> None:
    """What was surveyed: agents, links and what they lead to, dates, drivers, domains, and every row's score."""
    links = [(a, a[f + "_evidence"]) for a in rows for f in FIELDS if a[f + "_evidence"]]
    lines = read("lines.csv")
    r.add("n_agents", len(rows), "agents surveyed")
    r.add("n_links", len(links), "cells of the survey that link to a line of code")
    r.add("n_lines", len(lines), "of these, links that a program found to be a line of that file at that commit")
    said = (("code", "a line that does or sets something"), ("definition", "a definition or an import"))
    for sort, words in (*said, ("text", "a comment or a document")):
        r.add(f"links_{sort}", sum(line["sort"] == sort for line in lines), f"of these, links to {words}")
    r.claim("every_link_is_a_line", len(lines) == len(links), "Each link was found to be a line of that file.")
    r.add("n_domains", len({a["domain"] for a in rows}), "domains of work among the agents")
    r.add("n_coding", sum(a["domain"] == "coding" for a in rows), "coding agents")
    r.add("n_old", sum(a["commit_date"] < RECENT for a in rows), "agents whose snapshot is older than 18 months")
    r.add("first_date", min(a["commit_date"] for a in rows), "date of the oldest snapshot")
    r.add("last_date", max(a["commit_date"] for a in rows), "date of the newest snapshot")
    for driver in DRIVERS[1:]:
        r.add(f"n_{driver}", sum(a["driver"] == driver for a in rows), f"agents driven by: {driver}")
    said = "agents that ship each feature, if only as an option, all and by driver"
    groups = [rows, *([a for a in rows if a["driver"] == driver] for driver in DRIVERS)]
    cells = [[WORDS[f], *(sum(a.has(f) for a in group) for group in groups)] for f in FEATURES]
    r.table("features", said, ["feature", "all", *DRIVERS], cells)
    columns = ["agent", "domain", "driver", "run", *map(WORDS.get, FEATURES), "step cap", "of six", "commit"]
    cells = [[a.name, a["domain"], *(a[f] for f in FIELDS), a.score, a["commit_date"]] for a in rows]
    r.table("agents", "the survey; links and notes are in survey.csv", columns, cells)


def main(argv: list[str]) -> int:
    """`lab agent-design-space table` prints the table of the post; `links CLONES` checks every link against clones, and
    `links CLONES OWNER/NAME` those of one row.
    """
    if argv == ["table"]:
        print(table(agents()))
    elif len(argv) in (2, 3) and argv[0] == "links":
        rows = [a for a in agents() if a["repository"] in (argv[2:] or [a["repository"]])]
        if not rows:
            raise ValueError(f"{argv[2]}: no row of survey.csv; write OWNER/NAME, for example charmbracelet/crush")
        print(as_csv(rows, Path(argv[1])), end="")
    else:
        raise ValueError(
            "the lab agent-design-space knows: table, and links FOLDER (of clones, as OWNER/NAME), with one OWNER/NAME "
            "if only that row is to be checked"
        )
    return 0
