"""Makes .venv work again where a clone has been moved or copied: `python -I hooks/writing/moved.py`.

Make calls it first. The scripts in .venv/bin and the path to the labs name the folder that they were made in. It needs
nothing but Python.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

NAMED = re.compile(rb"(?:^#!|exec' \"?)(/[^\"\n]*?)/bin/python")


def named(venv: Path) -> Path | None:
    """The folder that the scripts of a virtual environment name; None if it has none yet."""
    for script in (*sorted(venv.glob("bin/pip*")), venv / "bin/mkdocs"):
        if script.is_file() and (found := NAMED.search(script.read_bytes()[:500])):
            return Path(os.fsdecode(found[1]))
    return None


def mended(venv: Path) -> int:
    """Write the folder that a virtual environment is in wherever another one stands; how many files that changed.

    It may be reached by a link, as one that two clones share is: its folder is then that of neither link.
    """
    venv = venv.resolve()
    old, changed = named(venv), 0
    if old is None or old.resolve() == venv:
        return 0
    paths = [*venv.glob("bin/*"), venv / "pyvenv.cfg", *venv.glob("lib/*/site-packages/*.pth")]
    for path in paths:
        if path.is_symlink() or not path.is_file() or b"\0" in (content := path.read_bytes())[:1000]:
            continue
        new = content.replace(os.fsencode(old), os.fsencode(venv))
        new = new.replace(os.fsencode(old.parent) + b"/", os.fsencode(venv.parent) + b"/")
        if new != content:
            path.write_bytes(new)
            changed += 1
    return changed


if __name__ == "__main__":
    try:
        if count := mended(Path.cwd() / ".venv"):
            print(f"this clone has moved or is a copy: {count} files of .venv name its new folder now", file=sys.stderr)
    except OSError as error:
        sys.exit(f"this clone has moved, and .venv cannot be mended ({error}): rm -rf .venv, then again")
