"""The store, the chains and the commands of the lab memory_versioning_audit, on cases worked by hand."""

from __future__ import annotations

import hashlib
import json
import runpy
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from labs.memory_versioning_audit import attacks, check, erasure, measure, prompt_log, store
from labs.memory_versioning_audit.chain import START, Chain, problems, seal, step
from labs.memory_versioning_audit.command import main
from labs.memory_versioning_audit.store import MemoryLog, Refused, commitment, stamp

KEY = b"sixteen bytes or more"


@pytest.fixture
def log(tmp_path):
    """Two versions of one memory, one of another, and a decision that was shown the first."""
    log = MemoryLog(tmp_path / "memory.db", KEY)
    log.write("ana/allergy", "rash after penicillin", "ana", "intake", "2026-03-01T09:00:00+00:00")
    log.shown("41", [1], "req 41", "2026-03-02T09:00:00+00:00")
    log.write("ana/allergy", "penicillin: ruled out", "ana", "clinic", "2026-03-03T09:00:00+00:00")
    log.write("ben/diet", "no meat", "ben", "intake", "2026-03-04T09:00:00+01:00")
    yield log
    log.db.close()


def texts(log: MemoryLog, decision: str) -> list[list[str | None]]:
    return [[shown.text for shown in prompt] for prompt in log.evidence(decision)]


def test_a_decision_keeps_the_words_it_was_shown_after_they_change(log):
    assert texts(log, "41") == [["rash after penicillin"]]
    assert log.as_of(2) == {"ana/allergy": (1, "rash after penicillin")}
    assert log.as_of(4) == {"ana/allergy": (3, "penicillin: ruled out"), "ben/diet": (4, "no meat")}
    assert log.verify([log.head()]) == []


def test_a_decision_that_is_not_in_the_log_has_no_evidence(log):
    assert log.evidence("42") == []


def test_two_prompts_of_one_decision_are_both_kept(log):
    log.shown("41", [3, 4])
    assert texts(log, "41") == [["rash after penicillin"], ["penicillin: ruled out", "no meat"]]


@pytest.mark.parametrize("row", [2, 5, 99, 0, -1])
def test_a_read_that_names_no_version_is_refused_and_leaves_no_row(log, row):
    with pytest.raises(Refused, match=f"'43' names row {row}, which is no version"):
        log.shown("43", [1, row])
    assert log.head()[0] == 4 and log.verify() == []


def test_a_time_without_a_zone_is_refused_and_one_with_a_zone_is_kept_as_utc(log):
    with pytest.raises(Refused, match=r"2026-03-01T09:00:00 has no time zone"):
        log.write("a", "b", "c", "d", "2026-03-01T09:00:00")
    with pytest.raises(Refused, match="'noon' is no time"):
        log.write("a", "b", "c", "d", "noon")
    assert stamp("2026-03-04T09:00:00+01:00") == "2026-03-04T08:00:00.000000+00:00"
    assert log.head()[0] == 4


@pytest.mark.parametrize("statement", ["update log set entry = '{}' where seq = 1", "delete from log where seq = 4"])
def test_the_log_refuses_to_change(log, statement):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        log.db.execute(statement)


def test_an_edited_text_and_a_text_deleted_without_a_word_are_named(log):
    log.db.execute("update body set text = 'no allergy' where seq = 1")
    log.db.execute("delete from body where seq = 4")
    assert log.verify() == [
        "row 1: its text is not the one that was written",
        "row 4: its text is gone, and no row says that it was erased",
    ]


def test_erasing_takes_texts_and_names_and_leaves_the_chain(log, tmp_path):
    anchor = log.head()
    assert log.erase("ana", "asked for", "dpo") == 2
    assert texts(log, "41") == [[None]]
    assert log.verify([anchor]) == []
    log.db.close()
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"penicillin" not in found and b"ana/" not in found and b"no meat" in found


