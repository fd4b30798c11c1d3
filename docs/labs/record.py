"""What a lab found: collected, written to results.json, read back and compared.

The one module that knows the format of results.json. A lab builds `Results` in
`run(seed)`; the command `lab` does the rest.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Number = int | float
NUMBERS = (int, float, type(None))
CELL = (*NUMBERS, str)  # what a page can quote; None is an empty cell
NAME = re.compile(r"\w[\w-]*")  # of a result: it stands in addresses, and between dots where a page quotes it
COPY = re.compile(r"^\.|~$|^#.*#$|\.(?:orig|rej|bak)$")  # of an editor or a merge, or hidden: no file of the lab
LABS = Path(__file__).parent
VERSIONS = ("numpy", "scipy", "scikit-learn")
SEEDS = range(5)  # a claim must hold for each; a lab without chance sets SEEDS = (0,) in its __init__.py


@dataclass(frozen=True)
class Value:
    """One named number (or word) of a lab.

    value      what was found; floats are stored with six significant digits
    says       what it is, in one line a reader understands without the code
    unit       "share" (0 to 1), "s", "ms", "bytes", "turns"; empty for counts
    low, high  bounds of an interval, where there is one; `interval` names it
    tolerance  how far a rerun may be off, in the unit of value
    machine    True where the value depends on the machine; a rerun is not compared
    at         the calls in the lab's folder that led to it, the innermost first, as `faults.py:31`
    seeds      lowest and highest value over the seeds, where they differ
    """

    value: Number | str | bool
    says: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    interval: str = ""
    tolerance: float = 0.0
    machine: bool = False
    at: tuple[str, ...] = ()
    seeds: Sequence[Number] = ()


@dataclass(frozen=True)
class Claim:
    """A sentence that a post may carry: whether it holds for each seed, what it says, and where it is decided.

    `record` is the file of a recorded run that it rests on, such as a measurement that no rerun repeats.
    """

    holds: tuple[bool, ...]
    says: str
    at: tuple[str, ...] = ()
    record: str = ""


@dataclass(frozen=True)
class Table:
    """A result with rows: `columns` names them, every row has one cell a column."""

    says: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    at: tuple[str, ...] = ()


@dataclass
class Results:
    """All that a run of a lab found: named values, claims, tables, and figures still to be drawn."""

    values: dict[str, Value] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    figures: dict[str, Callable[[], Figure]] = field(default_factory=dict)
    drawn_at: dict[str, str] = field(default_factory=dict)  # figure -> file and line where it was begun, once drawn

    def add(self, name: str, value: Any, says: str, unit: str = "", **more: Any) -> None:
        """Keep one value under `name`; `more` are the other fields of `Value`.

        Raises ValueError if the name is taken or results.json could not hold the value or another field.
        """
        self._new(name)
        kept = Value(held(f"result {name}", value), says, unit, at=callers(), **more)
        for key in ("low", "high", "tolerance"):
            held(f"{key} of result {name}", getattr(kept, key), NUMBERS)
        for key in ("says", "unit", "interval"):
            held(f"{key} of result {name}", getattr(kept, key), (str,))
        self.values[name] = kept

    def claim(self, name: str, holds: Any, says: str, record: str = "") -> None:
        """Keep whether the sentence `says` holds in this run; a post may carry it if it does for every seed.

        `holds` is the truth of a comparison, True or False (numpy's too), of arms that this run measured, or that an
        earlier one left in the file `record` of the lab's folder.
        Raises ValueError if the name is taken, TypeError if `holds` is no truth value.
        """
        self._new(name)
        holds = holds.item() if hasattr(holds, "item") else holds
        if not isinstance(holds, bool):
            raise TypeError(f"claim {name}: holds is {holds!r}, not True or False")
        self.claims[name] = Claim((holds,), held(f"says of claim {name}", says, (str,)), callers(), record)

    def _new(self, name: str) -> None:
        """Raise ValueError if a value or a claim has this name (a post quotes both in one way), or none could."""
        if not NAME.fullmatch(name):
            raise ValueError(f"result {name!r} could not be quoted; name it with letters, digits and underscores")
        if name in self.values or name in self.claims:
            raise ValueError(f"result {name} is set twice")

    def table(self, name: str, says: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Keep a table under `name`. Raises ValueError for a row of the wrong length or a cell of another kind."""
        for i, row in enumerate(rows):
            if len(row) != len(columns):
                raise ValueError(f"table {name}: row {i} has {len(row)} cells for {len(columns)} columns")
        if name in self.tables:
            raise ValueError(f"table {name} is set twice")
        if not NAME.fullmatch(name) or len(set(map(str, columns))) < len(columns):
            raise ValueError(
                f"table {name!r}: no page could quote it; name it in letters, digits, _, its columns unlike"
            )
        heads = [held(f"table {name}: a column", column) for column in columns]
        cells = [
            [held(f"table {name}: row {i}, {head}", cell) for head, cell in zip(heads, row, strict=True)]
            for i, row in enumerate(rows)
        ]
        self.tables[name] = Table(held(f"says of table {name}", says, (str,)), heads, cells, callers())

    def figure(self, name: str, draw: Callable[[], Figure]) -> None:
        """Keep a function that draws the figure `name` in whatever style is current.

        Raises ValueError if no address could hold the name; what is kept does if the function returns no figure.
        """
        if not NAME.fullmatch(name):
            raise ValueError(f"figure {name!r} could not be shown; name it with letters, digits, _ and -")

        def noted() -> Figure:
            figure, at = draw(), self.drawn_at[name]
            if not hasattr(figure, "savefig"):
                raise ValueError(f"figure {name} ({at}): its function gives {figure!r}; end it with `return figure`")
            self.drawn_at[name] = getattr(figure, "begun_at", self.drawn_at[name])
            return figure

        self.figures[name], self.drawn_at[name] = noted, caller()


def held(what: str, value: Any, kinds: tuple[type, ...] = CELL) -> Any:
    """The value, of one of these kinds, without numpy. Raises ValueError if results.json could not hold it."""
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, kinds):
        right = {NUMBERS: "a number, as of float()", (str,): "a text"}.get(kinds, "a number or a text, as of float()")
        raise ValueError(f"{what} is {value!r}, of type {type(value).__name__}; give {right}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{what} is {value}, not a finite number")
    return value


