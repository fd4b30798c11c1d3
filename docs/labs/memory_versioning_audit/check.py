"""Checks a reader's own records: what was read against what was written, order, anchors, the provider's requests."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labs import strict_json
from labs.memory_versioning_audit import prompt_log
from labs.memory_versioning_audit.chain import START
from labs.memory_versioning_audit.records import Unreadable, content_of, lines, records

READ, VERSION = ("decision", "at", "shown"), ("id", "memory", "at", "text")
COPIED = ("seq", "at", "decision", "versions", "hash")  # a row that `prompt_log.log_prompt` wrote


@dataclass
class Report:
    """What was found. A decision is counted once: missing if any of its prompts is, else later, whole or empty.

    `order` says what is provable about the order of the versions.
    """

    whole: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)  # logged with an empty list
    missing: list[str] = field(default_factory=list)  # a line each
    later: list[str] = field(default_factory=list)  # a line each
    order: str = ""
    faults: list[str] = field(default_factory=list)
    tail: int | None = None  # versions after the last anchor
    unlogged: list[str] | None = None  # requests of the provider, not of a read, or more often
    unasked: list[str] = field(default_factory=list)  # of reads, not the provider's, or more often
    nameless: list[str] = field(default_factory=list)  # reads without a request, where these are compared
    remade: int | None = None  # rows of `log_prompt` whose hashes were made again; None where the reads are no such log
    prompts_tail: int | None = None  # of these, those after the last pair that was handed out

    @property
    def clean(self) -> bool:
        """Every decision has its evidence and nothing that was checked is wrong."""
        return not (self.missing or self.later or self.faults or self.unlogged or self.unasked or self.nameless)


def named(names: dict[str, str], which: str) -> dict[str, str]:
    """The reader's field names for one of the files: "reads.at" goes before "at"."""
    own = {ours.removeprefix(f"{which}."): theirs for ours, theirs in names.items() if ours.startswith(f"{which}.")}
    return {ours: theirs for ours, theirs in names.items() if "." not in ours} | own


def fields(place: str, row: dict[str, Any], needed: Sequence[str], names: dict[str, str]) -> dict[str, Any]:
    """The needed fields of a row under our names. Raises Unreadable for one that is not there."""
    for name in needed:
        if names.get(name, name) not in row:
            theirs = names.get(name, name)
            hint = f"it has {', '.join(sorted(row)) or 'none'}; say --map {name}=THEIRS if it has another name"
            raise Unreadable(f"{place}: no field {theirs!r}; {hint}")
    return {**row, **{ours: row[theirs] for ours, theirs in names.items() if theirs in row},
            **{name: row[names.get(name, name)] for name in needed}}  # fmt: skip


def name_of(place: str, field_name: str, given: Any) -> str:
    """An id as text. Raises Unreadable for what is neither a string nor a whole number."""
    if isinstance(given, bool) or not isinstance(given, str | int) or given == "":
        raise Unreadable(f'{place}: {field_name} is {json.dumps(given)}; write a string or a whole number, as "v1"')
    return str(given)


