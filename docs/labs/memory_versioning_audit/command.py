"""The lab's own commands: check records of your own, or keep them in the store of store.py.

  check READS.jsonl VERSIONS.jsonl   what each decision was shown, against what was written
  check PROMPTS.db                   the same for the tables of prompt_log.py, and the hashes of their log
  import MEMORY.db VERSIONS.jsonl [READS.jsonl]   records of your own into a new store
  show MEMORY.db DECISION            the texts that a decision's prompts held
  verify MEMORY.db                   the chain, the texts, and anchors
  anchor MEMORY.db                   number and hash of the last row, to give to somebody else
  erase MEMORY.db SUBJECT            a person's texts; the chain stays
  measure                            costs, and PostgreSQL if there is one, into the lab's machine.json

A version is {"id", "memory", "at", "text"} with "subject" and "actor" for import, "prev" and "hash" if you have
them; a text of null is an erased one. A read is {"decision", "at", "shown": [ids]}, "request" if you have it; an item
of "shown" may be an object with an "id". A row of log_prompt is a read as it stands. Other names: --map shown=chunks,
in one file only: --map reads.at=time. A hash of ours is SHA-256, as hex, over the UTF-8 of the JSON of
[prev, id, memory, at, text], without spaces, the id as text. The first prev is 64 zeros, null or "". Letters such as é
may be escaped.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from labs.memory_versioning_audit import check, measure
from labs.memory_versioning_audit.records import is_sqlite
from labs.memory_versioning_audit.store import MemoryLog, Refused, Unfinished

PAIR = re.compile(r"[(\[]?\s*(\d+)\s*[,\s]\s*['\"]?([^\s'\",()\[\]]+)['\"]?\s*[)\]]?,?")  # 4 ab, (4, 'ab') or [4, "ab"]
MOST = 10  # lines of one kind that are printed without --all


def several(title: str, lines: Sequence[str], every: bool = False) -> None:
    """Print up to MOST lines of a kind, or `every` one, and how many there are."""
    print(f"{title}: {len(lines)}")
    for line in lines if every else lines[:MOST]:
        print(f"  {line}")
    if not every and len(lines) > MOST:
        print(f"  … and {len(lines) - MOST} more; --all names each")


def mapped(pairs: Sequence[str]) -> dict[str, str]:
    """Our field names to the reader's, from OURS=THEIRS. Raises Unreadable."""
    names, known = {}, (*dict.fromkeys((*check.READ, *check.VERSION)), "request", "subject", "actor")
    for pair in pairs:
        ours, _, theirs = pair.partition("=")
        which, dot, name = ours.rpartition(".")
        if name not in known or not theirs or (dot and which not in ("reads", "versions")):
            raise check.Unreadable(
                f"--map {pair}: write OURS=THEIRS, or reads.OURS=THEIRS; ours are {', '.join(known)}"
            )
        names[ours] = theirs
    return names


def checked(given: argparse.Namespace) -> int:
    """`check`: 0 if every decision has its evidence and nothing that was checked is wrong, else 1."""
    names = mapped(given.map)
    kept = pairs(given.pairs, "pair", "(SEQ, 'HASH') as log_prompt returns it, or SEQ HASH") if given.pairs else None
    if not given.versions and not is_sqlite(given.reads):
        raise check.Unreadable(
            f"{given.reads}: is no SQLite file with the table version in it; name VERSIONS.jsonl, too"
        )
    versions = given.versions or given.reads
    report = check.check(given.reads, versions, given.anchors, given.requests, names, kept)
    print(f"decisions with whole evidence: {len(report.whole)}")
    several("decisions logged with an empty list", [f"decision {name}" for name in report.empty], given.all)
    several("decisions with missing evidence", report.missing, given.all)
    several("decisions whose evidence is later than they are", report.later, given.all)
    print(report.order)
    if report.remade is not None:
        print(f"prompts whose hashes were made again: {report.remade}; whoever can write the log can make them, too")
    several("faults", report.faults, given.all)
    if report.prompts_tail is not None:
        print(f"prompts after the last pair, which could be cut off unnoticed: {report.prompts_tail}")
    elif report.remade is not None:
        print("no pairs given: prompts cut off at the end would not be noticed")
    if report.tail is None:
        print("no anchors of versions given: versions cut off at the end would not be noticed")
    else:
        print(f"versions after the last anchor, which could be cut off unnoticed: {report.tail}")
    if report.unlogged is None:
        print("no request ids given: calls that were never logged would not be noticed")
    else:
        several("requests of the provider that the reads have not, or not as often", report.unlogged, given.all)
        several("requests of reads that the provider has not, or not as often", report.unasked, given.all)
        several("reads without a request id, which cannot be compared", report.nameless, given.all)
    return int(not report.clean)


