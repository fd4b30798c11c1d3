"""`lab multi-vs-single-agent cut LOG PARTS`: how many commits touch two parts; `seam LOG`: a cut, tried on later ones.

LOG is a file made by: git log --no-merges --name-only --format=%x00%H > LOG
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from labs.arguments import Parser
from labs.multi_vs_single_agent import history, recorded

OUTSIDE = 0.2  # share of changes to files in no part above which a share would say little


def main(argv: Sequence[str]) -> int:
    """Run the command. Raises ValueError, one line, for a reader's mistake."""
    parser = Parser("lab multi-vs-single-agent", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    cut = commands.add_parser("cut", help="the share of commits that touch two parts or more")
    cut.add_argument("log", type=Path, help="from git log --no-merges --name-only --format=%%x00%%H")
    forms = "a part a line: globs, or name: globs, one with spaces in double quotes; the first that matches counts"
    cut.add_argument("parts", type=Path, help=forms)
    seam = commands.add_parser("seam", help="cut the older half of the history, try the cut on the newer half")
    seam.add_argument("log", type=Path, help="as for cut; limit it to your source: git log ... -- src/")
    seam.add_argument("--parts", type=int, default=4, help="writers (4)")
    seam.add_argument("--write", type=Path, metavar="OUT", help="write the cut at the seam, as PARTS for cut")
    keep = commands.add_parser("record", help="compute history.json again")
    keep.add_argument("date")
    keep.add_argument("folder", type=Path)
    options = parser.parse_args(argv)
    if options.command == "record":
        recorded.record(options.date, options.folder)
        return 0
    commits = named(options.log, history.read_log)
    try:
        return show_cut(options, commits) if options.command == "cut" else show_seam(options, commits)
    except OSError as error:
        raise ValueError(f"{error.filename}: {error.strerror}") from None


def named(path: Path, read):
    """What `read` makes of a file's text. Raises ValueError with the file, and the line where there is one."""
    try:
        return read(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(f"{path}: it is not UTF-8 text") from None
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{path}:{error}") from None


def several(count: int, what: str) -> str:
    """A number of things: "1 commit", "2 commits"."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def show_cut(options: argparse.Namespace, commits: list[history.Commit]) -> int:
    """Print the share of commits across a cut, and the pairs of parts that most commits touch together."""
    parts, fitted = named(options.parts, lambda text: (history.read_parts(text), history.found_on(text)))
    use = history.usable(commits)
    if len(use) < 2:
        only = several(len(use), "commit")
        raise ValueError(f"{options.log}: {only} with files: no share; is it shallow? git fetch --unshallow")
    where = history.placed(use, parts)
    changes = Counter(file for commit in use for file in commit.files)
    outside = Counter({file: n for file, n in changes.items() if file not in where})
    part = outside.total() / changes.total()
    names = ", ".join(file for file, _ in outside.most_common(3))
    if part > OUTSIDE:
        spaced = ", those with spaces in double quotes" if any(" " in file for file in outside) else ""
        raise ValueError(
            f"{options.parts}: {part:.0%} of the changes are to files in no part ({names}); add globs for them"
            f"{spaced}, or limit the log to your source: git log ... -- src/"
        )
    if empty := [name for name in parts if name not in where.values()]:
        raise ValueError(f"{options.parts}: no file of the log is in the part {empty[0]!r}; is its glob right?")
    found = history.crossing(use, where)
    low, high = found.interval()
    print(
        f"{several(found.commits, 'commit')} touch a part, {found.across:,} of them two or more: "
        f"{found.share:.0%} ({low:.0%} to {high:.0%})"
    )
    sweeps = sum(len(commit.files) > history.MOST for commit in commits)
    print(f"left out: {several(sweeps, 'commit')} of more than {history.MOST} files", end="")
    print(f"; {several(len(outside), 'file')} in no part ({part:.0%} of the changes): {names}" if outside else "")
    for (a, b), count in found.pairs.most_common(5):
        print(f"  {several(count, 'commit')}: {a} + {b}")
    if fitted:
        print(hindsight(use, where, fitted))
    return 0


def hindsight(commits: Sequence[history.Commit], where: Mapping[str, str], newest: str) -> str:
    """What to make of a share that counts commits which the cut was found on, the newest of them `newest`."""
    names = [commit.name for commit in commits]
    if newest not in names:
        return f"the cut was found on the commits up to {newest[:10]}, which is not in this log"
    later = commits[: names.index(newest)]
    told = f"hindsight: the cut was found on {several(len(commits) - len(later), 'commit')} of these; "
    try:
        found = history.crossing(later, where)
    except ValueError:
        return told + "none later touches a part"
    low, high = found.interval()
    return told + f"of {found.commits:,} later that touch a part, {found.share:.0%} ({low:.0%} to {high:.0%}) touch two"


def show_seam(options: argparse.Namespace, commits: list[history.Commit]) -> int:
    """Print what three cuts of the older half do on both halves; write the one at the seam if asked to."""
    if options.parts < 2:
        raise ValueError(f"--parts is {options.parts}; a cut has two or more")
    if options.write and options.write.exists():
        raise ValueError(f"{options.write} is there already; --write makes a new file")
    if options.write and not options.write.parent.is_dir():
        raise ValueError(f"{options.write}: there is no folder {options.write.parent}")
    try:
        found = history.tried(commits, options.parts, 0)
    except ValueError as error:
        raise ValueError(f"{options.log}: {error}") from None
    known = found["at the seam"][0].known
    path_older, seam_older = found["by path"][0].older, found["at the seam"][0].older
    print(f"commits that touch two of {options.parts} parts or more; largest: one part's share of the newer changes")
    print(f"{'cut':14}{'older half':>12}{'newer half':>12}{'largest':>10}")
    for name, all_tried in found.items():
        older, newer, largest = np.mean([[t.older, t.newer, t.largest] for t in all_tried], axis=0)
        print(f"{name:14}{older:>12.0%}{newer:>12.0%}{largest:>10.0%}")
    print("as uneven: at random, with parts of the sizes that those at the seam have; the seam is to beat that")
    print(f"the cuts were found on the older half; {known:.0%} of the newer changes are to files that it knew")
    if known < recorded.KNOWN:
        print(f"that is less than {recorded.KNOWN:.0%}: the newer half says little of these cuts")
    if path_older < seam_older:
        print("the cut by path is crossed less on the older half too: the search for a seam did not find it; prefer it")
    if options.write:
        where = found["at the seam"][0].where
        use = history.usable(commits)
        lines = [f"{history.FOUND_ON}{use[len(use) // 2].name}; only later ones test it"]
        lines += [
            f"{part}: {' '.join(history.as_glob(f) for f in sorted(where) if where[f] == part)}"
            for part in sorted(set(where.values()))
        ]
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"wrote {options.write}; cut on this log counts the older half too, which is hindsight")
    return 0
