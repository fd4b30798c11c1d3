"""What README, CONTRIBUTING and the locks say is so."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml
from support import ROOT

PAPERS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z]+):.*##", MAKEFILE, re.M)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


def normal(name: str) -> str:
    """A package's name as the index compares it, without version and extras."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;@]", name.strip(), maxsplit=1)[0]).lower()


def wanted() -> set[str]:
    """Every package that pyproject.toml names."""
    groups = [line for group in PROJECT["dependency-groups"].values() for line in group if isinstance(line, str)]
    return {normal(line) for line in (*PROJECT["project"]["dependencies"], *groups)}


def test_every_target_is_documented_in_the_makefile_and_named_in_the_readme():
    declared = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[1].split())
    assert declared == set(TARGETS)
    assert [target for target in TARGETS if f"make {target}" not in PAPERS["README.md"]] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_every_target_that_is_named_exists(paper):
    named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", PAPERS[paper]))
    assert named
    assert named - set(TARGETS) == set()


@pytest.mark.parametrize("paper", PAPERS)
def test_every_file_that_is_linked_exists(paper):
    prose = re.sub(r"^```.*?^```$", "", PAPERS[paper], flags=re.M | re.S)
    links = re.findall(r"\]\((?![a-z]+:|#)([^)#]+)", prose)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_hook_is_named_for_authors():
    hooks = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", ""))["hooks"]
    assert [hook for hook in hooks if f"`{hook.removeprefix('hooks/')}`" not in PAPERS["CONTRIBUTING.md"]] == []


def test_the_readme_says_of_every_package_why_it_is_here_and_names_no_other():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]*\|$", PAPERS["README.md"].split("## Dependencies")[1], re.M)
    named = {normal(name) for names, why in rows[2:] for name in names.replace("`", "").split(",") if why.strip()}
    assert wanted() - named == set()
    locked = "".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    assert {name for name in named if not re.search(rf"^{re.escape(name)}==", locked, re.M)} == set()


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_exact_and_has_hashes(name):
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    packages = [line for line in lines if line.strip() and not line.startswith("#")]
    assert packages
    pattern = re.compile(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==[\w.!+]+( ; [^-]*?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+")
    assert [line[:80] for line in packages if not pattern.fullmatch(line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted|@ |^-[a-z] ", text, re.M) == []


def test_the_site_is_installed_from_a_part_of_everything_and_every_package_is_locked():
    def packages(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.M))

    assert packages("requirements.txt") < packages("requirements-dev.txt")
    assert wanted() - {normal(line) for name in LOCKS for line in packages(name)} == set()
