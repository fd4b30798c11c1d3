"""The attacks that the search finds, carried out on the working cluster: each guess is a whole SRP login."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from labs.icloud_keychain_escrow.cluster import (
    AnswersFirst,
    Cluster,
    CountsItsOwn,
    Member,
    Refused,
    RemembersTheLast,
    WritesWhatItIsTold,
    enrolled,
    stretched,
    tried,
    unwrap,
)
from labs.icloud_keychain_escrow.search import Design, Try, attack

CODE, SECRET, NAME = "482913", b"the key that unwraps the keychain", "a phone"


@dataclass
class Escrow:
    """A cluster with one record in it, and snapshots of sealed zeros, taken before the attacker's first guess."""

    cluster: Cluster
    record: bytes
    snapshots: list[dict[str, bytes]]

    def restore(self, members: Sequence[int]) -> None:
        """Put members back to their snapshots, sealed as it was."""
        for i in members:
            self.cluster.members[i].disk = dict(self.snapshots[i])


def escrow(kind: type[Member], design: Design, code: str = CODE) -> Escrow:
    """A new cluster of members of a kind, and a record enrolled in it: each member seals a count of zero."""
    cluster = Cluster(kind, design.members, design.votes, design.limit)
    record = enrolled(code, SECRET, cluster.key, cluster.random.randbytes(16))
    for member in cluster.members:
        member.store(NAME, 0)
    return Escrow(cluster, record, [dict(one.disk) for one in cluster.members])


def wrong(i: int) -> str:
    """The i-th wrong code."""
    return f"{i:06d}"


def carried_out(design: Design, kind: type[Member] | None = None) -> tuple[int, bytes | None, bool]:
    """Guesses answered when the longest attack is carried out, the last of them with the right code.

    Also what that last guess recovers, and whether any set of voters answers one guess more. `kind` is the members',
    where it is not the one that the design names.
    """
    tries = attack(design)[1]
    one = escrow(kind or (CountsItsOwn if design.count == "own" else Member), design)
    old = range(design.members - design.rolled_back, design.members)
    secret, answered = None, 0
    for i, step in enumerate(tries, 1):
        one.restore(old)
        code = CODE if i == len(tries) else wrong(i)
        try:
            secret = tried(one.cluster, NAME, one.record, code, step.number, step.voters)
        except Refused:
            break
        answered += 1
    return answered, secret, one_more(one, design, old)


def one_more(one: Escrow, design: Design, old: Sequence[int]) -> bool:
    """Whether votes enough for one more guess can be had, from all members, under any number."""
    for number in range(1, design.limit + 2):
        one.restore(old)
        votes = [vote for each in one.cluster.members for vote in each.vote(NAME, number, b"one more") if vote]
        if len(votes) >= design.votes:
            return True
    return False


def repeated(kind: type[Member], design: Design, step: Try, times: int, cut: bool = False) -> int:
    """Guesses answered when one and the same try is made so many times; the rolled-back members restored each time."""
    one = escrow(kind, design)
    old = range(design.members - design.rolled_back, design.members)
    answered = 0
    for i in range(times):
        one.restore(old)
        try:
            tried(one.cluster, NAME, one.record, wrong(i), step.number, step.voters, cut)
        except Refused:
            break
        answered += 1
    return answered


def answer_first(design: Design, times: int) -> int:
    """Guesses answered when each voter's power fails as soon as its vote has left, and it votes before it counts."""
    return repeated(AnswersFirst, design, Try(1, tuple(range(design.votes))), times, cut=True)


def remembered(design: Design) -> int:
    """Guesses answered in the longest attack if each member remembers the sequence number of its last seal."""
    return carried_out(design, RemembersTheLast)[0]


def old_seals(design: Design) -> list[int]:
    """The counts in the snapshots' seals, each opened with its member's own key."""
    one = escrow(Member, design)
    one.restore(range(design.members))
    return [member.count(NAME) for member in one.cluster.members if NAME in member.disk]


