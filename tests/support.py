"""What several tests share: a copy of the repository, a small made site in its place, and builds."""

from __future__ import annotations

import datetime
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
MADE = ROOT / "tests" / "made"
LISTING = yaml.safe_load((ROOT / "tests" / "site" / "listing.yml").read_text(encoding="utf-8"))
POSTS = {path.stem: path for path in sorted((DOCS / "posts").glob("*.md"))}
LABS = sorted(path.parent.name for path in (DOCS / "labs").glob("*/__init__.py"))
SITE_URL = "https://example.org/blog/"
ENVIRONMENT = {
    **os.environ,
    "SITE_URL": SITE_URL,
    "REPO_URL": "https://github.com/example/blog",
    "EDIT_URI": "edit/main/docs/",
    "SOURCE_DATE_EPOCH": "1700000000",
    "NO_MKDOCS_2_WARNING": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def copytree(source: Path, target: Path, *left_out: str) -> None:
    """Copy a folder into another one, without caches and what is left out."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", *left_out), dirs_exist_ok=True)


def header(path: Path) -> dict:
    """The keys of a post."""
    return yaml.safe_load(path.read_text(encoding="utf-8-sig").split("---\n")[1])


def created(meta: dict) -> datetime.datetime:
    """When a post was made, whichever way its header says so."""
    date = meta["date"]["created"] if isinstance(meta["date"], dict) else meta["date"]
    if not isinstance(date, datetime.datetime):
        date = datetime.datetime(date.year, date.month, date.day)
    return date.replace(tzinfo=date.tzinfo or datetime.UTC)


def published(path: Path) -> bool:
    """Whether a build shows a post: it is no draft, and not dated later than now."""
    meta = header(path)
    return not meta.get("draft") and created(meta) <= datetime.datetime.now(datetime.UTC)


SHOWN = {name: path for name, path in POSTS.items() if published(path)}


def copy(folder: Path) -> Path:
    """What a build reads, copied into a new folder."""
    for name in ("hooks", "overrides", "docs"):
        copytree(ROOT / name, folder / name)
    for name in ("mkdocs.yml", "zensical.yml"):
        shutil.copy(ROOT / name, folder)
    return folder


def made(folder: Path) -> Path:
    """A copy whose posts, labs and figures are the made ones of tests/made: two posts, one lab."""
    for name in ("hooks", "overrides"):
        copytree(ROOT / name, folder / name)
    copytree(DOCS, folder / "docs", "posts", "figures", *LABS)
    for name in ("mkdocs.yml", "zensical.yml"):
        shutil.copy(ROOT / name, folder)
    copytree(MADE, folder / "docs")
    (folder / "docs" / "method.md").write_text("---\ntitle: Method\ndescription: How.\n---\n\n# Method\n\nHow.\n")
    return folder


def replaced(path: Path, old: str, new: str) -> None:
    """Replace a text that must stand in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path}: {old!r} is not in it"
    path.write_text(text.replace(old, new), encoding="utf-8")


def build(repository: Path, site: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build strictly and return what the command said."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site), *options]
    return subprocess.run(
        command, cwd=repository, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, encoding="utf-8"
    )


def built(repository: Path, site: Path, *options: str, **environment: str) -> Path:
    """Build strictly; what the command said is the failure if it fails."""
    done = build(repository, site, *options, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return site


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, as path -> bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills once a run: the first worker that needs it makes it, the others wait."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / name, base / f"{name}.done"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder
