"""The box `moov` of an M4A or M4B: the sound, its chapters and its tags.

Sources: ISO/IEC 14496-12 (boxes), 14496-14 (MP4), 14496-1 (descriptors); QuickTime File Format Specification
(“Text Media”, “Chapter Lists”, “Metadata”); Nero's `chpl` as players read it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.encoding.aac import DELAY, FRAME_SAMPLES
from narrator.encoding.boxes import (
    box,
    edits,
    full_box,
    handler,
    here,
    media_header,
    movie_header,
    numbers,
    sample_places,
    track_header,
)
from narrator.encoding.chapter_tracks import (
    cut_text,
    picture_samples,
    picture_track,
    text_samples,
    text_track,
)
from narrator.encoding.pictures import picture_type
from narrator.encoding.tags import REFERENCE, iso639_2, joined
from narrator.errors import EncodingError
from narrator.settings import AAC_KBPS, PROGRAMME_RATE
from narrator.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.encoding.tags import Tags

MAX_NERO = 255
"""Chapters in Nero's list: their number is one byte. The track takes any number."""
_SECOND = PROGRAMME_RATE // FRAME_SAMPLES
"""Frames that are told a place together: those of about a second."""
_AUDIOBOOK = 2
"""Kind of media (`stik`) that puts a file among the audiobooks."""
_PICTURES = {"image/jpeg": 13, "image/png": 14}
_UTF8, _INTEGER = 1, 21
"""Kinds of values in metadata of iTunes."""


def filling_of(length: int) -> int:
    """Return how many samples of silence go before a programme, so that its end is that of a frame.

    Every player leaves out what an edit does not show of the first frames, but many, FFmpeg's and so
    Chromium's among them, play the last frame to its end.

    >>> filling_of(1000), filling_of(2048)
    (24, 0)
    """
    return -length % FRAME_SAMPLES


def format_movie(
    *,
    length: int,
    configuration: bytes,
    sizes: Sequence[int],
    tags: Tags,
    text_at: int,
    sound_at: int,
    audiobook: bool,
    wide: bool,
    form: tuple[int, int] = (1, AAC_KBPS),
) -> bytes:
    """Return the box.

    Args:
        length: Of the programme, in samples.
        configuration: What the decoder has to know of the sound.
        sizes: Bytes of each frame of the sound.
        tags: What the file says about itself.
        text_at: Where the titles of the chapters lie, and behind them their pictures.
        sound_at: Where the sound lies.
        audiobook: Whether it is one.
        wide: Whether places may be beyond 4 GiB.
        form: How many channels, and kbit/s.

    Raises:
        EncodingError: The chapters do not ascend within the programme, or the cover is no picture.
    """
    bounds = [start for start, _ in tags.chapters] + [milliseconds(length, PROGRAMME_RATE)]
    if bounds[0] < 0 or any(start >= end for start, end in pairwise(bounds)):
        raise EncodingError(f"chapters at {bounds[:-1]} ms do not ascend to the end at {bounds[-1]} ms")
    language = iso639_2(tags.language)
    tracks = [_sound(length, configuration, sample_places(sizes, sound_at, _SECOND, wide=wide), tags, *form)]
    if tags.chapters:
        tracks.append(text_track(length, tags.chapters, bounds[-1], text_at, language, wide=wide))
        pictures_at = text_at + sum(map(len, text_samples(tags.chapters)))
        tracks += picture_track(length, tags, bounds[-1], pictures_at, wide=wide)
    header = movie_header(PROGRAMME_RATE, length, len(tracks))
    return box(b"moov", header, *tracks, box(b"udta", _nero(tags.chapters), _metadata(tags, audiobook)))


