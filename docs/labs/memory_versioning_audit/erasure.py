"""She asks to be erased: what a chain lets go, what can still be guessed, what is left in the files."""

from __future__ import annotations

import sqlite3
import tempfile
from itertools import product
from pathlib import Path

import numpy as np

from labs.embedding import embed
from labs.memory_versioning_audit.chain import Chain, problems, step
from labs.memory_versioning_audit.store import commitment
from labs.memory_versioning_audit.world import FACTS, NAMED, PEOPLE, Version, every_text
from labs.record import Results

LABELS = dict(zip(FACTS, (
    "penicillin allergy", "kidney disease", "a pacemaker", "warfarin, a blood thinner", "a seizure, epilepsy",
    "privacy wishes, whom to contact", "time of appointments", "choice of pharmacy", "diet", "exercise, swimming",
    "bad hearing", "insurance", "a journey to Kenya", "sleep", "smoking", "blood pressure",
), strict=True))  # fmt: skip
MARK = "b5e1c3f09a7d42668f" * 2  # what is searched for in the files


def confirmed(versions: list[Version]) -> dict[str, int]:
    """How many erased texts a guesser can confirm, by what the chained row holds in place of the text."""
    tried = every_text()  # what somebody can try who knows the phrases, the names and nothing else
    plain = {step("", [text]) for text in tried}
    kept = {v.seq: f"{v.seq:032x}" for v in versions}  # nonces; their being random matters to no count here
    found = {"hash of the text": sum(step("", [v.text]) in plain for v in versions)}
    for name, nonces in (("commitment, nonce kept", kept), ("commitment, nonce erased", {})):
        found[name] = sum(
            any(commitment(nonces.get(v.seq, ""), v.memory, v.person, text) == held for text in tried)
            for v, held in ((v, commitment(kept[v.seq], v.memory, v.person, v.text)) for v in versions)
        )
    return found


def chain_with_text() -> str:
    """What verification says after the text of one row was erased from a chain that holds texts."""
    rows = [(i, "write", "2026-03-01", f"text {i}") for i in range(1, 9)]
    links = Chain().links(rows)
    rows[3] = (*rows[3][:3], "")
    return problems(Chain(), rows, links)


def recovered(versions: list[Version], vectors: np.ndarray) -> tuple[int, int]:
    """Of all versions, those whose (person, kind) the nearest of the attacker's own sentences names; and sentences."""
    pairs = [(name, kind) for name in PEOPLE for kind in FACTS]
    tried = embed([f"{name}: {LABELS[kind]}" for name, kind in pairs])
    nearest = (vectors @ tried.T).argmax(1)
    return sum(pairs[i] == (v.person, v.kind) for i, v in zip(nearest, versions, strict=True)), len(pairs)


def asked_by_name(versions: list[Version], vectors: np.ndarray) -> tuple[int, int]:
    """The same with sentences that only ask for a kind by its name; of the versions of the six kinds that have one."""
    pairs = [(name, kind) for name in PEOPLE for kind in NAMED]
    tried = embed([NAMED[kind].format(n=name) for name, kind in pairs])
    some = [(v, row) for v, row in zip(versions, vectors, strict=True) if v.kind in NAMED]
    nearest = (np.array([row for _, row in some]) @ tried.T).argmax(1)
    return sum(pairs[i] == (v.person, v.kind) for i, (v, _) in zip(nearest, some, strict=True)), len(some)


