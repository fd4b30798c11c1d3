"""What the steps find, and what the attacks do to the working cluster: results, tables and claims."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from labs.icloud_keychain_escrow import cluster, replay, resets, steps, table
from labs.icloud_keychain_escrow.found import FOUR, LIMIT, ONCE, OWN, N
from labs.icloud_keychain_escrow.search import NO_CAP, Design, guesses
from labs.record import Results

TIMES = 20


def add_steps(r: Results) -> None:
    """Message by message: power cuts, several tries at once, any older count."""
    guesses.cache_clear()
    runs: list[tuple[str, Design, int]] = [
        ("1 of 1, counts first", Design(1, 1, LIMIT), 1),
        ("1 of 1, answers first", Design(1, 1, LIMIT, order="answer first"), 1),
        ("own counts, 2 of 3", Design(3, 2, 3, "own"), 1),
        ("own counts, 2 of 3, one restored", Design(3, 2, 3, "own", rolled_back=1), 1),
        ("own counts, 2 of 3, two tries at once", Design(3, 2, 3, "own"), 2),
        ("signed once, 2 of 3", Design(3, 2, 2), 2),
        ("signed once, 2 of 3, one restored", Design(3, 2, 2, rolled_back=1), 2),
        ("signed once, 3 of 5, one restored", Design(5, 3, 2, rolled_back=1), 1),
        ("signed once, 4 of 5", Design(5, 4, 2), 1),
        ("signed once, 4 of 5, one restored", Design(5, 4, 2, rolled_back=1), 1),
        ("signed once, 4 of 5, two restored", Design(5, 4, 2, rolled_back=2), 1),
        ("the same, two tries at once", Design(5, 4, 1, rolled_back=2), 2),
        ("signed once, 4 of 5, three restored", Design(5, 4, 1, rolled_back=3), 2),
        ("answers first, 4 of 5", Design(5, 4, 1, order="answer first"), 1),
        ("read and write, 2 of 3", Design(3, 2, 2, reads=2), 1),
        ("read and write, 2 of 3, two tries at once", Design(3, 2, 2, reads=2), 2),
        ("read and write, 2 of 3, three tries at once", Design(3, 2, 2, reads=2), 3),
        ("read and write, 3 of 3, two tries at once", Design(3, 3, 2, reads=3), 2),
        ("read and write, 2 of 3, one restored", Design(3, 2, 2, reads=2, rolled_back=1), 1),
    ]
    found = [steps.most(design, at_once) for _, design, at_once in runs]
    whole = [guesses(design) for _, design, _ in runs]
    r.table(
        "by_step",
        "Message by message: every order of every step",
        ["cluster", "limit", "tries at once", "states", "guesses", "whole tries"],
        [
            [name, d.limit, p, states, most, w]
            for (name, d, p), (most, states), w in zip(runs, found, whole, strict=True)
        ],
    )
    most = {name: one[0] for (name, _, _), one in zip(runs, found, strict=True)}
    r.claim(
        "count_comes_first",
        most["1 of 1, counts first"] == LIMIT
        and most["1 of 1, answers first"] == NO_CAP
        and most["answers first, 4 of 5"] == NO_CAP,
        "One machine, limit ten, power cut between count and answer as often as the attacker likes: at most ten "
        "guesses if the count is written before the answer leaves, no cap if the answer leaves first; nor is there "
        "one with four votes of five.",
    )
    alike = [one[0] == w for (_, d, p), one, w in zip(runs, found, whole, strict=True) if not (d.reads and p > 1)]
    r.claim(
        "steps_change_nothing",
        all(alike),
        "Power cuts, lost replies, any older count and interleaved messages add no guess to those of whole tries, "
        f"in {len(alike)} small clusters searched message by message; the limit is 1 to 3 there where there is "
        "more than one member.",
    )
    r.add("step_clusters", len(alike), "small clusters where the search by messages and by whole tries agree")
    at_once = [most[f"read and write, 2 of 3{more}"] for more in ("", ", two tries at once", ", three tries at once")]
    r.claim(
        "at_once_multiplies",
        at_once == [2, 4, 6] and most["read and write, 3 of 3, two tries at once"] == 4,
        "Read and write, two of three, limit two, nobody restored: two guesses one at a time, four with two tries "
        "open at once, six with three; three of three read and written give four with two tries as well.",
    )
    r.claim(
        "at_once_harmless",
        most["signed once, 2 of 3"] == 2 and most["the same, two tries at once"] == 1,
        "With each number signed once two tries open at once give no guess more (two of three at limit two; four "
        "of five with two restored at limit one).",
    )


def add_no_cap(r: Results) -> None:
    """Two known bad designs on the working cluster, and read and write with nobody restored beside them."""
    r.add("times", TIMES, "guesses after which a run without a cap was stopped")
    cut = replay.answer_first(FOUR, TIMES)
    one, nobody = (replay.plain_register(Design(N, 3, LIMIT, rolled_back=k), TIMES) for k in (1, 0))
    r.claim(
        "no_cap_on_the_cluster",
        cut == one[0] == TIMES > LIMIT == nobody[0],
        "The answer before the count with the power cut, and read and write with one member restored: each still "
        "answers when it is stopped at twice the limit. With nobody restored the same reads and writes end at ten.",
    )
    events = ["guess 1, written", "E restored", "guess 2, written", "E restored again"]
    r.table(
        "by_event",
        "Read and write on the working cluster, A, B and E read: the counts after the first events",
        ["after", "A, B", "C, D", "E"],
        [[event, f"{a}, {b}", f"{c}, {d}", e] for event, (a, b, c, d, e) in zip(events, one[1], strict=False)],
    )
    r.claim(
        "same_one_twice",
        len(one[1]) > 3 and one[1][:2] == one[1][2:4] and nobody[1][:2] != nobody[1][2:4],
        "Read and write with one of five restored: after the second guess every count is what it was after the first; "
        "with nobody restored it is not.",
    )


def add_resets(r: Results) -> None:
    """What each login of the owner gives the attacker, if it sets the count back."""
    three = Design(N, 3, LIMIT, rolled_back=1)
    own = Design(3, 2, LIMIT, "own")
    tried = (own, ONCE, three, FOUR, Design(N, 4, LIMIT, rolled_back=2), Design(N, N, LIMIT))
    found = [[resets.most(design, n) for n in range(3)] for design in tried]
    r.add("per_login", found[0][1] - found[0][0], "guesses that one login of the owner adds, if it resets the count")
    r.add("reset_designs", len(tried), "designs searched with logins that set the count back")
    r.claim(
        "reset_adds_nine",
        all([more - less for less, more in pairwise(one)] == [LIMIT - 1] * 2 for one in found)
        and found[4] == [10, 19, 28],
        "If a login sets the count to zero, each of up to two logins of the owner gives the attacker nine guesses more "
        "(own counts, two votes of three; numbers signed once, three votes of five with none and one restored, four "
        "with none and two, five of five).",
    )


def add_cluster(r: Results) -> None:
    """The same on the working cluster, every guess a login."""
    designs: Sequence[Design] = [OWN, ONCE, Design(N, 3, LIMIT, rolled_back=1), Design(N, 4, LIMIT, rolled_back=2)]
    ran = [(d, *replay.carried_out(d)) for d in designs]
    r.table(
        "by_replay",
        "The longest attack carried out, its last guess with the right code",
        ["cluster", "guesses answered", "recovered", "one more"],
        [
            [
                f"{d.count}, {d.votes} of {d.members}, {d.rolled_back} restored",
                n,
                "yes" if s == replay.SECRET else "no",
                "answered" if more else "refused",
            ]
            for d, n, s, more in ran
        ],
    )
    r.claim(
        "replay_agrees",
        all(n == guesses(d) and s == replay.SECRET and not more for d, n, s, more in ran),
        "On the working cluster each of the four attacks gets the number of answers that the search says, the last "
        "of them recovers the secret with the right code, and no number gets votes for one more.",
    )
    rows = [replay.carried_out(d, table.InATable) for d in designs[1:]]
    r.claim(
        "rows_count_alike",
        rows == [(n, replay.SECRET, False) for n in (LIMIT, 2 * LIMIT, LIMIT)],
        "With the vote to copy, whose count is a row of SQLite, the longest attacks get ten answers (three votes of "
        "five), twenty (one member restored) and ten (four votes, two restored), no number gets votes for one more.",
    )
    r.claim(
        "pasted_prints",
        replay.pasted() == ["20", "30", "10"],
        "The post's two blocks, pasted one after the other, print 20 (three votes of five, one machine restored), 30 "
        "(two restored) and 10 (four votes, two restored).",
    )
    asked, fractions = replay.fractions(cluster.TakesFractions)
    r.add("votes_compared", fractions, "votes of a member that compares the number, asked for 1, 1.01, 1.02 … 10")
    r.claim(
        "whole_numbers_only",
        fractions == asked > LIMIT
        and all(replay.fractions(kind) == (asked, LIMIT) for kind in (cluster.Member, table.InATable)),
        "Asked for 1, 1.01, 1.02 … 10 in order, a member that checks 1 <= number <= 10 signs all of them; the escrow's "
        "member and the vote to copy sign the ten whole numbers.",
    )
    own = ran[0]
    r.claim(
        "sixteenth_opens",
        own[1] == 16 and own[2] == replay.SECRET,
        "With own counts the right code, guessed sixteenth on the working cluster, recovers the secret.",
    )
    r.claim(
        "seal_does_not_help",
        replay.old_seals(designs[2]) == [0] * N and ran[2][1] == 2 * LIMIT and ran[2][2] == replay.SECRET,
        "Every count on disk is sealed with a key and a sequence number; a member restored to a sealed zero takes it "
        "for good, and twenty guesses are answered all the same.",
    )
    kept = replay.remembered(designs[2])
    r.add("guesses_remembered", kept, "answers of those twenty, if each member remembers its last seal")
    r.claim(
        "remembered_seal_helps",
        kept == 1 and replay.remembered(ONCE) == LIMIT,
        "The attack of twenty guesses with one member restored gets one answer if each member remembers the sequence "
        "number of its last seal where restoring does not reach; with nobody restored ten are answered as before.",
    )
    two, third = replay.one_by_one(FOUR, (0, 1)), replay.one_by_one(FOUR, (0, 1, 2))
    r.claim(
        "one_by_one",
        two == LIMIT
        and third == 2 * LIMIT == guesses(FOUR, rolled_back=3)
        and replay.one_by_one(FOUR, range(N), rounds=4) == 4 * LIMIT,
        "Four votes of five, members restored one after another on the working cluster: two different ones leave ten "
        "guesses, three give twenty, as the search says of three, and each round of all five gives ten more.",
    )
    add_no_cap(r)
    ten, nine = replay.interrupted(FOUR, LIMIT), replay.interrupted(FOUR, LIMIT - 1)
    r.claim(
        "cuts_lock_out",
        ten == (LIMIT, False) and nine == (LIMIT - 1, True),
        "Ten tries of the owner, each cut after it was counted and before it was answered, leave no votes for an "
        "eleventh; nine leave one.",
    )
    records, owner = replay.two_records(FOUR, by_owner=False), replay.two_records(FOUR, by_owner=True)
    r.add("two_records", records, "guesses at one code enrolled twice, counted for each record")
    r.claim(
        "count_by_owner",
        records == 2 * LIMIT and owner == LIMIT,
        "One code enrolled from two devices: twenty guesses if each record has its count, ten if the owner has.",
    )
    add_resets(r)
    swept, secret = replay.swept(2, "82")
    r.claim(
        "key_needs_no_counter",
        swept == 83 and secret == replay.SECRET,
        "With the cluster's key a code of two digits is found by trying them in order, no member asked, and opens "
        "the record.",
    )
    r.add("codes_six", 10**6, "codes of six digits")
    for name, count in (("ten", LIMIT), ("own", 16)):
        r.add(f"one_in_{name}", 10**6 // count, f"one in so many: a random six-digit code is hit by {count} guesses")
