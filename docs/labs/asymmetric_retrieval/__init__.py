"""How well an agent finds a stored lesson by a question, by what it is about to do, and by what just went wrong."""

from __future__ import annotations

import sys

import numpy as np

from labs import embedding
from labs.asymmetric_retrieval import data, figures, notes, retrieve, tracebacks
from labs.record import Results

REGISTERS = (
    "question", "goal", "goal as JSON", "goal as question", "error", "error in words",
    "error after 5", "error after 15", "error before 15", "last 300 characters of 15",
)  # fmt: skip
LEVEL = "95% bootstrap over the 60 lessons"


class Bench:
    """Every query arm against every index, each scored once: MiniLM, BM25 and their fusion."""

    def __init__(self, seed: int):
        self.rows = data.lessons()
        self.gold = np.arange(len(self.rows))
        self.queries = data.queries(self.rows, seed)
        self.indexes = data.indexes(self.rows, data.distractors(), seed)
        self.memories = len(self.indexes["lesson"][0])
        self.boot = retrieve.Bootstrap(len(self.rows), seed)
        self.kept: dict[tuple[str, str, str], np.ndarray] = {}

    def scores(self, arm: str, index: str = "lesson", by: str = "MiniLM") -> np.ndarray:
        """Scores of an arm's 60 queries for the 120 memories."""
        if (arm, index, by) not in self.kept:
            texts, owners = self.indexes[index]
            if by == "fused":
                found = retrieve.fuse(self.scores(arm, index), self.scores(arm, index, "BM25"))
            else:
                by_name = {"MiniLM": retrieve.cosine, "BM25": retrieve.bm25, "BM25 once": retrieve.bm25_once}
                score = by_name[by]
                found = retrieve.best_view(score(texts, self.queries[arm]), owners, self.memories)
            self.kept[arm, index, by] = found
        return self.kept[arm, index, by]

    def hits(self, arm: str, index: str = "lesson", by: str = "MiniLM", top: int = 5) -> np.ndarray:
        """1 where the right memory is among the first `top`, a number a row."""
        return (retrieve.ranks(self.scores(arm, index, by), self.gold) <= top).astype(float)

    def recall(self, arm: str, index: str = "lesson", by: str = "MiniLM", top: int = 5) -> float:
        """Share of the 60 lessons found."""
        return float(self.hits(arm, index, by, top).mean())

    def warns(self, arm: str, index: str = "lesson") -> tuple[float, float, float]:
        """AUROC of the top cosine: a memory is there against the same query with that memory gone; and its interval."""
        s = self.scores(arm, index)
        return self.boot.auroc(s.max(1), retrieve.without(s, self.gold).max(1))

    def read(self, arm: str) -> np.ndarray:
        """How much of the message the model reads: 1 all, 0 nothing, between where the window ends inside it."""
        total, message = embedding.pieces(self.queries[arm]), embedding.pieces(self.queries["error"]) - 2
        return np.clip((embedding.WINDOW - 1 - (total - 1 - message)) / message, 0, 1)


def run(seed: int) -> Results:
    """The whole experiment: registers, stacks, indexes, scores, falsifiers, and the real tracebacks."""
    bench, r = Bench(seed), Results()
    for part in (registers, stacks, views, warning, falsifiers):
        part(bench, r)
    recorded(r)
    return r


def share(r: Results, name: str, found: tuple[float, float, float], says: str, unit: str = "share") -> None:
    """Keep a measure with its interval."""
    r.add(name, found[0], says, unit, low=found[1], high=found[2], interval=LEVEL)


