"""Counts over random programs: what one float widens, and what running programs then do, engine by engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labs.spinel_ruby_aot import infer
from labs.spinel_ruby_aot.aot import Ahead, Request, operations
from labs.spinel_ruby_aot.jit import Caches, Interpreter, Versions
from labs.spinel_ruby_aot.program import Program, random_program, with_copies

DENSITIES = (1.0, 1.3, 2.0, 4.0, 10.0)  # call sites a method
LITERALS, HEAP = 0.35, 0.1  # shares of literal operands and of field statements: near those counted in real programs
SHAPES = {
    "as counted": (LITERALS, HEAP),
    "more fields": (LITERALS, 0.3),
    "few literals": (0.1, HEAP),
}
WAYS = ("joined", "one method split", "all below split", "a copy per signature")
PROGRAMS = 30  # of each density and shape
BARE_PROGRAMS = 15  # dense, without fields
RUN_PROGRAMS = 8  # of each density, in all engines
RARE_EVERY = 40  # one request in so many is rare
REQUESTS = {1.0: 80, 1.3: 80, 2.0: 600, 4.0: 1200, 10.0: 2400}  # by density: until the later half runs compiled


@dataclass(frozen=True)
class Split:
    """One program, one way: widened share of its operations, and its code against the joined form."""

    share: float
    code: float


def splits(program: Program) -> dict[str, Split]:
    """What one rare float widens, joined and with each cure."""
    whole = infer.joined(program, True)
    ways = {
        "joined": whole,
        "one method split": infer.joined(with_copies(program, False), True),
        "all below split": infer.joined(with_copies(program, True), True),
        "a copy per signature": infer.copied(program, True),
    }
    found = {}
    for name, one in ways.items():
        wide, total = infer.widened(one)
        found[name] = Split(wide / total, infer.size(one) / infer.size(whole))
    return found


def cell(rng: random.Random, density: float, literals: float, heap: float, programs: int) -> list[dict[str, Split]]:
    """`splits` of so many random programs of one shape."""
    return [splits(random_program(rng, density, heap, literals)) for _ in range(programs)]


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, interpolated."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


ENGINES: dict[str, Callable[[Program], Interpreter | Ahead]] = {
    "interpreter": Interpreter,
    "joined, no float": lambda program: Ahead(infer.joined(program, False)),
    "joined": lambda program: Ahead(infer.joined(program, True)),
    "a copy per signature": lambda program: Ahead(infer.copied(program, True)),
    "caches": Caches,
    "versions": Versions,
    "versions, no float": Versions,
}
CLEAN = "no float"  # engines whose name ends so get the requests without the rare call
BROKEN = "joined, float forgotten"  # an inference that never saw the rare call: it must answer wrongly


@dataclass
class Run:
    """One program served by one engine: events of all requests and of the later half, and answers that are wrong."""

    whole: Counter[str]
    later: Counter[str]
    wrong: int
    requests: int


def served(program: Program, asked: Sequence[Request], engines: Sequence[str] = ()) -> dict[str, Run]:
    """Serve the same requests with every engine and compare each answer with the interpreter's, value and type.

    Engines named "…, no float" get the requests without the rare call, and are compared with the interpreter on those.
    """
    reference: dict[bool, list] = {}
    found = {}
    for name in engines or (*ENGINES, BROKEN):
        clean = name.endswith(CLEAN)
        given = [(x, y, False) for x, y, _ in asked] if clean else asked
        engine = ENGINES[name](program) if name != BROKEN else Ahead(infer.joined(program, False))
        half = len(given) // 2
        answers = [engine.answer(request) for request in given[:half]]
        before = engine.events()
        answers += [engine.answer(request) for request in given[half:]]
        whole = engine.events()
        if clean not in reference:
            right = engine if name == "interpreter" else None
            reference[clean] = answers if right else replayed(program, given)
        pairs = zip(answers, reference[clean], strict=True)
        wrong = sum(a != b or type(a[0]) is not type(b[0]) or type(a[1]) is not type(b[1]) for a, b in pairs)
        found[name] = Run(whole, whole - before, wrong, len(given))
    return found


def requests(rng: random.Random, count: int, rare_every: int) -> list[Request]:
    """Requests with small integers, one in `rare_every` of them rare (the last of each run of so many); 0: none."""
    drawn = [(rng.randrange(1000), rng.randrange(1000)) for _ in range(count)]
    return [(x, y, bool(rare_every) and i % rare_every == rare_every - 1) for i, (x, y) in enumerate(drawn)]


def replayed(program: Program, asked: Sequence[Request]) -> list[tuple[float, float]]:
    """The interpreter's answers."""
    engine = Interpreter(program)
    return [engine.answer(request) for request in asked]


def runs(rng: random.Random, density: float, programs: int) -> list[dict[str, Run]]:
    """So many programs of one density, served by every engine. Denser programs do less a request and get more."""
    found = []
    for _ in range(programs):
        program = random_program(rng, density, HEAP, LITERALS)
        asked = requests(rng, REQUESTS[density], RARE_EVERY)
        found.append(served(program, asked))
    return found


def total(of: Sequence[dict[str, Run]], engine: str, part: str) -> Counter[str]:
    """Events of one engine summed over programs; `part` is "whole" or "later"."""
    summed: Counter[str] = Counter()
    for one in of:
        summed.update(getattr(one[engine], part))
    return summed


def crossing(dispatch: float, guard: float, guards: float) -> float:
    """The widened share of executed operations beyond which guarded code costs less than joined code, both warm.

    Joined code costs 1 + share * (dispatch - 1) an operation, guarded code 1 + guards * guard; both without boxing.
    """
    return guards * guard / (dispatch - 1)


def executed(rng: random.Random, density: float, programs: int) -> list[tuple[float, float]]:
    """For each program, the widened share in its text and among the operations that ordinary requests execute."""
    found = []
    for _ in range(programs):
        program = random_program(rng, density, HEAP, LITERALS)
        inferred = infer.joined(program, True)
        engine = Ahead(inferred)
        for request in requests(rng, 12, 0):
            engine.answer(request)
        events = engine.events()
        wide, total_ = infer.widened(inferred)
        found.append((wide / total_, events["dispatch"] / operations(events)))
    return found


def per_thousand(of: Sequence[dict[str, Run]], engine: str, event: str) -> float:
    """Events of the later half for each thousand operations, however these were done."""
    events = total(of, engine, "later")
    return 1000 * events[event] / max(1, operations(events))


def slow(of: Sequence[dict[str, Run]], engine: str) -> float:
    """Share of the later half's operations that asked the slow way: in compiled code, or still interpreted."""
    return (per_thousand(of, engine, "dispatch") + per_thousand(of, engine, "interpreted op")) / 1000


def cost(of: Sequence[dict[str, Run]], engine: str, dispatch: float, guard: float) -> float:
    """Cost of an operation in the later half, one whose types are known being 1; boxing is left out.

    An operation still interpreted asks, too, and costs what a slow one does.
    """
    return 1 + slow(of, engine) * (dispatch - 1) + per_thousand(of, engine, "guard") / 1000 * guard


def growth(rng: random.Random, density: float, sizes: Sequence[int], programs: int) -> list[tuple[int, float, float]]:
    """Methods in a program, then how often the joined form and the copies look at one, each method once being 1."""
    rows = []
    for methods in sizes:
        seen = [random_program(rng, density, HEAP, LITERALS, methods) for _ in range(programs)]
        joined = sum(infer.joined(program, True).visits for program in seen)
        copied = sum(infer.copied(program, True).visits for program in seen)
        rows.append((methods, joined / methods / programs, copied / methods / programs))
    return rows
