"""What a small language model makes of a goal before the search: a question, an invented note (HyDE), a longer goal.

SmolLM2-135M sees three examples of other trades and goes on. HyDE (Gao et al., arXiv 2212.10496) searches with the
mean of the vectors of query and invented text; that is an arm beside the invented text alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labs.asymmetric_retrieval.data import WORDINGS, Lesson, Query
from labs.language_model import SmolLM

ANSWERS = Path(__file__).with_name("answers.json")
EXAMPLES = (
    {
        "goal": "Print the shipping labels for Monday",
        "question": "Why does the label printer stop after forty pages?",
        "note": "Restart the print spooler between batches; its driver leaks memory after forty pages.",
        "length": "Send the labels of all weekend orders from the warehouse computer to the label printer in the "
        "packing room, one batch for each carrier",
    },
    {
        "goal": "Change the font of the newsletter",
        "question": "Which fonts do mail programs fail to show?",
        "note": "Name a common font as fallback; most mail programs ignore fonts that are loaded from the web.",
        "length": "In the HTML template of the weekly newsletter, load the new brand font from our server and use it "
        "for headings and text",
    },
    {
        "goal": "Move the old photos to the archive disk",
        "question": "What happens to the dates of pictures that are copied?",
        "note": "Copy with the option that keeps time stamps; the gallery sorts pictures by the date of the file.",
        "length": "Copy all pictures older than two years from the shared gallery folder to the external archive disk "
        "and delete them from the gallery",
    },
)
ASKED = {
    "question": "Engineers ask a question before they start. The question names what may go wrong.",
    "note": "Engineers leave a note about what went wrong the last time. The note helps whoever has the same goal.",
    "length": "Engineers say a short goal again in one long sentence that names tools, systems and files.",
}
ARMS = {"question": "goal rewritten as a question", "note": "invented note", "length": "goal rewritten at length"}
MEANS = {"goal and invented note": ("goal", "invented note")}  # arms whose vector is a mean of others'


def prompt(kind: str, goal: str) -> str:
    """Three examples and the goal, up to where the model goes on."""
    shown = "".join(f"Goal: {e['goal']}\n{kind.capitalize()}: {e[kind]}\n\n" for e in EXAMPLES)
    return f"{ASKED[kind]}\n\n{shown}Goal: {goal}\n{kind.capitalize()}:"


def queries(rows: Sequence[Lesson]) -> dict[str, list[list[Query]]]:
    """An arm a kind, each with a text for every wording of the goal; values are left out of the goals."""
    model, arms = SmolLM(ANSWERS), {}
    for kind, arm in ARMS.items():
        arms[arm] = []
        for wording in range(WORDINGS):
            goals = [row.goal[wording].replace(" for release {v}", "").replace(" version {v} of", "") for row in rows]
            said = model.complete([prompt(kind, goal) for goal in goals], 40, "\n")
            arms[arm].append([(text.strip() or goal,) for text, goal in zip(said, goals, strict=True)])
    return arms | dict.fromkeys(MEANS, arms["invented note"])
