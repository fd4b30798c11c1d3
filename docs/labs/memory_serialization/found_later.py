"""What torn lines, half-done turns and new code did to a session, and all events together: results and claims."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from labs.memory_serialization import designs, matrix, schema, tails, turns
from labs.memory_serialization.harness import Message
from labs.memory_serialization.matrix import GONE, KEPT, LOST, REFUSED, Tested
from labs.record import Results


def add_tails(r: Results, messages: Sequence[Message]) -> list[tuple[str, str, int, int, int]]:
    """Event four: a line cut short, then good ones. Returns the rows for the figure."""
    old, cut = messages[: matrix.OLD], messages[matrix.OLD]
    rows = tails.after_cuts(old, cut, messages[matrix.OLD + 1 :][:6])
    most = {row[:3]: row[4] for row in rows}
    least = {row[:3]: row[3] for row in rows}
    ended = tails.no_final_newline(old, messages[9])
    cuts = len(designs.line_of(cut)) - 1
    r.add("cuts", cuts, "places at which the line was cut")
    r.add("whole_lost_plain", ended["plain"], "messages lost when a plain append meets a file without a last newline")
    r.add("whole_lost_cut", ended["cut"], "the same when the append cuts off whatever has no newline")
    r.claim(
        "next_append_is_lost",
        all(least["plain", "skips", n] == most["plain", "skips", n] == 1 for n in range(1, 7)),
        "After a cut at any byte, a plain append loses the next good message, even if the reader skips bad lines.",
    )
    r.claim(
        "newline_helps_skipping_only",
        all(most["newline first", "skips", n] == 0 and most["newline first", "stops", n] == n for n in range(1, 7))
        and all(most["newline first", reader, 6] == len(old) + 6 for reader in ("refuses", "append's own load")),
        "A newline put first loses nothing if the reader skips bad lines; if it stops, at worst all later messages; if "
        "it refuses bad lines, as append's own load does, at worst the session.",
    )
    r.claim(
        "mending_helps_all",
        all(most["mended", reader, n] == 0 for reader in tails.READERS for n in range(1, 7))
        and most["mended", "append's own load", 0] == 0 < most["mended", "refuses", 0],
        "If the torn line is cut off first, none of the four readers loses a saved message, at any cut, once a message "
        "has been appended; before that, the reader that refuses does, and append's own load does not.",
    )
    r.claim(
        "complete_line_lost",
        ended == {"plain": 2, "newline first": 0, "mended": 0, "cut": 1},
        "A whole last line without newline: a plain append loses it and the new one, blind cutting loses it, mending "
        "loses none.",
    )
    ordered = sorted(most, key=lambda way: way[1] not in ("skips", "stops"))  # the chart begins with the first six
    table = [[n, f"{writer}, {reader}", most[writer, reader, n]] for writer, reader, n in ordered]
    r.table("by_tail", "Saved messages lost at the worst cut, by messages appended after it",
            ["appended", "way", "lost"], table)  # fmt: skip
    return rows


def add_joined(r: Results, messages: Sequence[Message]) -> list[tuple[str, str, str, str]]:
    """One torn append and a good one. Returns the rows for the figure."""
    rows = tails.after_one_cut(messages[:1])
    r.table(
        "by_append",
        "The end of the file after message 41 was torn, and after message 42 was then saved",
        ["append", "left of message 41", "there after message 42", "message 42"],
        rows,
    )
    return rows


def add_turns(r: Results) -> dict[str, list[turns.Left]]:
    """Event five: a turn with two refunds, killed before each step. Returns what was left, for the figure."""
    left = {name: turns.killed(unit) for name, unit in turns.UNITS.items()}
    refused = {name: sum(one.refused for one in rows) for name, rows in left.items()}
    hidden = {name: sum(one.untraced > 0 for one in rows) for name, rows in left.items()}
    unsure = [done for one in left["call first, repaired on load"] for done in one.open]
    r.add("turn_kills", len(left["call first"]), "steps before which the turn was killed, each call saved first")
    r.add(
        "turn_refused", refused["call first"], "of them, kills after which the conversation has a call without result"
    )
    r.add("together_kills", len(left["call and result together"]), "the same with call and result saved together")
    r.add("together_hidden", hidden["call and result together"], "of them, kills that leave a refund without a trace")
    r.add("dropped_hidden", hidden["call first, dropped on load"], "kills that do so if open calls are dropped on load")
    r.add("unsure", len(unsure), "kills that leave a call open")
    r.add("unsure_done", sum(unsure), "of them, kills after which the refund had been made")
    r.claim(
        "together_hides",
        all(hidden[name] > 0 == refused[name] for name in ("call and result together", "whole turn at its end")),
        "Saved together, call and result leave some refunds without a trace; the provider's rule is never broken.",
    )
    r.claim(
        "first_is_refused",
        refused["call first"] > 0 == hidden["call first"],
        "With the call saved first no refund is without a trace, and some conversations have a call without result.",
    )
    r.claim(
        "dropping_hides",
        hidden["call first, dropped on load"] > 0 == refused["call first, dropped on load"],
        "Dropping open calls on load satisfies the rule and hides refunds that were made.",
    )
    r.claim(
        "repair_ends_both",
        all(refused[name] == hidden[name] == 0 for name in ("call first, repaired on load", "the same with append")),
        "Call first, answered on load with 'interrupted': no call without result, no refund without a trace, in SQLite "
        "and with append.",
    )
    r.claim(
        "file_cannot_tell",
        0 < sum(unsure) < len(unsure)
        and all(
            before.saved == behind.saved and before.open == (False,) and behind.open == (True,)
            for before, behind in pairwise(left["call first, repaired on load"])
            if before.step.startswith("refund")
        ),
        "Of the calls that a kill leaves open, some had been carried out and some had not; killed before a refund and "
        "killed behind it, the same messages are there.",
    )
    add_resumes(r, left["call first, repaired on load"])
    r.table("by_turn", "One turn killed before each step: refused, refunds without a trace, calls left open",
            ["what is saved together", "kills", "refused", "without a trace", "open"],
            [[n, len(rows), refused[n], hidden[n], sum(len(o.open) for o in rows)]
             for n, rows in left.items()])  # fmt: skip
    return left


def add_resumes(r: Results, rows: Sequence[turns.Left]) -> None:
    """What becomes of the open calls, by what is done with them after the load."""
    found = {name: turns.resumed(rows, how) for name, how in turns.RESUMES.items()}
    done, total = sum(sum(one.open) for one in rows), sum(len(one.open) for one in rows)
    nobody = (0, total - done)
    r.claim(
        "saved_id_is_the_key",
        list(found.values()) == [(done, 0), (done, 0), (0, 0), (0, 0), nobody] and 0 < done < total,
        "Run again without a key, or asked anew under a new id, each refund that had been made is made twice; under "
        "the saved call's id, or looked up first, each is made once; left alone, those not made stay so.",
    )
    r.claim(
        "repeated_id_swallows",
        turns.made_under(["refund:0", "refund:0"]) == 1 and turns.made_under(["record 3", "record 5"]) == 2,
        "Of two different refunds under one call id as the key the bank makes one; under two ids it makes both.",
    )
    r.table(
        "by_resume",
        "Calls that a kill left open, resumed in five ways: refunds made twice, and not made",
        ["what is done with an open call", "open", "made twice", "not made"],
        [[name, total, *counts] for name, counts in found.items()],
    )


def add_matrix(r: Results, tested: dict[str, Tested]) -> dict[str, list[str]]:
    """All events and all ways; returns the cells."""
    cells = {name: one.cells() for name, one in tested.items()}
    passed = {name: cell.count(KEPT) for name, cell in cells.items()}
    r.add("sqlite_passes", passed["SQLite"], "events of six that SQLite as it comes passes")
    r.add("dump_passes", passed["dump"], "events of six that open and dump passes")
    r.add("events", len(matrix.EVENTS), "events")
    r.claim(
        "three_ways_pass",
        [name for name, number in passed.items() if number == len(matrix.EVENTS)] == ["locked+", "append+", "SQLite+"],
        "Of eight ways three pass all six events: a save that reads and saves under a lock, append, and SQLite, each "
        "with upgrades for old records and answers for open calls.",
    )
    r.claim(
        "sqlite_fails_last_two",
        cells["SQLite"] == [KEPT] * 4 + [REFUSED] * 2,
        "SQLite as it comes passes the first four events; the call without result and the old row are refused.",
    )
    r.claim(
        "common_ways_fail",
        all(passed[name] < len(matrix.EVENTS) for name in ("dump", "rename", "JSONL", "SQLite"))
        and passed["dump"] == 0,
        "Open and dump fails every event; rename with a fixed name, plain JSONL and bare SQLite each fail some.",
    )
    r.claim(
        "save_loses_to_a_second",
        cells["save+"] == [KEPT, KEPT, LOST, KEPT, KEPT, KEPT] and GONE in cells["rename"],
        "The replacing save fails one event only: of two at once, one save is lost. With a fixed name the session is "
        "unreadable.",
    )
    r.table("by_event", "The worst that each event did", ["event", *cells],
            [[event, *(cell[i] for cell in cells.values())] for i, event in enumerate(matrix.EVENTS)])  # fmt: skip
    return cells


def add_versions(r: Results) -> None:
    """Event six: four changes of a class, four ways to write it down, forward and back."""
    forward, back = schema.forward(), schema.back()
    r.add("schema_changes", len(schema.CHANGES), "changes of the code")
    right = {c: sum(forward[c, change] == "right" for change in schema.CHANGES) for c in schema.CODECS}
    r.add("pickle_right", right["pickle"], "of them, changes after which pickle reads the old file rightly")
    versioned, row = "JSON with version and upgrade", "JSON, called with the row"
    r.add("row_right", right[row], "the same for JSON without a version, the class called with what the file has")
    r.claim(
        "versions_read_old",
        right[versioned] == len(schema.CHANGES) == 4 and right["pickle"] == 1
        and [w for w in schema.CHANGES if forward[row, w] != "right"] == ["field renamed"],
        "With versions and upgrades, new code reads the old note rightly after all four changes, with pickle after "
        "one; JSON without a version fails one of the four, the renamed field.",
    )  # fmt: skip
    r.claim(
        "get_is_silent",
        forward["JSON, row.get", "field renamed"] == back["JSON, row.get", "field renamed"] == "wrong in silence",
        "Read with row.get, a renamed field comes back empty and nothing raises, forward and back.",
    )
    r.claim(
        "pickle_raises_late",
        "raises at use" in [forward["pickle", change] for change in schema.CHANGES],
        "An old pickle can load in new code without complaint and raise only when the field is used.",
    )
    r.claim(
        "versions_refuse_new",
        all(back[versioned, change] == "raises at load" for change in schema.CHANGES),
        "Old code refuses a record of a newer version after each of the four changes, as the rule says.",
    )
    r.table("by_schema", "An old note in new code, and a new note in old code, for four changes",
            ["written and read with", "old file, new code", "new file, old code"],
            [[f"{c}: {change}", forward[c, change], back[c, change]]
             for c in schema.CODECS for change in schema.CHANGES])  # fmt: skip
