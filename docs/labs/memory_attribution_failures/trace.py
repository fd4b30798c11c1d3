"""`lab memory-attribution-failures trace FILE`: which fields of a log of memories were lost, and where."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

USAGE = "lab memory-attribution-failures trace FILE [FIELD ...]"
LINE = '{"id": "m1", "written": {"speaker": "user"}, "returned": {"speaker": "user"}}'
TEXT = {"text", "memory", "content", "data"}  # what is said, not what is said about it
Memories = dict[str, dict[str, dict[str, Any]]]


def read(path: Path) -> Memories:
    """What was written and returned of each memory, by id; a memory's two parts may stand on two lines.

    Raises ValueError with path, line, fault and remedy.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read as UTF-8 text ({error}); give a file of lines like {LINE}") from None
    found: Memories = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        here = f"{path}:{number}"
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{here}: not JSON ({error}); each line is like {LINE}") from None
        if not isinstance(item, dict) or not isinstance(item.get("id"), str | int) or isinstance(item["id"], bool):
            raise ValueError(f'{here}: no "id" that is a text or a number; each line is like {LINE}')
        parts = [part for part in ("written", "returned") if part in item]
        if not parts:
            raise ValueError(f'{here}: neither "written" nor "returned"; each line is like {LINE}')
        memory = found.setdefault(f"{item['id']}", {})
        for part in parts:
            if not isinstance(item[part], dict):
                raise ValueError(f'{here}: "{part}" is not an object; it is like {{"speaker": "user"}}')
            if part in memory:
                raise ValueError(f'{here}: id {item["id"]!r} has "{part}" a second time; give each once')
            memory[part] = item[part]
    for name, memory in found.items():
        if "written" not in memory:
            raise ValueError(f"{path}: id {name!r} is returned and was never written; log the write as well")
    if not found:
        raise ValueError(f"{path}: no memories; each line is like {LINE}")
    return found


def judge(found: Memories, field: str) -> tuple[str, bool]:
    """A line about a field, and whether it is a finding; it never says more than the log shows."""
    rows = list(found.values())
    written = [m for m in rows if m["written"].get(field) is not None]
    if not written:
        return f"written in 0 of {len(rows)}: lost by the store or before it", True
    values = {json.dumps(m["written"][field], sort_keys=True) for m in written}
    says = f"written in {len(written)} of {len(rows)}, {len(values)} distinct"
    back = [m for m in written if "returned" in m]
    if not back:
        return f"{says}; none of these memories is returned in this file, so nothing is known of the way back", True
    gone = sum(m["returned"].get(field) is None for m in back)
    changed = sum(m["returned"].get(field) not in (None, m["written"][field]) for m in back)
    says += f"; of {len(back)} returned, {len(back) - gone - changed} as written"
    faults = [f"{gone} without it, {changed} changed: lost at return"] if gone or changed else []
    if len(written) < len(rows):
        faults.append(f"{len(rows) - len(written)} were written without it: lost by the store or before it")
    if len(values) == 1:
        faults.append(f"always {next(iter(values))}: not evidence that it was extracted")
    return "; ".join([says, *(faults or ["whether it was extracted rightly, or used, is not in this file"])]), bool(
        faults
    )


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
    return int(any(finding for _, finding in judged.values()))
