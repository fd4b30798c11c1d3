"""Agents that share a page: the orders, the stores, the claims (each falls when its arm is broken) and the record."""

from __future__ import annotations

import copy
import shutil
import sqlite3
import tempfile
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from labs import record
from labs.record import Results
from labs.shared_vs_isolated_memory import (
    cost,
    exact,
    example,
    files,
    found,
    found_cost,
    found_fleet,
    found_guesses,
    guesses,
    measure,
    mixed,
    pages,
    portable,
    postgres,
    shell,
    tasks,
    writer,
)
from labs.shared_vs_isolated_memory.schedules import Agent, Refused, Waits, counts, play, words


@pytest.fixture(scope="module")
def orders():
    return exact.outcomes()


def claims(part, *arguments) -> dict[str, bool]:
    """The claims that a part of the lab makes."""
    r = Results()
    part(r, *arguments)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


@pytest.mark.parametrize(("agents", "steps"), [(2, 2), (2, 3), (3, 2)])
def test_there_are_as_many_orders_as_arithmetic_says_and_none_twice(agents, steps):
    all_words = list(words(agents, steps))
    assert len(all_words) == len(set(all_words)) == factorial(agents * steps) // factorial(steps) ** agents


@pytest.mark.parametrize(("agents", "steps"), [(2, 2), (2, 3), (3, 2)])
def test_the_share_of_serial_orders_is_what_arithmetic_says(agents, steps):
    """n! orders of whole agents among all; for two steps n! 2**n / (2n)!."""
    played = [play(w, lambda a: idle(steps), str) for w in words(agents, steps)]
    assert sum(one.serial for one in played) == factorial(agents)


def idle(steps):
    for _ in range(steps):
        yield lambda: None


def test_an_agent_that_waits_moves_as_soon_as_the_other_lets_go():
    busy, taken = ["A"], []

    def style(me):
        def take():
            if busy and busy != [me.name]:
                raise Waits
            taken.append(me.name)

        yield take
        yield lambda: (taken.append(me.name), busy.clear())

    assert play("BABA", style, str).refused == 0
    assert taken == ["A", "A", "B", "B"]


def test_an_agent_that_waits_for_ever_stops_the_lab():
    def style(me):
        def never():
            raise Waits

        yield never

    with pytest.raises(RuntimeError, match="AB: A waits for ever"):
        play("AB", style, str)


def test_a_refused_agent_keeps_the_name_of_its_error():
    def style(me):
        def no():
            raise Refused("SQLITE_BUSY")

        yield no

    one = play("AB", style, str)
    assert [a.told for a in one.agents] == ["SQLITE_BUSY"] * 2
    assert (one.refused, one.lost) == (2, 0)


def test_sqlite_refuses_a_write_after_a_read_by_itself_and_waits_before_one(tmp_path):
    """The rule that `Hub.step` follows, asked of SQLite: what a second connection is told while the first writes."""
    hub = pages.Hub(tmp_path, agents=2)
    hub.reset()
    writer, other = hub.own
    pages.put(writer, "x")
    with pytest.raises(Waits):
        hub.step(other, lambda: pages.put(other, "y"))()
    other.rollback()
    other.execute("BEGIN")
    pages.get(other)
    with pytest.raises(Refused, match=r"^SQLITE_BUSY$"):
        hub.step(other, lambda: pages.put(other, "y"))()
    other.execute("BEGIN")
    pages.get(other)
    writer.commit()
    with pytest.raises(Refused, match=r"^SQLITE_BUSY_SNAPSHOT$"):
        hub.step(other, lambda: pages.put(other, "y"))()
    hub.close()


def test_flock_excludes_a_second_descriptor_of_the_same_process(tmp_path):
    here = files.Folder(tmp_path)
    first = here.lock()
    with pytest.raises(Waits):
        here.lock()
    here.unlock(first)
    here.unlock(here.lock())


def test_every_order_of_every_style_ends_with_each_agent_told_something(orders):
    assert all(agent.told for played in orders.values() for one in played for agent in one.agents)


