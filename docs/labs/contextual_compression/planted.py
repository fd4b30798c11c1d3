"""What each way to keep turns does to the facts of planted chats."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count

import numpy as np

from labs import embedding
from labs.contextual_compression import chat, keeping
from labs.contextual_compression.chat import Chat, Fact

CHATS = 20
WORDED = 5 * CHATS  # chats with the rule in each of its wordings: at twenty its rarest tenth moves too much
BUDGETS = (0.05, 0.1, 0.2, 0.4)
SHUFFLES = 20  # of the turns, for dice
ORDERS = (
    "window", "dice", "typical (centroid)", "typical (TextRank)", "TextRank, shared words", "diverse (MMR)",
    "least typical", "rare words",
)  # fmt: skip


@cache
def _vectors() -> dict[str, tuple[np.ndarray, int]]:
    """The unit vector and the word pieces of every text that a chat can hold."""
    texts = chat.texts()
    vectors = embedding.embed(texts).astype(float)
    sizes = embedding.pieces(texts) - 2
    return {text: (vector, int(size)) for text, vector, size in zip(texts, vectors, sizes, strict=True)}


def vectors(texts: Iterable[str]) -> np.ndarray:
    """Unit vectors of texts of a chat, (n, 384)."""
    return np.array([_vectors()[text][0] for text in texts])


def sizes(texts: Iterable[str]) -> list[int]:
    """Word pieces of texts of a chat."""
    return [_vectors()[text][1] for text in texts]


def orders(turns: Sequence[str], seed: int, ways: Collection[str] = ORDERS) -> dict[str, list[list[int]]]:
    """The turns in the order in which each of `ways` keeps them; several orders for dice, one for each other way."""
    v = vectors(turns)
    central = keeping.centrality(v)
    shuffle = random.Random(seed)
    made: dict[str, Callable[[], list[list[int]]]] = {
        "window": lambda: [list(range(len(turns) - 1, -1, -1))],
        "dice": lambda: [shuffle.sample(range(len(turns)), len(turns)) for _ in range(SHUFFLES)],
        "typical (centroid)": lambda: [keeping.best_first(central)],
        "typical (TextRank)": lambda: [keeping.best_first(keeping.textrank(v @ v.T) * len(turns))],
        "TextRank, shared words": lambda: [
            keeping.best_first(keeping.textrank(keeping.shared_words(turns)) * len(turns))
        ],
        "diverse (MMR)": lambda: [keeping.diverse(v)],
        "least typical": lambda: [keeping.best_first(-central)],
        "rare words": lambda: [keeping.best_first(keeping.rarity(turns))],
    }
    return {way: made[way]() for way in ways}


@dataclass
class Score:
    """Shares over facts: the value that holds is kept; only the earlier value is; the earlier one is kept at all.

    The last two are over the facts that were changed. `alike` is the cosine of what is kept with the whole chat.
    """

    kept: float
    stale_only: float
    old: float
    alike: float = 0.0


def score(facts: Sequence[Fact], holds: Callable[[str, int], bool], alike: float = 0.0) -> Score:
    """The shares, where `holds(value, turn)` says whether a value said at a turn is in what was kept."""
    changed = [fact for fact in facts if fact.stale]
    kept = {fact.kind.name: holds(fact.value, fact.turn) for fact in facts}
    old = {fact.kind.name: holds(fact.stale, fact.stale_turn) for fact in changed}
    only = [old[fact.kind.name] and not kept[fact.kind.name] for fact in changed]
    return Score(float(np.mean(list(kept.values()))), float(np.mean(only)), float(np.mean(list(old.values()))), alike)


def kept_turns(one: Chat, kept: Iterable[int], whole: np.ndarray | None = None) -> Score:
    """The shares where whole turns are kept; their likeness to the chat is the cosine of the two mean vectors.

    `whole` are the vectors of all turns, (n, 384), looked up if they are not given.
    """
    places = sorted(kept)
    have = set(places)
    whole = vectors(one.turns) if whole is None else whole
    mean = whole.mean(0)
    rest = whole[places].mean(0) if places else mean * 0
    norm = np.linalg.norm(mean) * np.linalg.norm(rest)
    return score(one.facts, lambda _, turn: turn in have, float(mean @ rest / norm) if norm else 0.0)


def measured(
    seed: int, decoys: int = chat.DECOYS, budgets: Sequence[float] = BUDGETS, ways: Collection[str] = ORDERS
) -> dict[tuple[str, float], Score]:
    """The mean Score of each of `ways` at each budget, over the chats of a seed; budgets are shares of a chat."""
    found: dict[tuple[str, float], list[Score]] = defaultdict(list)
    for number in range(seed * CHATS, (seed + 1) * CHATS):
        one = chat.planted(number, decoys)
        cost, whole = sizes(one.turns), vectors(one.turns)
        for name, several in orders(one.turns, number, ways).items():
            for budget in budgets:
                for order in several:
                    found[name, budget].append(kept_turns(one, keeping.take(order, cost, budget * sum(cost)), whole))
    return {key: mean(scores) for key, scores in found.items()}


def mean(scores: Sequence[Score]) -> Score:
    """The mean of each share."""
    return Score(*np.mean([list(vars(s).values()) for s in scores], axis=0).tolist())


def written(seed: int) -> dict[int, Score]:
    """The Score of facts kept under names by a writer that knows one, two or three of the three ways to say each."""
    found = {}
    for known in (1, 2, 3):
        scores = []
        for number in range(seed * CHATS, (seed + 1) * CHATS):
            one = chat.planted(number)
            values = set(chat.slots(one.turns, known).values())
            scores.append(score(one.facts, lambda value, _, values=values: value in values))
        found[known] = mean(scores)
    return found


@dataclass(frozen=True)
class Corrections:
    """Of the changed facts of a seed: how many, those whose correction is less rare than the first value, and those
    of which rare words keep only the old value at a tenth of the tokens."""

    changed: int
    below: int
    old_only: float


def corrections(seed: int, announced: bool = True) -> Corrections:
    """How rare words rank corrections, with the words that announce each and, if not `announced`, without them."""
    below, old = [], []
    for number in range(seed * CHATS, (seed + 1) * CHATS):
        one = chat.planted(number)
        turns = one.turns if announced else tuple(turn.removeprefix(chat.CHANGE) for turn in one.turns)
        rare, cost = keeping.rarity(turns), sizes(turns)
        kept = set(keeping.take(keeping.best_first(rare), cost, 0.1 * sum(cost)))
        for fact in (fact for fact in one.facts if fact.stale):
            below.append(rare[fact.turn] < rare[fact.stale_turn])
            old.append(fact.stale_turn in kept and fact.turn not in kept)
    return Corrections(len(below), sum(below), float(np.mean(old)))


def fetched(seed: int, share: float = 0.05, by_words: bool = False) -> dict[str, dict[str, float]]:
    """How often retrieval over the whole chat brings a fact's turn, by kind: asked for it, and given the task only.

    It reads the turns nearest to the query by their sentence vectors, or `by_words` those that BM25 puts first, until
    they have `share` of the chat's tokens.
    """
    found: dict[str, dict[str, list[bool]]] = {"question": defaultdict(list), "task": defaultdict(list)}
    for number in range(seed * CHATS, (seed + 1) * CHATS):
        one = chat.planted(number)
        cost, v, said = sizes(one.turns), vectors(one.turns), [keeping.words(turn) for turn in one.turns]
        for fact in one.facts:
            for what, query in (("question", fact.kind.question), ("task", fact.kind.task)):
                scores = keeping.bm25(said, keeping.words(query)) if by_words else v @ vectors([query])[0]
                near = keeping.best_first(scores)
                found[what][fact.kind.name].append(fact.turn in keeping.take(near, cost, share * sum(cost)))
    return {what: {kind: float(np.mean(hits)) for kind, hits in kinds.items()} for what, kinds in found.items()}


def first_wording(seed: int, name: str) -> list[bool]:
    """Whether the fact of a kind stands in the first of its three wordings, a chat of the seed each."""
    kind = next(kind for kind in chat.KINDS if kind.name == name)
    found = []
    for number in range(seed * CHATS, (seed + 1) * CHATS):
        one = chat.planted(number)
        fact = next(fact for fact in one.facts if fact.kind is kind)
        found.append(one.turns[fact.turn].removeprefix(chat.CHANGE) == kind.said[0].format(v=fact.value))
    return found


@dataclass(frozen=True)
class Wording:
    """The rule about the forbidden word, said in one way in each of WORDED chats: how many have it in the rarest tenth,
    and in how many BM25 brings it in 5% of the tokens for its question and for its task."""

    rare: int
    question: int
    task: int


def wordings(seed: int) -> list[Wording]:
    """The same chats with the rule said in each of its three ways at its turn, without the opening of a correction."""
    kind = next(kind for kind in chat.KINDS if kind.name == "word")
    found = []
    for said in kind.said:
        hits = []
        for number in range(seed * WORDED, (seed + 1) * WORDED):
            one = chat.planted(number)
            fact = next(fact for fact in one.facts if fact.kind is kind)
            turns = [*one.turns]
            turns[fact.turn] = said.format(v=fact.value)
            cost, spoken = sizes(turns), [keeping.words(turn) for turn in turns]
            scores = [
                (keeping.rarity(turns), 0.1),
                *((keeping.bm25(spoken, keeping.words(query)), 0.05) for query in (kind.question, kind.task)),
            ]
            hits.append(
                [fact.turn in keeping.take(keeping.best_first(s), cost, share * sum(cost)) for s, share in scores]
            )
        found.append(Wording(*map(int, np.sum(hits, axis=0))))
    return found


DRAWN = ("window", "typical (TextRank)", "dice", "rare words")  # the ways that the post's first figure shows


@dataclass(frozen=True)
class Event:
    """The post's first event: where a word was forbidden, and what TextRank kept at a tenth of the tokens."""

    turn: int
    word: str
    kept: int
    survives: bool
    dice: float  # share of shuffles in which the turn stays
    rare: bool
    chat: Chat
    places: dict[str, list[int]]  # the turns kept, by way


def event(seed: int) -> Event:
    """The first chat from a seed's first one on in which the word is forbidden in the third way, and never changed."""
    kind = next(kind for kind in chat.KINDS if kind.name == "word")
    for number in count(seed * CHATS):
        one = chat.planted(number)
        fact = next(fact for fact in one.facts if fact.kind is kind)
        if not fact.stale and one.turns[fact.turn] == kind.said[2].format(v=fact.value):
            break
    cost = sizes(one.turns)
    kept = {
        name: [keeping.take(order, cost, 0.1 * sum(cost)) for order in several]
        for name, several in orders(one.turns, number).items()
    }
    typical = kept["typical (TextRank)"][0]
    return Event(
        turn=fact.turn + 1,
        word=fact.value,
        kept=len(typical),
        survives=fact.turn in typical,
        dice=float(np.mean([fact.turn in places for places in kept["dice"]])),
        rare=fact.turn in kept["rare words"][0],
        chat=one,
        places={name: sorted(several[0]) for name, several in kept.items()},
    )