def moment(place: str, name: str, text: Any) -> datetime.datetime:
    """A time with its zone. Raises Unreadable."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise Unreadable(f"{place}: {name} is {text!r}, no time; write 2026-11-26T09:30:00+00:00") from None
    if at.tzinfo is None:
        raise Unreadable(
            f"{place}: {name} is {text!r}, without a zone; write {at.isoformat()}+00:00, or the offset it is in"
        )
    return at


def versions(path: Path, names: dict[str, str], needed: Sequence[str] = VERSION) -> dict[str, dict[str, Any]]:
    """All versions by id, in the order of the file. Raises Unreadable."""
    names = named(names, "versions")
    found: dict[str, dict[str, Any]] = {}
    for place, line in records(path, "version"):
        row = fields(place, line, needed, names)
        name_of(place, names.get("memory", "memory"), row["memory"])  # checked, and hashed as it stands in the file
        row |= {
            "id": name_of(place, names.get("id", "id"), row["id"]),
            "place": place,
            "when": moment(place, names.get("at", "at"), row["at"]),
        }
        for name in {"prev", "hash"} & row.keys():
            if not isinstance(row[name], str | None):
                raise Unreadable(
                    f"{place}: {name} is {json.dumps(row[name])}; write a hash as a string, or leave it out"
                )
        if not isinstance(row["text"], str | None):
            raise Unreadable(f"{place}: text is {type(row['text']).__name__}; write a string, or null if it is erased")
        if other := found.get(row["id"]):
            same = "the same text" if other["text"] == row["text"] else "another text"
            raise Unreadable(f"{place}: version {row['id']} again, with {same}; first in {other['place']}")
        found[row["id"]] = row
    if not found:
        raise Unreadable(f"{path}: no versions in it")
    return found


def reads(path: Path, names: dict[str, str], none: bool = False) -> list[dict[str, Any]]:
    """All reads, in the order of the file; an item of `shown` is an id, or an object with one. Raises Unreadable, also
    where there is none, unless `none` may be: pairs that were handed out are then all gone.

    `shown` may be a list written as JSON text; a row of `log_prompt` has it under the name `versions`.
    """
    names, found = named(names, "reads"), []
    for place, line in records(path, "prompt_log"):
        theirs = {"shown": "versions"} if line.keys() >= {*COPIED} else {}
        if theirs and (isinstance(line["seq"], bool) or not isinstance(line["seq"], int)):
            raise Unreadable(f"{place}: seq is {json.dumps(line['seq'])}; write the row's number, as 1")
        row = fields(place, line, READ, theirs | names)
        items = listed(row["shown"])
        ids = [one.get("id") if isinstance(one, dict) else one for one in items]
        if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in ids):
            name = (theirs | names).get("shown", "shown")
            raise Unreadable(f'{place}: {name} is not a list of version ids; write ["v1", "v2"] or [{{"id": "v1"}}]')
        shown, when = [str(one) for one in ids], moment(place, names.get("at", "at"), row["at"])
        decision = name_of(place, names.get("decision", "decision"), row["decision"])
        if row.get("request") not in (None, ""):
            row["request"] = name_of(place, names.get("request", "request"), row["request"])
        found.append({**row, "decision": decision, "shown": shown, "when": when, "place": place})
    if not found and not none:
        raise Unreadable(f"{path}: no reads in it")
    return found


def listed(shown: Any) -> list[Any]:
    """A list, or one that is written as JSON text; what is neither becomes a list of one that is no id."""
    if isinstance(shown, str):
        try:
            shown = strict_json.loads(shown)
        except ValueError:
            return [None]
    return shown if isinstance(shown, list) else [None]


def copied(path: Path, rows: Sequence[dict[str, Any]], kept: Sequence[tuple[int, str]] | None, report: Report) -> None:
    """Make the hashes of a log of `log_prompt` again and look up the pairs that were handed out.

    A row that is dated before the one above it is a fault, too: `log_prompt` takes the time under SQLite's lock, so
    only another clock, or another hand, writes one. Raises Unreadable for pairs of reads that are no such log.
    """
    have = [row.keys() >= {*COPIED} for row in rows]
    if rows and not any(have):
        if kept is not None:
            raise Unreadable(f"{path}: pairs are of rows with {', '.join(COPIED)}, which these reads are not")
        return
    if not all(have):
        first = have.index(False)
        report.faults.append(f"{rows[first]['place']}: no {' and '.join(COPIED[::4])}, where other reads have them")
        return
    before, made, due = "", [], None
    for row in rows:
        text = row["versions"] if isinstance(row["versions"], str) else json.dumps(row["versions"])
        before = prompt_log.linked(before, (row["seq"], row["at"], row["decision"], text))
        made.append((row["seq"], before))
        if row["hash"] != before:
            report.faults.append(f"{row['place']}: row {row['seq']} does not fit its hash")
        if due is not None and row["when"] < due:
            report.faults.append(f"{row['place']}: row {row['seq']} is dated before the row above it")
        due = row["when"]
    report.remade = len(rows)
    if kept is not None:
        report.faults += [
            f"prompt row {seq} is not the one handed out" for seq, link in kept if (seq, link) not in made
        ]
        last = max((seq for seq, _ in kept), default=0)
        report.prompts_tail = sum(row["seq"] > last for row in rows)


def unlogged(calls: Iterable[str], logged: Iterable[str]) -> list[str]:
    """Request ids that the provider has and the log has not, or that it has more often, each once, in its order."""
    return [*(Counter(calls) - Counter(logged))]


def unasked(calls: Iterable[str], logged: Iterable[str]) -> list[str]:
    """Request ids that the log has and the provider has not, or that it has more often, each once."""
    return [*(Counter(logged) - Counter(calls))]


def content(row: dict[str, Any]) -> list[Any]:
    """What the hash of a version covers by the rule of this tool: id, memory, at and text as they stand in the file."""
    return [row["id"], row["memory"], row["at"], row["text"]]


def fits(row: dict[str, Any]) -> bool:
    """Whether a version's hash follows our rule, the first prev as it stands or zeros, letters escaped or not."""
    for prev in (row["prev"], row["prev"] or START):
        for escaped in (False, True):
            text = json.dumps([prev, *content(row)], ensure_ascii=escaped, separators=(",", ":"))
            if hashlib.sha256(text.encode()).hexdigest() == row["hash"]:
                return True
    return False