def test_all_claims_about_orders_hold(orders):
    held = {name: holds for part in PARTS for name, holds in claims(part, orders).items()}
    assert [name for name, holds in held.items() if not holds] == []


PARTS = (
    found.add_pages, found_fleet.add_fleets, found_fleet.add_writer, found_fleet.add_tasks, found_fleet.add_journal,
)  # fmt: skip


SWAPS = [  # (a style, played instead of it, claims that fall)
    ("rewrite", "add_line", ("event", "overlap_loses")),
    ("replaced", "appended", ("overlap_loses",)),
    ("with_con", "begin", ("timeout_is_worse",)),
    ("begin", "with_con", ("begin_refuses_one",)),
    ("begin_again", "with_con", ("repeating_is_useless",)),
    ("gives_up", "begin_again", ("repeating_is_useless",)),
    ("version", "rewrite", ("version_pays_again", "precondition_as_wide_as_the_change")),
    ("version", "add_line", ("version_pays_again", "precondition_as_wide_as_the_change")),
    ("own_line", "same_line", ("precondition_as_wide_as_the_change",)),
    ("add_line", "rewrite", ("line_costs_one_call",)),
    ("add_line", "version", ("line_costs_one_call",)),
    ("reread_locked", "write_locked", ("line_costs_one_call",)),
    ("write_locked", "all_locked", ("lock_the_read_too",)),
    ("all_locked", "write_locked", ("lock_the_read_too",)),
    ("own_file", "overwrite", ("own_file_read_by_all",)),
    ("edited", "overwrite", ("an_edit_reads_again",)),
    ("edited_apart", "edited", ("an_edit_reads_again", "lock_round_the_edit")),
    ("edited_locked", "edited_apart", ("lock_round_the_edit",)),
    ("appended_apart", "edited_apart", ("line_costs_one_call",)),
    ("whole page + row", "whole page + line", ("a_place_of_its_own",)),
    ("version + row", "version + line", ("a_place_of_its_own",)),
    ("overwrite + own_file", "overwrite + appended", ("a_place_of_its_own",)),
    ("overwrite + appended", "overwrite + own_file", ("a_place_of_its_own",)),
    ("log", "unique_key", ("log_lets_two_work",)),
    ("unique_key", "log", ("log_lets_two_work",)),
    ("log_then_look", "log", ("log_lets_two_work",)),
    ("unique_key", "rewrite", ("log_lets_two_work",)),  # nobody does the task
    ("kept", "log_line", ("whole_design",)),
    ("each", "claim_page_each", ("whole_design",)),
    ("claim_page_each", "each", ("both_halves",)),
    ("log_line", "kept", ("both_halves",)),
    ("log_page", "log_line", ("both_halves",)),
    ("claim_page", "log_page", ("both_halves",)),
    ("dies", "dies_leased", ("a_claim_needs_an_end",)),
    ("dies_leased", "dies", ("a_claim_needs_an_end",)),
    ("raises", "dies", ("a_claim_needs_an_end",)),
    ("taken_over", "unchecked", ("check_the_owner",)),
    ("unchecked", "taken_over", ("check_the_owner",)),
    ("whole page + line", "line + line", ("one_old_writer_is_enough",)),
    ("line + own line", "whole page + line", ("one_old_writer_is_enough",)),
    ("version + version", "version + line", ("one_old_writer_is_enough",)),
    ("version + line", "version + line, counted", ("count_the_version",)),
    ("version + line, counted", "version + line", ("count_the_version",)),
    ("tidy by id and text + edits", "tidy by id + edits", ("tidy_by_id",)),
    ("tidy by id + edits", "tidy by id and text + edits", ("tidy_by_id",)),
    ("tidy by id + adds", "tidy all + adds", ("tidy_by_id",)),
    ("tidy all + adds", "tidy by id + adds", ("tidy_by_id",)),
    ("tidy by id and text + adds", "tidy lock + adds", ("tidy_by_id",)),
    ("tidy lock + adds", "tidy by id + adds", ("tidy_lock_refuses",)),
    ("tidy lock + edits", "tidy all + edits", ("tidy_lock_refuses",)),
    ("tidy all + tidies", "tidy lock + tidies", ("two_tidy",)),
    ("tidy by id + tidies", "tidy by id and text + tidies", ("two_tidy",)),
    ("tidy by id and text + tidies", "tidy lock + tidies", ("two_tidy",)),
    ("tidy lock + tidies", "tidy by id and text + tidies", ("two_tidy",)),
    ("numbered by id + tidies", "tidy by id + tidies", ("two_tidy",)),
    ("version + own line, counted", "version + own line", ("count_the_version",)),
    ("checked_first", "version", ("check_in_the_write",)),
    ("checked_first", "with_con", ("check_in_the_write",)),
    ("posted_page", "posted_line", ("writer_of_pages",)),
    ("posted_line", "posted_page", ("writer_of_pages",)),
    ("apart", "kept", ("keep_the_timeout",)),
    ("apart", "log_page", ("keep_the_timeout",)),
    ("journal begin", "journal with_con", ("journal_same",)),
    ("journal kept", "log_page", ("journal_same",)),
]


