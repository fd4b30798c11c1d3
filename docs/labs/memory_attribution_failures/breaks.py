"""Which tests see a field that is lost or turned round, and what a lost one does to the answer."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb

from labs.memory_attribution_failures.pipeline import (
    FIELDS,
    LOST,
    PART,
    RIGHT,
    ROUND,
    SAID,
    TESTS,
    WRONG,
    Pipeline,
    first_lost_hop,
    passes_pair,
    swapped,
)  # fmt: skip
from labs.record import Results

VALUE, SWAP, BOTH = (list(TESTS)[i] for i in (2, -2, -1))

PAIRS, ENOUGH = 10, 7  # fresh pairs of runs that the post asks of a model that samples, and how many must pass


def enough(one: Fraction) -> Fraction:
    """Chance that enough of the pairs pass, each alone with the chance `one`: the upper tail of a binomial."""
    return sum((comb(PAIRS, k) * one**k * (1 - one) ** (PAIRS - k) for k in range(ENOUGH, PAIRS + 1)), Fraction(0))


def luck(pipeline: Pipeline) -> Fraction:
    """Chance that both answers are right where each run draws the order of equally good rows anew, both alike."""
    runs = ((SAID[pipeline.field or FIELDS[0]], RIGHT), (swapped(pipeline.field or FIELDS[0]), WRONG))
    orders = [replace(pipeline, backwards=turn) for turn in (False, True)]
    one, other = (Fraction(sum(b(said)["use"] == answer for b in orders), len(orders)) for said, answer in runs)
    return one * other


def measure(r: Results) -> None:
    """Count what each test sees, and that none objects to a pipeline that loses nothing."""
    seen = {name: [sum(not test(b) for b in broken) for broken in (LOST, ROUND)] for name, test in TESTS.items()}
    r.table("by_test", "broken pipelines that a test sees: twelve lose a field, six turn one round",
            ["Test", "lost, of 12", "turned, of 6"], [[name, *counts] for name, counts in seen.items()])  # fmt: skip
    for i, (name, (lost, turned)) in enumerate(seen.items()):
        r.add(f"test_{i}_lost", lost, f"of twelve pipelines that lose a field, those that the test sees: {name}")
        r.add(f"test_{i}_turned", turned, f"of six pipelines that turn a field round, those that the test sees: {name}")
    r.add("lost", len(LOST), "pipelines with one field lost at one hop: three fields, four hops")
    r.add("turned", len(ROUND), "pipelines with one field turned round in the store or in use")
    r.add("broken", len(LOST + ROUND), "pipelines that lose a field or turn one round")
    named = all(first_lost_hop(b, SAID[b.field], swapped(b.field)) == b.hop for b in LOST)
    fine = all(test(Pipeline()) for test in TESTS.values())
    blamed = {(b.hop, hop) for b in ROUND for f in FIELDS if (hop := first_lost_hop(b, SAID[f], swapped(f)))}
    r.claim("swap_names_the_hop", named and fine and seen[SWAP] == [len(LOST), 2] and blamed == {("store", "use")}, (
        "Of twelve pipelines, each built to lose one field at one hop, the swap sees all and names the right hop; of "
        "six that store a field the wrong way round or prefer its wrong value it sees two, whose fault is in the "
        "store, and names use; it does not object to the one that works."
    ))  # fmt: skip
    weaker = [counts for name, counts in seen.items() if name not in (SWAP, BOTH)]
    r.claim("both_answers_see_all", fine and seen[BOTH] == [len(LOST), len(ROUND)] and (
        all(sum(counts) < len(LOST + ROUND) for counts in (*weaker[:-1], seen[SWAP]))), (
        "The known answers before and after the swap see all eighteen pipelines; the sentence, the field, its value, "
        "one known answer with the right row first, and the swap alone each miss some; none objects to the one that "
        "works."
    ))  # fmt: skip
    alone = {
        (f, turn): [b for b in LOST + ROUND if not passes_pair(replace(b, backwards=turn), f)]
        for f in FIELDS
        for turn in (False, True)
    }
    own = all([b for b in found if b in LOST] == [b for b in LOST if b.field == f] for (f, _), found in alone.items())
    r.add("pair_lost", sum(b in LOST for b in alone["speaker", False]), "of twelve that lose a field: one pair sees")
    whole = all(passes_pair(Pipeline(backwards=turn), f) for f, turn in alone)
    r.claim("one_pair_sees_its_field", whole and own and all(
        sum(b in ROUND for b in found) < len(ROUND) for found in alone.values()), (
        "Of the twelve that lose a field, the pair of one field alone sees the four that lose this field and no other, "
        "in either order of the rows, and not all of the six that turn a field round; it does not object to the "
        "pipeline that works."
    ))  # fmt: skip
    one = [seen[name][0] for name in list(TESTS)[3:5]]
    r.claim("one_answer_is_luck", one == [0, len(LOST)], (
        "Of the twelve that lose a field, a single known answer sees none if the right row comes first and all if the "
        "wrong one does."
    ))  # fmt: skip
    one_order = [[b for b in PART if not TESTS[BOTH](replace(b, backwards=turn))] for turn in (False, True)]
    late = {
        first_lost_hop(replace(b, backwards=turn), SAID[b.field], swapped(b.field))
        for b in PART
        for turn in (False, True)
    }
    r.add("part", len(PART), "pipelines that lose one field from one of two rows, at store or return")
    r.add("part_one_order", len(one_order[0]), "of these, those that the known answers before and after the swap see")
    r.claim("part_needs_both_orders", len(one_order[0]) == len(one_order[1]) == 8 and late == {None, "use"}
            and {*one_order[0], *one_order[1]} == {*PART} and not any(TESTS[VALUE](b) for b in PART), (
        "Of twelve pipelines that lose a field from one of two rows, at store or return, the known answers before and "
        "after the swap see eight with either order of the rows and all twelve with both; the swap names use or no "
        "hop; looking at the value in every hit sees all twelve."
    ))  # fmt: skip
    as_said = [(replace(b, arrival=True), SAID[b.field], swapped(b.field)) for b in LOST]
    fooled = [b(said)["use"] == RIGHT and b(other[::-1])["use"] == WRONG for b, said, other in as_said]
    kept = [b(said)["use"] == RIGHT and b(other)["use"] == WRONG for b, said, other in as_said]
    r.claim("order_must_stay", all(fooled) and not any(kept), (
        "Where rows come in the order of the messages and the right one comes first in both runs, each of the twelve "
        "that lose a field gives both answers right; where the swap leaves the order alone, none does."
    ))  # fmt: skip
    shares = [Fraction(i, 100) for i in range(101)]
    most = max(one * other for one in shares for other in shares if one + other <= 1)
    drawn = {luck(b) for b in LOST}
    r.add("lucky_pairs", PAIRS, "fresh pairs of runs of a model that samples")
    r.add("lucky_enough", ENOUGH, "of these pairs, those that must pass")
    r.add("lucky_runs", 2 * PAIRS * len(FIELDS), "runs of these pairs for each of three fields")
    r.claim("luck_is_a_quarter", most == Fraction(1, 4) and drawn == {most} and luck(Pipeline()) == 1
            and enough(most) < Fraction(4, 1000), (
        "If both runs draw from the same odds, the chance of one answer times that of the other is at most a quarter, "
        "over all odds in hundredths; it is a quarter for each of the twelve that lose a field if they answer with "
        "a row drawn at random; seven or more of ten pairs pass in fewer than four cases of a thousand."
    ))  # fmt: skip
    steady = Fraction(95, 100) ** 2
    r.add("steady_passes", float(enough(steady)), "chance that enough pairs pass, each answer right at 95%", "share")
    r.claim("steady_passes_often", Fraction(98, 100) < enough(steady) and steady**PAIRS < Fraction(4, 10), (
        "If each answer is right with a chance of 95%, seven or more of ten pairs pass in more than 98% of cases, and "
        "all ten in fewer than four cases of ten."
    ))  # fmt: skip
    answers = [{replace(b, backwards=turn)(SAID[b.field])["use"] for b in LOST} for turn in (False, True)]
    good = {replace(Pipeline(), backwards=turn)(said)["use"] for said in SAID.values() for turn in (False, True)}
    r.claim("one_hop_is_enough", answers == [{WRONG}, {RIGHT}] and good == {RIGHT}, (
        "In each of the twelve the row that comes first is the answer, so with one order of two rows it is wrong and "
        "with the other right; in the pipeline that loses nothing it is right with both."
    ))  # fmt: skip
