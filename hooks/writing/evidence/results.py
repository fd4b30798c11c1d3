"""What labs recorded, read once for each state of a file, and looked up by path."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

NEEDED = {"values": dict, "tables": dict, "claims": dict, "recorded": dict, "seed": int}
NEEDED |= {"source": str, "data": str, "drawn": str}
NAME = re.compile(r"\w[\w-]*")  # it stands in an address, and a page quotes it with dots around it
NUMBER, CELL = (int, float), (int, float, str, type(None))  # a bool is an int
FIELDS: dict[str, dict[str, tuple[type, ...]]] = {  # of the entries of a part: those that must be there, then others
    "values": {"value": CELL, "says": (str,)},
    "claims": {"holds": (list,), "says": (str,)},
    "tables": {"columns": (list,), "rows": (list,), "says": (str,)},
}
MORE = {
    "low": NUMBER,
    "high": NUMBER,
    "unit": (str,),
    "interval": (str,),
    "at": (str,),
    "through": (str,),
    "record": (str,),
    "seeds": (list,),
}
MADE: dict[str, tuple[type, ...]] = {"date": (str,), "seconds": NUMBER, "python": (str,)}
COPY = re.compile(r"^\.|~$|^#.*#$|\.(?:orig|rej|bak)$")  # as in labs.record
COMMAND = "make lab NAME={} RECORD=1"


def again(folder: Path) -> str:
    """The command that records a lab anew."""
    return COMMAND.format(folder.name.replace("_", "-"))


def unrecorded(folder: Path, path: str, source: str) -> str:
    """The line of a post, at `path`, that names the lab in `folder`, if the lab is not recorded yet; else empty."""
    if (folder / "results.json").exists() or not (folder / "__init__.py").exists():
        return ""
    line = next((i for i, text in enumerate(source.splitlines(), 1) if text.startswith("lab:")), 1)
    return f"{path}:{line}: lab {folder.name!r} is not recorded yet; {again(folder)}"


def shape(content: Any) -> None:
    """Raise TypeError or ValueError naming the first part of a results.json that is not what `lab` writes there."""
    for key, kind in NEEDED.items():
        if not isinstance(content.setdefault(key, {}) if key == "claims" else content[key], kind):
            raise TypeError(f"{key} is a {type(content[key]).__name__}")
    for part, needed in FIELDS.items():
        for name, entry in content[part].items():
            if not NAME.fullmatch(name):
                raise ValueError(f"{part} has the name {name!r}, which no page could quote")
            if missing := needed.keys() - entry.keys():
                raise TypeError(f"{part} {name} lacks {min(missing)}")
            for key, kinds in (needed | MORE).items():
                if key in entry and not isinstance(entry[key], kinds):
                    raise TypeError(f"{key} of {part} {name} is a {type(entry[key]).__name__}")
            if not all(isinstance(held, bool) for held in entry.get("holds", ())):
                raise TypeError(f"holds of claims {name} has more than true and false")
            heads = entry.get("columns", [])
            if not all(isinstance(row, list) and row and len(row) == len(heads) for row in entry.get("rows", ())):
                raise TypeError(f"tables {name} has a row that is no list of {len(heads)} cells")
            if len(set(map(str, heads))) < len(heads):
                raise ValueError(f"tables {name} has two columns of one name")
            cells = [cell for row in [heads, *entry.get("rows", ())] for cell in row]
            if not all(isinstance(cell, CELL) for cell in [*cells, *entry.get("seeds", ())]):
                raise TypeError(f"{part} {name} has a cell that is neither number nor text")
            if len(entry.get("seeds", (0, 0))) != 2:
                raise TypeError(f"seeds of {part} {name} are not the least and the most")
    if len(counts := {len(claim["holds"]) for claim in content["claims"].values()}) > 1 or 0 in counts:
        raise ValueError("claims are decided for unlike numbers of seeds, or for none")
    drawn = content.setdefault("figures", {})
    if isinstance(drawn, list):  # recorded before the calls were kept
        drawn = content["figures"] = dict.fromkeys(drawn, "")
    if not isinstance(drawn, dict) or not all(isinstance(at, str) for at in drawn.values()):
        raise TypeError("figures are not names with file and line")
    made = content["recorded"]
    for key, kinds in MADE.items():
        if not isinstance(made[key], kinds):
            raise TypeError(f"{key} of recorded is a {type(made[key]).__name__}")
    if not all(isinstance(made.get(key, ""), str) for key in ("machine", "numpy")):
        raise TypeError("machine of recorded is no text")
    datetime.date.fromisoformat(made["date"])


@lru_cache(maxsize=256)
def _parsed(path: Path, state: tuple[int, int]) -> dict[str, Any]:
    def refuse(word: str) -> None:
        raise ValueError(f"it has the number {word}")

    content = json.loads(path.read_bytes(), parse_constant=refuse)
    shape(content)
    return content


def recorded(folder: Path) -> dict[str, Any]:
    """What the lab in `folder` recorded. Raises ValueError in one line if there is no such file or it is damaged."""
    path = folder / "results.json"
    try:
        state = path.stat()
        return _parsed(path, (state.st_mtime_ns, state.st_size))
    except OSError:
        known = (folder / "__init__.py").exists()
        hint = f"lab {folder.name!r} is not recorded yet; {again(folder)}"
        raise ValueError(hint if known else f"no lab {folder.name!r}; `lab --list` names the labs") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise ValueError(
            f"labs/{folder.name}/results.json:{line}: is damaged ({error!r}); write it again: {again(folder)}"
        ) from error


def lookup(path: tuple[str, ...], labs: Path) -> Any:
    """What stands at `path` in a lab's results: lab, then values, claims or tables, then a name and steps below it.

    Raises ValueError saying which step is unknown and what is near.
    """
    node: Any = recorded(labs / path[0])
    for step in path[1:]:
        if isinstance(node, dict) and "rows" in node:
            names, columns = [str(row[0]) for row in node["rows"]], map(str, node["columns"])
            if names.count(step) > 1:
                raise ValueError(f"lab {path[0]} has several rows {step!r}; quote its numbers one by one")
            node = dict(zip(names, node["rows"], strict=True))
            if step in node:
                node[step] = dict(zip(columns, node[step], strict=False))
        if not isinstance(node, dict) or step not in node:
            names = [*node] if isinstance(node, dict) else []
            names += recorded(labs / path[0])["claims"] if path[1] == "values" and step is path[2] else []
            close = get_close_matches(step, names, 1, 0.4)
            raise ValueError(f"lab {path[0]} has no {step!r}" + (f"; did you mean {close[0]}?" if close else ""))
        node = node[step]
    return node


def files_hash(folder: Path, files: list[Path]) -> str:
    """As `labs.record.files_hash`, which the site's build does not import; a test compares the two."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def digests(folder: Path, figures: Path) -> dict[str, str]:
    """The digests of a lab's source, of its data and of its figures, under the names that results.json has for them."""
    left_out = {folder / name for name in ("results.json", "results.tmp", "notes.md", "README.md")}
    found = (path for path in folder.glob("**/*") if path.is_file() and path not in left_out)
    own = sorted(path for path in found if not any(map(COPY.search, path.relative_to(folder).parts)))
    return {
        "source": files_hash(folder, [path for path in own if path.suffix == ".py"]),
        "data": files_hash(folder, [path for path in own if path.suffix not in (".py", ".pyc")]),
        "drawn": files_hash(figures, sorted(figures.glob("[!.]*.svg"))),
    }


def parted(folder: Path, figures: Path) -> list[str]:
    """What has changed since the lab in `folder` was recorded, a line each: its source, its data, its figures."""
    content = recorded(folder)
    names = {"source": "its source", "data": "its data", "drawn": f"figures/{figures.name}"}
    return [
        f"labs/{folder.name}: {names[key]} is not what was recorded; if it is right as it is: {again(folder)}"
        for key, digest in digests(folder, figures).items()
        if key in content and content[key] != digest
    ]


def changed(labs: Path, names: Iterable[str]) -> list[str]:
    """What has changed in these labs since they were recorded, whether or not they have a post that is shown."""
    return [
        line for name in sorted(names) for line in parted(labs / name, labs.parent / "figures" / name.replace("_", "-"))
    ]