def callers() -> tuple[str, ...]:
    """File and line of each call in a lab's own folder that led here, the innermost first, as `faults.py:31`."""
    found, frame = list[str](), sys._getframe(1)
    while frame := frame.f_back:
        path = Path(frame.f_code.co_filename)
        if LABS in path.parents and path.parent != LABS:
            found.append(f"{path.relative_to(LABS).as_posix().partition('/')[2]}:{frame.f_lineno}")
    return tuple(found)


def caller() -> str:
    """File and line of the innermost call in a lab's own folder that led here; empty if there is none."""
    return (callers() or ("",))[0]


def place(calls: Sequence[str], led: Counter[str]) -> dict[str, str]:
    """Where a result was made: `at` is, of the calls that led to it, the one that `led` to the fewest results.

    A line that makes many results, such as a helper's, does not tell them apart; the call of the helper may. Of equals
    it is the innermost. Where another is chosen, the innermost is kept as `through`.
    """
    at = min(calls, key=led.__getitem__, default="")
    return {"at": at} | ({"through": calls[0]} if calls and at != calls[0] else {})


def plain(value: Any) -> Any:
    """The value as JSON holds it: numpy scalars unwrapped, floats at six significant digits."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        rounded = float(f"{value:.6g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    return value


def source_hash(folder: Path) -> str:
    """Short SHA-256 over the lab's own Python files, line ends normalised: which code was run."""
    return files_hash(folder, [path for path in own_files(folder) if path.suffix == ".py"])


def data_hash(folder: Path) -> str:
    """Short SHA-256 over what the lab reads: every file of its folder but Python, its own notes, results and README."""
    left_out = {folder / name for name in ("results.json", "results.tmp", "notes.md", "README.md")}
    files = [path for path in own_files(folder) if path.suffix not in (".py", ".pyc")]
    return files_hash(folder, [path for path in files if path not in left_out])


def own_files(folder: Path) -> list[Path]:
    """Every file below a lab's folder, but an editor's copies and what is hidden, such as .ipynb_checkpoints/x.csv."""
    found = (path for path in folder.glob("**/*") if path.is_file())
    return sorted(path for path in found if not any(map(COPY.search, path.relative_to(folder).parts)))


