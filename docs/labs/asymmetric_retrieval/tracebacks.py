"""Real tracebacks, recorded once: small programs that fail deep in the standard library of Python.

`lab asymmetric-retrieval record PYTHON` runs them with the interpreter PYTHON, once as Python prints tracebacks by
itself and once with PYTHONNODEBUGRANGES=1 (no lines of ^^^^ under the source), and rewrites data/tracebacks.csv.
"""

from __future__ import annotations

import csv
import datetime
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labs.asymmetric_retrieval.message import FRAME

FILE = Path(__file__).parent / "data" / "tracebacks.csv"
COLUMNS = ("program", "python", "carets", "date", "text")
CARETS = re.compile(r"[\s~^]*[~^][\s~^]*")  # a line that marks a place in the line above
PROGRAMS = {
    "read a broken JSON file": "import json\n\ndef load(text):\n    return json.loads(text)\n\nload('{\"a\": }')",
    "fetch a page, port closed": (
        "from urllib.request import urlopen\n\ndef fetch(url):\n    with urlopen(url, timeout=2) as page:\n"
        "        return page.read()\n\nfetch('http://127.0.0.1:9/rates')"
    ),
    "open a socket in asyncio, port closed": (
        "import asyncio\n\nasync def probe(host, port):\n"
        "    reader, writer = await asyncio.open_connection(host, port)\n"
        "    return await reader.read()\n\nasyncio.run(probe('127.0.0.1', 9))"
    ),
    "call over XML-RPC, port closed": (
        "import xmlrpc.client\n\ndef stock(item):\n    with xmlrpc.client.ServerProxy('http://127.0.0.1:9') as shop:\n"
        "        return shop.stock(item)\n\nstock('A-17')"
    ),
    "send mail, port closed": (
        "import smtplib\n\ndef send(text):\n    with smtplib.SMTP('127.0.0.1', 9, timeout=2) as server:\n"
        "        server.sendmail('a@example.org', 'b@example.org', text)\n\nsend('hello')"
    ),
    "start a program that is missing": (
        "import subprocess\n\ndef build():\n    return subprocess.run(['no-such-tool', '--all'], check=True)\n\nbuild()"
    ),
    "open a zip that is none": (
        "import io, zipfile\n\ndef unpack(data):\n    with zipfile.ZipFile(io.BytesIO(data)) as archive:\n"
        "        archive.extractall()\n\nunpack(b'plain text')"
    ),
    "open a tar that is none": (
        "import io, tarfile\n\ndef unpack(data):\n    with tarfile.open(fileobj=io.BytesIO(data)) as archive:\n"
        "        archive.extractall()\n\nunpack(b'plain text')"
    ),
    "parse numbers in a thread pool": (
        "from concurrent.futures import ThreadPoolExecutor\n\ndef total(rows):\n"
        "    with ThreadPoolExecutor(2) as pool:\n"
        "        return sum(pool.map(int, rows))\n\ntotal(['1', '2', 'x'])"
    ),
    "write a nested object as JSON": (
        "import json\n\ndef save(order):\n    return json.dumps({'orders': [{'lines': [order]}]}, indent=1)\n\n"
        "save(object())"
    ),
    "copy an object that holds a lock": (
        "import copy, threading\n\nclass Job:\n    def __init__(self):\n"
        "        self.state = {'lock': threading.Lock()}\n\n"
        "copy.deepcopy([Job()])"
    ),
    "read XML with a missing end tag": (
        "import xml.etree.ElementTree as tree\n\ndef read(text):\n    return tree.fromstring(text).find('total')\n\n"
        "read('<bill><total>1</bill>')"
    ),
}


@dataclass(frozen=True)
class Traceback:
    """One recorded traceback: what failed, the Python release, whether caret lines are shown, and the text."""

    program: str
    python: str
    carets: bool
    text: str


def read() -> list[Traceback]:
    """The recorded tracebacks of data/tracebacks.csv."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [Traceback(r["program"], r["python"], r["carets"] == "yes", r["text"]) for r in csv.DictReader(file)]


def frames(text: str) -> list[str]:
    """The frames of a traceback, each with its source line and, where there is one, its caret line."""
    return FRAME.findall(text)


def caret_lines(text: str) -> list[str]:
    """The lines of a traceback that mark a place in the line above and hold nothing but carets and tildes."""
    return [line for line in text.splitlines(keepends=True) if CARETS.fullmatch(line)]


def without_carets(text: str) -> str:
    """The text less its caret lines; all other lines stay, which PYTHONNODEBUGRANGES=1 does not leave."""
    return "".join(line for line in text.splitlines(keepends=True) if not CARETS.fullmatch(line))


def record(python: str) -> list[Traceback]:
    """Run every program with and without caret lines; paths are made those of an ordinary installation."""
    return [one for carets in (True, False) for one in _run_all(python, carets)]


def _run_all(python: str, carets: bool) -> Iterator[Traceback]:
    ask = "import sys, json; print(sys.version.split()[0], json.__file__.removesuffix('/json/__init__.py'))"
    release, library = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    ordinary = f"/usr/lib/python{'.'.join(release.split('.')[:2])}"
    environment = {**os.environ, "PYTHONNODEBUGRANGES": "" if carets else "1", "PYTHON_COLORS": "0"}
    with tempfile.TemporaryDirectory() as folder:
        for name, source in PROGRAMS.items():
            Path(folder, "app.py").write_text(source + "\n")
            command = [python, f"{folder}/app.py"]
            text = subprocess.run(command, capture_output=True, text=True, env=environment).stderr
            yield Traceback(name, release, carets, text.replace(folder, "/srv/app").replace(library, ordinary))


def write(rows: list[Traceback]) -> None:
    """Write data/tracebacks.csv."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for r in rows:
            writer.writerow(
                [r.program, r.python, "yes" if r.carets else "no", datetime.date.today().isoformat(), r.text]
            )
