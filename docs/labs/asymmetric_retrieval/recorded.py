"""Part five: errors that Python and Node really print, and how much of them a model reads."""

from __future__ import annotations

from labs import embedding
from labs.asymmetric_retrieval import node, tracebacks
from labs.asymmetric_retrieval.message import message
from labs.record import Results


def measure(r: Results) -> None:
    """Tracebacks of Python 3.13 and errors of Node 20."""
    python(r)
    javascript(r)


def size(text: str) -> int:
    """Word pieces of a text, without the two marks."""
    return int(embedding.pieces([text])[0]) - 2


def python(r: Results) -> None:
    """The twelve tracebacks: word pieces, whether the message is reached, and what caret lines cost."""
    rows, carets, shown, above = [], 0, {}, []
    for t in tracebacks.read():
        total, last = size(t.text), size(message(t.text) + "\n")
        shown.setdefault(t.program, {})[t.carets] = (total, total - last < embedding.WINDOW - 2)
        if t.carets:
            bare = size(tracebacks.without_carets(t.text))
            carets += total - bare
            above.append((len(t.text) - len(message(t.text)), shown[t.program][True][1]))
            shown[t.program] |= {
                "bare": (bare, bare - last < embedding.WINDOW - 2),
                "frames": len(tracebacks.frames(t.text)),
            }
    for program, v in shown.items():
        rows.append(
            [
                program,
                v["frames"],
                v[True][0],
                v["bare"][0],
                v[False][0],
                *("yes" if v[c][1] else "no" for c in (True, "bare", False)),
            ]
        )
    columns = [
        "Program",
        "Frames",
        "Pieces",
        "Pieces, carets removed",
        "Pieces, switched off",
        "Message reached",
        "Reached, carets removed",
        "Reached, switched off",
    ]
    r.table("tracebacks", "real tracebacks of Python 3.13, standard library only", columns, rows)
    total = sum(row[2] for row in rows)
    r.add("real_tracebacks", len(rows), "real tracebacks recorded with Python 3.13")
    r.add("real_cut", sum(row[5] == "no" for row in rows), "of them, MiniLM reads nothing of the message")
    r.add("real_cut_carets", sum(row[6] == "no" for row in rows), "the same with caret lines removed and nothing else")
    r.add("real_cut_off", sum(row[7] == "no" for row in rows), "the same with PYTHONNODEBUGRANGES=1")
    r.add("caret_share", carets / total, "part of the twelve tracebacks' word pieces that are caret lines", "share")
    off = 1 - sum(row[4] for row in rows) / total
    r.add("switch_share", off, "part that PYTHONNODEBUGRANGES=1 takes away, further source lines included", "share")
    r.add(
        "pieces_per_frame", total / sum(row[1] for row in rows), "word pieces a frame, the message included", "pieces"
    )
    r.claim(
        "real_messages_cut",
        r.values["real_cut"].value > len(rows) * 0.75 and r.values["real_cut_carets"].value > len(rows) / 2,
        "MiniLM reads nothing of the message in more than three quarters of the recorded tracebacks, and in more "
        "than half with caret lines removed.",
    )
    r.claim(
        "characters_decide",
        {reached for size, reached in above if size > 600} == {False}
        and {reached for size, reached in above if size < 500} == {True},
        "Each recorded traceback with more than 600 characters beside its message has the message outside the window, "
        "and each with fewer than 500 has it inside; both kinds occur.",
    )


def javascript(r: Results) -> None:
    """The six errors of Node: what stands before the message."""
    rows = []
    for e in node.read():
        printed, stack = size(e.before(e.printed)), size(e.before(e.stack))
        rows.append([e.program, printed, stack, "yes" if printed < embedding.WINDOW - 2 else "no"])
    columns = ["Program", "Pieces before, printed", "Pieces before, error.stack", "Message reached, printed"]
    r.table("node", "errors of Node 20: word pieces before the message", columns, rows)
    r.add("node_errors", len(rows), "errors recorded with Node 20")
    r.add("node_release", node.read()[0].node.removeprefix("v"), "the release of Node that printed them")
    plain = [row for row in rows if "bundle" not in row[0]]
    r.add("node_most_before", max(row[1] for row in plain), "most word pieces before the message, bundle left out")
    r.add("node_bundle_before", max(row[1] for row in rows), "word pieces before the message: code in one long line")
    lines = [e.before(e.printed).splitlines() for e in node.read()]
    r.claim(
        "node_prints_source_first",
        all(
            len(head) == 5 and not head[2].strip(" ^") and not head[3] and max(row[2] for row in rows) < 8
            for head in lines
        ),
        "Each of the six uncaught errors of Node 20 prints place, source line, caret line and a blank line before the "
        "message; "
        "error.stack has nothing before the message but the error's name.",
    )
    r.claim(
        "node_head_fails_in_a_bundle",
        max(row[1] for row in plain) < embedding.WINDOW / 2 < embedding.WINDOW < r.values["node_bundle_before"].value,
        "In five of the six the message lies well inside the first 256 pieces of what is printed; in code of one "
        "long line it does not.",
    )
