"""What happens to a memory after it was right: a customer is forgotten, a backup is put back, a message comes again.

Nothing here is drawn at random: every turn after which one may forget, every commit after which one may take a
backup, and every message that asked for money, in the one script of `cases`.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.cases import DAY, NOW, PAID, REFUNDS, TURNS, Case, Message
from labs.customer_support_agent.crash import ENDS, ROOM, killed
from labs.customer_support_agent.kept import OutsideNumbers
from labs.customer_support_agent.model import ORDERS, rule_model
from labs.customer_support_agent.provider import Provider

MUGS = [(number, "ann", "Please refund order 17, another mug is broken.") for number in ("m10", "m11")]
LAMP, MUG = ("m12", "ann", TURNS[8][2]), ("m13", "ann", TURNS[7][2])
OUTSIDE = OutsideNumbers.FILE


class InMemory:
    """A folder whose every file is an SQLite database in memory: a case is a copy of what went before it."""

    def __truediv__(self, name: str) -> str:
        """What SQLite calls a database in memory."""
        return ":memory:"


def opened(make: type[Agent], folder: Path, point: object = lambda label: None, days: int = 0) -> Agent:
    """The agent with its memory and its provider in `folder`, so many days on; after a day the keys are gone."""
    provider = Provider(folder / "provider.db", sync="off")
    if days:
        provider.forget_keys()
    return make(folder, provider, rule_model, point, clock=lambda: NOW + days * DAY, sync="off")


def send(agent: Agent, message: Message) -> bool:
    """Let the agent answer; False if it cannot, because a number or key that it draws is taken."""
    try:
        agent.turn(*message)
    except sqlite3.IntegrityError:
        return False
    return True


def copied(make: type[Agent], memory: sqlite3.Connection, provider: sqlite3.Connection, days: int) -> Agent:
    """The agent on copies, in memory, of a memory and a provider, so many days on."""
    agent = opened(bare(make), InMemory())
    memory.backup(agent.db)
    make.migrate(agent)  # what the design adds to a backup of the bare schema, as when a file is opened
    provider.backup(agent.provider.db)
    agent.clock = lambda: NOW + days * DAY
    if days:
        agent.provider.forget_keys()
    return agent


@lru_cache
def bare(make: type[Agent]) -> type[Agent]:
    """The design without its schema, for a database that is about to be overwritten by one that has it."""
    return type(make.__name__, (make,), {"migrate": lambda self: None})


def loaded(path: Path) -> sqlite3.Connection:
    """A database file, read into memory."""
    kept = sqlite3.connect(":memory:", isolation_level=None)
    with closing(sqlite3.connect(path)) as file:
        file.backup(kept)
    return kept


# Forgotten


def forgotten(make: type[Agent], compare: bool = False, days: int = 0) -> dict[str, Counter]:
    """Forget Ann after each turn; then one of her earlier messages comes again, or she asks for two more mugs.

    compare, days  as in `restored`
    Returns, for "a message comes again" and "new requests", how many were tried, paid twice, not paid, could not
    be answered, or brought words of Ann's back into memory.
    """
    found = {"a message comes again": Counter(), "new requests": Counter()}
    for k in range(1, len(TURNS) + 1):
        with tempfile.TemporaryDirectory(dir=ROOM) as folder:
            agent = opened(make, Path(folder))
            for message in TURNS[:k]:
                agent.turn(*message)
            agent.forget("ann")
            close(agent)
            left = Left(Path(folder))
            for message in [m for m in TURNS[:k] if m[1] == "ann"]:
                with left.agent(make, days) as agent:
                    found["a message comes again"].update(after(agent, [message], 0, compare))
            with left.agent(make, days) as agent:
                found["new requests"].update(after(agent, MUGS, 2, compare))
    return found


def evening(make: type[Agent]) -> dict[str, int]:
    """The post's evening: Ann's second mug is paid, she is forgotten, and the same message comes again.

    Returns the euros paid at `first` and `again`, whether the number was `known` in between (0 or 1), how many turns
    and facts of Ann's are remembered at the end (`words`), and `room`: whether all that was paid is `within_charge`.
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        agent = opened(make, Path(folder))
        for message in TURNS[:7]:
            agent.turn(*message)
        number, customer, _ = TURNS[7]
        paid = [sum(euros for _, euros in agent.provider.ledger())]
        send(agent, TURNS[7])
        paid.append(sum(euros for _, euros in agent.provider.ledger()))
        agent.forget(customer)
        known = agent.heard(number, customer)
        send(agent, TURNS[7])
        paid.append(sum(euros for _, euros in agent.provider.ledger()))
        memory, room = agent.memory(customer), within_charge(Counter(agent.provider.ledger()))
        close(agent)
    words = len(memory.turns) + len(memory.facts)
    return {"first": paid[1] - paid[0], "known": int(known), "again": paid[2] - paid[1], "words": words, "room": room}