def test_erasing_while_somebody_reads_fails_aloud_and_can_be_finished(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(store, "WAIT", 0.05)
    path, texts = tmp_path / "m.db", lambda: b"".join(file.read_bytes() for file in tmp_path.iterdir())
    said(capsys, 0, "import", str(path), files(tmp_path)[1])
    for file in ("reads.jsonl", "versions.jsonl"):
        (tmp_path / file).unlink()
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("begin")
    reader.execute("select count(*) from body").fetchone()
    out = said(capsys, 1, "erase", str(path), "ana")
    assert "another connection is reading" in out and "erased" not in out and b"ruled out" in texts()
    reader.close()
    assert "its write-ahead log is empty" in said(capsys, 1, "erase", str(path), "ana")
    assert b"ruled out" not in texts()
    assert "faults: 0" in said(capsys, 0, "verify", str(path))


def test_several_rows_are_written_together_or_not_at_all(log):
    with pytest.raises(Refused), log.together():
        log.write("cy/diet", "no nuts", "cy", "intake")
        log.shown("44", [99])
    assert log.head()[0] == 4 and log.verify() == []


def test_an_import_that_breaks_off_leaves_no_store_and_can_be_done_again(tmp_path, capsys, monkeypatch):
    reads, versions = files(tmp_path)
    db = str(tmp_path / "m.db")
    with monkeypatch.context() as broken:
        broken.setattr(MemoryLog, "shown", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            main(["import", db, versions, reads])
    assert not Path(db).exists()
    assert "2 versions and 2 reads" in said(capsys, 0, "import", db, versions, reads)
    assert "4 rows" in said(capsys, 0, "verify", db)
    assert not [path for path in tmp_path.iterdir() if "importing" in path.name]


def test_import_takes_other_names_and_one_hint_names_the_files_own_fields(tmp_path, capsys):
    reads = [{"turn": 1, "time": "2026-03-02T09:00:00+00:00", "chunks": [{"id": "v1", "score": 0.7}]}]
    versions = [{**{k: v for k, v in row.items() if k not in ("at", "subject")}, "ts": row["at"]} for row in VERSIONS]
    paths = files(tmp_path, [{**row, "who": "ana"} for row in versions], reads)
    names = [*["--map", "versions.at=ts", "--map", "reads.at=time", "--map", "shown=chunks", "--map", "decision=turn"]]
    db = str(tmp_path / "m.db")
    out = said(capsys, 2, "import", db, paths[1], paths[0], *names)
    assert "no field 'subject'; it has id, memory, text, ts, who; say --map subject=THEIRS" in out
    said(capsys, 0, "import", db, paths[1], paths[0], *names, "--map", "subject=who")
    assert "ana/allergy: rash" in said(capsys, 0, "show", db, "1")
    assert "whole evidence: 1" in said(capsys, 0, "check", *paths, *names)


def test_erasing_can_keep_what_a_decision_was_shown(log):
    assert log.erase("ana", "asked for", "dpo", keep=[1]) == 1
    assert texts(log, "41") == [["rash after penicillin"]]
    assert log.erase("nobody", "asked for", "dpo") == 0 and log.verify() == []


def test_threads_that_append_at_once_leave_one_unbroken_chain(tmp_path):
    MemoryLog(tmp_path / "m.db").db.close()

    def work(name: int) -> None:
        log = MemoryLog(tmp_path / "m.db")
        for i in range(10):
            log.shown(f"{name}-{i}", [log.write(f"m{name}", f"text {i}", "s", "a")])
        log.db.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    log = MemoryLog(tmp_path / "m.db")
    assert log.head()[0] == 60 and log.verify() == []
    assert all(texts(log, f"{n}-{i}") == [[f"text {i}"]] for n in range(3) for i in range(10))
    log.db.close()


def test_the_wrong_key_finds_fault_with_the_first_row(log, tmp_path):
    other = MemoryLog(tmp_path / "memory.db", KEY + b"!")
    assert other.verify() == ["row 1 is not what its hash was made of, or follows another row"]
    with pytest.raises(Refused, match="row 4 was not hashed with this key"):
        other.erase("ana", "asked for", "dpo")
    other.db.close()
    assert log.verify() == [] and texts(log, "41") == [["rash after penicillin"]]


def test_a_link_depends_on_each_field_and_fields_cannot_flow_into_each_other():
    rows = [(1, "a", "b", "c"), (1, "ab", "", "c"), (1, "a", "bc", ""), (2, "a", "b", "c"), (1, "a", "b", 'c","')]
    assert len({step(START, row) for row in rows}) == len(rows)
    assert step(START, rows[0]) != step("1" * 64, rows[0]) != step(START, rows[0], KEY)


def test_a_stolen_evolving_key_makes_no_earlier_hash():
    chain, rows = Chain("evolving", KEY), [(i, "a", "b", "c") for i in range(1, 6)]
    links = chain.links(rows)
    assert problems(chain, rows, links) == ""
    stolen = chain.after(5)
    assert chain.links([rows[4]], links[3][1], stolen) != links[4:]
    assert chain.links([rows[4]], links[3][1], chain.after(4)) == links[4:]


def test_a_seal_goes_on_from_where_it_was_and_is_another_for_fewer_rows():
    chain, rows = Chain("evolving", KEY), [(i, "a", "b", "c") for i in range(1, 6)]
    whole = seal(rows, KEY)
    assert seal(rows[3:], chain.after(3), seal(rows[:3], KEY)) == whole
    assert len({seal(rows[:n], KEY) for n in range(6)}) == 6 and seal(rows[:4], chain.after(5)) != seal(rows[:4], KEY)


@pytest.mark.parametrize(("kind", "key"), [("bare", KEY), ("keyed", b""), ("evolving", b""), ("merkle", KEY)])
def test_a_chain_needs_a_key_exactly_where_it_uses_one(kind, key):
    with pytest.raises(ValueError, match="bare has none, keyed and evolving have"):
        Chain(kind, key)


@pytest.mark.parametrize(("attacked", "kind"), [(20, "read"), (19, "write")])
@pytest.mark.parametrize("attack", [name for name in attacks.ATTACKS if "edit" in name])
def test_the_row_that_is_edited_is_of_the_kind_attacked(attack, attacked, kind):
    rows = attacks.written(0)
    log = attacks.Log(rows, Chain().links(rows))
    edited = attacks.ATTACKS[attack](log, None, b"", attacked).rows
    assert [row[1] for row, new in zip(rows, edited, strict=True) if row != new] == [kind]


def test_a_commitment_is_not_met_without_its_nonce():
    assert commitment("n1", "m", "s", "t") != commitment("n2", "m", "s", "t")


def test_a_deleted_text_leaves_both_files_with_secure_delete_and_a_cut_log():
    left = {(secure, was, then): rest for secure, was, then, *rest in erasure.residue()}
    assert left["on", "database", "log cut"] == left["on", "log", "log cut"] == ["gone", "gone"]
    assert left["off", "database", "log cut"] == ["left", "gone"]
    assert left["on", "log", "checkpoint"] == ["gone", "left"]


# The commands

VERSIONS = [
    {"id": "v1", "memory": "ana/allergy", "at": "2026-03-01T09:00:00+00:00", "text": "rash", "subject": "ana"},
    {"id": "v2", "memory": "ana/allergy", "at": "2026-03-03T09:00:00+00:00", "text": "ruled out", "subject": "ana"},
]
READS = [
    {"decision": 41, "at": "2026-03-02T09:00:00+00:00", "shown": ["v1"], "request": "req-a"},
    {"decision": 42, "at": "2026-03-04T09:00:00+00:00", "shown": [], "request": "req-b"},
]


def files(folder: Path, versions=VERSIONS, reads=READS) -> list[str]:
    """Paths of reads and versions, written to a folder; a text stays as it is."""
    paths = []
    for name, rows in (("reads.jsonl", reads), ("versions.jsonl", versions)):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(str(folder / name))
    return paths


def chained(versions=VERSIONS) -> list[dict]:
    """The versions with the hashes of this lab's rule."""
    rows, prev = [], START
    for row in versions:
        rows.append({**row, "prev": prev, "hash": (prev := step(prev, check.content(row)))})
    return rows


def said(capsys, status: int, *command: str) -> str:
    assert main([*command]) == status
    return "".join(capsys.readouterr())


def test_check_counts_whole_and_empty_evidence_and_claims_no_order(tmp_path, capsys):
    out = said(capsys, 0, "check", *files(tmp_path))
    assert "whole evidence: 1\n" in out and "empty list: 1\n" in out
    assert (
        "versions have no prev and hash: neither their order" in out
        and "no anchors of versions given" in out
        and "ok" not in out.split()
    )


def test_check_names_missing_erased_and_later_evidence(tmp_path, capsys):
    gone = [{**VERSIONS[0], "text": None}, VERSIONS[1]]
    reads = [*READS, {**READS[0], "decision": 212, "shown": ["v991"]}, {**READS[0], "decision": 43, "shown": ["v2"]}]
    out = said(capsys, 1, "check", *files(tmp_path, gone, reads))
    assert "decision 212 names v991, in no version" in out
    assert "decision 41 names v1, whose text is erased" in out
    assert "decision 43 of 2026-03-02T09:00:00+00:00 names v2, written 2026-03-03T09:00:00+00:00" in out


def test_check_counts_a_decision_of_two_prompts_once_and_by_the_worse_of_them(tmp_path, capsys):
    again = {**READS[0], "at": "2026-03-02T10:00:00+00:00"}
    assert "whole evidence: 1\n" in said(capsys, 0, "check", *files(tmp_path, VERSIONS, [READS[0], again]))
    for other, line in ((["v9"], "missing evidence: 1\n"), (["v2"], "later than they are: 1\n")):
        out = said(capsys, 1, "check", *files(tmp_path, VERSIONS, [READS[0], {**again, "shown": other}]))
        assert "whole evidence: 0\n" in out and line in out
    out = said(capsys, 0, "check", *files(tmp_path, VERSIONS, [{**READS[0], "shown": []}, again]))
    assert "whole evidence: 1\n" in out and "empty list: 0\n" in out


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda rows: rows[1].update(text="forged"), "versions.jsonl:2: not what its hash was made of"),
        (lambda rows: rows[1].update(prev="0"), "versions.jsonl:2: the link is broken"),
        (lambda rows: rows[1].pop("hash"), "versions.jsonl:2: no prev and hash, where other versions have them"),
        (lambda rows: rows.reverse(), "versions.jsonl:2: the link is broken"),
    ],
)
def test_check_names_the_first_broken_link(tmp_path, capsys, change, line):
    rows = chained()
    assert "links and texts compared" in said(capsys, 0, "check", *files(tmp_path, rows))
    change(rows)
    assert line in said(capsys, 1, "check", *files(tmp_path, rows))


