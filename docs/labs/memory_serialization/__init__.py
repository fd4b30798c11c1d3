"""Six events that end a saved session, eight ways to save it, and which come through all six.

The crash harness is a module of its own, to be used on other code:
`from labs.memory_serialization.harness import check`, or `lab memory-serialization check FILE`.
  harness.py       size limits, kills, two writers; room.py and writers.py are its parts
  session.py       the save, the append, the load and the upgrade that the post prints; pairs.py calls and results
  designs.py       the other ways, good and bad
  smalldisk.py     a small file system that is really full, run once and kept in disk.json
  retries.py       a save that failed, tried again
  values.py        event one, values that will not convert
  tails.py         event four, a torn line and what is appended to it
  turns.py         event five, a turn killed before each of its steps, and its open calls resumed
  resume.py        a call saved before it is made, and settled on load; the notes print it
  schema.py        event six, new code and an old file
  matrix.py        all events and all ways
  formats.py       for the notes: sizes, flipped bits, pickle
  damage.py        what is wrong with a session's file; command.py the command
  found*.py        results and claims; figures.py the figures
"""

from __future__ import annotations

from labs.memory_serialization import (
    conversation,
    figures,
    found,
    found_disks,
    found_formats,
    found_later,
    found_writers,
    matrix,
    smalldisk,
)
from labs.record import Results


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.memory_serialization import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Put eight ways to save through six events; `seed` draws the words, so the lengths, of the messages."""
    r = Results()
    messages = conversation.messages(seed, 200)
    tested = {name: matrix.tested(way, messages, found.MANY) for name, way in matrix.WAYS.items() if name != "SQLite+"}
    tested["SQLite+"] = matrix.tested(matrix.WAYS["SQLite+"], messages, found.MANY, same=tested["SQLite"])
    found.add_values(r, messages)
    found.add_disk(r, messages, tested)
    found_writers.add_writers(r, messages, tested)
    joined = found_later.add_joined(r, messages)
    rows = found_later.add_tails(r, messages)
    found_disks.add_retries(r, messages)
    found_disks.add_recorded(r, smalldisk.recorded())
    left = found_later.add_turns(r)
    found_later.add_versions(r)
    cells = found_later.add_matrix(r, tested)
    found_formats.add_formats(r, messages, seed)
    r.figure("events", lambda: figures.events(cells))
    r.figure("joined", lambda: figures.joined(joined))
    r.figure("tails", lambda: figures.tails(rows))
    r.figure("turn", lambda: figures.turn(left))
    return r
