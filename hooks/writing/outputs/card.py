"""Draws one social card from a font file."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # most builds draw no card, so those that do import it as they begin to
    from PIL import Image, ImageFont

SIZE, MARGIN = (1200, 630), 90
PAPER, COLOURS = (20, 23, 26), ((108, 176, 255), (154, 163, 173), (227, 232, 238))  # accent, dim, ink


def outline(font: Path) -> Callable[[str], bytes]:
    """A function that gives the picture of a character in a font, which is known by its outline."""
    return _outline(font, font.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _outline(font: Path, state: int) -> Callable[[str], bytes]:
    from PIL import ImageFont

    face = ImageFont.truetype(font, 24)
    return lru_cache(maxsize=4096)(lambda c: bytes(face.getmask(c)) + repr(face.getbbox(c)).encode())


def missing(text: str, font: Path) -> str:
    """The characters of a text that a font has no picture of: each has the one of a character that no font has."""
    shape = outline(font)
    unknown = shape("\U0010ffff")
    seen = (c for c in dict.fromkeys(text) if unicodedata.category(c)[0] in "LNPS")
    return "".join(c for c in seen if shape(c) == unknown)


def drawable(text: str, font: Path) -> str:
    """A text without the signs that a font has no picture of; empty if it lacks a letter or a digit, or all is gone."""
    lost = missing(text, font)
    if any(unicodedata.category(c)[0] in "LN" for c in lost):
        return ""
    kept = (c for c in text if c not in lost and not (lost and unicodedata.category(c) in ("Cf", "Mn", "Me")))
    return " ".join("".join(kept).split())


def fitted(title: str, font: Path) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The title in at most five lines that fit the card's width, and the largest font that lets them."""
    from PIL import ImageFont

    room, height = SIZE[0] - 2 * MARGIN, 350
    for size in range(76, 24, -4):
        face = ImageFont.truetype(font, size)
        widths = (face.getlength("n") / 1.05, face.getlength(title) / len(title), max(map(face.getlength, title)))
        for width in widths:
            lines = textwrap.wrap(title, int(room / width))
            if len(lines) * size * 1.2 <= height and max(map(face.getlength, lines)) <= room:
                return lines, face
    return [*lines[: int(height / size / 1.2) - 1], "…"], face


def write(card: Image.Image, number: int, place: tuple[int, int], text: str, face: ImageFont.FreeTypeFont) -> None:
    """Write lines on a card, at `place`, in sixteen shades of the colour with this number."""
    from PIL import Image, ImageDraw

    box = ImageDraw.Draw(card).multiline_textbbox((0, 0), text, face, spacing=face.size * 0.18)
    band = Image.new("L", (SIZE[0] - place[0], int(box[3]) + 1))
    ImageDraw.Draw(band).multiline_text((0, 0), text, 255, face, spacing=face.size * 0.18)
    card.paste(band.point([16 * number + shade // 16 for shade in range(256)]), place)


@lru_cache(maxsize=1)
def blank(eyebrow: str, tagline: str, font: Path) -> Image.Image:
    """A card with the palette of all cards, the eyebrow and the tagline, drawn once."""
    from PIL import Image, ImageFont

    card, small = Image.new("P", SIZE), ImageFont.truetype(font, 32)
    shades = (
        (p + (c - p) * i / 15 for p, c in zip(PAPER, colour, strict=True)) for colour in COLOURS for i in range(16)
    )
    card.putpalette([round(part) for shade in shades for part in shade])
    write(card, 0, (MARGIN, 80), eyebrow, small)
    write(card, 1, (MARGIN, 520), tagline, small)
    return card


def draw(title: str, eyebrow: str, tagline: str, font: Path) -> Image.Image:
    """A card: the eyebrow, the title, the tagline."""
    card, (lines, face) = blank(eyebrow, tagline, font).copy(), fitted(title, font)
    write(card, 2, (MARGIN, 150), "\n".join(lines), face)
    return card