@pytest.mark.parametrize("first", [None, "", START])
@pytest.mark.parametrize("escaped", [True, False])
def test_hashes_by_the_rule_that_help_prints_are_no_faults_and_an_edit_still_is(tmp_path, capsys, first, escaped):
    rows, prev = [], first
    for row in (VERSIONS[0], {**VERSIONS[1], "text": "café"}):
        text = json.dumps([prev, *check.content(row)], separators=(",", ":"), ensure_ascii=escaped)
        rows.append({**row, "prev": prev, "hash": (prev := hashlib.sha256(text.encode()).hexdigest())})
    assert "links and texts compared" in said(capsys, 0, "check", *files(tmp_path, rows))
    rows[1]["text"] = "cafe"
    assert ":2: not what its hash was made of" in said(capsys, 1, "check", *files(tmp_path, rows))


def test_check_says_that_it_cannot_read_another_rule(tmp_path, capsys):
    rows = [{**row, "prev": f"p{i}", "hash": f"p{i + 1}"} for i, row in enumerate(VERSIONS)]
    assert "links compared, texts not" in said(capsys, 0, "check", *files(tmp_path, rows))


def test_check_compares_anchors_and_counts_what_comes_after(tmp_path, capsys):
    rows = chained()
    anchors = tmp_path / "anchors.jsonl"
    anchors.write_text(json.dumps({"id": "v1", "hash": rows[0]["hash"]}))
    assert "cut off unnoticed: 1" in said(capsys, 0, "check", *files(tmp_path, rows), "--anchors", str(anchors))
    anchors.write_text(f"v1 {rows[0]['hash']}\n")
    assert "cut off unnoticed: 1" in said(capsys, 0, "check", *files(tmp_path, rows), "--anchors", str(anchors))
    anchors.write_text("v1\n")
    assert "one object a line is needed, or ID HASH\n" in said(
        capsys, 2, "check", *files(tmp_path, rows), "--anchors", str(anchors)
    )
    anchors.write_text(json.dumps({"id": "v3", "hash": "0"}) + "\n" + json.dumps({"id": "v1", "hash": "0"}))
    out = said(capsys, 1, "check", *files(tmp_path, rows), "--anchors", str(anchors))
    assert "version v3 is anchored and not in the file" in out and ":1: not the version that was anchored" in out


