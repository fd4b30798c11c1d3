"""Fixtures that build the site once a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import ROOT, built, made

MACHINERY = ("test_remember", "test_search_entries", "test_bad_input")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what no edit of prose can break: labs, publishing, and the machinery around a page."""
    for item in items:
        path = item.path.relative_to(ROOT / "tests")
        real = path.stem == "test_every_page" or "real_site" in item.fixturenames
        if path.parts[0] in ("labs", "publish") or path.stem in MACHINERY or (path.parts[0] == "browser" and not real):
            item.add_marker("slow")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, built once."""
    return built(ROOT, tmp_path_factory.mktemp("real") / "site")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made site, built once."""
    folder = tmp_path_factory.mktemp("small")
    return built(made(folder / "repository"), folder / "site")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the repository with the made posts, to change at will."""
    return made(tmp_path / "repository")
