"""What a picture is, as tags have to say it."""

from __future__ import annotations

from narrator.errors import EncodingError

_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
"""How a file begins, and its MIME type."""


def picture_type(picture: bytes) -> str:
    """Return the MIME type of a picture.

    Raises:
        EncodingError: It is neither JPEG nor PNG, the only two that every player shows.
    """
    for start, kind in _KINDS:
        if picture.startswith(start):
            return kind
    raise EncodingError("a picture is neither JPEG nor PNG; convert it to one of them")
