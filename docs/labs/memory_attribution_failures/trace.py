"""`lab memory-attribution-failures trace FILE`: which fields of a log of memories were lost, and where."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

USAGE = "lab memory-attribution-failures trace FILE [FIELD ...]"
LINE = '{"id": "m1", "written": {"speaker": "user"}, "returned": {"speaker": "user"}}'
HITS = (
    'this is what a search gives back; put each hit on a line of its own, under "returned", beside what was "written"'
)
TEXT = {"text", "memory", "content", "data"}  # what is said, not what is said about it
BLIND = "Whether a field was extracted rightly, or used after it came back, is not in this file."
Memories = dict[str, dict[str, dict[str, Any]]]


def hits(text: str) -> bool:
    """Whether a whole file is one list of hits, or an object with such a list under "results"."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(whole, list) or (isinstance(whole, dict) and isinstance(whole.get("results"), list))


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; ValueError for a key that stands in it twice, of which `json` would keep the last."""
    item = dict(pairs)
    if len(item) < len(pairs):
        twice = next(key for key in item if sum(key == k for k, _ in pairs) > 1)
        raise ValueError(f'"{twice}" stands twice in one object')
    return item


def refuse(text: str) -> Any:
    """Refuse NaN and the infinities: they are no JSON, and NaN would differ from itself."""
    raise ValueError(f"{text} is no value of JSON")


def finite(text: str) -> float:
    """A number with a fraction or an exponent. Raises ValueError for one too large: two such would be equal."""
    if math.isinf(number := float(text)):
        raise ValueError(f"{text} is larger than a number can be; write it as a text")
    return number


def flat(part: dict[str, Any]) -> dict[str, Any]:
    """The fields of a part, those under "metadata" beside the others; what stands outside it counts."""
    inner = part.get("metadata")
    return inner | {k: v for k, v in part.items() if k != "metadata"} if isinstance(inner, dict) else part


def read(path: Path) -> Memories:
    """What was written and returned of each memory, by id; a memory's two parts may stand on two lines.

    Raises ValueError with path, line, fault and remedy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read as UTF-8 text ({error}); give a file of lines like {LINE}") from None
    if hits(text):
        raise ValueError(f"{path}: {HITS}, like {LINE}")
    found: Memories = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        here = f"{path}:{number}"
        try:
            item = json.loads(line, object_pairs_hook=once, parse_constant=refuse, parse_float=finite)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{here}: not JSON ({error}); each line is like {LINE}") from None
        if not isinstance(item, dict) or not isinstance(item.get("id"), str | int) or isinstance(item["id"], bool):
            raise ValueError(f'{here}: no "id" that is a text or a number; each line is like {LINE}')
        parts = [part for part in ("written", "returned") if part in item]
        if not parts:
            raise ValueError(f'{here}: neither "written" nor "returned"; each line is like {LINE}')
        memory = found.setdefault(json.dumps(item["id"]), {})
        for part in parts:
            if not isinstance(item[part], dict):
                raise ValueError(f'{here}: "{part}" is not an object; it is like {{"speaker": "user"}}')
            if part in memory:
                raise ValueError(f'{here}: id {item["id"]!r} has "{part}" a second time; give each once')
            memory[part] = flat(item[part])
    for name, memory in found.items():
        if "written" not in memory:
            raise ValueError(
                f'{path}: id {name} is returned and was never written (1 and "1" are two ids); log that too'
            )
    if not found:
        raise ValueError(f"{path}: no memories; each line is like {LINE}")
    return found


def moment(value: Any) -> datetime | None:
    """The time that a text gives in ISO 8601, if it does."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON, or are one time in two spellings (`Z`, `+00:00`)."""
    if moment(one) is not None and moment(one) == moment(other):
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def judge(found: Memories, field: str) -> tuple[str, bool]:
    """A line about a field, and whether it is a finding; it never says more than the log shows."""
    rows = list(found.values())
    written = [m for m in rows if m["written"].get(field) is not None]
    without = [m for m in rows if m["written"].get(field) is None]
    late = sum(m.get("returned", {}).get(field) is not None for m in without)
    keys = {key for m in rows for part in m.values() for key in part}
    like = sorted(key for key in keys if key != field and key.casefold() == field.casefold())
    faults = [f"the file also spells it {like[0]}: one field or two?"] if like else []
    if late:
        faults.append(
            f"{late} come back with it that were written without: added by the read, or the log of writes is not whole"
        )
    if len(without) > late and (written or not like):
        faults.append(f"{len(without) - late} were written without it: lost before this log of writes")
    if not written:
        return "; ".join([f"written in 0 of {len(rows)}", *faults]), True
    values = {json.dumps(m["written"][field], sort_keys=True) for m in written}
    says = f"written in {len(written)} of {len(rows)}, {len(values)} distinct"
    back = [m for m in written if "returned" in m]
    if back:
        gone = sum(m["returned"].get(field) is None for m in back)
        kept = sum(same(m["returned"].get(field), m["written"][field]) for m in back)
        says += f"; of {len(back)} returned, {kept} as written"
        if kept < len(back):
            faults.insert(0, f"{gone} without it, {len(back) - gone - kept} changed, between write and return")
    else:
        faults.append("none of these memories is returned in this file, so nothing is known of the way back")
    if len(values) == 1:
        faults.append(f"always {next(iter(values))}: not evidence that it was extracted")
    return "; ".join([says, *faults]), bool(faults)


def main(argv: Sequence[str]) -> int:
    """Print a line a field; 1 if one was lost or shows nothing, 2 for a file that cannot be judged."""
    try:
        if len(argv) < 2 or argv[0] != "trace":
            raise ValueError(f"say what to trace: {USAGE}")
        found = read(Path(argv[1]))
        keys = {key for m in found.values() for part in m.values() for key in part} - TEXT
        fields = list(argv[2:]) or sorted(keys)
        if not fields:
            raise ValueError(f"{argv[1]}: no field beside the text; name those you expect: {USAGE}")
    except ValueError as error:
        print(f"trace: {error}", file=sys.stderr)
        return 2
    judged = {field: judge(found, field) for field in fields}
    for field, (says, _) in judged.items():
        print(f"{field}: {says}")
    print(BLIND)
    return int(any(finding for _, finding in judged.values()))
