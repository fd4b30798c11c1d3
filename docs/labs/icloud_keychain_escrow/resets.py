"""What a successful login that sets the count back to zero gives an attacker who guesses in between."""

from __future__ import annotations

from functools import cache

from labs.icloud_keychain_escrow.search import Design, choices, moves


def most(design: Design, logins: int) -> int:
    """The most guesses answered while the owner logs in so many times; the attacker chooses who hears each login.

    A login is a try with the right code: it needs a number within the limit, and its voters go back to zero.
    """

    @cache
    def longest(counts: tuple[int, ...], left: int) -> int:
        after = {tuple(sorted(one)) for one, _ in moves(design, counts)}
        best = max((1 + longest(one, left) for one in after), default=0)
        for voters in choices(counts, design.votes - design.rolled_back) if left else ():
            if all(counts[i] < design.limit for i in voters):
                back = tuple(sorted(0 if i in voters else c for i, c in enumerate(counts)))
                best = max(best, longest(back, left - 1))
        return best

    return longest((0,) * (design.members - design.rolled_back), logins)
