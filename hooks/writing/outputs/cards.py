"""Draws each post's social card and one for other pages; a card is drawn again only when its words change."""

from __future__ import annotations

import hashlib
import logging
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writing.build import PluginError
from writing.outputs.card import draw, drawable, missing, outline

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.hooks.outputs")


def keep_font(files: Files) -> None:
    """Drop the font and its licence from what is published: only the cards need it."""
    for file in [file for file in files if file.src_uri.startswith(("assets/card.", "assets/card-"))]:
        files.remove(file)


def worded(post: Any, font: Path) -> str:
    """What the card of a post says: its title without signs that the font lacks; nothing, and a line, for letters."""
    title = drawable(post.title, font)
    if lost := "" if title else missing(post.title, font):
        first = f"U+{ord(lost[0]):04X} {lost[0]}"
        right = "put a font that has it at docs/assets/card.ttf"
        log.info("%s:2: the cards' font has no %s: the card bears the site's name; %s", post.file.src_uri, first, right)
    return title


def check_font(font: Path) -> None:
    """Raise PluginError if the font's file is none."""
    try:
        outline(font)
    except OSError as error:
        raise PluginError(
            f"assets/card.ttf:1: is no font that can be read ({error}); put a TrueType font there"
        ) from error


def write(config: MkDocsConfig) -> None:
    """Write assets/cards/SLUG.png for every post and site.png; a card drawn before is copied from .cache/cards."""
    font, kept = Path(config.docs_dir, "assets/card.ttf"), Path(config.config_file_path).parent / ".cache" / "cards"
    check_font(font)
    words = tuple(drawable(str(config.extra.get(key) or ""), font) for key in ("eyebrow", "tagline"))
    target = Path(config.site_dir, "assets/cards")
    target.mkdir(parents=True, exist_ok=True)
    style = hashlib.blake2b(Path(__file__).with_name("card.py").read_bytes() + font.read_bytes())
    site = " — ".join(part for part in (drawable(config.site_name, font), words[1]) if part)
    posts = config.plugins["material/blog"].blog.posts
    titles = {"site": site} | {str(post.config.slug): worded(post, font) or site for post in posts}
    for name, title in titles.items():
        (key := style.copy()).update(repr((title, words)).encode())
        card = kept / f"{key.hexdigest()[:32]}.png"
        shown = target / f"{name}.png"
        if card.exists():
            shutil.copyfile(card, shown)
            continue
        draw(title, *words, font).save(shown, "PNG", compress_level=3)
        with suppress(OSError):  # a folder that cannot be written only makes the next build slower
            kept.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shown, card.with_suffix(".tmp"))
            card.with_suffix(".tmp").replace(card)
