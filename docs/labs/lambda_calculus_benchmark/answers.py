"""What a model wrote, in LaTeX, Markdown, Haskell or prose, as a lambda term; what stays unclear is unreadable."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .notation import parse
from .solvers import redexes
from .terms import Term, key
from .undress import NAME, undress

LONGEST = 20_000  # characters of an answer that are read, from its end
ARROWS = r"->|=>|~>|[=≡≈≅→↠⇒⟶⟹⇝↦⟼▷]"
CHAIN = re.compile(
    rf"(?:{ARROWS})+(?:\s?_?[βαη*]+(?=\s))?|\b(?:is|becomes|equals|yields|gives|get|(?:reduces|simplifies|evaluates|"
    r"normali[sz]es) to)\b(?!\s+(?:not|in)\b)",
    re.I,
)
MARKED = re.compile(
    r"(?i)\bfinal\s+(?:term|result|form)\b\W*?(?:\bis\b|[:=])|\banswer\b[^\nλ\\:=]{0,30}?(?:\bis\b|[:=])"
)
NOT = [("not",), ("never",), ("rather", "than"), ("instead", "of"), ("opposed", "to")]  # before a term: not this one
CHECKS = re.compile(
    r"(?i)^\W*(?:check|verif\w*|sanity check)\b(?!.*\b(?:not|wrong|fails?)\b).*(?:[✓✔✅]|\b(?:holds|as expected)\b)\W*$"
)
TOKEN = re.compile(rf"λ[^.λ]*\.|[()\[\]{{}}]|{NAME}|\.|·|\s+|.", re.S)
OPEN, CLOSE = set("([{"), set(")]}")


class Unreadable(ValueError):
    """An answer in which no term, or more than one, can be made out; the message says why."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text that holds a term: its readings (none: it has a λ and is no term), and how it stands there.

    joined  it follows an arrow, "=" or "becomes": it replaces what stands before
    alone   nothing but dress stands in its line
    placed  it opens or ends its line, or is joined: a sentence that speaks of a term on the way has it in its middle
    """

    readings: tuple[Term, ...]
    joined: bool
    alone: bool = False
    placed: bool = False

    def agrees(self, other: Piece) -> bool:
        """Whether the two share a reading but for names."""
        return bool({key(t) for t in self.readings} & {key(t) for t in other.readings})


def read(text: str, names: Collection[str] = ()) -> list[Term]:
    """The readings of the final term in an answer: one, or two where `λxy.` may bind one name or two.

    `names` are the variables of the question. What counts is, in this order: the last `\\boxed{...}` or `<answer>`;
    what follows the last "answer:" or "final term is"; the last line that holds only a term; the last term in prose.
    Raises Unreadable if there is no term, or two different ones and no sign which is meant.
    """
    text = unicodedata.normalize("NFKC", html.unescape(text[-LONGEST:])).replace("’", "'").replace("′", "'")
    found = final(text, names)
    free = [set(re.findall(r"!(\S+)", key(term))) - set(names) for term in found]
    if all(any(name[0].isupper() for name in unknown) for unknown in free):
        raise Unreadable(f"{min(min(free))} is bound by nothing and stands in no question: the name of a known term?")
    return found


def final(text: str, names: Collection[str]) -> list[Term]:
    """The readings of the final term, as `read` says."""
    boxed = list(in_box(text)) + re.findall(r"(?is)<(?:final_?)?answer>(.*?)</(?:final_?)?answer>", text)
    if boxed:
        return settle(pieces(undress(boxed[-1]), names), "in the box")
    plain = undress(text)
    for mark in reversed(list(MARKED.finditer(plain))):
        for line in one_term_a_line(plain[mark.end() :]):
            if found := pieces(line, names):
                return settle(found, "after the answer's mark")
    given = [line for line in one_term_a_line(plain) if pieces(line, names)]
    given = [line for line in given if not CHECKS.match(line)] or given  # a check that came out repeats no answer
    lines = [pieces(line, names) for line in given]
    if not lines:
        bare = plain.strip(" \n.")
        if set(re.findall(NAME, bare)) <= set(names) and parses(bare):
            return [parse(bare)]
        raise Unreadable("there is no λ in it that begins a term")
    whole = [i for i, found in enumerate(lines) if all(piece.alone for piece in found)]
    if whole:
        alone, after = lines[whole[-1]], [p for found in lines[whole[-1] + 1 :] for p in found]
        if after and after[-1].agrees(alone[-1]):  # an explanation that comes back to the term
            return settle(alone, "in the last line of its own")
        return settle(alone + after, "in the last lines")
    found = settle(lines[-1], "in the last line")
    if not lines[-1][-1].placed or any("!" in key(term) or redexes(term) for term in found):
        raise Unreadable("it stands in the middle of a sentence, or is no closed normal form")
    return found


def settle(found: list[Piece], where: str) -> list[Term]:
    """The term that pieces of text agree on, where each that is joined replaces the one before it."""
    ends = [piece for piece, after in zip(found, [*found[1:], None], strict=True) if not (after and after.joined)]
    if not ends:
        raise Unreadable(f"there is no term {where}")
    if not all(piece.readings for piece in ends):
        raise Unreadable(f"what has a λ {where} is no term")
    if not all(piece.agrees(ends[-1]) for piece in ends):
        raise Unreadable(f"there are two different terms {where}, and no sign which is meant")
    return list(ends[-1].readings)


def in_box(text: str) -> Iterator[str]:
    r"""What stands in each `\boxed{...}`, brackets counted; a box that is never closed ends with the text."""
    for box in re.finditer(r"\\f?boxed\s*\{", text):
        depth, at = 1, box.end()
        while at < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield text[box.end() : at - (not depth)]


def one_term_a_line(text: str) -> list[str]:
    """The lines of a text; if they make one term only together, as code is laid out, the text as one line."""
    lines = [line for line in text.split("\n") if line.strip()]
    together = " ".join(lines)
    if len(lines) > 1 and parses(together) and not all(map(parses, lines)):
        return [together]
    return lines


def parses(text: str) -> bool:
    """Whether text is a term as it stands."""
    try:
        return bool(parse(text))
    except ValueError:
        return False


def pieces(line: str, names: Collection[str]) -> list[Piece]:
    """The terms in a line of undressed text: stretches that hold a λ and no words, without those said to be wrong."""
    bound = set(names) | set(re.findall(NAME, " ".join(re.findall(r"λ[^.λ]*\.", line))))
    found: list[Piece] = []
    words, denied = 0, set()
    at, joined, before = 0, False, 0
    for link in [*CHAIN.finditer(line), None]:
        tokens = TOKEN.findall(line[at : link.start() if link else len(line)])
        held: list[str] = []
        said: list[str] = []
        first = True
        for token, after in pairwise([*tokens, None, None]):
            if token is not None and (token.isspace() or token == "·"):
                continue
            if token is not None and (token in OPEN | CLOSE or token[0] == "λ" or is_name(token, bound)):
                held.append({"[": "(", "{": "(", "]": ")", "}": ")"}.get(token, token))
                continue
            word = token is not None and token[0].isalnum()
            ends = word or (token is None and link is not None)
            if token == "." and held and after and (after[0].isalnum() or after[0] in OPEN):
                held.append("?")  # a dot that ends no sentence and belongs to no λ: the term around it is none
            if any(t[0] == "λ" for t in held):
                found.append(Piece(readings(trim(held, names, ends), bound), joined and first, False, not words))
                before = words
                if any(tuple(said[-len(no) :]) == no for no in NOT):
                    denied.add(id(found[-1]))
            words += word
            said += [token.lower()] if word else []
            held, first = [], False
        if link:
            at, joined = link.end(), True
            words += link[0][0].isalpha()
    last = before == words
    return [
        Piece(p.readings, p.joined, not words, p.joined or p.placed or (p is found[-1] and last))
        for p in found
        if id(p) not in denied
    ]


def is_name(token: str, bound: Collection[str]) -> bool:
    """Whether a token is a variable and no word: bound, of one letter, or several bound letters in a row."""
    letters = re.match(r"[^\W\d_]*", token)[0]
    return bool(letters) and (token in bound or len(letters) == 1 or set(letters) <= set(bound))


def trim(held: list[str], names: Collection[str], word: bool) -> list[str]:
    """Tokens without what belongs to the sentence around: brackets without a partner, "A" before, "I" behind."""
    held = [token for token in held if token != " "]
    while len(held) > 1 and held[0] not in OPEN and held[0][0] != "λ" and held[0] not in names:
        held = held[1:]
    bound = set(re.findall(NAME, " ".join(token for token in held if token[0] == "λ")))
    while word and len(held) > 1 and held[-1] not in OPEN | CLOSE | bound | set(names) and held[-1][0] != "λ":
        held = held[:-1]
    partner: list[int] = []
    for at, token in enumerate(held):
        if token == "(":
            partner.append(at)
        elif token == ")" and partner:
            partner.pop()
        elif token == ")" and not any(t not in CLOSE for t in held[at:]):
            return trim(held[:at] + held[at + 1 :], names, False)
    if partner == [0] and word:
        return held[1:]
    if partner and word and not any(token[0] == "λ" for token in held[partner[-1] :]):
        return trim(held[: partner[-1]], names, word)
    return held


def readings(held: list[str], bound: Collection[str]) -> tuple[Term, ...]:
    """The terms that tokens may stand for: names as written, and with a name for each letter; none if it is no term."""

    def text(each_letter: bool) -> str:
        out = []
        for token in held:
            apart = " ".join(re.findall(r"[^\W\d_][0-9'_]*", token.strip("λ.")))
            if token[0] == "λ":
                out.append(f"λ{apart}." if each_letter else token)
            else:
                out.append(token if token in "()" or not apart or (token in bound and not each_letter) else apart)
        return " ".join(out)

    found = {}
    for each_letter in (False, True):
        if parses(text(each_letter)):
            term = parse(text(each_letter))
            found.setdefault(key(term), term)
    closed = {shape: term for shape, term in found.items() if "!" not in shape}
    return tuple((closed or found).values())