def order(rows: Sequence[dict[str, Any]], report: Report) -> None:
    """What the fields prev and hash show about the order of the versions."""
    have = ["hash" in row and "prev" in row for row in rows]
    if not any(have):
        report.order = "versions have no prev and hash: neither their order nor an edited text can be noticed"
        return
    if not all(have):
        report.order = "some versions have no prev and hash: their order is not provable"
        report.faults.append(f"{rows[have.index(False)]['place']}: no prev and hash, where other versions have them")
        return
    prev = rows[0]["prev"]
    for row in rows:
        if row["prev"] != prev:
            report.faults.append(f"{row['place']}: the link is broken: prev is not the hash of the version before it")
            break
        prev = row["hash"]
    ours = [fits(row) for row in rows]
    if not any(ours):
        report.order = "links compared, texts not: the hashes follow a rule that this tool does not know"
        return
    report.order = "links and texts compared; whoever can write the file can make both again"
    if not all(ours):
        report.faults.append(f"{rows[ours.index(False)]['place']}: not what its hash was made of")


def anchored(path: Path, rows: Sequence[dict[str, Any]], report: Report) -> None:
    """Compare the versions with anchors {"id", "hash"}, or ID HASH, one a line. Raises Unreadable."""
    places = {row["id"]: i for i, row in enumerate(rows)}
    last = -1
    for place, line in lines(path, ("id", "hash")):
        anchor = fields(place, line, ("id", "hash"), {})
        i = places.get(str(anchor["id"]))
        if i is None:
            report.faults.append(f"version {anchor['id']} is anchored and not in the file: cut off, or deleted")
        elif rows[i].get("hash") != anchor["hash"]:
            report.faults.append(f"{rows[i]['place']}: not the version that was anchored")
        last = max(last, -1 if i is None else i)
    report.tail = len(rows) - 1 - last


def check(
    reads_path: Path, versions_path: Path, anchors: Path | None = None, requests: Path | None = None,
    names: dict[str, str] | None = None, kept: Sequence[tuple[int, str]] | None = None,
) -> Report:  # fmt: skip
    """Check reads against versions. `names` maps our field names to the reader's; `kept` are the pairs of number and
    hash that `log_prompt` returned and somebody else has. Raises Unreadable.
    """
    names = names or {}
    known, report = versions(versions_path, names), Report()
    made = reads(reads_path, names, none=bool(kept))
    found: dict[str, dict[str, str]] = {}  # by decision: the first line of each kind
    for row in made:
        label = f"decision {row['decision']}"
        kinds = found.setdefault(row["decision"], {})
        gone = [v for v in row["shown"] if v not in known]
        erased = [v for v in row["shown"] if v in known and known[v]["text"] is None]
        later = [v for v in row["shown"] if v in known and known[v]["when"] > row["when"]]
        if gone:
            kinds.setdefault("missing", f"{label} names {gone[0]}, in no version")
        elif erased:
            kinds.setdefault("missing", f"{label} names {erased[0]}, whose text is erased")
        elif later:
            line = f"{label} of {row['at']} names {later[0]}, written {known[later[0]]['at']}"
            kinds.setdefault("later", line)
        else:
            kinds.setdefault("whole" if row["shown"] else "empty", row["decision"])
    for kinds in found.values():
        worst = next(kind for kind in ("missing", "later", "whole", "empty") if kind in kinds)
        getattr(report, worst).append(kinds[worst])
    rows = list(known.values())
    order(rows, report)
    copied(reads_path, made, kept, report)
    if anchors:
        anchored(anchors, rows, report)
    if requests:
        calls = [one.strip() for one in content_of(requests, "one request id").splitlines() if one.strip()]
        asked = [row["request"] if row.get("request") not in (None, "") else None for row in made]
        logged = [one for one in asked if one is not None]
        report.unlogged, report.unasked = unlogged(calls, logged), unasked(calls, logged)
        report.nameless = [f"decision {row['decision']}" for row, one in zip(made, asked, strict=True) if one is None]
    return report