@pytest.mark.parametrize(("name", "other", "fall"), SWAPS, ids=[f"{a} as {b}" for a, b, _ in SWAPS])
def test_a_claim_falls_when_its_style_is_another(orders, monkeypatch, name, other, fall):
    monkeypatch.setattr(mixed, "commit_waits", lambda *a: {"UPDATE": (0.0, ""), "COMMIT": (0.0, "")})  # takes a second
    swapped = {
        key: orders.get((other, *key[1:]), played) if key[0] == name else played for key, played in orders.items()
    }
    held = {name: holds for part in PARTS for name, holds in claims(part, swapped).items()}
    assert [c for c in fall if held[c]] == []


def test_a_page_that_is_merged_by_the_store_would_lose_nothing(monkeypatch):
    """The claim of the first heading rests on the whole page being written."""

    def merge(con: sqlite3.Connection, page: str) -> None:
        con.execute("UPDATE memory SET page = page || ?", (page.splitlines()[-1] + "\n",))

    monkeypatch.setattr(pages, "put", merge)
    with exact.hub(waits=True) as here:
        assert counts(exact.every(pages.rewrite, 2, 2, here))["losing"] == 0


def test_a_claim_without_its_key_lets_both_work(monkeypatch):
    monkeypatch.setattr(tasks, "claim", lambda hub, me, task, lease: True)
    with exact.hub(waits=True) as here:
        tasks.tables(here)
        assert counts(exact.every(tasks.kept, 3, 2, here))["doubling"] == 18


def test_the_writer_writes_in_the_order_of_its_queue_and_finds_it_empty_before():
    with exact.hub(waits=True, kind=writer.Queued) as here:
        here.reset()
        one = play("CBBAAC", lambda me: writer.posted_line(here, me), here.read)
        assert (one.page, [agent.told for agent in one.agents]) == ("B\nA\n", ["saved", "saved", "nothing to do"])


def test_sqlite_gives_the_ids_of_deleted_rows_out_again_so_that_one_tidying_deletes_what_another_made():
    with exact.hub(waits=True, kind=mixed.Notes) as here:
        here.reset()
        one = play("ABAB", lambda me: mixed.two_tidy("by id")(here, me), here.read)
        assert (one.page, one.lost) == ("old one old two B\n", 1)


def test_the_default_journal_is_what_its_store_is_in():
    with exact.hub(waits=True, kind=mixed.Journal) as here:
        assert here.mode == here.own[0].execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_a_store_in_which_nothing_waits_ends_the_claim_about_commit(orders, monkeypatch):
    monkeypatch.setattr(mixed, "commit_waits", lambda folder, s: {"UPDATE": (0.0, "SQLITE_BUSY"), "COMMIT": (0.0, "")})
    assert not claims(found_fleet.add_journal, orders)["commit_waits"]