def plain_register(design: Design, times: int) -> tuple[int, list[list[int]]]:
    """Read and write carried out: guesses answered, and the counts of all members after each write and each restore.

    Each try reads the first members, which never vote, and the last, takes the highest count plus one, and has the
    last members write it. The last member is read and writes; it is restored if the design's attacker can.
    """
    one = escrow(WritesWhatItIsTold, design)
    readers = (*range(design.votes - 1), design.members - 1)
    voters = tuple(range(design.members - design.votes, design.members))
    old = range(design.members - design.rolled_back, design.members)
    answered, seen = 0, []
    for i in range(times):
        number = max(one.cluster.members[reader].count(NAME) for reader in readers) + 1
        try:
            tried(one.cluster, NAME, one.record, wrong(i), number, voters)
        except Refused:
            break
        answered += 1
        seen.append([member.count(NAME) for member in one.cluster.members])
        one.restore(old)
        seen.append([member.count(NAME) for member in one.cluster.members])
    return answered, seen


def one_by_one(design: Design, returned: Sequence[int], rounds: int = 2) -> int:
    """Guesses answered in rounds of all numbers; between rounds members are restored, one after another.

    Each round is put to those that have the lowest counts when it begins.
    """
    one = escrow(Member, design)
    members = one.cluster.members
    answered = 0
    for _ in range(rounds):
        voters = sorted(range(design.members), key=lambda i: members[i].count(NAME))[: design.votes]
        for number in range(1, design.limit + 1):
            try:
                tried(one.cluster, NAME, one.record, wrong(number), number, voters)
            except Refused:
                continue
            answered += 1
        for member in returned:
            one.restore([member])
    return answered


def interrupted(design: Design, times: int) -> tuple[int, bool]:
    """Tries of the owner, each cut once counted and before the vote: how many, and whether one is left."""
    one = escrow(Member, design)
    for number in range(1, times + 1):
        for member in one.cluster.members:
            next(iter(member.vote(NAME, number, b"right")), None)  # the power fails at the first yield
    return times, one_more(one, design, ())


def fractions(kind: type[Member]) -> tuple[int, int]:
    """Numbers from 1 to the limit in steps of a hundredth, and how many of them one member signs, asked in order."""
    one = escrow(kind, Design(1, 1)).cluster.members[0]
    asked = [n / 100 for n in range(100, 100 * one.limit + 1)]
    return len(asked), sum(bool(vote) for number in asked for vote in one.vote(NAME, number, b"a guess"))


def two_records(design: Design, by_owner: bool) -> int:
    """Guesses at one code that was enrolled from two devices, counted for each record or for the owner of both."""
    one = escrow(Member, design)
    records = [one.record, enrolled(CODE, SECRET, one.cluster.key, one.cluster.random.randbytes(16))]
    answered = 0
    for i, record in enumerate(records):
        name = "the owner" if by_owner else f"record {i}"
        for number in range(1, design.limit + 1):
            try:
                tried(one.cluster, name, record, wrong(number), number, range(design.votes))
            except Refused:
                continue
            answered += 1
    return answered


def swept(digits: int, code: str) -> tuple[int, bytes]:
    """With the cluster's key and no counter: codes tried on the inner box until one opens it, and what it opens."""
    one = escrow(Member, Design(5, 4), code)
    session, salt = one.cluster.opened(one.record)
    for i in range(10**digits):
        _, inner = stretched(f"{i:0{digits}d}", salt)
        try:
            return i + 1, unwrap(inner, session.wrapped)
        except ValueError:
            continue
    raise ValueError(f"no code of {digits} digits opens the record")


def on_the_page(file: str, block: str) -> str:
    """A block of code as a page shows it: what lies between its marks in a file of this folder."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    return text.split(f"# --8<-- [start:{block}]\n")[1].split(f"# --8<-- [end:{block}]")[0].rstrip()


def pasted() -> list[str]:
    """What the post's two blocks print, pasted one after the other below the imports that the post names."""
    imports = "import hmac, json, sqlite3"
    code = "\n".join([imports, on_the_page("table.py", "vote"), "", on_the_page("paste.py", "paste")])
    with redirect_stdout(io.StringIO()) as said:
        exec(compile(code, "the post's blocks", "exec"), {})
    return said.getvalue().split()
