"""For the notes: what the format changes and what it does not. Results and claims."""

from __future__ import annotations

from collections.abc import Sequence

from labs.memory_serialization import formats
from labs.memory_serialization.harness import Message
from labs.record import Results


def add_formats(r: Results, messages: Sequence[Message], seed: int) -> None:
    """Sizes, flipped bits, overwritten records, bytes that run code."""
    session = messages[:200]
    plain, vectors = formats.sizes(session), formats.sizes(formats.with_vectors(session, seed))
    ratio = {
        "text": plain["JSON"][0] / plain["msgpack"][0],
        "text_zlib": plain["JSON"][1] / plain["msgpack"][1],
        "vectors": vectors["JSON"][0] / vectors["msgpack"][0],
        "vectors_zlib": vectors["JSON"][1] / vectors["msgpack"][1],
    }
    for name, value in ratio.items():
        r.add(f"ratio_{name}", value, f"bytes of JSON over bytes of msgpack: {name.replace('_', ', ')}", "times")
    r.claim(
        "format_hardly_matters",
        ratio["text_zlib"] < 1.1 and ratio["text"] < 1.5 < ratio["vectors"],
        "JSON over msgpack: text under 1.5 times the bytes, compressed under 1.1; float vectors over 1.5 times.",
    )
    r.table(
        "by_format", "Bytes of a session of 200 messages", ["format", "text", "text, zlib", "vectors", "vectors, zlib"],
        [[name, *plain[name], *vectors[name]] for name in formats.ENCODE],
    )  # fmt: skip
    few = messages[:5]
    flipped = {name: formats.flips(few, name) for name in formats.DECODE}
    framed = {f"{name} behind a CRC-32": formats.flips(few, name, framed=True) for name in formats.DECODE}
    base = formats.database_flips(few)
    rows = {**flipped, **framed, "SQLite, one bit in every third byte": base}
    r.claim(
        "flips_are_silent",
        all(found["silent"] > 0.5 * found.total() for found in flipped.values()),
        "More than half of all single flipped bits in JSON and in msgpack change the session and raise nothing.",
    )
    r.claim(
        "checksum_finds_flips",
        all(found["silent"] == 0 for found in framed.values()) and all(f["silent"] > 0 for f in flipped.values()),
        "A CRC-32 in front finds every single flipped bit, as it must by its design; without it most pass.",
    )
    r.claim(
        "integrity_check_misses",
        base["silent"] > 0,
        "Some flipped bits in an SQLite file change a message, and integrity_check says ok.",
    )
    r.table(
        "by_flip", "One bit flipped at a time", ["format", "noticed", "silent", "harmless"],
        [[name, found["noticed"], found["silent"], found["harmless"]] for name, found in rows.items()],
    )  # fmt: skip
    over = formats.overwritten(few)
    r.add(
        "over_tried",
        over.total(),
        "places at which the disk was full while a new session overwrote one of equal length",
    )
    r.add("over_mixed", over["mixed"], "of them, places after which the file parses, part old and part new")
    r.claim(
        "overwriting_mixes",
        over["mixed"] > 0.5 * over.total(),
        "Written over old bytes of equal length, a session is a mixture that parses at more than half of the bytes.",
    )
    ran = formats.code_runs()
    r.claim(
        "pickle_runs_code",
        ran["pickle"] and not any(done for name, done in ran.items() if name != "pickle"),
        "Loading a pickle made a file; an unpickler that looks nothing up, JSON and msgpack did not.",
    )
