"""Every query arm against every index by every retriever, each scored once."""

from __future__ import annotations

from functools import cache

import numpy as np

from labs import embedding
from labs.asymmetric_retrieval import data, model, retrieve

ENCODERS = {"MiniLM": "minilm", "MiniLM 512": "minilm-512", "E5": "e5"}
LEXICAL = {"BM25": None, "BM25 once": retrieve.once, "BM25Q": retrieve.saturating}
HELD = dict.fromkeys(("question", "question, shared words out"), "question") | dict.fromkeys(
    (
        "goal",
        "goal as JSON",
        "goal as question",
        "goal and command",
        "goal, shared words out",
        *model.ARMS.values(),
        *model.MEANS,
    ),
    "goal",
)  # arms by the wording that they come from
KEPT = {
    "lesson + question": {"question"},
    "lesson + goal": {"goal"},
    "lesson + all three": {"question", "goal"},
    "all in one text": {"question", "goal"},
    "goal in the lesson": {"goal"},
}  # indexes by the wording that they hold


class Bench:
    """Scores and hits. An arm or index with several wordings stands for the mean over them; no wording is asked of
    an index that holds the very same wording."""

    def __init__(self, seed: int):
        self.rows = data.lessons()
        self.gold = np.arange(len(self.rows))
        self.queries = data.queries(self.rows, seed) | model.queries(self.rows)
        self.indexes = data.indexes(self.rows, data.distractors(), seed)
        self.memories = len(self.indexes["lesson"][0][0])
        self.boot = retrieve.Bootstrap(len(self.rows), seed)
        self.passages = cache(embedding.embed)
        self.asked = cache(self.vectors)
        self.scores = cache(self._scores)
        self.hits = cache(self._hits)

    def pairs(self, arm: str, index: str) -> list[tuple[int, int]]:
        """The wordings that are asked and stored together."""
        same = HELD.get(arm) in KEPT.get(index, ())
        asked = range(len(self.queries[arm]))
        return [(a, s) for a in asked for s in range(len(self.indexes[index])) if not (same and a == s)]

    def vectors(self, arm: str, a: int, by: str) -> np.ndarray:
        """The unit vectors of an arm's queries."""
        if arm in model.MEANS:
            mean = sum(self.vectors(part, a, by) for part in model.MEANS[arm])
            return mean / np.linalg.norm(mean, axis=1, keepdims=True)
        asked = self.queries[arm][a]
        if by == "E5":
            return embedding.embed(["".join(query) for query in asked], "e5-query")
        heads = [data.as_read(query, embedding.WINDOW) for query in asked]
        found = embedding.embed(heads)
        if by == "MiniLM 512":
            long = np.flatnonzero(embedding.pieces(heads) > embedding.WINDOW)
            if len(long):
                found[long] = embedding.embed([data.as_read(asked[i], 512) for i in long], "minilm-512")
        return found

    def _scores(self, arm: str, a: int, index: str, s: int, by: str = "MiniLM") -> np.ndarray:
        """Scores of an arm's 60 queries for the 120 memories, (60, 120)."""
        texts, owners = self.indexes[index][s]
        if by in ("best part", "mean part"):  # of the query: its frames and its message, each read alone
            asked = self.queries[arm][a]
            found = embedding.embed([part for query in asked for part in query]) @ embedding.embed(texts).T
            starts = np.cumsum([0, *(len(query) for query in asked[:-1])])
            best = np.maximum.reduceat(found, starts)
            mean = np.add.reduceat(found, starts) / np.array([[len(query)] for query in asked])
            return retrieve.best_view(best if by == "best part" else mean, owners, self.memories)
        if by in ENCODERS:
            passages = self.passages(tuple(texts), "e5-passage" if by == "E5" else "minilm")
            return retrieve.best_view(self.asked(arm, a, by) @ passages.T, owners, self.memories)
        if by in LEXICAL:
            weight = {"weight": LEXICAL[by]} if LEXICAL[by] else {}
            asked = ["".join(query) for query in self.queries[arm][a]]
            return retrieve.best_view(retrieve.bm25(texts, asked, **weight), owners, self.memories)
        both = [self.scores(arm, a, index, s, one) for one in ("MiniLM", "BM25 once" if "once" in by else "BM25")]
        if "scores" in by:
            return retrieve.blend(*both)
        fused = retrieve.fuse(*both, k=1 if "k=1" in by else 60, depth={"ten": 10, "five": 5}.get(by.split()[-1], 999))
        if "routed" in by:  # a query longer than the window goes to BM25 alone
            long = [data.pieces(query) > embedding.WINDOW for query in self.queries[arm][a]]
            fused = np.where(np.array(long)[:, None], both[1], fused)
        return fused

    def _hits(self, arm: str, index: str = "lesson", by: str = "MiniLM", top: int = 5) -> np.ndarray:
        """Share of an arm's wordings that find the right memory among the first `top`, a number a row."""
        return np.mean([self.found(arm, a, index, s, by, top) for a, s in self.pairs(arm, index)], axis=0)

    def found(self, arm: str, a: int, index: str, s: int, by: str = "MiniLM", top: int = 5) -> np.ndarray:
        """1 where one wording finds the right memory among the first `top`, a number a row."""
        return (retrieve.ranks(self.scores(arm, a, index, s, by), self.gold) <= top).astype(float)

    def alone(self, arm: str, index: str = "lesson", top: int = 5) -> np.ndarray:
        """Hits of MiniLM where the 60 lessons are all that is stored."""
        return np.mean(
            [
                retrieve.ranks(self.scores(arm, a, index, s)[:, : len(self.rows)], self.gold) <= top
                for a, s in self.pairs(arm, index)
            ],
            axis=0,
        )

    def recall(self, arm: str, index: str = "lesson", by: str = "MiniLM", top: int = 5) -> float:
        """Share of the 60 lessons found."""
        return float(self.hits(arm, index, by, top).mean())

    def interval(self, arm: str, index: str = "lesson", by: str = "MiniLM", top: int = 5) -> tuple[float, float, float]:
        """Recall and its interval over lessons."""
        return self.boot.mean(self.hits(arm, index, by, top))

    def gain(self, one: tuple, other: tuple) -> tuple[float, float, float]:
        """Recall of one setting less that of another, paired by lesson, and its interval."""
        return self.boot.mean(self.hits(*one) - self.hits(*other))

    def warns(self, arm: str, index: str = "lesson") -> tuple[float, float, float]:
        """AUROC of the top cosine: the memory is there, against the same query with that memory gone; its interval."""
        found = [self.scores(arm, a, index, s) for a, s in self.pairs(arm, index)]
        with_it = np.array([s.max(1) for s in found])
        gone = np.array([retrieve.without(s, self.gold).max(1) for s in found])
        each = [self.boot.auroc(x, y, 300) for x, y in zip(with_it, gone, strict=True)]
        return tuple(np.mean(each, axis=0).tolist())

    def read(self, arm: str, window: int = embedding.WINDOW) -> np.ndarray:
        """How much of the message the model reads: 1 all, 0 nothing, between where the window ends inside it."""
        total = np.array([data.pieces(query) for query in self.queries[arm][0]])
        message = np.array([data.pieces(query) for query in self.queries["error"][0]]) - 2
        return np.clip((window - 1 - (total - 1 - message)) / message, 0, 1)