def imported(given: argparse.Namespace) -> int:
    """`import`: versions and reads, by time, into a store that is new; all of them, or no store."""
    if given.db.exists():
        raise check.Unreadable(f"{given.db} is there already; name a new file")
    names = mapped(given.map)
    versions = check.versions(given.versions, names, (*check.VERSION, "subject"))
    reads = check.reads(given.reads, names) if given.reads else []
    for row in versions.values():
        if row["text"] is None:
            raise check.Unreadable(f"{row['place']}: its text is erased; a new store cannot vouch for it, leave it out")
    for row in reads:
        if gone := [v for v in row["shown"] if v not in versions or versions[v]["when"] > row["when"]]:
            raise check.Unreadable(f"{given.reads}: decision {row['decision']} names {gone[0]}, not written by then")
    events = sorted(
        [*((v["when"], 0, v) for v in versions.values()), *((d["when"], 1, d) for d in reads)], key=lambda e: e[:2]
    )
    half = given.db.with_name(f"{given.db.name}.importing")  # takes its name when it is whole
    for old in (half, *(half.with_name(half.name + end) for end in ("-wal", "-shm"))):
        old.unlink(missing_ok=True)
    log, rows = MemoryLog(half, key(given)), {}
    with closing(log.db), log.together():
        for when, kind, row in events:
            if kind == 0:
                who = str(row.get("actor", "import"))
                rows[row["id"]] = log.write(str(row["memory"]), row["text"], str(row["subject"]), who, when)
            else:
                ids, request = [rows[v] for v in row["shown"]], str(row.get("request") or "")
                log.shown(row["decision"], ids, request, when, imported=True)
        head = log.head()
    half.rename(given.db)
    print(f"{len(versions)} versions and {len(reads)} reads; imported today, so the chain proves nothing before today")
    print("anchor:", *head)
    return 0


def key(given: argparse.Namespace) -> bytes:
    """The chain's key from the file that --key names; empty without."""
    if not given.key:
        return b""
    text = given.key.read_bytes().strip()
    if len(text) < 16:
        raise check.Unreadable(f"{given.key}: a key of {len(text)} bytes; 16 or more are needed")
    return text


def opened(given: argparse.Namespace) -> tuple[MemoryLog, list[str]]:
    """The store that is meant, and its triggers that are gone. Raises Unreadable if the file is not one."""
    if not given.db.is_file():
        raise check.Unreadable(f"{given.db}: there is no such file; `import` makes one")
    with closing(sqlite3.connect(f"{given.db.resolve().as_uri()}?mode=ro", uri=True)) as db:
        try:
            names = {name for (name,) in db.execute("select name from sqlite_master")}
        except sqlite3.DatabaseError as error:
            raise check.Unreadable(f"{given.db}: {error}; `import` makes a store") from None
    if not {"log", "body"} <= names:
        raise check.Unreadable(f"{given.db}: not a store of this lab, it has no tables log and body")
    return MemoryLog(given.db, key(given)), sorted({"log_stays", "log_keeps"} - names)  # opening puts them back


def pairs(
    path: Path | None, kind: str = "anchor", right: str = "SEQ HASH as `anchor` prints it"
) -> list[tuple[int, str]]:
    """Numbers and hashes from a file of lines `SEQ HASH`, or of pairs as Python or JSON writes them.

    `kind` and `right` name them in a refusal. Raises Unreadable.
    """
    found = []
    for number, line in enumerate(check.content_of(path, f"one {kind}, SEQ HASH,").splitlines() if path else [], 1):
        if not line.strip():
            continue
        fits = PAIR.fullmatch(line.strip())
        if not fits or int(fits[1]) < 1:
            raise check.Unreadable(f"{path}:{number}: {line!r} is no {kind}; write {right}")
        found.append((int(fits[1]), fits[2]))
    return found


