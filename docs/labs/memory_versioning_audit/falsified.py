"""Results and claims on falsifying a log: what each scheme notices, alone and in the order of the advice."""

from __future__ import annotations

from labs.memory_versioning_audit import figures
from labs.memory_versioning_audit.attacks import (
    AFTER,
    ATTACKS,
    LABELS,
    ORDER,
    ROWS,
    SCHEMES,
    SHOWN,
    cuts,
    outcomes,
    untouched,
)
from labs.record import Results

CHAINS = ("chain", "keyed", "evolving key")  # with nothing else: what stands in the database and a key
KEYS = (
    "plain", "chain", "keyed", "evolving", "aggregate", "inside", "anchored", "both", "evolving_anchored", "ids",
    "requests", "evolving_ids", "aggregate_ids", "three", "all", "evolving_all",
)  # fmt: skip


def report(r: Results, seed: int) -> None:
    """Results, claims, tables and figure of the attacks."""
    found, versions = outcomes(seed), outcomes(seed, read=False)
    caught = {name: {scheme for scheme, said in row.items() if said} for name, row in found.items()}
    names = [scheme.name for scheme in SCHEMES]
    total = {name: sum(name in c for c in caught.values()) for name in names}
    written = {name: sum(bool(row[name]) for row in versions.values()) for name in names}
    for key, title, part in (
        ("attacks", "what is written into the database, and an anchor", names[:9]),
        ("attacks_ids", "request ids compared as well", names[9:]),
    ):
        r.table(
            key, f"{len(ATTACKS)} ways to falsify a log of {ROWS} rows, a read attacked: {title}", ["Attack", *part],
            [[a, *("caught" if n in caught[a] else "–" for n in part)] for a in ATTACKS],
        )  # fmt: skip
    r.table(
        "attacks_counted", "attacks noticed, by which kind of row is attacked",
        ["Scheme", "A read", "A version"], [[name, total[name], written[name]] for name in names],
    )  # fmt: skip
    r.add("attacks", len(ATTACKS), "ways tried to falsify the log")
    for name, key in zip(names, KEYS, strict=True):
        r.add(f"caught_{key}", total[name], f"attacks on a read that {name} notices")
    for name, key in (("ids alone", "ids"), ("rows + ids", "requests"), ("chain", "chain")):
        r.add(f"caught_{key}_version", written[name], f"attacks on a version that {name} notices")
    r.add("after_anchor", AFTER, "rows of the attacked log after its last anchor")
    r.claim(
        "grid_of_attacks",
        [total[name] for name in SHOWN] == [3, 6, 8, 11, 13, 11, 13, 14],
        "Of the attacks tried on a read, rows only notice 3, a chain 6, a keyed chain 8, an evolving key 11, an "
        "aggregate 13, a chain with an anchor outside 11, the same with request ids 13, and with a key as well 14.",
    )
    r.claim("no_false_alarm", not untouched(seed), "No scheme finds fault with a log that nobody touched.")
    r.claim(
        "chain_is_forged_without_a_key",
        "chain" not in caught["edit, rehash"] and "chain" in caught["edit a row"],
        "A bare chain notices an edited row, and nothing once the hashes after it are made again.",
    )
    r.claim(
        "key_stops_the_owner",
        "keyed" in caught["edit, rehash"] and "keyed" not in caught["steal key, edit"]
        and "evolving key" in caught["steal key, edit"],
        "A keyed chain notices an edit with new hashes by somebody without the key, and misses it by somebody with "
        "the key; a key that evolves notices that one, an edit of a row written before the theft, as well.",
    )  # fmt: skip
    ends = cuts(seed)
    r.claim(
        "evolving_key_misses_the_cut",
        total["evolving key"] == total["chain + anchor"] and "evolving key" not in caught["cut the tail"]
        and "chain + anchor" in caught["cut the tail"] and not ends["evolving key"],
        "A chain with an evolving key notices as many of the attacks tried on a read as a chain with an anchor, and no "
        "end cut off, at whichever row; the anchor notices the cut tail.",
    )  # fmt: skip
    r.claim(
        "every_chain_can_be_cut",
        not {*CHAINS, "anchors inside"} & (caught["cut the tail"] | caught["cut after anchor"])
        and not any(ends[name] for name in CHAINS),
        "With each of the three chains tried, bare, keyed or with an evolving key, and with anchors inside the "
        "database, the end can be cut off and nothing is noticed; with the chains alone, at each row.",
    )
    r.claim(
        "an_anchor_sees_a_cut",
        {"chain + anchor", "keyed + anchor", "evolving + anchor"} <= caught["cut the tail"]
        and all(ends[name] == [*range(AFTER + 1, ROWS)] for name in ("chain + anchor", "evolving + anchor"))
        and "chain" not in caught["cut the tail"],
        "An anchor outside notices each cut that takes an anchored row away, with each of the three chains; a chain "
        "without it does not.",
    )
    r.claim(
        "an_aggregate_sees_a_cut",
        "aggregate" in caught["cut the tail"] & caught["cut after anchor"] & caught["steal key, edit"]
        and ends["aggregate"] == [*range(1, ROWS)]
        and "aggregate" not in caught["restore a backup"] | caught["never write it"]
        and "chain + anchor" in caught["restore a backup"],
        "An aggregate MAC over an evolving key, with nothing held outside but the first key, notices an end cut off at "
        "each row; it misses a backup put back, seal and key with it, which an anchor notices, and a row not written.",
    )
    plain = {scheme.name for scheme in SCHEMES if not scheme.requests}
    compared = {scheme.name for scheme in SCHEMES} - plain
    anchored = {scheme.name for scheme in SCHEMES if scheme.anchors == "outside" and not scheme.requests}
    r.claim(
        "after_the_anchor_is_free",
        not caught["cut after anchor"] & anchored and "aggregate" in caught["cut after anchor"],
        "Rows after the last anchor can be cut off under each of the three chains with an anchor, and nothing is "
        "noticed; an aggregate MAC notices it.",
    )
    r.claim(
        "key_adds_the_tail",
        {a for a in ATTACKS if ("keyed + anchor" in caught[a]) != ("chain + anchor" in caught[a])}
        == {"edit tail, rehash"},
        "Beside an anchor outside, the key makes a difference in one of the attacks tried: rows after the last anchor "
        "edited and hashed again by somebody without it.",
    )
    r.claim(
        "never_written_is_never_missed",
        caught["never write it"] == compared and compared <= caught["cut after anchor"]
        and not any(versions["never write it"].values()),
        "A read that was never written is noticed by the schemes tried that compare the log's request ids with a list "
        "kept elsewhere, and by none of those that do not; reads cut off after the last anchor are noticed by the "
        "former too. A version that was never written is noticed by none.",
    )  # fmt: skip
    r.claim(
        "ids_see_reads_only",
        total["rows + ids"] > total["chain"] >= written["rows + ids"] and written["ids alone"] < written["chain"],
        "Numbers, times and request ids, without any chain, notice more of the attacks tried than a bare chain does "
        "where a read is attacked, and no more where a version is; ids alone notice fewer of those than a chain.",
    )
    left = [len(ATTACKS) - total[name] for name in ORDER]
    r.claim(
        "each_step_leaves_fewer",
        left == sorted(set(left), reverse=True) and left[-1] == 1 and ORDER[-1] not in caught["steal key, edit tail"]
        and total["evolving + anchor + ids"] == len(ATTACKS),
        "In the order rows, chain, anchor, request ids, key each step leaves fewer of the attacks on a read unnoticed; "
        "the last leaves one, rows after the last anchor edited by a thief of the key, and a key that evolves leaves "
        "none.",
    )  # fmt: skip
    r.claim(
        "without_an_anchor_too",
        total["evolving + ids"] == total["aggregate + ids"] == len(ATTACKS)
        and {written[n] for n in names if n in ("evolving + ids", "aggregate + ids", "evolving + anchor + ids")}
        == {len(ATTACKS) - 1}
        and not any(versions["never write it"].values()),
        "An evolving key with request ids, with or without an anchor or an aggregate, notices all of the attacks on a "
        "read and all but one on a version, the version that was never written.",
    )  # fmt: skip
    r.claim(
        "anchor_beats_key",
        {a for a in ATTACKS if "keyed" not in caught[a] and "chain + anchor" in caught[a]}
        == {"cut the tail", "restore a backup", "steal key, edit", "cut, write anew"}
        and {a for a in ATTACKS if "keyed" in caught[a] and "chain + anchor" not in caught[a]} == {"edit tail, rehash"},
        "A bare chain with an anchor outside notices a cut end, a backup put back and two rewritings by a thief of the "
        "key, all of which a keyed chain without an anchor misses; of the attacks tried, the keyed chain notices one "
        "that the anchor misses, an edit after the last anchor by somebody without the key.",
    )  # fmt: skip
    grid = [[scheme in caught[a] for scheme in SHOWN] for a in ATTACKS]
    r.figure("attacks", figures.grid(grid, [*ATTACKS], LABELS))
    few = {"rows only": "rows only", "chain": "chain", "keyed": "chain + key", "chain + anchor": "chain + anchor"}
    grid = [[scheme in caught[a] for scheme in few] for a in ATTACKS]
    r.figure("ends", figures.grid(grid, [*ATTACKS], [*few.values()]))
