"""Makes one page for each lab: results as tables, downloads, source; and the list of all labs."""

from __future__ import annotations

import ast
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files


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


def lab_page(folder: Path, record: dict[str, Any]) -> str:
    """The page of the lab in `folder`, as Markdown."""
    slug, made = folder.name.replace("_", "-"), record["recorded"]
    data = [f"- [{path.name}](../labs/{folder.name}/data/{path.name})" for path in sorted(folder.glob("data/*.csv"))]
    parts = [
        f"---\ntitle: 'Lab: {slug}'\nrecorded: {made['date']}\n"
        f"description: Source, results and data of the lab behind the post {slug}.\n---",
        f"This is the program behind [the post](../posts/{slug}.md). `make lab NAME={slug}` runs it again. Recorded on "
        f"{made['date']} with Python {made['python']} and numpy {made['numpy']} on {made['machine']}, seed "
        f"{record['seed']}; it took {made['seconds']} s.",
        "## Downloads\n\n" + "\n".join([f"- [results.json](../labs/{folder.name}/results.json)", *data]),
        "## Results\n\n" + values(record),
        *(f"### {t['says']}\n\n" + table(t["columns"], t["rows"]) for t in record["tables"].values()),
    ]
    for path in sorted(folder.glob("**/*.py")):
        source = re.sub(r"^[ \t]*# --8<--.*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
        source = re.sub(r"\n{4,}", "\n\n\n", source)  # the blank lines above and below a marker
        parts.append(f"## Source: `{path.relative_to(folder)}`\n\n~~~~~~python\n{source}~~~~~~")
    return "\n\n".join(parts) + "\n"


@event_priority(-60)  # after the blog plugin, which knows the posts that are shown
def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Add a page for the lab of each post that is shown, and the list of them."""
    rows = []
    for post in config.plugins["material/blog"].blog.posts:
        if folder := post.meta.get("lab") and Path(config.docs_dir, "labs", post.meta["lab"]):
            slug, record = folder.name.replace("_", "-"), json.loads((folder / "results.json").read_bytes())
            files.append(File.generated(config, f"labs/{slug}.md", content=lab_page(folder, record)))
            says = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
            rows.append([f"[{slug}]({slug}.md)", says.partition("\n")[0], record["recorded"]["date"]])
    head = (
        "---\ntitle: Evidence\ndescription: Every lab behind the posts, with its source, its results and its data.\n"
        "---\n\n# The programs behind the posts\n\nEach post has a lab: a program that reproduces its numbers. "
        "[Method](../method.md) says how they are checked.\n\n"
    )
    lines = ["| lab | what it does | recorded |", "| --- | --- | --- |"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    files.append(File.generated(config, "labs/index.md", content=head + "\n".join(lines) + "\n"))
