"""Pictures: covers, made or checked, and those of chapters, made to fit; the only home of Pillow."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from PIL import ImageDraw, ImageFont

SIZE = 3000
"""Pixels of either side of a cover that is made (Apple: 1400 to 3000)."""
SMALLEST, LARGEST = 1400, 3000
"""Pixels of either side (Apple, podcast artwork)."""
SMALL = 600
"""Pixels of either side of a cover on pages: sharp at 300 on the screen of a phone."""
_VERSION = 1
"""Of the drawing: raise it when the same title is drawn otherwise."""
_MARGIN = 210
_TITLE_TOP, _TITLE_BOTTOM = 240, 1730
_AUTHOR_SIZE = 120
_BARS_MIDDLE, _BARS_HEIGHT, _BARS = 2180, 620, 33
_SIZES = range(600, 99, -10)
"""Of the letters of the title, in pixels: as large as fits. 100 are 3 of a picture shown at 90 pixels."""
_SPACING = 1.16
"""Distance of lines in sizes of letters."""
_PALETTES = (
    ("#14213d", "#fca311", "#ffffff"),
    ("#1b4332", "#95d5b2", "#ffffff"),
    ("#3c096c", "#e0aaff", "#ffffff"),
    ("#641220", "#ffb3c1", "#ffffff"),
    ("#003049", "#f77f00", "#fdf0d5"),
    ("#22223b", "#c9ada7", "#f2e9e4"),
    ("#05445e", "#75e6da", "#ffffff"),
    ("#3a2e1f", "#f4d58d", "#ffffff"),
)
"""Ground, bars, letters; letters have a contrast of at least 7 to 1 to the ground (WCAG 2.2, 1.4.6)."""
_READ = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_MOST_PIXELS = 60_000_000
"""Of a picture of a chapter: more than a good camera has; 180 MB in memory."""
_LEAST = 16
"""Pixels of either side of one: what is smaller counts visits or waits for another picture."""
_QUALITIES = (85, 75, 60, 45)
_FORMATS = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}


@dataclass(frozen=True, slots=True)
class Art:
    """What a picture is; sizes in pixels."""

    form: str
    """`JPEG`, `PNG`, or what else Pillow calls it; empty: no picture."""
    width: int = 0
    height: int = 0
    mode: str = ""
    """`RGB`, or what else Pillow calls it."""
    whole: bool = False
    """Whether it can be read to its end."""


def cover_key(title: str, author: str) -> str:
    """Return a sha256 that changes whenever `make_cover` would draw another picture."""
    shape = (_VERSION, metadata.version("pillow"), title, author)
    return hashlib.sha256(repr(shape).encode()).hexdigest()


def make_cover(title: str, author: str) -> bytes:
    """Draw a cover: the title as large as fits, above a wave made from its letters.

    Args:
        title: Of the podcast; what the font lacks is left out.
        author: Of the podcast; may be empty.

    Returns:
        A PNG, RGB, 3000 pixels square; the same for the same arguments and the same Pillow.
    """
    from PIL import Image, ImageDraw

    seed = hashlib.sha256(title.encode("utf-8", "replace")).digest()
    ground, accent, ink = _PALETTES[seed[0] % len(_PALETTES)]
    image = Image.new("RGB", (SIZE, SIZE), ground)
    draw = ImageDraw.Draw(image)
    size, lines = _fit(_drawable(title))
    for number, line in enumerate(lines):
        draw.text((_MARGIN, _TITLE_TOP + number * size * _SPACING), line, ink, _font(size))
    _draw_bars(draw, seed, accent)
    name = _drawable(author)
    small = _font(_AUTHOR_SIZE)
    while name and small.getlength(name) > SIZE - 2 * _MARGIN:
        name = name.rstrip("…")[:-1].rstrip() + "…"
    draw.text((_MARGIN, SIZE - _MARGIN), name, ink, small, anchor="ls")
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def thumbnail_key(key: str) -> str:
    """Return a sha256 that changes whenever `make_thumbnail` would give another picture.

    Args:
        key: Of the cover.
    """
    return hashlib.sha256(repr((SMALL, metadata.version("pillow"), key)).encode()).hexdigest()


def make_thumbnail(cover: bytes) -> bytes:
    """Return a cover as a JPEG of 600 pixels square.

    Args:
        cover: In which `art_faults` finds nothing.
    """
    from PIL import Image

    written = io.BytesIO()
    small = Image.open(io.BytesIO(cover)).resize((SMALL, SMALL), Image.Resampling.LANCZOS)
    small.save(written, "JPEG", quality=88, optimize=True, progressive=True)
    return written.getvalue()


def read_art(content: bytes) -> Art:
    """Tell what a picture is, reading it to its end only where it is not far larger than a cover."""
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's on huge pictures, which are not read
        try:
            image = Image.open(io.BytesIO(content))
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            return Art("")
        width, height = image.size
        whole = max(width, height) <= 2 * LARGEST
        try:
            if whole:
                image.load()
        except (OSError, SyntaxError, ValueError):
            whole = False
    return Art(image.format or "", width, height, image.mode, whole)


def art_faults(content: bytes, suffix: str) -> Iterator[str]:
    """Yield what podcast apps would find wrong with a cover.

    Args:
        content: Of the file.
        suffix: Of its name.

    Source: Apple, podcast artwork: JPEG or PNG, RGB, 1400 to 3000 pixels square; the suffix fits.
    """
    art = read_art(content)
    if art.form not in _FORMATS:
        yield f"it is {f'a {art.form}' if art.form else 'no picture'}, not a JPEG or PNG"
        return
    if suffix.lower() not in _FORMATS[art.form]:
        yield f"it is a {art.form}, but its name ends with {suffix or 'nothing'}"
    if art.width != art.height:
        yield f"it is {art.width} x {art.height} pixels, not square"
    if not all(SMALLEST <= side <= LARGEST for side in (art.width, art.height)):
        yield f"it is {art.width} x {art.height} pixels, {SMALLEST} to {LARGEST} are needed"
    if art.mode != "RGB":
        yield f"its colours are {art.mode}, not RGB"
    if not art.whole:
        yield "it ends too early, or is far too large"


def fit_picture(content: bytes, side: int, most: int, forms: Collection[str] = ("JPEG", "PNG")) -> bytes:
    """Return a picture as a JPEG or PNG that players take: as it is where it fits, else made smaller.

    What a camera notes in a picture, such as the place, is left out.

    Args:
        content: Of a file in a form that browsers show; of one that moves, the first picture counts.
        side: Pixels that neither side may exceed.
        most: Bytes it may have as it is.
        forms: In which it may stay; else it is written as JPEG.

    Raises:
        ValueError: It is no such picture, or damaged, or far too large; the message ends a sentence.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's on huge pictures and odd notes of cameras
        try:
            # A list of forms, since some that Pillow reads are programs for others (EPS).
            image: Image.Image = Image.open(io.BytesIO(content), formats=_READ)
            form = image.format
            width, height = image.size
            if width * height > _MOST_PIXELS:
                raise ValueError(f"has {width} × {height} pixels; make it smaller")
            if min(width, height) < _LEAST:
                raise ValueError(f"has {width} × {height} pixels, too few to be seen")
            plain = image.mode in {"L", "P", "RGB", "RGBA"} and form in forms
            noted = bool(image.getexif())
            if plain and not noted and max(width, height) <= side and len(content) <= most:
                image.load()
                return content
            image.thumbnail((side, side), Image.Resampling.LANCZOS)
            image = ImageOps.exif_transpose(image)
            if "A" in image.getbands() or "transparency" in image.info:
                image = image.convert("RGBA")
                ground = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(ground, image)
            image = image.convert("RGB")
        except Image.DecompressionBombError as error:
            raise ValueError("has far too many pixels; make it smaller") from error
        except UnidentifiedImageError as error:
            raise ValueError("is no picture in a form that is known: JPEG, PNG, GIF, WebP, BMP") from error
        except (OSError, SyntaxError, EOFError, IndexError, TypeError, struct.error) as error:
            raise ValueError("is damaged, or ends too early") from error
    written = io.BytesIO()
    for quality in _QUALITIES:
        written = io.BytesIO()
        image.save(written, "JPEG", quality=quality, optimize=True)
        if written.tell() <= most:
            break
    return written.getvalue()


