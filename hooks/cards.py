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
PAPER, INK, DIM, ACCENT = (20, 23, 26), (227, 232, 238), (154, 163, 173), (108, 176, 255)


def fitted(title: str, font: Path) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The title in at most five lines that fit the card's width, and the largest font that lets them."""
    for size in range(76, 30, -4):
        face = ImageFont.truetype(font, size)
        lines = textwrap.wrap(title, int((SIZE[0] - 2 * MARGIN) / face.getlength("n") * 1.05))
        if len(lines) * size * 1.2 <= 350 and max(map(face.getlength, lines)) <= SIZE[0] - 2 * MARGIN:
            break
    return lines, face


def draw(title: str, eyebrow: str, tagline: str, font: Path) -> Image.Image:
    """A card: the eyebrow, the title, the tagline, each in sixteen shades of its own colour."""
    lines, face = fitted(title, font)
    small = ImageFont.truetype(font, 32)
    card, palette = Image.new("P", SIZE), []
    texts = [(0, 80, eyebrow, small, ACCENT), (140, 150, "\n".join(lines), face, INK), (510, 520, tagline, small, DIM)]
    for number, (top, y, text, letters, colour) in enumerate(texts):
        band = Image.new("L", (SIZE[0], SIZE[1] - top))
        ImageDraw.Draw(band).multiline_text((MARGIN, y - top), text, 255, letters, spacing=face.size * 0.18)
        card.paste(band.point(lambda shade, first=16 * number: first + shade // 16), (0, top))
        palette += [round(p + (c - p) * i / 15) for i in range(16) for p, c in zip(PAPER, colour, strict=True)]
    card.putpalette(palette)
    return card


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
            draw(post.title, *words, font).save(card.with_suffix(".tmp"), "PNG")
            card.with_suffix(".tmp").replace(card)
        target = Path(config.site_dir, "assets/cards", f"{post.config.slug}.png")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(card, target)
