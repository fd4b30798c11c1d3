"""The recommended design as a whole: a keyed log, reads logged as prompts are cut, anchors outside, then erasure."""

from __future__ import annotations

import datetime
import json
import sqlite3
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from labs.memory_versioning_audit import figures, prompt_log
from labs.memory_versioning_audit.chain import START as FIRST
from labs.memory_versioning_audit.chain import step
from labs.memory_versioning_audit.store import MemoryLog, commitment
from labs.memory_versioning_audit.world import Decision, Version
from labs.record import Results

START = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
EVERY = 50  # rows between anchors
KEY = b"held by the compliance officer.."
Prompts = list[tuple[Decision, list[Version]]]


@dataclass(frozen=True)
class Filled:
    """A log with everything in it, the row of each version, and the anchors somebody else holds."""

    log: MemoryLog
    rows: dict[int, int]
    anchors: list[tuple[int, str]]


def filled(path: Path, versions: list[Version], prompts: Prompts, key: bytes = KEY) -> Filled:
    """Write all versions and all prompts in order of time into a log, keyed unless `key` is empty."""
    log = MemoryLog(path, key)
    log.db.execute("pragma synchronous = off")  # as many rows as a quarter's work, and no power cut to survive here
    rows: dict[int, int] = {}
    anchors: list[tuple[int, str]] = []
    events: list[tuple[int, int, Version | tuple[Decision, list[Version]]]] = [(v.at, 0, v) for v in versions]
    events += [(d.at, 1, (d, prompt)) for d, prompt in prompts]
    for minutes, _, event in sorted(events, key=lambda e: e[:2]):
        at = START + datetime.timedelta(minutes=minutes)
        if isinstance(event, Version):
            rows[event.seq] = row = log.write(event.memory, event.text, event.person, "intake", at)
        else:
            d, prompt = event
            row = log.shown(str(d.number), [rows[v.seq] for v in prompt], f"req {d.number}", at)
        if row % EVERY == 0:
            anchors.append(log.head())
    return Filled(log, rows, anchors)


def right(log: MemoryLog, prompts: Prompts) -> int:
    """Decisions whose evidence is, text by text, what the prompt held."""
    return sum(
        [[shown.text for shown in prompt] for prompt in log.evidence(str(d.number))] == [[v.text for v in held]]
        for d, held in prompts
    )


def blank(log: MemoryLog, prompts: Prompts) -> list[int]:
    """Numbers of decisions of whose evidence at least one text is gone."""
    return [
        d.number for d, _ in prompts if any(s.text is None for prompt in log.evidence(str(d.number)) for s in prompt)
    ]


def rewrite_read(log: MemoryLog, last: int) -> None:
    """The owner of the database, without the key: row `last` says another list, and its hash is made again, bare."""
    row = log.db.execute("select seq, kind, at, entry, prev from log where seq = ?", (last,)).fetchone()
    new = (*row[:3], row[3].replace('"shown": [', '"shown": [1, '))
    log.db.execute("drop trigger log_stays")
    log.db.execute("update log set entry = ?, hash = ? where seq = ?", (new[3], step(row[4], new), last))


def cut_tail(log: MemoryLog, rows: int) -> None:
    """The owner deletes the last rows."""
    log.db.execute("drop trigger log_keeps")
    last, _ = log.head()
    log.db.execute("delete from body where seq > ?", (last - rows,))
    log.db.execute("delete from log where seq > ?", (last - rows,))


def edit_text(log: MemoryLog, row: int) -> None:
    """The owner changes the text of version `row`, which no trigger forbids: texts must be free to go."""
    log.db.execute("update body set text = text || ', it was said' where seq = ?", (row,))


