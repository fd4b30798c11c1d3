"""What the lab found in contexts that are cut at every overflow: results, claims and a table."""

from __future__ import annotations

import numpy as np

from labs.contextual_compression import dialogues
from labs.contextual_compression.found import each
from labs.record import Results


def add_again(r: Results, seed: int) -> None:
    """Contexts that are cut once, and at every overflow: half for the newest turns, half for rare words or dice."""
    ten = dialogues.read()
    rooms = sorted(ten[0].again, reverse=True)
    rare = {
        room: each(lambda o, room=room: dialogues.answered(o, dialogues.in_turns(o, o.again[room].kept)))
        for room in rooms
    }
    dice = {
        room: each(
            lambda o, room=room: np.mean(
                [dialogues.answered(o, dialogues.in_turns(o, kept)) for kept in dialogues.thrown_again(o, room, seed)]
            )
        )
        for room in rooms
    }
    cuts = {room: {one.again[room].cuts for one in ten} for room in rooms}
    names = {room: "_".join(str(n) for n in sorted(cuts[room])) for room in rooms}
    for room in rooms:
        r.add(f"rare_cut_{names[room]}", float(rare[room].mean()), f"answers after {names[room]} cuts: rare", "share")
        r.add(f"dice_cut_{names[room]}", float(dice[room].mean()), f"answers after {names[room]} cuts: dice", "share")
    r.add("cuts_most", max(cuts[rooms[-1]]), "cuts of the smallest context")
    r.claim(
        "cuts_add_little",
        all(len(some) == 1 for some in cuts.values())
        and cuts[rooms[0]] == {1}
        and min(cuts[rooms[-1]]) >= 10
        and all(rare[rooms[0]].mean() - rare[room].mean() < 0.04 for room in rooms)
        and all(dialogues.interval(rare[room] - dice[room])[1] > 0 for room in rooms),
        "Cut over ten times, to a fifth of the tokens each time, the newest and the rarest turns hold fewer answers "
        "than cut once by less than 4 points; more than the newest and random ones, 95% interval above zero.",
    )
    r.table(
        "again",
        "LoCoMo: answers in a fifth of the tokens, half of it the newest turns, by how often the context was cut",
        ["cuts", "rare words", "dice"],
        [[max(cuts[room]), float(rare[room].mean()), float(dice[room].mean())] for room in rooms],
    )
