"""Chains over rows: bare SHA-256, keyed (HMAC), keyed with a key that changes after each row; and one seal over all."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import Any

START = "0" * 64  # what the first row is chained to
Row = tuple[int, str, str, str]  # seq, kind, at, entry: what a chain covers
Link = tuple[str, str]  # prev, hash


# --8<-- [start:step]
def step(prev: str, row: Sequence[Any], key: bytes = b"") -> str:
    """The hash of a row that follows the hash `prev`.

    With a `key`, nobody without it can make one.
    """
    text = json.dumps(
        [prev, *row],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if key:
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return hashlib.sha256(text.encode()).hexdigest()


# --8<-- [end:step]


class Chain:
    """How rows are linked. `kind` is "bare", "keyed" or "evolving"; `key` is what the verifier keeps.

    An evolving chain (Schneier and Kelsey, USENIX Security 1998) replaces its key by the key's hash after each row
    and forgets the old one, so that whoever steals the current key cannot make the hash of an earlier row.
    """

    def __init__(self, kind: str = "bare", key: bytes = b""):
        if (kind == "bare") == bool(key) or kind not in ("bare", "keyed", "evolving"):
            raise ValueError(f"chain {kind!r} with{'' if key else 'out'} a key: bare has none, keyed and evolving have")
        self.kind, self.key = kind, key

    def after(self, rows: int) -> bytes:
        """The key in force after that many rows: all that somebody who breaks in then can read."""
        key = self.key
        for _ in range(rows if self.kind == "evolving" else 0):
            key = hashlib.sha256(key).digest()
        return key

    def links(self, rows: Iterable[Row], prev: str = START, key: bytes | None = None) -> list[Link]:
        """Previous hash and hash of each row, from `prev` on, starting with `key` (None: the first)."""
        made, key = [], self.key if key is None else key
        for row in rows:
            made.append((prev, prev := step(prev, row, key)))
            key = hashlib.sha256(key).digest() if self.kind == "evolving" else key
        return made


def seal(rows: Iterable[Row], key: bytes, before: str = START) -> str:
    """One authenticator over all rows, folded row by row with a key that changes: an aggregate MAC.

    After Ma and Tsudik, "A New Approach to Secure Logging" (2008), their scheme that is verified with the first key.
    The logging machine keeps this, `before` for the next row, and the key in force, and no hash of a single row; so
    whoever breaks in can go on from here and cannot make the seal of a shorter log.
    """
    for row in rows:
        before = hashlib.sha256((before + step("", row, key)).encode()).hexdigest()
        key = hashlib.sha256(key).digest()
    return before


def problems(chain: Chain, rows: Sequence[Row], links: Sequence[Link], anchors: Sequence[tuple[int, str]] = ()) -> str:
    """The first thing wrong with a chain, in a line; empty where nothing is. Does not mean that all rows are there.

    `anchors` are (seq, hash) of rows that somebody else has kept.
    """
    for number, (row, have, due) in enumerate(zip(rows, links, chain.links(rows), strict=True), 1):
        if row[0] != number:
            return f"row {number} is missing: the next is {row[0]}"
        if have != due:
            return f"row {number} is not what its hash was made of, or follows another row"
    for seq, known in anchors:
        if seq > len(rows):
            return f"cut off: {len(rows)} rows, and row {seq} is anchored"
        if links[seq - 1][1] != known:
            return f"row {seq} is not the one that was anchored"
    return ""
