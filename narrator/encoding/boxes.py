"""The boxes of MP4 that are filled the same way for every track.

Sources: ISO/IEC 14496-12 (ISO base media file format), of which the sections are named; ISO/IEC 14496-14.
"""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MATRIX = b"".join(one.to_bytes(4, "big") for one in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
"""Shows a picture as it is; sound has one too."""
_WIDE = 1 << 32
"""Times from here on need boxes of version 1."""


def box(name: bytes, *parts: bytes) -> bytes:
    """Return a box, 4.2."""
    content = b"".join(parts)
    return (8 + len(content)).to_bytes(4, "big") + name + content


def full_box(name: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Return a box with version and flags, 4.2."""
    return box(name, bytes([version]) + flags.to_bytes(3, "big"), *parts)


def inside(content: bytes, *names: bytes) -> bytes | None:
    """Return what is in the first box of a name, and in it of the next name, and so on; None for no such box.

    >>> inside(box(b"free") + box(b"moov", box(b"trak", b"one"), box(b"trak", b"two")), b"moov", b"trak")
    b'one'
    """
    for name in names:
        at = 0
        while at + 8 <= len(content) and content[at + 4 : at + 8] != name:
            at += max(8, int.from_bytes(content[at : at + 4], "big"))
        if at + 8 > len(content):
            return None
        content = content[at + 8 : at + int.from_bytes(content[at : at + 4], "big")]
    return content


def numbers(*values: int, width: int = 4) -> bytes:
    """Return numbers of a width in bytes."""
    return b"".join(value.to_bytes(width, "big") for value in values)


def _timed(duration: int) -> tuple[int, int]:
    """Return the version of a box that tells a duration, and the width of its times."""
    return (1, 8) if duration >= _WIDE else (0, 4)


def movie_header(scale: int, duration: int, tracks: int) -> bytes:
    """Return `mvhd`, 8.2.2, without dates.

    Args:
        scale: Units a second.
        duration: In these units.
        tracks: How many there are.
    """
    version, width = _timed(duration)
    times = numbers(0, 0, width=width) + numbers(scale) + numbers(duration, width=width)
    volume = numbers(1 << 16) + numbers(1 << 8, width=2) + bytes(10)
    return full_box(b"mvhd", times, volume, MATRIX, bytes(24), numbers(tracks + 1), version=version)


def track_header(
    number: int, duration: int, *, flags: int, volume: int, size: tuple[int, int] = (0, 0)
) -> bytes:
    """Return `tkhd`, 8.3.2.

    Args:
        number: Of the track, from 1.
        duration: In units of the movie.
        flags: 1 enabled, 2 used in the movie, 4 used in the preview.
        volume: 1 for sound, 0 for the rest.
        size: Width and height of what is shown, in pixels.
    """
    version, width = _timed(duration)
    times = numbers(0, 0, width=width) + numbers(number, 0) + numbers(duration, width=width)
    layout = bytes(8) + numbers(0, 0, volume << 8, 0, width=2)
    shown = numbers(*(one << 16 for one in size))
    return full_box(b"tkhd", times, layout, MATRIX, shown, version=version, flags=flags)


def edits(*entries: tuple[int, int]) -> bytes:
    """Return `edts` with `elst`, 8.6.6: (length in units of the movie, start in units of the track) each.

    A start of -1 is nothing for that long.
    """
    version, width = _timed(max(max(entry) for entry in entries))
    lines = (
        numbers(length, width=width) + start.to_bytes(width, "big", signed=True) + numbers(1, 0, width=2)
        for length, start in entries
    )
    return box(b"edts", full_box(b"elst", numbers(len(entries)), *lines, version=version))


def media_header(scale: int, duration: int, language: str) -> bytes:
    """Return `mdhd`, 8.4.2.

    Args:
        scale: Units a second.
        duration: In these units.
        language: ISO 639-2/T.
    """
    version, width = _timed(duration)
    packed = 0
    for letter in language:
        packed = packed << 5 | (ord(letter) - 0x60)
    times = numbers(0, 0, width=width) + numbers(scale) + numbers(duration, width=width)
    return full_box(b"mdhd", times, numbers(packed, 0, width=2), version=version)


def handler(kind: bytes, name: bytes) -> bytes:
    """Return `hdlr`, 8.4.3: what kind of track it is."""
    return full_box(b"hdlr", bytes(4), kind, bytes(12), name + b"\x00")


def here() -> bytes:
    """Return `dinf`, 8.7.1: the content lies in this very file."""
    return box(b"dinf", full_box(b"dref", numbers(1), full_box(b"url ", flags=1)))


def _table(values: Sequence[int]) -> bytes:
    """Return many numbers of four bytes; there is one for each of the 3 million frames of 20 hours."""
    table = array("I", values)
    if sys.byteorder == "little":
        table.byteswap()
    return table.tobytes()


def sample_times(durations: Sequence[int]) -> bytes:
    """Return `stts`, 8.6.1.2: how long each sample lasts, equal ones together."""
    runs: list[list[int]] = []
    for duration in durations:
        if runs and runs[-1][1] == duration:
            runs[-1][0] += 1
        else:
            runs.append([1, duration])
    return full_box(b"stts", numbers(len(runs)), *(numbers(*run) for run in runs))


def sample_places(sizes: Sequence[int], at: int, together: int, *, wide: bool) -> bytes:
    """Return `stsc`, `stsz` and `stco`, 8.7.3 to 8.7.5: where samples that follow each other lie.

    Args:
        sizes: Of each sample, in bytes.
        at: Where the first lies in the file.
        together: Samples that are told a place together (a chunk).
        wide: Whether places may be beyond 4 GiB.
    """
    count = len(sizes)
    whole, rest = divmod(count, together)
    runs = ([(1, together, 1)] if whole else []) + ([(whole + 1, rest, 1)] if rest else [])
    places = []
    for first in range(0, count, together):
        places.append(at)
        at += sum(sizes[first : first + together])
    return b"".join(
        (
            full_box(b"stsc", numbers(len(runs)), *(numbers(*run) for run in runs)),
            full_box(b"stsz", numbers(0, count), _table(sizes)),
            full_box(
                b"co64" if wide else b"stco", numbers(len(places)), numbers(*places, width=8 if wide else 4)
            ),
        )
    )
