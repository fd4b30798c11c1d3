"""What keeps `mkdocs gh-deploy` from publishing, in one line and before anything is built; the addresses of a build."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CalledProcessError
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException, PluginError

from writing.addresses import UNKNOWN, Addresses, addresses, domain, git
from writing.build import process
from writing.patches import given
from writing.taken_away import gone

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mkdocs.hooks.publishing")
warned = logging.getLogger(
    "writing.publishing"
)  # goes to the terminal, and is not counted by --strict, which would stop
ADDRESS = (
    "The site's address is not known, so every canonical link and feed would lead to {}. Write it into mkdocs.yml "
    "(`site_url: https://you.example/`), or the domain into docs/CNAME, or name it here: SITE_URL=https://you.example/ "
    "mkdocs gh-deploy. From a remote on GitHub it is taken by itself; {}"
)
NO_GIT = "{} is not in a git repository, so there is nothing to publish from: clone the repository, or `git init` here"
ELSEWHERE = "`mkdocs gh-deploy` pushes the repository that it is called in; cd {} first"
REFUSED = (
    "Failed to deploy: the remote did not take the push (its reason stands above); nothing was published. "
    "If it has moved on: git fetch {0} +{1}:refs/remotes/{0}/{1}, then publish again."
)
SILENT = "the remote {} does not answer ({}); mend its address with git remote set-url, or the connection"
MOVED_ON = "{1} on {0} has what this clone has not fetched: git fetch {0} +{1}:refs/remotes/{0}/{1}, then publish again"
DIRTY = (
    "--dirty would make feeds, lists and search without the pages that it skips; every build remembers: leave it out"
)
NO_REMOTE = "there is no remote {0} to publish to; `git remote -v` names those there are"
NAMES = {"github.com": "GitHub", "gitlab.com": "GitLab", "bitbucket.org": "Bitbucket"}
LOCAL = ("127.0.0.1", "localhost", "0.0.0.0", "::1", None)


class EditTemplate(str):
    """The place of a page's source for its editor, as MkDocs asks a template for it."""

    def format(self, path: str, path_noext: str) -> str:
        """The address below the repository's, each part quoted."""
        return f"{self}{quote(path)}"


def begin(command: str, dirty: bool) -> None:
    """Note the command; give every build of a commit the same dates, as make would.

    Raises PluginError for a build of some pages: feeds, lists and search are made of all.
    """
    process.command = command
    if dirty and not process.serving:
        raise PluginError(DIRTY)
    time = os.environ.pop("SOURCE_DATE_EPOCH", "") or git(Path.cwd(), "log", "-1", "--format=%ct")
    if time and not time.isdecimal():
        raise PluginError(f"SOURCE_DATE_EPOCH is {time!r}; give it seconds since 1970, or take it out")
    if time:
        os.environ["SOURCE_DATE_EPOCH"] = time


def use_addresses(config: MkDocsConfig) -> None:
    """Fill in the addresses that mkdocs.yml does not set. Raises PluginError if `gh-deploy` could not publish."""
    root, docs = Path(config.config_file_path).parent.resolve(), Path(config.docs_dir).resolve()
    if process.command == "gh-deploy":
        refuse_elsewhere(root)
        fetch_published(root, config)
        for said in gone(root, docs, config):
            warned.warning("WARNING -  %s", said)
    said = {key: value for part in given(config) for key, value in part.items()}  # MkDocs guesses edit_uri
    set_here = Addresses(config.site_url or None, said.get("repo_url"), said.get("edit_uri"))
    try:
        found = addresses(root, docs, set_here, config.remote_name, config.remote_branch)
    except ValueError as error:
        raise PluginError(str(error)) from error
    known = urlsplit(found.site).hostname not in LOCAL
    if process.command == "gh-deploy" and not known:
        remote = git(root, "remote", "get-url", config.remote_name)
        where = f"{config.remote_name} is {remote}" if remote else f"there is no remote {config.remote_name}"
        raise PluginError(ADDRESS.format(found.site or UNKNOWN, where))
    if not found.site and not process.serving:
        log.info("no address is known for this site: its links lead to %s", UNKNOWN)
    config.site_url, config.repo_url, config.edit_uri = found.site or UNKNOWN, found.repository, found.edit or None
    if found.edit and not config.edit_uri_template:  # a name with # or ? is quoted, which MkDocs leaves to a template
        config.edit_uri_template = EditTemplate(found.edit)
    host = urlsplit(config.repo_url).hostname or ""
    config.repo_name = config.repo_name or NAMES.get(host, host.partition(".")[0].title())


