"""What a lab found: collected, written to results.json, read back and compared.

The one module that knows the format of results.json. A lab builds `Results` in
`run(seed)`; the command `lab` does the rest.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Number = int | float
LABS = Path(__file__).parent
VERSIONS = ("numpy", "scipy", "scikit-learn")


@dataclass(frozen=True)
class Value:
    """One named number (or word) of a lab.

    value      what was found; floats are stored with six significant digits
    says       what it is, in one line a reader understands without the code
    unit       "share" (0 to 1), "s", "ms", "bytes", "turns"; empty for counts
    low, high  bounds of an interval, where there is one; `interval` names it
    tolerance  how far a rerun may be off, in the unit of value
    machine    True where the value depends on the machine; a rerun is not compared
    """

    value: Number | str | bool
    says: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    interval: str = ""
    tolerance: float = 0.0
    machine: bool = False


@dataclass(frozen=True)
class Table:
    """A result with rows: `columns` names them, every row has one cell a column."""

    says: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass
class Results:
    """All that a run of a lab found: named values, tables, and figures still to be drawn."""

    values: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    figures: dict[str, Callable[[], Figure]] = field(default_factory=dict)

    def add(self, name: str, value: Any, says: str, unit: str = "", **more: Any) -> None:
        """Keep one value under `name`; `more` are the other fields of `Value`.

        Raises ValueError if the name is taken or the number is not finite.
        """
        if name in self.values:
            raise ValueError(f"result {name} is set twice")
        value = value.item() if hasattr(value, "item") else value
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"result {name} is {value}, not a finite number")
        self.values[name] = Value(value, says, unit, **more)

    def table(self, name: str, says: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Keep a table under `name`. Raises ValueError for a row of the wrong length."""
        for i, row in enumerate(rows):
            if len(row) != len(columns):
                raise ValueError(f"table {name}: row {i} has {len(row)} cells for {len(columns)} columns")
        self.tables[name] = Table(says, list(columns), [list(row) for row in rows])

    def figure(self, name: str, draw: Callable[[], Figure]) -> None:
        """Keep a function that draws the figure `name` in whatever style is current."""
        self.figures[name] = draw


def plain(value: Any) -> Any:
    """The value as JSON holds it: numpy scalars unwrapped, floats at six significant digits."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        rounded = float(f"{value:.6g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    return value


def source_hash(folder: Path) -> str:
    """Short SHA-256 over the lab's own Python files, line ends normalised: which code was run."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("**/*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def as_json(name: str, results: Results, seed: int, date: str, seconds: float) -> dict[str, Any]:
    """The content of results.json. `date` is the day of the run as YYYY-MM-DD."""
    values = {}
    for key, value in results.values.items():
        entry = {k: plain(v) for k, v in vars(value).items()}
        values[key] = {k: v for k, v in entry.items() if k in ("value", "says") or v != getattr(Value, k)}
    tables = {
        key: {"says": t.says, "columns": t.columns, "rows": [[plain(c) for c in row] for row in t.rows]}
        for key, t in results.tables.items()
    }
    return {
        "lab": name,
        "seed": seed,
        "source": source_hash(LABS / name),
        "recorded": {
            "date": date,
            "seconds": math.ceil(seconds),
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
            **{package: version(package) for package in VERSIONS},
        },
        "values": values,
        "tables": tables,
        "figures": sorted(results.figures),
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write results.json with sorted keys, one line a table row, through a temporary file."""
    rows = {name: table["rows"] for name, table in content["tables"].items()}
    frame = {**content, "tables": {n: {**t, "rows": f"@{n}@"} for n, t in content["tables"].items()}}
    text = json.dumps(frame, indent=1, sort_keys=True, ensure_ascii=False)
    for name, cells in rows.items():
        lines = ",\n    ".join(json.dumps(row, ensure_ascii=False) for row in cells)
        text = text.replace(f'"rows": "@{name}@"', f'"rows": [\n    {lines}]' if lines else '"rows": []')
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
    temporary.replace(path)


def read(path: Path) -> dict[str, Any]:
    """The content of a results.json. Raises ValueError naming the file if it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{path}: there is none; record it with `lab {path.parent.name} --record`") from None
    except ValueError as error:
        raise ValueError(f"{path}: not JSON ({error}); record it again") from None


def differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """One line for each way in which a rerun (`new`) differs from what is recorded (`old`)."""
    if old["source"] != new["source"]:
        yield f"its code is {new['source']}, the results were recorded with {old['source']}"
    for kind in ("values", "tables"):
        for key in sorted(old[kind].keys() ^ new[kind].keys()):
            yield f"{key} is {'no longer found' if key in old[kind] else 'new'}"
    for key in sorted(old["values"].keys() & new["values"].keys()):
        a, b = old["values"][key], new["values"][key]
        for part, shown in (("value", key), ("low", f"{key}.low"), ("high", f"{key}.high")):
            x, y = a.get(part), b.get(part)
            if not (b.get("machine") or same(x, y, b.get("tolerance", 0))):
                yield f"{shown} is recorded as {x}, the rerun gives {y}"
        if (a["says"], a.get("unit")) != (b["says"], b.get("unit")):
            yield f"{key} says something else now"
    machine = {key for key in new["tables"] if key.startswith("machine_")}
    for key in sorted((old["tables"].keys() & new["tables"].keys()) - machine):
        a, b = old["tables"][key], new["tables"][key]
        if a["columns"] != b["columns"] or len(a["rows"]) != len(b["rows"]):
            yield f"table {key} has another shape"
            continue
        for i, (before, after) in enumerate(zip(a["rows"], b["rows"], strict=True)):
            for column, x, y in zip(a["columns"], before, after, strict=True):
                if not same(x, y, 0):
                    yield f"table {key}, row {i + 1}, {column}: recorded {x}, the rerun gives {y}"


def same(a: Any, b: Any, tolerance: float) -> bool:
    """Equal, or numbers closer than `tolerance` or one part in a hundred thousand."""
    if isinstance(a, Number) and isinstance(b, Number) and not isinstance(a, bool):
        return math.isclose(a, b, rel_tol=1e-5, abs_tol=max(tolerance, 1e-9))
    return a == b
