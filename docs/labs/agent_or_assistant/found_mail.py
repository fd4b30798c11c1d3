"""What leaves the building: mails at once, behind a prompt, or held until a look; tests; everything together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from scipy.optimize import brentq

from labs.agent_or_assistant import exact, figures, model, world
from labs.agent_or_assistant.found import BASE, EYES, USUAL
from labs.agent_or_assistant.leash import wilson
from labs.record import Results

SEES = 0.3  # share of mistakes that a test sees
TASKS, TESTED = 1600, 1500  # tasks run in each world, and with each test
WORLDS = {
    "each step on the one before": world.World(),
    "on two of the last twelve": world.World(chain=False),
    "mistakes in bursts": world.World(burst=True),
    "half of them made again": world.World(again=0.5),
    "5% seen by what follows": world.World(symptom=0.05),
}


def add_mail(r: Results) -> None:
    """Eight ways for a mail to leave."""
    looks = {k: exact.run(BASE, k).looks for k in (1, 4, USUAL, BASE.steps)}
    made = {k: exact.mail_share(BASE, k) for k in (1, 4, USUAL, BASE.steps)}
    gate, held = exact.mail_share(BASE, USUAL, "gate"), exact.mail_share(BASE, USUAL, "held")
    trail, more = exact.mail_share(BASE, USUAL, "trail"), exact.trail_looks(BASE, USUAL)
    asked = exact.mail_share(BASE, 1, "held")  # an assistant: the step takes effect when its look has passed it
    rows = [
        ["at once, look at the end", made[60], looks[60], 0],
        ["at once, look every 15", made[USUAL], looks[USUAL], 0],
        ["at once, look every 4", made[4], looks[4], 0],
        ["at once, look every step", made[1], looks[1], 0],
        ["every 15, mail shown before", gate, looks[USUAL], 1],
        ["every 15, all shown before", trail, looks[USUAL] + more, 0],
        ["every 15, held till the look", held, looks[USUAL], 0],
        ["asked before each step", asked, looks[1], 0],
    ]
    says = "chance that a mail leaves wrong, mean over a mail at each step; looks a task; prompts a mail, at least"
    r.table("by_way", says, ["way", "wrong", "looks", "prompts"], rows)
    for name, value in (("60", made[60]), ("15", made[USUAL]), ("4", made[4]), ("1", made[1])):
        r.add(f"mail_{name}", value, f"mails that leave wrong, sent at once, a look every {name}", "share")
    r.add("mail_gate", gate, "mails that leave wrong, a prompt shows the mail, a look every 15", "share")
    r.add("mail_held", held, "mails that leave wrong, held until the look", "share")
    r.add("gate_must_recognise", 1 - held / gate, "of those that pass the prompt wrong, to be recognised", "share")
    r.add("trail_looks", more, "looks that one mail adds if all is read before it leaves", "looks")
    at_once = [exact.mail_share(BASE, k) for k in (1, 2, 4, 8, USUAL, 30, BASE.steps)]
    r.claim(
        "holding_beats_looking_often",
        held < min(at_once) and made[USUAL] > 5 * held and at_once == sorted(at_once),
        "Held until the look, fewer mails leave wrong than sent at once at any of seven intervals from 1 to 60; at "
        "every 15 it is under a fifth.",
    )
    r.claim(
        "holding_ignores_the_leash",
        all(abs(exact.mail_share(BASE, k, "held") - held) < 1e-9 for k in (1, 4, BASE.steps)),
        "With every step read and mails held until the look, as many leave wrong with a look every 1, 4, 15 or 60 "
        "steps, by construction.",
    )
    r.claim(
        "asking_first_equals_holding",
        abs(asked - held) < 1e-9 and looks[1] > 12 * looks[USUAL],
        "An assistant that asks before each step lets out as many wrong mails as an agent that holds them, looked at "
        "every 15, by construction; it interrupts over twelve times as often.",
    )
    r.claim(
        "holding_not_showing",
        gate > 0.9 * made[USUAL] and held < 0.2 * made[USUAL],
        "With a look every 15, a prompt that shows the mail alone lets out more than nine in ten of the wrong mails, "
        "holding under two in ten.",
    )
    r.claim(
        "showing_the_mail_hardly_helps",
        gate > 0.9 * made[USUAL] and exact.mail_share(BASE, 60, "gate") > 0.9 * made[60],
        "A prompt that shows the mail alone lets out more than nine in ten of the wrong mails, with a look every 15 "
        "and with one at the end.",
    )
    r.claim(
        "mail_alone_must_betray",
        0.75 < 1 - held / gate < 0.85,
        "To draw level with holding, about four in five of the mails that pass the prompt wrong would have to be "
        "recognised.",
    )
    r.claim(
        "showing_all_equals_holding",
        abs(trail - held) < 1e-9 and 0 < more < 1,
        "Reading everything up to the mail before it leaves lets out as many as holding, by construction, and adds "
        "under one look a mail.",
    )
    r.figure("mail", lambda: figures.mail(rows))


def add_tests(r: Results, seed: int) -> None:
    """A test that sees some kinds of mistakes, and one that rolls again after every step."""
    rows, found = [], {}
    for eyes, reading in ((0, "every step read"), (EYES, "eight steps a look")):
        case = replace(BASE, eyes=eyes)
        none = exact.run(case, USUAL).escaped
        kind = exact.run(exact.with_test(case, SEES), USUAL).escaped
        sticky, half = world.tested(case, USUAL, SEES, True, TESTED, seed)
        rolled, _ = world.tested(case, USUAL, SEES, False, TESTED, seed)
        found[eyes] = none, kind, sticky, half, rolled
        rows.append([reading, none, kind, sticky, rolled])
    columns = ["reading", "no test", "sees a kind", "the same, run", "rolls again"]
    r.table("by_test", "chance that a task ends with a mistake, a look every 15", columns, rows)
    none, kind, sticky, half, rolled = found[EYES]
    r.add("test_sees", SEES, "share of mistakes that the test sees", "share")
    r.add("skim_no_test", none, "mistake left, eight read, no test", "share")
    r.add("skim_kind", kind, "mistake left, eight read, a test that sees a kind", "share")
    r.add("skim_rolled", rolled, "mistake left, eight read, a test that rolls again", "share")
    r.add("read_kind", found[0][1], "mistake left, every step read, a test that sees a kind", "share")
    r.claim(
        "test_removes_a_kind",
        kind > 0.7 * none and rolled < 0.1 * none,
        "A test that sees three mistakes in ten leaves over seven tenths of the tasks with a mistake if it sees a "
        "kind, and under a tenth of them if it is let roll again after every step.",
    )
    r.claim(
        "tests_run_as_computed",
        all(abs(kind - sticky) < 2 * half for _, kind, sticky, half, _ in found.values()),
        "Run step by step, the test that sees a kind leaves what the recursion says, within twice half an interval.",
    )


def add_together(r: Results) -> None:
    """From the common design to the recommended one, a step at a time, and each step alone."""
    skim = replace(BASE, eyes=EYES)
    steps = [
        ("eight read, mails at once", skim, "made"),
        ("+ every step read", BASE, "made"),
        ("+ mails held", BASE, "held"),
        ("+ a test", exact.with_test(BASE, SEES), "held"),
        ("only mails held", skim, "held"),
        ("only a test", exact.with_test(skim, SEES), "made"),
        ("read, a test, not held", exact.with_test(BASE, SEES), "made"),
    ]
    rows = [[n, exact.run(c, USUAL).escaped, exact.mail_share(c, USUAL, way)] for n, c, way in steps]
    says = "a look every 15: chance that a task ends with a mistake, and that a mail leaves wrong"
    r.table("by_step", says, ["design", "mistake left", "mail wrong"], rows)
    r.add("first_mail", rows[0][2], "mails that leave wrong, eight read, sent at once", "share")
    r.add("last_mail", rows[3][2], "mails that leave wrong, all read, held, a test", "share")
    r.add("last_escaped", rows[3][1], "mistake left, all read, held, a test", "share")
    read_all = exact.run(BASE, USUAL).escaped
    enough = brentq(
        lambda sees: exact.run(exact.with_test(skim, sees), USUAL).escaped - read_all, 0.0, 0.999, xtol=1e-6
    )
    r.add("test_must_see", enough, "share that a test must see to leave as few mistakes as reading does", "share")
    r.add("only_held_mail", rows[4][2], "mails that leave wrong, eight read, held", "share")
    r.claim(
        "reading_comes_first",
        rows[1][1] == min(rows[i][1] for i in (1, 4, 5)) and rows[1][2] == min(rows[i][2] for i in (1, 4, 5)),
        "Of reading every step, holding mails and the test, reading alone leaves the fewest mistakes and lets out the "
        "fewest wrong mails.",
    )
    r.claim(
        "holding_needs_reading",
        0.75 * rows[0][2] < rows[4][2] < rows[0][2],
        "With eight steps read at a look every 15, holding still lets out over three quarters of the wrong mails.",
    )
    r.claim(
        "each_step_helps",
        all(b[1] <= a[1] and b[2] < a[2] for a, b in pairwise(rows[:4])),
        "Reading, holding, testing: each step lets out fewer wrong mails than what stood before it.",
    )
    r.claim(
        "holding_before_a_test",
        rows[2][2] < 0.5 * rows[6][2] and rows[6][1] < rows[2][1],
        "With every step read, holding lets out under half as many wrong mails as the test does, which leaves fewer "
        "mistakes in the task.",
    )
    r.claim(
        "together",
        rows[3][1] < 0.1 * rows[0][1] and rows[3][2] < 0.1 * rows[0][2],
        "Every step read, mails held and the test together leave under a tenth of the mistakes and of the wrong mails "
        "of eight steps read and mails sent at once.",
    )


def add_worlds(r: Results, seed: int) -> None:
    """The same loop on values, in five worlds."""
    rows, found = [], {}
    for name, one in WORLDS.items():
        for k in (4, BASE.steps):
            t = found[name, k] = world.many(BASE, k, one, TASKS, seed)
            rows.append([f"{name}, every {k}", t.escaped, t.half, t.left_wrong, t.let_wrong, t.wait])
    says = f"{TASKS} tasks each: chance that a mistake is left, half a 95% interval, mails wrong at once and held, wait"
    columns = ["world and looks", "mistake left", "±", "wrong at once", "wrong held", "wait"]
    r.table("by_world", says, columns, rows)
    r.add("world_tasks", TASKS, "tasks run in each world and with each interval", "tasks")
    usual = world.many(BASE, USUAL, world.World(), TASKS, seed)
    r.add("wait", usual.wait, "steps that the agent makes while a held mail waits, a look every 15", "steps")
    r.claim(
        "world_agrees",
        all(
            abs(t.escaped - exact.run(BASE, k).escaped) < 2 * t.half
            and abs(t.left_wrong - exact.mail_share(BASE, k)) < 2 * t.half_left
            and abs(t.let_wrong - exact.mail_share(BASE, k, "held")) < 2 * t.half_mail
            for k, t in ((4, found[next(iter(WORLDS)), 4]), (60, found[next(iter(WORLDS)), 60]), (USUAL, usual))
        ),
        "Run on values, mistakes left and wrong mails lie within twice half a 95% interval of what the recursion says.",
    )
    r.claim(
        "no_world_punishes_the_long_leash",
        all(found[n, 60].escaped < found[n, 4].escaped + 0.03 for n in WORLDS),
        "In none of five worlds does one look at the end leave a mistake in three points more of 1,600 tasks than a "
        "look every 4.",
    )
    r.claim(
        "every_world_rewards_holding",
        all(t.let_wrong < 0.75 * t.left_wrong for t in found.values()),
        "In each of five worlds and with either interval, holding lets out under three quarters of the wrong mails.",
    )
    r.claim(
        "held_mail_waits",
        7.5 < usual.wait < 10,
        "With a look every 15 a held mail waits while the agent makes about nine steps.",
    )


def add_model(r: Results) -> None:
    """A small model's own doubt, as the order in which to read."""
    found = model.answers()
    flat = [one for task in found for one in task]
    wrong = sum(not one.right for one in flat)
    r.add("model_questions", len(flat), "questions that the model answered")
    r.add("model_wrong", wrong / len(flat), "of them answered wrongly", "share")
    r.add("model_ranking", model.ranking(found), "chance that a wrong answer is held with less confidence", "share")
    rows = []
    for read in range(1, USUAL + 1):
        rows.append([read, model.seen(found, USUAL, read, True), model.seen(found, USUAL, read, False)])
    says = "of each 15 answers so many read: share of the wrong ones among them, least confident first, and any"
    r.table("by_doubt", says, ["read of 15", "by doubt", "any"], rows)
    by, any_ = rows[EYES - 1][1:]
    low, high = wilson(round(by * wrong), wrong)
    says = "wrong answers among the 8 of 15 held with least confidence"
    r.add("doubt_8", by, says, "share", low=low, high=high, interval="95%")
    r.add("any_8", any_, "wrong answers among any 8 of 15, expected", "share")
    r.add("doubt_5", rows[4][1], "wrong answers among the 5 of 15 held with least confidence", "share")
    r.claim(
        "doubt_says_what_to_read",
        by > 1.3 * any_ and low > any_ and all(row[1] >= row[2] for row in rows),
        "Reading the 8 of 15 answers that the 135M model held with least confidence finds over 1.3 times as many of "
        "its wrong ones as any 8, and no fewer at any number read.",
    )
    r.figure("doubt", lambda: figures.doubt(rows))
