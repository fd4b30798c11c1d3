"""Errors of Node.js, recorded once: what an uncaught one prints, and what `error.stack` holds.

`lab asymmetric-retrieval record-node NODE` runs the programs with the interpreter NODE and rewrites data/node.csv.
"""

from __future__ import annotations

import csv
import datetime
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "data" / "node.csv"
COLUMNS = ("program", "node", "date", "message", "printed", "stack")
LINE = ",".join(str(n) for n in range(1000))  # what stands beside the fault in a bundle of one line
PROGRAMS = {
    "read a property of undefined": "function pick(row) {\n  return row.items.length\n}\npick({})",
    "read a broken JSON file": "function load(text) {\n  return JSON.parse(text)\n}\nload('{\"a\": }')",
    "require a package that is missing": "require('no-such-package')",
    "open a file that is missing": "require('fs').readFileSync('/srv/none.csv')",
    "fetch a page, port closed": "fetch('http://127.0.0.1:9/rates').then(r => r.json())",
    "read a property of undefined, in a bundle of one line": (
        f"var pad=[{LINE}];function pick(row){{return row.items.length}}pick({{}});"
    ),
}
CATCH = "process.on('uncaughtException', e => console.log(JSON.stringify([`${e.name}: ${e.message}`, e.stack])))"


@dataclass(frozen=True)
class NodeError:
    """One recorded error: name and message, what Node prints if nobody catches it, and `error.stack`."""

    program: str
    node: str
    message: str
    printed: str
    stack: str

    def before(self, text: str) -> str:
        """What stands before the first line of the message in `printed` or `stack`."""
        return text[: text.index(self.message.splitlines()[0].partition(": ")[2])]


def read() -> list[NodeError]:
    """The recorded errors of data/node.csv."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            NodeError(r["program"], r["node"], r["message"], r["printed"], r["stack"]) for r in csv.DictReader(file)
        ]


def record(node: str) -> None:
    """Run every program twice and write data/node.csv; the folder's name becomes /srv/app."""
    release = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder, FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        Path(folder, "catch.js").write_text(CATCH)
        for name, source in PROGRAMS.items():
            Path(folder, "app.js").write_text(source + "\n")
            printed = subprocess.run([node, f"{folder}/app.js"], capture_output=True, text=True).stderr
            caught = [node, "-r", f"{folder}/catch.js", f"{folder}/app.js"]
            message, stack = json.loads(subprocess.run(caught, capture_output=True, text=True).stdout)
            texts = [text.replace(folder, "/srv/app") for text in (message, printed, stack)]
            writer.writerow([name, release, datetime.date.today().isoformat(), *texts])
