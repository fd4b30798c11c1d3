"""Fixtures that build the site once a session; `--fix` rewrites quoted numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import ROOT, built, made


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fix", action="store_true", help="rewrite quoted numbers as the labs recorded them")


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