def within_charge(paid: Counter) -> int:
    """1 if no order was refunded more than was charged for it, so that a provider that caps refunds pays it all."""
    back = Counter()
    for (order, euros), times in paid.items():
        back[order] += euros * times
    return int(all(back[order] <= price * count for order, (_, _, price, count) in ORDERS.items()))


class Left:
    """What lies in a folder, read once and handed out in copies.

    backup  a memory that is put in the place of the folder's
    """

    def __init__(self, folder: Path, backup: Path | None = None) -> None:
        self.folder, self.backup = folder, backup or folder / "memory.db"
        self.memory, self.provider = loaded(self.backup), loaded(folder / "provider.db")
        self.outside = folder / OUTSIDE  # a second file of the agent's, which no backup touches

    @contextmanager
    def agent(self, make: type[Agent], days: int) -> Iterator[Agent]:
        """The agent on a copy, so many days on: in memory, or in files if it has a second one."""
        if not (self.folder / OutsideNumbers.FILE).exists():
            agent = copied(make, self.memory, self.provider, days)
            yield agent
            close(agent)
            return
        with tempfile.TemporaryDirectory(dir=ROOM) as name:
            folder = Path(name)
            shutil.copy(self.backup, folder / "memory.db")
            shutil.copy(self.folder / "provider.db", folder)
            if self.outside.exists():
                shutil.copy(self.outside, folder)
            agent = opened(make, folder, days=days)
            yield agent
            close(agent)


def after(agent: Agent, messages: list[Message], owed: int, compare: bool) -> dict[str, int]:
    """What messages do to an agent. `owed` refunds are right."""
    if compare:
        agent.restored()
    before = len(agent.provider.ledger())
    answers = [send(agent, message) for message in messages]
    paid = len(agent.provider.ledger()) - before
    memory = agent.memory("ann")
    back = owed == 0 and bool(memory.turns or memory.facts)
    return {
        "tried": 1,
        "paid twice": paid > owed,
        "not paid": paid < owed,
        "no answer": not all(answers),
        "back": back,
    }


def close(agent: Agent) -> None:
    """Close both files, so that they can be copied whole."""
    agent.db.close()
    agent.provider.db.close()


# Restored


def backups(make: type[Agent], room: Path) -> tuple[list[Path], Path]:
    """A backup of the memory after every commit of the conversation, and the folder as it is at its end."""
    taken: list[Path] = []

    def point(label: str) -> None:
        if label in ("committed", "marked sent"):
            taken.append(room / f"{len(taken)}.db")
            with sqlite3.connect(folder / "memory.db") as db:
                db.execute("vacuum into ?", (str(taken[-1]),))
            db.close()

    folder = room / "end"
    folder.mkdir()
    agent = opened(make, folder, point)
    for message in TURNS:
        agent.turn(*message)
    close(agent)
    return taken, folder


