"""The content security policy of a page: this site's own files, and the inline scripts of its own templates."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

INLINE = re.compile(r"<script(?: type=\"(?:module|text/javascript)\")?>(.*?)</script>", re.S)
POLICY = (
    "default-src 'none'; script-src 'self'{}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "media-src 'self'; font-src 'self'; frame-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)


@lru_cache(maxsize=256)
def source_hash(script: str) -> str:
    """A script's source expression, as CSP level 2 defines it: SHA-256 over the text between the tags."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def scripts(templates: Path) -> tuple[str, ...]:
    """The inline scripts of the site's own templates, given their folder; these scripts have no variables in them."""
    return tuple(text for path in sorted(templates.glob("*.html")) for text in INLINE.findall(path.read_text("utf-8")))


def meta(allowed: Iterable[str]) -> str:
    """The tag of the policy that allows these inline scripts and no other; it must stand above all that it governs."""
    hashes = dict.fromkeys(source_hash(script) for script in allowed)
    policy = POLICY.format("".join(f" {value}" for value in hashes))
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
