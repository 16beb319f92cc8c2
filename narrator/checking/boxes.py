"""Reads the boxes of an MP4 file: M4A, M4B.

Sources: ISO/IEC 14496-12 (boxes), 14496-14 (MP4); QuickTime File Format (chapter tracks); Nero's `chpl` as
players read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_MOST_BOXES = 2_000
_DEEPEST = 8
_MOST_BYTES = 1 << 16
"""Of a box without boxes within that are read."""
_CONFIGURATION = re.compile(rb"esds[\s\S]{0,60}?\x05(?:\x80{3})?[\x02-\x20]([\s\S]{2})")
"""AudioSpecificConfig (14496-3, 1.6.2.1): five bits of the kind, four of the rate, four of the channels."""
_HOLD_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"tref"}


@dataclass(slots=True)
class Mp4:
    """What is in an MP4 file."""

    size: int
    brand: str = ""
    duration_ms: int = 0
    codec: str = ""
    """Of the first sound track; `mp4a` is AAC."""
    channels: int = 0
    sample_rate: int = 0
    data: int = 0
    """Bytes of sound (and pictures)."""
    index_first: bool = True
    """Whether what tells where everything lies comes before the sound."""
    nero: int = 0
    """Chapters in `chpl`."""
    chapter_track: bool = False
    """Whether a track refers to another as its chapters."""
    problems: list[str] = field(default_factory=list)

    @property
    def bit_rate(self) -> float:
        """Mean, kbit/s."""
        return self.data * 8 / max(self.duration_ms, 1)


def read_mp4(path: Path) -> Mp4:
    """Read the boxes of a file; the sound itself is not read.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        mp4 = Mp4(path.stat().st_size)
        order = []
        handler = b""
        for name, at, size in _boxes(file, 0, mp4.size, mp4.problems):
            if name == b"mdat":
                mp4.data += size
            if name in {b"mdat", b"moov"}:
                order.append(name)
            file.seek(at)
            body = file.read(min(size, _MOST_BYTES)) if name in _READERS or name == b"hdlr" else b""
            if name == b"hdlr":
                handler = body[8:12]
            elif name in _READERS and (name != b"stsd" or handler == b"soun"):
                _READERS[name](mp4, body)
        mp4.index_first = order[:1] != [b"mdat"]
        if b"moov" not in order:
            mp4.problems.append("what tells where everything lies (moov) is missing: the file is cut off")
        return mp4


def _boxes(file: BinaryIO, at: int, end: int, problems: list[str]) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, place and length of each box's content, those within others too."""
    waiting = [(at, end, 0)]
    for _ in range(_MOST_BOXES):
        if not waiting:
            return
        at, end, depth = waiting.pop()
        if end - at < 8:
            continue
        file.seek(at)
        head = file.read(16)
        size, name, start = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, start = int.from_bytes(head[8:16], "big"), 16
        size = size or end - at
        if size < start or size > end - at:
            problems.append(
                f"the box {name.decode('latin-1')!r} says {size:,} bytes, and {end - at:,} are there"
            )
            size = end - at
            if size < start or name not in {b"mdat", *_HOLD_BOXES}:
                continue
        waiting.append((at + size, end, depth))
        yield name, at + start, size - start
        if name in _HOLD_BOXES and depth < _DEEPEST:
            waiting.append((at + start, at + size, depth + 1))
    problems.append(f"it has more than {_MOST_BOXES:,} boxes")


def _brand(mp4: Mp4, body: bytes) -> None:
    mp4.brand = body[:4].decode("latin-1").strip()


def _duration(mp4: Mp4, body: bytes) -> None:
    """Read `mvhd` (14496-12, 8.2.2): times have 4 bytes, in version 1 8."""
    at, width = (20, 8) if body[:1] == b"\x01" else (12, 4)
    scale = int.from_bytes(body[at : at + 4], "big")
    length = int.from_bytes(body[at + 4 : at + 4 + width], "big")
    mp4.duration_ms = length * 1000 // scale if scale and length < 1 << 48 else 0


def _sample(mp4: Mp4, body: bytes) -> None:
    """Read `stsd` (14496-12, 8.5.2 and 12.2.3): what the sound is coded with."""
    if not mp4.codec and len(body) >= 44:
        mp4.codec = body[12:16].decode("latin-1")
        mp4.channels = int.from_bytes(body[32:34], "big")
        mp4.sample_rate = int.from_bytes(body[40:42], "big")
        # AAC tells its channels in a place of its own; the other one is 2 even for mono (14496-14, 5.6.1).
        found = _CONFIGURATION.search(body)
        channels = found[1][1] >> 3 & 15 if found else 0
        mp4.channels = (8 if channels == 7 else channels) or mp4.channels


def _nero(mp4: Mp4, body: bytes) -> None:
    mp4.nero = body[8] if len(body) > 8 else 0


def _reference(mp4: Mp4, _body: bytes) -> None:
    mp4.chapter_track = True


_READERS = {b"ftyp": _brand, b"mvhd": _duration, b"stsd": _sample, b"chpl": _nero, b"chap": _reference}
