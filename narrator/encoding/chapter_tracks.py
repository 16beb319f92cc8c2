"""The chapters of an M4A or M4B as tracks beside the sound: their titles, and their pictures.

Sources: QuickTime File Format Specification (“Text Media”, “Video Media”, “Chapter Lists”); ISO/IEC 14496-12.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.encoding.boxes import (
    MATRIX,
    box,
    edits,
    full_box,
    handler,
    here,
    media_header,
    numbers,
    sample_places,
    sample_times,
    track_header,
)
from narrator.encoding.pictures import picture_size, picture_type
from narrator.settings import PROGRAMME_RATE
from narrator.units import samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.encoding.tags import Tags

_SCALE = 1000
"""Units a second of these tracks: chapters are told in ms."""
_LONGEST = 0xFFFF
"""Bytes of a title in the track."""
_INCH = 72 << 16
"""Dots an inch that a picture is said to have."""


def text_samples(chapters: Sequence[tuple[int, str]]) -> list[bytes]:
    """Return a sample of the chapter track for each title: its length, itself, and that it is UTF-8."""
    encoding = box(b"encd", numbers(0x100))
    titles = (cut_text(title, _LONGEST) for _, title in chapters)
    return [numbers(len(title), width=2) + title + encoding for title in titles]


def cut_text(text: str, most: int) -> bytes:
    """Encode a text and cut it between characters, to so many bytes."""
    return text.encode("utf-8", "replace")[:most].decode(errors="ignore").encode()


def text_track(
    length: int, chapters: Sequence[tuple[int, str]], end: int, at: int, language: str, *, wide: bool
) -> bytes:
    """Return the track with the titles: not shown by itself (not enabled), since the sound refers to it.

    Args:
        length: Of the programme, in samples.
        chapters: (start in ms, title), ascending, at least one.
        end: Of the last of them, in ms.
        at: Where the titles lie.
        language: ISO 639-2/T.
        wide: Whether places may be beyond 4 GiB.
    """
    bounds = [start for start, _ in chapters] + [end]
    places = [len(one) for one in text_samples(chapters)]
    # QuickTime File Format, “Text Sample Description”: black on nothing, at the place and in the font that
    # a player likes.
    entry = bytes(6) + numbers(1, width=2) + numbers(0, 1) + bytes(6 + 8 + 8 + 2 + 2 + 1 + 2 + 6 + 1)
    table = box(
        b"stbl",
        full_box(b"stsd", numbers(1), box(b"text", entry)),
        sample_times([after - before for before, after in pairwise(bounds)]),
        sample_places(places, at, len(places), wide=wide),  # all of them lie together and are told one place
    )
    general = box(
        b"gmhd", full_box(b"gmin", numbers(0x40, 0x8000, 0x8000, 0x8000, 0, 0, width=2)), box(b"text", MATRIX)
    )
    start = bounds[0]
    shown = edits((samples(start / _SCALE, PROGRAMME_RATE), -1), (length, 0)) if start else b""
    return box(
        b"trak",
        track_header(2, length, flags=2, volume=0),
        shown,
        box(
            b"mdia",
            media_header(_SCALE, end - start, language),
            handler(b"text", b"Chapters"),
            box(b"minf", general, here(), table),
        ),
    )


def _pictures(tags: Tags, end: int) -> list[tuple[int, int, bytes]]:
    """Return start and end in ms of each picture that the track has, and the picture."""
    shown = {one.start_ms: one.picture for one in tags.shown if one.picture}
    bounds = [start for start, _ in tags.chapters] + [end]
    pictures = [(one, after, shown[one]) for one, after in pairwise(bounds) if one in shown]
    unbroken = all(one[1] == after[0] for one, after in pairwise(pictures))
    alike = all(picture_type(content) == "image/jpeg" for *_, content in pictures)
    return pictures if unbroken and alike else []


def picture_samples(tags: Tags) -> list[bytes]:
    """Return the pictures of chapters, each of them a sample of their track.

    Players take one kind of picture, and few of them a track that shows nothing for a while. So there is none
    but where all pictures are JPEG and every chapter between the first and the last of them has one.
    """
    return [content for *_, content in _pictures(tags, tags.chapters[-1][0] + 1 if tags.chapters else 0)]


def picture_track(length: int, tags: Tags, end: int, at: int, *, wide: bool) -> list[bytes]:
    """Return the track with the pictures, where there is one; not shown by itself, as the titles are not.

    Args:
        length: Of the programme, in samples.
        tags: What the file says about itself.
        end: Of the last chapter, in ms.
        at: Where the pictures lie.
        wide: Whether places may be beyond 4 GiB.

    Raises:
        EncodingError: A picture is damaged.
    """
    pictures = _pictures(tags, end)
    if not pictures:
        return []
    sizes = [picture_size(content) for *_, content in pictures]
    # 14496-12, 12.1.3. Each picture tells its own size, too; FFmpeg takes one that is lower than the track
    # for half of one, with every second line.
    width, height = min(width for width, _ in sizes), min(height for _, height in sizes)
    entry = bytes(6) + numbers(1, width=2) + bytes(16) + numbers(width, height, width=2)
    entry += numbers(_INCH, _INCH, 0) + numbers(1, width=2) + bytes(32) + numbers(24, 0xFFFF, width=2)
    table = box(
        b"stbl",
        full_box(b"stsd", numbers(1), box(b"jpeg", entry)),
        sample_times([after - start for start, after, _ in pictures]),
        sample_places([len(content) for *_, content in pictures], at, len(pictures), wide=wide),
    )
    first, last = pictures[0][0], pictures[-1][1]
    begins, ends = (min(samples(ms / _SCALE, PROGRAMME_RATE), length) for ms in (first, last))
    return [
        box(
            b"trak",
            track_header(3, ends, flags=2, volume=0, size=(width, height)),
            edits(*([(begins, -1)] if begins else []), (ends - begins, 0)),
            box(
                b"mdia",
                media_header(_SCALE, last - first, "und"),
                handler(b"vide", b"Pictures of chapters"),
                box(b"minf", full_box(b"vmhd", bytes(8), flags=1), here(), table),
            ),
        )
    ]