def forge_text(log: MemoryLog, row: int) -> None:
    """The owner of a log without a key: another text, its commitment made again, and every hash."""
    edit_text(log, row)
    body = log.db.execute("select nonce, memory, subject, text from body where seq = ?", (row,)).fetchone()
    (entry,) = log.db.execute("select entry from log where seq = ?", (row,)).fetchone()
    new = json.dumps({**json.loads(entry), "commit": commitment(*body)}, ensure_ascii=False, sort_keys=True)
    log.db.execute("drop trigger log_stays")
    log.db.execute("update log set entry = ? where seq = ?", (new, row))
    prev = FIRST
    for one in log.rows()[0]:
        link = step(prev, one)
        log.db.execute("update log set prev = ?, hash = ? where seq = ?", (prev, link, one[0]))
        prev = link


def copied(prompts: Prompts) -> tuple[list[str], bool]:
    """The same prompts in the log to copy, a text edited in a table of versions beside it: faults, and is it edited."""
    db = sqlite3.connect(":memory:")
    db.execute(prompt_log.TABLE)
    db.execute(prompt_log.VERSIONS)
    with db:
        held = {v.seq: v.text for _, prompt in prompts for v in prompt}
        db.executemany("insert into version (id, text) values (?, ?)", held.items())
    pairs = [prompt_log.log_prompt(db, str(d.number), [v.seq for v in prompt]) for d, prompt in prompts]
    db.execute("update version set text = text || ', it was said' where id = ?", (seq := min(held),))
    now = db.execute("select text from version where id = ?", (seq,)).fetchone()
    found = prompt_log.faults(db, pairs)
    db.close()
    return found, now != (held[seq],)


