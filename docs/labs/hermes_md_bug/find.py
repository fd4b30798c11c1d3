"""The search on a reader's own messages: a command as the oracle, and what is known when its limit is reached."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from labs.hermes_md_bug import history, search


class Spent(Exception):
    """The oracle may not be asked again: its limit of probes is reached."""


class Process:
    """An oracle that is a command: run in a throw-away repository made of the messages in question.

    Exit status 0 means normal, 1 means the symptom; anything else stops the search. `probes` counts runs.
    """

    def __init__(self, command: str, most: int, seconds: float = 600) -> None:
        self.command, self.most, self.seconds, self.probes = command, most, seconds, 0

    def __call__(self, given: Sequence[str]) -> bool:
        """Whether a repository with these messages, oldest first, shows the symptom. Raises Spent at the limit."""
        if self.probes >= self.most:
            raise Spent
        self.probes += 1
        with tempfile.TemporaryDirectory() as folder:
            where = history.throwaway(Path(folder), given)
            try:
                done = subprocess.run(
                    self.command, shell=True, cwd=where, timeout=self.seconds,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise ValueError(f"the oracle took longer than {self.seconds:g} s") from None
        if done.returncode == 126:
            raise ValueError(
                "the oracle's command cannot be run: a script must be executable, or be called as `sh FILE`"
            )
        if done.returncode == 127:
            raise ValueError("the oracle's command was not found; it runs in another folder, so give full paths")
        if done.returncode not in (0, 1):
            raise ValueError(f"the oracle ended with {done.returncode}; 0 means normal, 1 means the symptom. It runs "
                             "in another folder: give full paths, and try it there by hand")  # fmt: skip
        return done.returncode == 1


class Finder:
    """Looks for the messages that set an oracle off; what it knows so far outlives the limit of probes.

    given    the messages, oldest first
    least    positions of the smallest set known to show the symptom
    """

    def __init__(self, given: Sequence[str], oracle: search.Ask, flips: float, error: float) -> None:
        self.given, self.oracle, self.flips, self.error = given, oracle, flips, error
        self.least: list[int] = list(range(len(given)))
        self.known = False  # has the whole been seen to show the symptom?
        ask = search.settled(self._plain, flips, error / 2) if flips else self._plain
        self.sure = search.remembered(self._note(ask))

    def _plain(self, part: Sequence[int]) -> bool:
        return self.oracle([self.given[i] for i in part])

    def _note(self, ask: search.Ask) -> search.Ask:
        def noted(part: Sequence[int]) -> bool:
            shown = ask(part)
            if shown and len(part) <= len(self.least):
                self.least, self.known = list(part), True
            return shown

        return noted

    def triggers(self, method: str) -> Iterator[list[int]]:
        """Positions of each smallest set of messages that sets the oracle off, as soon as it is found.

        `method` is "one-at-a-time", "beginnings" or "ddmin". Half of `error` is for the questions asked until
        sure, half for beginnings under flips. Raises ValueError if the whole shows no symptom, or nothing
        already shows it; Spent at the oracle's limit.
        """
        if not self.sure(range(len(self.given))):
            count = len(self.given)
            raise ValueError(f"the oracle calls the history of {count} messages normal: there is nothing to find")
        if self.sure([]):
            raise ValueError("the oracle shows the symptom without any message: the cause is not in them")
        plain = {"one-at-a-time": search.one_at_a_time, "ddmin": search.ddmin, "beginnings": search.by_prefix}[method]
        if method == "beginnings" and self.flips:
            yield from search.every_trigger(
                range(len(self.given)), self.sure,
                lambda items, _: search.by_belief(items, self._plain, self.flips, self.error / 2),
            )  # fmt: skip
        else:
            yield from search.every_trigger(range(len(self.given)), self.sure, plain)

    def shrink(self, messages: Sequence[str], at: int) -> str:
        """The message `messages[at]` with every character left out that the symptom does not need."""

        def ask(part: Sequence[int]) -> bool:
            return self.oracle([*messages[:at], "".join(messages[at][i] for i in part), *messages[at + 1 :]])

        sure = search.remembered(search.settled(ask, self.flips, self.error) if self.flips else ask)
        return "".join(messages[at][i] for i in search.ddmin(range(len(messages[at])), sure))
