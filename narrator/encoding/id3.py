"""ID3 v2.3 tags with chapters.

Sources: ID3 tag version 2.3.0 (id3.org/id3v2.3.0); ID3v2 chapter frame addendum 1.0
(id3.org/id3v2-chapters-1.0). Version 2.3, because readers of 2.4 lose chapters with long titles.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.encoding.pictures import picture_type
from narrator.encoding.tags import REFERENCE, iso639_2, joined
from narrator.errors import EncodingError

if TYPE_CHECKING:
    from narrator.encoding.tags import Shown, Tags

MAX_CHAPTERS = 255
"""The table of contents counts its entries in one byte."""
_MAX_TAG = 1 << 28
"""The tag's size has 28 bits."""
_NO_OFFSET = b"\xff\xff\xff\xff"
"""Chapters are told by time, not by byte (addendum, section 3.1)."""
_FRONT_COVER = b"\x03"
_OTHER = b"\x00"
"""Picture types of `APIC`."""
_LONGEST_ALT = 64
"""Characters of a picture's description (section 4.15)."""
_LINK = b"chapter url"
"""Description of a chapter's `WXXX`, as programs for chapters write it."""
_TOP_LEVEL_ORDERED = b"\x03"
"""Flags of `CTOC`: bit 0 ordered, bit 1 top-level."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?)?")


def format_id3(tags: Tags, duration_ms: int) -> bytes:
    """Return a whole ID3 v2.3 tag, without padding.

    Args:
        tags: What it is to say. Empty ones are left out.
        duration_ms: Where the last chapter ends.

    Raises:
        EncodingError: Chapters out of order or beyond the end, or a cover that is
            neither JPEG nor PNG or too large.
    """
    date = _DATE.match(tags.date)
    year, month, day, hour, minute = date.groups(default="") if date else ("",) * 5
    frames = (
        _text("TIT2", tags.title),
        _text("TPE1", tags.artist),
        _text("TALB", tags.album),
        _text("TLAN", iso639_2(tags.language) if tags.language else ""),
        _text("TYER", year),
        _text("TDAT", day + month),
        _text("TIME", hour + minute),
        _text("TCON", "Podcast"),
        _comment(tags),
        _frame("TXXX", f"\0{REFERENCE}\0{tags.reference}".encode("latin-1")) if tags.reference else b"",
        _picture(tags.cover, _FRONT_COVER),
        *_chapters(tags, duration_ms),
    )
    content = b"".join(frames)
    if len(content) >= _MAX_TAG:
        raise EncodingError(f"the tag has {len(content)} bytes; ID3 allows {_MAX_TAG}: use a smaller cover")
    # Section 3.1: no flags; the size in four bytes of seven bits each.
    return b"ID3\x03\x00\x00" + bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0)) + content


def _frame(name: str, content: bytes) -> bytes:
    """Return a frame, section 3.3: name, size as a plain number, no flags."""
    return name.encode("ascii") + len(content).to_bytes(4, "big") + b"\x00\x00" + content


def _utf16(text: str) -> bytes:
    """Encode with a byte order mark, the only encoding of 2.3 that holds every text; NUL would end it."""
    return b"\xff\xfe" + text.replace("\x00", "").encode("utf-16-le", "replace")


def _text(name: str, text: str) -> bytes:
    """Return a text frame, section 4.2; nothing for an empty text.

    Plain Latin 1 where that is enough for codes and numbers, which some readers expect.
    """
    if not text:
        return b""
    plain = name in {"TLAN", "TYER", "TDAT", "TIME", "TCON"}
    return _frame(name, b"\x00" + text.encode("latin-1") if plain else b"\x01" + _utf16(text))


def _comment(tags: Tags) -> bytes:
    """Return a comment frame without description, section 4.11."""
    if not tags.comment:
        return b""
    language = iso639_2(tags.comment_language).encode("ascii")
    return _frame("COMM", b"\x01" + language + _utf16("") + b"\x00\x00" + _utf16(tags.comment))


def _picture(picture: bytes | None, purpose: bytes, alt: str = "") -> bytes:
    """Return a picture frame, section 4.15; nothing where there is no picture."""
    if not picture:
        return b""
    kind = picture_type(picture).encode() + b"\x00" + purpose
    described = b"\x01", _utf16(alt[:_LONGEST_ALT]) + b"\x00\x00"
    encoding, description = described if alt else (b"\x00", b"\x00")
    return _frame("APIC", encoding + kind + description + picture)


def _chapters(tags: Tags, duration_ms: int) -> list[bytes]:
    """Return the table of contents and the chapter frames in order of time."""
    chapters = joined(tags.chapters, MAX_CHAPTERS)
    if not chapters:
        return []
    bounds = [start for start, _ in chapters] + [duration_ms]
    if bounds[0] < 0 or any(start >= end for start, end in pairwise(bounds)):
        raise EncodingError(f"chapters at {bounds[:-1]} ms do not ascend to the end at {duration_ms} ms")
    ids = [f"chp{index}".encode("ascii") + b"\x00" for index in range(len(chapters))]
    contents = b"toc\x00" + _TOP_LEVEL_ORDERED + bytes([len(ids)]) + b"".join(ids)
    shown = {one.start_ms: one for one in tags.shown}
    frames = [_frame("CTOC", contents + _text("TIT2", tags.title or "Chapters"))]
    for element, (_, title), (start, end) in zip(ids, chapters, pairwise(bounds), strict=True):
        times = start.to_bytes(4, "big") + end.to_bytes(4, "big") + _NO_OFFSET + _NO_OFFSET
        inner = _text("TIT2", title or " ") + _shown(shown.get(start))
        frames.append(_frame("CHAP", element + times + inner))
    return frames


def _shown(shown: Shown | None) -> bytes:
    """Return link and picture of a chapter (addendum, section 3.1: any frames may be in one)."""
    if shown is None:
        return b""
    # Section 4.3.2: the description in the encoding told, the address always in Latin 1.
    link = b"\x00" + _LINK + b"\x00" + shown.link.encode("ascii", "replace") if shown.link else b""
    return (_frame("WXXX", link) if link else b"") + _picture(shown.picture, _OTHER, shown.alt)
