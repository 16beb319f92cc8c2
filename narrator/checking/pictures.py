"""Reads what JPEG and PNG files say of themselves, without decoding them.

Sources: ITU-T T.81, annex B (JPEG); PNG specification (W3C), sections 5 and 11.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_OTHERS = {
    b"GIF8": "GIF",
    b"RIFF": "WebP",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"<svg": "SVG",
    b"\x00\x00\x00": "AVIF or HEIC",
}
_COLOURS = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with transparency", 6: "RGB with transparency"}
"""Of PNG, by the number in the header (section 11.2.1)."""
_COMPONENTS = {1: "grey", 3: "RGB", 4: "CMYK"}
"""Of JPEG; three are YCbCr, which decodes to RGB."""
_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame's header (T.81, table B.1)."""
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length."""
_MOST_PARTS = 10_000
_TAIL = 1 << 16


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture."""

    form: str
    """`JPEG`, `PNG`, the name of another form, or empty for what is no picture."""
    width: int = 0
    height: int = 0
    """Pixels; 0 where they are not told."""
    colour: str = ""
    problem: str = ""
    """What is broken in it."""
    suffix: str = ""
    """Of its name, small, with the dot."""


def read_picture(content: bytes, suffix: str = "") -> Picture:
    """Read a picture.

    Args:
        content: The file.
        suffix: Of its name, small, with the dot.
    """
    if content.startswith(_PNG):
        return _read_png(content, suffix)
    if content.startswith(b"\xff\xd8"):
        return _read_jpeg(content, suffix)
    form = next((form for start, form in _OTHERS.items() if content.startswith(start)), "")
    return Picture(form, suffix=suffix)


def _read_png(content: bytes, suffix: str) -> Picture:
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    colour = _COLOURS.get(content[25], "") if len(content) > 25 else ""
    return Picture("PNG", width, height, colour, _png_problem(content), suffix)


def _png_problem(content: bytes) -> str:
    at = len(_PNG)
    for _ in range(_MOST_PARTS):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + length
        if len(name) < 4 or end > len(content):
            return "it is cut off"
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return f"the part {name.decode('latin-1')!r} is damaged"
        if name == b"IEND":
            return ""
        at = end
    return f"it has more than {_MOST_PARTS:,} parts"


def _read_jpeg(content: bytes, suffix: str) -> Picture:
    cut = "" if b"\xff\xd9" in content[-_TAIL:] else "it is cut off"
    at = 2
    for _ in range(_MOST_PARTS):
        if at + 4 > len(content) or content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        length = 0 if marker in _ALONE else int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _FRAME and at + 10 <= len(content):
            height, width = (int.from_bytes(content[at + place : at + place + 2], "big") for place in (5, 7))
            return Picture("JPEG", width, height, _COMPONENTS.get(content[at + 9], ""), cut, suffix)
        if marker == 0xDA:
            break
        at += 2 + length
    return Picture("JPEG", problem=cut or "it does not tell its size", suffix=suffix)
