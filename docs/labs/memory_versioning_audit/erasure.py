"""She asks to be erased: what a chain lets go, what can still be guessed, what is left in the files."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import numpy as np

from labs.embedding import embed
from labs.memory_versioning_audit.chain import Chain, problems, step
from labs.memory_versioning_audit.store import commitment
from labs.memory_versioning_audit.world import FACTS, PEOPLE, Version, every_text
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


def residue() -> list[list[str]]:
    """Where the bytes of a deleted row are: rows of (secure_delete, then, in the database, in the log, in the index).

    The index is a full-text index (FTS5) from which the row was deleted as well.
    """
    rows = []
    for secure in ("off", "on"):
        for then in ("nothing", "checkpoint", "checkpoint, log cut", "vacuum, log cut"):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "m.db"
                db = sqlite3.connect(path, isolation_level=None)
                db.execute("pragma journal_mode = wal")
                db.execute(f"pragma secure_delete = {secure}")
                db.execute("create table body (seq integer primary key, text text)")
                for i in range(40):
                    db.execute("insert into body values (?, ?)", (i, MARK if i == 20 else f"other text {i} " * 3))
                db.execute("pragma wal_checkpoint(truncate)")
                db.execute("delete from body where seq = 20")
                if then.startswith("vacuum"):
                    db.execute("vacuum")
                if then != "nothing":
                    db.execute(f"pragma wal_checkpoint({'passive' if then == 'checkpoint' else 'truncate'})")
                wal = path.with_name("m.db-wal")
                inside = [MARK.encode() in file.read_bytes() for file in (path, wal)]
                db.close()
            rows.append([secure, then, *("left" if one else "gone" for one in inside)])
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
    r.add("vector_hits", hits / len(versions), "erased texts whose person and kind the kept vector gives away", "share")
    r.add("vector_tried", tried, "sentences of the attacker, one a person and kind")
    r.claim(
        "vectors_give_away",
        hits > 0.5 * len(versions),
        "Kept vectors give away person and kind of more than half of the erased texts to somebody who knows the "
        "names and the kinds.",
    )
    rows = residue()
    r.table(
        "residue", "a deleted row in the files of SQLite: is its text left in the database, in the write-ahead log",
        ["secure_delete; then", "Database", "Log"], [[f"{secure}; {then}", *left] for secure, then, *left in rows],
    )  # fmt: skip
    left = {(secure, then): (database, log) for secure, then, database, log in rows}
    r.claim(
        "erase_needs_both",
        left["on", "checkpoint, log cut"] == ("gone", "gone")
        and left["off", "checkpoint, log cut"][0] == "left"
        and left["on", "nothing"] != ("gone", "gone"),
        "With secure_delete on and the log checkpointed and cut, a deleted text is in neither file; without "
        "secure_delete it stays in the database file, and before the checkpoint it is still there either way.",
    )
