"""Numbers that this lab does not make: recorded once, or published by others; each row has its address and its date."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from labs.record import Results

DATA = Path(__file__).with_name("data")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add(r: Results) -> None:
    """Everything recorded or published."""
    add_runs(r)
    add_odd(r)
    add_published(r)
    add_service(r)
    add_lobsters(r)
    add_density(r)


def add_runs(r: Results) -> None:
    """The April snapshot of Spinel beside Ruby 3.1 without a JIT, on seven small programs, on 2026-11-22."""
    runs = {row["program"]: row for row in rows("runs")}
    seconds = {name: (float(row["ruby_s"]), float(row["spinel_s"])) for name, row in runs.items()}
    cells = [[name, row["what"], *seconds[name], row["same_output"].partition(":")[0]] for name, row in runs.items()]
    said = "least CPU seconds of 7 runs (Spinel, snapshot of 2026-04-30) and 3 (Ruby 3.1, no JIT), 2026-11-22"
    r.table("runs", said, ["program", "what it does", "Ruby", "Spinel", "same output"], cells)
    for name in ("mono", "poly1"):
        for engine, value in zip(("ruby", "spinel"), seconds[name], strict=True):
            r.add(f"{name}_{engine}", value, f"CPU seconds of {name}, {engine}, recorded 2026-11-22", "s")
    slower = seconds["poly1"][1] / seconds["mono"][1]
    r.add("poly_slower", slower, "the April snapshot: poly1's seconds over mono's")
    faster = seconds["mono"][0] / seconds["mono"][1]
    r.add("mono_faster", faster, "mono: Ruby 3.1's seconds over the April snapshot's")
    calm = seconds["poly1"][0] / seconds["mono"][0]
    r.claim(
        "one_float_slows_all",
        slower > 2 and calm < 1.05 and runs["poly1"]["same_output"].startswith("no"),
        "One call with a float more than doubled the April snapshot's time, and its output was not Ruby's; "
        "Ruby's own time changed by less than a twentieth.",
        record="data/runs.csv",
    )
    wrong = [name for name, row in runs.items() if row["same_output"] != "yes"]
    r.add("runs_wrong", len(wrong), "of the seven recorded programs, those whose output was not Ruby's")
    r.claim(
        "faster_in_all_seven",
        all(b < a for a, b in seconds.values()),
        "Faster in all seven programs.",
        record="data/runs.csv",
    )


def add_odd(r: Results) -> None:
    """`odd.rb` with an integer and with a float in its last call: Ruby 3.1, its YJIT, and the April snapshot."""
    whole, odd = rows("odd")
    engines = ("ruby_s", "yjit_s", "spinel_s")
    cells = [[row["last_call"], *(float(row[key]) for key in engines), row["same_output"]] for row in (whole, odd)]
    said = "odd.rb: least CPU seconds of 14 runs (Spinel, snapshot of 2026-04-30) and 6 (Ruby 3.1), 2026-11-27"
    r.table("odd", said, ["last call", "Ruby, no JIT", "YJIT", "Spinel", "same output"], cells)
    ruby, yjit, spinel = (float(odd[key]) / float(whole[key]) for key in engines)
    r.add("odd_slower", spinel, "odd.rb under the April snapshot: seconds with 0.5 in the last call over those with 1")
    r.claim(
        "odd_slows_all",
        spinel > 2 and max(ruby, yjit) < 1.05,
        "0.5 for 1 in the last of twenty million calls more than doubled the April snapshot's time; Ruby's changed by "
        "less than a twentieth, with YJIT and without.",
        record="data/odd.csv",
    )


def add_published(r: Results) -> None:
    """The README's table of April, and two of its programs run with YJIT by somebody else."""
    speedups = {row["benchmark"]: float(row["speedup"]) for row in rows("readme")}
    mean = math.exp(sum(map(math.log, speedups.values())) / len(speedups))
    r.add("readme_mean", mean, "geometric mean of the README's speed-ups over miniruby")
    r.add("readme_rows", len(speedups), "benchmarks in the README's table of April 2026")
    r.add("readme_least", min(speedups.values()), "the least of them")
    r.add("readme_most", max(speedups.values()), "the greatest of them")
    r.claim(
        "readme_is_over_miniruby",
        abs(mean - 11.6) < 0.05 and len(speedups) == 28,
        "The 11.6 is the geometric mean of 28 ratios to miniruby, in the README's own table.",
        record="data/readme.csv",
    )
    ratios = {row["benchmark"]: float(row["yjit_s"]) / float(row["spinel_s"]) for row in rows("yjit")}
    plains = {row["benchmark"]: float(row["ruby_s"]) / float(row["spinel_s"]) for row in rows("yjit")}
    for name, ratio in ratios.items():
        r.add(f"interpreter_{name}", plains[name], f"{name}: seconds without YJIT over Spinel's, on the same machine")
        r.add(f"yjit_{name}", ratio, f"{name}: seconds with YJIT (Ruby 4.0.4) over Spinel's, as Eregon reported them")
        r.add(f"readme_{name}", speedups[name], f"{name}: the README's speed-up over miniruby")
    r.claim(
        "yjit_narrows_it",
        all(1 < ratio < 0.6 * plains[name] for name, ratio in ratios.items()),
        "On the two programs run with YJIT, on one machine, the ratio to YJIT is under 0.6 of that to the interpreter "
        "and over 1.",
        record="data/yjit.csv",
    )


