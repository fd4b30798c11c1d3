"""A persistent memory from "all that goes into a step" to "what came out"."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

log = logging.getLogger("mkdocs.hooks.remember")


def plain(part: Any) -> str:
    """What JSON lacks, as a text that the next process gives too: a function has its name, not its place in memory."""
    if isinstance(part, partial):
        return f"{plain(part.func)}{part.args}{sorted(part.keywords.items())}"
    return getattr(part, "__qualname__", None) or str(part)


def digest(*parts: Any) -> str:
    """One key for texts, byte strings and JSON-like parts, each with its length; what JSON lacks counts as `plain`."""
    texts = (part if isinstance(part, str | bytes) else json.dumps(part, default=plain) for part in parts)
    data = [text if isinstance(text, bytes) else text.encode() for text in texts]
    return hashlib.blake2b(b"".join(b"%d:%b" % (len(text), text) for text in data), digest_size=20).hexdigest()


class Memory:
    """One SQLite file in .cache/; `recall(key, make)` is `make()`, made once for each key.

    A file that is damaged, or one of whose rows is, is thrown away with a line of notice. One that cannot
    be opened, or is in use by another build, is left alone. In both cases the build is only slower.
    """

    def __init__(self, path: Path, settings: str) -> None:
        self.path, self.settings, self.used, self.new = path, settings, set[str](), dict[str, Any]()
        self.rows: sqlite3.Connection | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.rows = sqlite3.connect(self.path, timeout=1, isolation_level=None, check_same_thread=False)
            self.rows.execute("CREATE TABLE IF NOT EXISTS steps (key TEXT PRIMARY KEY, sum TEXT, value TEXT)")
        except (sqlite3.OperationalError, OSError):
            self.rows = None
        except sqlite3.DatabaseError:
            self.forget()

    def forget(self) -> None:
        """Throw the file away and go on without one; the next build makes it again."""
        log.info("%s is damaged; it is thrown away, and this build makes everything anew", self.path.name)
        self.rows = self.rows and self.rows.close()
        self.path.unlink(missing_ok=True)

    def recall(self, kind: str, parts: list[Any], make: Callable[[], Any], good: Callable[[Any], bool] = bool) -> Any:
        """What `make()` gave for these parts before, if it is still `good`; else `make()`. Values are JSON-like."""
        key = digest(kind, self.settings, *parts)
        self.used.add(key)
        try:
            row = self.rows and self.rows.execute("SELECT sum, value FROM steps WHERE key = ?", [key]).fetchone()
            if row and row[0] != digest(row[1].encode()):
                raise sqlite3.DatabaseError
        except sqlite3.OperationalError:
            row = None
        except (sqlite3.DatabaseError, AttributeError, UnicodeError):
            row = self.forget()
        if row and good(value := json.loads(row[1])):
            return value
        self.new[key] = value = make()
        return value

    def relieve(self) -> None:
        """Write what is new once it is a hundred values, or a cold build of many posts would hold the site twice."""
        if len(self.new) > 99:
            self.keep(last=False)

    def keep(self, last: bool = True) -> None:
        """Write what is new in one transaction; at last, drop what is unused if that is most of the file, and close."""
        rows = [(key, digest(text.encode()), text) for key, value in self.new.items() if (text := json.dumps(value))]
        try:
            if self.rows and rows:
                self.rows.execute("BEGIN IMMEDIATE")
                self.rows.executemany("INSERT OR REPLACE INTO steps VALUES (?, ?, ?)", rows)
                known = {key for (key,) in self.rows.execute("SELECT key FROM steps")}
                if last and len(known) > 3 * len(self.used) + 100:
                    self.rows.executemany("DELETE FROM steps WHERE key = ?", [[key] for key in known - self.used])
                self.rows.execute("COMMIT")
        except sqlite3.Error as error:
            log.info("%s is not written (%s); the next build is only slower", self.path.name, error)
            last = True
        self.new.clear()
        self.rows = self.rows.close() if last and self.rows else self.rows
