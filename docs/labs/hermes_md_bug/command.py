"""The commands for a reader's own repository: `trigger-scan`, `find-trigger` and `watch-lane`."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from labs.arguments import Parser
from labs.hermes_md_bug import find, history, lane, message

STRINGS = Path(__file__).parent / "data" / "strings.csv"
SMALL = 8  # up to here one message at a time is as cheap as anything and does not care how many parts there are
SPENT = 3  # exit status of a search that stopped at its limit of probes


def at_least(least: float, kind: type = int) -> Callable[[str], float]:
    """An argument that is a number no smaller than `least`."""

    def parse(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not value >= least:
            raise argparse.ArgumentTypeError(f"{text} is not {least} or more")
        return value

    return parse


def main(argv: Sequence[str]) -> int:
    """Run one of the commands; returns its exit status. Raises ValueError for a reader's mistake."""
    commands = {"trigger-scan": trigger_scan, "find-trigger": find_trigger, "watch-lane": watch_lane}
    if not argv or argv[0] not in commands:
        *most, last = commands
        raise ValueError(f"hermes-md-bug has the commands {', '.join(most)} and {last}")
    return commands[argv[0]](argv[1:])


def where(text: history.Text) -> str:
    """Which text a hit stands in, without showing the text."""
    if text.commit:
        return f"{text.place} of {text.commit[:10]}, {'the newest' if not text.age else f'{text.age} older than HEAD'}"
    places = {"message": "the message to be committed", "branch": "the name of the branch", "user": "git's user.name"}
    return places.get(text.place, "git status")


def trigger_scan(argv: Sequence[str]) -> int:
    """Look for listed strings in what a git snapshot shows. 0: no exact match, 1: at least one."""
    parser = Parser("lab hermes-md-bug trigger-scan", description=trigger_scan.__doc__)
    parser.add_argument("--repo", type=Path, default=Path(), help="the repository (default: this folder)")
    parser.add_argument("--last", type=at_least(0), default=20, help="newest commits to read (20); 0 reads them all")
    parser.add_argument("--strings", type=Path, default=STRINGS,
                        help="a CSV with a column `string`, or plain text with a string a line")  # fmt: skip
    parser.add_argument("--show", action="store_true", help="print the lines found, not only the commits' ids")
    parser.add_argument(
        "--pre-commit", nargs="?", const="", metavar="FILE", help="check the message in FILE (a commit-msg hook's)"
    )
    parser.add_argument("--cleanup", choices=message.MODES, default="", help="git's clean-up mode, if not to be seen")
    options = parser.parse_args(argv)
    strings = history.read_strings(options.strings)
    if options.pre_commit is None:
        given = history.texts(options.repo, options.last)
    else:
        name = options.pre_commit or history.git(options.repo, "rev-parse", "--git-path", "COMMIT_EDITMSG").strip()
        file = Path(name) if options.pre_commit else options.repo / name
        given = message.pending(options.repo, file, options.cleanup)
    hits = history.find(given, strings)
    for hit in hits:
        print(f"{hit.kind:6}{hit.string}  in {where(hit.text)}")
        if options.show:
            for line in hit.text.text.splitlines():
                if history.fold(hit.string) in history.fold(line):
                    print(f"      | {line.strip()}")
    exact = sum(hit.kind == "exact" for hit in hits)
    commits = len({text.commit for text in given if text.commit})
    tree = ", branch, user and status" if any(text.place == "branch" for text in given) else ""  # none if bare
    read = f"{commits} commits{tree}" if options.pre_commit is None else "the message"
    print(f"{read} read, {len(strings)} strings looked for: {exact} exact, {len(hits) - exact} near")
    return int(exact > 0)


