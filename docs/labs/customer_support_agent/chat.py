"""`lab customer-support-agent COMMAND`: talk to the agent, look at what it keeps, kill it, delete a customer."""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from labs.customer_support_agent import crash, hazards
from labs.customer_support_agent.agent import Agent, Provider, nothing
from labs.customer_support_agent.model import ORDERS

STEPS = ["decided", "turn written", "fact written", "refund noted", "committed", "provider paid", "marked sent"]


def default_state() -> Path:
    """The folder in which this user's programs keep their state."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "writing-labs" / "customer-support-agent"


def pause_at(step: str | None) -> Callable[[str], None]:
    """A crash point that waits at the step named, so that somebody else can kill the process there."""
    if step is None:
        return nothing

    def point(label: str) -> None:
        if label == step:
            print(f"  [paused after: {label}. In another terminal: kill -9 {os.getpid()}. Enter goes on.]", flush=True)
            sys.stdin.readline()

    return point


def open_agent(state: Path, step: str | None = None) -> Agent:
    """The agent with its memory and its provider in `state`, which is made for this user alone."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    agent = Agent(state, Provider(state / "provider.db"))
    agent.point = pause_at(step)  # from here on: the schema is there
    return agent


def chat(customer: str, state: Path, step: str | None) -> int:
    """Talk in the terminal until an empty line or the end of input."""
    agent = open_agent(state, step)
    print("Support agent. Behind it is a keyword script, not a language model.")
    print(f"Memory: {state / 'memory.db'}")
    mine = [
        f"{o} ({n} x {article}, {euros} euros each)"
        for o, (who, article, euros, n) in ORDERS.items()
        if who == customer
    ]
    print(f"Orders of {customer}: {', '.join(mine) or 'none; ann and bob have some'}. An empty line ends the chat.")
    for key, order, euros in agent.unsent():
        print(f"Promised before the restart and not confirmed: {euros} euros for order {order}. Sending, key {key}.")
    agent.drain()
    for key, order, euros in agent.held():
        print(f"A person must look up key {key} at the provider ({euros} euros, order {order}): it is a day old.")
    for msg, reply in agent.memory(customer).turns[-1:]:
        print(f"Last time: {msg!r}\n       me: {reply}")
    session, i = next_session(agent), 0
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while msg := input(f"{customer}> ").strip().encode(errors="replace").decode():
            try:
                reply = agent.turn(session, i, customer, msg)
            except sqlite3.IntegrityError:  # another chat took this place meanwhile
                session, i = next_session(agent), 0
                reply = agent.turn(session, i, customer, msg)
            print(f"agent> {reply}", flush=True)
            i += 1
    return 0


def next_session(agent: Agent) -> int:
    """A session number nobody has used."""
    return agent.db.execute("select coalesce(max(session), 0) + 1 from turns").fetchone()[0]


def show(state: Path) -> int:
    """Print what the agent remembers and what the provider paid."""
    agent = open_agent(state)
    for session, i, customer, msg, reply in agent.contents()["turns"]:
        print(f"turn {session}:{i}  {customer}: {msg}  ->  {reply}")
    for customer, key, value in agent.contents()["facts"]:
        print(f"fact  {customer}: {key} = {value}")
    for key, order, euros, sent in agent.db.execute("select key, order_id, amount, sent from outbox order by rowid"):
        print(f"outbox  {key}: {euros} euros, order {order}, {'confirmed' if sent else 'not confirmed'}")
    for order, euros in agent.provider.ledger():
        print(f"provider paid  {euros} euros, order {order}")
    return 0


def forget(customer: str, state: Path) -> int:
    """Delete a customer's turns and facts, then search the files' bytes for what was deleted."""
    agent = open_agent(state)
    values = [value for who, _, value in agent.contents()["facts"] if who == customer]
    done = hazards.forget(agent.db, customer)
    left = sum(sum(hazards.hits(state, value)) for value in values if len(value) > 4)
    print(f"Deleted what {customer} said and what was noted of it; refunds stay on record.")
    print(f"Copies of these facts left in the bytes of the files: {left}.")
    if not done:
        print("Another process is reading the memory, so its log could not be emptied. Close it and run this again.")
    return int(not done)


def kill(name: str) -> int:
    """Kill a design at each of its crash points, here and now, and print what became of each."""
    designs = {**crash.CASES, **crash.TWISTS}
    if name not in designs:
        print("Designs: " + "; ".join(designs))
        return 2
    bad = 0
    for label, wrong in crash.outcomes(name)[1:]:
        print(f"{label:28}{', '.join(wrong) or 'ok'}")
        bad += bool(wrong)
    print(f"{len(crash.outcomes(name)) - 1} crash points, {bad} bad. The number before the colon is the turn.")
    return 0


def main(argv: list[str]) -> int:
    """The lab's own commands; returns the exit status."""
    parser = argparse.ArgumentParser("lab customer-support-agent", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, says in [
        ("chat", "talk to the agent"), ("show", "what it remembers, what was paid"), ("forget", "delete a customer"),
    ]:  # fmt: skip
        sub = commands.add_parser(command, help=says)
        sub.add_argument("--state", type=Path, default=default_state(), help="where memory.db and provider.db are kept")
        if command != "show":
            sub.add_argument("--customer", required=True, help="ann, bob, or anybody without orders")
        if command == "chat":
            sub.add_argument("--pause", choices=STEPS, help="wait after this step, to be killed there")
    commands.add_parser("kill", help="kill a design at every step").add_argument("design", nargs="?", default="")
    given = parser.parse_args(argv)
    if given.command == "kill":
        return kill(given.design)
    try:
        if given.command == "show":
            return show(given.state)
        if given.command == "forget":
            return forget(given.customer, given.state)
        return chat(given.customer, given.state, given.pause)
    except (OSError, sqlite3.Error) as error:  # no folder, no database, or another process holds it
        print(f"The state in {given.state} cannot be used: {error}", file=sys.stderr)
        return 1
