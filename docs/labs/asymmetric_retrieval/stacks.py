"""Part two: a message behind a stack of real frames."""

from __future__ import annotations

import numpy as np

from labs import embedding
from labs.asymmetric_retrieval import data, figures
from labs.asymmetric_retrieval.asked import share
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results

BY = ("MiniLM", "best part", "BM25", "BM25 once", "fused ten", "fused once ten")
LEXICAL_TOO = {"MiniLM": "minilm", "BM25": "bm25", "BM25 once": "once"}
ORDERS = {
    "message last": "error after {}",
    "carets removed": "error after {}, no carets",
    "message first": "error before {}",
    "last 300 characters": "last 300 characters of {}",
}
READ = {  # what the figure draws -> the arm, what reads it, and the depths
    "message last": ("error after {}", "MiniLM", (0, *data.FRAMES)),
    "window 512": ("error after {}", "MiniLM 512", (0, *data.FRAMES)),
    "best part": ("error after {}", "best part", (0, *data.FRAMES)),
    "message first": ("error before {}", "MiniLM", data.FEW),
    "carets removed": ("error after {}, no carets", "MiniLM", data.FEW),
    "last 300 characters": ("last 300 characters of {}", "MiniLM", data.FEW),
}


def among(kept: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of the values that are kept, over the first axis and the rows; the axis of the samples stays."""
    return (kept * values).sum((0, -1)) / kept.sum((0, -1))


def measure(bench: Bench, r: Results) -> None:
    """What the model still reads, and what is found, by depth."""
    by_frames(bench, r)
    windows(bench, r)
    arms(bench, r)
    found = {
        name: [(n, bench.recall(arm.format(n) if n else "error", by=by)) for n in depths]
        for name, (arm, by, depths) in READ.items()
    }
    rows = [[n, name, share] for name, points in found.items() for n, share in points]
    says = "recall@5, lessons only, by frames: as the figure draws it, and in two further ways"
    r.table("stack", says, ["Frames", "Read", "found"], rows)
    r.figure("stack", lambda: figures.stack(found))


def by_frames(bench: Bench, r: Results) -> None:
    """The long tables: one row for each depth and order, one column for each retriever."""
    for index, name in (("lesson", "by_frames"), ("lesson + symptom", "by_frames_symptom")):
        rows = []
        for order, pattern in ORDERS.items():
            for depth in (0, *data.FRAMES):
                arm = pattern.format(depth) if depth else "error"
                if arm in bench.queries:
                    rows.append([depth, order, *(bench.recall(arm, index, by) for by in BY)])
        r.table(name, f"recall@5 by frames and order, index {index}", ["Frames", "Query", *BY], rows)
    rows = []
    for depth in data.FRAMES:
        arm = f"error after {depth}"
        size = float(np.median([data.pieces(query) for query in bench.queries[arm][0]]))
        rows.append([depth, size, bench.read(arm).mean(), *bench.interval(arm), *bench.interval(arm, by="MiniLM 512")])
    columns = ["Frames", "Pieces", "Message read", "r@5", "Low", "High", "r@5, 512", "Low, 512", "High, 512"]
    r.table("stacks", "MiniLM, lessons only: the error message after a stack of Python 3.13 frames", columns, rows)


def windows(bench: Bench, r: Results) -> None:
    """The cliff, and a longer window."""
    lost = [n for n in data.FRAMES if np.median(bench.read(f"error after {n}")) == 0]
    r.add("cliff_frames", lost[0], "frames from which the model reads nothing of most messages", "frames")
    later = [n for n in data.FRAMES if np.median(bench.read(f"error after {n}", 512)) == 0]
    r.add("cliff_frames_512", later[0], "the same with a window of 512 word pieces", "frames")
    r.add("window", embedding.WINDOW, "word pieces that MiniLM reads")
    for depth in (1, 5, 15):
        arm = f"error after {depth}"
        share(r, f"error_{depth}_frames_r5", bench.interval(arm), f"recall@5 of MiniLM, lessons only: {arm} frames")
        share(
            r,
            f"error_{depth}_frames_512_r5",
            bench.interval(arm, by="MiniLM 512"),
            f"recall@5 of MiniLM with a window of 512, lessons only: {arm} frames",
        )
    for depth in (5, 15):
        arm = f"error after {depth}"
        share(
            r,
            f"error_{depth}_frames_e5_r5",
            bench.interval(arm, by="E5"),
            f"recall@5 of E5, which reads all of it, lessons only: {arm} frames",
        )
    bare, five = bench.recall("error"), bench.recall("error after 5")
    r.claim(
        "traceback_hides",
        five < bare / 5
        and bench.gain(("error",), ("error after 5",))[1] > 0.3
        and bench.read("error after 5").mean() < 0.1,
        "With five frames above it, MiniLM reads under a tenth of the average message, and recall at five falls to "
        "under a fifth of the bare message's.",
    )
    gain = bench.gain(("error after 5", "lesson", "MiniLM 512"), ("error after 5",))
    share(r, "window_gain_5_r5", gain, "recall@5 gained by a window of 512 at five frames, paired", "")
    deep = bench.interval("error after 15", by="MiniLM 512")
    r.claim(
        "longer_window_moves_it",
        gain[1] > 0 and bench.recall("error after 5", by="MiniLM 512") < bare / 2 and deep[0] < bare / 5,
        "A window of 512 finds more at five frames, but less than half of what the bare message finds, and under a "
        "fifth at fifteen.",
    )
    read = np.array([bench.read(f"error after {n}") for n in data.FRAMES]).T
    hits = np.array([bench.hits(f"error after {n}") for n in data.FRAMES]).T

    inside = bench.boot.of(among, (read == 1).T, hits.T)
    outside = bench.boot.of(among, (read == 0).T, hits.T)
    share(r, "inside_r5", inside, "recall@5 over all stacks where the message lies wholly inside the window")
    share(r, "outside_r5", outside, "recall@5 over all stacks where the message lies wholly outside the window")
    r.claim(
        "two_causes",
        outside[2] < inside[1] and inside[2] < bare,
        "Stacks whose message is wholly read find less than the bare message, and far more than stacks whose "
        "message is not read: frames dilute, and the window cuts.",
    )
    e5 = {arm: bench.recall(arm, by="E5") for arm in ("error", "error after 5", "error after 15")}
    r.claim(
        "reading_all_dilutes",
        e5["error after 15"] < e5["error"] / 3 and e5["error after 5"] < e5["error"] / 1.5,
        "E5 is given every frame and the message, and still finds under two thirds of what it finds by the message "
        "at five frames and under a third at fifteen.",
    )


def python_alone(bench: Bench, r: Results) -> None:
    """The lessons whose error Python itself prints behind frames: the message, and a stored goal beside it."""
    python = np.array([row.python for row in bench.rows])
    for arm, name in (("error", "python_error"), ("error after 5", "python_5_frames"), ("question", "python_question")):
        found = float(bench.hits(arm)[python].sum())
        whole = round(found)  # three wordings may give thirds of a lesson
        r.add(
            f"{name}_hits",
            whole,
            f"found in five of the lessons with a Python error, mean over wordings, rounded: {arm}",
        )
    of = {arm: bench.hits(arm)[python].mean() for arm in ("question", "error", "error after 5")}
    mended = float((of["error"] - of["error after 5"]) / (of["question"] - of["error after 5"]))
    says = "of the way from five frames to the question, among Python's errors: part that the bare message goes"
    r.add("python_mended", mended, says, "share")
    r.claim(
        "python_in_part",
        0.6 < mended < 0.8 and of["error"] < bench.recall("error") - 0.1,
        "Among lessons with a Python error the bare message goes six to eight tenths of the way from five frames and "
        "the message to the question, and finds a smaller share than among all (by more than 0.1).",
    )
    saved = bench.hits("error") - bench.hits("error after 5")
    kept = bench.hits("goal", "lesson + goal") - bench.hits("goal")
    for gain, name, what in (
        (saved, "message", "by the bare message in place of five frames and the message"),
        (kept, "stored", "by storing the goal"),
        (saved - kept, "message_over_stored", "by the former less that by the latter"),
    ):
        share(
            r,
            f"python_{name}_gain_r5",
            bench.boot.of(among, python[None], gain[None]),
            f"recall@5 gained {what}, Python only",
            "",
        )
    lead = r.values["python_message_over_stored_gain_r5"]
    r.claim(
        "python_order_open",
        lead.low < 0 < lead.high,
        "Among lessons with a Python error, what the bare message gains over five frames and the message cannot be "
        "told from what a stored goal gains: the interval of the difference includes zero.",
    )


def best_part(bench: Bench, r: Results) -> None:
    """Each frame and the message read alone; a memory scores by the best of them ("MaxP")."""
    for depth in (5, 15):
        arm = f"error after {depth}"
        found = bench.interval(arm, by="best part")
        share(r, f"best_part_{depth}_r5", found, f"recall@5, lessons only, {arm} frames: MiniLM, best part")
    arm = "error after 15"
    stored = bench.interval(arm, "lesson + symptom", "best part")
    share(r, "best_part_15_stored_r5", stored, "recall@5, symptoms stored, fifteen frames: MiniLM, best part")
    mean = bench.interval(arm, by="mean part")
    share(r, "mean_part_15_r5", mean, "recall@5, lessons only, fifteen frames: MiniLM, mean of the same parts")
    over = bench.gain((arm, "lesson", "best part"), (arm, "lesson", "mean part"))
    gain, short = bench.gain((arm, "lesson", "best part"), (arm,)), bench.gain(("error",), (arm, "lesson", "best part"))
    share(r, "best_part_gain_15", gain, "recall@5 gained at fifteen frames by the best part, lessons only, paired", "")
    r.claim(
        "best_part_helps",
        min(gain[1], short[1], over[1]) > 0.1 and stored[0] > 0.95,
        "Read frame by frame and scored by the best part, fifteen frames find more than as one text or by the mean of "
        "the parts, and less than the bare message (all paired intervals above 0.1); with symptoms stored they "
        "find over 95%.",
    )


def arms(bench: Bench, r: Results) -> None:
    """Carets, order, and the end alone."""
    for arm, name in (
        ("error after 5, no carets", "no_carets_5_frames_r5"),
        ("error after 15, no carets", "no_carets_15_frames_r5"),
        ("error before 5", "error_first_5_frames_r5"),
        ("error before 15", "error_first_15_frames_r5"),
        ("last 300 characters of 15", "tail_15_frames_r5"),
    ):
        share(r, name, bench.interval(arm), f"recall@5 of MiniLM, lessons only: {arm}")
    for index, name in (("lesson", "tail_gain_r5"), ("lesson + symptom", "tail_gain_symptom_r5")):
        gain = bench.gain(("last 300 characters of 15", index), ("error after 15", index))
        share(r, name, gain, f"recall@5 gained by the last 300 characters of 15 frames, index {index}, paired", "")
    first, bare = bench.interval("error before 15"), bench.recall("error")
    r.claim(
        "message_first_helps",
        first[1] > bench.interval("error after 15")[2] and first[2] < bare,
        "With the message before fifteen frames recall is above that with the message last, and below that of the "
        "bare message; the intervals do not touch.",
    )
    r.claim(
        "bare_message_wins",
        all(
            bench.gain(("error",), (arm,))[1] > 0
            for arm in ("error before 15", "last 300 characters of 15", "error after 1", "error in words")
        )
        and bench.gain(("error",), ("error after 15", "lesson", "best part"))[1] > 0,
        "The bare message finds more than message first, the last 300 characters, one frame above it, the best part "
        "of fifteen frames, or the failure retold: every paired interval is above zero.",
    )
    python_alone(bench, r)
    best_part(bench, r)
    rival = {by: bench.gain(("command and error", "lesson", by), ("error", "lesson", by)) for by in LEXICAL_TOO}
    for by, name in LEXICAL_TOO.items():
        share(
            r,
            f"command_before_error_{name}",
            rival[by],
            f"recall@5 of {by} that the command before it adds, paired",
            "",
        )
    r.claim(
        "command_before_error",
        rival["MiniLM"][1] < 0 < rival["MiniLM"][2] and min(rival["BM25"][1], rival["BM25 once"][1]) > 0,
        "The command before the bare message: no difference that MiniLM lets tell from zero, and more found with "
        "BM25, counted either way (paired intervals above zero), lessons only.",
    )
    shallow = bench.gain(("error after 5, no carets",), ("error after 5",))
    share(r, "carets_gain_5_r5", shallow, "recall@5 gained by removing caret lines at five frames, paired", "")
    r.claim(
        "carets_cost_some",
        shallow[0] > 0 and bench.recall("error after 15, no carets") < 0.15,
        "Without caret lines five frames find more, and fifteen still find fewer than 15%.",
    )