def find_trigger(argv: Sequence[str]) -> int:
    """Find the smallest set of commit messages for which a command of yours exits with 1.

    The command runs in a throw-away repository that holds one empty commit for each message in question, after a
    first commit "start". It exits with 0 if all is normal and 1 if the symptom shows. What is found is printed at
    once. Exit status 3: the limit of probes was reached, Ctrl-C, or SIGTERM; the smallest set known by then is
    printed.
    """
    parser = Parser("lab hermes-md-bug find-trigger", description=find_trigger.__doc__)
    parser.add_argument(
        "--oracle", required=True, metavar="COMMAND", help="run by the shell, in another folder; exits with 0 or 1"
    )
    parser.add_argument("--repo", type=Path, default=Path(), help="the repository (default: this folder)")
    parser.add_argument("--last", type=at_least(1), default=20, help="newest messages to search (20)")
    parser.add_argument("--method", choices=["auto", "one-at-a-time", "beginnings", "ddmin"], default="auto",
                        help=f"auto: one at a time up to {SMALL} messages, beginnings above")  # fmt: skip
    parser.add_argument("--flips", type=float, default=0.0, help="how often the oracle is wrong, at most (0 to 0.5)")
    parser.add_argument("--error", type=float, default=0.01, help="how often the whole search may be wrong (0.01)")
    parser.add_argument("--max-probes", type=at_least(1), default=100, help="stop after so many runs (100)")
    parser.add_argument("--shrink", action="store_true", help="then shorten each message found, by characters")
    parser.add_argument("--timeout", type=at_least(0, float), default=600, help="seconds a run may take (600)")
    parser.add_argument("--cost", type=at_least(0, float), help="what a run costs, to print the sum")
    parser.add_argument("--show", action="store_true", help="print messages and strings, not only ids and lengths")
    options = parser.parse_args(argv)
    if not 0 <= options.flips < 0.5:
        raise ValueError(f"--flips {options.flips:g}: an oracle wrong that often says nothing; give 0 to 0.5")
    if not 0 < options.error < 0.5:
        raise ValueError(f"--error {options.error:g}: give a share between 0 and 0.5")
    log = history.messages(options.repo, options.last)[::-1]  # oldest first
    if not log:
        raise ValueError(f"{options.repo} has no commits to search")
    given = [f"{subject}\n\n{body}".strip() for _, subject, body in log]
    oracle = find.Process(options.oracle, options.max_probes, options.timeout)
    finder = find.Finder(given, oracle, options.flips, options.error)
    method = options.method
    if method == "auto":
        method = "beginnings" if len(given) > SMALL or options.flips else "one-at-a-time"
    before = signal.signal(signal.SIGTERM, terminated)
    try:
        report(finder, method, log, options)
    except (find.Spent, KeyboardInterrupt) as ended:
        why = (
            f"at --max-probes {options.max_probes}" if isinstance(ended, find.Spent) else f"by {str(ended) or 'Ctrl-C'}"
        )
        unsure = "" if finder.known else " (not even the whole was asked about to the end)"
        print(f"stopped {why}: the smallest set known to show it has "
              f"{len(finder.least)} of {len(given)} messages{unsure}")  # fmt: skip
        show(finder.least if len(finder.least) < len(given) else [], log, options)
        return SPENT
    finally:
        signal.signal(signal.SIGTERM, before)
        cost = f", {oracle.probes * options.cost:.2f} in all" if options.cost is not None else ""
        probes = f"{oracle.probes} probe{'s' if oracle.probes != 1 else ''}"
        print(f"{probes} of {len(given)} message{'s' if len(given) != 1 else ''}{cost}", flush=True)
    return 0


def terminated(*_: object) -> NoReturn:
    """Handle SIGTERM as Ctrl-C is handled: what is known is printed."""
    raise KeyboardInterrupt("SIGTERM")


def show(part: Sequence[int], log: list, options: argparse.Namespace) -> None:
    """Print the commits at positions `part`, an id a line, with the subject if asked for."""
    for i in part:
        print(f"  {log[i][0][:10]}{'  ' + log[i][1] if options.show else ''}", flush=True)


def report(finder: find.Finder, method: str, log: list, options: argparse.Namespace) -> None:
    """Print each trigger as it is found; if asked for, then the least of each message that still works."""
    found = []
    for part in finder.triggers(method):
        found.append(part)
        print(f"trigger {len(found)}: {len(part)} message{'s' if len(part) > 1 else ''}", flush=True)
        show(part, log, options)
    for part in found if options.shrink else []:
        least = [finder.given[i] for i in part]
        for at, i in enumerate(part):
            least[at] = finder.shrink(least, at)
            text = f": {least[at]!r}" if options.show else ""
            print(f"  {log[i][0][:10]}  {len(least[at])} of {len(finder.given[i])} characters matter{text}", flush=True)


def watch_lane(argv: Sequence[str]) -> int:
    """Pass requests on to the service and print the lane that each response's header names.

    Start the client with ANTHROPIC_BASE_URL set to the address printed; users report that Claude Code then drops its
    usage meters, the long context and Remote Control. Nothing but time, status and lane is printed or kept. A request
    with a chunked body gets 411. Ends with Ctrl-C; exit status 1 if a response was metered.
    """
    parser = Parser("lab hermes-md-bug watch-lane", description=watch_lane.__doc__)
    parser.add_argument("--upstream", default="https://api.anthropic.com", help="where to pass requests on to")
    parser.add_argument("--port", type=at_least(0), default=8901, help="port on this machine (8901; 0: any free one)")
    parser.add_argument(
        "--stop", action="store_true", help="answer 503 to requests that arrive after a metered response"
    )
    options = parser.parse_args(argv)
    if options.port > 65535:
        raise ValueError(f"--port {options.port}: ports end at 65535")
    return lane.watch(options.upstream, options.port, options.stop)
