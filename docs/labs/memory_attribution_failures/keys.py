"""New from old: by a weight for recency, by likeness, by a list of questions, by a stored key."""

from __future__ import annotations

import numpy as np

from labs.memory_attribution_failures.found import BOTH, FIRST, KEY, NOISE, OWNER, short
from labs.memory_attribution_failures.worlds import ASKED, OUTCOMES, VALUES, Query, listed, shares
from labs.record import Results

GUESSES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.5)
LISTS = ("both", "cosine", "reworded")
FEW = (2, 3)


def measure(r: Results, seed: int) -> None:
    """Right answers by read query, and what a guessed, a listed and a stored key are worth."""
    arms = {"none": shares(seed, Query(), FIRST), "owner": shares(seed, OWNER, FIRST)}
    arms |= {"owner + speaker": shares(seed, BOTH, FIRST), "key": shares(seed, KEY, FIRST)}
    guess = {g: shares(seed, Query(True, True, g), FIRST) for g in GUESSES}
    recent = {w: shares(seed, Query(True, True, recency=w), FIRST) for w in WEIGHTS}
    arms["guess"] = max(guess.values(), key=lambda g: g["right"])
    arms["recency"] = max(recent.values(), key=lambda g: g["right"])
    lists = {(way, words): shares(seed, Query(True, True, "newest", key=way, words=words), FIRST)
             for way in ("stored", *LISTS) for words in (False, True)}  # fmt: skip
    few = {(n, said): shares(seed, Query(True, True, "few", few=n), FIRST, values=said) for n in FEW for said in (2, 3)}
    arms |= {"newer of two": few[2, 2], "list": lists["both", False], "reworded": lists["reworded", False]}
    wrong = {p: shares(seed, KEY, FIRST, key=p) for p in NOISE[1:]}
    table = [
        ["“User”, no filter", shares(seed, Query(), "User")], ["first names, no filter", arms["none"]],
        ["owner", arms["owner"]], ["owner + speaker", arms["owner + speaker"]],
        ["+ recency, best weight", arms["recency"]], ["+ key by likeness", arms["guess"]],
        ["+ newer of the two nearest, two said", arms["newer of two"]],
        ["+ key by a list, other words", arms["reworded"]], ["+ key by a list, same words", arms["list"]],
        ["+ stored key, a tenth wrong", wrong[0.1]], ["+ stored key, none wrong", arms["key"]],
    ]  # fmt: skip
    told = [[name, g["right"], g["other user"], 1 - g["right"] - g["other user"]] for name, g in table]
    r.table("by_query", "answers by read query", ["Read query", "right", "another user's", "otherwise wrong"], told)
    for arm, got in arms.items():
        r.add(f"right_{short(arm)}", got["right"], f"first names, {arm}: right", "share")
    r.table("by_guess", "key by likeness: the newest row this near to the nearest one", ["Cosine", *OUTCOMES],
            [[g, *(v[o] for o in OUTCOMES)] for g, v in guess.items()])  # fmt: skip
    r.table("by_recency", "weight of recency in the score", ["Weight", *OUTCOMES],
            [[w, *(v[o] for o in OUTCOMES)] for w, v in recent.items()])  # fmt: skip
    r.table("by_few", "the newest of so many nearest rows of the owner and speaker: right",
            ["Newest of", "two values said", "three values said"],
            [[n, *(few[n, said]["right"] for said in (2, 3))] for n in FEW])  # fmt: skip
    truth = np.arange(len(listed(FIRST, "both"))) // VALUES % ASKED
    rows = []
    for way in (*LISTS, "stored"):
        named = 1.0 if way == "stored" else float((listed(FIRST, way) == truth).mean())
        rows.append([way, named, *(lists[way, words]["right"] for words in (False, True))])
        r.add(f"keys_{way}", named, f"facts under first names whose key is right: {way}", "share")
    r.table("by_list", "key of each fact by the question of a list that it is nearest to",
            ["Key", "keys right", "answers right", "with BM25 in the search"], rows)  # fmt: skip
    best = max(arms["guess"]["right"], arms["recency"]["right"])
    r.claim("newest_needs_a_key", arms["key"]["right"] > 0.9 and best < arms["key"]["right"] - 0.1, (
        "With owner, speaker and a known key more than nine answers in ten are right; the best of five weights for "
        "recency and of eight bounds of likeness is more than ten points lower, though chosen on the same questions."
    ))  # fmt: skip
    worse = min(arms["guess"]["right"], arms["recency"]["right"])
    r.claim("two_fits_two", few[2, 2]["right"] > best + 0.02 and few[3, 2]["right"] < worse - 0.05
            and few[3, 3]["right"] > few[2, 3]["right"] + 0.1, (
        "Where the user made two statements a question, the newer of the two nearest rows is right more often, by more "
        "than two points, than the best weight for recency or bound of likeness, and the newest of three less often "
        "than either, by more than five; where there are three, the newest of three beats that of two by more than ten."
    ))  # fmt: skip
    by_list, other = arms["list"]["right"], arms["reworded"]["right"]
    r.claim("list_needs_its_words", abs(by_list - arms["key"]["right"]) < 0.03 and by_list > best + 0.1
            and other < best - 0.1 and lists["cosine", False]["right"] > other + 0.15, (
        "With each fact's key guessed as the question it is nearest to, by cosine and BM25, of a list in the words of "
        "the facts, the answers right are within three points of the known key; with the list in other words they are "
        "more than ten points below the best guess by likeness, and more than fifteen below the list in the words of "
        "the facts where both go by cosine alone."
    ))  # fmt: skip
    for p, got in wrong.items():
        says = f"first names, all fields, {p:.0%} of the keys wrong: right"
        r.add(f"right_key_wrong_{p * 100:.0f}", got["right"], says, "share")
    lost = [arms["key"]["right"] - wrong[p]["right"] for p in (0.05, 0.1)]
    r.claim("wrong_keys_cost", lost[0] > 0.05 and lost[1] > 0.12 and wrong[0.05]["right"] < by_list
            and wrong[0.1]["right"] < arms["guess"]["right"] + 0.01, (
        "With one stored key in twenty wrong more than five points are lost, and fewer are right than with the list in "
        "the words of the facts; with one in ten more than twelve points, and no more are right, to within a point, "
        "than with the best guess by likeness."
    ))  # fmt: skip
