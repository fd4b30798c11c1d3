"""`lab spinel-ruby-aot widen app.types.json`: which lines to change first; `density PATH…`: own calls a method."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labs.spinel_ruby_aot import density

MEETS = "and"  # the role of a hop that only says where the earlier kind came from
MAKE = "make it with `spinel app.rb --emit-types`"
USAGE = "spinel-ruby-aot has two commands: widen FILE.types.json, and density PATH…, of Ruby files or folders"


def main(argv: Sequence[str]) -> int:
    """Run a command; 0: nothing widened, 1: a warning or a refusal. Raises ValueError for a reader's mistake."""
    if len(argv) == 2 and argv[0] == "widen":
        lines, bad = report(Path(argv[1]))
        print("\n".join(lines))
        return int(bad)
    if len(argv) > 1 and argv[0] == "density":
        found = density.counted([Path(name) for name in argv[1:]])
        print(f"{found['files']} files, {found['methods']} methods, {found['own_calls']} own call sites: ", end="")
        print(f"{found['own_calls'] / found['methods']:.2f} calls a method")
        if found["operands"]:
            print(f"{found['literal_operands'] / found['operands']:.0%} of the operands of arithmetic are literals")
        return 0
    raise ValueError(USAGE)


def report(path: Path) -> tuple[list[str], bool]:
    """Lines for a reader, and whether anything is widened or refused. Raises ValueError naming file and fault."""
    data = read(path)
    warned = [one for one in data["diagnostics"] if one.get("severity") == "warning"]
    warnings = [one for one in warned if "slot" in one]
    refusals = [one for one in data["diagnostics"] if one.get("severity") == "error"]
    lines = [f"refused: {place(one)}: {one.get('message', 'no message')}" for one in refusals]
    if refusals:
        lines.append(f"{path}: {several(len(refusals), 'refusal')}; nothing was compiled, so no shares are given")
        return lines, True
    untold = len(warnings) - sum(bool(one.get("why")) for one in warnings)
    born: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in warnings:
        if one.get("why"):
            born[place(origin(one["why"]))].append(one)
    ranked = sorted(born.items(), key=lambda item: (-len(item[1]), item[0]))
    for where, slots in ranked:
        note = origin(slots[0]["why"]).get("note", "the end of the chain has no note")
        met = sorted({place(hop) for one in slots for hop in one["why"] if hop.get("role") == MEETS})
        note += f" (meets {', '.join(met)})" if met else ""
        named = sorted({slot(one) for one in slots})
        shown = ", ".join(named[:4]) + (f" and {len(named) - 4} more" if len(named) > 4 else "")
        lines.append(f"{len(slots):5}  {where}  {note}; {shown}")
    if untold:
        lines.append(f"{untold:5}  without a chain (`why`): an older compiler, or a widening that it does not trace")
    if strange := len(warned) - len(warnings):
        lines.append(f"{strange:5}  without `slot`: {several(strange, 'warning')} that I cannot read as a widened slot")
    total = several(len(warnings), "widened slot")
    lines.append(f"{path}: {total}, from {several(len(ranked), 'place')} where an untyped value is born")
    lines.append(f"calls placed: {shares(data)}")
    return lines, bool(warned)


def read(path: Path) -> dict[str, Any]:
    """The JSON of `--emit-types`. Raises ValueError if it is something else."""
    if path.suffix == ".rb":
        raise ValueError(f"{path}: this is Ruby; run `spinel {path.name} --emit-types` and give me the .types.json")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: not JSON ({error}); {MAKE}") from None
    if not isinstance(data, dict) or not isinstance(data.get("diagnostics"), list):
        raise ValueError(f"{path}: has no list `diagnostics`; {MAKE}")
    for i, one in enumerate(data["diagnostics"]):
        if not isinstance(one, dict) or one.get("severity") not in ("warning", "error"):
            raise ValueError(f"{path}: diagnostics[{i}] has no severity, warning or error; {MAKE}")
        why = one.get("why", [])
        if not isinstance(why, list) or not all(isinstance(hop, dict) for hop in why):
            raise ValueError(f"{path}: diagnostics[{i}].why is not a list of hops; {MAKE}")
        for record, where in [(one, ""), *((hop, f".why[{nth}]") for nth, hop in enumerate(why))]:
            if wrong := mistyped(record):
                raise ValueError(f"{path}: diagnostics[{i}]{where}.{wrong}; {MAKE}")
    codegen = data.get("codegen", [])
    if not isinstance(codegen, list) or not all(isinstance(one, dict) for one in codegen):
        raise ValueError(f"{path}: `codegen` is not a list of records; {MAKE}")
    for i, one in enumerate(codegen):
        if wrong := mistyped(one):
            raise ValueError(f"{path}: codegen[{i}].{wrong}; {MAKE}")
    return data


def mistyped(record: dict[str, Any]) -> str:
    """The first field of a record that is of another type than the format says, in words; "" if none is."""
    for key in ("file", "method", "slot", "param", "message", "role", "note", "dispatch"):
        if key in record and not isinstance(record[key], str):
            return f"{key} is not a string"
    line = record.get("line", 1)
    return "" if isinstance(line, int) and not isinstance(line, bool) else "line is not a number"


def place(one: dict[str, Any]) -> str:
    """Where a record stands, as an editor reads it; a hop by a rule has no place."""
    if "file" not in one or "line" not in one:
        return "a rule of the compiler, no line"
    return f"{one['file']}:{one['line']}"


def origin(why: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The hop at which the untyped value is born: the last, but where two kinds meet that which brought the other.

    Such a chain ends in a hop with the role `and`, the site of the kind that the slot had before.
    """
    return next((hop for hop in reversed(why) if hop.get("role") != MEETS), why[-1])


def slot(one: dict[str, Any]) -> str:
    """The name of a widened slot: a method's parameter or what it returns."""
    method = one.get("method", "?")
    return f"{method}({one['param']})" if one.get("param") else f"{method}'s return"


def shares(data: dict[str, Any]) -> str:
    """How many calls were placed direct, by a switch, or boxed."""
    kinds = Counter(one["dispatch"] for one in data.get("codegen", []) if "dispatch" in one)
    if not kinds:
        return "the file does not say (no `codegen`: an older compiler)"
    count = sum(kinds.values())
    return ", ".join(
        f"{kinds[kind]} {kind} ({kinds[kind] / count:.0%})" for kind in sorted(kinds, key=lambda k: -kinds[k])
    )


def several(count: int, what: str) -> str:
    """A number of things: "1 line", "2 lines"."""
    return f"{count} {what}{'s' * (count != 1)}"
