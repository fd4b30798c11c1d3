"""The reports: at which hop was a field of a memory lost, by my reading, and by the other reading where I hesitated."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from labs.memory_attribution_failures.pipeline import HOPS
from labs.record import Results

DATA = Path(__file__).parent / "data"
FIELDS = ("owner", "speaker", "subject", "time", "basis")
Row = dict[str, str]
SHOWN = {  # four reports of a lost speaker, one for each hop: project, and what was done there
    "mem0ai/mem0/issues/5642": "Mem0, TypeScript: roles cut off",
    "dcellison/kai/issues/507": "kai: not copied",
    "mem0ai/mem0/issues/5654": "Mem0, Python: left out of results",
    "joryirving/home-ops/pull/9935": "home-ops: pasted into user's message",
}

WISHES = {  # filed as requests for a feature, and in because they describe a loss
    "CortexReach/memory-lancedb-pro/issues/912", "TencentCloud/TencentDB-Agent-Memory/issues/15",
    "MemPalace/mempalace/issues/2551",
}  # fmt: skip


def read(name: str) -> list[Row]:
    """The rows of one of the data sets beside this file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def bounds(rows: Sequence[Row], at: Callable[[str], bool]) -> tuple[int, int, int]:
    """How many rows were lost at such a hop: as coded, least and most over both readings of the doubtful rows."""
    readings = [[at(row["hop"]), at(row["other"] or row["hop"])] for row in rows]
    return sum(one for one, _ in readings), sum(all(r) for r in readings), sum(any(r) for r in readings)


def late(hop: str) -> bool:
    """Whether the field got past extraction, so that the program had it at the write."""
    return hop != "extract"


def lanes(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
    """Label, broken hop and address of the reports that are drawn."""
    by_url = {row["url"]: row for row in rows}
    urls = {f"https://github.com/{path}": label for path, label in SHOWN.items()}
    return [(label, by_url[url]["hop"], url) for url, label in urls.items()]


def counts(rows: Sequence[Row]) -> list[list[int]]:
    """Reports by field and hop."""
    return [[sum(r["field"] == f and r["hop"] == h for r in rows) for h in HOPS] for f in FIELDS]


def measure(r: Results) -> None:
    """Counts, their bounds under both readings, and what they can carry."""
    rows = read("reports")
    n = len(rows)
    r.add("reports", n, "public reports coded")
    r.add("projects", len({row["project"] for row in rows}), "projects that the reports are about")
    r.add("doubtful", sum(bool(row["other"]) for row in rows), "reports with a second possible reading")
    found = {}
    for hop in HOPS:
        found[hop] = bounds(rows, hop.__eq__)
        add(r, f"at_{hop}", found[hop], f"reports in which the field was lost at: {hop}")
    had = bounds(rows, late)
    add(r, "had_it", had, "reports in which the field was lost after extraction")
    grid = counts(rows)
    r.table("by_field", "reports by the field that was lost and the hop", ["Field", *HOPS, "all"],
            [[f, *line, sum(line)] for f, line in zip(FIELDS, grid, strict=True)])  # fmt: skip
    for field, line in zip(FIELDS, grid, strict=True):
        r.add(f"field_{field}", sum(line), f"reports about the field: {field}")
        for hop, count in zip(HOPS, line, strict=True):
            r.add(f"{field}_{hop}", count, f"reports about {field} that was lost at: {hop}")
    columns = ["date", "project", "field", "hop", "other", "what", "url"]
    headings = ["Date", "Project", "Field", "Hop", "Or", "What", "Address"]
    told = [[row[c] for c in columns] for row in rows]
    r.table("reports", "every report, with a second reading where I hesitated", headings, told)
    r.table("one_a_hop", "four reports of a lost speaker, one picked for each hop: where it was lost, as I read them",
            ["Report", "Lost at", "Address"], lanes(rows))  # fmt: skip
    queries = read("queries")
    named = {q["query"] for q in queries if q["names"]}
    neutral = {q["query"] for q in queries if q["neutral"]}
    free = [row for row in rows if set(row["query"].split()) - named]
    plain = [row for row in rows if set(row["query"].split()) & neutral]
    r.add("queries", len(queries), "searches of the stored issue threads")
    r.add("queries_named", len(named), "of these, searches that name a project")
    r.add("queries_neutral", len(neutral), "of these, searches that name a field gone wrong and no hop")
    r.add("reports_free", len(free), "reports found by a search that names no project")
    r.add("reports_neutral", len(plain), "reports found by a search that names no hop")
    add(r, "had_it_free", bounds(free, late), "of these, reports in which the field was lost after extraction")
    unsteered = bounds(plain, late)
    add(r, "had_it_neutral", unsteered, "found by a search that names no hop: lost after extraction")
    r.claim(
        "half_had_it",
        0.45 * n < had[0] < 0.55 * n and 3 * had[1] > n and had[2] < 0.7 * n,
        "In about half of the reports, as coded, the field got past extraction and was lost at a later hop: 45 to "
        "55%, and between a third and seven tenths however the doubtful ones are read.",
    )
    wished = [row for row in rows if row["url"].removeprefix("https://github.com/") in WISHES]
    r.add("wishes", len(wished), "reports filed as a request for a feature that describe a loss")
    rest = bounds([row for row in rows if row not in wished], late)
    add(r, "had_it_unwished", rest, "without these: lost after extraction")
    owner = [row for row in rows if row["field"] == "owner"]
    r.claim(
        "owner_lost_late",
        2 * bounds(owner, late)[1] > len(owner),
        "Of the reports about whose memory it is, most were lost after extraction, however the doubtful ones are read.",
    )
    subject = bounds([row for row in rows if row["field"] == "subject"], "extract".__eq__)
    add(r, "subject_at_extract", subject, "reports about whom a memory is about, lost at extraction")
    r.claim(
        "subject_lost_early",
        subject[0] == sum(grid[FIELDS.index("subject")]) > subject[1] > 0,
        "As coded, all reports about whom a memory is about were lost at extraction, where the rules put every name "
        "that is resolved to the wrong person; fewer than all, and some, however they are read.",
    )
    r.claim(
        "every_hop_breaks",
        min(low for _, low, _ in found.values()) > 3,
        "Each of the four hops lost the field in more than three reports, however the doubtful ones are read.",
    )
    r.claim(
        "return_is_rare",
        min(HOPS, key=lambda hop: found[hop][0]) == "return",
        "As coded, the hop return has the fewest reports.",
    )


def add(r: Results, name: str, value: tuple[int, int, int], says: str) -> None:
    """Keep a count with its bounds under both readings."""
    r.add(name, value[0], says, low=value[1], high=value[2], interval="both readings of the doubtful reports")
