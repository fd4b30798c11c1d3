"""Cuts of real histories, tried once and kept in history.json: shares only, nothing of the repositories themselves.

`lab multi-vs-single-agent record DATE FOLDER` computes them again, from FOLDER/NAME.log for each name below.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from labs.multi_vs_single_agent import history

FILE = Path(__file__).with_name("history.json")
LAST = 1000  # commits of each history, the newest
PARTS, SEEDS = (2, 4, 8), 5
KNOWN = 0.8  # of the newer changes must be to files that the older half knew, else the cut could not be tried
REPOSITORIES = {  # name: repository, and the path that its log was limited to
    "aiohttp": ("aio-libs/aiohttp", "aiohttp/*.py"),
    "celery": ("celery/celery", "celery/*.py"),
    "click": ("pallets/click", "src/click/*.py"),
    "flask": ("pallets/flask", "src/flask/*.py"),
    "httpx": ("encode/httpx", "httpx/*.py"),
    "jinja": ("pallets/jinja", "src/jinja2/*.py"),
    "mkdocs": ("mkdocs/mkdocs", "mkdocs/*.py"),
    "requests": ("psf/requests", "*requests/*.py"),
    "scrapy": ("scrapy/scrapy", "scrapy/*.py"),
    "werkzeug": ("pallets/werkzeug", "src/werkzeug/*.py"),
}


def one(commits: list[history.Commit]) -> dict[str, Any]:
    """What is kept of one history: its size, and for each seed, number of parts and cut four shares."""
    commits = history.usable(commits)[:LAST]
    files = {file for commit in commits for file in commit.files}
    kept: dict[str, Any] = {"head": commits[0].name, "commits": len(commits), "files": len(files), "seeds": []}
    for seed in range(SEEDS):
        cuts = {}
        for parts in PARTS:
            for name, found in history.tried(commits, parts, seed).items():
                mean = np.mean([[t.older, t.newer, t.largest, t.known] for t in found], axis=0)
                cuts[f"{parts} {name}"] = [round(float(share), 4) for share in mean]
        kept["seeds"].append(cuts)
    return kept


def record(date: str, folder: Path) -> None:
    """Try the cuts of every history again and keep them. Raises ValueError naming the log that cannot be read."""
    kept = {}
    for name in REPOSITORIES:
        path = folder / f"{name}.log"
        try:
            kept[name] = one(history.read_log(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise ValueError(f"{path}: {error.strerror}") from None
        except ValueError as error:
            raise ValueError(f"{path}:{error}") from None
    FILE.write_text(json.dumps({"date": date, "repositories": kept}, indent=1) + "\n", encoding="utf-8", newline="\n")


def read() -> dict[str, Any]:
    """What history.json holds."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def share(kept: dict[str, Any], seed: int, parts: int, cut: str) -> tuple[float, float, float, float]:
    """Shares older, newer, largest and known of one repository's cut; seeds beyond those kept begin again at 0."""
    return tuple(kept["seeds"][seed % SEEDS][f"{parts} {cut}"])