def stored(given: argparse.Namespace) -> int:
    """`show`, `verify`, `anchor` and `erase`."""
    log, gone = opened(given)
    if given.command == "anchor":
        print(*log.head())
        return 0
    if given.command == "show":
        prompts = log.evidence(given.decision)
        for prompt in prompts:
            for shown in prompt:
                print(f"row {shown.seq}  {shown.memory or '(erased)'}: {shown.text or '(erased)'}")
        if not prompts:
            print(f"no read of decision {given.decision!r} is logged; that it was shown nothing does not follow")
        return int(not prompts)
    if given.command == "erase":
        count = log.erase(given.subject, given.why, given.actor)
        if not count:
            print(f"no text of {given.subject!r} is in the store, and its write-ahead log is empty")
            return 1
        print(
            f"{count} texts of {given.subject!r} erased; backups, replicas, vectors and search indexes are not touched"
        )
        return 0
    anchors = pairs(given.anchors)
    found, (last, _) = log.verify(anchors), log.head()
    found += [f"trigger {name} was gone: somebody has made the log changeable; it is back" for name in gone]
    several("faults", found, given.all)
    covered = max((seq for seq, _ in anchors), default=0)
    print(f"{last} rows, {max(last - covered, 0)} after the last anchor: these could be cut off unnoticed")
    if not given.key:
        print("no key: whoever owns the database can edit rows after the last anchor and make their hashes again")
    return int(bool(found))


def main(argv: list[str]) -> int:
    """The lab's own commands; returns the exit status: 0 nothing found, 1 something found, 2 cannot be read."""
    parser = argparse.ArgumentParser(
        "lab memory-versioning-audit", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("check")
    one.add_argument("reads", type=Path)
    one.add_argument("versions", type=Path, nargs="?", help="left out: table version in the SQLite file of the reads")
    one.add_argument(
        "--pairs", type=Path, help="lines SEQ HASH or (SEQ, 'HASH'): what log_prompt returned, kept by somebody else"
    )
    one.add_argument("--anchors", type=Path, help='lines {"id", "hash"}, or ID HASH, kept elsewhere')
    one.add_argument("--requests", type=Path, help="the provider's request ids, one a line")
    one.add_argument("--map", action="append", default=[], metavar="OURS=THEIRS")
    one.add_argument("--all", action="store_true", help="name each decision and request, not ten of a kind")
    for name in ("import", "show", "verify", "anchor", "erase"):
        one = commands.add_parser(name)
        one.add_argument("db", type=Path)
        one.add_argument("--key", type=Path, help="a file with the chain's key, 16 bytes or more")
        if name == "import":
            one.add_argument("versions", type=Path)
            one.add_argument("reads", type=Path, nargs="?")
            one.add_argument("--map", action="append", default=[], metavar="OURS=THEIRS")
        if name == "show":
            one.add_argument("decision")
        if name == "verify":
            one.add_argument("--anchors", type=Path, help="lines SEQ HASH, as `anchor` prints them")
            one.add_argument("--all", action="store_true", help="name each fault, not ten")
        if name == "erase":
            one.add_argument("subject")
            one.add_argument("--why", default="asked for")
            one.add_argument("--actor", default="command line")
    commands.add_parser("measure")
    given = parser.parse_args(argv)
    try:
        if given.command == "measure":
            print(measure.record(datetime.date.today().isoformat()))
            return 0
        if given.command == "check":
            return checked(given)
        return imported(given) if given.command == "import" else stored(given)
    except Unfinished as error:
        print(error, file=sys.stderr)
        return 1
    except (check.Unreadable, Refused, ValueError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: cannot be used ({error.strerror})", file=sys.stderr)
    except sqlite3.Error as error:
        print(f"cannot be used: {error}", file=sys.stderr)
    return 2
