"""Vorbis comments, as FLAC and Opus carry them: tags, chapters, cover.

Sources: Vorbis I specification, section 5 (layout, names of fields); Xiph wiki, "Chapter Extension"
(`CHAPTERxxx`); RFC 9639, section 8.8 (pictures).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.encoding.pictures import picture_type
from narrator.encoding.tags import REFERENCE, iso639_2, joined
from narrator.units import vtt_time

if TYPE_CHECKING:
    from narrator.encoding.tags import Tags

MAX_CHAPTERS = 999
"""Their numbers have three digits."""
_FRONT_COVER = 3
VENDOR = "narrator"


def comments_of(tags: Tags) -> tuple[tuple[str, str], ...]:
    """Return name and text of each field, in the order in which they are written."""
    fields = [
        ("TITLE", tags.title),
        ("ARTIST", tags.artist),
        ("ALBUM", tags.album),
        ("DATE", tags.date),
        ("GENRE", "Podcast"),
        ("LANGUAGE", iso639_2(tags.language) if tags.language else ""),
        ("COMMENT", tags.comment),
        (REFERENCE, tags.reference),
    ]
    links = {one.start_ms: one.link for one in tags.shown}
    for number, (start, title) in enumerate(joined(tags.chapters, MAX_CHAPTERS), 1):
        fields.append((f"CHAPTER{number:03}", vtt_time(start)))
        fields.append((f"CHAPTER{number:03}NAME", title or " "))
        fields.append((f"CHAPTER{number:03}URL", links.get(start, "")))
    return tuple((name, text) for name, text in fields if text)


def format_comments(fields: tuple[tuple[str, str], ...], vendor: str = VENDOR) -> bytes:
    """Return a block of comments, section 5.2.1; texts are UTF-8 of any length.

    Args:
        fields: Name and text; names are printable ASCII without `=`.
        vendor: Who made the file.
    """
    lines = [f"{name}={text}".encode("utf-8", "replace") for name, text in fields]
    parts = [_counted(vendor.encode()), len(lines).to_bytes(4, "little"), *map(_counted, lines)]
    return b"".join(parts)


def format_picture(picture: bytes) -> bytes:
    """Return a block with the cover (RFC 9639, section 8.8); its size in pixels may be left open.

    Raises:
        EncodingError: It is neither JPEG nor PNG.
    """
    kind = picture_type(picture).encode()
    size = [len(kind).to_bytes(4, "big"), kind, bytes(4), bytes(16), len(picture).to_bytes(4, "big")]
    return _FRONT_COVER.to_bytes(4, "big") + b"".join(size) + picture


def _counted(text: bytes) -> bytes:
    return len(text).to_bytes(4, "little") + text
