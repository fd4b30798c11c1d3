"""One rare float: how far closed-world types widen, what guards pay instead, and what published runs show.

A tiny language with three kinds of engines; its counts are exact, and no time is measured here.
  program.py   the language and its random programs; splitting by hand
  infer.py     types for the whole program: joined, or a copy per signature
  aot.py       compiles ahead of time, to Python, by what was inferred
  jit.py       the interpreter, and two compilers at run time: inline caches, versions of a method
  measure.py   counts over many programs
  found.py     results and claims; recorded.py those recorded once or published by others, with their dates
  density.py   call sites a method in a Ruby program (needs tree-sitter); command.py the commands
  race.sh      the script of the post: compares output, then times; odd.rb the program with one float
"""

from __future__ import annotations

from labs.record import Results
from labs.spinel_ruby_aot import figures, found, recorded


def main(argv: list[str]) -> int:
    """The lab's own commands."""
    from labs.spinel_ruby_aot import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Widen random programs and run some of them in every engine; `seed` draws the programs and the requests."""
    r = Results()
    recorded.add(r)
    cells = found.add_spread(r, seed)
    found.add_executed(r, seed)
    engines = found.add_engines(r, seed)
    costs = found.add_crossing(r, engines)
    found.add_growth(r, seed)
    r.figure("float", lambda: figures.one_float(recorded.rows("odd")))
    r.figure("spread", lambda: figures.spread(cells, r.tables["density"].rows))
    r.figure("costs", lambda: figures.costs(costs))
    r.figure("service", lambda: figures.service(r.tables["service"].rows))
    return r
