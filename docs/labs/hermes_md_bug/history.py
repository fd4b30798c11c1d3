"""Git as the only tool: read a repository's messages, build throw-away ones, look for strings."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

OWN = {  # a throw-away repository takes nothing from the machine: no name, no hooks, no signing, no clock
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "lab", "GIT_AUTHOR_EMAIL": "lab@localhost", "GIT_AUTHOR_DATE": "1767225600 +0000",
    "GIT_COMMITTER_NAME": "lab", "GIT_COMMITTER_EMAIL": "lab@localhost", "GIT_COMMITTER_DATE": "1767225600 +0000",
}  # fmt: skip

NEAR = 6  # letters and digits that a string must have to get near misses


@dataclass(frozen=True)
class Text:
    """A piece of text that a prompt built from a repository may carry."""

    place: str  # "subject", "body", "branch", "user", "status" or "message" (one about to be committed)
    text: str
    commit: str = ""
    age: int = -1  # 0 for the newest commit


@dataclass(frozen=True)
class Hit:
    """A listed string found in a text; `kind` is "exact" or "near"."""

    kind: str
    string: str
    text: Text


def git(folder: Path, *arguments: str, clean: bool = False, data: bytes | None = None) -> str:
    """Run git in `folder` and return what it prints, as UTF-8.

    `clean` leaves out all of the machine's git settings: for throw-away repositories.
    Raises ValueError with git's own last line if it fails, or if there is no git.
    """
    environment = dict(os.environ)
    if clean:
        environment = {k: v for k, v in environment.items() if not k.startswith("GIT_")} | OWN
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, env=environment, input=data, capture_output=True)
    except FileNotFoundError:
        raise ValueError("git is needed as a program and was not found") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise ValueError(f"git {arguments[0]} in {folder}: {lines[-1]}")
    return done.stdout.decode("utf-8", "replace")


def messages(folder: Path, last: int) -> list[tuple[str, str, str]]:
    """(commit, subject, body) of the newest `last` commits, newest first; all of them if `last` is 0.

    Raises ValueError if `folder` is no git repository. One without commits gives [].
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    git(folder, "rev-parse", "--git-dir")
    try:
        git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    except ValueError:
        return []
    limit = ["-n", str(last)] if last else []
    log = git(folder, "log", "-z", "--no-show-signature", "--encoding=UTF-8", "--format=%H%n%s%n%b", *limit)
    rows = [record.split("\n", 2) for record in log.split("\0") if record]
    return [(commit, subject, body.strip()) for commit, subject, body in rows]


def texts(folder: Path, last: int) -> list[Text]:
    """What a git snapshot can put into a prompt: newest messages, names of the branch and of git's user, status."""
    found = []
    for age, (commit, subject, body) in enumerate(messages(folder, last)):
        found += [Text("subject", subject, commit, age), Text("body", body, commit, age)]
    return [*found, *surroundings(folder)]


def surroundings(folder: Path) -> list[Text]:
    """The names of the branch and of git's user, and the paths in `git status`; nothing for a bare repository."""
    if git(folder, "rev-parse", "--is-bare-repository").strip() == "true":
        return []
    branch = git(folder, "branch", "--show-current").strip()
    user = git(folder, "config", "--default", "", "--get", "user.name").strip()
    paths = [entry for entry in git(folder, "status", "--porcelain", "-z").split("\0") if entry]
    changed = [Text("status", path[3:] if path[2:3] == " " else path) for path in paths]
    return [Text("branch", branch), Text("user", user), *changed]


def fold(text: str) -> str:
    """The text without case and without the characters people vary: space, hyphen, underscore, dot."""
    return "".join(c for c in text.casefold() if c not in " -_.")


def find(given: Iterable[Text], strings: Sequence[str]) -> list[Hit]:
    """Every string in every text: "exact" where it stands as listed, "near" where only its folded form does.

    Short strings get no near misses: without spaces and dots they turn up in any prose.
    """
    hits = []
    for text in given:
        folded = fold(text.text)
        for string in strings:
            if string in text.text:
                hits.append(Hit("exact", string, text))
            elif len(fold(string)) >= NEAR and fold(string) in folded:
                hits.append(Hit("near", string, text))
    return hits


def read_strings(file: Path) -> list[str]:
    """The strings of a list: a CSV with a column `string`; others (url, date) are for its readers.

    A file whose name ends otherwise than in .csv is plain text with a string a line.
    Raises ValueError for a file that is no such list, or an empty one: nothing found would say nothing.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            if file.suffix.lower() != ".csv":
                listed = [line.strip() for line in lines if line.strip()]
            else:
                rows = csv.DictReader(lines, strict=True)
                if "string" not in (rows.fieldnames or ()):
                    raise ValueError(f"{file}: its first line must name a column `string`; a plain list, a string "
                                     "a line, may have any name that does not end in .csv")  # fmt: skip
                listed = [(row["string"] or "").strip() for row in rows]
    except csv.Error as error:
        at = f"{file}:{rows.reader.line_num}"
        raise ValueError(f"{at}: not CSV ({error}); close each quote, double one inside") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
    if not listed:
        raise ValueError(f"{file}: no string in it; write one a line, in a CSV below the head `string`")
    if short := [s for s in listed if len(fold(s)) < 3]:
        raise ValueError(f"{file}: {short[0]!r} is too short to look for; three letters or digits at least")
    return listed


def throwaway(folder: Path, given: Sequence[str]) -> Path:
    """Make a repository in `folder`: one empty commit "start", then one empty commit a message, oldest first."""
    for part in ("objects", "refs"):  # all that `git init` must make; writing it saves a process a probe
        (folder / ".git" / part).mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    parts = []
    for i, message in enumerate(["start", *given]):
        data = message.encode()
        parts.append(b"commit refs/heads/main\ncommitter lab <lab@localhost> %d +0000\n" % (1767225600 + i))
        parts.append(b"data %d\n%s\n" % (len(data), data))
    git(folder, "fast-import", "--quiet", clean=True, data=b"".join(parts))
    return folder


def case(folder: Path, message: str, where: str) -> Path:
    """One of the reported cases as a real repository.

    `where` says where the name stands: "subject" or "body" of the commit, "file" (committed under a clean
    message), "untracked", "orphan" (in the message of another branch), "branch", or "sixth" (in the
    sixth newest message).
    """
    git(folder, "init", "-q", "-b", message if where == "branch" else "main", "--template=", clean=True)

    def commit(*text: str) -> None:
        git(folder, "add", "--all", clean=True)
        parts = [part for line in text for part in ("-m", line)]
        git(folder, "commit", "-q", "--allow-empty", *parts, clean=True)

    (folder / "test.txt").write_text("test\n", encoding="utf-8")
    if where == "file":
        (folder / message).write_text("test\n", encoding="utf-8")
    if where == "body":
        commit("a clean subject", message)
    else:
        commit(message if where in ("subject", "orphan", "sixth") else "a clean message")
    if where == "untracked":
        (folder / message).write_text("test\n", encoding="utf-8")
    if where == "orphan":
        git(folder, "checkout", "-q", "--orphan", "empty", clean=True)
        commit("a clean message")
    for i in range(5 if where == "sixth" else 0):
        commit(f"a clean message, number {i + 1}")
    return folder