# ---------------------------------------------------------------- drawing
def _draw_bars(draw: ImageDraw.ImageDraw, seed: bytes, accent: str) -> None:
    """Draw a wave of bars, higher in the middle; each height is a byte of the seed."""
    step = (SIZE - 2 * _MARGIN) / _BARS
    for number in range(_BARS):
        middle = 1 - abs(2 * number / (_BARS - 1) - 1)
        share = (0.25 + 0.75 * middle) * (0.25 + 0.75 * seed[number % len(seed)] / 255)
        half = max(step / 4, share * _BARS_HEIGHT / 2)
        left = _MARGIN + number * step + step / 5
        box = (left, _BARS_MIDDLE - half, left + 3 * step / 5, _BARS_MIDDLE + half)
        draw.rounded_rectangle(box, 3 * step / 10, accent)


def _fit(title: str) -> tuple[int, Sequence[str]]:
    """Return the largest size in which a title fits, and its lines; in the smallest its end is left out."""
    lines: Sequence[str] = ()
    for size in _SIZES:
        lines = _lines(title, size)
        room = int((_TITLE_BOTTOM - _TITLE_TOP) // (size * _SPACING))
        # A word is cut only where it does not fit in the smallest size either.
        cut = any(_font(size).getlength(word) > SIZE - 2 * _MARGIN for word in title.split())
        if len(lines) <= room and not (cut and size > _SIZES[-1]):
            return size, lines
    return size, (*lines[: room - 1], lines[room - 1] + "…") if len(lines) > room else lines


def _lines(title: str, size: int) -> Sequence[str]:
    """Wrap a title; a word that is wider than a line is cut."""
    font = _font(size)
    lines: list[str] = []
    for word in title.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(joined) <= SIZE - 2 * _MARGIN:
            lines[-1] = joined
            continue
        lines.append("")
        for char in word:
            if font.getlength(lines[-1] + char) > SIZE - 2 * _MARGIN:
                lines.append("")
            lines[-1] += char
    return lines


def undrawn(text: str) -> str:
    """Return the letters of a text, each once, that the font lacks: a cover is drawn without them."""
    if text.isascii():
        return ""
    font = _font(_AUTHOR_SIZE)
    missing = bytes(font.getmask("\uffff"))
    return "".join(
        char for char in dict.fromkeys(text) if char.isalnum() and bytes(font.getmask(char)) == missing
    )


def _drawable(text: str) -> str:
    """Return a text without the characters that the font lacks."""
    font = _font(_AUTHOR_SIZE)
    missing = bytes(font.getmask("\uffff"))
    return " ".join(
        "".join(
            char
            for char in text
            if char == " " or (char.isprintable() and bytes(font.getmask(char)) != missing)
        ).split()
    )


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    content = (resources.files("narrator.publish") / "fonts" / "DejaVuSansCondensed-Bold.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(content), size)
