"""Gives each page a content security policy: this site's own files, and the inline scripts that are really there."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

INLINE = re.compile(r"<script(?: type=\"(?:module|text/javascript)\")?>(.*?)</script>", re.S)
CHARSET = '<meta charset="utf-8">'
POLICY = (
    "default-src 'none'; script-src 'self'{}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)


serving = False


@lru_cache(maxsize=256)
def source_hash(script: str) -> str:
    """A script's source expression, as CSP level 2 defines it: SHA-256 over the text between the tags."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def protected(html: str) -> str:
    """The page with the policy that allows its inline scripts and no other, before anything that it governs."""
    hashes = dict.fromkeys(source_hash(script) for script in INLINE.findall(html))
    policy = POLICY.format("".join(f" {value}" for value in hashes))
    return html.replace(CHARSET, f'{CHARSET}<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def on_startup(*, command: str, dirty: bool) -> None:
    """`mkdocs serve` adds a script of its own to every page as it is sent, so there the policy stays out."""
    global serving
    serving = command == "serve"


@event_priority(-100)
def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str | None:
    """Protect a page."""
    return None if serving else protected(output)


@event_priority(-100)
def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
    """Protect 404.html."""
    return protected(output) if template_name == "404.html" and not serving else None
