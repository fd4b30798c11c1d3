"""The lab's own commands: `lab agent-or-assistant leash LOG.csv [--step MINUTES]`, and `... example OUT.csv`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from labs.agent_or_assistant import example, leash


def main(argv: list[str]) -> int:
    """Run the command; 2 and one line for input that makes no sense."""
    parser = argparse.ArgumentParser("lab agent-or-assistant", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("leash", help="what a log of steps and looks says about the interval between looks")
    one.add_argument("log", type=Path, help=f"a CSV with the columns {','.join(leash.COLUMNS)}")
    one.add_argument("--step", type=float, default=1.0, metavar="MINUTES", help="what making a step again costs you")
    made = commands.add_parser("example", help="write such a log, of a simulated agent")
    made.add_argument("out", type=Path, help="the file to write; it must not exist")
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "example":
            return write(arguments.out)
        if not 0 < arguments.step < 1e6:
            raise ValueError(f"leash: --step is {arguments.step:g}; it must be above 0 and below a million minutes")
        for line in list(leash.said(arguments.log, arguments.step)):
            print(line)
    except ValueError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 2
    return 0


def write(out: Path) -> int:
    """Write the example. Raises ValueError if the file exists or cannot be written."""
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(example.log())
    except OSError as error:
        raise ValueError(f"{out}: cannot be written ({error.strerror}); name a new file") from None
    print(f"wrote {out}")
    return 0
