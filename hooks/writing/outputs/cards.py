"""Draws each post's social card and one for other pages; a card is drawn again only when its words change."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from writing.build import PluginError
from writing.outputs.card import draw

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from PIL import Image


def keep_font(files: Files) -> None:
    """Drop the font and its licence from what is published: only the cards need it."""
    for file in [file for file in files if file.src_uri.startswith("assets/card")]:
        files.remove(file)


def drawn(title: str, words: tuple[str, ...], font: Path) -> Image.Image:
    """A card. Raises PluginError if the font's file is none."""
    try:
        return draw(title, *words, font)
    except OSError as error:
        raise PluginError(
            f"assets/card.ttf:1: is no font that can be read ({error}); put a TrueType font there"
        ) from error


def write(config: MkDocsConfig) -> None:
    """Write assets/cards/SLUG.png for every post and site.png; a card drawn before is copied from .cache/cards."""
    font, kept = Path(config.docs_dir, "assets/card.ttf"), Path(config.config_file_path).parent / ".cache" / "cards"
    words = tuple(str(config.extra.get(key) or "") for key in ("eyebrow", "tagline"))
    target = Path(config.site_dir, "assets/cards")
    target.mkdir(parents=True, exist_ok=True)
    style = hashlib.blake2b(Path(__file__).with_name("card.py").read_bytes() + font.read_bytes())
    titles = {"site": " — ".join(part for part in (config.site_name, words[1]) if part)}
    titles |= {str(post.config.slug): post.title for post in config.plugins["material/blog"].blog.posts}
    for name, title in titles.items():
        (key := style.copy()).update(repr((title, words)).encode())
        card = kept / f"{key.hexdigest()[:32]}.png"
        shown = target / f"{name}.png"
        if card.exists():
            shutil.copyfile(card, shown)
            continue
        drawn(title, words, font).save(shown, "PNG", compress_level=3)
        with suppress(OSError):  # a folder that cannot be written only makes the next build slower
            kept.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shown, card.with_suffix(".tmp"))
            card.with_suffix(".tmp").replace(card)