def add_service(r: Results) -> None:
    """Roundhouse's bench: a Rails blog, the same blog emitted as plain Ruby, and that compiled by Spinel."""
    cells, gains, saved = [], {}, []
    for row in rows("roundhouse"):
        rails, emitted, spinel = (float(row[key]) for key in ("rails_yjit", "emitted_yjit", "emitted_spinel"))
        five = row["run"].startswith("five")
        saved.append((1 / rails - 1 / emitted) / (1 / rails - 1 / spinel))
        label = row["endpoint"] if five else f"{row['endpoint']}, 2026-06-23"
        cells.append([label, int(rails), int(emitted), int(spinel), emitted / rails, spinel / emitted])
        if five:
            gains[row["endpoint"]] = (emitted / rails, spinel / emitted)
        else:
            for name, value in (("rails", rails), ("emitted", emitted), ("spinel", spinel)):
                r.add(f"service_{name}", int(value), f"requests a second, /articles, 2026-06-23: {name}")
            r.add("service_rewrite", emitted / rails, "/articles, 2026-06-23: emitted Ruby over Rails, both on YJIT")
            r.add("service_compiler", spinel / emitted, "/articles, 2026-06-23: Spinel and its server over YJIT")
    columns = ["endpoint", "Rails", "emitted", "Spinel", "rewrite", "compiler"]
    r.table("service", "requests a second, as Roundhouse published them, and their quotients", columns, cells)
    for i, name in enumerate(("rewrite", "compiler")):
        low, high = (pick(gain[i] for gain in gains.values()) for pick in (min, max))
        r.add(f"{name}_least", low, f"five endpoints: the least gain by the {name}")
        r.add(f"{name}_most", high, f"five endpoints: the greatest gain by the {name}")
    r.add("rewrite_saved", min(saved), "the least share of the saved time a request that the rewrite saved", "share")
    r.claim(
        "rewrite_saved_most",
        min(saved) > 0.85,
        "On every row read over 85% of the time a request that was saved in all was saved by the rewrite.",
        record="data/roundhouse.csv",
    )
    add_jits(r)
    both = [row[4] > row[5] > 1 for row in cells]
    r.claim(
        "rewrite_gave_more",
        all(both),
        "On every row read the rewrite gave more than Spinel with its server, and that gave some.",
        record="data/roundhouse.csv",
    )


