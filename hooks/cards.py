"""Draws each post's social card, 1200 by 630, from the font in docs/assets; drawn again only when its words change."""

from __future__ import annotations

import hashlib
import shutil
import textwrap
from pathlib import Path

from material.plugins.blog.structure import Post
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from PIL import Image, ImageDraw, ImageFont

SIZE, MARGIN = (1200, 630), 90
PAPER, INK, DIM, ACCENT = "#14171a", "#e3e8ee", "#9aa3ad", "#6cb0ff"


def fitted(title: str, font: Path) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The title in at most five lines that fit the card's width, and the largest font that lets them."""
    for size in range(76, 30, -4):
        face = ImageFont.truetype(font, size)
        lines = textwrap.wrap(title, int((SIZE[0] - 2 * MARGIN) / face.getlength("n") * 1.05))
        if len(lines) * size * 1.2 <= 350 and max(map(face.getlength, lines)) <= SIZE[0] - 2 * MARGIN:
            break
    return lines, face


def draw(title: str, eyebrow: str, tagline: str, font: Path) -> Image.Image:
    """A card: the eyebrow, the title, the tagline. Sixteen shades are enough for smooth letters and few bytes."""
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    lines, face = fitted(title, font)
    pen.text((MARGIN, 80), eyebrow, ACCENT, ImageFont.truetype(font, 32))
    pen.multiline_text((MARGIN, 150), "\n".join(lines), INK, face, spacing=face.size * 0.18)
    pen.text((MARGIN, SIZE[1] - 110), tagline, DIM, ImageFont.truetype(font, 32))
    return card.quantize(24)


def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Keep the font to the build."""
    for file in [file for file in files if file.src_uri.startswith("assets/card")]:
        files.remove(file)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write assets/cards/SLUG.png for every post."""
    font, kept = Path(config.docs_dir, "assets/card.ttf"), Path(config.config_file_path).parent / ".cache" / "cards"
    kept.mkdir(parents=True, exist_ok=True)
    words = config.extra["eyebrow"], config.extra["tagline"]
    for post in config.plugins["material/blog"].blog.posts:
        assert isinstance(post, Post)
        key = hashlib.blake2b(repr((post.title, words, Path(__file__).read_bytes())).encode(), digest_size=16)
        card = kept / f"{key.hexdigest()}.png"
        if not card.exists():
            draw(post.title, *words, font).save(card.with_suffix(".tmp"), "PNG", optimize=True)
            card.with_suffix(".tmp").replace(card)
        target = Path(config.site_dir, "assets/cards", f"{post.config.slug}.png")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(card, target)
