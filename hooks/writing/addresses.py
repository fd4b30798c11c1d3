"""The addresses of site, repository and editor, for every command: what mkdocs.yml sets, the environment, git's remote.

`python -I hooks/writing/addresses.py` prints the site's for make; it needs nothing but Python.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

UNKNOWN = "http://127.0.0.1:8000/"  # what links lead to where no address is known; never published
SCP = re.compile(r"(?:[^@/\s]+@)?([^:/@\s]+\.[^:/@\s]+):(?!//)/?(.+)")
DOMAIN = re.compile(r"(?:[^\W_](?:[^\W_]|-)*\.)+[^\W_](?:[^\W_]|-)+")
EDITORS = {"github.com": "edit/{}/", "gitlab.com": "-/edit/{}/", "codeberg.org": "_edit/{}/"}


class Addresses(NamedTuple):
    """Where the site is read, its source lies, and a page of it is edited (below the source).

    Given as None it is not set; an empty repository or editor is set, to none. Found, it is empty if not known.
    """

    site: str | None
    repository: str | None
    edit: str | None


@lru_cache(maxsize=64)  # `mkdocs serve` asks at each save
def git(root: Path, *arguments: str) -> str:
    """What git says in a folder; empty if it says no, or is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, errors="replace")
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def web(remote: str) -> str:
    """A remote's address for a browser, `https://host/owner/name`; empty for a folder, or a host without a dot."""
    parts = urlsplit(remote)
    if parts.scheme in ("https", "http", "ssh", "git", "git+ssh", "ssh+git") and parts.hostname:
        host, path = parts.hostname, parts.path
        if parts.scheme in ("https", "http") and parts.port:
            host = f"{host}:{parts.port}"
    elif found := SCP.fullmatch(remote):
        host, path = found.groups()
    else:
        return ""
    host = re.sub(r"^(?:www|ssh)\.(?=github\.com$)|(?<=^github\.com)-[\w.-]+$", "", host.lower())  # -work: ssh's alias
    path = path.strip("/").removesuffix(".git").strip("/")
    return f"https://{host}/{path}" if path and "." in host else ""


def pages(repository: str) -> str:
    """Where GitHub publishes the branch gh-pages of a repository; empty for another host."""
    parts = urlsplit(repository)
    owner, _, name = parts.path.strip("/").partition("/")
    if parts.netloc != "github.com" or not name or "/" in name:
        return ""
    home = f"{owner.lower()}.github.io"
    return f"https://{home}/" if name.lower() == home else f"https://{home}/{name}/"


def own_domain(docs: Path) -> str:
    """The custom domain of docs/CNAME; empty if there is none. Raises ValueError in a line if it is not just a name."""
    try:
        name = (docs / "CNAME").read_bytes().decode("utf-8", "replace").strip()
    except OSError:
        return ""
    if name and not DOMAIN.fullmatch(name):
        raise ValueError("CNAME:1: is not just the name of a domain; write one alone, as UTF-8: blog.example.org")
    return name


def domain(root: Path, docs: Path, remote: str = "origin", branch: str = "gh-pages") -> str:
    """The custom domain, as docs/CNAME or else the published branch has it; empty if there is none."""
    published = git(root, "show", f"refs/remotes/{remote}/{branch}:CNAME")
    return own_domain(docs) or (published if DOMAIN.fullmatch(published) else "")


def branch(root: Path, remote: str = "origin") -> str:
    """The branch that a reader edits: the remote's own, else the one at hand, else main."""
    own = git(root, "symbolic-ref", "--short", f"refs/remotes/{remote}/HEAD").removeprefix(f"{remote}/")
    return own or git(root, "symbolic-ref", "--short", "HEAD") or "main"


def addresses(
    root: Path, docs: Path, given: Addresses, remote: str = "origin", published: str = "gh-pages"
) -> Addresses:
    """All three; what is not `given` (by mkdocs.yml) is taken from the environment, and else from the git remote.

    Raises ValueError as `own_domain`, whether the domain is needed or not: it is published as it is.
    """
    own_domain(docs)
    environment = map(os.environ.get, ("SITE_URL", "REPO_URL", "EDIT_URI"))
    site, repository, edit = (other if own is None else own for own, other in zip(given, environment, strict=True))
    origin = web(git(root, "remote", "get-url", remote))
    repository = origin if repository is None else repository.strip()
    if not (site or "").strip():
        name = domain(root, docs, remote, published)
        site = f"https://{name}/" if name else pages(repository or origin)
    editor = EDITORS.get(urlsplit(repository).netloc) if docs.is_relative_to(root) else None
    if edit is None and editor:
        folder = quote(git(root, "rev-parse", "--show-prefix") + docs.relative_to(root).as_posix())
        edit = f"{editor.format(quote(branch(root, remote)))}{folder}/"
    return Addresses(site.rstrip("/") + "/" if site else "", repository.rstrip("/"), edit or "")


if __name__ == "__main__":
    here = Path.cwd()
    sys.stdout.write(addresses(here, here / "docs", Addresses(None, None, None)).site)