def restored(make: type[Agent], compare: bool = False, days: int = 0) -> dict[str, Counter]:
    """Put each backup back after the conversation; the provider's ledger goes on. Then one of `events` happens.

    compare  whether the provider's ledger is read into the memory before anything is answered
    days     how long after the conversation; after a day the provider has dropped its keys
    Returns, for each of them, how many were tried, and after how many more or less is paid than is owed; `within`,
    after how many more is paid than is owed, but not more than was charged.
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as name:
        taken, end = backups(make, Path(name))
        found: dict[str, Counter] = {}
        for backup in taken:
            left = Left(end, backup)
            for event, messages, owed in events(new_number=not days):
                with left.agent(make, days) as agent:
                    if compare:
                        agent.restored()
                    agent.drain()
                    answers = [send(agent, message) for message in messages]
                    paid = Counter(agent.provider.ledger())
                more, less = bool(paid - Counter(owed)), bool(Counter(owed) - paid)
                counts = {"tried": 1, "paid twice": more, "not paid": less, "no answer": not all(answers)}
                counts["within"] = more and within_charge(paid)
                found.setdefault(event, Counter()).update(counts)
        return found


def events(new_number: bool) -> Iterator[tuple[str, list[Message], list[tuple[str, int]]]]:
    """What comes after a restored backup: (its name, the messages that arrive, what must have been paid in the end).

    new_number  also an old wish in a new message, which no key can recognise, known or gone
    """
    yield "all messages come again", TURNS, PAID
    for turn in REFUNDS:
        yield "a message comes again", [TURNS[int(turn) - 1]], PAID
    yield "new requests", MUGS, [*PAID, ("17", 20), ("17", 20)]
    if new_number:
        yield "the lamp in a new message", [LAMP], PAID
        yield "a mug in a new message", [MUG], PAID


def unpaid(make: type[Agent], compare: bool = False) -> int:
    """The disk fails between a promise and its payment, the backup before it is put back, and the message comes again.

    compare  as in `restored`
    Returns how many of the one refund owed were paid.
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as name:
        folder = Path(name)
        agent = opened(make, folder)
        for message in TURNS[:7]:
            agent.turn(*message)
        before = len(agent.provider.ledger())
        close(agent)
        backup = shutil.copy(folder / "memory.db", folder / "backup.db")
        agent = opened(make, folder)
        agent.provider.refund = unreachable
        agent.turn(*TURNS[7])
        close(agent)
        shutil.copy(backup, folder / "memory.db")
        agent = opened(make, folder)
        if compare:
            agent.restored()
        agent.drain()
        agent.turn(*TURNS[7])
        paid = len(agent.provider.ledger()) - before
        close(agent)
    return paid


def unreachable(*payment: object, **note: object) -> None:
    """A provider that nobody reaches. Raises ConnectionError."""
    raise ConnectionError


# A reader's own agent


def lasting(case: Case) -> list[tuple[str, list[str]]]:
    """For a reader's agent: each backup, and each deletion if it can forget, its name and what is wrong after it.

    A backup is the agent's files after a turn. After either, every message that was sent before comes again: once
    while the provider knows its keys, and once three days later, when they are gone.
    """
    found, last = [], len(TURNS)
    with tempfile.TemporaryDirectory(dir=ROOM) as name:
        room = Path(name)
        killed(lambda point: talked(case, room))
        for days, known in ((0, ""), (3, ", keys gone")):
            for k in range(last):
                shutil.copytree(room / str(k), folder := room / f"backup {k}, {days}")
                shutil.copy(room / str(last) / "provider.db", folder)
                found.append((f"backup of turn {k} put back{known}", again(case, folder, TURNS, days)))
            for k in range(1, last + 1) if case.make.forgets else ():
                shutil.copytree(room / str(k), folder := room / f"forgotten {k}, {days}")
                found.append((f"forgotten after turn {k}{known}", again(case, folder, TURNS[:k], days, "ann")))
    return found


def talked(case: Case, room: Path) -> None:
    """Hold the conversation, copying all files before it and after each turn."""
    folder = room / "now"
    folder.mkdir()
    agent = opened(case.make, folder)
    for k in range(len(TURNS) + 1):
        if k:
            agent.turn(*TURNS[k - 1])
        shutil.copytree(folder, room / str(k), ignore=shutil.ignore_patterns("*-shm"))


def again(case: Case, folder: Path, messages: list[Message], days: int, forgotten: str = "") -> list[str]:
    """What is wrong after the agent in `folder` was put back, or has forgotten somebody, and gets `messages` again."""
    before = Counter(Provider(folder / "provider.db", sync="off").ledger())
    back = folder / "words came back"

    def life(point: object) -> None:
        agent = opened(case.make, folder, days=days)
        if not forgotten:
            agent.restored()
        agent.drain()
        if forgotten:
            agent.forget(forgotten)
        for message in messages:
            agent.turn(*message)
        if forgotten and remembered(agent.contents(), forgotten):
            back.touch()

    _, status, why = killed(life)
    paid = Counter(Provider(folder / "provider.db", sync="off").ledger())
    ended = [f"{ENDS.get(status, 'cannot restart')}: {why}"] if status else []
    return ended + ["double refund"] * bool(paid - before) + ["words came back"] * back.exists()


def remembered(contents: dict[str, list], customer: str) -> bool:
    """Whether turns or facts of a customer are among what an agent says that it keeps."""
    turns = any(row[1] == customer for row in contents.get("turns", ()))
    return turns or any(row[0] == customer for row in contents.get("facts", ()))
