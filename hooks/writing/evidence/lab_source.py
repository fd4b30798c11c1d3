"""A lab's files on its page: what can be downloaded, and each file of the source with its lines."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

FOLDER = "docs/labs"
SOURCES = (".py", ".sql", ".sh", ".rb")  # what a lab runs, and what its post gives to copy


def line_id(at: str) -> str:
    """The id of a line of the source, `file:line`, on the page."""
    return f"L-{at.replace(':', '-')}"


def source(folder: Path, record: dict[str, Any], repository: str, commit: str) -> str:
    """Downloads, then each file of the source, folded, with line numbers; the lines that made a result have ids."""
    results = [entry for kind in ("values", "claims", "tables") for entry in record[kind].values()]
    made = {entry.get(key, "") for entry in results for key in ("at", "through")} | set(record["figures"].values())

    def download(name: str, words: str) -> str:
        return f'<a href="../{folder.name}/{quote(name)}" download>{escape(words)}</a>'

    data = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("data/[!.]*.csv"))]
    parts = [f"<p>{' '.join(download(name, name.removeprefix('data/')) for name in ('results.json', *data))}</p>"]
    for path in sorted(path for path in folder.glob("**/[!.]*") if path.suffix in SOURCES):
        name, lines = path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8").splitlines()
        code = [escape(line, quote=False) for line in lines]
        for i, line in enumerate(code):
            if (at := f"{name}:{i + 1}") in made:
                code[i] = f'<span id="{escape(line_id(at))}">{line}</span>'
        doors = [download(name, "Download")]
        if repository:
            address = f"{repository}/blob/{commit or 'HEAD'}/{FOLDER}/{folder.name}/{quote(name)}"
            doors.append(f'<a href="{escape(address)}">In the repository{" at " + commit[:7] if commit else ""}</a>')
        numbers = "\n".join(map(str, range(1, len(lines) + 1)))
        shown = "\n".join(code)
        parts.append(
            f'<details class="file"><summary><code>{escape(name)}</code> <small>{len(lines)} lines</small></summary>'
            f'<p>{" ".join(doors)}</p><div class="source"><pre aria-hidden="true">{numbers}</pre>'
            f'<pre tabindex="0"><code>{shown}</code></pre></div></details>'
        )
    return "".join(parts)
