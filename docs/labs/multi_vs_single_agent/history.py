"""A repository's history as evidence for a cut: how many commits touch two parts or more, and a cut that few touch.

The log is what `git log --no-merges --name-only --format=%x00%H` prints, newest commit first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import escape
from itertools import combinations

import numpy as np

MOST = 30  # files; a commit with more is a sweep (a formatter, a rename) and says nothing of a cut
GLOB = re.compile(r'"([^"]*)"(?!\S)|([^\s"]\S*)|\S+')  # in quotes, which may hold spaces, or without; else a fault
ENDS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", '"': '"', "\\": "\\"}


@dataclass(frozen=True)
class Commit:
    """A commit: its hash and the files that it touches."""

    name: str
    files: frozenset[str]


@dataclass(frozen=True)
class Crossing:
    """How many of the commits that touch a part touch two or more; and each pair of parts, by how many touch both."""

    commits: int
    across: int
    pairs: Counter[tuple[str, str]]

    @property
    def share(self) -> float:
        """The share of commits that touch two parts or more."""
        return self.across / self.commits

    def interval(self) -> tuple[float, float]:
        """Wilson's 95% interval of the share (Wilson 1927)."""
        n, p, z = self.commits, self.share, 1.96
        middle, half = p + z * z / 2 / n, z * (p * (1 - p) / n + z * z / 4 / n / n) ** 0.5
        return max((middle - half) / (1 + z * z / n), 0.0), min((middle + half) / (1 + z * z / n), 1.0)


def unquoted(path: str) -> str:
    """A path as git prints it, quoted or not. Raises ValueError if the quotes are not git's."""
    if not path.startswith('"'):
        return path
    if not re.fullmatch(r'"(?:[^"\\]|\\[0-7]{3}|\\["\\abfnrtv])*"', path):
        raise ValueError(f"{path} is no path as git quotes it")
    parts = re.split(r"(\\[0-7]{3}|\\.)", path[1:-1])
    plain = (p.encode() if i % 2 == 0 else _escaped(p[1:]) for i, p in enumerate(parts))
    try:
        return b"".join(plain).decode()
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8") from None


def _escaped(code: str) -> bytes:
    return ENDS[code].encode() if code in ENDS else bytes([int(code, 8)])


