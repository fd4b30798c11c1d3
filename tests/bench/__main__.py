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
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from browser.find import installed
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table
from support import ENVIRONMENT, POSTS

from bench import sites
from bench.reader import cost

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
    site.edited.write_text(site.edited.read_text(encoding="utf-8") + f"\n{mark}\n", encoding="utf-8")


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
    path = f"posts/{site.edited.stem}/"
    taken = []
    with serving(site) as address:
        until(f"{address}{path}", "<article")
        for number in range(times):
            time.sleep(1.5 + random.random())
            mark = f"saved{number}x{random.randrange(10**6)}"
            edited(site, mark)
            taken.append(until(f"{address}{path}", mark))
    return statistics.median(taken)


def crowd(site: sites.Site, readers: int = 50, times: int = 40) -> float:
    """Seconds of the slowest request of `readers`, each asking for a page once a second, while a post is saved `times`.

    The saves are a quarter of a second apart, so builds follow each other; a request that fails ends the measurement.
    """
    taken: list[float] = []
    done = threading.Event()

    def read(address: str, wait: float) -> None:
        while not done.wait(wait):
            start = time.perf_counter()
            with urllib.request.urlopen(address, timeout=60) as answer:
                answer.read()
            taken.append(time.perf_counter() - start)
            wait = 1

    with serving(site) as address:
        page = f"{address}posts/{site.edited.stem}/"
        until(page, "<article")
        with ThreadPoolExecutor(readers) as pool:
            reading = [pool.submit(read, page, number / readers) for number in range(readers)]
            for number in range(times):
                time.sleep(0.25)
                edited(site, f"crowd{number}")
            done.set()
        for reader in reading:
            reader.result()
    return max(taken)


def wire(site: sites.Site, browser: Browser) -> dict[str, float]:
    """Kilobytes over gzip of a cold front page, of a post, and then to search ready, with its milliseconds."""
    built_site, search = site.folder / "site", site.search
    front = cost(browser, built_site, search=False)["cold_bytes"]
    address = f"posts/{site.edited.stem}/"
    posts = [cost(browser, built_site, address, search=search) for _ in range(4)][1:]  # files packed once
    row = {"front": front / 1000, "post": posts[0]["cold_bytes"] / 1000}
    if search:
        row["search"] = (posts[0]["cold_bytes"] + posts[0]["search_bytes"]) / 1000
        row["ready"] = statistics.median(post["search_ready_ms"] for post in posts)
    return row


def builds(made: list[sites.Site], rounds: int) -> dict[str, dict[str, float]]:
    """Processor seconds of each site's builds, and peak memory; in turns, since a machine's speed varies by the minute.

    Where nothing is remembered, a second build and one after a change are measured all the same.
    """
    taken: dict[str, list[dict[str, float]]] = {site.name: [] for site in made}
    for number in range(rounds):
        for site in made:
            first, peak = cold(site)
            again = built(site)[0]
            edited(site, f"changed{number}")
            taken[site.name].append({"cold": first, "warm": again, "one changed": built(site)[0], "MB": peak})
    return {name: {key: statistics.median(row[key] for row in rows) for key in rows[0]} for name, rows in taken.items()}


COLUMNS = {
    "cold": "cold s", "warm": "nothing changed s", "one changed": "one changed s", "save": "save to served s",
    "MB": "peak MB", "front": "front kB", "post": "post kB", "search": "with search kB", "ready": "search ready ms",
    "crowd": "slowest of 50 readers s",
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, nargs="*", default=[20, 200, 1000])
    parser.add_argument("--quick", action="store_true", help="one run of each, stock and ours only")
    arguments = parser.parse_args()
    makers = [sites.stock, sites.ours] if arguments.quick else [sites.stock, sites.ours, sites.zensical, sites.hugo]
    own = [lambda folder, _: sites.stock_as_it_is(folder), lambda folder, _: sites.as_it_is(folder)]
    turns = [(count, makers) for count in arguments.posts] + [(len(POSTS), own)]
    table = Table("posts", "site", *COLUMNS.values(), title="in brackets: ratio to stock Material's, cold")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox"])
        for count, group in turns:
            with tempfile.TemporaryDirectory() as folder:
                made = [site for i, make in enumerate(group) if (site := make(Path(folder, str(i)), count))]
                rounds = 1 if arguments.quick or count >= 1000 else 5
                rows: dict[str, dict[str, float | None]] = {**builds(made, rounds)}
                base: dict[str, float | None] = {}
                for site in made:
                    row = rows[site.name]
                    row |= wire(site, browser) if site.themed else {}
                    if len(group) == 2:  # with this site's own posts
                        row["crowd"] = crowd(site)
                    row["save"] = saves(site, 2 if site.name.startswith("stock") and count >= 200 else 5)
                    base = base or {**row, "warm": row["cold"], "one changed": row["cold"]}
                    cells = [f"{row[key]:.4g} ({row[key] / base[key]:.2f})" if row.get(key) else "–" for key in COLUMNS]
                    table.add_row(str(count), site.name, *cells)
                    print(count, site.name, *cells, sep="  ", file=sys.stderr)
    Console(width=190).print(table)


if __name__ == "__main__":
    main()
