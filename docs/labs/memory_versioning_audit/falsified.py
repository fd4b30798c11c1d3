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
    outcomes,
    untouched,
)
from labs.record import Results


def report(r: Results, seed: int) -> None:
    """Results, claims, table and figure of the attacks."""
    found = outcomes(seed)
    caught = {name: {scheme for scheme, said in row.items() if said} for name, row in found.items()}
    names = [scheme.name for scheme in SCHEMES]
    r.table(
        "attacks", f"{len(ATTACKS)} ways to falsify a log of {ROWS} rows: which scheme's verification says something",
        ["Attack", *names], [[a, *("caught" if n in caught[a] else "–" for n in names)] for a in ATTACKS],
    )  # fmt: skip
    r.add("attacks", len(ATTACKS), "ways tried to falsify the log")
    keys = (
        "plain",
        "chain",
        "keyed",
        "evolving",
        "inside",
        "anchored",
        "both",
        "evolving_anchored",
        "requests",
        "three",
        "all",
    )
    for name, key in zip(names, keys, strict=True):
        r.add(f"caught_{key}", sum(name in c for c in caught.values()), f"attacks that {name} notices")
    r.add("after_anchor", AFTER, "rows of the attacked log after its last anchor")
    r.claim(
        "grid_of_attacks",
        [sum(name in c for c in caught.values()) for name in SHOWN] == [3, 6, 8, 11, 10, 12, 13],
        "Of the attacks tried, rows only notice 3, a chain 6, a keyed chain 8, an evolving key 11, a chain with an "
        "anchor outside 10, the same with request ids compared 12, and with a key as well 13.",
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
        "the key; a key that evolves notices that one as well.",
    )  # fmt: skip
    chains = {scheme.name for scheme in SCHEMES if not scheme.requests}
    compared = {scheme.name for scheme in SCHEMES} - chains
    outside = {scheme.name for scheme in SCHEMES if scheme.anchors == "outside"}
    r.claim(
        "only_outside_sees_a_cut",
        caught["cut the tail"] == outside | compared and len(chains - outside) == 5,
        "The tail cut off behind an anchor is noticed by the schemes that compare with something held outside, an "
        "anchor or the provider's request ids, and by none of the other five, anchors inside the database included.",
    )
    r.claim(
        "after_the_anchor_is_free",
        not caught["cut after anchor"] & chains,
        "Rows after the last anchor can be cut off, and none of the eight schemes without request ids notices.",
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
        caught["never write it"] == caught["cut after anchor"] == compared,
        "A read that was never written, and reads cut off after the last anchor, are noticed where the provider's "
        "request ids are compared with those logged, and by none of the eight schemes without.",
    )
    r.claim(
        "requests_beat_a_chain",
        sum("rows, request ids" in c for c in caught.values()) > sum("chain" in c for c in caught.values()),
        "Comparing request ids, without any chain, notices more of the attacks tried than a bare chain does.",
    )
    left = [len(ATTACKS) - sum(name in c for c in caught.values()) for name in ORDER]
    r.claim(
        "each_step_leaves_fewer",
        left == sorted(set(left), reverse=True) and left[-1] == 1 and ORDER[-1] not in caught["steal key, edit tail"],
        "In the order rows, chain, anchor, request ids, key each step leaves fewer of the attacks unnoticed, and the "
        "last leaves one: rows after the last anchor edited by a thief of the key.",
    )
    r.claim(
        "anchor_beats_key",
        sum("chain + anchor" in c for c in caught.values()) > sum("keyed" in c for c in caught.values()),
        "A bare chain with an anchor outside notices more of the attacks tried than a keyed chain without one.",
    )
    grid = [[scheme in caught[a] for scheme in SHOWN] for a in ATTACKS]
    r.figure("attacks", figures.grid(grid, [*ATTACKS], LABELS))
