"""The small model reading retrieved rows from its prompt, as it comes and with the reading adapter.

Answers are kept in `answers.json` and can be computed again from `reader.npz` and the model; the world is seed 0's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from labs.fine_tuning_vs_rag import reading, stores
from labs.fine_tuning_vs_rag.found_decay import MARGIN
from labs.fine_tuning_vs_rag.world import ATTRIBUTES, FACTS, History, Row, lead, question, sentence
from labs.language_model import SmolLM
from labs.record import Results

HERE = Path(__file__).parent
ASKED = 50  # the facts of the first ten users
READ = 8  # rows in a prompt


@dataclass(frozen=True)
class Way:
    """What the model is handed: which rows, read with the adapter or not, asked in which wording, at most how many."""

    rows: str
    adapter: bool
    form: int = 0
    count: int = READ


WAYS: dict[str, Way] = {
    "keyed": Way("keyed", False),
    "keyed_three": Way("keyed", False, 0, 3),
    "keyed_one": Way("keyed", False, 0, 1),
    "keyed_adapter": Way("keyed", True),
    "keyed_one_adapter": Way("keyed", True, 0, 1),
    "changed": Way("changed", False),
    "changed_adapter": Way("changed", True),
    "other_words": Way("keyed", False, 1),
    "other_words_one": Way("keyed", False, 1, 1),
    "other_words_adapter": Way("keyed", True, 1),
    "other_words_one_adapter": Way("keyed", True, 1, 1),
    "append": Way("append", False),
    "append_adapter": Way("append", True),
    "own": Way("own", False),
    "own_adapter": Way("own", True),
    "own_other_words": Way("own", False, 1),
    "own_other_words_adapter": Way("own", True, 1),
    "own_newest_first_adapter": Way("newest first", True),
    "without_adapter": Way("without it", True),
}


@cache
def world() -> tuple[History, np.ndarray]:
    """The world of seed 0, and its facts after every one of them has changed once more."""
    history = History(0)
    return history, (history.now[-1] + np.random.default_rng(0).integers(1, 4, len(FACTS))) % 4


def handed(rows: str, form: int, count: int = READ) -> tuple[list[list[Row]], np.ndarray]:
    """The `count` nearest rows for each fact's question, and what is true."""
    history, changed = world()
    said, truth = history.transcript, history.now[-1]
    ledger = stores.keyed(said, 0.0, 0)
    if rows == "changed":
        ledger = [Row(row.fact, int(changed[row.fact]), history.rounds + 1) for row in ledger]
        return stores.handed(ledger, form, count), changed
    if rows in ("own", "newest first"):
        found = stores.handed(said, form, count, own=True)
        return ([list(reversed(these)) for these in found] if rows == "newest first" else found), truth
    if rows == "without it":  # one row more is fetched, and the row that holds the answer is taken away
        found = stores.handed(ledger, form, count + 1)
        return [[row for row in these if row.fact != fact][-count:] for fact, these in enumerate(found)], truth
    return stores.handed(said if rows == "append" else ledger, form, count), truth


def prompts(way: Way) -> tuple[list[str], np.ndarray]:
    """A prompt for each fact asked, and what is true."""
    found, truth = handed(way.rows, way.form, way.count)
    return [
        reading.prompt([sentence(r.fact, r.value) for r in found[fact]], question(fact, way.form), lead(fact, way.form))
        for fact in range(ASKED)
    ], truth[:ASKED]


def held(way: Way) -> tuple[np.ndarray, np.ndarray]:
    """Of the handed rows of a fact: is the newest true, and is none of another value? (ASKED,) bools."""
    found, truth = handed(way.rows, way.form, way.count)
    values = [[row.value for row in sorted(found[f], key=lambda row: row.round) if row.fact == f] for f in range(ASKED)]
    newest = np.array([bool(said) and said[-1] == truth[fact] for fact, said in enumerate(values)])
    return newest, newest & np.array([len(set(said)) == 1 for said in values])


