"""How often two halves disagree: SmolLM2-135M-Instruct goes on with the code of each half, for twelve decisions.

Each decision is asked about in one small program with four nouns. Both halves score the same two ways;
a probability is that of one way against the other. Way 0 and way 1 are those of `shop.DECISIONS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from labs.language_model import SmolLM
from labs.multi_vs_single_agent.shop import DECISIONS

NOUNS = ("order", "loan", "booking", "repair")
BLIND, OTHER, BRIEF, READS = "nothing", "a line on another decision", "the line", "the other half's code"
EXAMPLE = "an example in place of the line"


@dataclass(frozen=True)
class Question:
    """The code of both halves up to the decision, how each goes on (two ways), and the line that settles it."""

    make: str
    makes: tuple[str, str]
    use: str
    uses: tuple[str, str]
    lines: tuple[str, str]


SIGN = "# NOUNs.py\ndef get_NOUN(NOUN_id):\n"
TAX = (" sum(round(line.net * RATE, 2) for line in lines)", " round(sum(line.net * RATE for line in lines), 2)")
STAMP = ('    return {\n        "customer": row.customer,\n        ', "    NOUN = get_NOUN(NOUN_id)\n    ")
QUESTIONS: dict[str, Question] = {
    "name of a field": Question(
        SIGN + '    return {"id": NOUN_id, "name": row.name, "', ('qty": row.pieces}', 'quantity": row.pieces}'),
        '# invoice.py\ndef pieces(NOUN):\n    return NOUN["', ('qty"]', 'quantity"]'),
        ("the number of pieces is called qty", "the number of pieces is called quantity"),
    ),
    "list or object": Question(
        "# NOUNs.py\ndef list_NOUNs(customer):\n    rows = query(customer)\n    return",
        (" [row.to_dict() for row in rows]", ' {"NOUNs": [row.to_dict() for row in rows]}'),
        "# page.py\ndef show(customer):\n    answer = list_NOUNs(customer)\n    for NOUN in",
        (" answer:", ' answer["NOUNs"]:'),
        ("list_NOUNs returns a plain list", 'list_NOUNs returns a dict with the key "NOUNs"'),
    ),
    "day or month first": Question(
        SIGN + STAMP[0] + '"date": row.date.strftime("', ('%d/%m/%Y")', '%m/%d/%Y")'),
        "# invoice.py\ndef invoice(NOUN_id):\n" + STAMP[1] + 'day = datetime.strptime(NOUN["date"], "',
        ('%d/%m/%Y")', '%m/%d/%Y")'),
        ("dates are written day/month/year", "dates are written month/day/year"),
    ),
    "cents or euros": Question(
        SIGN + STAMP[0] + '"total":', (" row.total_cents,", " row.total_euros,"),
        "# invoice.py\ndef invoice(NOUN_id):\n" + STAMP[1] + "euros =",
        (' NOUN["total"] / 100\n', ' NOUN["total"]\n'),
        ("totals are integers, in cents", "totals are decimals, in euros"),
    ),
    "percent or fraction": Question(
        "# NOUNs.py\n# ten percent off for members\nDISCOUNT =", (" 10", " 0.1"),
        "# invoice.py\ndef reduced(price):\n    return price * (1 - DISCOUNT", (" / 100)", ")"),
        ("a discount is a percentage", "a discount is a fraction between 0 and 1"),
    ),
    "number or text as id": Question(
        SIGN + STAMP[0] + '"id":', (" int(NOUN_id),", " str(NOUN_id),"),
        "# invoice.py\ndef is_sent(NOUN):\n    return NOUN[\"id\"] in",
        (" {1042, 1044}", ' {"1042", "1044"}'),
        ("ids are integers", "ids are strings"),
    ),
    "case of a status word": Question(
        SIGN + STAMP[0] + '"status": "', ('paid",', 'PAID",'),
        "# invoice.py\ndef invoice(NOUN_id):\n" + STAMP[1] + 'if NOUN["status"] == "', ('paid":', 'PAID":'),
        ("status words are lower case", "status words are upper case"),
    ),
    "UTC or local time": Question(
        "# NOUNs.py\ndef create_NOUN(customer):\n    placed =", (" datetime.utcnow()", " datetime.now()"),
        "# invoice.py\ndef day_of(NOUN):\n    # NOUN.placed is in", (" UTC", " local time"),
        ("times are in UTC", "times are local"),
    ),
    "last day in or out": Question(
        "# NOUNs.py\ndef list_NOUNs(first, last):\n    return [n for n in NOUNs if first <= n.day",
        (" <= last]", " < last]"),
        "# report.py\ndef march():\n    return list_NOUNs(date(2026, 3, 1),",
        (" date(2026, 3, 31))", " date(2026, 4, 1))"),
        ("the last day of a period is included", "the last day of a period is excluded"),
    ),
    "round lines or the sum": Question(
        "# NOUNs.py\ndef charge(lines):\n    tax =", TAX,
        "# invoice.py\ndef invoice(lines):\n    tax =", TAX,
        ("tax is rounded on each line", "tax is rounded once, on the sum"),
    ),
    "oldest or newest first": Question(
        "# NOUNs.py\ndef list_NOUNs(customer):\n    found = query(customer)\n    return sorted(found, key=by_day",
        (")", ", reverse=True)"),
        "# page.py\ndef latest(customer):\n    found = list_NOUNs(customer)\n    return found[", ("-1]", "0]"),
        ("lists are sorted oldest first", "lists are sorted newest first"),
    ),
    "None or an error": Question(
        SIGN + "    row = query(NOUN_id)\n    if row is None:\n       ",
        (" return None", " raise KeyError(NOUN_id)"),
        "# page.py\ndef show(NOUN_id):\n    ",
        ("NOUN = get_NOUN(NOUN_id)\n    if NOUN is None:",
         "try:\n        NOUN = get_NOUN(NOUN_id)\n    except KeyError:"),
        ("for a missing NOUN get_NOUN returns None", "for a missing NOUN get_NOUN raises KeyError"),
    ),
}  # fmt: skip
EXAMPLES: dict[str, tuple[str, str]] = {  # that settle a decision one way or the other, in place of its line
    "name of a field": (
        'for two lamps, get_NOUN gives {"id": 1042, "name": "lamp", "qty": 2}',
        'for two lamps, get_NOUN gives {"id": 1042, "name": "lamp", "quantity": 2}',
    ),
    "list or object": (
        'list_NOUNs("Ann") gives [{"id": 1042}]',
        'list_NOUNs("Ann") gives {"NOUNs": [{"id": 1042}]}',
    ),
    "day or month first": (
        'get_NOUN(1042) gives {"date": "14/03/2026"}',
        'get_NOUN(1042) gives {"date": "03/14/2026"}',
    ),
    "cents or euros": (
        'for two lamps at 20.00 euros, get_NOUN gives {"total": 4000}',
        'for two lamps at 20.00 euros, get_NOUN gives {"total": 40.00}',
    ),
    "percent or fraction": ("for ten percent off, DISCOUNT is 10", "for ten percent off, DISCOUNT is 0.1"),
    "number or text as id": ('get_NOUN gives {"id": 1042}', 'get_NOUN gives {"id": "1042"}'),
    "case of a status word": ('get_NOUN gives {"status": "paid"}', 'get_NOUN gives {"status": "PAID"}'),
    "UTC or local time": (
        'at 13:30 in the shop, 12:30 in UTC, get_NOUN gives {"placed": "12:30"}',
        'at 13:30 in the shop, 12:30 in UTC, get_NOUN gives {"placed": "13:30"}',
    ),
    "last day in or out": (
        "list_NOUNs(date(2026, 3, 1), date(2026, 3, 31)) gives those of March",
        "list_NOUNs(date(2026, 3, 1), date(2026, 4, 1)) gives those of March",
    ),
    "round lines or the sum": (
        "for two lines of 0.13 at 19 percent, tax is 0.04",
        "for two lines of 0.13 at 19 percent, tax is 0.05",
    ),
    "oldest or newest first": (
        "list_NOUNs gives [1042, 1043], and 1042 is the older",
        "list_NOUNs gives [1043, 1042], and 1042 is the older",
    ),
    "None or an error": (
        "get_NOUN(77), of which there is none, gives None",
        "get_NOUN(77), of which there is none, raises KeyError",
    ),
}
NAMES = [decision.name for decision in DECISIONS]


@dataclass(frozen=True)
class Asked:
    """What the model makes of one decision in one program. Each number is the probability of way 1 against way 0.

    make, use  the two halves, each with nothing but its own code
    other      both halves, with the settled line of another decision, for each way of that
    brief      both halves, with the line that settles this decision, for each way of it
    reads      the second half when it sees the code of the first, for each way of that
    example    both halves, with an example in place of the line, for each way of it
    """

    name: str
    make: float
    use: float
    other: tuple[tuple[float, float], tuple[float, float]]
    brief: tuple[tuple[float, float], tuple[float, float]]
    reads: tuple[float, float]
    example: tuple[tuple[float, float], tuple[float, float]]

    def disagree(self, shown: str) -> float:
        """Probability that the halves take different ways, each sampled by itself, with what both are shown."""
        if shown == READS:
            return (1 - self.make) * self.reads[0] + self.make * (1 - self.reads[1])
        return float(np.mean([m * (1 - u) + (1 - m) * u for m, u in self._pairs(shown)]))

    def differ(self, shown: str) -> float:
        """The same where each takes its likeliest way: 0 or 1, or the share of the two lines for which they differ."""
        if shown == READS:
            return float((self.reads[int(self.make > 0.5)] > 0.5) != (self.make > 0.5))
        return float(np.mean([(m > 0.5) != (u > 0.5) for m, u in self._pairs(shown)]))

    def moved(self) -> int:
        """Of the two ends, how many find the way that a line names likelier than under the line for the other way."""
        return sum(under_1 > under_0 for under_0, under_1 in zip(*self.brief, strict=True))

    def followed(self, shown: str = BRIEF) -> int:
        """Of the two ends under each of the two lines, how many find the way that the line names the likelier one."""
        return sum((end > 0.5) == bool(way) for way, ends in enumerate(self._pairs(shown)) for end in ends)

    def _pairs(self, shown: str) -> Sequence[tuple[float, float]]:
        return {BLIND: [(self.make, self.use)], OTHER: self.other, BRIEF: self.brief, EXAMPLE: self.example}[shown]


@cache
def asked(per_token: bool = False) -> tuple[Asked, ...]:
    """All answers: twelve decisions, each with four nouns; the ways compared as a whole, or a token each.

    As a whole a short way has the better chances; a token each it has not.
    """
    prompts, endings = [], []

    def ask(prompt: str, ways: tuple[str, str], noun: str) -> int:
        prompts.append(prompt.replace("NOUN", noun))
        endings.append([way.replace("NOUN", noun) for way in ways])
        return len(prompts) - 1

    def head(line: str) -> str:
        return f"# Agreed with the other half: {line}.\n"

    slots = []
    for noun in NOUNS:
        for i, name in enumerate(NAMES):
            q, elsewhere = QUESTIONS[name], QUESTIONS[NAMES[i - 1]]
            one = [ask(q.make, q.makes, noun), ask(q.use, q.uses, noun)]
            for line in (*elsewhere.lines, *q.lines):
                one += [ask(head(line) + q.make, q.makes, noun), ask(head(line) + q.use, q.uses, noun)]
            one += [ask(f"{q.make}{way}\n\n{q.use}", q.uses, noun) for way in q.makes]
            for line in EXAMPLES[name]:
                one += [ask(head(line) + q.make, q.makes, noun), ask(head(line) + q.use, q.uses, noun)]
            slots.append((name, one))
    scores = SmolLM(Path(__file__).with_name("answers.json")).score(prompts, endings)
    of = (lambda score: score.mean) if per_token else (lambda score: score.logp)
    way_1 = [float(1 / (1 + np.exp(of(a) - of(b)))) for a, b in scores]
    return tuple(
        Asked(
            name,
            p[0],
            p[1],
            ((p[2], p[3]), (p[4], p[5])),
            ((p[6], p[7]), (p[8], p[9])),
            (p[10], p[11]),
            ((p[12], p[13]), (p[14], p[15])),
        )
        for name, p in ((name, [way_1[i] for i in one]) for name, one in slots)
    )