def test_check_names_requests_that_no_read_names(tmp_path, capsys):
    calls = tmp_path / "calls.txt"
    calls.write_text("req-a\nreq-b\nreq-c\n")
    out = said(capsys, 1, "check", *files(tmp_path), "--requests", str(calls))
    assert "that the reads have not, or not as often: 1\n  req-c" in out
    calls.write_text("req-a\nreq-b\nreq-b\n")  # two calls hidden behind one id
    out = said(capsys, 1, "check", *files(tmp_path), "--requests", str(calls))
    assert "that the reads have not, or not as often: 1\n  req-b" in out


def test_check_names_ten_of_a_kind_and_with_all_each(tmp_path, capsys):
    reads = [{**READS[0], "decision": f"d{n}", "shown": ["v9"]} for n in range(12)]
    given = files(tmp_path, VERSIONS, reads)
    out = said(capsys, 1, "check", *given)
    assert "decision d9 names v9" in out and "decision d10" not in out and "… and 2 more; --all names each" in out
    out = said(capsys, 1, "check", *given, "--all")
    assert "decision d11 names v9" in out and "more;" not in out


def test_check_names_requests_made_up_given_twice_and_missing(tmp_path, capsys):
    calls = tmp_path / "calls.txt"
    calls.write_text("req-a\nreq-b\n")
    assert "provider has not, or not as often: 0" in said(
        capsys, 0, "check", *files(tmp_path), "--requests", str(calls)
    )
    more = [*READS, {**READS[1], "request": "req-b"}, {**READS[1], "request": "req-z"}, {**READS[1], "request": None}]
    out = said(capsys, 1, "check", *files(tmp_path, VERSIONS, more), "--requests", str(calls))
    assert "not as often: 2\n  req-b\n  req-z" in out and "without a request id, which cannot be compared: 1" in out


