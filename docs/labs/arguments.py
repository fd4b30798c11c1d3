"""The argument parser of the labs' commands."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """An argument parser that fails in one line, as every other mistake of a reader does."""

    def error(self, message: str) -> NoReturn:
        """Raise ValueError with the message and where help is."""
        raise ValueError(f"{message}; `{self.prog} --help` lists the options")