@pytest.mark.parametrize(
    ("name", "value", "fall"),
    [
        ("retried", lambda starts, length, lines: cost.Run(len(starts) ** 2 + 1, 1.0, 0), ("retry_bound",)),
        ("retried", lambda starts, length, lines: cost.added(starts, length),
         ("retry_bound", "waiting_depends", "narrow_is_cheap")),
        ("locked", lambda starts, length: cost.Run(len(starts), 99.0, 0), ("waiting_depends", "version_waits")),
        ("added", lambda starts, length: cost.Run(2 * len(starts), 1.0, 0), ("line_is_flat",)),
    ],
)  # fmt: skip
def test_a_claim_about_cost_falls_with_what_it_rests_on(monkeypatch, name, value, fall):
    monkeypatch.setattr(cost, "DRAWS", 4)
    monkeypatch.setattr(cost, name, value)
    held = claims(found_cost.add_cost, 0)
    assert [c for c in fall if held[c]] == []


def test_three_agents_together_cost_a_version_six_calls_by_hand():
    """Ends at 1: one saved, two again; at 2: one saved, one again; at 3: saved."""
    run = cost.retried(np.zeros(3), lambda i: 1.0, np.zeros(3, int))
    assert (run.calls, run.wait) == (6, 2.0)


def test_a_version_of_a_line_costs_what_all_draws_of_two_lines_cost_on_average():
    """All 400 ways in which two agents can draw a line of twenty."""
    lines = [np.array([a, b]) for a in range(cost.LINES) for b in range(cost.LINES)]
    calls = [cost.retried(np.zeros(2), lambda i: 1.0, drawn).calls / 2 for drawn in lines]
    assert np.isclose(np.mean(calls), cost.together(2))


def test_a_page_written_after_another_was_read_loses_only_what_came_between():
    """A from 0 to 2, B from 1 to 3 (read before A saved), C from 4 to 5: A is lost."""
    lengths = iter((2.0, 2.0, 1.0))
    run = cost.rewritten(np.array([0.0, 1.0, 4.0]), lambda i: next(lengths))
    assert run.lost == 1


RECORD = [  # (path into the record, value, claims that fall)
    (("postgres_orders", "read_committed", "losing"), 17, ("postgres_begin_loses",)),
    (("postgres_orders", "repeatable_read", "lost"), 1, ("postgres_begin_loses",)),
    (("postgres_orders", "repeatable_read", "refused"), 19, ("postgres_begin_loses",)),
    (("postgres_orders", "add_line", "lost"), 1, ("postgres_keeps_lines",)),
    (("around", "SQLite, short", "saved"), 2, ("lock_outlives_timeout",)),
    (("around", "PostgreSQL, short", "saved"), 2, ("lock_outlives_timeout",)),
    (("around", "PostgreSQL, short", "lost"), 1, ("lock_outlives_timeout",)),
    (("around", "SQLite, long", "seconds"), 3.0, ("long_lock_queues",)),
    (("around", "SQLite, long", "lost"), 1, ("long_lock_queues",)),
    (("around", "SQLite, line", "seconds"), 8.0, ("long_lock_queues",)),
    (("refusal", "after a read"), 250.0, ("refused_at_once",)),
    (("waits", "with_con"), [19, 20], ("waits_are_real",)),
    (("git_orders", "one page", "refusing"), 3, ("git_is_loud_or_silent",)),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "fall"), RECORD)
def test_a_claim_about_the_record_falls_with_its_number(path, value, fall):
    changed = copy.deepcopy(measure.recorded())
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    held = claims(found_cost.add_recorded, changed)
    assert [c for c in fall if held[c]] == []
    assert all(claims(found_cost.add_recorded, measure.recorded()).values())


def test_one_lost_line_under_load_would_end_the_claim():
    changed = copy.deepcopy(measure.recorded())
    next(cell for cell in changed["load"] if cell["way"] == "line")["runs"][0]["lost"] = 1
    assert not claims(found_cost.add_recorded, changed)["load_loses_pages_not_lines"]


