"""`lab icloud-keychain-escrow check DESIGN.toml`: how many guesses a cluster of your own answers, and the attack."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labs.icloud_keychain_escrow.search import NO_CAP, ORDERS, Design, Try, attack, votes_needed

COUNTS = ("own", "signed once", "read and write")
RANGES = {"members": (1, 7), "votes": (1, 7), "limit": (1, 20), "restored": (0, 7), "reads": (1, 7), "at_once": (1, 20)}
REGISTER = ("reads", "at_once")  # keys that only "read and write" has
NEEDED = ("members", "votes", "count")
KEYS = (*RANGES, "count", "order")
USAGE = "icloud-keychain-escrow has one command: check DESIGN.toml, with members, votes, limit, count, order, restored"


def main(argv: Sequence[str]) -> int:
    """Run the command; 0: the limit holds, 1: it does not. Raises ValueError for a reader's mistake."""
    if len(argv) != 2 or argv[0] != "check":
        raise ValueError(USAGE)
    design, at_once = read(Path(argv[1]))
    most, tries = attack(design)
    most, tries = together(design, most, tries, at_once)
    for line in told(design, most, tries, at_once):
        print(line)
    return int(most != design.limit)


def together(
    design: Design, most: int | str, tries: Sequence[Try], at_once: int | None
) -> tuple[int | str, Sequence[Try]]:
    """The most and the attack with so many tries open at once; None: as many as the attacker likes.

    Under "read and write" tries that are opened together carry one number, and whoever is asked votes for each. So
    each try of the attack is answered once for each that is open with it. The other rules gained nothing by it where
    the lab searched them message by message.
    """
    if not design.reads or most == NO_CAP or at_once == 1:
        return most, tries
    if at_once is None:
        return NO_CAP, []
    return int(most) * at_once, [one for one in tries for _ in range(at_once)]


def read(path: Path) -> tuple[Design, int | None]:
    """The design in a TOML file, and how many tries may be open at once (None: not said).

    Raises ValueError naming file, line, what is wrong and what would be right.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        given = tomllib.loads(text)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: not TOML: {error}") from None

    def wrong(key: str, said: str) -> ValueError:
        # a key may be quoted, and an unknown one may be a table: [cluster]
        names = (line.partition("=")[0].strip().strip("[]\"' ").split(".")[0] for line in text.splitlines())
        starts = (n for n, name in enumerate(names, 1) if name == key)
        return ValueError(f"{path}:{next(starts, 1)}: {said}")

    for key, value in given.items():
        if key not in KEYS:
            raise wrong(key, f"{key} is unknown; there are {', '.join(KEYS)}")
        check(key, value, wrong)
    for key in NEEDED:
        if key not in given:
            raise wrong(key, f"{key} is missing; needed are {', '.join(NEEDED)}")
    count, limit, restored = given["count"], given.get("limit", 10), given.get("restored", 0)
    members, votes = given["members"], given["votes"]
    reads = given.get("reads", votes) if count == "read and write" else 0
    for key in REGISTER:
        if key in given and not reads:
            raise wrong(key, f'{key} is for count = "read and write" only')
    if max(votes, reads) > members:
        raise wrong("votes", f"no recovery possible: {max(votes, reads)} of {members} members must answer")
    if restored > members:
        raise wrong("restored", f"restored is {restored}, of {members} members")
    if count == "own" and (members, limit) > (7, 10):
        raise wrong("limit", "with own counts and 7 members the search takes a limit of up to 10")
    order = given.get("order", ORDERS[0])
    design = Design(members, votes, limit, "own" if count == "own" else "highest", order, restored, reads)
    return design, given.get("at_once")


def check(key: str, value: Any, wrong: Any) -> None:
    """Raise `wrong` if a value is not of the kind, or not in the range, that its key has."""
    if key in ("count", "order"):
        names = COUNTS if key == "count" else ORDERS
        if value not in names:
            raise wrong(key, f"{key} is {value!r}; it is one of {', '.join(map(repr, names))}")
    else:
        low, high = RANGES[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(key, f"{key} is {value!r}; it is a whole number from {low} to {high}")


def told(design: Design, most: int | str, tries: Sequence[Try], at_once: int | None) -> list[str]:
    """What the command prints."""
    old = design.members - design.rolled_back
    bound = "" if most == NO_CAP else " at least" if design.reads and (at_once or 1) > 1 else " at most"
    lines = [f"guesses answered{bound}: {most} (limit {design.limit})"]
    if most == NO_CAP:
        lines.append(f"why: {reason(design)}")
    else:
        lines += [f"  guess {i}: {voters(one, old)}" for i, one in enumerate(tries, 1)]
    lines.append(f"members that may be down: {design.may_be_down}")
    needed = votes_needed(design.members, design.rolled_back)
    if most != design.limit:
        if needed <= design.members and design.rolled_back < design.members:
            lines.append(
                f"keeps {design.limit}: numbers signed once, count first, {needed} votes of {design.members}; "
                f"{design.members - needed} may be down"
            )
        else:
            lines.append(f"no number of votes keeps {design.limit} if every member can be restored")
    lines.append("not checked: what resets a count, several records of one code")
    return lines


def voters(one: Try, old: int) -> str:
    """The members of a try as letters, those restored with a star."""
    who = " ".join(chr(65 + i) + "*" * (i >= old) for i in one.voters)
    return f"number {one.number}, {who}" if one.number else who


def reason(design: Design) -> str:
    """Why there is no most."""
    if design.rolled_back >= design.votes:
        return "the members that can be restored are votes enough by themselves"
    if design.order == "answer first":
        return "cut a member's power when its vote has left, and nothing was counted"
    if design.reads + design.votes <= design.members:
        return "those that are read and those that vote need not share a member, so nobody sees what was written"
    if design.reads + design.votes > design.members + design.rolled_back:
        return (
            f"tries open at once carry one number, and each gets its votes: two at once get {2 * design.limit}; "
            "at_once = 1 says that your cluster ends one try before the next"
        )
    return "restored members hide the count, and the others write the same number again, and vote again"
