"""The claims of the lab memory_serialization: each falls when the piece of the lab that it rests on is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labs.memory_serialization import (
    conversation,
    designs,
    formats,
    found,
    found_disks,
    found_formats,
    found_later,
    found_writers,
    matrix,
    pairs,
    schema,
    session,
    smalldisk,
    tails,
    turns,
    values,
)
from labs.record import Results

MESSAGES = conversation.messages(0, 200)
WAY = designs.DESIGNS


def falls(part, *arguments) -> set[str]:
    """The claims of a part of the lab that do not hold, as it stands now."""
    r = Results()
    part(r, *arguments)
    assert r.claims
    return {name for name, claim in r.claims.items() if not claim.holds[0]}


@pytest.fixture(scope="module")
def tested() -> dict[str, matrix.Tested]:
    return {name: matrix.tested(way, MESSAGES, 80) for name, way in matrix.WAYS.items()}


@pytest.mark.parametrize(
    ("arm", "by", "claim"),
    [
        ("open and dump", "save", "value_empties"),
        ("text first", "open and dump", "text_first_saves_from_values"),
        ("bytes first, ensure_ascii=False", "text first, ensure_ascii=False", "half_emoji_gets_past"),
        ("text first, ensure_ascii=False", "bytes first, ensure_ascii=False", "half_emoji_gets_past"),
        ("open and dump, default=str", "text first", "str_changes_values"),
        ("append", "open and dump", "recommended_keep_old"),
    ],
)
def test_a_claim_on_values_falls_with_its_way(arm, by, claim, monkeypatch):
    monkeypatch.setitem(values.ARMS, arm, values.ARMS[by])
    assert claim in falls(found.add_values, MESSAGES)


@pytest.mark.parametrize(
    ("name", "by", "claim"),
    [
        ("text first, in place", "save", "limit_empties"),
        ("beside, own name, no fsync", "text first, in place", "fsync_not_seen"),
        ("copy first, in place", "save", "copy_lasts_one_save"),
        ("append, answer unread", "append", "unread_answer_loses"),
        ("SQLite, WAL", "open and dump", "sqlite_keeps_old_or_new"),
    ],
)
def test_a_claim_on_disks_falls_with_its_way(name, by, claim, tested, monkeypatch):
    monkeypatch.setitem(designs.DESIGNS, name, WAY[by])
    assert claim in falls(found.add_disk, MESSAGES, tested)


def test_the_claim_on_a_timeout_falls_if_there_is_none(tested, monkeypatch):
    monkeypatch.setattr(found_writers.writers, "behind_a_writer", lambda add, load: (True, 1))
    fallen = falls(found_writers.add_writers, MESSAGES, tested)
    assert {"timeout_refuses_none", "reading_first_is_refused"} <= fallen
    assert "lock_cures_save" not in fallen


def test_a_wait_that_changes_nothing_is_no_finding(tested, monkeypatch):
    monkeypatch.setattr(found_writers.writers, "behind_a_writer", lambda add, load: (False, 2))
    assert "timeout_refuses_none" in falls(found_writers.add_writers, MESSAGES, tested)


def test_the_claim_on_reading_first_falls_if_waiting_helped(tested, monkeypatch):
    monkeypatch.setattr(found_writers.writers, "refused_at_once", lambda mode: mode == "delete")
    assert "reading_first_is_refused" in falls(found_writers.add_writers, MESSAGES, tested)


def test_the_claim_on_retries_falls_if_ids_are_not_looked_at(monkeypatch):
    monkeypatch.setattr(session, "once", lambda records, key: records)
    assert falls(found_disks.add_retries, MESSAGES) == {"retry_doubles"}


@pytest.mark.parametrize(
    ("room", "way", "end", "claim"),
    [
        ("full", "dump", "unreadable", "real_disk_spares_dump"),
        ("full, and something else writes", "text first", "saved", "real_disk_taken"),
        ("full", "append", "lost with the next", "real_disk_spares_ours"),
        ("full, and something else writes", "JSONL", "saved", "real_disk_spares_ours"),
        ("full", "save", "saved", "real_disk_no_room_to_replace"),
        ("full, and something else writes", "append", "refused", "real_disk_no_room_to_replace"),
    ],
)
def test_a_claim_on_the_recorded_disk_falls_with_what_was_recorded(room, way, end, claim):
    content = smalldisk.recorded()
    assert not falls(found_disks.add_recorded, content)
    content["found"]["tmpfs"][room][way] = {end: smalldisk.COUNT}
    assert claim in falls(found_disks.add_recorded, content)


@pytest.mark.parametrize(
    ("length", "way", "end"),
    [
        ("1000", "append", "refused"),
        ("3000", "append", "saved"),
        ("3000", "append", "lost with the next"),
        ("3000", "dump", "saved"),
        ("1000", "save", "saved"),
        ("3000", "SQLite", "unreadable"),
    ],
)
def test_the_claim_on_long_lines_falls_with_what_was_recorded(length, way, end):
    content = smalldisk.recorded()
    content["long"]["ext4"][length][way] = {end: smalldisk.LONG}
    assert falls(found_disks.add_recorded, content) == {"real_disk_long_lines"}


def test_the_claim_on_a_repeated_id_falls_with_a_bank_that_forgets_its_keys(monkeypatch):
    monkeypatch.setattr(turns.Bank, "pay", lambda bank, refund, key=None: bank.paid.append(refund))
    assert "repeated_id_swallows" in falls(found_later.add_turns)


def test_the_replacing_save_is_told_from_one_that_does_not_replace(tested):
    assert "replacing_keeps_old_or_new" in falls(found.add_disk, MESSAGES, {**tested, "save+": tested["dump"]})
    assert "replacing_keeps_old_or_new" in falls(found.add_disk, MESSAGES, {**tested, "dump": tested["save+"]})


@pytest.mark.parametrize(
    ("way", "by", "claim"),
    [
        ("rename", "save+", "fixed_name_breaks"),
        ("save+", "rename", "own_name_is_whole"),
        ("save+", "append+", "own_name_loses_one"),
        ("append+", "save+", "appends_keep_both"),
        ("append+", "SQLite", "appends_keep_both"),
        ("SQLite", "append+", "sqlite_refuses_one"),
        ("SQLite", "save+", "sqlite_refuses_one"),
        ("locked+", "save+", "lock_cures_save"),
    ],
)
def test_a_claim_on_writers_falls_with_its_way(way, by, claim, tested):
    assert claim in falls(found_writers.add_writers, MESSAGES, {**tested, way: tested[by]})


@pytest.mark.parametrize(
    ("name", "by", "claim"),
    [
        ("append, mended, no lock", "append", "mending_needs_a_lock"),
        ("append, newline first", "append, plain", "newline_needs_no_lock"),
        ("append, mended, lock", "append, mended, no lock", "mending_needs_a_lock"),
        ("beside, process's name", "save", "fixed_name_breaks"),
        ("beside, own name, no fsync", "beside, fixed name", "own_name_is_whole"),
        ("beside, own name, no fsync", "save", "own_name_is_whole"),  # more differs than the name
    ],
)
def test_a_claim_on_torn_files_falls_with_its_way(name, by, claim, tested, monkeypatch):
    monkeypatch.setitem(designs.DESIGNS, name, WAY[by])
    assert claim in falls(found_writers.add_writers, MESSAGES, tested)


def test_a_newline_first_is_not_enough_for_the_posts_own_load(monkeypatch):
    monkeypatch.setitem(tails.READERS, "append's own load", designs.skipping)
    assert "newline_helps_skipping_only" in falls(found_later.add_tails, MESSAGES)


def test_the_claim_on_an_open_call_falls_if_the_file_could_tell(monkeypatch):
    def left(unit, step):
        return replace(was(unit, step), saved=[step])

    was = turns.left
    monkeypatch.setattr(turns, "left", left)
    assert falls(found_later.add_turns) == {"file_cannot_tell"}


def test_the_claim_on_half_an_emoji_falls_if_something_is_left_of_the_file(monkeypatch):
    was = values.save_each

    def save_each(*arm):
        return {name: replace(one, left=one.left or 1) for name, one in was(*arm).items()}

    monkeypatch.setattr(values, "save_each", save_each)
    assert falls(found.add_values, MESSAGES) == {"half_emoji_gets_past"}


@pytest.mark.parametrize(
    ("writer", "by", "fallen"),
    [
        ("plain", "mended", {"next_append_is_lost", "complete_line_lost"}),
        ("newline first", "plain", {"newline_helps_skipping_only", "complete_line_lost"}),
        ("newline first", "mended", {"newline_helps_skipping_only"}),
        ("mended", "plain", {"mending_helps_all", "complete_line_lost"}),
        ("mended", "newline first", {"mending_helps_all"}),
    ],
)
def test_a_claim_on_tails_falls_with_its_append(writer, by, fallen, monkeypatch):
    monkeypatch.setitem(tails.WRITERS, writer, tails.WRITERS[by])
    assert falls(found_later.add_tails, MESSAGES) == fallen


@pytest.mark.parametrize(
    ("unit", "other", "claim"),
    [
        ("call and result together", turns.UNITS["call first"], "together_hides"),
        ("whole turn at its end", turns.UNITS["call first"], "together_hides"),
        ("call first", turns.UNITS["call first, repaired on load"], "first_is_refused"),
        ("call first, dropped on load", turns.UNITS["call first, repaired on load"], "dropping_hides"),
        ("call first, repaired on load", turns.UNITS["call first"], "repair_ends_both"),
        ("the same with append", replace(turns.UNITS["the same with append"], after=pairs.dropped), "repair_ends_both"),
        ("call first, repaired on load", turns.UNITS["whole turn at its end"], "file_cannot_tell"),
    ],
)
def test_a_claim_on_turns_falls_with_what_is_saved_together(unit, other, claim, monkeypatch):
    monkeypatch.setitem(turns.UNITS, unit, other)
    assert claim in falls(found_later.add_turns)


@pytest.mark.parametrize("name", turns.RESUMES)
def test_the_claim_on_open_calls_falls_with_each_way_to_resume_them(name, monkeypatch):
    person, blind = turns.RESUMES["left to a person"], turns.RESUMES["run again without a key"]
    monkeypatch.setitem(turns.RESUMES, name, blind if name == "left to a person" else person)
    assert falls(found_later.add_turns) == {"saved_id_is_the_key"}


def test_the_claim_on_open_calls_falls_if_the_printed_code_runs_every_call_again(monkeypatch):
    monkeypatch.setattr(turns.resume, "settle", lambda call, tool: tool.run(call))
    assert falls(found_later.add_turns) == {"saved_id_is_the_key"}


@pytest.mark.parametrize(
    ("codec", "by", "claim"),
    [
        ("JSON with version and upgrade", "JSON, row.get", "versions_read_old"),
        ("JSON with version and upgrade", "pickle", "versions_refuse_new"),
        ("JSON, row.get", "JSON, called with the row", "get_is_silent"),
        ("pickle", "JSON, called with the row", "pickle_raises_late"),
    ],
)
def test_a_claim_on_versions_falls_with_its_codec(codec, by, claim, monkeypatch):
    monkeypatch.setitem(schema.CODECS, codec, schema.CODECS[by])
    assert claim in falls(found_later.add_versions)


@pytest.mark.parametrize(
    ("way", "by", "claim"),
    [
        ("append+", "JSONL", "three_ways_pass"),
        ("save+", "append+", "three_ways_pass"),
        ("SQLite", "SQLite+", "sqlite_fails_last_two"),
        ("dump", "rename", "common_ways_fail"),
        ("JSONL", "append+", "common_ways_fail"),
        ("rename", "save+", "save_loses_to_a_second"),
    ],
)
def test_a_claim_on_all_events_falls_with_its_way(way, by, claim, tested):
    assert claim in falls(found_later.add_matrix, {**tested, way: tested[by]})


def test_nothing_falls_while_nothing_is_broken(tested):
    assert not falls(found_later.add_matrix, tested)
    assert not falls(found_writers.add_writers, MESSAGES, tested)


@pytest.mark.parametrize(
    ("piece", "name", "other", "claim"),
    [
        (formats, "zlib", None, "checksum_finds_flips"),
        (formats, "overwritten", lambda messages: formats.Counter(old=9, mixed=1), "overwriting_mixes"),
        (formats, "code_runs", lambda: {"pickle": True, "JSON": True}, "pickle_runs_code"),
        (formats, "database_flips", lambda messages: formats.Counter(noticed=9), "integrity_check_misses"),
    ],
)
def test_a_claim_on_formats_falls_with_its_measurement(piece, name, other, claim, monkeypatch):
    if name == "zlib":
        monkeypatch.setattr(formats.zlib, "crc32", lambda data: 0)
    else:
        monkeypatch.setattr(piece, name, other)
    assert claim in falls(found_formats.add_formats, MESSAGES, 0)


def test_the_claim_on_sizes_falls_if_json_were_the_larger_one(monkeypatch):
    monkeypatch.setitem(formats.ENCODE, "JSON", lambda state: repr(state).encode().hex().encode() * 2)
    monkeypatch.setattr(formats, "flips", lambda *more, **options: formats.Counter(noticed=1))
    assert {"format_hardly_matters", "flips_are_silent"} <= falls(found_formats.add_formats, MESSAGES, 0)
