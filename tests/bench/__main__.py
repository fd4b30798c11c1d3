"""`make bench`: builds stock Material beside this repository on the same posts and prints one table.

Ratios inside one run mean something; absolute times belong to the machine. Processor seconds are user and
system time of the whole build; a save is timed from the write to the first answer that holds it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from support import ENVIRONMENT

from bench import sites

ENV = {**ENVIRONMENT, "SITE_URL": "https://example.org/", "PYTHONDONTWRITEBYTECODE": ""}  # as authors have it


def built(site: sites.Site) -> tuple[float, float]:
    """Processor seconds and peak memory in MB of one build."""
    process = subprocess.Popen(
        site.build, cwd=site.folder, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{site.name}: {' '.join(site.build)} failed in {site.folder}")
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6


def cold(site: sites.Site) -> tuple[float, float]:
    """A build with nothing remembered."""
    for folder in filter(None, (site.cache, "site")):
        shutil.rmtree(site.folder / folder, ignore_errors=True)
    return built(site)


def edited(site: sites.Site, mark: str) -> None:
    """Write a new word into the text of one post."""
    path = sorted((site.folder / site.posts).glob("*.md"))[3]
    path.write_text(path.read_text(encoding="utf-8") + f"\n{mark}\n", encoding="utf-8")


@contextmanager
def serving(site: sites.Site) -> Iterator[str]:
    """The address of the site's own development server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [*site.serve, address], cwd=site.folder, env={**ENV, "SITE_URL": f"http://{address}/"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://{address}/"
    finally:
        process.terminate()
        process.wait()


def holds(url: str, mark: str) -> bool:
    """Whether a page answers with a text in it."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return mark in answer.read().decode()
    except OSError:
        return False


def until(url: str, mark: str, limit: float = 300) -> float:
    """Seconds until a page holds a text."""
    start = time.perf_counter()
    while not holds(url, mark):
        if time.perf_counter() - start > limit:
            raise RuntimeError(f"{url} does not show {mark!r} after {limit} s")
        time.sleep(0.005)
    return time.perf_counter() - start


def saves(site: sites.Site, times: int) -> float | None:
    """Median seconds from a save to the page served, at moments that no polling can lock on to."""
    if not site.serve:
        return None
    path = "posts/post-00003/"
    taken = []
    with serving(site) as address:
        until(f"{address}{path}", "Section")
        for number in range(times):
            time.sleep(1.5 + random.random())
            mark = f"saved{number}x{random.randrange(10**6)}"
            edited(site, mark)
            taken.append(until(f"{address}{path}", mark))
    return statistics.median(taken)


def measured(site: sites.Site, count: int, quick: bool) -> dict[str, float | None]:
    """All numbers of one site with so many posts."""
    runs = 1 if quick or count >= 1000 else 3
    first = [cold(site) for _ in range(runs)]
    row: dict[str, float | None] = {"cold": statistics.median(cpu for cpu, _ in first)}
    row["warm"] = statistics.median(built(site)[0] for _ in range(runs))
    changed = []
    for number in range(runs):
        edited(site, f"changed{number}")
        changed.append(built(site)[0])
    row["one changed"] = statistics.median(changed)
    row["MB"] = max(peak for _, peak in first)
    row["save"] = saves(site, 2 if site.name == "stock Material" and count >= 200 else 5)
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, nargs="+", default=[20, 200, 1000])
    parser.add_argument("--quick", action="store_true", help="one run of each, stock and ours only")
    arguments = parser.parse_args()
    makers = [sites.stock, sites.ours] if arguments.quick else [sites.stock, sites.ours, sites.zensical, sites.hugo]
    head = ("posts", "site", "cold s", "nothing changed s", "one changed s", "save to served s", "peak MB")
    table = Table(*head, title="processor seconds a build; in brackets, the ratio to stock Material")
    for count in arguments.posts:
        base: dict[str, float | None] = {}
        for make in makers:
            with tempfile.TemporaryDirectory() as folder:
                site = make(Path(folder), count)
                if site is None:
                    continue
                row = measured(site, count, arguments.quick)
            base = base or row
            cells = [
                f"{row[key]:.2f} ({row[key] / base['cold' if key in ('warm', 'one changed') else key]:.2f})"
                if row[key]
                else "–"
                for key in ("cold", "warm", "one changed", "save", "MB")
            ]
            table.add_row(str(count), site.name, *cells)
            print(count, site.name, *cells, sep="  ", file=sys.stderr)
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
