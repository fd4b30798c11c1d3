"""What git will commit of a message file: the hook's view before git has cleaned the message up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labs.hermes_md_bug import history

MODES = ("strip", "whitespace", "verbatim", "scissors", "default")
CUT = "------------------------ >8 ------------------------"
SHORT = "mFCct"  # short options of `git commit` whose value is the rest of the word, or the next word
LONG = ("--message", "--file", "--reuse-message", "--reedit-message", "--template", "--author", "--date", "--trailer",
        "--fixup", "--squash", "--pathspec-from-file")  # fmt: skip


@dataclass(frozen=True)
class Cleanup:
    """How git will clean the message up.

    mode      one of MODES, from the command line or `commit.cleanup`
    editor    an editor was opened: git's own comment lines stand in the file
    verbose   `git commit -v`: everything from a scissors line on is cut, in each mode
    comment   what a comment line begins with; None if git chose it by itself (`core.commentChar=auto`)
    """

    mode: str
    editor: bool
    verbose: bool
    comment: str | None

    def stripped(self) -> bool:
        """Whether comment lines go: `strip`, and `default` after an editor."""
        return self.mode == "strip" or (self.mode == "default" and self.editor)

    def cut(self) -> bool:
        """Whether a scissors line ends the message."""
        return self.verbose or (self.mode == "scissors" and self.editor)


def kept(raw: str, how: Cleanup, folder: Path) -> str:
    """The part of the message `raw` that git commits, as `git commit --cleanup` does it.

    Comment lines are kept where it is not known what git takes for one, so that nothing is passed unread.
    Raises ValueError if git cannot be run in `folder`.
    """
    if how.cut() and how.comment is not None:
        line = f"{how.comment} {CUT}\n"
        at = 0 if raw.startswith(line) else raw.find(f"\n{line}") + 1
        raw = raw[:at] if at or raw.startswith(line) else raw
    if how.mode == "verbatim":
        return raw
    comments = ["--strip-comments"] if how.stripped() and how.comment is not None else []
    return history.git(folder, "stripspace", *comments, data=raw.encode("utf-8", "surrogateescape"))


def told(words: Sequence[str]) -> tuple[str, bool]:
    """(mode, verbose) that a command line of `git commit` asks for; an empty mode if it names none."""
    mode, verbose, rest = "", False, iter(words)
    for word in rest:
        name, _, value = word.partition("=")
        if word == "--":
            break
        if word.startswith("--"):
            if len(name) > 3 and "--cleanup".startswith(name):
                mode = value or next(rest, "")
            elif len(name) > 5 and "--verbose".startswith(name):
                verbose = True
            elif "--no-verbose".startswith(name) and len(name) > 8:
                verbose = False
            elif not value and any(long.startswith(name) for long in LONG):
                next(rest, "")
        elif word.startswith("-"):
            for i, letter in enumerate(word[1:], 2):
                if letter in SHORT:
                    if i == len(word):
                        next(rest, "")
                    break
                if letter in "Su":
                    break
                verbose = verbose or letter == "v"
    return mode, verbose


def ancestors(most: int = 8) -> Iterator[list[str]]:
    """The command lines of this process's parents, nearest first; ends where the system does not say."""
    process = os.getppid()
    for _ in range(most):
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
            status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
            process = int(status.rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            try:
                command = ["ps", "-o", "ppid=,args=", "-p", str(process)]
                words = subprocess.run(command, capture_output=True, text=True, errors="replace").stdout.split()
                process = int(words.pop(0))
            except (OSError, ValueError, IndexError):
                return
        yield words


def committing(lines: Iterable[list[str]]) -> tuple[str, list[str]]:
    """(subcommand, its words) of the nearest git above this process; ("", []) if none is to be seen."""
    for words in lines:
        if words and Path(words[0]).name in ("git", "git.exe", "git-commit", "git-merge"):
            words = [*Path(words[0]).name.split("-")[1:], *words[1:]]
            while words and words[0].startswith("-"):  # git's own options: -c name=value, -C folder, --git-dir=…
                words = words[2 if words[0] in ("-c", "-C", "--git-dir", "--work-tree", "--namespace") else 1 :]
            return (words[0], words[1:]) if words else ("", [])
    return "", []


def setting(folder: Path, name: str) -> str:
    """A git setting of `folder`; empty if it is not set."""
    try:
        return history.git(folder, "config", "--get", name).strip()
    except ValueError:
        return ""


def seen(folder: Path, words: Sequence[str], environment: Mapping[str, str]) -> Cleanup:
    """How a `git commit` with the options `words` will clean up, as a hook of `folder` can tell.

    Git says in GIT_EDITOR=":" that it opened no editor (githooks(5)). Raises ValueError for a mode that is none.
    """
    mode, verbose = told(words)
    mode = mode or setting(folder, "commit.cleanup") or "default"
    if mode not in MODES:
        raise ValueError(f"{mode!r} is no clean-up mode of git; there are {', '.join(MODES)}")
    auto = "auto" in (setting(folder, "core.commentChar"), setting(folder, "core.commentString"))
    sign = history.git(folder, "stripspace", "--comment-lines", data=b"x\n").removesuffix(" x\n")
    verbose = verbose or setting(folder, "commit.verbose") not in ("", "0", "false", "no", "off")
    return Cleanup(mode, environment.get("GIT_EDITOR") != ":", verbose, None if auto else sign)


def pending(folder: Path, file: Path, mode: str = "") -> list[history.Text]:
    """The message in `file` as git will commit it; `mode` overrides what can be seen of the clean-up mode.

    Under another command than `git commit` and `git merge` (a rebase, say) the whole file counts.
    Raises ValueError if the file cannot be read or `folder` is no git repository.
    """
    try:
        raw = file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror}") from None
    command, words = committing(ancestors())
    how = seen(folder, words if command == "commit" else [w for w in words if w.startswith("--cl")], os.environ)
    how = replace(how, mode=mode or (how.mode if command in ("", "commit", "merge") else "verbatim"))
    how = replace(how, verbose=how.verbose and command != "merge")
    text = kept(raw, how, folder).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return [history.Text("message", text)]
