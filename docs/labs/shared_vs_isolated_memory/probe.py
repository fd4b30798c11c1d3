"""The tool: a reader's own memory under the test of the post. Several processes save a note each; which are there?

    lab shared-vs-isolated-memory probe "python3 add.py {note}" "cat MEMORY.md"
    lab shared-vs-isolated-memory example > add.py      a memory that loses notes, to see the tool say so; example good
                                                        prints one to start from
    lab shared-vs-isolated-memory measure               records again what needs PostgreSQL, Git and a clock

The first command saves one note and exits with 0 if it is saved; the second prints the whole memory. {note} is
replaced; without it the note is the last argument. No shell is used: for a pipe write sh -c '...'. First some notes are
saved one after another: a loss says something of overlap only if the dump prints all of those, word for word.
"""

from __future__ import annotations

import argparse
import re
import secrets
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from threading import Barrier
from typing import NamedTuple

GOOD = Path(__file__).with_name("example.py")
ENOUGH = 20  # pairs of processes that overlap; with fewer there is no verdict

LOSES = "This memory loses acknowledged notes, or its dump leaves some out when there are many."
EXAMPLE = '''"""Saves a note by rewriting the page, as many agents do: add.py NOTE."""
import pathlib
import sys
import time

page = pathlib.Path("MEMORY.md")
text = page.read_text() if page.exists() else ""
time.sleep(0.5)  # the model call
page.write_text(text + sys.argv[1] + "\\n")
'''


class Unusable(ValueError):
    """A command that cannot be tested, and why, in one line."""


class Told(NamedTuple):
    """One process: its note, whether it said that it is saved, when it ran, what it said last."""

    note: str
    saved: bool
    began: float
    ended: float
    said: str


