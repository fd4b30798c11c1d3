"""What the model gives at both ends of each decision: values, a table and the sentences that rest on them."""

from __future__ import annotations

from labs.multi_vs_single_agent import choices
from labs.multi_vs_single_agent.choices import BLIND, BRIEF, EXAMPLE, OTHER, READS
from labs.multi_vs_single_agent.merge import SILENT
from labs.record import Results


def add_choices(r: Results, said: dict[str, str]) -> list[list[object]]:
    """What SmolLM2-135M takes at both ends; returns rows of decision, programs that differ, what the order does."""
    asked = choices.asked()
    tokens = choices.asked(per_token=True)
    of = {shown: [one.differ(shown) for one in asked] for shown in (BLIND, OTHER, BRIEF, EXAMPLE, READS)}
    sampled = {shown: sum(one.disagree(shown) for one in asked) for shown in of}
    each = {shown: sum(one.differ(shown) for one in tokens) for shown in of}
    whole = {shown: sum(differ) for shown, differ in of.items()}
    r.add("asked", len(asked), "decisions put to SmolLM2-135M: twelve, each in one small program with four nouns")
    for shown, name in ((BLIND, "blind"), (OTHER, "other"), (BRIEF, "brief"), (EXAMPLE, "example"), (READS, "reads")):
        r.add(f"differ_{name}", whole[shown], f"of 48, its two halves take different ways, the likeliest each time, "
              f"shown {shown}")  # fmt: skip
        r.add(f"differ_{name}_token", each[shown], f"the same, the likeliest way by the token, shown {shown}")
        r.add(f"sampled_{name}", sampled[shown], f"of 48, expected to differ where both are sampled, shown {shown}")
    r.claim(
        "same_model_differs",
        whole[BLIND] == 13 and each[BLIND] == 7,
        "Taking its likeliest way at both ends, SmolLM2-135M disagrees with itself in 13 of the 48, each way scored as "
        "a whole, and in 7, scored by the token.",
    )
    money = [[one for one in each if one.name == "cents or euros"] for each in map(choices.asked, (False, True))]
    r.claim(
        "model_bills_cents",
        len(money[0]) == 4
        and all(one.make < 0.5 < one.use for one in money[0])
        and not any(one.differ(BLIND) for one in money[1]),
        "With each of four nouns SmolLM2-135M hands over cents at one end and takes the total for euros, undivided, at "
        "the other, each way scored as a whole; scored by the token it does so with none.",
    )
    silent = sum(diff for one, diff in zip(asked, of[BLIND], strict=True) if said[one.name] == SILENT)
    r.add("differ_silent", silent, "of those 13, about a decision where an ordinary order passes")
    silent_token = sum(one.differ(BLIND) for one in tokens if said[one.name] == SILENT)
    r.add("differ_silent_token", silent_token, "of the 7 by the token, about a decision where an ordinary order passes")
    r.claim(
        "most_differences_are_silent",
        silent > whole[BLIND] / 2 and silent_token < each[BLIND] / 2,
        "More than half of the 13 are about decisions where one ordinary order passes with its right answer; of the 7 "
        "by the token, fewer than half are.",
    )
    r.claim(
        "line_does_not_help_it",
        whole[BRIEF] > whole[BLIND] and each[BRIEF] > each[BLIND] and sampled[BRIEF] > sampled[BLIND],
        "With the agreed line as a comment above both halves SmolLM2-135M disagrees more often than without, by its "
        "likeliest ways, scored as a whole or by the token, and sampled.",
    )
    r.claim(
        "example_does_not_help_it",
        whole[EXAMPLE] > whole[BLIND] and each[EXAMPLE] > each[BLIND] and sampled[EXAMPLE] > sampled[BLIND],
        "With an example of what crosses as the comment, in place of the line, SmolLM2-135M too disagrees more often "
        "than with neither, by its likeliest ways, scored as a whole or by the token, and sampled.",
    )
    r.claim(
        "another_line_too",
        whole[BLIND] < whole[OTHER] < whole[BRIEF] and each[OTHER] < each[BLIND],
        "A line on another decision raises the count too, by less, where ways are scored as a whole; by the token it "
        "does not.",
    )
    moved, moved_token = (sum(one.moved() for one in answers) for answers in (asked, tokens))
    r.add("line_moved", moved, "of 96 ends, those that a line moves towards what it names")
    r.add("line_moved_token", moved_token, "the same, scored by the token")
    followed, followed_token = (sum(one.followed() for one in answers) for answers in (asked, tokens))
    r.add("line_followed", followed, "of 192, two lines at each of 96 ends, the way named is the likeliest")
    r.add("line_followed_token", followed_token, "the same, scored by the token")
    shown, shown_token = (sum(one.followed(EXAMPLE) for one in answers) for answers in (asked, tokens))
    r.add("example_followed", shown, "of 192, the way that the example shows is the likeliest")
    r.add("example_followed_token", shown_token, "the same, scored by the token")
    r.claim(
        "line_moves_it",
        min(moved, moved_token) > 0.8 * 2 * len(asked) and max(followed, followed_token) < 2 / 3 * 4 * len(asked),
        "At more than four in five ends a line makes the way that it names likelier than the line for the other does; "
        "the way named is the likeliest in fewer than two in three of the 192, by either score.",
    )
    r.claim(
        "code_in_view_helps_little",
        whole[READS] == whole[BLIND] and 0 < each[READS] < each[BLIND] and 0 < sampled[BLIND] - sampled[READS] < 3,
        "With the first half's code in view its likeliest ways differ as often as without, scored as a whole, and less "
        "often by the token, where some still do; sampled, it would disagree in fewer than three of the 48 less.",
    )
    rows = [
        [name, *(sum(d for one, d in zip(asked, of[s], strict=True) if one.name == name) for s in of), said[name]]
        for name in choices.NAMES
    ]
    r.claim(
        "figure_model",
        [row[1] for row in rows] == [0, 0, 0, 4, 0, 1, 0, 1, 3, 0, 4, 0],
        "Programs of four in which the two ends differ: cents or euros 4, number or text as id 1, UTC or local time 1, "
        "last day in or out 3, oldest or newest first 4, the other seven decisions 0.",
    )
    columns = ["decision", "nothing", "another line", "the line", "example", "other's code", "ordinary order"]
    r.table("by_model", "in how many of four programs SmolLM2-135M takes different ways at the two ends", columns, rows)
    return [[row[0], row[1], row[-1]] for row in rows]