def chosen(way: Way) -> np.ndarray:
    """Which of the fact's four values is the likeliest, (ASKED,) ints."""
    model = SmolLM(HERE / "answers.json", HERE / "reader.npz" if way.adapter else None)
    asked, _ = prompts(way)
    endings: list[Sequence[str]] = [[f" {v}" for v in ATTRIBUTES[FACTS[fact][1]].values] for fact in range(ASKED)]
    return np.array([np.argmax([s.logp for s in four]) for four in model.score(asked, endings)])


def answered(way: Way) -> np.ndarray:
    """Whether the true value is the likeliest of the fact's four, (ASKED,) bools."""
    return chosen(way) == prompts(way)[1]


def searched(rows: str, form: int = 0) -> int:
    """Of the facts asked, those that the nearest row alone answers, with no model: `keyed` or `own` rows."""
    history, _ = world()
    said = history.transcript
    found = (stores.nearest(said, form, own=True) if rows == "own"
             else stores.nearest(stores.keyed(said, 0.0, 0), form))  # fmt: skip
    return int((stores.outcome(found, history.now[-1])[:ASKED] == 0).sum())


def margined(form: int = 0) -> int:
    """The same from the user's own rows, where the newest of the rows within MARGIN of the best is returned."""
    history, _ = world()
    found = stores.nearest(history.transcript, form, own=True, margin=MARGIN)
    return int((stores.outcome(found, history.now[-1])[:ASKED] == 0).sum())


def turned() -> tuple[np.ndarray, np.ndarray]:
    """Of the prompts with own rows turned round: is the oldest value no longer true, and named? (ASKED,) bools."""
    found, truth = handed("own", 0)
    oldest = np.array([next((row.value for row in found[f] if row.fact == f), truth[f]) for f in range(ASKED)])
    left = oldest != truth[:ASKED]
    return left, left & (chosen(WAYS["own_newest_first_adapter"]) == oldest)


def newer_first(seed: int) -> float:
    """How often a fact's newest row is among the READ nearest after 200 rounds, where ties go to the newer row."""
    rows = History(seed, 200).transcript
    newest = {row.fact: row for row in rows}
    return float(np.mean([newest[fact] in these for form in (0, 1)
                          for fact, these in enumerate(stores.handed(rows, form, READ, newer=True))]))  # fmt: skip


def add_growth(r: Results, seed: int) -> None:
    """How often a fact's newest row is among the READ nearest of a store that appends, as the history grows."""
    got = {}
    for rounds in (20, 60, 200):
        history = History(seed, rounds)
        for name, rows in (("", history.transcript), ("_once", stores.once(history.transcript))):
            there = []
            for form in (0, 1):
                for fact, these in enumerate(stores.handed(rows, form, READ)):
                    mine = [row for row in these if row.fact == fact]
                    there.append(bool(mine) and mine[-1].value == history.now[-1][fact])
                    newest = max(row.round for row in rows if row.fact == fact)
                    there[-1] = there[-1] and mine[-1].round == newest
            got[f"{rounds}{name}"] = float(np.mean(there))
            says = f"facts whose newest row is among the {READ} nearest after {rounds} rounds"
            says += ", each text once" if name else ""
            r.add(f"newest_there_{rounds}{name}", got[f"{rounds}{name}"], says, "share")
    r.add("newest_there_200_newer", newer_first(seed), "the same after 200 rounds, ties to the newer row", "share")
    r.claim("order_has_an_end", got["20"] >= 0.99 and got["200"] < 0.8,
            "Of a store that appends, the eight nearest rows hold the newest of at least 99% of the facts after 20 "
            "rounds, and of under 80% after 200.")  # fmt: skip
    r.claim("once_keeps_newest", got["200_once"] >= 0.95,
            "With each text once, the eight nearest hold the newest of at least 95% after 200 rounds.")  # fmt: skip


