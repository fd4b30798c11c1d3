"""What somebody who owns the database can do to a chained log, and which scheme notices."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from labs.memory_versioning_audit.chain import START, Chain, Link, Row, problems, seal
from labs.memory_versioning_audit.check import unasked, unlogged

ROWS, EVERY = 64, 10  # rows of the log under attack; an anchor is taken after each tenth
KEY = b"kept by somebody else, 32 bytes."


@dataclass(frozen=True)
class Log:
    """Rows with their links and the seals that could lie beside them, as a verifier finds them."""

    rows: list[Row]
    links: list[Link]
    seals: tuple[str, ...] = ()  # what the attacker can leave there; noticed is only what is noticed with each


@dataclass(frozen=True)
class Scheme:
    """What is checked: a chain, anchors ("outside" the attacker's reach, "inside" the database), one seal over all
    rows, the request ids that somebody else has listed; without a chain the rows' numbers and times, if `order`.
    """

    name: str
    chain: Chain | None
    anchors: str = ""
    requests: bool = False
    sealed: bool = False
    order: bool = True

    def caught(self, log: Log, anchors: Sequence[tuple[int, str]], calls: Sequence[str]) -> str:
        """What checking a log says; empty if it finds nothing. `calls` are the ids that somebody else has listed."""
        if self.requests and (odd := unlogged(calls, requests(log.rows)) + unasked(calls, requests(log.rows))):
            return f"request {odd[0]} is not in one of the lists as often as in the other"
        if self.sealed:
            return "" if seal(log.rows, KEY) in log.seals else "the seal is not that of these rows"
        if self.chain is None:
            times = [row[2] for row in log.rows]
            whole = [row[0] for row in log.rows] == list(range(1, len(log.rows) + 1)) and times == sorted(times)
            return "" if whole or not self.order else "numbers or times are out of order"
        if self.anchors == "inside":  # whoever rewrites the rows rewrites these
            anchors = taken(log)
        return problems(self.chain, log.rows, log.links, anchors if self.anchors else ())


PLAIN, BARE, KEYED, EVOLVING = None, Chain(), Chain("keyed", KEY), Chain("evolving", KEY)
SCHEMES = (
    Scheme("rows only", PLAIN), Scheme("chain", BARE), Scheme("keyed", KEYED), Scheme("evolving key", EVOLVING),
    Scheme("aggregate", EVOLVING, sealed=True),
    Scheme("anchors inside", BARE, "inside"), Scheme("chain + anchor", BARE, "outside"),
    Scheme("keyed + anchor", KEYED, "outside"), Scheme("evolving + anchor", EVOLVING, "outside"),
    Scheme("ids alone", PLAIN, "", True, order=False), Scheme("rows + ids", PLAIN, "", True),
    Scheme("evolving + ids", EVOLVING, "", True), Scheme("aggregate + ids", EVOLVING, "", True, sealed=True),
    Scheme("chain + anchor + ids", BARE, "outside", True), Scheme("keyed + anchor + ids", KEYED, "outside", True),
    Scheme("evolving + anchor + ids", EVOLVING, "outside", True),
)  # fmt: skip
ORDER = ("rows only", "chain", "chain + anchor", "chain + anchor + ids", "keyed + anchor + ids")  # of the advice
SHOWN = ("rows only", "chain", "keyed", "evolving key", "aggregate", *ORDER[2:])  # columns of the figure
LABELS = (*SHOWN[:-2], "… + request ids", "… + key")


def taken(log: Log) -> list[tuple[int, str]]:
    """The anchors of a log: number and hash of each tenth row."""
    return [(i, log.links[i - 1][1]) for i in range(EVERY, len(log.rows) + 1, EVERY)]


def written(seed: int) -> list[Row]:
    """A log of versions and reads by turns, with random contents; a read's begins with its request id."""
    chance = random.Random(f"log {seed}")
    rows = ((i, "write" if i % 2 else "read", f"2026-03-{1 + i // 3:02}T{i % 3 * 8:02}") for i in range(1, ROWS + 1))
    return [(*row, f"{'-' if row[0] % 2 else f'req{row[0]}'} {chance.random()}") for row in rows]


def requests(rows: Sequence[Row]) -> list[str]:
    """The request ids of the reads in a log."""
    return [row[3].split()[0] for row in rows if row[1] == "read"]


def numbered(rows: Sequence[Row]) -> list[Row]:
    """Rows with new numbers, without a gap."""
    return [(i, *row[1:]) for i, row in enumerate(rows, 1)]


def forged(row: Row, at: str = "") -> Row:
    """The row with other contents but for its request id, or with another time."""
    return (*row[:2], at, row[3]) if at else (*row[:3], f"{row[3].split()[0]} forged")


Attack = Callable[[Log, Chain | None, bytes, int], Log]  # the log, its chain, the key that was stolen, a row
KEYLESS = b""


def again(log: Log, rows: list[Row], start: int, chain: Chain | None, stolen: bytes) -> Log:
    """The log with other rows from number `start` on, hashed by an attacker who holds `stolen` (empty: no key).

    Without the key he can only make a bare hash. With an evolving chain the stolen key is the one in force after the
    last row: it does for new rows, and for older ones he must use it as well, having no other.
    """
    prev = log.links[start - 2][1] if start > 1 else START
    rest = rows[start - 1 :]
    if chain is None or not stolen:
        made = Chain().links(rest, prev)
    elif chain.kind == "evolving":
        made = chain.links(rest, prev, stolen)
    else:
        made = chain.links(rest, prev)
    return Log(rows, log.links[: start - 1] + made)


def replaced(log: Log, at: int, new: Row) -> list[Row]:
    """The rows with number `at` replaced."""
    return [*log.rows[: at - 1], new, *log.rows[at:]]


def drop(log: Log, at: int) -> Log:
    """Without row `at`."""
    return Log(log.rows[: at - 1] + log.rows[at:], log.links[: at - 1] + log.links[at:])


def swap(log: Log, at: int) -> Log:
    """Rows `at` and the next exchange contents and hashes."""
    rows, links = [*log.rows], [*log.links]
    rows[at - 1], rows[at] = (at, *log.rows[at][1:]), (at + 1, *log.rows[at - 1][1:])
    links[at - 1], links[at] = links[at], links[at - 1]
    return Log(rows, links)


def slipped(log: Log, at: int) -> Log:
    """A made-up row between `at` - 1 and `at`."""
    rows = numbered([*log.rows[: at - 1], forged(log.rows[at - 1]), *log.rows[at - 1 :]])
    return Log(rows, [*log.links[: at - 1], log.links[at - 1], *log.links[at - 1 :]])


def cut(log: Log, rows: int) -> Log:
    """Without the last `rows`."""
    return Log(log.rows[:-rows], log.links[:-rows])


AFTER = ROWS % EVERY  # rows after the last anchor


def tail(log: Log, chain: Chain | None, stolen: bytes, like: int) -> Log:
    """The first row after the last anchor of the kind of row `like` edited, it and all later ones hashed again."""
    at = ROWS - AFTER + 1
    at += log.rows[at - 1][1] != log.rows[like - 1][1]  # versions and reads come by turns
    return again(log, replaced(log, at, forged(log.rows[at - 1])), at, chain, stolen)


ATTACKS: dict[str, Attack] = {
    "edit a row": lambda log, c, k, at: Log(replaced(log, at, forged(log.rows[at - 1])), log.links),
    "backdate a row": lambda log, c, k, at: Log(replaced(log, at, forged(log.rows[at - 1], "2026-02-28")), log.links),
    "delete a row": lambda log, c, k, at: drop(log, at),
    "delete, renumber": lambda log, c, k, at: Log(numbered(drop(log, at).rows), drop(log, at).links),
    "swap two rows": lambda log, c, k, at: swap(log, at),
    "slip a row in": lambda log, c, k, at: slipped(log, at),
    "edit, rehash": lambda log, c, k, at: again(log, replaced(log, at, forged(log.rows[at - 1])), at, c, KEYLESS),
    "steal key, edit": lambda log, c, k, at: again(log, replaced(log, at, forged(log.rows[at - 1])), at, c, k),
    "cut the tail": lambda log, c, k, at: cut(log, ROWS - at + 1),
    "cut, write anew": lambda log, c, k, at: again(
        log, [*log.rows[: at - 1], *map(forged, log.rows[at - 1 :])], at, c, k
    ),
    "edit tail, rehash": lambda log, c, k, at: tail(log, c, KEYLESS, at),
    "steal key, edit tail": lambda log, c, k, at: tail(log, c, k, at),
    "restore a backup": lambda log, c, k, at: restored(log.rows, c, at),
    "cut after anchor": lambda log, c, k, at: cut(log, AFTER),
    "never write it": lambda log, c, k, at: log,  # what is attacked is the writer: its row is not in `log`
}


def restored(rows: list[Row], chain: Chain | None, at: int) -> Log:
    """The database and the logging machine as a backup of before row `at` had them: rows, links, seal."""
    return Log(rows[: at - 1], (chain or BARE).links(rows[: at - 1]), (seal(rows[: at - 1], KEY),))


def left(rows: list[Row], log: Log, stolen: bytes) -> Log:
    """The log with the seals that an attacker can leave: the one that was there, or one of his own over his rows."""
    there = seal(rows, KEY)
    return replace(log, seals=log.seals or (there, seal(log.rows, stolen), seal(log.rows[len(rows) :], stolen, there)))


def outcomes(seed: int, read: bool = True) -> dict[str, dict[str, str]]:
    """For each attack and each scheme, what verification says; the row attacked is a read or a version."""
    chance = random.Random(f"attack {seed}")
    found: dict[str, dict[str, str]] = {}
    for name, attack in ATTACKS.items():
        at = chance.randrange(12, 50, 2) - (not read)  # an anchor comes before it and one after
        rows = written(seed)
        calls = requests(rows)
        if name == "never write it":
            rows = numbered(rows[: at - 1] + rows[at:])
        found[name] = {}
        for scheme in SCHEMES:
            chain = scheme.chain
            log = Log(rows, (chain or BARE).links(rows))
            stolen = chain.after(len(rows)) if chain and chain.key else KEYLESS
            after = attack(log, chain, stolen, at)
            found[name][scheme.name] = scheme.caught(left(rows, after, stolen), taken(log), calls)
    return found


def cuts(seed: int) -> dict[str, list[int]]:
    """For each scheme without ids, of all ends that can be cut off, from 1 row to all but one, those it notices."""
    rows, found = written(seed), {}
    for scheme in (scheme for scheme in SCHEMES if scheme.chain and not scheme.requests):
        log = Log(rows, (scheme.chain or BARE).links(rows))
        stolen = scheme.chain.after(len(rows)) if scheme.chain and scheme.chain.key else KEYLESS
        found[scheme.name] = [
            n for n in range(1, len(rows))
            if scheme.caught(left(rows, cut(log, n), stolen), taken(log), requests(rows))
        ]  # fmt: skip
    return found


def untouched(seed: int) -> list[str]:
    """What each scheme says about a log that nobody attacked: false alarms."""
    rows = written(seed)
    logs = {scheme: Log(rows, (scheme.chain or BARE).links(rows), (seal(rows, KEY),)) for scheme in SCHEMES}
    return [said for scheme, log in logs.items() if (said := scheme.caught(log, taken(log), requests(rows)))]