def registers(bench: Bench, r: Results) -> None:
    """The same memories and model, asked in different ways; index of lessons only."""
    r.add("lessons", len(bench.rows), "lessons in the store that answer a query")
    r.add("chance_r5", 5 / bench.memories, "recall@5 of a retriever that picks at random", "share")
    r.add("memories", bench.memories, "memories in the store, with those that answer none of the queries")
    r.add("python_rows", sum(row.python for row in bench.rows), "lessons whose error is raised as a Python exception")
    stored = bench.indexes["lesson + symptom"][0][bench.memories :]
    same = [a == b for a, b in zip(bench.queries["error"], stored, strict=True)]
    r.add("same_error_rows", sum(same), "lessons whose error comes back exactly as stored; the others differ in values")
    arms = ("question", "goal", "goal as JSON", "error", "error in words")
    for name, arm in zip(("question", "goal", "goal_json", "error_line", "words"), arms, strict=True):
        for top in (1, 5):
            says = f"recall@{top} of MiniLM, lessons only, asked by: {arm}"
            share(r, f"{name}_r{top}", bench.boot.mean(bench.hits(arm, top=top)), says)
    gap = bench.boot.mean(bench.hits("question") - bench.hits("goal"))
    share(r, "question_minus_goal_r5", gap, "recall@5 by question minus by goal, paired", "")
    columns = ["Query", "Median pieces", "MiniLM r@1", "MiniLM r@5", "BM25 r@5", "Fused r@5", "Mean top score"]
    table = [
        [arm, float(np.median(embedding.pieces(bench.queries[arm]))), bench.recall(arm, top=1), bench.recall(arm),
         bench.recall(arm, by="BM25"), bench.recall(arm, by="fused"), float(bench.scores(arm).max(1).mean())]
        for arm in REGISTERS
    ]  # fmt: skip
    r.table("registers", "index of lessons only: recall by what is sent as the query", columns, table)
    lesson = [set(retrieve.words(text)) for text in bench.indexes["lesson"][0]]
    rare = {w for w in set().union(*lesson) if sum(w in bag for bag in lesson) <= 3}
    rows = []
    for arm in ("question", "goal", "error", "error in words"):
        shared = np.array([bool(set(retrieve.words(q)) & lesson[i] & rare) for i, q in enumerate(bench.queries[arm])])
        hits, alone = bench.hits(arm), retrieve.ranks(bench.scores(arm)[:, : len(bench.rows)], bench.gold) <= 5
        rows.append([arm, shared.mean(), hits[shared].mean(), hits[~shared].mean(), alone.mean()])
    columns = ["Query", "Shares a rare word", "r@5 if it does", "r@5 if not", "r@5 without distractors"]
    r.table("overlap", "is it only shared words? rare: in at most 3 of the 120 lessons", columns, rows)


def stacks(bench: Bench, r: Results) -> None:
    """A message after a stack of real frames: what the model still reads, and what is found."""
    rows = []
    for n in data.FRAMES:
        bare = f"error after {n}, no carets"
        rows.append([
            n, float(np.median(embedding.pieces(bench.queries[f"error after {n}"]))),
            float(np.median(embedding.pieces(bench.queries[bare]))), bench.read(f"error after {n}").mean(),
            bench.recall(f"error after {n}"), bench.recall(bare), bench.recall(f"error after {n}", by="BM25"),
            bench.recall(f"error after {n}", by="fused"),
        ])  # fmt: skip
    columns = ["Frames", "Pieces", "Pieces, no carets", "Message read", "MiniLM r@5", "MiniLM r@5, no carets",
               "BM25 r@5", "Fused r@5"]  # fmt: skip
    r.table("stacks", "lessons only: the error message after a stack of Python 3.13 frames", columns, rows)
    for arm, name in (
        ("error after 5", "error_5_frames_r5"), ("error after 15", "error_15_frames_r5"),
        ("error before 5", "error_first_5_frames_r5"), ("error before 15", "error_first_15_frames_r5"),
        ("last 300 characters of 15", "tail_15_frames_r5"),
    ):  # fmt: skip
        share(r, name, bench.boot.mean(bench.hits(arm)), f"recall@5 of MiniLM, lessons only: {arm} frames")
    python = np.array([row.python for row in bench.rows])
    for arm, name in (("error", "python_error_r5"), ("error after 5", "python_5_frames_r5")):
        r.add(name, bench.hits(arm)[python].mean(), f"recall@5 on the lessons with a Python error only: {arm}", "share")
    for suffix, name in (("", "cliff_frames"), (", no carets", "cliff_frames_no_carets")):
        lost = [n for n in data.FRAMES if np.median(bench.read(f"error after {n}{suffix}")) == 0]
        r.add(name, lost[0], f"frames from which the model reads nothing of most messages{suffix}", "frames")
    for arm, name in (("question", "question"), ("error", "error"), ("error after 15", "15_frames")):
        r.add(f"top_score_{name}", bench.scores(arm).max(1).mean(), f"mean cosine of the first hit: {arm}")
    r.figure("stack", lambda: figures.stack(bench))


