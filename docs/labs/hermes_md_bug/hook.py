"""The commit hook's reading of a message against what git commits, in every clean-up mode, in a real repository."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

from labs.hermes_md_bug import history, message
from labs.record import Results

STRING = "HERMES.md"
TRAPS = f"""a subject

a line with >8 in it, then {STRING} (1)
{{sign}} a comment line with {STRING} (2)
{{sign}} {message.CUT}
below the scissors line, {STRING} (3)
"""
WAYS = list(itertools.product(message.MODES, (False, True), (False, True), ("#", ";")))


def committed(folder: Path, mode: str, editor: bool, verbose: bool, sign: str) -> tuple[str, str]:
    """(raw message file, what git made of it) of a real commit whose message holds the string in three traps."""
    file = folder.parent / "message"
    file.write_text(TRAPS.format(sign=sign), encoding="utf-8")
    words = ["-c", f"core.editor=cp '{file}'", "commit", "-q", "--allow-empty"]
    words += [f"--cleanup={mode}", "--edit" if editor else "--no-edit", "-F", str(file), *(["-v"] if verbose else [])]
    history.git(folder, "config", "core.commentChar", sign, clean=True)
    history.git(folder, *words, clean=True)
    return file.read_text(encoding="utf-8"), history.git(folder, "log", "-1", "--format=%B", clean=True)


def old_rule(raw: str, folder: Path) -> str:
    """What the hook did until it was tested against git: cut at any ` >8 `, drop all comment lines."""
    return history.git(folder, "stripspace", "--strip-comments", data=raw.split(" >8 ", 1)[0].encode())


def traps(text: str) -> set[str]:
    """Which of the three traps a text holds."""
    return {number for number in "123" if f"({number})" in text}


def compare(r: Results) -> None:
    """Commit in every way and compare. A message passed though its string is committed is the fault that matters."""
    missed, extra, old_missed, lines = 0, 0, 0, []
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "repository"
        folder.mkdir()
        history.git(folder, "init", "-q", "-b", "main", "--template=", clean=True)
        for mode, editor, verbose, sign in WAYS:
            raw, truth = committed(folder, mode, editor, verbose, sign)
            seen = message.kept(raw, message.Cleanup(mode, editor, verbose, sign), folder)
            unseen, needless = traps(truth) - traps(seen), traps(seen) - traps(truth)
            old = traps(truth) - traps(old_rule(raw, folder))
            missed, extra, old_missed = missed + bool(unseen), extra + bool(needless), old_missed + bool(old)
            if sign == "#":
                lines.append([f"{mode}, {'editor' if editor else '-F'}{', -v' if verbose else ''}",
                              *("yes" if n in traps(truth) else "no" for n in "123"),
                              "yes" if traps(seen) == traps(truth) else "NO", "NO" if old else "yes"])  # fmt: skip
    r.table("commit_ways", "What git commits of a message with the string behind ` >8 ` in a line (1), in a "
        "comment line "
            "(2) and below a scissors line (3), and whether the hook, now and before, reads all of it",
            ["Way of committing", "1", "2", "3", "Hook agrees", "Old hook misses none"], lines)  # fmt: skip
    r.add("hook_ways", len(WAYS), "Ways of committing tried: 5 clean-up modes, editor or -F, -v or not, # or ;")
    r.add("hook_missed", missed, "Ways in which the hook leaves out a place whose string git commits")
    r.add("hook_extra", extra, "Ways in which the hook reads a place that git drops")
    r.add(
        "hook_old_missed",
        old_missed,
        "Ways in which the old rule (cut at any >8, drop comments) leaves out such a place",
    )
    r.claim("hook_reads_what_git_commits", missed == 0 and extra == 0 and old_missed > len(WAYS) / 2,
            "In every way of committing tried the hook, told how git cleans up, reads of the three traps exactly those "
            "that git commits; "
            "the rule "
            "it had before misses some in more than half of the ways.")  # fmt: skip
