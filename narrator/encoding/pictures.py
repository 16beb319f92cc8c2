"""What a picture is, as tags have to say it."""

from __future__ import annotations

from narrator.errors import EncodingError

_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
"""How a file begins, and its MIME type."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that begin a frame (ITU-T T.81, table B.1)."""


def picture_type(picture: bytes) -> str:
    """Return the MIME type of a picture.

    Raises:
        EncodingError: It is neither JPEG nor PNG, the only two that every player shows.
    """
    for start, kind in _KINDS:
        if picture.startswith(start):
            return kind
    raise EncodingError("a picture is neither JPEG nor PNG; convert it to one of them")


def picture_size(picture: bytes) -> tuple[int, int]:
    """Return width and height of a picture in pixels.

    Sources: ITU-T T.81, B.2.2 (a frame's header, in JPEG); PNG specification, 11.2.1 (IHDR).

    Raises:
        EncodingError: It is neither JPEG nor PNG, or its header is damaged.
    """
    if picture_type(picture) == "image/png":
        size = picture[16:24]
        return int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
    at = 2
    while at + 9 <= len(picture) and picture[at] == 0xFF:
        marker, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            height, width = picture[at + 5 : at + 7], picture[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 1 if marker == 0xFF else 2 + length  # it may be filled up before a marker
    raise EncodingError("a picture in JPEG tells no size; save it anew")
