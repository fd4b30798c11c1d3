"""A working escrow: members that count guesses on disks within reach of power cuts and old snapshots, and SRP."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labs.icloud_keychain_escrow.srp import QUICK as GROUP

ROUNDS = 100  # of PBKDF2; the lab draws no conclusion from how long a guess takes


class Refused(Exception):
    """The cluster does not answer: too few votes, or votes for something else."""


def keystream(key: bytes, length: int) -> bytes:
    """Bytes from HMAC in counter mode. It stands in for a real cipher, since Python's library has none."""
    blocks = (hmac.digest(key, i.to_bytes(4, "big"), "sha256") for i in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def wrap(key: bytes, secret: bytes) -> bytes:
    """The secret under a key, with an authentication tag."""
    hidden = bytes(a ^ b for a, b in zip(secret, keystream(key, len(secret)), strict=True))
    return hidden + hmac.digest(key, b"tag" + hidden, "sha256")


def unwrap(key: bytes, wrapped: bytes) -> bytes:
    """The secret again. Raises ValueError if the key is another, or the bytes were changed."""
    hidden, tag = wrapped[:-32], wrapped[-32:]
    if not hmac.compare_digest(tag, hmac.digest(key, b"tag" + hidden, "sha256")):
        raise ValueError("the seal is broken")
    return bytes(a ^ b for a, b in zip(hidden, keystream(key, len(hidden)), strict=True))


def stretched(code: str, salt: bytes) -> tuple[int, bytes]:
    """From a code: SRP's number x, and the key that wraps the escrowed key."""
    both = hashlib.pbkdf2_hmac("sha256", code.encode(), salt, ROUNDS, 64)
    return int.from_bytes(both[:32], "big"), both[32:]


def enrolled(code: str, secret: bytes, key: bytes, salt: bytes) -> bytes:
    """An escrow record: the secret under the code, and that with SRP's verifier under the cluster's key."""
    number, inner = stretched(code, salt)
    fields = {"salt": salt.hex(), "verifier": GROUP.public(number), "wrapped": wrap(inner, secret).hex()}
    return wrap(key, json.dumps(fields).encode())


class Member:
    """One machine of the cluster: a key of its own, and a disk with a sealed count for each record."""

    def __init__(self, key: bytes, limit: int):
        self.key, self.limit = key, limit
        self.disk: dict[str, bytes] = {}
        self.sequence = 0

    def count(self, record: str) -> int:
        """The count on the disk. Raises ValueError if its seal is broken: an old one is not broken."""
        return json.loads(unwrap(self.key, self.disk[record]))["count"] if record in self.disk else 0

    def store(self, record: str, count: int) -> None:
        """Write the count, sealed, with the next sequence number."""
        self.sequence += 1
        sealed = {"count": count, "sequence": self.sequence}
        self.disk[record] = wrap(self.key, json.dumps(sealed).encode())

    def sign(self, record: str, number: int, guess: bytes) -> bytes:
        """A vote for this guess and no other."""
        return hmac.digest(self.key, json.dumps([record, number, guess.hex()]).encode(), "sha256")

    # --8<-- [start:vote]
    def vote(self, record: str, number: int, guess: bytes) -> Iterator[bytes]:
        """Sign guess `number`; the power may fail at each yield."""
        if number not in range(1, self.limit + 1) or number <= self.count(record):
            return  # not a number of the limit, or spent
        self.store(record, number)  # on disk first
        yield b""
        yield self.sign(record, number, guess)
        # --8<-- [end:vote]


class RemembersTheLast(Member):
    """Keeps the sequence number of its last seal where restoring the disk does not reach, and refuses an older seal."""

    def __init__(self, key: bytes, limit: int):
        super().__init__(key, limit)
        self.last: dict[str, int] = {}

    def store(self, record: str, count: int) -> None:
        """As Member's, and remember the sequence number."""
        super().store(record, count)
        self.last[record] = self.sequence

    def vote(self, record: str, number: int, guess: bytes) -> Iterator[bytes]:
        """As Member's, if the seal on the disk is the last that it wrote."""
        sealed = json.loads(unwrap(self.key, self.disk[record]))["sequence"] if record in self.disk else 0
        if sealed == self.last.get(record, 0):
            yield from super().vote(record, number, guess)


class TakesFractions(Member):
    """A known bad check: it compares the number, and so signs 1, 1.01, 1.02 …, each of which is new."""

    def vote(self, record: str, number: int, guess: bytes) -> Iterator[bytes]:
        """As Member's, but whatever lies above its count and not above the limit is a number."""
        if not self.count(record) < number <= self.limit:
            return
        self.store(record, number)
        yield b""
        yield self.sign(record, number, guess)


class AnswersFirst(Member):
    """The known bad order: the vote leaves, then the count is written."""

    def vote(self, record: str, number: int, guess: bytes) -> Iterator[bytes]:
        """As Member's, with two lines swapped."""
        if not self.count(record) < number <= self.limit:
            return
        yield self.sign(record, number, guess)
        self.store(record, number)
        yield b""


class CountsItsOwn(Member):
    """Counts the tries that it saw, whatever number they carry."""

    def vote(self, record: str, number: int, guess: bytes) -> Iterator[bytes]:
        """A vote while its own count is below the limit; the number is not looked at."""
        own = self.count(record)
        if own >= self.limit:
            return
        self.store(record, own + 1)
        yield b""
        yield self.sign(record, number, guess)


class WritesWhatItIsTold(Member):
    """A register: it writes a number that is not below its count, and votes, as often as it is asked."""

    def vote(self, record: str, number: int, guess: bytes) -> Iterator[bytes]:
        """A vote for any number up to the limit."""
        if number > self.limit:
            return
        self.store(record, max(number, self.count(record)))
        yield b""
        yield self.sign(record, number, guess)


@dataclass
class Session:
    """What the cluster keeps of one try: its secret b and what it told the client."""

    verifier: int
    secret: int
    public: int
    wrapped: bytes


class Cluster:
    """Members that share the key of the records; `votes` of them must agree before a guess is answered."""

    def __init__(self, kind: type[Member], members: int, votes: int, limit: int, seed: int = 0):
        self.random = random.Random(seed)
        self.key = self.random.randbytes(32)
        self.members = [kind(self.random.randbytes(32), limit) for _ in range(members)]
        self.votes = votes

    def opened(self, record: bytes) -> tuple[Session, bytes]:
        """Unwrap a record and start SRP: the session, and the salt for the client."""
        fields = json.loads(unwrap(self.key, record))
        secret = self.random.getrandbits(256)
        verifier = fields["verifier"]
        session = Session(verifier, secret, GROUP.server_public(verifier, secret), bytes.fromhex(fields["wrapped"]))
        return session, bytes.fromhex(fields["salt"])

    def answer(self, name: str, number: int, session: Session, client: int, proof: bytes, votes: Sequence[bytes]):
        """The wrapped key if the proof is right, None if it is wrong. Raises Refused without votes enough."""
        valid = {i for i, one in enumerate(self.members) if one.sign(name, number, proof) in votes}
        if len(valid) < self.votes:
            raise Refused(f"{len(valid)} votes of {self.votes}")
        shared = GROUP.server_secret(session.verifier, session.secret, client)
        right = hmac.compare_digest(proof, GROUP.proof(shared, client, session.public))
        return session.wrapped if right else None


def tried(
    cluster: Cluster, name: str, record: bytes, code: str, number: int, voters: Sequence[int], cut: bool = False
) -> bytes | None:
    """One guess, heard by `voters`: the secret, or None if the code is wrong. Raises Refused if nothing was answered.

    With `cut` the power of each voter fails as soon as its vote has left.
    """
    session, salt = cluster.opened(record)
    x, inner = stretched(code, salt)
    secret = cluster.random.getrandbits(256)
    public = GROUP.public(secret)
    proof = GROUP.proof(GROUP.client_secret(x, secret, session.public), public, session.public)
    votes = []
    for i in voters:
        for said in cluster.members[i].vote(name, number, proof):
            votes += [said] * bool(said)
            if said and cut:
                break
    wrapped = cluster.answer(name, number, session, public, proof, votes)
    return None if wrapped is None else unwrap(inner, wrapped)