def own_log(path: Path) -> list[tuple[int, str]]:
    """The tables of prompt_log.py in a file: two versions, three prompts of them; the pairs to hand out."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(prompt_log.VERSIONS)
        db.execute(prompt_log.TABLE)
        with db:
            for n in (1, 2):
                row = (n, "ana/allergy", "ana", "2026-03-01T09:00:00+00:00", f"rash {n}", "message 7")
                db.execute("insert into version values (?, ?, ?, ?, ?, ?)", row)
        return [prompt_log.log_prompt(db, f"decision {n}", shown) for n, shown in enumerate(([1], [1, 2], []))]


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def test_check_reads_the_tables_of_the_log_to_copy_and_makes_its_hashes_again(tmp_path, capsys):
    path, kept = tmp_path / "prompts.db", tmp_path / "kept"
    kept.write_text("".join(f"{seq} {link}\n" for seq, link in own_log(path)[:2]))
    out = said(capsys, 0, "check", str(path))
    assert "whole evidence: 2\n" in out and "empty list: 1\n" in out and "faults: 0\n" in out
    assert "hashes were made again: 3" in out and "no pairs given: prompts cut off" in out
    out = said(capsys, 0, "check", str(path), "--pairs", str(kept))
    assert "prompts after the last pair, which could be cut off unnoticed: 1" in out
    assert "no pairs given" not in out and out.endswith(
        "no anchors of versions given: versions cut off at the end would not be noticed\n"
        "no request ids given: calls that were never logged would not be noticed\n"
    )
    changed(path, "delete from prompt_log where seq > 1")
    assert "faults: 0\n" in said(capsys, 0, "check", str(path))
    assert "prompt row 2 is not the one handed out" in said(capsys, 1, "check", str(path), "--pairs", str(kept))


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        (
            "update prompt_log set versions = '[2]' where seq = 2",
            "prompts.db:prompt_log:2: row 2 does not fit its hash",
        ),
        ("update version set text = null where id = 2", "decision decision 1 names 2, whose text is erased"),
        ("delete from version where id = 2", "decision decision 1 names 2, in no version"),
        ("update version set at = '2999-01-01T00:00:00+00:00' where id = 2", "names 2, written 2999-01-01"),
    ],
)
def test_check_names_what_is_wrong_in_the_tables_of_the_log_to_copy(tmp_path, capsys, statement, line):
    own_log(path := tmp_path / "prompts.db")
    changed(path, statement)
    assert line in said(capsys, 1, "check", str(path))


@pytest.mark.parametrize("written", [str, json.dumps, lambda pair: f"{pair},", lambda pair: f"{pair[0]}, {pair[1]}"])
def test_check_takes_the_pairs_as_python_or_json_writes_them(tmp_path, capsys, written):
    path, kept = tmp_path / "prompts.db", tmp_path / "kept"
    kept.write_text("".join(f"{written(pair)}\n" for pair in own_log(path)))
    given = ("check", str(path), "--pairs", str(kept))
    assert "after the last pair, which could be cut off unnoticed: 0\n" in said(capsys, 0, *given)
    changed(path, "delete from prompt_log where seq = 3")
    assert "faults: 1\n  prompt row 3 is not the one handed out" in said(capsys, 1, *given)


@pytest.mark.parametrize("line", ["4", "(4)", "four ab", "0 ab", "4 ab cd", "(4, 'ab'), (5, 'cd')"])
def test_a_line_that_is_no_pair_is_refused_with_what_log_prompt_returns(tmp_path, capsys, line):
    own_log(path := tmp_path / "prompts.db")
    (kept := tmp_path / "kept").write_text(f"1 ab\n{line}\n")
    out = said(capsys, 2, "check", str(path), "--pairs", str(kept))
    assert f"kept:2: {line!r} is no pair; write (SEQ, 'HASH') as log_prompt returns it, or SEQ HASH" in out


def test_check_says_of_the_tables_to_copy_that_an_edited_text_goes_unnoticed_and_a_chained_table_shows_it(
    tmp_path, capsys
):
    own_log(path := tmp_path / "prompts.db")
    changed(path, "update version set text = 'none' where id = 1")
    out = said(capsys, 0, "check", str(path))
    assert "faults: 0\n" in out and "neither their order nor an edited text can be noticed" in out
    changed(path, "alter table version add column prev text", "alter table version add column hash text")
    with closing(sqlite3.connect(path)) as db, db:
        prev = START
        for row in db.execute("select id, memory, at, text from version order by id").fetchall():
            db.execute("update version set prev = ? where id = ?", (prev, row[0]))
            prev = step(prev, [str(row[0]), *row[1:]])
            db.execute("update version set hash = ? where id = ?", (prev, row[0]))
    assert "links and texts compared" in said(capsys, 0, "check", str(path))
    changed(path, "update version set text = 'some' where id = 1")
    assert "version:1: not what its hash was made of" in said(capsys, 1, "check", str(path))


def test_check_reads_the_rows_of_the_log_to_copy_as_lines_of_json_too(tmp_path, capsys):
    own_log(path := tmp_path / "prompts.db")
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        rows = {name: [dict(row) for row in db.execute(f"select * from {name}")] for name in ("version", "prompt_log")}
    out = said(capsys, 0, "check", *files(tmp_path, rows["version"], rows["prompt_log"]))
    assert "whole evidence: 2\n" in out and "hashes were made again: 3" in out
    lists = [{**row, "versions": json.loads(row["versions"])} for row in rows["prompt_log"]]
    assert "faults: 0\n" in said(capsys, 0, "check", *files(tmp_path, rows["version"], lists))
    lists[1]["versions"] = [1]
    assert "row 2 does not fit its hash" in said(capsys, 1, "check", *files(tmp_path, rows["version"], lists))
    mixed = [*lists[:1], {"decision": 9, "at": lists[0]["at"], "shown": "[1]"}]
    assert "reads.jsonl:2: no seq and hash" in said(capsys, 1, "check", *files(tmp_path, rows["version"], mixed))


def test_check_names_a_second_prompt_that_is_dated_before_the_row_above_it(tmp_path, capsys):
    own_log(path := tmp_path / "prompts.db")
    with closing(sqlite3.connect(path)) as db, db:
        before = db.execute("select hash from prompt_log where seq = 3").fetchone()[0]
        row = (4, "2026-03-02T09:00:00+00:00", "decision 0", "[2]")
        db.execute("insert into prompt_log values (?, ?, ?, ?, ?)", (*row, prompt_log.linked(before, row)))
    out = said(capsys, 1, "check", str(path))
    assert "faults: 1\n" in out and "row 4 is dated before the row above it" in out


def test_pairs_are_looked_up_in_a_log_whose_rows_are_all_gone(tmp_path, capsys):
    path, kept = tmp_path / "prompts.db", tmp_path / "kept.txt"
    kept.write_text("".join(f"{pair}\n" for pair in own_log(path)))
    changed(path, "delete from prompt_log")
    out = said(capsys, 1, "check", str(path), "--pairs", str(kept))
    assert "faults: 3\n  prompt row 1 is not the one handed out" in out and "made again: 0;" in out
    assert "no reads in it" in said(capsys, 2, "check", str(path))


def test_a_decision_given_as_a_number_to_the_log_to_copy_fits_its_hash():
    db = sqlite3.connect(":memory:")
    db.execute(prompt_log.TABLE)
    prompt_log.log_prompt(db, 41, [1])
    assert prompt_log.faults(db) == []


def test_a_file_of_sqlite_that_is_no_such_log_is_refused_in_one_line(tmp_path, capsys):
    reads, versions = files(tmp_path)
    path = tmp_path / "other.db"
    changed(path, "create table other (n)")
    pairs = tmp_path / "kept"
    pairs.write_text("1 ab\n")
    for command, line in (
        ((str(path),), "other.db: no table version; it has other"),
        ((str(path), versions), "other.db: no table prompt_log; it has other"),
        ((reads,), "reads.jsonl: is no SQLite file with the table version in it; name VERSIONS.jsonl, too"),
        ((reads, versions, "--pairs", str(pairs)), "pairs are of rows with seq, at, decision, versions, hash"),
    ):
        out = said(capsys, 2, "check", *command)
        assert line in out and out.count("\n") == 1
    own_log(path := tmp_path / "prompts.db")
    changed(path, "update prompt_log set versions = x'00' where seq = 1")
    assert "prompts.db:prompt_log:1: versions is a blob" in said(capsys, 2, "check", str(path))
    changed(path, "update prompt_log set versions = 9 where seq = 1")
    assert "prompts.db:prompt_log:1: versions is not a list" in said(capsys, 2, "check", str(path))


@pytest.mark.parametrize(
    ("versions", "reads", "line"),
    [
        (VERSIONS, ["{"], "reads.jsonl:1: not JSON"),
        (VERSIONS, ["[" * 100_000], "reads.jsonl:1: lists or objects are nested too deep"),
        (VERSIONS, ["[1]"], "reads.jsonl:1: list, not an object"),
        (VERSIONS, ['{"shown": ["v1"], "shown": []}'], "reads.jsonl:1: 'shown' stands in the object 2 times; give it"),
        (VERSIONS, [], "reads.jsonl: no reads in it"),
        ([], READS, "versions.jsonl: no versions in it"),
        (VERSIONS, [{"decision": 1, "at": "2026-03-02T09:00:00+00:00"}], "reads.jsonl:1: no field 'shown'; it has at"),
        (VERSIONS, [{**READS[0], "shown": "v1"}], "reads.jsonl:1: shown is not a list of version ids"),
        (VERSIONS, [{**READS[0], "shown": [{"score": 1}]}], "reads.jsonl:1: shown is not a list of version ids"),
        (VERSIONS, [{**READS[0], "at": "2026-03-02T09:00:00"}], "at is '2026-03-02T09:00:00', without a zone"),
        (VERSIONS, [{**READS[0], "at": "2026-03-02"}], "without a zone; write 2026-03-02T00:00:00+00:00, or"),
        (VERSIONS, [{**READS[0], "decision": None}], "reads.jsonl:1: decision is null; write a string"),
        (VERSIONS, [{**READS[0], "shown": [True]}], "reads.jsonl:1: shown is not a list of version ids"),
        (VERSIONS, [{**READS[0], "request": {"x": 1}}], 'reads.jsonl:1: request is {"x": 1}; write a string'),
        ([{**VERSIONS[0], "id": None}], READS, "versions.jsonl:1: id is null; write a string"),
        ([{**VERSIONS[0], "memory": [1]}], READS, "versions.jsonl:1: memory is [1]; write a string"),
        ([{**VERSIONS[0], "at": "yesterday"}], READS, "versions.jsonl:1: at is 'yesterday', no time"),
        ([{**VERSIONS[0], "at": 12}], READS, "versions.jsonl:1: at is 12, no time"),
        ([{**VERSIONS[0], "text": 7}], READS, "versions.jsonl:1: text is int"),
        ([{**VERSIONS[0], "prev": None, "hash": 3}], READS, "versions.jsonl:1: hash is 3; write a hash as a string"),
        ([{**VERSIONS[0], "prev": ["x"], "hash": "3"}], READS, 'versions.jsonl:1: prev is ["x"]; write a hash as a'),
        ([VERSIONS[0], {**VERSIONS[0], "text": "x"}], READS, "versions.jsonl:2: version v1 again, with another text"),
        ([VERSIONS[0], VERSIONS[0]], READS, "versions.jsonl:2: version v1 again, with the same text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, capsys, versions, reads, line):
    out = said(capsys, 2, "check", *files(tmp_path, versions, reads))
    assert line in out and out.count("\n") == 1


def test_files_that_are_none_are_refused_in_one_line(tmp_path, capsys):
    reads, versions = files(tmp_path)
    assert "cannot be read (No such file" in said(capsys, 2, "check", reads, f"{versions}x")
    Path(reads).write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in said(capsys, 2, "check", reads, versions)
    (tmp_path / "whole").mkdir()
    assert f"{reads}: is not UTF-8 text; one request id a line" in said(
        capsys, 2, "check", *files(tmp_path / "whole"), "--requests", reads
    )
    assert "--map chunks: write OURS=THEIRS" in said(capsys, 2, "check", reads, versions, "--map", "chunks")


def test_other_field_names_can_be_mapped(tmp_path, capsys):
    reads = [{"decision": 1, "ts": "2026-03-02T09:00:00+00:00", "chunks": ["v1"]}]
    versions = [{**{k: v for k, v in row.items() if k != "at"}, "ts": row["at"]} for row in VERSIONS]
    out = said(capsys, 0, "check", *files(tmp_path, versions, reads), "--map", "at=ts", "--map", "shown=chunks")
    assert "whole evidence: 1" in out


def test_records_of_ones_own_can_be_kept_shown_verified_and_erased(tmp_path, capsys):
    reads, versions = files(tmp_path)
    store, key, anchors = str(tmp_path / "m.db"), tmp_path / "key", tmp_path / "anchors"
    key.write_bytes(KEY)
    with_key = ("--key", str(key))
    assert "2 versions and 2 reads" in said(capsys, 0, "import", store, versions, reads, *with_key)
    anchors.write_text(said(capsys, 0, "anchor", store, *with_key))
    assert said(capsys, 0, "show", store, "41", *with_key) == "row 1  ana/allergy: rash\n"
    assert "4 rows, 0 after the last anchor" in said(capsys, 0, "verify", store, "--anchors", str(anchors), *with_key)
    assert "2 texts of 'ana' erased" in said(capsys, 0, "erase", store, "ana", *with_key)
    assert "(erased): (erased)" in said(capsys, 0, "show", store, "41", *with_key)
    assert "5 rows, 1 after the last" in said(capsys, 0, "verify", store, "--anchors", str(anchors), *with_key)
    assert "faults: 1" in said(capsys, 1, "verify", store)
    assert "is there already" in said(capsys, 2, "import", store, versions)
    assert "no read of decision '99' is logged" in said(capsys, 1, "show", store, "99")
    assert "16 or more are needed" in short_key(tmp_path, capsys, store)


def test_a_dropped_trigger_is_named_once(tmp_path, capsys):
    store = str(tmp_path / "m.db")
    said(capsys, 0, "import", store, files(tmp_path)[1])
    db = sqlite3.connect(store)
    db.execute("drop trigger log_stays")
    db.commit()
    db.close()
    assert "faults: 1\n  trigger log_stays was gone" in said(capsys, 1, "verify", store)
    assert "faults: 0" in said(capsys, 0, "verify", store)


def short_key(folder: Path, capsys, store: str) -> str:
    (folder / "short").write_bytes(b"x")
    return said(capsys, 2, "verify", store, "--key", str(folder / "short"))


def test_a_file_that_is_no_store_is_refused(tmp_path, capsys):
    _, versions = files(tmp_path)
    assert "there is no such file" in said(capsys, 2, "verify", str(tmp_path / "none.db"))
    assert f"{versions}: file is not a database; `import` makes a store" in said(capsys, 2, "verify", versions)
    sqlite3.connect(tmp_path / "other.db").execute("create table t (a)").connection.close()
    assert "no tables log and body" in said(capsys, 2, "show", str(tmp_path / "other.db"), "1")
    late = files(tmp_path, VERSIONS, [{**READS[0], "shown": ["v2"]}])
    assert "names v2, not written by then" in said(capsys, 2, "import", str(tmp_path / "new.db"), late[1], late[0])
    (tmp_path / "anchors").write_text("four abc\n")
    said(capsys, 0, "import", str(tmp_path / "m.db"), versions)
    assert ":1: 'four abc' is no anchor" in said(
        capsys, 2, "verify", str(tmp_path / "m.db"), "--anchors", str(tmp_path / "anchors")
    )
    (tmp_path / "anchors").write_bytes(b"\xff")
    assert "anchors: is not UTF-8 text; one anchor, SEQ HASH, a line" in said(
        capsys, 2, "verify", str(tmp_path / "m.db"), "--anchors", str(tmp_path / "anchors")
    )


@pytest.mark.slow
@pytest.mark.skipif(not all(map(shutil.which, ("initdb", "pg_ctl", "psql"))), reason="needs PostgreSQL")
def test_postgresql_says_what_was_recorded():
    found, recorded = measure.postgres(), measure.recorded()["postgres"]
    assert (found["seen"], found["joined"]) == (recorded["seen"], recorded["joined"])


def again(db: sqlite3.Connection) -> list[tuple[int, str]]:
    """The hashes of a copied log, made again from row 1 as its docstring says."""
    made, before = [], ""
    for seq, at, decision, versions in db.execute("select seq, at, decision, versions from prompt_log order by seq"):
        before = hashlib.sha256(json.dumps([before, seq, at, decision, versions]).encode()).hexdigest()
        made.append((seq, before))
    return made


def test_the_log_to_copy_shows_an_edit_to_its_hashes_and_a_cut_only_to_a_pair_kept_elsewhere(tmp_path):
    db = sqlite3.connect(tmp_path / "prompts.db")
    db.execute(prompt_log.TABLE)
    pairs = [prompt_log.log_prompt(db, f"decision {n}", [n, n + 7]) for n in range(5)]
    stored = "select seq, hash from prompt_log order by seq"
    assert again(db) == db.execute(stored).fetchall() == pairs
    db.execute("delete from prompt_log where seq > 3")
    assert again(db) == db.execute(stored).fetchall()
    assert pairs[-1] not in again(db)
    db.execute("update prompt_log set versions = '[1]' where seq = 2")
    assert again(db)[0] == pairs[0]
    assert all(a != b for a, b in zip(again(db)[1:], db.execute(stored).fetchall()[1:], strict=True))


def test_the_check_to_copy_names_what_the_hashes_and_the_kept_pairs_show_and_nothing_else(tmp_path):
    db = sqlite3.connect(tmp_path / "prompts.db")
    db.execute(prompt_log.TABLE)
    pairs = [prompt_log.log_prompt(db, f"decision {n}", [n]) for n in range(5)]
    assert prompt_log.faults(db, pairs) == []
    db.execute("delete from prompt_log where seq = 5")
    assert prompt_log.faults(db, pairs[:4]) == []
    assert prompt_log.faults(db, pairs) == ["row 5 is not the one handed out"]
    db.execute("update prompt_log set decision = 'another' where seq = 4")
    assert prompt_log.faults(db) == ["row 4 does not fit its hash"]
    seq, link = again(db)[-1]
    db.execute("update prompt_log set hash = ? where seq = ?", (link, seq))
    assert prompt_log.faults(db) == []
    assert prompt_log.faults(db, pairs[3:4]) == ["row 4 is not the one handed out"]
    db.execute("delete from prompt_log where seq = 2")
    assert prompt_log.faults(db) == ["row 3 does not fit its hash", "row 4 does not fit its hash"]


def test_the_downloaded_file_leaves_a_log_whose_forged_row_only_the_kept_pairs_show(tmp_path):
    shutil.copy(prompt_log.__file__, tmp_path)
    left = runpy.run_path(str(tmp_path / "prompt_log.py"), run_name="__main__")
    db, faults, kept = left["db"], left["faults"], left["pairs"][:2]
    assert faults(db, kept) == []
    db.execute("update prompt_log set versions = 9 where seq = 1")
    assert faults(db) == ["row 1 does not fit its hash", "row 2 does not fit its hash"]
    for seq, link in again(db):
        db.execute("update prompt_log set hash = ? where seq = ?", (link, seq))
    assert faults(db) == []
    assert faults(db, kept) == ["row 1 is not the one handed out", "row 2 is not the one handed out"]


def test_the_minute_with_the_log_to_copy_prints_what_its_comments_say(capsys):
    path = Path(prompt_log.__file__)
    runpy.run_path(str(path), run_name="__main__")
    said = [line.split("# ", 1)[1] for line in path.read_text().splitlines() if line.strip().startswith("print(")]
    assert len(said) == 2
    assert capsys.readouterr().out.splitlines() == said


def test_the_log_to_copy_inside_an_open_transaction_raises_and_takes_back_what_was_not_committed(tmp_path):
    db = sqlite3.connect(tmp_path / "prompts.db")
    db.execute(prompt_log.TABLE)
    db.execute("create table other (n)")
    db.execute("insert into other values (1)")
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        prompt_log.log_prompt(db, "decision 1", [1])
    assert db.execute("select count(*) from other").fetchone() == (0,)


def test_nobody_else_appends_to_the_log_to_copy_between_its_look_at_the_last_row_and_its_own(tmp_path):
    path, refused = tmp_path / "prompts.db", []

    class Watched(sqlite3.Connection):
        """Lets somebody else append right after the last row was looked up."""

        def execute(self, sql: str, *values):
            found = super().execute(sql, *values)
            if sql.startswith("select"):
                other = sqlite3.connect(path, timeout=0)
                try:
                    prompt_log.log_prompt(other, "theirs", [2])
                except sqlite3.OperationalError as error:
                    refused.append(str(error))
                other.close()
            return found

    db = sqlite3.connect(path, factory=Watched)
    db.execute(prompt_log.TABLE)
    prompt_log.log_prompt(db, "ours", [1])
    assert refused == ["database is locked"]
    assert [row[0] for row in db.execute("select decision from prompt_log")] == ["ours"]
    db.close()