def test_the_texts_beside_the_figures_say_what_was_recorded():
    """The words for who cannot see a figure, made from the recorded numbers."""
    recorded = record.read(record.LABS / "shared_vs_isolated_memory" / "results.json")
    post = "".join(
        (record.LABS.parent / file).read_text(encoding="utf-8")
        for file in ("posts/shared-vs-isolated-memory.md", "labs/shared_vs_isolated_memory/notes.md")
    )
    value = {name: entry["value"] for name, entry in recorded["values"].items()}
    by = {row[0]: dict(zip(found.COLUMNS, row, strict=True)) for row in recorded["tables"]["two_agents"]["rows"]}
    fleet = {row[0]: row[3] for row in recorded["tables"]["fleets"]["rows"]}
    page, inside, begin = (by[found.PAGES[name]] for name in ("rewrite", "with_con", "begin"))
    says = [
        f"Whole page: a note lost in {page['note lost']} of {page['overlapping']} overlapping orders, no error, 1 call",
        f"In with con: {inside['note lost']} of {inside['overlapping']} lost",
        f"BEGIN on SQLite: none lost, an error in {begin['error']} of {begin['overlapping']}",
        f"BEGIN on PostgreSQL: {value['postgres_lost']} of {value['postgres_overlapping']} lost, no error",
        f"Lock round the call: nothing lost, no error, 1 call, waits {value['lock_together_wait']}",
        f"Version, retried: nothing lost, {value['retry_together_calls']} calls, waits {value['retry_together_wait']}",
        f"Version of the page: from 1 for one agent to {value['retry_together_calls']} for sixteen",
        f"Version of one of twenty lines: to {value['part_together_calls']:.1f}",
        f"Beside a whole page: {fleet['whole page + whole page']} of 4 orders lost for whole page and version, "
        f"{fleet['whole page + line']} of 4 for a line, for its own line and for a counted line",
        f"Version beside a line or an own line: {fleet['version + line']} lost; beside a version or a counted line: "
        f"{fleet['version + line, counted']}. Lines and own lines beside each other: {fleet['line + own line']}",
        f'Guess unmarked {value["right_plain"]:.0%}, guess with "I think" {value["right_think"]:.0%}',
        f'guess with "Unconfirmed guess:" {value["right_unconfirmed"]:.0%}',
        f"only labelled facts read {value['filter_0']:.0%}",
        f"the same with a fifth of the labels wrong {value['filter_20']:.0%}",
    ]
    assert [one for one in says if one not in post] == []


def test_the_record_was_made_with_the_code_that_is_here():
    assert measure.recorded()["code"] == measure.code(), "run: lab shared-vs-isolated-memory measure"


def test_the_statements_on_postgresql_are_the_ones_that_the_post_names():
    steps = postgres.read_committed(Agent("A"))
    assert next(steps) == "BEGIN; SELECT page FROM memory WHERE id = 1"
    assert steps.send("B") == "UPDATE memory SET page = 'B\nA\n' WHERE id = 1"
    assert next(postgres.for_update(Agent("A"))).endswith("FOR UPDATE")
    claim = portable.claimed(Agent("A"))
    assert portable.prepared("claim") == (
        "PREPARE claim AS INSERT INTO claims VALUES\n  ($1, $2, CAST($3 AS DOUBLE PRECISION) + $4)\n"
        "  ON CONFLICT (task) DO UPDATE\n  SET owner = excluded.owner, until = excluded.until\n"
        "  WHERE claims.until < $3 RETURNING 1"
    )
    assert portable.prepared("added") == "PREPARE added AS UPDATE memory SET page = page || $1"
    assert next(claim) == "EXECUTE claim('fix the build', 'A', 1000.0, 900.0)"
    assert claim.send("1") == postgres.GET
    assert claim.send("") == "BEGIN; EXECUTE done('fix the build', 'A')"
    assert claim.send("1") == "EXECUTE added('A\n'); COMMIT"