def add_reading(r: Results) -> dict[str, tuple[int, int]]:
    """Every way to hand rows to the model; right answers of ASKED."""
    got = {name: answered(way) for name, way in WAYS.items()}
    right = {name: int(ok.sum()) for name, ok in got.items()}
    r.add("read_asked", ASKED, "questions asked of the reading model, five for each of ten users")
    r.add("read_rows", READ, "rows in its prompt at most")
    for name, way in WAYS.items():
        words = f"{way.rows} rows, {'with the adapter' if way.adapter else 'as it comes'}, wording {way.form + 1}"
        words += f", {way.count} at most" if way.count != READ else ""
        r.add(f"read_{name}", right[name], f"right of {ASKED}: {words}")
    there = {rows: held(Way(rows, False)) for rows in ("keyed", "append", "own")}
    for rows, (newest, _) in there.items():
        r.add(f"read_there_{rows}", int(newest.sum()), f"of {ASKED} prompts, {rows} rows: the fact's newest is there")
    stale = there["own"][0] & ~there["own"][1]
    r.add(
        "read_stale_own", int(stale.sum()), "prompts with the user's own rows in which the newest and an old one stand"
    )
    r.add("read_stale_right", int(got["own_adapter"][stale].sum()), "of them right, with the adapter")
    left, named = turned()
    r.add(
        "read_turned", int(left.sum()), "prompts with the user's own rows in which the oldest value is not the newest"
    )
    r.add("read_turned_oldest", int(named.sum()), "of them, the oldest value named, newest first, with the adapter")
    r.add("searched_keyed", searched("keyed"), f"of {ASKED}: the nearest row of the ledger is right, no model")
    r.add("searched_other_words", searched("keyed", 1), "the same, asked in other words")
    r.add("searched_own", searched("own"), "the same as the first, of the user's own rows, appended")
    r.add("searched_own_other_words", searched("own", 1), "the same, asked in other words")
    r.add("margined_own", margined(), f"of {ASKED}: the newest of own rows within the margin is right, no model")
    r.add("margined_own_other_words", margined(1), "the same, asked in other words")
    few = {READ: "", 3: ", nearest three", 1: ", nearest one"}
    table = [
        [f"{w.rows}{few[w.count]}{', other words' if w.form else ''}, {'adapter' if w.adapter else 'as it comes'}",
         right[n]]
        for n, w in WAYS.items()
    ]  # fmt: skip
    r.table("reading", f"right of {ASKED} by what the model was handed", ["handed", "right"], table)
    pairs = {"list, the nearest row": ("keyed", "keyed_one", "other_words_one"),
             "list, eight rows": ("keyed", "keyed", "other_words"),
             "log of own rows, eight": ("own", "own", "own_other_words")}  # fmt: skip
    asked = ("", ", asked in other words")
    r.table("reading_pairs", f"right of {ASKED}: the search alone, the model as it comes and with the adapter",
            ["handed", "nearest row, no model", "as it comes", "adapter"],
            [[label + asked[form], searched(rows, form), right[way], right[f"{way}_adapter"]]
             for label, (rows, *ways) in pairs.items() for form, way in enumerate(ways)])  # fmt: skip
    add_claims(r, right, there)
    bars = {"by key,\nnearest one": "keyed_one", "by key,\neight": "keyed", "by key,\nother words": "other_words",
            "appended,\nown rows": "own", "appended,\nall users": "append"}  # fmt: skip
    return {label: (right[name], right[f"{name}_adapter"]) for label, name in bars.items()}