def residue() -> list[list[str]]:
    """Where the bytes of a deleted row are: rows of (secure_delete, where the text was, then, in database, in log).

    The text was in the database file already, or still in the write-ahead log when it was deleted. "log cut, a
    reader" is a checkpoint that should cut the log while another connection holds a read.
    """
    rows = []
    for secure, was, then in product(
        ("off", "on"), ("database", "log"), ("nothing", "checkpoint", "log cut", "log cut, a reader", "vacuum, log cut")
    ):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.db"
            db, reader = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
            db.execute("pragma journal_mode = wal")
            db.execute("pragma busy_timeout = 1")
            db.execute(f"pragma secure_delete = {secure}")
            db.execute("create table body (seq integer primary key, text text)")
            for i in range(40):
                db.execute("insert into body values (?, ?)", (i, MARK if i == 20 else f"other text {i} " * 3))
            if was == "database":
                db.execute("pragma wal_checkpoint(truncate)")
            if then == "log cut, a reader":
                reader.execute("begin")
                reader.execute("select count(*) from body").fetchone()
            db.execute("delete from body where seq = 20")
            if then.startswith("vacuum"):
                db.execute("vacuum")
            if then != "nothing":
                db.execute(f"pragma wal_checkpoint({'passive' if then == 'checkpoint' else 'truncate'})")
            inside = [MARK.encode() in file.read_bytes() for file in (path, path.with_name("m.db-wal"))]
            reader.close()
            db.close()
        rows.append([secure, was, then, *("left" if one else "gone" for one in inside)])
    return rows


def report(r: Results, versions: list[Version], vectors: np.ndarray, person: str) -> None:
    """Results and claims on erasing the texts of a person; the vectors are those of everybody."""
    hers = [v for v in versions if v.person == person]
    found = confirmed(hers)
    r.table(
        "guesses", "erased texts that somebody confirms who knows all phrases and names, by what the chained row holds",
        ["Row holds", "Confirmed", "Of"], [[name, n, len(hers)] for name, n in found.items()],
    )  # fmt: skip
    r.claim(
        "nonce_must_go",
        found["hash of the text"] == found["commitment, nonce kept"] == len(hers)
        and found["commitment, nonce erased"] == 0,
        "A guesser who knows the phrases confirms every erased text from a plain hash or from a commitment whose nonce "
        "was kept, and none once the nonce is erased.",
    )
    r.claim(
        "text_in_the_chain_breaks_it",
        chain_with_text() == "row 4 is not what its hash was made of, or follows another row",
        "Erase a text that is itself chained and the chain breaks at its row.",
    )
    hits, tried = recovered(versions, vectors)
    r.add("vector_hits", hits / len(versions), "versions whose person and kind the kept vector gives away", "share")
    r.add("vector_tried", tried, "sentences of the attacker, one a person and kind")
    r.claim(
        "vectors_give_away",
        hits > 0.5 * len(versions),
        "Kept vectors give away person and kind of more than half of the texts to somebody who knows the names and the "
        "kinds.",
    )
    bare, six = asked_by_name(versions, vectors)
    r.add("vector_hits_asked", bare / six, "the same for six kinds, by questions that name person and kind", "share")
    r.add("vector_asked", six, "versions of these six kinds")
    rows = residue()
    r.table(
        "residue", "a deleted row in the files of SQLite: is its text left in the database, in the write-ahead log",
        ["secure_delete; text was in; then", "Database", "Log"],
        [[f"{secure}; {was}; {then}", *left] for secure, was, then, *left in rows],
    )  # fmt: skip
    left = {tuple(where): tuple(found) for *where, found in ((*row[:3], row[3:]) for row in rows)}
    gone = ("gone", "gone")
    r.claim(
        "erase_needs_both",
        all(left["on", was, "log cut"] == gone for was in ("database", "log"))
        and left["off", "database", "log cut"][0] == "left" and left["on", "log", "checkpoint"][1] == "left"
        and left["on", "database", "nothing"] != gone,
        "With secure_delete on and the log checkpointed and cut, a deleted text is in neither file; without "
        "secure_delete a text that was in the database file stays there, and a text that was deleted while it was "
        "still in the write-ahead log stays in it after a checkpoint that does not cut it.",
    )  # fmt: skip
    r.claim(
        "a_reader_keeps_the_log",
        all("left" in left["on", was, "log cut, a reader"] for was in ("database", "log"))
        and all(left["on", was, "log cut"] == gone for was in ("database", "log")),
        "While another connection reads, the checkpoint cannot cut the log, and a deleted text stays in a file; "
        "without the reader it does not.",
    )