@pytest.mark.skipif(not shutil.which("initdb"), reason="needs PostgreSQL")
def test_without_its_cast_the_claim_cannot_be_prepared_on_postgresql(monkeypatch):
    """A driver that leaves the types to the server meets `unknown + unknown`; SQLSTATE 42725, ambiguous function."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, postgres.server(Path(folder)) as socket:
        session = postgres.Session(socket)
        session.run(example.SCHEMA)
        session.run(portable.prepared("claim"))
        bare = portable.STATEMENTS["claim"].replace("CAST(:now AS DOUBLE PRECISION)", ":now")
        monkeypatch.setitem(portable.STATEMENTS, "claim", bare)
        with pytest.raises(postgres.Failed, match="42725"):
            session.run(portable.prepared("claim"))
        session.close()


@pytest.mark.parametrize(("key", "value"), [("losing", 1), ("refusing", 1), ("doubling", 1), ("most calls", 2)])
def test_the_claim_about_the_example_on_postgresql_falls_with_its_record(key, value):
    found = portable.recorded()
    assert claims(found_cost.add_portable, found)["same_statements_on_postgres"]
    found["orders"][key] = value
    assert not claims(found_cost.add_portable, found)["same_statements_on_postgres"]


@pytest.mark.parametrize("move", range(6))
def test_the_claim_about_the_example_on_postgresql_falls_with_each_move_of_its_free(move):
    found = portable.recorded()
    found["given back"][move] = not found["given back"][move]
    assert not claims(found_cost.add_portable, found)["same_statements_on_postgres"]


@pytest.mark.parametrize(
    ("cell", "key", "value"),
    [
        ("a line", "lost", 1), ("a file an agent", "lost", 1), ("a file an agent, beside a whole file", "lost", 1),
        ("whole file", "lost", 0), ("a line, beside a whole file", "others", 0), ("a line", "saved", 0),
    ],
)  # fmt: skip
def test_the_claim_about_shells_falls_with_its_record(cell, key, value):
    found = shell.recorded()
    assert claims(found_cost.add_shell, found)["shells_keep_files"]
    found["cells"][cell][0][key] = value
    assert not claims(found_cost.add_shell, found)["shells_keep_files"]


def test_the_shells_were_recorded_with_the_code_that_is_here_and_the_post_shows_their_lines():
    assert shell.recorded()["code"] == shell.code(), "run: lab shared-vs-isolated-memory measure"
    post = (record.LABS.parent / "posts/shared-vs-isolated-memory.md").read_text(encoding="utf-8")
    assert [line for line in (shell.OWN, shell.READ) if line not in post] == []


def test_a_shell_that_saves_the_whole_file_loses_others_lines_and_no_file_of_theirs():
    assert shell.crowd(shell.ADD, shell.WHOLE, 6, 4)["others"] > 0
    assert shell.crowd(shell.OWN, shell.WHOLE, 6, 4) == {"saved": 24, "lost": 0, "others": 0}


def test_the_example_was_recorded_on_postgresql_as_it_stands_here():
    assert portable.recorded()["code"] == portable.code(), "run: lab shared-vs-isolated-memory measure"


def test_an_agent_on_postgresql_whose_claim_is_gone_adds_no_line():
    agent = Agent("A")
    claim = portable.claimed(agent)
    next(claim)
    claim.send("1")
    claim.send("")
    assert (claim.send(""), agent.told) == ("ROLLBACK", "taken over")


def test_a_placeholder_without_a_value_stops_the_run():
    with pytest.raises(KeyError, match="lease"):
        portable.bound("claim", {"task": "''", "me": "''", "now": "0"})


def test_an_edit_whose_passage_is_gone_or_there_twice_is_refused():
    with pytest.raises(ValueError, match="is there 0 times"):
        files.find("notes:\n", "owner\n")
    with pytest.raises(ValueError, match="is there 2 times"):
        files.find("A\nA\n", "A\n")


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(guesses, "DRAWS", 12)


def test_the_claims_about_reading_hold(few):
    assert all(claims(found_guesses.add_guesses, 3).values())


@pytest.mark.parametrize(
    ("target", "name", "value", "fall"),
    [
        (guesses, "HEDGES", ("Unconfirmed guess: ", "I think "), ("i_think_serves_guesses",)),
        (guesses, "NOISE", (0.2, 0.0), ("filter_as_good_as_labels",)),
    ],
)
def test_a_claim_about_reading_falls_with_what_it_rests_on(monkeypatch, few, target, name, value, fall):
    monkeypatch.setattr(target, name, value)
    if name == "HEDGES":
        monkeypatch.setattr(guesses, "ARMS", ("plain", *value))
    held = claims(found_guesses.add_guesses, 3)
    assert [c for c in fall if held[c]] == []
