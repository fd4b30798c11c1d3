"""`lab customer-support-agent COMMAND`: talk to the agent, look at what it keeps, delete a customer, kill an agent."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sqlite3
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

from labs.customer_support_agent import example, hazards, own, workers
from labs.customer_support_agent.agent import Agent, nothing
from labs.customer_support_agent.cases import CASES, TWISTS
from labs.customer_support_agent.model import ORDERS, Model, rule_model
from labs.customer_support_agent.provider import Provider

SCRIPTED = "Support agent. Behind it is a keyword script, not a language model."
STEPS = ["decided", "number kept", "turn written", "fact written", "refund noted", "committed"]
STEPS += ["provider paid", "marked sent"]


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


def open_agent(state: Path, step: str | None = None, model: Model = rule_model) -> Agent:
    """The agent with its memory and its provider in `state`, which is made for this user alone."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    agent = Agent(state, Provider(state / "provider.db"), model)
    agent.point = pause_at(step)  # from here on: the schema is there
    return agent


class Client:
    """The customer's side: it numbers a message, keeps it until it is answered, and sends it again under that number.

    In an app this lies on the customer's device; here in a file beside the agent's state.
    """

    def __init__(self, customer: str, state: Path) -> None:
        self.customer, self.file = customer, state / "client" / f"{customer}.json"

    def waiting(self) -> tuple[str, str] | None:
        """(number, message) that got no answer. Raises ValueError for a file that does not hold one."""
        if not self.file.exists():
            return None
        try:
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            return str(kept["number"]), str(kept["msg"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{self.file}: not a message that waits for its answer; delete the file") from None

    def send(self, agent: Agent, msg: str, number: str = "") -> str:
        """Keep the message under its number, send it, and drop it once there is an answer."""
        number = number or uuid.uuid4().hex
        self.file.parent.mkdir(mode=0o700, exist_ok=True)
        beside = self.file.with_suffix(".tmp")
        beside.write_text(json.dumps({"number": number, "msg": msg}), encoding="utf-8")
        beside.replace(self.file)
        reply = agent.turn(number, self.customer, msg)
        self.file.unlink()
        return reply


def chat(customer: str, state: Path, step: str | None, model: Model, restored: bool = False) -> int:
    """Talk in the terminal until an empty line or the end of input.

    restored  whether the state was put back from a backup
    """
    agent, client = open_agent(state, step, model), Client(customer, state)
    print(SCRIPTED if model is rule_model else "Support agent, with the model of your file behind it.")
    print(f"Memory: {state / 'memory.db'}")
    mine = [
        f"{o} ({n} x {article}, {euros} euros each)"
        for o, (who, article, euros, n) in ORDERS.items()
        if who == customer
    ]
    print(f"Orders of {customer}: {', '.join(mine) or 'none; ann and bob have some'}. An empty line ends the chat.")
    if restored:
        agent.restored()
        print("The provider's ledger has been read.")
    for key, order, euros in agent.unsent():
        print(f"Promised before the restart and not confirmed: {euros} euros for order {order}. Sending, key {key}.")
    agent.drain()
    for key, order, euros in agent.held():
        print(f"A person must look up key {key} at the provider ({euros} euros, order {order}): it is a day old.")
    if waiting := client.waiting():
        number, msg = waiting
        print(f"No answer had come to {msg!r}. Sent again under its number, {number[:8]}…")
        print(f"agent> {client.send(agent, msg, number)}", flush=True)
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while msg := input(f"{customer}> ").strip().encode(errors="replace").decode():
            print(f"agent> {client.send(agent, msg)}", flush=True)
    return 0


def show(state: Path) -> int:
    """Print what the agent remembers and what the provider paid."""
    agent = open_agent(state)
    for number, customer, msg, reply in agent.contents()["turns"]:
        print(f"turn {number[:8]}  {customer}: {msg}  ->  {reply}")
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
    deleted = hazards.texts(agent.db, customer)
    done = agent.forget(customer)
    left, searched = hazards.left(state, deleted, hazards.texts(agent.db))
    print(f"Deleted what {customer} said, what was answered and what was noted. Refunds and bare message numbers stay.")
    print(f"Of {searched} pieces of messages, replies and facts, {left} are left in the bytes of database and log.")
    if not done:
        print("Another process is reading the memory, so its log could not be emptied. Close it and run this again.")
    return int(not done or left > 0)


def kill(name: str, turn: str) -> int:
    """Kill a design, or a reader's own agent, at each crash point, here and now; 1 if anything is wrong after one."""
    designs = {**CASES, **TWISTS}
    if not name:
        print("\n".join(designs) + "\nor a Python file with an agent of your own; `example` prints one to start from")
        return 0
    whole, *found = workers.outcomes(name, turn)
    if not found:
        print(f"{name}: no crash point{' in turn ' + turn if turn else ''}; call point('a name') after each step")
        return 2
    if whole[1]:
        print(f"without any crash: {', '.join(whole[1])}. Fix this first: what follows would be wrong anyway.")
    for label, wrong in found:
        print(f"{label:28}{', '.join(wrong) or 'ok'}")
    bad = sum(bool(set(wrong) - {"held for a person"}) for _, wrong in found)
    print(f"{len(found)} crash points, {bad} bad. The number before the colon is the message's place in the script.")
    if whole[1] and name not in designs:
        print("Backups and deletions were not tried, for it is wrong without them.")
    if name in designs or turn or whole[1]:
        return int(bad > 0 or bool(whole[1]))
    lasting = workers.worker("lasting", name)
    for label, wrong in lasting:
        print(f"{label:40}{', '.join(wrong) or 'ok'}")
    lost = sum(bool(wrong) for _, wrong in lasting)
    print(f"{len(lasting)} backups and deletions, all messages sent again, {lost} bad.")
    if not any(label.startswith("forgotten") for label, _ in lasting):
        print("It has no method forget(customer), so nobody was forgotten.")
    return int(bad > 0 or lost > 0)


def name(text: str) -> str:
    """A customer's name, which is a file's name too."""
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no customer: 1 to 40 of a-z, 0-9, _ and -")
    return text


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
            sub.add_argument("--customer", required=True, type=name, help="ann, bob, or anybody without orders")
        if command == "chat":
            sub.add_argument("--pause", choices=STEPS, help="wait after this step, to be killed there")
            sub.add_argument("--restored", action="store_true", help="the state is a backup: read the ledger first")
            sub.add_argument("--model", help="a Python file with `model(msg, memory)`; see adapter.py for two ways")
    sub = commands.add_parser(
        "kill",
        help="kill an agent at every step",
        description=own.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    sub.add_argument("agent", nargs="?", default="", help="a design of the lab, or a Python file with your own")
    sub.add_argument("--turn", default="", help="only the crash points of this turn: 2, 8 and 9 ask for refunds")
    commands.add_parser("example", help="print a small agent to start your own from")
    given = parser.parse_args(argv)
    try:
        if given.command == "example":
            print(Path(example.__file__).read_text(encoding="utf-8"), end="")
            return 0
        if given.command == "kill":
            return kill(given.agent, given.turn)
        if given.command == "show":
            return show(given.state)
        if given.command == "forget":
            return forget(given.customer, given.state)
        model = own.model(given.model) if given.model else rule_model
        return chat(given.customer, given.state, given.pause, model, given.restored)
    except ValueError as error:  # a file of the reader's, or one of the client's
        print(error, file=sys.stderr)
        return 2
    except (OSError, sqlite3.Error) as error:  # no folder, no database, or another process holds it
        print(f"The state in {given.state} cannot be used: {error}", file=sys.stderr)
        return 1
