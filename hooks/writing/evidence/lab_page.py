"""One lab's page, in layers: what was found, how to run it again, values, then notes, tables and source, folded."""

from __future__ import annotations

import ast
import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from writing.escaping import markdown
from writing.evidence.lab_notes import END, START, folded, refuse_taken
from writing.evidence.lab_source import line_id, source
from writing.evidence.results import recorded

OPEN = 8  # checked sentences that a reader sees before unfolding anything
PART = re.compile(r'<div data-part="(claims|rerun|values|tables|source)"></div>')


def number(value: Any) -> str:
    """A recorded value as a reader reads it: thousands separators, nothing rounded, a dash for an empty cell."""
    return "–" if value is None else f"{value:,}" if type(value) is int else str(value)


def question(folder: Path) -> str:
    """The first line of the lab's own description. Raises ValueError naming file and line if it cannot be read."""
    path = folder / "__init__.py"
    try:
        return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
    except SyntaxError as error:
        raise ValueError(f"labs/{folder.name}/__init__.py:{error.lineno}: {error.msg}; mend it there") from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:  # a null byte, brackets for miles
        raise ValueError(f"labs/{folder.name}/__init__.py:1: cannot be read ({error})") from None


def page(folder: Path, title: str, notes: str) -> str:
    """The page of the lab in `folder` as Markdown, with places for the parts that `filled` puts in."""
    slug, record = folder.name.replace("_", "-"), recorded(folder)
    parts = [
        f'---\ntitle: "Lab: {slug}"\nrecorded: {record["recorded"]["date"]}\n'
        f'description: "Claims, values, data and source of the program behind the post {slug}."\n---',
        f"{markdown(question(folder))} It is the program behind [{markdown(title)}](../posts/{slug}.md).",
        "## What was found" if record["claims"] else "",
        '<div data-part="claims"></div>' if record["claims"] else "",
        '## Run it again\n\n<div data-part="rerun"></div>',
        '## Values\n\n<div data-part="values"></div>',
        f"## Notes\n\n{START}\n\n{notes}\n\n{END}" if notes.strip() else "",
        '## Tables\n\n<div data-part="tables"></div>' if record["tables"] else "",
        '## Source\n\n<div data-part="source"></div>',
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def line_link(at: str) -> str:
    """A link to a line of the source below."""
    return f'<a href="#{quote(line_id(at))}">{escape(at)}</a>' if at else ""


def made_at(entry: dict[str, Any]) -> str:
    """Links to the line of the source that made a result and, where that calls a helper which makes more, to its."""
    through = line_link(entry.get("through", ""))
    return line_link(entry.get("at", "")) + (f" <small>through {through}</small>" if through else "")


def told(text: str) -> str:
    """What a value is, in HTML; names between backticks are code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def claims(record: dict[str, Any], quoted: dict[str, list[str]]) -> str:
    """Each checked sentence, the seeds it holds for, and the line that decides it: in the order of the post.

    After the first `OPEN` of them the rest stands in a fold, and what no post says, but notes or the lab's test do,
    in another.
    """
    rows = {}
    for name, claim in record["claims"].items():
        held, of = sum(claim["holds"]), len(claim["holds"])
        seeds = f"from {escape(claim['record'])}, recorded once" if claim.get("record") else "exact: no chance in it"
        seeds = seeds if held == of else f"does not hold, {seeds}"
        seeds = f"holds for {held} of {of} seeds" if of > 1 and not claim.get("record") else seeds
        decided = f"{seeds} · <code>{name}</code> {made_at(claim)}"
        rows[name] = f'<li id="n-{name}">{told(claim["says"])} <small>{decided}</small></li>'
    read = [rows.pop(name) for name in quoted if name in rows]
    more = "{} more, which the post does not quote" if read else "{} sentences"
    parts = [f'<ul class="claims">{"".join(read[:OPEN])}</ul>'] if read else []
    for text, inside in (("{} more that the post quotes", read[OPEN:]), (more, [*rows.values()])):
        if inside:
            folded = f'<ul class="claims">{"".join(inside)}</ul>'
            parts.append(f'<details class="note"><summary>{text.format(len(inside))}</summary>{folded}</details>')
    return "".join(parts)


def rerun(slug: str, record: dict[str, Any], repository: str) -> str:
    """The block to copy into an empty folder, what it prints and how long it takes."""
    made = record["recorded"]
    lines = [f"make lab NAME={slug} CHECK=1"]
    if repository:
        name = repository.rstrip("/").rpartition("/")[2].removesuffix(".git")
        lines.insert(0, f"git clone {repository} && cd {name}")
    where = "" if repository else " in a clone of this site's repository"
    return (
        f'<div class="highlight"><pre><span></span><code tabindex="0">{escape(chr(10).join(lines))}</code></pre></div>'
        f"<p>It needs Python 3.11, git and make, runs for about {made['seconds']} s on one core{where} "
        f"(longer the first time, which makes its environment), and prints "
        f"<code>lab {slug}: as recorded</code>; without <code>CHECK=1</code> it prints what is below. Recorded on "
        f"<time>{made['date']}</time> with Python {escape(made['python'])} and "
        f"numpy {escape(made.get('numpy', ''))} on {escape(made.get('machine', ''))}, seed {record['seed']}.</p>"
    )


def scrolling(heads: str, rows: list[str]) -> str:
    """A table in the two boxes in which the theme's script would put it, to scroll by keyboard too."""
    return (
        '<div class="md-typeset__scrollwrap" tabindex="0"><div class="md-typeset__table"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></div>"
    )


def values(record: dict[str, Any], quoted: dict[str, list[str]]) -> str:
    """Every value: exact, with interval, unit, range over the seeds, what it is, and the line that made it."""
    rows = []
    for name, entry in record["values"].items():
        shown = f"{escape(number(entry['value']))} {escape(entry.get('unit', ''))}".strip()
        if {"low", "high"} <= entry.keys():
            ends = " to ".join(f'<span id="n-{name}.{end}">{number(entry[end])}</span>' for end in ("low", "high"))
            shown += f"<br><small>{escape(entry.get('interval', 'interval'))}: {ends}</small>"
        if seeds := entry.get("seeds"):
            shown += f"<br><small>over the seeds: {number(seeds[0])} to {number(seeds[1])}</small>"
        note = " Depends on the machine." if entry.get("machine") else ""
        post = ", ".join(dict.fromkeys(escape(text) for text in quoted.get(name, ())))
        rows.append(
            f'<tr id="n-{name}"><td>{shown}</td><td>{told(entry["says"])}{note} '
            f"<small><code>{name}</code></small></td><td>{post}</td><td>{made_at(entry)}</td></tr>"
        )
    heads = "".join(f"<th>{head}</th>" for head in ("value", "what it is", "as quoted", "made at"))
    return f'<div class="sortable values">{scrolling(heads, rows)}</div>'


def tables(record: dict[str, Any]) -> str:
    """Each table, folded; cells have ids that quoted cells lead to."""
    parts = []
    for name, table in record["tables"].items():
        heads = "".join(f"<th>{escape(str(column))}</th>" for column in table["columns"])
        rows = [
            "<tr>"
            + "".join(f'<td id="t-{name}-{i}-{j}">{escape(number(cell))}</td>' for j, cell in enumerate(row))
            + "</tr>"
            for i, row in enumerate(table["rows"])
        ]
        parts.append(
            f'<details class="file" id="t-{name}"><summary>{told(table["says"])} '
            f"<small>{len(rows)} rows</small></summary>"
            f"<p><small><code>{name}</code> {made_at(table)}</small></p>"
            f'<div class="sortable">{scrolling(heads, rows)}</div></details>'
        )
    return "".join(parts)


def filled(html: str, folder: Path, quoted: dict[str, list[str]], repository: str, commit: str = "") -> str:
    """The page's HTML with its parts; `quoted` says for each value and sentence how posts write it.

    Where the repository's address is known, each file leads to it, as it was at `commit` if that is given. Raises
    ValueError with the author's line of an id that the notes have and a part has, too.
    """
    record, slug = recorded(folder), folder.name.replace("_", "-")
    made = {
        "claims": lambda: claims(record, quoted),
        "rerun": lambda: rerun(slug, record, repository),
        "values": lambda: values(record, quoted),
        "tables": lambda: tables(record),
        "source": lambda: source(folder, record, repository, commit),
    }
    whole = PART.sub(lambda found: made[found[1]](), folded(html))
    refuse_taken(html, whole, folder / "notes.md")
    return whole
