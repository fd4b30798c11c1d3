"""One lab's page as Markdown: results as tables, downloads, source."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from writing.evidence.quoted import quoted


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table; cells are escaped, whole numbers get thousands separators."""

    def cell(value: Any) -> str:
        text = f"{value:,}" if type(value) is int else str(value)
        return re.sub(r"([|\\`*_\[\]])", r"\\\1", escape(text, quote=False)).replace("\n", " ")

    lines = [head, ["---"] * len(head), *[[cell(value) for value in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def values(record: dict[str, Any]) -> str:
    """The named results as one table, with the bounds of an interval where there is one."""
    rows = []
    for name, entry in record["values"].items():
        bounds = f" ({entry['low']} to {entry['high']})" if {"low", "high"} <= entry.keys() else ""
        shown = f"{entry['value']:,}" if type(entry["value"]) is int else str(entry["value"])
        note = " Depends on the machine." if entry.get("machine") else ""
        rows.append([name, f"{shown}{bounds} {entry.get('unit', '')}".strip(), entry["says"] + note])
    return table(["result", "value", "what it is"], rows)


def recorded(folder: Path) -> dict[str, Any]:
    """What the lab in `folder` recorded. Raises PluginError in one line if its file is damaged."""
    try:
        record = json.loads((folder / "results.json").read_bytes())
        return {key: record[key] for key in ("values", "tables", "recorded", "seed")} | {
            "claims": record.get("claims", {})
        }
    except (ValueError, TypeError, KeyError) as error:
        command = f"make lab NAME={folder.name.replace('_', '-')} RECORD=1"
        raise PluginError(
            f"labs/{folder.name}/results.json is damaged ({error!r}); write it again: {command}"
        ) from error


def claims(record: dict[str, Any]) -> str:
    """The sentences that this lab checks, and for how many seeds each holds; nothing if there are none."""
    rows = [
        [name, f"{sum(claim['holds'])} of {len(claim['holds'])}", claim["says"]]
        for name, claim in record["claims"].items()
    ]
    return "## Sentences\n\n" + table(["claim", "seeds", "what it says"], rows) if rows else ""


def lab_page(folder: Path, record: dict[str, Any], post: str, notes: str = "") -> str:
    """The page of the lab in `folder`, as Markdown; `post` is the text of its post, `notes` that of its notes.md."""
    slug, made = folder.name.replace("_", "-"), record["recorded"]
    data = [f"- [{path.name}](../labs/{folder.name}/data/{path.name})" for path in sorted(folder.glob("data/*.csv"))]
    parts = [
        f"---\ntitle: 'Lab: {slug}'\nrecorded: {made['date']}\n"
        f"description: Source, results and data of the lab behind the post {slug}.\n---",
        f"This is the program behind [the post](../posts/{slug}.md). `make lab NAME={slug}` runs it again. Recorded on "
        f"{made['date']} with Python {made['python']} and numpy {made['numpy']} on {made['machine']}, seed "
        f"{record['seed']}; it took {made['seconds']} s.",
        "## Downloads\n\n" + "\n".join([f"- [results.json](../labs/{folder.name}/results.json)", *data]),
        "## In the post\n\n" + table(["quoted", "what it is", "name"], quoted(post, folder.parent)),
        *filter(None, [claims(record), notes]),
        "## Results\n\n" + values(record),
        *(f"### {t['says']}\n\n" + table(t["columns"], t["rows"]) for t in record["tables"].values()),
    ]
    for path in sorted(folder.glob("**/*.py")):
        source = re.sub(r"^[ \t]*# --8<--.*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
        source = re.sub(r"\n{4,}", "\n\n\n", source)  # the blank lines above and below a marker
        parts.append(f"## Source: `{path.relative_to(folder)}`\n\n~~~~~~python\n{source}~~~~~~")
    return "\n\n".join(parts) + "\n"