def files_hash(folder: Path, files: Sequence[Path]) -> str:
    """Short SHA-256 over names (relative to `folder`) and content of files, line ends normalised."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def over_seeds(runs: Sequence[Results]) -> Results:
    """The first run, its claims with `holds` of every run, its numbers with their lowest and highest over the runs.

    Raises ValueError if a run has other claims than the first: a claim made for some seeds only is none.
    """
    first = runs[0]
    for number, run in enumerate(runs):
        if odd := run.claims.keys() ^ first.claims.keys():
            raise ValueError(f"claim {min(odd)} is made with some seeds only (not in run {number} or not in run 0)")
    claims = {
        key: replace(claim, holds=tuple(run.claims[key].holds[0] for run in runs))
        for key, claim in first.claims.items()
    }
    values = dict(first.values)
    for key, value in values.items():
        found = [run.values[key].value for run in runs if key in run.values]
        numbers = all(isinstance(one, Number) and not isinstance(one, bool) for one in found)
        if numbers and not value.machine and plain(min(found)) != plain(max(found)):
            values[key] = replace(value, seeds=[plain(min(found)), plain(max(found))])
    return replace(first, values=values, claims=claims)


def as_json(name: str, results: Results, seed: int, date: str, seconds: float) -> dict[str, Any]:
    """The content of results.json. `date` is the day of the run as YYYY-MM-DD.

    Raises ValueError if a claim rests on a record that is no file of the lab's folder.
    """
    for key, claim in results.claims.items():
        if claim.record and not (LABS / name / claim.record).is_file():
            raise ValueError(f"claim {key}: its record {claim.record} is no file in docs/labs/{name}")
    found = (result for kind in (results.values, results.claims, results.tables) for result in kind.values())
    values, led = {}, Counter(call for result in found for call in set(result.at))
    for key, value in results.values.items():
        entry = {k: plain(v) for k, v in vars(value).items() if k in ("value", "says") or v != getattr(Value, k)}
        values[key] = entry | (place(value.at, led) if value.at else {})
    claims = {
        key: {k: v for k, v in vars(claim).items() if k != "record" or v}
        | {"holds": list(claim.holds)}
        | place(claim.at, led)
        for key, claim in results.claims.items()
    }
    tables = {}
    for key, t in results.tables.items():
        rows = [[plain(cell) for cell in row] for row in t.rows]
        tables[key] = {"says": t.says, "columns": t.columns, "rows": rows, **place(t.at, led)}
    return {
        "lab": name,
        "seed": seed,
        "source": source_hash(LABS / name),
        "data": data_hash(LABS / name),
        "recorded": {
            "date": date,
            "seconds": math.ceil(seconds),
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
            **{package: version(package) for package in VERSIONS},
        },
        "values": values,
        "claims": claims,
        "tables": tables,
        "figures": results.drawn_at,
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write results.json with sorted keys, one line a table row, through a temporary file."""
    rows = {name: table["rows"] for name, table in content["tables"].items()}
    frame = {**content, "tables": {n: {**t, "rows": f"@{n}@"} for n, t in content["tables"].items()}}
    text = json.dumps(frame, indent=1, sort_keys=True, ensure_ascii=False)
    text = re.sub(
        r'^( +"(?:holds|seeds)": )\[([^\]]*)\]', lambda m: f"{m[1]}[{' '.join(m[2].split())}]", text, flags=re.M
    )
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
        command = f"make lab NAME={path.parent.name.replace('_', '-')} RECORD=1"
        raise ValueError(f"{path}: there is none; record it with `{command}`") from None
    except ValueError as error:
        raise ValueError(f"{path}: not JSON ({error}); record it again") from None


def differences(old: dict[str, Any], new: dict[str, Any], seeds: int = 1) -> Iterator[str]:
    """One line for each way in which a rerun (`new`) differs from what is recorded (`old`).

    With `seeds` the rerun is of the first of so many alone. Not compared are what depends on the machine, and when and
    where the lab was run.
    """
    changed = old["source"] != new["source"]  # so calls stand elsewhere
    if changed:
        yield f"its code is {new['source']}, the results were recorded with {old['source']}"
    if old.get("data", new["data"]) != new["data"]:
        yield f"its data is {new['data']}, the results were recorded with {old['data']}"
    for key in ("lab", "seed") if changed else ("lab", "seed", "figures"):
        if old.get(key) != new[key]:
            yield f"{key} is recorded as {old.get(key)}, the rerun gives {new[key]}"
    for kind in ("values", "claims", "tables"):
        before = old.get(kind, {})
        for key in sorted(before.keys() ^ new[kind].keys()):
            yield f"{key} is {'no longer found' if key in before else 'new'}"
        for key in sorted(before.keys() & new[kind].keys()):
            a, b, name = before[key], new[kind][key], key if kind == "values" else f"{kind[:-1]} {key}"
            for part in sorted((a.keys() | b.keys()) - {"rows", "columns", *(("at", "through") if changed else ())}):
                if not agree(part, a, b, seeds):
                    shown = name if part == "value" else f"{name}.{part}"
                    yield f"{shown} is recorded as {a.get(part)}, the rerun gives {b.get(part)}"
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


def agree(part: str, old: dict[str, Any], new: dict[str, Any], seeds: int) -> bool:
    """Whether a field of a value, a claim or a table is as recorded, as far as a rerun with the first seed can tell."""
    before, after = old.get(part), new.get(part)
    near = new.get("tolerance", 0) if part in ("value", "low", "high", "seeds") else 0
    if new.get("machine") and part in ("value", "low", "high"):
        return True
    if seeds > 1 and part == "holds":
        return len(before) == seeds and before[:1] == after
    if seeds > 1 and part == "seeds" and before and isinstance(new["value"], Number):
        return same(new["value"], min(max(new["value"], before[0]), before[1]), near)
    return same(before, after, near)


def same(a: Any, b: Any, tolerance: float) -> bool:
    """Equal, or numbers closer than `tolerance` or one part in a hundred thousand; of two lists, each item."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, Number) and isinstance(b, Number) and not isinstance(a, bool):
        return math.isclose(a, b, rel_tol=1e-5, abs_tol=max(tolerance, 1e-9))
    return a == b