def read_log(text: str) -> list[Commit]:
    """The commits of a log. Raises ValueError with the number of the line that is not as git prints it."""
    commits: list[tuple[str, set[str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if line.startswith("\0"):
            if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", line[1:]):
                raise ValueError(f"{number}: {line[1:41]!r} is no commit; make the log with --format=%x00%H")
            commits.append((line[1:], set()))
        elif re.match(r"(?:\d+|-)\t(?:\d+|-)\t|[A-Z]\d*\t", line):
            raise ValueError(f"{number}: {line[:40]!r} is more than a path; make the log with --name-only alone")
        elif line:
            if not commits:
                raise ValueError(f"{number}: a file before the first commit; make the log with --format=%x00%H")
            try:
                commits[-1][1].add(unquoted(line))
            except ValueError as error:
                raise ValueError(f"{number}: {error}") from None
    if not commits:
        raise ValueError("1: no commit; make the log with git log --no-merges --name-only --format=%x00%H")
    return [Commit(name, frozenset(files)) for name, files in commits]


def read_parts(text: str) -> dict[str, tuple[str, ...]]:
    """Parts, one a line: `name: glob glob ...`, or globs alone, which are then the name; a glob may stand in quotes.

    Raises ValueError by line.
    """
    parts: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, globs = line.partition(": ")
        name, globs = (name.strip(), globs) if colon else (line.strip(), line)
        if not name:
            raise ValueError(f"{number}: a part without a name; write name: glob glob, or globs alone")
        found = [one[1] or one[2] for one in GLOB.finditer(globs)]
        if not all(found):
            raise ValueError(f'{number}: the part {name!r} has an open or empty quote; write "my app/*" about a glob')
        if not found:
            raise ValueError(f"{number}: the part {name!r} has no glob; write name: glob glob")
        if name in parts:
            raise ValueError(f"{number}: the part {name!r} is there already")
        parts[name] = tuple(found)
    if len(parts) < 2:
        raise ValueError(f"1: {len(parts)} part{'s' * (len(parts) != 1)}; a cut has two or more, one a line")
    return parts


FOUND_ON = "# found on the commits up to "  # begins the line of a PARTS file that says which


def as_glob(file: str) -> str:
    """What a PARTS file has for a file's name: in quotes if there is a space; `?` for what a line of it cannot hold."""
    plain = re.sub(r'[^\S ]|"', "?", escape(file))
    return f'"{plain}"' if " " in plain else plain


def found_on(text: str) -> str:
    """The newest commit that a PARTS file says its cut was found on, or nothing."""
    lines = (line for line in text.splitlines() if line.startswith(FOUND_ON))
    return next((line.removeprefix(FOUND_ON)[:64].split(";")[0] for line in lines), "")


def placed(commits: Sequence[Commit], parts: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each file of the commits with its part: the first with a glob that matches (`*` crosses slashes)."""
    files = {file for commit in commits for file in commit.files}
    where = {file: next((n for n, gs in parts.items() if any(fnmatchcase(file, g) for g in gs)), "") for file in files}
    return {file: name for file, name in where.items() if name}


def crossing(commits: Sequence[Commit], where: Mapping[str, str]) -> Crossing:
    """Count the commits that touch a placed file, and those that touch two parts. Raises ValueError if none does."""
    touched = [sorted({where[file] for file in commit.files if file in where}) for commit in commits]
    touched = [names for names in touched if names]
    if not touched:
        raise ValueError("no commit touches a file of a part")
    pairs = Counter(pair for names in touched for pair in combinations(names, 2))
    return Crossing(len(touched), sum(len(names) > 1 for names in touched), pairs)


def cap(weights: np.ndarray, parts: int) -> float:
    """The most changes that one part may take: two fifths more than its share, or the file that changes most."""
    return max(1.4 * weights.sum() / parts, weights.max())


def at_random(weights: np.ndarray, parts: int, random: np.random.Generator) -> np.ndarray:
    """A part for each file, drawn; none takes more than its cap where that can be helped."""
    most, load, where = cap(weights, parts), np.zeros(parts), np.zeros(len(weights), int)
    order = random.permutation(len(weights))
    for file in order[np.argsort(-weights[order], kind="stable")]:
        free = np.flatnonzero(load + weights[file] <= most)
        where[file] = random.choice(free) if len(free) else load.argmin()
        load[where[file]] += weights[file]
    return where


def as_uneven(weights: np.ndarray, loads: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A part for each file, drawn, so that parts take about `loads` changes: an uneven cut is crossed less anyhow."""
    left, where = loads.astype(float).copy(), np.zeros(len(weights), int)
    order = random.permutation(len(weights))
    for file in order[np.argsort(-weights[order], kind="stable")]:
        room = np.maximum(left, 0) * (left >= weights[file])
        where[file] = random.choice(len(loads), p=room / room.sum()) if room.any() else left.argmax()
        left[where[file]] -= weights[file]
    return where


def in_order(weights: np.ndarray, parts: int) -> np.ndarray:
    """A part for each file in the order given, each part a stretch with an equal share of the changes."""
    middle = np.cumsum(weights) - weights / 2
    return np.minimum((middle / weights.sum() * parts).astype(int), parts - 1)


def at_seam(touches: np.ndarray, parts: int, random: np.random.Generator, starts: int = 6) -> np.ndarray:
    """A part for each file so that few commits touch two: from random starts, moves and swaps as long as one helps.

    touches  commits x files, 0 or 1. After Kernighan and Lin (1970), without their look-ahead.
    """
    weights, best, least = touches.sum(axis=0).astype(float), None, np.inf
    for _ in range(starts):
        where = at_random(weights, parts, random)
        spans = _refined(touches, weights, where, parts, random)
        if spans < least:
            best, least = where, spans
    return best


def _refined(t: np.ndarray, weights: np.ndarray, where: np.ndarray, parts: int, random: np.random.Generator) -> int:
    """Improve `where` in place; how many commits touch two parts in the end."""
    most = cap(weights, parts)
    count = np.stack([t[:, where == p].sum(axis=1) for p in range(parts)], axis=1)
    load = np.array([weights[where == p].sum() for p in range(parts)])
    most, helped = max(most, load.max()), True
    while helped:
        helped = False
        for file in random.permutation(len(where)):
            old, rows = where[file], t[:, file] > 0
            now = (count[rows] > 0).sum(axis=1) > 1
            for new in random.permutation(parts):
                if new == old or load[new] + weights[file] > most:
                    continue
                moved = count[rows].copy()
                moved[:, old] -= 1
                moved[:, new] += 1
                if ((moved > 0).sum(axis=1) > 1).sum() < now.sum():
                    count[rows] = moved
                    load[old] -= weights[file]
                    load[new] += weights[file]
                    where[file], helped = new, True
                    break
    return int(((count > 0).sum(axis=1) > 1).sum())


@dataclass(frozen=True)
class Tried:
    """A cut of a history's older half, tried on its newer half.

    older, newer  shares of commits across the cut
    largest       the share of the newer half's changes that falls into one part
    known         the share of the newer half's changes to files that the older half knew, and so could place
    """

    older: float
    newer: float
    largest: float
    known: float
    where: dict[str, str]


def usable(commits: Sequence[Commit]) -> list[Commit]:
    """The commits that touch a file and are no sweep."""
    return [commit for commit in commits if 0 < len(commit.files) <= MOST]


def tried(commits: Sequence[Commit], parts: int, seed: int, draws: int = 20) -> dict[str, list[Tried]]:
    """Cuts of the older half, each tried on the newer: at random, by path, at the seam, at random but as uneven."""
    commits = usable(commits)
    newer, older = commits[: len(commits) // 2], commits[len(commits) // 2 :]
    if len(newer) < 20:
        some = f"{len(commits)} commit{'s' * (len(commits) != 1)} with files"
        raise ValueError(f"{some}; a cut is tried on 40 or more (git fetch --unshallow)")
    files = sorted({file for commit in older for file in commit.files})
    if len(files) < 2 * parts:
        raise ValueError(f"{len(files)} files for {parts} parts; there must be {2 * parts} or more")
    place = {file: i for i, file in enumerate(files)}
    touches = np.zeros((len(older), len(files)), dtype=np.int16)
    for row, commit in enumerate(older):
        touches[row, [place[file] for file in commit.files]] = 1
    weights, random = touches.sum(axis=0).astype(float), np.random.default_rng(seed)

    def on(cut: np.ndarray) -> Tried:
        where = {file: f"part {cut[i] + 1}" for file, i in place.items()}
        changes = Counter(where[file] for commit in newer for file in commit.files if file in where)
        known = changes.total() / sum(len(commit.files) for commit in newer)
        largest = max(changes.values()) / changes.total()
        return Tried(crossing(older, where).share, crossing(newer, where).share, largest, known, where)

    seam = at_seam(touches, parts, random)
    loads = np.array([weights[seam == part].sum() for part in range(parts)])
    return {
        "at random": [on(at_random(weights, parts, random)) for _ in range(draws)],
        "by path": [on(in_order(weights, parts))],
        "at the seam": [on(seam)],
        "as uneven": [on(as_uneven(weights, loads, random)) for _ in range(draws)],
    }