def command(text: str, what: str) -> list[str]:
    """The words of a command line. Raises Unusable."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise Unusable(f"{what}: {text!r} has an open quote or a lone backslash ({error})") from None
    if not words:
        raise Unusable(f"{what}: the command is empty")
    return words


def call(words: list[str], what: str, limit: float) -> tuple[int, str, str]:
    """Run a command: exit status, what it printed, its last complaint. Raises Unusable if there is no such command."""
    try:
        done = subprocess.run(words, capture_output=True, timeout=limit, stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError:
        raise Unusable(
            f"{what}: there is no command {words[0]!r}; give a path, or sh -c '...' for shell syntax"
        ) from None
    except (PermissionError, OSError) as error:
        raise Unusable(f"{what}: {words[0]!r} cannot be run ({error.strerror})") from None
    except subprocess.TimeoutExpired:
        return 124, "", f"still running after {limit:g} s, ended"
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return done.returncode, done.stdout.decode("utf-8", "replace"), lines[-1] if lines else ""


def crowd(words: list[str], agents: int, rounds: int, limit: float) -> list[Told]:
    """Start `agents` processes together, `rounds` times; each with its note. After Ctrl-C: whole rounds."""
    run = secrets.token_hex(3)

    def one(number: int, start: Barrier) -> Told:
        note = f"note-{run}-{number:04d}"
        with_note = [word.replace("{note}", note) for word in words]
        start.wait()
        began = time.monotonic()
        status, _, said = call(with_note if with_note != words else [*words, note], "save", limit)
        return Told(note, status == 0, began, time.monotonic(), said or f"exit status {status}")

    told: list[Told] = []
    with ThreadPoolExecutor(agents) as pool:
        for first in range(0, agents * rounds, agents):
            try:
                start = Barrier(agents)
                told += list(pool.map(lambda n, start=start: one(n, start), range(first, first + agents)))
            except KeyboardInterrupt:
                if not told:
                    raise
                break
    return told


def alone(save: list[str], dump: list[str], agents: int, limit: float) -> None:
    """Save as many notes one after another and look for them. Raises Unusable if one is not there."""
    told = crowd(save, 1, agents, limit)
    if len(told) < agents:
        raise KeyboardInterrupt
    kept = [one.note for one in told if one.saved]
    if not kept:
        failed = f"all {agents} failed, the first with: {told[0].said}{unshelled(save)}"
        raise Unusable(f"save: nothing acknowledged, nothing tested; {failed}")
    status, memory, said = call(dump, "dump", limit)
    refuse_failed(dump, status, said)
    if missing := [note for note in kept if note not in memory]:
        raise Unusable(
            f"dump: of {len(kept)} notes saved one after another it does not print {len(missing)}: another place, not "
            "every note word for word, or a memory that loses notes even without overlap"
            + (unshelled(save) or unshelled(dump))
        )


def unshelled(words: list[str]) -> str:
    """The remedy where a command holds a sign that only a shell reads, and starts none."""
    found = None if "-c" in words else re.search(r"[*?|<>;&$`]", " ".join(words))
    return f"; no shell reads the {found[0]}: write sh -c '...' for that" if found else ""


def refuse_failed(dump: list[str], status: int, said: str) -> None:
    """Raises Unusable if the dump ended with another status than 0."""
    if status:
        raise Unusable(f"dump: exit status {status}" + (f": {said}" if said else "") + unshelled(dump))


def overlaps(told: list[Told]) -> int:
    """Pairs of processes that ran at the same time and both said that their note is saved."""
    return sum(a.began < b.ended and b.began < a.ended for a, b in combinations([t for t in told if t.saved], 2))


def report(told: list[Told], memory: str) -> tuple[list[str], int]:
    """What the notes say, and the exit status: 0 nothing lost, 1 something lost or twice, 3 too little overlap.

    Raises Unusable where nothing was acknowledged. Call it after `alone`: then what is missing is lost.
    """
    saved = [t.note for t in told if t.saved]
    refused = [t for t in told if not t.saved]
    if not saved:
        raise Unusable(f"save: alone it works, together nothing is acknowledged; the first with: {told[0].said}")
    found = {note: memory.count(note) for note in saved}
    lost = [note for note, times in found.items() if not times]
    twice = [note for note, times in found.items() if times > 1]
    ghosts = [t.note for t in refused if t.note in memory]
    both = overlaps(told)
    lines = [
        f"acknowledged {len(saved)} of {len(told)}; overlapping pairs {both}",
        f"lost         {len(lost)}" + (f", the first is {lost[0]}" if lost else ""),
        f"twice        {len(twice)}" + (f", the first is {twice[0]}" if twice else ""),
        f"refused      {len(refused)}" + (f", the first with: {refused[0].said}" if refused else ""),
    ]
    if ghosts:
        lines.append(f"refused, and there all the same: {len(ghosts)}, the first is {ghosts[0]}")
    if lost or twice:
        return [*lines, LOSES if lost else "This memory keeps notes twice."], 1
    if both < ENOUGH:
        return [*lines, f"No verdict: under {ENOUGH} overlapping pairs; more --agents, or a longer save."], 3
    return [*lines, "No acknowledged note was lost in this run, which is no proof: processes overlapped, not"
            " necessarily read and write."], 0  # fmt: skip


def main(argv: list[str]) -> int:
    """`probe SAVE DUMP`, `example` or `measure`; returns the exit status."""
    parser = argparse.ArgumentParser("lab shared-vs-isolated-memory", description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    probe = kinds.add_parser("probe", help="test a memory of your own")
    probe.add_argument("save", help="the command that saves {note}")
    probe.add_argument("dump", help="the command that prints the memory")
    probe.add_argument("--agents", type=int, default=8, help="processes that start together (8)")
    probe.add_argument("--rounds", type=int, default=3, help="how often (3)")
    probe.add_argument("--limit", type=float, default=60.0, help="seconds until a process is ended (60)")
    example = kinds.add_parser("example", help="print a memory that loses notes, or a good one")
    example.add_argument("which", nargs="?", choices=("bad", "good"), default="bad")
    kinds.add_parser("measure", help="record again what needs PostgreSQL, Git and a clock")
    given = parser.parse_args(argv)
    if given.kind == "example":
        print(EXAMPLE if given.which == "bad" else GOOD.read_text(encoding="utf-8"), end="")
        return 0
    if given.kind == "measure":
        from labs.shared_vs_isolated_memory import measure

        return measure.main()
    try:
        if not (2 <= given.agents <= 64 and 1 <= given.rounds <= 100 and given.limit > 0):
            raise Unusable("--agents is 2 to 64, --rounds 1 to 100, --limit more than 0")
        save, dump = command(given.save, "save"), command(given.dump, "dump")
        alone(save, dump, given.agents, given.limit)
        told = crowd(save, given.agents, given.rounds, given.limit)
        if (rounds := len(told) // given.agents) < given.rounds:
            print(f"stopped after {rounds} of {given.rounds} rounds", file=sys.stderr)
        status, memory, said = call(dump, "dump", given.limit)
        refuse_failed(dump, status, said)
        lines, code = report(told, memory)
    except Unusable as error:
        print(f"probe: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("probe: stopped before a round was through, nothing tested", file=sys.stderr)
        return 130
    print("\n".join(lines))
    return code