def report(r: Results, versions: list[Version], prompts: Prompts, person: str, wrong_ids: int) -> None:
    """Fill the log, ask about every decision, falsify it, erase `person`; results, claims, the strip of decisions."""
    hers = {d.number for d, _ in prompts if d.person == person}
    with tempfile.TemporaryDirectory() as folder:
        whole = filled(Path(folder) / "memory.db", versions, prompts)
        log = whole.log
        before, clean = right(log, prompts), log.verify(whole.anchors)
        last = max(seq for seq, kind, *_ in log.rows()[0] if kind == "read" and seq <= whole.anchors[-1][0])
        used = {whole.rows[v.seq] for _, prompt in prompts for v in prompt}
        own = {whole.rows[v.seq] for v in versions if v.person == person}
        log.erase(person, "asked for", "data protection", keep=[])
        gone, after = blank(log, prompts), log.verify(whole.anchors)
        rewrite_read(log, last)
        falsified = log.verify(whole.anchors)
        log.db.close()
        cutting = filled(Path(folder) / "cut.db", versions, prompts)
        cut_tail(cutting.log, EVERY + 5)
        cut_found, cut_unanchored = cutting.log.verify(cutting.anchors), cutting.log.verify()
        cutting.log.db.close()
        keeping = filled(Path(folder) / "kept.db", versions, prompts).log
        erased_kept = keeping.erase(person, "asked for", "data protection", keep=[*used])
        kept_blank = blank(keeping, prompts)
        untouched = keeping.verify()
        edit_text(keeping, edited := min(used))
        text_found = keeping.verify()
        keeping.db.close()
        keyless = filled(Path(folder) / "keyless.db", versions, prompts, b"")
        keyless_clean = keyless.log.verify(keyless.anchors)
        edit_text(keyless.log, min(used))
        edited_keyless = keyless.log.verify()
        forge_text(keyless.log, min(used))
        forged, forged_anchored = keyless.log.verify(), keyless.log.verify(keyless.anchors)
        keyless.log.db.close()
    total = len(prompts)
    r.add("log_rows", len(versions) + total, "rows of the log: versions written and prompts shown")
    r.add("log_right", before, "decisions whose logged evidence is what the prompt held, text by text")
    r.add("ids_wrong", wrong_ids, "the same decisions by the retriever's memory ids, read today: evidence is another")
    r.add("hers", len(hers), "decisions about the person who is erased")
    r.add("her_texts", len(own), "texts about her in the log")
    r.add("hers_blank", len(hers & {*gone}), "decisions about her that lose a text when all of hers are erased")
    r.add("others_blank", len({*gone} - hers), "decisions about others that lose a text of hers, which had been shown")
    r.add("kept_erased", erased_kept, "texts that can go if those that a decision was shown are kept")
    r.claim(
        "whole_design_answers",
        before == total and not clean and wrong_ids > 0,
        "With version ids logged after the cut, every decision's evidence is, text by text, what its prompt held, "
        "which follows from the design; memory ids logged before the cut and read today give other evidence for some.",
    )
    r.claim(
        "erasure_takes_evidence",
        bool(hers) and hers <= {*gone} and not after,
        "When all her texts are erased, every decision about her has lost evidence, and the chain still verifies.",
    )
    r.claim(
        "keeping_shown_keeps_evidence",
        not kept_blank and 2 <= erased_kept <= 4 < len(own),
        "If texts that a decision was shown are kept, no decision loses evidence, by construction, and only 2 to 4 of "
        "her texts can go, with each of five seeds.",
    )
    r.claim(
        "falsified_is_found",
        any("hash" in line for line in falsified)
        and any("cut off" in line for line in cut_found)
        and not cut_unanchored,
        "In that log, verification names a read row that the owner rewrote and hashed without the key, and a tail "
        "cut off with an anchored row; without the anchors the cut is not noticed.",
    )  # fmt: skip
    copy_found, copy_edited = copied(prompts)
    r.claim(
        "edited_text_is_found",
        not untouched and text_found == [f"row {edited}: its text is not the one that was written"]
        and copy_edited and not copy_found,
        "Verification of the store names a version whose text the owner edited; the log of prompts to copy, which "
        "hashes ids alone, says nothing of a text edited in the table of versions, each of its pairs kept.",
    )  # fmt: skip
    r.claim(
        "chained_text_needs_an_anchor",
        not keyless_clean
        and edited_keyless == text_found
        and not forged
        and any("anchored" in line for line in forged_anchored),
        "In the store without a key, a version is noticed whose text alone the owner changed. If its commitment and "
        "all hashes are made again, verification notices nothing without anchors, and with them that a row is not the "
        "one anchored.",
    )
    own_most = sum(2 * sum(v.person == d.person for v in held) > len(held) for d, held in prompts)
    r.claim(
        "prompts_are_mostly_own",
        own_most >= 0.9 * total,
        "In at least nine prompts of ten, more than half of the memories are those of the patient who is asked about.",
    )
    copies = {d.number: sum(v.person == person for v in prompt) for d, prompt in prompts}
    size = {"ids": 0, "texts": 0}
    for d, prompt in prompts:
        entry = {"decision": str(d.number), "request": f"req {d.number}"}
        for kind, held in (("ids", [whole.rows[v.seq] for v in prompt]), ("texts", [v.text for v in prompt])):
            size[kind] += len(json.dumps({**entry, "shown": held}, ensure_ascii=False).encode()) / total
    r.add("ids_bytes", size["ids"], "bytes of a read's entry with the ids of the versions, mean", "bytes")
    r.add("texts_bytes", size["texts"], "bytes of a read's entry with the memories' texts as sent, mean", "bytes")
    r.add("copies", sum(copies.values()), "copies of her texts in the prompts, where these are kept as sent")
    r.add("copies_in", sum(map(bool, copies.values())), "prompts that hold one, her decisions and others")
    r.claim(
        "a_copy_is_erased_prompt_by_prompt",
        sum(copies.values()) > 2 * len(own) and size["texts"] > 4 * size["ids"]
        and {n for n, held in copies.items() if held} == {*gone},
        "Kept as sent, the prompts hold more than twice as many copies of her texts as she has texts, in exactly the "
        "decisions that lose evidence if she is erased, and a row without its number, time and hash takes more than "
        "four times the bytes.",
    )  # fmt: skip
    r.claim(
        "others_move",
        len({*gone} - hers) <= 14,
        "At most fourteen decisions about other patients lose a text when she is erased.",
    )
    states = [(d.person, d.at / 1440, d.number in {*gone}) for d, _ in prompts]
    r.figure("erased", figures.strip(states, person))
    counts = Counter(d.person for d, _ in prompts)
    r.add("decisions_a_person", sum(counts.values()) / len(counts), "decisions a person, mean")
