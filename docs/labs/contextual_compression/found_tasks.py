"""What the lab found of rules and facts in planted chats that a task needs, and does not ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from labs.contextual_compression import planted
from labs.contextual_compression.planted import Wording
from labs.record import Results

Asked = Mapping[str, Mapping[str, float]]


def add_tasks(r: Results, fetched: Asked, by_words: Asked, never_write: float) -> None:
    """Retrieval with the question, and with a task that needs the fact and does not ask for it.

    `never_write` is the share of the chats whose rule about the forbidden word stands in its first wording.
    """
    question, task = fetched["question"], fetched["task"]
    r.add("asked_fetched", float(np.mean(list(question.values()))), "facts fetched in 5% by the question", "share")
    r.add("task_fetched", float(np.mean(list(task.values()))), "facts fetched in 5% by the task", "share")
    r.add("word_asked", question["word"], "forbidden words fetched in 5% by the question", "share")
    words = {what: float(np.mean(list(by_words[what].values()))) for what in by_words}
    for what, mean in words.items():
        r.add(f"{what}_fetched_words", mean, f"facts fetched in 5% by the {what}, BM25", "share")
        r.add(
            f"word_{what}_words", by_words[what]["word"], f"forbidden words fetched in 5% by the {what}, BM25", "share"
        )
    r.claim(
        "words_fetch_less_for_tasks",
        words["task"] < 0.6 * words["question"]
        and by_words["task"]["word"] == by_words["question"]["word"] == never_write < 0.5,
        "By BM25, too, a task fetches its fact less often, under six tenths as often as the question; either brings "
        'the forbidden word in as many chats as say "Never write" of it, under half.',
    )
    never = sum(share <= 0.05 for share in task.values())
    r.add("task_never", never, "of twelve kinds, those that the task fetches in at most one chat of twenty")
    r.add("kinds", len(task), "kinds of facts")
    r.claim(
        "tasks_do_not_ask",
        all(task[kind] <= question[kind] for kind in task)
        and task["word"] == 0
        and question["word"] < 2 / 3
        and np.mean(list(task.values())) < 0.5 * np.mean(list(question.values())),
        "In planted chats and by sentence vectors, a task fetches its fact less than half as often as the question "
        "does; the forbidden word, for a headline, in none of twenty chats, where the question brings it in fewer than "
        "two of three.",
    )
    r.table(
        "tasks",
        "Planted chats: facts fetched within 5% of the tokens",
        ["fact", "by question", "by task"],
        [[kind, question[kind], task[kind]] for kind in question],
    )


def add_wordings(r: Results, found: Sequence[Wording]) -> None:
    """The rule about the forbidden word in each of its three ways, in the same chats."""
    never, legal, lawyers = found
    r.add("planted_chats", planted.CHATS, "planted chats")
    r.add("worded_chats", planted.WORDED, "planted chats with the rule in each of its wordings")
    for name, one in (("never", never), ("legal", legal), ("lawyers", lawyers)):
        r.add(f"{name}_rare", one.rare, f"chats that keep the rule in the rarest tenth: {name}")
        r.add(f"{name}_question", one.question, f"chats in which BM25 brings it for the question: {name}")
        r.add(f"{name}_task", one.task, f"chats in which BM25 brings it for the task: {name}")
    r.claim(
        "wording_decides",
        never.rare <= planted.WORDED / 3
        and min(legal.rare, lawyers.rare, never.question, never.task) >= 0.9 * planted.WORDED
        and max(legal.question, legal.task, lawyers.question, lawyers.task) == 0,
        'Rare words keep the rule in nine of ten chats or more if it is said as "Legal says" or as "our lawyers", and '
        'in a third or fewer as "Never write"; BM25 brings it in nine of ten or more as "Never write", for question '
        "and task, and in none as the others.",
    )
    r.table(
        "wordings",
        "Planted chats that have the rule: in the rarest tenth, and fetched within 5% of the tokens",
        ["the rule", "rare words", "its question", "its task"],
        [
            [said, one.rare, one.question, one.task]
            for said, one in zip(("Never write", "Legal says", "our lawyers"), found, strict=True)
        ],
    )
