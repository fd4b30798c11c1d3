"""The recipe for a memory of plain files, run by real shells: recorded in shell.json.

A loop of `sh` is an agent. It reads, sleeps for a model call, and saves with one of the lines below; `probe` would run
the same lines, but starts a process a note.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from labs.record import files_hash

FILE = Path(__file__).with_name("shell.json")
AGENTS, NOTES, ROUNDS, THINK = 16, 5, 10, 0.01  # shells, notes a shell, runs a cell, seconds of a call
OWN = """printf '%s\\n' "$NOTE" >> "memory/$AGENT.md\""""
ADD = """printf '%s\\n' "$NOTE" >> MEMORY.md"""
WHOLE = """printf '%s\\n%s\\n' "$PAGE" "$NOTE" > MEMORY.md"""
READ = "cat MEMORY.md memory/*.md"
CELLS = {  # name: how the agents save, the last of them by itself
    "whole file": (WHOLE, WHOLE), "a line": (ADD, ADD), "a file an agent": (OWN, OWN),
    "a line, beside a whole file": (ADD, WHOLE), "a file an agent, beside a whole file": (OWN, WHOLE),
}  # fmt: skip


def code() -> str:
    """Digest of the code that was run: a test says so when it has changed since."""
    return files_hash(FILE.parent, [FILE.with_suffix(".py")])


def crowd(most: str, last: str, agents: int = AGENTS, notes: int = NOTES) -> dict[str, int]:
    """Shells that start together and save their notes: how many notes were told "saved", and how many are gone.

    Of those gone, `others` are notes of agents other than the last.
    """
    loop = f'for n in $(seq {notes}); do NOTE="<$AGENT.$n>"; PAGE=$(cat MEMORY.md); sleep {THINK}; %s; done'
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "memory").mkdir()
        (here / "memory" / "0.md").touch()
        (here / "MEMORY.md").touch()
        ways = [most] * (agents - 1) + [last]
        shells = [
            subprocess.Popen(["sh", "-ec", loop % way], cwd=here, env={"AGENT": str(agent), "PATH": "/usr/bin:/bin"})
            for agent, way in enumerate(ways)
        ]
        saved = [one.wait() == 0 for one in shells]
        page = subprocess.run(["sh", "-c", READ], cwd=here, capture_output=True, text=True, check=True).stdout
    told = [(agent, f"<{agent}.{n + 1}>") for agent, ok in enumerate(saved) if ok for n in range(notes)]
    gone = [agent for agent, note in told if note not in page]
    return {"saved": len(told), "lost": len(gone), "others": sum(agent < agents - 1 for agent in gone)}


def write() -> None:
    """Run everything, about a minute, and keep it."""
    cells = {name: [crowd(*ways) for _ in range(ROUNDS)] for name, ways in CELLS.items()}
    found = {"date": datetime.date.today().isoformat(), "code": code(), "cells": cells}
    FILE.write_text(json.dumps(found, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def recorded() -> dict[str, Any]:
    """What was run last."""
    return json.loads(FILE.read_text(encoding="utf-8"))