def views(bench: Bench, r: Results) -> None:
    """What else is indexed with the lesson; wordings asked are never the wordings stored."""
    arms = ("question", "goal", "goal as JSON", "error in words", "error", "error after 5", "last 300 characters of 15")
    for top in (1, 5):
        table = [[arm, *(bench.recall(arm, index, top=top) for index in bench.indexes)] for arm in arms]
        r.table(f"views_r{top}", f"MiniLM recall@{top} by query and index", ["Query", *bench.indexes], table)
    stacked = (
        "error",
        *(f"error after {n}" for n in (2, 3, 4, 5, 8, 15)),
        "error before 15",
        "last 300 characters of 15",
    )
    table = [
        [arm, *(bench.recall(arm, "lesson + symptom", by) for by in ("MiniLM", "BM25", "BM25 once", "fused"))]
        for arm in stacked
    ]
    columns = ["Query", "MiniLM", "BM25", "BM25, words once", "Fused"]
    r.table("symptom", "recall@5 where the symptom is stored too", columns, table)
    for name, arm, index, top, by in (
        ("symptom_index_r1", "error", "lesson + symptom", 1, "MiniLM"),
        ("goal_with_goal_index_r5", "goal", "lesson + goal", 5, "MiniLM"),
        ("goal_json_with_goal_index_r5", "goal as JSON", "lesson + goal", 5, "MiniLM"),
        ("goal_with_question_index_r5", "goal", "lesson + question", 5, "MiniLM"),
        ("goal_with_all_r5", "goal", "lesson + all three", 5, "MiniLM"),
        ("bm25_5_frames_lesson_r5", "error after 5", "lesson", 5, "BM25"),
        ("bm25_5_frames_r5", "error after 5", "lesson + symptom", 5, "BM25"),
        ("bm25_15_frames_r5", "error after 15", "lesson + symptom", 5, "BM25"),
        ("bm25_once_15_frames_r5", "error after 15", "lesson + symptom", 5, "BM25 once"),
        ("bm25_once_5_frames_lesson_r5", "error after 5", "lesson", 5, "BM25 once"),
        ("rrf_5_frames_r5", "error after 5", "lesson + symptom", 5, "fused"),
        ("tail_symptom_r5", "last 300 characters of 15", "lesson + symptom", 5, "MiniLM"),
    ):
        found = bench.boot.mean(bench.hits(arm, index, by, top))
        share(r, name, found, f"recall@{top} of {by}: {arm}, index {index}")
    both = [bench.scores("error after 5", "lesson + symptom", by) for by in ("MiniLM", "BM25")]
    steep = retrieve.ranks(retrieve.fuse(*both, k=1), bench.gold) <= 5
    r.add("rrf_k1_5_frames_r5", steep.mean(), "rrf_5_frames_r5 with k=1 in place of 60", "share")
    plain = bench.hits("goal", "lesson + goal") - bench.hits("goal as JSON", "lesson + goal")
    share(r, "plain_minus_json_r5", bench.boot.mean(plain), "recall@5 by goal minus by goal as JSON, goals stored", "")
    for index, name in (("lesson", "goal_alone_r5"), ("lesson + goal", "goal_index_alone_r5")):
        found = retrieve.ranks(bench.scores("goal", index)[:, : len(bench.rows)], bench.gold) <= 5
        r.add(name, found.mean(), f"recall@5 of MiniLM among the 60 lessons alone: goal, index {index}", "share")
    r.figure("views", lambda: figures.views(bench))


def warning(bench: Bench, r: Results) -> None:
    """Does the score of the first hit tell whether the store holds the lesson at all?"""
    for arm, index, name in (
        ("question", "lesson", "auroc_question"), ("goal", "lesson", "auroc_goal"), ("error", "lesson", "auroc_error"),
        ("error after 15", "lesson", "auroc_15_frames"), ("error", "lesson + symptom", "auroc_error_symptom"),
        ("goal", "lesson + all three", "auroc_goal_all"),
    ):  # fmt: skip
        share(r, name, bench.warns(arm, index), f"AUROC of the top cosine, index {index}: {arm}", "")
    for arm, name in (("question", "question"), ("error after 15", "15_frames")):
        first = np.argsort(-bench.scores(arm), axis=1, kind="stable")[:, :5]
        says = f"queries of 60 that have the most returned memory among the first five hits: {arm}"
        r.add(f"hub_{name}", int(np.bincount(first.ravel()).max()), says)
    usual = np.percentile(bench.scores("question").max(1), 25)
    lost = bench.scores("error after 15").max(1)
    r.add("usual_score_15_frames", (lost > usual).mean(), "15-frame queries that score above the lowest quarter of "
          "human questions", "share")  # fmt: skip