def add_claims(r: Results, right: dict[str, int], there: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Claims on the reading model, asked in one world."""
    kept = record()
    before, after = kept["perplexity"]
    r.add("perplexity_before", before, "perplexity on two texts of Python's manual, as it comes")
    r.add("perplexity_after", after, "the same with the adapter")
    r.add("reader_minutes", round(kept["seconds"] / 60), "minutes of training the adapter, one busy thread", "min")
    r.add("reader_kilobytes", (HERE / "reader.npz").stat().st_size // 1000, "size of the adapter", "kB")
    other = held(Way("keyed", False, 1))
    r.claim("keyed_all_there", all(part.all() for part in (*there["keyed"], *other)),
            "The true row is among the eight rows of the ledger in both wordings, and no old one.")  # fmt: skip
    r.claim("adapter_reads", max(right["keyed"], right["changed"]) <= 30
            and min(right["keyed_adapter"], right["changed_adapter"]) >= 45,
            "Of 50 answers from eight rows by key, at most 30 are right as the model comes and at least 45 with the "
            "adapter, before every fact has changed and after.")  # fmt: skip
    r.claim("one_row_needs_no_training", right["keyed_one"] >= max(right["keyed_adapter"], right["keyed_one_adapter"])
            and right["keyed"] < right["keyed_three"] < right["keyed_one"],
            "From the nearest row by key alone, the model as it comes has as many answers right as with the adapter, "
            "from one row or from eight; from three rows fewer, from eight fewer still.")  # fmt: skip
    r.claim("one_row_helps_other_words", right["other_words_one"] > right["other_words"]
            and right["other_words_one_adapter"] > right["other_words_adapter"]
            and searched("keyed", 1) > right["other_words_one_adapter"] > right["other_words_one"],
            "Asked in other words, the nearest row by key alone gives more right answers than eight rows, with the "
            "adapter and without; most with it, and the search without a model is right more often still.")  # fmt: skip
    pairs = ("keyed", "other_words", "own", "append")
    r.claim("adapter_helps_all", all(right[f"{name}_adapter"] > right[name] for name in pairs),
            "With the adapter more answers are right for rows by key, in both wordings, and for own and all rows "
            "appended.")  # fmt: skip
    r.claim("order_is_a_clock", min(right["own_adapter"], right["append_adapter"]) >= 45
            and right["own_newest_first_adapter"] <= 30 and (there["own"][0] & ~there["own"][1]).sum() > ASKED / 2,
            "With the adapter, at least 45 of 50 are right from appended rows, oldest first; with the newest first, at "
            "most 30. Of the prompts with own rows, more than half hold an old value beside the newest.")  # fmt: skip
    left, named = turned()
    r.claim("turned_names_oldest", left.sum() > ASKED / 2 and named.sum() >= 0.75 * left.sum(),
            "From own rows turned round, with the adapter, the oldest value is named for at least three in four of the "
            "prompts in which it is no longer true.")  # fmt: skip
    r.claim("search_suffices_on_list", searched("keyed") >= right["keyed_adapter"]
            and searched("keyed", 1) > right["other_words_adapter"],
            "The nearest row of the ledger alone is right as often as the reader with the adapter, and more often in "
            "other words.")  # fmt: skip
    r.claim("reader_beats_search_on_log", right["own_adapter"] >= searched("own") + 10 > right["own"] + 10,
            "Of the user's own rows appended, the reader with the adapter is right on at least ten of 50 more than "
            "the nearest row alone, and the model as it comes on fewer.")  # fmt: skip
    r.claim("lead_needs_the_words", 0 < right["own_other_words_adapter"] - searched("own", 1) <= 5
            and right["own_other_words"] < searched("own", 1),
            "Of the user's own rows appended, asked in other words, the reader with the adapter is right on at most "
            "five of 50 more than the nearest row alone, and the model as it comes on fewer.")  # fmt: skip
    r.claim("margin_catches_reader", margined() == right["own_adapter"]
            and margined(1) > right["own_other_words_adapter"],
            "Of the user's own rows appended, the newest of those within 0.08 of the best cosine, with no model, is "
            "right as often as the reader with the adapter, and more often in other words.")  # fmt: skip
    r.claim("other_words_stay_hard", right["other_words_adapter"] <= 35,
            "Asked in other words than the rows', at most 35 of 50 are right with the adapter.")  # fmt: skip
    r.claim("reads_what_is_there", right["without_adapter"] <= 20,
            "Without the row that holds the answer, at most 20 of 50 are right with the adapter.")  # fmt: skip
    r.claim("prose_survives", after < before * 1.05, "On two texts of Python's manual the adapter costs under 5% of "
            "perplexity.")  # fmt: skip


def record() -> dict[str, Any]:
    """What was kept of the adapter's training."""
    return dict(json.loads((HERE / "reader.json").read_text(encoding="utf-8")))
