"""Whether each link of the survey leads to a line of that file at that commit, and to what sort of line."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from labs.agent_design_space.survey import FIELDS, Agent

DEFINES = re.compile(
    r"(export |default |public |private |abstract |static |async |override )*"
    r"(class|def|func|function\*?|import|from|enum|interface|type|struct|package)\b"
)
REMARKS = ("#", "//", "*", "/*", '"""', "'''", "{/*", "--")


def sort(path: str, line: str) -> str:
    """What a line is: `text` (a document, a comment), `definition` (it names something), or `code`.

    Only code can show that something happens; even so it may be a default value and not the line that uses it.
    """
    line = line.strip()
    if path.endswith((".md", ".txt", ".rst")) or line.startswith(REMARKS):
        return "text"
    return "definition" if DEFINES.match(line) else "code"


def clone(folder: Path, repository: str) -> Path:
    """The Git folder of a repository below `folder`, as OWNER/NAME or OWNER/NAME.git. Raises ValueError if none is."""
    for path in (folder / repository, folder / f"{repository}.git"):
        if path.is_dir():
            return path
    raise ValueError(f"{folder / repository}: no such folder; clone https://github.com/{repository} into it")


def source(folder: Path, repository: str, commit: str, path: str) -> list[str]:
    """The lines of a file at a commit. Raises ValueError if the clone does not have it."""
    command = ["git", "-C", str(clone(folder, repository)), "show", f"{commit}:{path}"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise ValueError(f"{repository} at {commit[:12]}: no file {path}")
    return done.stdout.decode("utf-8", "replace").splitlines()


def check(rows: list[Agent], folder: Path) -> Iterator[list[str]]:
    """For each link: repository, field, its line's first twelve digits of SHA-256, and what sort of line it is.

    Raises ValueError naming row and field for a link that leads to no line of its file at its commit.
    """
    for agent in rows:
        start = f"https://github.com/{agent['repository']}/blob/{agent['commit']}/"
        for field in FIELDS:
            url = agent[field + "_evidence"]
            if not url:
                continue
            where = f"survey.csv, {agent['repository']}, {field}"
            path, _, number = url.removeprefix(start).partition("#L")
            if not url.startswith(start) or not number.isdigit():
                raise ValueError(f"{where}: {url} is no line at the row's commit; it would begin with {start}")
            try:
                lines = source(folder, agent["repository"], agent["commit"], path)
            except ValueError as error:
                raise ValueError(f"{where}: {error}") from None
            if not 0 < int(number) <= len(lines) or not lines[int(number) - 1].strip():
                raise ValueError(f"{where}: {path} has {len(lines)} lines, and line {number} is none with text")
            line = lines[int(number) - 1]
            yield [agent["repository"], field, hashlib.sha256(line.strip().encode()).hexdigest()[:12], sort(path, line)]


def as_csv(rows: list[Agent], folder: Path) -> str:
    """What `check` finds as the text of data/lines.csv."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["repository", "field", "sha256", "sort"])
    writer.writerows(check(rows, folder))
    return out.getvalue()