def add_jits(r: Results) -> None:
    """The same page's rows without YJIT, and on JRuby."""
    cells = []
    for row in rows("roundhouse"):
        n = {key: float(value) for key, value in row.items() if value.isdigit()}
        label = row["endpoint"] if row["run"].startswith("five") else f"{row['endpoint']}, 2026-06-23"
        cells.append([label, n["rails_yjit"] / n["rails_int"], n["emitted_yjit"] / n["emitted_int"]])
        if "emitted_jruby" in n:
            ways = [
                ("Rails, no JIT", "rails_int"), ("Rails, YJIT", "rails_yjit"), ("Rails, JRuby", "rails_jruby"),
                ("plain Ruby, no JIT", "emitted_int"), ("plain Ruby, YJIT", "emitted_yjit"),
                ("plain Ruby, Spinel and its server", "emitted_spinel"), ("plain Ruby, JRuby", "emitted_jruby"),
            ]  # fmt: skip
            said = "requests a second for /articles, 2026-06-23, as Roundhouse published them"
            r.table("ladder", said, ["the blog as", "requests a second"], [[name, int(n[key])] for name, key in ways])
            r.add("service_jruby", int(n["emitted_jruby"]), "requests a second, /articles, 2026-06-23: emitted, JRuby")
            r.add("jruby_rails", n["rails_jruby"] / n["rails_yjit"], "/articles, 2026-06-23: Rails, JRuby over YJIT")
            r.claim(
                "jruby_was_ahead",
                n["emitted_jruby"] > n["emitted_spinel"] > n["emitted_yjit"] and n["rails_jruby"] > 3 * n["rails_yjit"],
                "On /articles, 23 June: the emitted Ruby served most on JRuby, then on Spinel, then on YJIT, and Rails "
                "on JRuby over three times what it served on YJIT.",
                record="data/roundhouse.csv",
            )
    said = "what YJIT multiplies requests a second by, as Roundhouse published them: Rails, and the emitted Ruby"
    r.table("yjit_gain", said, ["endpoint", "Rails", "emitted"], cells)
    r.add("yjit_rails_most", max(row[1] for row in cells), "the greatest gain by YJIT on Rails, six rows")
    r.add("yjit_emitted_least", min(row[2] for row in cells), "the least gain by YJIT on the emitted Ruby, six rows")
    r.add("yjit_emitted_most", max(row[2] for row in cells), "the greatest gain by YJIT on the emitted Ruby, six rows")
    r.claim(
        "yjit_helped_the_rewrite_only",
        all(row[1] <= 1 < 1.2 < row[2] for row in cells),
        "On every row read, YJIT gave Rails nothing, and the emitted Ruby over a fifth more requests a second.",
        record="data/roundhouse.csv",
    )


def add_lobsters(r: Results) -> None:
    """Lobsters in one thread, as Rails and as emitted Ruby: CRuby without a JIT, and JRuby."""
    cells = [[row["application"], float(row["ruby_ms"]), float(row["jruby_ms"])] for row in rows("lobsters")]
    said = "milliseconds of an iteration of the Lobsters benchmark, one thread, 2026-07-27, as Roundhouse noted them"
    r.table("lobsters", said, ["Lobsters as", "Ruby, no JIT", "JRuby"], cells)
    r.claim(
        "jruby_lost_in_one_thread",
        all(jruby > ruby for _, ruby, jruby in cells),
        "On Lobsters, in one thread, JRuby took longer than CRuby without a JIT, as Rails and as emitted Ruby.",
        record="data/lobsters.csv",
    )


def add_density(r: Results) -> None:
    """Call sites a method in four real programs, by name."""
    cells = []
    for row in rows("density"):
        n = {key: int(row[key]) for key in ("methods", "own_calls", "operands", "literal_operands", "fields", "names")}
        literal = n["literal_operands"] / n["operands"]
        field = n["fields"] / (n["fields"] + n["names"])
        cells.append([row["program"], n["methods"], n["own_calls"] / n["methods"], literal, field])
    columns = ["program", "methods", "calls a method", "literals", "fields"]
    r.table(
        "density", "four programs: own call sites a method; shares of literal operands and of fields", columns, cells
    )
    calls = sorted(row[2] for row in cells)
    r.add("real_least", calls[0], "call sites a method in the sparsest of four programs")
    r.add("real_third", calls[2], "call sites a method in the third of four programs")
    r.add("real_most", calls[3], "call sites a method in the densest of four programs")
    r.claim(
        "three_sparse_one_dense",
        calls[2] < 1.5 and calls[3] > 9,
        "Of the four programs counted, three have under 1.5 own call sites a method and one has over nine.",
        record="data/density.csv",
    )
