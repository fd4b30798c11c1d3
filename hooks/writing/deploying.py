"""What keeps `mkdocs gh-deploy` from publishing, in one line: an unknown address, or a remote that refuses."""

from __future__ import annotations

import os
import sys
from subprocess import CalledProcessError
from types import TracebackType
from urllib.parse import urlsplit

from mkdocs.exceptions import ConfigurationError

ADDRESS = (
    "SITE_URL is not known, so every canonical link and feed would lead to {}. "
    "Run `make publish`, which takes it from the git remote, or: SITE_URL=https://you.example/ mkdocs gh-deploy"
)
REFUSED = (
    "Failed to deploy: the remote did not take the push (its reason stands above); nothing was published. "
    "If it has moved on: git fetch, then publish again."
)


def in_one_line(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what a failed push means; leave every other error to Python."""
    if isinstance(error, CalledProcessError) and "push" in error.cmd:
        print(REFUSED, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


def refuse_unknown_address(command: str) -> None:
    """Stop `mkdocs gh-deploy` before it builds if the address is the default one."""
    if command != "gh-deploy":
        return
    sys.excepthook = in_one_line
    address = os.environ.get("SITE_URL", "http://127.0.0.1:8000/")
    if urlsplit(address).hostname in ("127.0.0.1", "localhost", None):
        raise ConfigurationError(ADDRESS.format(address))