def _sound(  # noqa: PLR0917 - what is told of it
    length: int, configuration: bytes, places: bytes, tags: Tags, channels: int, kbps: int
) -> bytes:
    """Return the track with the sound; its edit takes off what comes before the programme."""
    # Their numbers, from 2 on: titles, then pictures.
    others = [2, 3][: bool(tags.chapters) + bool(picture_samples(tags))]
    delay = DELAY + filling_of(length)
    frames = (delay + length) // FRAME_SAMPLES
    entry = bytes(6) + numbers(1, width=2) + bytes(8) + numbers(channels, 16, 0, 0, width=2)
    entry += numbers(PROGRAMME_RATE << 16) + _descriptor(configuration, kbps * 1000)
    # A decoder that begins at a frame has to be given the one before, too (10.1, “roll”).
    before = full_box(b"sgpd", b"roll", numbers(2, 1), b"\xff\xff", version=1)
    table = box(
        b"stbl",
        full_box(b"stsd", numbers(1), box(b"mp4a", entry)),
        full_box(b"stts", numbers(1, frames, FRAME_SAMPLES)),
        places,
        before,
        full_box(b"sbgp", b"roll", numbers(1, frames, 1)),
    )
    information = box(b"minf", full_box(b"smhd", bytes(4)), here(), table)
    return box(
        b"trak",
        track_header(1, length, flags=7, volume=1),
        edits((length, delay)),
        box(b"tref", box(b"chap", numbers(*others))) if others else b"",
        box(
            b"mdia",
            media_header(PROGRAMME_RATE, frames * FRAME_SAMPLES, iso639_2(tags.language)),
            handler(b"soun", b"Sound"),
            information,
        ),
    )


def _descriptor(configuration: bytes, rate: int) -> bytes:
    """Return `esds` (14496-14, 5.6; 14496-1, 7.2.6): AAC, its bit rate and its configuration."""

    def tagged(tag: int, content: bytes) -> bytes:
        return bytes([tag, 0x80, 0x80, 0x80, len(content)]) + content

    decoder = bytes([0x40, 0x15]) + bytes(3) + numbers(rate, rate) + tagged(5, configuration)
    return full_box(
        b"esds", tagged(3, numbers(1, width=2) + b"\x00" + tagged(4, decoder) + tagged(6, b"\x02"))
    )


def _nero(chapters: tuple[tuple[int, str], ...]) -> bytes:
    """Return `chpl`: starts in units of 100 ns, titles of at most 255 bytes."""
    if not chapters:
        return b""
    lines = []
    for start, title in joined(chapters, MAX_NERO):
        text = cut_text(title, 0xFF)
        lines.append(numbers(start * 10_000, width=8) + bytes([len(text)]) + text)
    return full_box(b"chpl", bytes(4), bytes([len(lines)]), *lines, version=1)


def _metadata(tags: Tags, audiobook: bool) -> bytes:
    """Return `meta` as iTunes writes it."""
    texts = (
        (b"\xa9nam", tags.title),
        (b"\xa9ART", tags.artist),
        (b"aART", tags.artist),
        (b"\xa9alb", tags.album),
        (b"\xa9day", tags.date),
        (b"\xa9gen", "Audiobook" if audiobook else "Podcast"),
        (b"\xa9cmt", tags.comment),
    )
    items = [_item(name, _UTF8, text.encode("utf-8", "replace")) for name, text in texts if text]
    if audiobook:
        items.append(_item(b"stik", _INTEGER, bytes([_AUDIOBOOK])))
    if tags.reference:  # a field of one's own: who names it, its name, its value
        named = full_box(b"mean", b"com.apple.iTunes"), full_box(b"name", REFERENCE.encode())
        value = box(b"data", numbers(_UTF8, 0), tags.reference.encode())
        items.append(box(b"----", *named, value))
    if tags.cover is not None:
        items.append(_item(b"covr", _PICTURES[picture_type(tags.cover)], tags.cover))
    head = full_box(b"hdlr", bytes(4), b"mdir", b"appl", bytes(9))
    return full_box(b"meta", head, box(b"ilst", *items))


def _item(name: bytes, kind: int, value: bytes) -> bytes:
    return box(name, box(b"data", numbers(kind, 0), value))