def forget(config: MkDocsConfig) -> None:
    """Empty `.cache` before what is published is built: what another build left there is not trusted."""
    if process.command == "gh-deploy":
        shutil.rmtree(Path(config.config_file_path).parent / ".cache", ignore_errors=True)


def ready(file: Path) -> int:
    """Say where `gh-deploy` would publish, before any check; 1 and a line if it could not."""
    process.command, root = "gh-deploy", file.resolve().parent
    os.chdir(root)  # where make is called
    try:
        config = load_config(str(file.resolve() if file.is_absolute() else root / file.name))
        use_addresses(config)
        remote, branch = config.remote_name, config.remote_branch
        asked = ["git", "ls-remote", remote, f"refs/heads/{branch}"]
        answer = subprocess.run(asked, cwd=root, capture_output=True, text=True, errors="replace")
        if answer.returncode:
            raise PluginError(SILENT.format(remote, (answer.stderr.strip().splitlines() or ["no reason given"])[-1]))
        there = answer.stdout.partition("\t")[0]
        if there and there != git(root, "rev-parse", "--verify", "-q", f"refs/remotes/{remote}/{branch}"):
            raise PluginError(MOVED_ON.format(remote, branch))
    except (MkDocsException, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    changed = len(git(root, "status", "--porcelain").splitlines())
    note = f"; what is not committed ({changed} files) is published, too" if changed else ""
    for said in gone(root, Path(config.docs_dir), config):
        print(said)
    print(f"This publishes {config.site_url} to the branch {branch} of {remote}{note}.")
    return 0


def refuse_elsewhere(root: Path) -> None:
    """Raise PluginError unless this is called in the repository of the site: MkDocs pushes the one it is called in."""
    if not (own := git(root, "rev-parse", "--show-toplevel")):
        raise PluginError(NO_GIT.format(root))
    if git(Path.cwd(), "rev-parse", "--show-toplevel") != own:
        raise PluginError(ELSEWHERE.format(root))


def fetch_published(root: Path, config: MkDocsConfig) -> None:
    """Fetch the published branch where a clone has none: one of a single branch, or a shallow one.

    One that is there is left as it is, so that nobody overwrites what they have not fetched.
    """
    remote, branch = config.remote_name, config.remote_branch
    sys.excepthook = in_one_line
    in_one_line.told = REFUSED.format(remote, branch)
    if not git(root, "remote", "get-url", remote) and not {"/", ":"} & {*remote}:
        raise PluginError(NO_REMOTE.format(remote))
    there = f"refs/remotes/{remote}/{branch}"
    if not git(root, "rev-parse", "--verify", "-q", there):
        git.cache_clear()
        command = ["git", "fetch", "-q", "--no-tags", remote, f"+refs/heads/{branch}:{there}"]
        subprocess.run(command, cwd=root, capture_output=True, check=False)  # there is none before the first time
        git.cache_clear()


def in_one_line(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what a failed push means; leave every other error to Python."""
    if isinstance(error, CalledProcessError) and "push" in error.cmd:
        print(in_one_line.told, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


def keep_domain(config: MkDocsConfig) -> None:
    """Keep the domain that GitHub's settings wrote to the published branch, where docs/CNAME does not say it."""
    path = Path(config.site_dir, "CNAME")
    if process.command == "gh-deploy" and not path.exists():
        root = Path(config.config_file_path).parent
        if name := domain(root, Path(config.docs_dir), config.remote_name, config.remote_branch):
            path.write_text(f"{name}\n", encoding="utf-8")
