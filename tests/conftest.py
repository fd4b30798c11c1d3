"""Fixtures that build the site once a run, whatever the number of workers; what a test needs decides its marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import ROOT, built, copytree, made, once

MACHINERY = ("test_remember", "test_search_entries", "test_bad_input", "test_lines")
BUILDS = {
    "site",
    "small",
    "both",
    "remembered",
    "repository",
    "place",
    "by_zensical",
}  # the fixtures that build, or are there to be built
TOGETHER = {"pages": "pages", "small_pages": "pages", "both": "pages"}  # what is parsed or made once a session
TOGETHER |= {name: name for name in ("rendered", "killed", "real", "by_zensical")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what no edit of prose can break, as unit what neither builds nor opens a browser.

    Tests that read what is parsed or made once a session go to one worker.
    """
    for item in items:
        path, needs = item.path.relative_to(ROOT / "tests"), set(item.fixturenames)
        real = path.stem == "test_every_page" or "real_site" in needs
        if path.parts[0] in ("hooks", "site") and not needs & BUILDS and not item.get_closest_marker("slow"):
            item.add_marker("unit")
        if path.parts[0] in ("labs", "publish") or path.stem in MACHINERY or (path.parts[0] == "browser" and not real):
            item.add_marker("slow")
        for group in {TOGETHER[fixture] for fixture in needs & TOGETHER.keys()}:
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, built once."""
    return once(tmp_path_factory, "real", lambda folder: built(ROOT, folder))


@pytest.fixture(scope="session")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the made posts, `repository`, and what it builds, `site`; not to be changed."""
    return once(tmp_path_factory, "small", lambda folder: built(made(folder / "repository"), folder / "site"))


@pytest.fixture(scope="session")
def small(remembered: Path) -> Path:
    """The made site, built once."""
    return remembered / "site"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the repository with the made posts, to change at will."""
    return made(tmp_path / "repository")


@pytest.fixture
def built_before(remembered: Path, tmp_path: Path) -> Path:
    """The same with the memory of a build in it."""
    copytree(remembered / "repository", tmp_path / "repository")
    return tmp_path / "repository"
