"""What the search finds at the real limit: results, tables and claims."""

from __future__ import annotations

from collections.abc import Iterable

from labs.icloud_keychain_escrow.search import NO_CAP, Design, attack, guesses, votes_needed
from labs.record import Results

N, MAJORITY, LIMIT = 5, 3, 10
OWN = Design(N, MAJORITY, LIMIT, "own")
ONCE = Design(N, MAJORITY, LIMIT)
PLAIN = Design(N, MAJORITY, LIMIT, reads=MAJORITY)
FOUR = Design(N, 4, LIMIT)
ALL = Design(N, N, LIMIT)
SIZES = (3, 5, 7)
CLUSTERS = [(n, q) for n in SIZES for q in range(n // 2 + 1, n + 1)]
ATTACKED = {
    "own counts, 3 of 5": OWN,
    "each number signed once, 3 of 5": ONCE,
    "each number signed once, 3 of 5, one restored": Design(N, MAJORITY, LIMIT, rolled_back=1),
    "each number signed once, 4 of 5, two restored": Design(N, 4, LIMIT, rolled_back=2),
}


def row(design: Design, most: int | None = None) -> list[int | str]:
    """Guesses with 0, 1, 2 … members restored."""
    return [guesses(design, rolled_back=k) for k in range(design.members if most is None else most + 1)]


def arithmetic(design: Design) -> int | str:
    """What counting gives: each honest member has so many votes, and a guess needs so many of them."""
    honest, needed = design.members - design.rolled_back, design.votes - design.rolled_back
    if needed <= 0:
        return NO_CAP
    return honest * design.limit // needed if design.count == "own" else design.limit * (honest // needed)


def letters(members: Iterable[int]) -> str:
    """The members by their letters, a dash for none."""
    return ", ".join("ABCDE"[member] for member in members) or "–"


def add_guesses(r: Results) -> None:
    """Five members at the real limit: every rule, every number of members restored."""
    guesses.cache_clear()
    own, once, plain, four, everyone = map(row, (OWN, ONCE, PLAIN, FOUR, ALL))
    r.add("members", N, "members of the cluster in the post's example")
    r.add("limit", LIMIT, "guesses that the cluster means to allow")
    r.add("guesses_own", own[0], "guesses with own counts and three votes of five, nobody restored")
    r.add("guesses_own_1", own[1], "the same with one member restored")
    r.add("guesses_once", once[0], "guesses with each number signed once and three votes of five, nobody restored")
    r.add("guesses_once_1", once[1], "the same with one member restored")
    r.add("guesses_once_2", once[2], "the same with two members restored")
    r.add("guesses_four", four[2], "guesses with each number signed once, four votes of five, two members restored")
    r.add("guesses_four_3", four[3], "the same with three members restored")
    r.add("four_down", FOUR.may_be_down, "members that may be down with four votes of five")
    r.add("majority_down", ONCE.may_be_down, "members that may be down with three votes of five")
    r.claim(
        "own_gives_more",
        own[0] == 16 == N * LIMIT // MAJORITY and own[1:] == [20, 30, NO_CAP, NO_CAP],
        "Five members that each count what they saw, three votes, limit ten: sixteen guesses, by search at that "
        "limit; that is five times ten divided by three, rounded down. Twenty with one member restored, thirty with "
        "two, no cap with three.",
    )
    r.claim(
        "own_more_votes",
        [guesses(OWN, votes=q) for q in (3, 4, 5)] == [16, 12, 10],
        "With own counts four votes of five give twelve guesses and five give ten.",
    )
    r.claim(
        "highest_is_ten",
        once[0] == plain[0] == LIMIT,
        "If a guess takes the highest count of three members plus one, and three members write it, ten guesses are "
        "answered with nobody restored and one try at a time, whether each number is signed once or not.",
    )
    r.claim(
        "plain_has_no_cap",
        plain[0] == LIMIT and plain[1:] == [NO_CAP] * 4,
        "A guess takes the highest count of three members of five, plus one, and three write it, as often as they are "
        "asked: ten guesses, one at a time, with nobody restored; no cap with one member restored or more.",
    )
    r.claim(
        "once_doubles",
        once[:4] == [LIMIT, 2 * LIMIT, 3 * LIMIT, NO_CAP],
        "With each number signed once and three votes of five: ten guesses, twenty with one member restored, "
        "thirty with two, no cap with three.",
    )
    r.claim(
        "one_more_vote",
        four[:4] == [LIMIT, LIMIT, LIMIT, 2 * LIMIT] and FOUR.may_be_down == 1,
        "With each number signed once and four votes of five: ten guesses with none, one or two members restored, "
        "twenty with three; one member may be down.",
    )
    r.claim(
        "four_against_three",
        four[2] == LIMIT and once[1] == 2 * LIMIT and once[2] == 3 * LIMIT and ONCE.may_be_down - FOUR.may_be_down == 1,
        "With each number signed once, three votes of five give twenty guesses with one member restored and thirty "
        "with two, four votes give ten with two; a fourth vote costs one of two members that may be down.",
    )
    r.claim(
        "all_five",
        everyone == [LIMIT] * N and ALL.may_be_down == 0,
        "With five votes of five: ten guesses with up to four members restored; none may be down.",
    )
    add_tables(r)
    votes = [
        (name, i, one.voters, N - design.rolled_back)
        for name, design in ATTACKED.items()
        for i, one in enumerate(attack(design)[1], 1)
    ]
    r.table(
        "by_guess",
        "A longest attack on each of four clusters of A to E at a limit of ten: who votes for each guess that is "
        "answered, those put back to an old snapshot in a column of their own",
        ["cluster", "guess", "not restored, votes", "restored, votes"],
        [
            [name, i, letters(m for m in voters if m < honest), letters(m for m in voters if m >= honest)]
            for name, i, voters, honest in votes
        ],
    )


def add_tables(r: Results) -> None:
    """The decision table, the figure's table, every cluster searched, and every split of reads and votes."""
    kept = {}
    for n, q in CLUSTERS:
        found = row(Design(n, q, LIMIT))
        kept[n, q] = max((k for k, g in enumerate(found) if g == LIMIT), default=-1)
    r.claim(
        "two_for_one",
        all(k == 2 * q - n - 1 for (n, q), k in kept.items()),
        "With each number signed once, in clusters of 3, 5 and 7: a majority bears no restored member, and each vote "
        "more bears two more and costs one member that may be down.",
    )
    r.table(
        "by_votes",
        "Each number signed once: what a cluster bears, at a limit of ten",
        ["votes", "may be down", "restored, still ten", "with one more"],
        [[f"{q} of {n}", n - q, k, guesses(Design(n, q, LIMIT), rolled_back=k + 1)] for (n, q), k in kept.items()],
    )
    rules = [
        *((f"own counts, {q} of 5", Design(N, q, LIMIT, "own")) for q in (3, 4)),
        ("read and write, 3 of 5", PLAIN),
        *((f"signed once, {q} of 5", Design(N, q, LIMIT)) for q in (3, 4, 5)),
        ("own counts, 5 of 5", Design(N, 5, LIMIT, "own")),
        ("read and write, 4 of 5", Design(N, 4, LIMIT, reads=4)),
        *((f"signed once, {q} of 7", Design(7, q, LIMIT)) for q in (4, 5, 6)),
    ]
    r.table(
        "by_restored",
        "Guesses answered at most, over the members that can be restored",
        ["restored", "rule", "guesses"],
        [[k, name, guesses(design, rolled_back=k)] for k in range(4) for name, design in rules],
    )
    searched = [
        Design(n, q, LIMIT, count)
        for count in ("own", "highest")
        for n, q in CLUSTERS
        if (n, q, count) != (7, 4, "own")
    ]
    rows = [(d, row(d)) for d in searched]
    r.table(
        "by_cluster",
        "Guesses at a limit of ten with 0, 1, 2 … members restored",
        ["rule", "guesses"],
        [
            [
                f"{'own counts' if d.count == 'own' else 'signed once'}, {d.votes} of {d.members}",
                ", ".join(map(str, found)),
            ]
            for d, found in rows
        ],
    )
    r.add("clusters", sum(len(found) for _, found in rows), "clusters searched at a limit of ten")
    agree = all(
        g == arithmetic(Design(d.members, d.votes, LIMIT, d.count, rolled_back=k))
        for d, found in rows
        for k, g in enumerate(found)
    )
    r.claim(
        "search_is_arithmetic",
        agree,
        "In every case of 3, 5 and 7 members searched, the longest attack is what counting votes gives: "
        "honest × limit ÷ honest votes needed for own counts, limit × (honest ÷ honest votes needed) for numbers "
        "signed once, rounded down, where members never vote twice for one number unless restored.",
    )
    needed = [(n, k, votes_needed(n, k)) for n in SIZES for k in range(n)]
    r.claim(
        "rule_is_enough",
        all(guesses(Design(n, q, LIMIT), rolled_back=k) == LIMIT for n, k, q in needed),
        "For 3, 5 and 7 members and every number restored below all, so many votes as the rule says keep ten.",
    )
    r.claim(
        "rule_is_least",
        all(guesses(Design(n, q - 1, LIMIT), rolled_back=k) != LIMIT for n, k, q in needed if q > 1),
        "With one vote fewer than the rule says none of these clusters keeps ten.",
    )
    three, ten = guesses(Design(7, 6, 3, "own")), guesses(Design(7, 6, LIMIT, "own"))
    r.add("six_of_seven", ten, "guesses with own counts and six votes of seven at a limit of ten")
    r.claim(
        "small_limit_misleads",
        three == 3 and ten == 11,
        "With own counts and six votes of seven a limit of three gives three guesses, and a limit of ten eleven.",
    )
    splits = {
        (a, b): [guesses(Design(N, b, LIMIT, reads=a), rolled_back=k) for k in range(N)]
        for a in range(1, N + 1)
        for b in range(1, N + 1)
    }
    r.table(
        "by_split",
        "Read and write without the once: guesses with 0, 1, 2 … members restored",
        ["reads", *(f"{b} votes" for b in range(3, N + 1))],
        [[a, *(", ".join(map(str, splits[a, b])) for b in range(3, N + 1))] for a in range(1, N + 1)],
    )
    r.claim(
        "splits_need_overlap",
        all(g == (LIMIT if a + b > N + k else NO_CAP) for (a, b), found in splits.items() for k, g in enumerate(found)),
        "Read and write keeps ten, one try at a time, if reads plus votes exceed members plus restored, and has no cap "
        "otherwise (25 splits of five members, 0 to 4 restored).",
    )
