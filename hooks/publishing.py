"""`mkdocs gh-deploy` says in one line what keeps it from publishing."""

from __future__ import annotations

from writing import deploying


def on_startup(*, command: str, dirty: bool) -> None:
    """Stop before anything is built if the site's address is not known."""
    deploying.refuse_unknown_address(command)
