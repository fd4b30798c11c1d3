"""The event of the lead: Ana's 24 reports, one untrue complaint and one change, under three rules."""

from __future__ import annotations

import numpy as np

from labs.episodic_semantic_working.world import COUNT, FORMATS, Played, World, play

REPORTS, UNTRUE, CHANGED = 24, 5, 9  # the report wrongly complained about, and the first that should be CSV
RULES = {"stores successes only": np.inf, "drops at one complaint": 1.0, "drops at three in a row": 3.0}


def ana() -> World:
    """Nothing is drawn: PDF is wanted first, then CSV; the fifth report is complained about because it was late."""
    wants = np.full((REPORTS, 1), FORMATS.index("PDF"))
    wants[CHANGED - 1 :] = FORMATS.index("CSV")
    false = np.ones((REPORTS, 1))
    false[UNTRUE - 1] = 0.0
    other = np.ones((REPORTS, 1))
    return World(wants, false, other, other, np.zeros((REPORTS, 1), int) % COUNT, other)


def played() -> dict[str, Played]:
    """What goes out under each rule."""
    return {name: play(ana(), k, false=0.5) for name, k in RULES.items()}
