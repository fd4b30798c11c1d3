"""The content security policy of a page: this site's own files, and the inline scripts that are really there."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

INLINE = re.compile(r"<script(?: type=\"(?:module|text/javascript)\")?>(.*?)</script>", re.S)
POLICY = (
    "default-src 'none'; script-src 'self'{}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)


@lru_cache(maxsize=256)
def source_hash(script: str) -> str:
    """A script's source expression, as CSP level 2 defines it: SHA-256 over the text between the tags."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def scripts(html: str) -> list[str]:
    """The text of every inline script, in order; a script of another type, as ld+json, is data and not run."""
    return INLINE.findall(html)


def meta(allowed: Iterable[str]) -> str:
    """The tag of the policy that allows these inline scripts and no other; it must stand above all that it governs."""
    hashes = dict.fromkeys(source_hash(script) for script in allowed)
    policy = POLICY.format("".join(f" {value}" for value in hashes))
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
