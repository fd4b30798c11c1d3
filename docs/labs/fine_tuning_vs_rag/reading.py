"""Notes to read an answer from: how a prompt looks, and the made-up notes on which the reading adapter was trained.

The notes of training share no name, no attribute and no value with the lab's world; a test sees to it. Some facts are
said twice; the later line holds.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

NAMES = [
    "Amir",
    "Anna",
    "Boris",
    "Bianca",
    "Clara",
    "Daniel",
    "Dora",
    "Edgar",
    "Elena",
    "Felix",
    "Gina",
    "Hugo",
    "Igor",
    "Irene",
    "Jonas",
    "Karin",
    "Louis",
    "Marta",
    "Nadia",
    "Oscar",
    "Paula",
    "Quentin",
    "Rachel",
    "Simon",
    "Tara",
    "Ulrich",
    "Vera",
    "Walter",
    "Xenia",
    "Yusuf",
]
RELATIONS: tuple[tuple[str, str, str], ...] = (  # said, asked, values
    ("{} drives a", "What does {} drive?", "van truck jeep tractor scooter bus taxi sedan lorry wagon moped"),
    ("{} works as a", "What is the job of {}?", "baker nurse pilot farmer lawyer tailor plumber dentist chef judge"),
    ("{} plays the", "Which instrument does {} play?", "piano violin flute drums cello harp guitar trumpet organ"),
    ("{} drinks", "What does {} drink?", "tea coffee water milk juice beer wine cocoa cider lemonade"),
    ("{} wears a", "What does {} wear?", "hat scarf coat jacket tie vest cap shirt robe belt mask sweater"),
    (
        "{} reports to",
        "Who does {} report to?",
        "Ahmed Bruno Chloe Diego Emma Fatima Gustav Helen Ines Jorge",  # codespell:ignore
    ),
    ("The team of {} is", "Which team is {} in?", "red blue green yellow purple orange silver golden white black"),
    ("The desk of {} is by the", "Where is the desk of {}?", "window door stairs kitchen lift printer wall garden"),
    ("The size of {} is", "What is the size of {}?", "tiny small medium large huge short tall narrow wide"),
    ("The hobby of {} is", "What is the hobby of {}?", "chess golf tennis sailing fishing running cooking skating"),
    ("{} is from", "Where does {} come from?", "Kenya Peru Japan Chile Ghana Norway India Canada Egypt Spain"),
    ("{} studies", "What does {} study?", "physics history music law art biology geology Latin medicine"),
)
MOST = 9  # lines of notes in training


@dataclass(frozen=True)
class Notes:
    """Lines, and questions about them: question, beginning of the answer, answer."""

    lines: tuple[str, ...]
    asked: tuple[tuple[str, str, str], ...]


def head(lines: Sequence[str]) -> str:
    """The beginning of a prompt: the notes, oldest first."""
    return f"<|im_start|>user\nNotes, oldest first: {' '.join(lines)}\nQuestion: "


def tail(asked: str, lead: str) -> str:
    """The rest of it: the question, and the beginning of the answer, which the model goes on with."""
    return f"{asked}<|im_end|>\n<|im_start|>assistant\n{lead}"


def prompt(lines: Sequence[str], asked: str, lead: str) -> str:
    """A whole prompt."""
    return head(lines) + tail(asked, lead)


def made_up(rng: random.Random, questions: int = 4) -> Notes:
    """Notes on a few people and one to three relations; half of the notes change facts, some in words with "now"."""
    relations = rng.sample(RELATIONS, rng.choice((1, 1, 2, 3)))
    count = rng.randint(2, MOST)
    keys = [(name, rng.randrange(len(relations))) for name in rng.sample(NAMES, count)]
    keys += [(keys[0][0], r) for r in range(len(relations)) if len(relations) > 1 and r != keys[0][1]]
    keys = keys[:MOST]
    now: dict[tuple[str, int], str] = {}
    lines: list[str] = []

    def say(key: tuple[str, int], new: bool) -> None:
        said, _, values = relations[key[1]]
        free = [value for value in values.split() if value != now.get(key)]
        now[key] = rng.choice(free)
        text = said.format(key[0])
        if new and rng.random() < 0.3:
            text = f"{text} now" if text.endswith(" is") else text.replace(key[0], f"{key[0]} now", 1)
        lines.append(f"{text} {now[key]}.")

    repeated = rng.choices(keys, k=rng.randint(1, 4)) if rng.random() < 0.5 else []
    for key in keys[: MOST + 1 - len(repeated)]:
        say(key, False)
    for key in repeated:
        say(key, key in now)
    chosen = rng.sample(sorted(now), min(questions, len(now)))
    return Notes(
        tuple(lines), tuple((relations[r][1].format(n), relations[r][0].format(n), now[n, r]) for n, r in chosen)
    )
