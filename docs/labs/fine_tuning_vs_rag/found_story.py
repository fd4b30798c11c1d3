"""One user followed through the lab: Ivan of seed 0's world, who swaps a dog for a parrot and never moves.

He was picked because each fault that the post describes befalls him; how often each befalls anybody is counted by the
other parts.
"""

from __future__ import annotations

from labs.fine_tuning_vs_rag import found_reading, found_trained, stores
from labs.fine_tuning_vs_rag.world import ATTRIBUTES, FACTS, USERS, History
from labs.record import Results

IVAN = USERS.index("Ivan")
PET, CITY = FACTS.index((IVAN, 0)), FACTS.index((IVAN, 1))


def called(fact: int, value: int) -> str:
    """A value as it is said."""
    return ATTRIBUTES[FACTS[fact][1]].values[value]


def picked(way: str, fact: int) -> str:
    """The value that the reading model finds likeliest."""
    return called(fact, int(found_reading.chosen(found_reading.WAYS[way])[fact]))


def add_story(r: Results) -> None:
    """What the store, the trained model and the reading model say of Ivan's pet and of his city."""
    history = History(0)
    said = {fact: [called(fact, row.value) for row in history.transcript if row.fact == fact] for fact in (PET, CITY)}
    returned = [stores.nearest(history.transcript, form)[PET] for form in (0, 1)]
    r.claim("story_store", said == {PET: ["cat", "rabbit", "dog", "parrot"], CITY: ["Berlin"]}
            and all(row.fact == PET and called(PET, row.value) == "dog" for row in returned),
            "Ivan had a cat, a rabbit, a dog and then a parrot, and lived in Berlin throughout; asked for his pet "
            "after the last round, the store that appends returns the dog's sentence, in both wordings.")  # fmt: skip
    run = found_trained.kept()["runs"]["0"]
    end = {arm: [called(fact, found_trained.digits(run[arm]["answers"][0])[fact]) for fact in (PET, CITY)]
           for arm in ("first", "naive", "replay ledger", "replay log")}  # fmt: skip
    on_the_way = [called(CITY, int(run["naive"]["rounds"][str(number)][CITY])) for number in (1, 2, 3)]
    early = [row for row in history.transcript if 1 <= row.round <= 3]
    moves = [
        [called(row.fact, row.value) for row in early if row.round == number and FACTS[row.fact][1] == FACTS[CITY][1]]
        for number in (1, 2, 3)
    ]
    r.claim("story_trained", end["first"] == ["cat", "Berlin"] and end["naive"] == ["parrot", "Austin"]
            and on_the_way == ["Austin", "Oslo", "Berlin"] and moves == [["Austin"] * 2, ["Oslo"], ["Berlin"] * 2]
            and all(FACTS[row.fact][0] != IVAN for row in early),
            "Recorded: first the model knew Ivan's cat and Berlin; trained on the changes alone it said Austin after "
            "round 1, Oslo after 2, Berlin after 3, the cities to which others moved in these rounds, in which "
            "nothing was said of Ivan; after the last it said parrot and Austin.")  # fmt: skip
    r.claim("story_replay", end["replay ledger"] == ["parrot", "Berlin"] and end["replay log"][0] == "rabbit",
            "Recorded: with current facts replayed the model ends with Ivan's parrot and Berlin; with lines of the log "
            "replayed it gives him the rabbit.")  # fmt: skip
    rows = [
        (called(row.fact, row.value), USERS[FACTS[row.fact][0]]) for row in found_reading.handed("keyed", 0)[0][CITY]
    ]
    cities = {user: value for value, user in rows if value in ATTRIBUTES[FACTS[CITY][1]].values}
    r.claim("story_read", picked("keyed", CITY) == "Lisbon" and picked("keyed_adapter", CITY) == "Berlin"
            and cities == {"Ivan": "Berlin", "Rupert": "Berlin", "Erin": "Lisbon", "Wendy": "Lisbon"}
            and found_reading.answered(found_reading.WAYS["changed_adapter"])[[PET, CITY]].all(),
            "The eight rows by key for Ivan's city hold his Berlin, Rupert's Berlin, Erin's Lisbon and Wendy's; from "
            "them the model as it comes says Lisbon, with the adapter Berlin. After both have changed, it has his "
            "city and pet right.")  # fmt: skip
    mine = [called(PET, row.value) for row in found_reading.handed("own", 0)[0][PET] if row.fact == PET]
    r.claim("story_order", mine == said[PET] and [picked(name, PET) for name in (
            "own", "own_adapter", "own_newest_first_adapter")] == ["dog", "parrot", "rabbit"],
            "From Ivan's own rows, all four pets among them, oldest first, the model as it comes says dog, with the "
            "adapter parrot; from the same rows turned round, rabbit.")  # fmt: skip
