"""A note that quotes what it rests on, and the check that asks whether that still stands.

A note is a line of Markdown with code spans: names if it has any, a file, and the line or lines quoted from it:

    - `retry` waits 30 s: `src/retry.py` `BACKOFF = 30`
    - `fetch` takes a deadline: `src/net.py` `def fetch(` `url,` `deadline,` `):`

Lines inside fences are no notes. What the check says of a note: `stands` (the lines stand in the file once, one behind
the other, and the names are words of it), `ambiguous` (they stand more than once), `moved` (only in other files),
`gone`, `uncheckable` (a file and nothing quoted, or a folder), `refused` (a path outside the repository, a file that
is not UTF-8 text). It never says that a note is true.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")  # CommonMark: as many backticks behind as before
NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?:\(\))?")  # fetch, fetch(), Client.fetch
NUMBERED = re.compile(r"(.+?):\d+(?:-\d+)?")
ENDINGS = re.compile(  # of files without a slash, beside the tracked ones: `config.toml` is one, `os.environ` is none
    r"\.(c|cc|cfg|clj|cpp|cs|css|csv|dart|env|exs?|go|gradle|graphql|h|hpp|hs|html|ini|ipynb|java|jl|js|json|jsx|kt|lock"
    r"|lua|md|mjs|ml|nix|php|pl|proto|pyi?|r|rb|rs|rst|scala|sh|sql|svelte|swift|tf|toml|tsx?|txt|vue|xml|ya?ml|zig)"
)
FILE = re.compile(r"\.?[\w@+-][\w@+. -]*(/[\w@+. -]+)*/?")


class Note(NamedTuple):
    """A line of a notes file: its number, the file it names, what it quotes, and names in front of the file."""

    line: int
    path: str
    quote: str
    names: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """What the check says of a note: one word, and what a reader needs to mend it."""

    word: str
    why: str = ""


# --8<-- [start:stands]
def lines(text: str) -> list[str]:
    """A text's lines: unindented, single-spaced, without empty ones."""
    squeezed = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in squeezed if line]


def stands(text: str, quote: str) -> int:
    """How often a file has the quoted lines, one behind the other."""
    have, want = lines(text), lines(quote)
    starts = range(len(have) - len(want) + 1)
    return sum(have[i : i + len(want)] == want for i in starts)


# --8<-- [end:stands]


def read(text: str, tracked: Collection[str] = ()) -> Iterator[Note]:
    """The lines of a notes file that name a file in a code span; the spans behind it are the quote.

    A file is a span that is one of `tracked`, else one that looks like a file: with a slash, or with an ending of
    `ENDINGS` or of one of `tracked`. A line that names one of `tracked` without backticks quotes nothing.
    """
    fence = ""
    endings = {PurePosixPath(name).suffix for name in tracked}
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif mark:
            fence = mark[1]
        else:
            spans = [span[2].strip() for span in SPAN.finditer(line)]
            files = [i for i, span in enumerate(spans) if without_line(span) in tracked]
            files = files or [i for i, span in enumerate(spans) if looks_like_a_file(without_line(span), endings)]
            if files:
                path, before = files[0], filter(NAME.fullmatch, spans[: files[0]])
                names = tuple(part for name in before for part in name.removesuffix("()").split("."))
                yield Note(number, without_line(spans[path]), "\n".join(spans[path + 1 :]), names)
            elif bare := next(
                (word for word in map(without_line, re.findall(r"[\w@+./:-]+", line)) if word in tracked), ""
            ):
                yield Note(number, bare, "")


def without_line(span: str) -> str:
    """A path without the number of a line behind it: what stands at a number says nothing here."""
    span = span.rstrip(".:") if "/" in span else span
    found = NUMBERED.fullmatch(span)
    return found[1] if found else span


def looks_like_a_file(span: str, endings: Collection[str]) -> bool:
    """Whether a code span can be a path: a slash or a known ending, and no character that paths seldom have."""
    inside = span.removeprefix("./").removeprefix("/")
    while inside.startswith("../"):
        inside = inside[3:]
    ending = PurePosixPath(inside).suffix
    known = bool(ENDINGS.fullmatch(ending)) or bool(ending and ending in endings)
    return bool(FILE.fullmatch(inside) and " " not in inside and ("/" in span or known))


class Tree:
    """The tracked files of a git work tree, read as text at most once each.

    Raises ValueError if the folder is no git work tree.
    """

    def __init__(self, folder: Path) -> None:
        command = ["git", "-C", str(folder), "ls-files", "-z"]
        try:
            top = subprocess.run([*command[:3], "rev-parse", "--show-toplevel"], capture_output=True, check=True)
            self.folder = Path(top.stdout.decode().strip())
            out = subprocess.run(["git", "-C", str(self.folder), *command[3:]], capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            raise ValueError(f"{folder}: no git work tree; give the repository that the notes are about") from None
        self.files = [name for name in out.decode("utf-8", "surrogateescape").split("\0") if name]
        self.texts: dict[str, str | None] = {}

    def text(self, name: str) -> str | None:
        """The text of a file, None if it is not UTF-8 text or not there."""
        if name not in self.texts:
            try:
                text = (self.folder / name).read_bytes().decode("utf-8-sig")  # a byte order mark is no part of a line
                self.texts[name] = None if "\0" in text else text
            except (OSError, UnicodeDecodeError):
                self.texts[name] = None
        return self.texts[name]

    def check(self, note: Note) -> Verdict:
        """What has become of the line that a note quotes."""
        target = (self.folder / note.path).resolve()
        if not target.is_relative_to(self.folder.resolve()):
            return Verdict("refused", f"{note.path} is outside the repository")
        if target.is_dir():
            return Verdict("uncheckable", f"{note.path} is a folder; name the file")
        if not note.quote:
            return Verdict("uncheckable", f"no quote from {note.path}; add it in backticks")
        name = target.relative_to(self.folder.resolve()).as_posix()
        there = target.is_file()
        text = self.text(name) if there else ""
        if text is None:
            return Verdict("refused", f"{note.path} is not UTF-8 text")
        if (count := stands(text, note.quote)) == 1:
            missing = [name for name in note.names if not re.search(rf"\b{re.escape(name)}\b", text)]
            return Verdict("gone", f"{note.path} does not have the name {missing[0]}") if missing else Verdict("stands")
        if count:
            return Verdict("ambiguous", f"it stands in {note.path} {count} times; quote more")
        homes = [other for other in self.files if other != name and stands(self.text(other) or "", note.quote)]
        if homes:
            more = f" and {len(homes) - 1} more" if len(homes) > 1 else ""
            return Verdict("moved", f"no longer in {note.path}, but in {homes[0]}{more}")
        if not there:
            return Verdict("gone", f"{note.path} is not there, and no other file has what is quoted")
        missing = [line for line in note.quote.splitlines() if not stands(text, line)]
        how = (
            f"does not have the line {missing[0]}" if missing else "has the quoted lines, but not one behind the other"
        )
        return Verdict("gone", f"{note.path} {how}")
