"""A lab of its own for the tests: the made one, where it can be changed."""

from __future__ import annotations

import sys
from pathlib import Path

import labs
import pytest
from labs import __main__ as command
from labs import record
from support import MADE, copytree


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of labs that has only coin_toss; the command works there."""
    copytree(MADE, tmp_path / "docs")
    folder = tmp_path / "docs" / "labs"
    monkeypatch.setattr(labs, "__path__", [*labs.__path__, str(folder)])
    monkeypatch.setattr(record, "LABS", folder)
    monkeypatch.setattr(command, "FIGURES", tmp_path / "docs" / "figures")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delitem(sys.modules, "labs.coin_toss", raising=False)
    yield folder / "coin_toss"
    sys.modules.pop("labs.coin_toss", None)
