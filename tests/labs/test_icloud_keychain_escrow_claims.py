"""The claims of the lab icloud_keychain_escrow: each falls when the piece of the lab that it rests on is broken."""

from __future__ import annotations

import pytest
from labs.icloud_keychain_escrow import cluster, found, found_cluster, replay, resets, search, steps, table
from labs.record import Results


def falls(part) -> set[str]:
    """The claims of a part of the lab that do not hold, as it stands now."""
    r = Results()
    part(r)
    assert r.claims
    return {name for name, claim in r.claims.items() if not claim.holds[0]}


@pytest.fixture
def small(monkeypatch):
    """Clusters of three and five only: the claims are the same, the search is shorter."""
    monkeypatch.setattr(found, "SIZES", (3, 5))
    monkeypatch.setattr(found, "CLUSTERS", [one for one in found.CLUSTERS if one[0] < 7])


def test_all_hold_in_clusters_of_three_and_five(small):
    assert falls(found.add_guesses) == set()


NUMBERS, COUNTED = search.numbers, steps.counted


def own_signed_once(design, counts, of_voters, every):
    top = max(of_voters, default=0)
    return [top + 1] if top < design.limit else []


def never_once(design, counts, of_voters, every):
    if design.count == "own" or design.reads:
        return NUMBERS(design, counts, of_voters, every)
    return [1]


def those_that_voted_most(counts, size):
    yield tuple(sorted(range(len(counts)), key=lambda i: counts[i])[len(counts) - size :])


@pytest.mark.parametrize(
    ("where", "broken", "gone"),
    [
        ("numbers", own_signed_once, {"plain_has_no_cap", "splits_need_overlap"}),
        ("numbers", never_once, {"once_doubles", "one_more_vote", "four_against_three", "all_five", "rule_is_enough"}),
        (
            "choices",
            those_that_voted_most,
            {"own_gives_more", "once_doubles", "small_limit_misleads", "own_more_votes"},
        ),
    ],
)
def test_claims_of_the_search_fall_with_the_rule_that_they_rest_on(small, monkeypatch, where, broken, gone):
    monkeypatch.setattr(search, where, broken)
    fallen = falls(found.add_guesses)
    assert gone <= fallen
    assert "search_is_arithmetic" in fallen or broken is own_signed_once


def test_ten_falls_if_a_majority_shares_no_machine(small, monkeypatch):
    monkeypatch.setattr(found, "ONCE", search.Design(5, 2))
    assert "highest_is_ten" in falls(found.add_guesses)


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        (lambda members, old: members // 2 + 1, "rule_is_enough"),
        (lambda members, old: min(members, (members + old) // 2 + 2), "rule_is_least"),
    ],
)
def test_another_rule_for_votes_fails(small, monkeypatch, rule, gone):
    monkeypatch.setattr(found, "votes_needed", rule)
    assert gone in falls(found.add_guesses)


def counts_either_way(design, before, after):
    yield after, 1
    yield after, 0


def not_once(design, count, number):
    return COUNTED(design, count, number) if design.count == "own" else max(count, number)


def once(design, count, number):
    return COUNTED(design, count, number) if design.count == "own" else number if count < number else None


@pytest.mark.parametrize(
    ("where", "broken", "gone"),
    [
        ("halves", counts_either_way, {"count_comes_first", "steps_change_nothing"}),
        ("counted", not_once, {"at_once_harmless", "steps_change_nothing"}),
        ("counted", once, {"at_once_multiplies", "steps_change_nothing"}),
    ],
)
def test_claims_of_the_steps_fall_with_the_rule_that_they_rest_on(monkeypatch, where, broken, gone):
    monkeypatch.setattr(steps, where, broken)
    assert gone <= falls(found_cluster.add_steps)


VOTE = table.vote


def signed_again(db, key, record, number, guess, limit):
    """A vote for any number up to the limit, as often as it is asked."""
    with db:
        db.execute("DELETE FROM guesses")
    return VOTE(db, key, record, number, guess, limit)


def compared(db, key, record, number, guess, limit):
    """A vote for every number that is new, whole or not."""
    with db:
        new = db.execute(
            "INSERT INTO guesses VALUES (?, ?) ON CONFLICT (record) DO UPDATE SET n = excluded.n WHERE excluded.n > n",
            (record, number),
        ).rowcount
    return b"signed" if new and 1 <= number <= limit else None


BLOCK = replay.on_the_page


def forgets(file, block):
    """The page's blocks with a vote for every number, reached or not."""
    return BLOCK(file, block).replace("excluded.n > guesses.n", "0 < guesses.n")


@pytest.mark.parametrize(
    ("owner", "name", "broken", "gone"),
    [
        (replay, "CODE", "000000", {"sixteenth_opens", "replay_agrees"}),
        (
            replay.Escrow,
            "restore",
            lambda self, members: None,
            {"seal_does_not_help", "replay_agrees", "no_cap_on_the_cluster", "same_one_twice", "one_by_one"},
        ),
        (replay, "old_seals", lambda design: [], {"seal_does_not_help"}),
        (replay, "RemembersTheLast", cluster.Member, {"remembered_seal_helps"}),
        (replay, "one_more", lambda one, design, old: True, {"replay_agrees", "cuts_lock_out"}),
        (table, "vote", signed_again, {"rows_count_alike"}),
        (table, "vote", compared, {"whole_numbers_only"}),
        (cluster, "TakesFractions", cluster.Member, {"whole_numbers_only"}),
        (replay, "on_the_page", forgets, {"pasted_prints"}),
        (table.InATable, "disk", property(lambda self: {}, lambda self, old: None), {"rows_count_alike"}),
        (replay, "AnswersFirst", cluster.Member, {"no_cap_on_the_cluster"}),
        (replay, "WritesWhatItIsTold", cluster.Member, {"no_cap_on_the_cluster", "same_one_twice"}),
        (replay, "Member", cluster.AnswersFirst, {"cuts_lock_out"}),
        (cluster.Member, "store", lambda self, record, count: None, {"count_by_owner", "one_by_one"}),
        (resets, "choices", lambda counts, size: (), {"reset_adds_nine"}),
        (replay, "unwrap", lambda key, wrapped: b"", {"key_needs_no_counter"}),
    ],
)
def test_claims_of_the_cluster_fall_with_the_piece_that_they_rest_on(monkeypatch, owner, name, broken, gone):
    monkeypatch.setattr(owner, name, broken)
    assert gone <= falls(found_cluster.add_cluster)