def recorded(r: Results) -> None:
    """The twelve real tracebacks: how many word pieces, and whether the model gets to the message."""
    pairs = {}
    for t in tracebacks.read():
        message = embedding.pieces([tracebacks.message(t.text)])[0] - 2
        total = embedding.pieces([t.text])[0]
        pairs.setdefault(t.program, {})[t.carets] = (total, total - 1 - message < embedding.WINDOW - 1)
        pairs[t.program]["frames"] = len(tracebacks.frames(t.text))
    rows = [[p, v["frames"], v[True][0], v[False][0], *("yes" if v[c][1] else "no" for c in (True, False))]
            for p, v in pairs.items()]  # fmt: skip
    columns = ["Program", "Frames", "Pieces", "Pieces, no carets", "Message reached", "Reached, no carets"]
    r.table("tracebacks", "real tracebacks of Python 3.13, standard library only", columns, rows)
    total, bare, count = (sum(row[i] for row in rows) for i in (2, 3, 1))
    r.add("real_tracebacks", len(rows), "real tracebacks recorded with Python 3.13")
    r.add("real_cut", sum(row[4] == "no" for row in rows), "of them, the model reads nothing of the message")
    r.add("real_cut_no_carets", sum(row[5] == "no" for row in rows), "the same with caret lines switched off")
    r.add("caret_share", 1 - bare / total, "share of the real tracebacks' word pieces that are caret lines", "share")
    r.add(
        "pieces_per_frame", total / count, "word pieces a frame in the real tracebacks, the message included", "pieces"
    )
    r.add("pieces_per_frame_no_carets", bare / count, "the same with caret lines switched off", "pieces")


def falsifiers(bench: Bench, r: Results) -> None:
    """What was written down before the run as what would refute the thesis, and what came out."""
    goal, question = bench.recall("goal"), bench.boot.mean(bench.hits("question"))
    r.add("verdict_register", "refuted" if goal >= question[1] else "not refuted",
          "refuted if recall@5 by goal lies in the interval of recall@5 by question")  # fmt: skip
    arms = [f"error after {n}{c}" for n in data.FRAMES for c in ("", ", no carets")]
    read, hits = np.array([bench.read(a) for a in arms]).T, np.array([bench.hits(a) for a in arms]).T
    bounds = {}
    for name, chosen in (("inside", read == 1), ("outside", read == 0)):
        resampled = [(hits * chosen)[p].sum() / chosen[p].sum() for p in bench.boot.picks]
        found = ((hits * chosen).sum() / chosen.sum(), *np.percentile(resampled, [2.5, 97.5]))
        share(r, f"{name}_r5", found, f"recall@5 over all stacks where the message lies wholly {name} the window")
        bounds[name] = found
    r.add("verdict_cliff", "refuted" if bounds["outside"][2] >= bounds["inside"][1] else "not refuted",
          "refuted if recall inside and outside the window cannot be told apart")  # fmt: skip
    gains = {
        "goal_gain_r1": bench.hits("goal", "lesson + goal", top=1) - bench.hits("goal", top=1),
        "words_gain_r1": bench.hits("error in words", "lesson + symptom", top=1) - bench.hits("error in words", top=1),
    }
    share(r, "goal_gain_r1", bench.boot.mean(gains["goal_gain_r1"]),
          "recall@1 gained on newly worded goals by indexing a goal", "")  # fmt: skip
    share(r, "words_gain_r1", bench.boot.mean(gains["words_gain_r1"]),
          "recall@1 gained on errors told in other words by indexing the symptom", "")  # fmt: skip
    r.add("verdict_trigger", "refuted" if min(g.mean() for g in gains.values()) < 0.1 else "not refuted",
          "refuted if indexing a trigger gains less than 0.10 recall@1 on new wording")  # fmt: skip


def main(argv: list[str]) -> int:
    """`test [NOTES.csv]` runs the test on your own notes, `record PYTHON` records the tracebacks anew."""
    if argv[0] == "test" and len(argv) <= 2:
        return notes.main(argv[1] if len(argv) == 2 else None)
    if argv[0] == "record" and len(argv) == 2:
        tracebacks.write(tracebacks.record(argv[1]))
        return 0
    print("lab asymmetric-retrieval: say `test NOTES.csv` or `record PYTHON`", file=sys.stderr)
    return 2
