"""The frames of an MP3 file, one after another, as a decoder follows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.checking.frames import HEADER, SYNC, Header, Info, parse_header, read_info, sum_is_right
from narrator.encoding.crc import crc16

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

_BLOCK = 1 << 20
_LOST = 4 << 20
"""Bytes without a frame after which no player goes on looking."""
_FALSE_STARTS = 20_000
"""Places that look like a header and are none, after which the rest is no MPEG audio."""
_ID3V1, _APE, _LYRICS = 128, 32, 9


@dataclass(slots=True)
class Mp3:
    """What is in an MP3 file."""

    size: int
    """Bytes of the file."""
    start: int = 0
    """Where the tag before the frames ends."""
    first: Header | None = None
    frames: int = 0
    """Without the one that holds the Info header."""
    info: Info | None = None
    audio_bytes: int = 0
    """Of all frames, with the one that holds the Info header."""
    bit_rates: Counter[int] = field(default_factory=Counter)
    """Frames by kbit/s."""
    junk: list[tuple[int, int]] = field(default_factory=list)
    """(byte, length) of what is no frame."""
    changes: list[int] = field(default_factory=list)
    """Bytes at which rate, version or number of channels change."""
    missing: int = 0
    """Bytes that the last frame lacks."""
    after: int = 0
    """Bytes behind the last frame that are no tag."""
    wrong_sums: int = 0
    """Frames that differ from the sum they hold."""
    sum_found: int = 0
    """CRC of all frames behind the Info header."""
    lost: bool = False
    """Whether the rest could not be followed."""

    @property
    def constant(self) -> bool:
        """Whether all frames have one bit rate."""
        return len(self.bit_rates) <= 1

    @property
    def duration_ms(self) -> int:
        """Length by the frames."""
        return self.frames * self.first.samples * 1000 // self.first.sample_rate if self.first else 0

    @property
    def bit_rate(self) -> float:
        """Mean, kbit/s."""
        return sum(rate * count for rate, count in self.bit_rates.items()) / max(self.frames, 1)


def read_mp3(path: Path, start: int) -> Mp3:
    """Follow the frames of a file from first to last.

    Memory does not grow with the file.

    Args:
        path: The file.
        start: Where the tag at its beginning ends.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return _Walk(file, path.stat().st_size, start).walk()


class _Walk:
    """Goes from frame to frame."""

    def __init__(self, file: BinaryIO, size: int, start: int) -> None:
        self._file = file
        self._known: dict[bytes, Header | None] = {}  # files have few different headers
        self._window = b""
        self._base = 0  # where the window begins
        self._false = 0
        self._waiting: list[bytes] = []  # frames whose sum is to be made
        self._waiting_bytes = 0
        self.mp3 = Mp3(size, min(start, size))

    def walk(self) -> Mp3:
        """Return what was found."""
        at = self._seek(self.mp3.start)
        while at is not None:
            at = self._frame(at)
        self._sum()
        return self.mp3

    def _bytes(self, at: int, count: int) -> bytes:
        """Return bytes of the file, fewer at its end."""
        offset = at - self._base
        if not 0 <= offset <= len(self._window) - count:
            self._file.seek(at)
            self._window = self._file.read(max(count, _BLOCK))
            self._base, offset = at, 0
        return self._window[offset : offset + count]

    def _header(self, at: int) -> Header | None:
        four = self._bytes(at, HEADER)
        if four not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[four] = parse_header(four)
        return self._known[four]

    def _frame(self, at: int) -> int | None:
        """Take in the frame that begins here, and return where the next one does."""
        header = self._header(at)
        mp3 = self.mp3
        if header is None:
            return self._seek(at)
        frame = self._bytes(at, header.size)
        mp3.missing = header.size - len(frame)
        if mp3.first is None:
            mp3.first = header
            mp3.info = read_info(header, frame)
            if mp3.info:
                mp3.audio_bytes = header.size
                return at + header.size
        kind = (mp3.first.version, mp3.first.sample_rate, mp3.first.channels)
        if (header.version, header.sample_rate, header.channels) != kind:
            mp3.changes.append(at)
            mp3.first = header if not mp3.frames else mp3.first
        mp3.frames += 1
        mp3.audio_bytes += len(frame)
        mp3.bit_rates[header.bit_rate] += 1
        if header.checked and not mp3.missing and not sum_is_right(frame, header.side):
            mp3.wrong_sums += 1
        if mp3.info and mp3.info.sum_told is not None:
            self._waiting.append(frame)
            self._waiting_bytes += len(frame)
            if self._waiting_bytes > _BLOCK:
                self._sum()
        return at + header.size

    def _sum(self) -> None:
        """Take waiting frames into the sum."""
        self.mp3.sum_found = crc16(b"".join(self._waiting), self.mp3.sum_found)
        self._waiting.clear()
        self._waiting_bytes = 0

    def _seek(self, at: int) -> int | None:
        """Return where the next frame begins, from a place on; None where there is none."""
        mp3 = self.mp3
        begin = at
        while at < mp3.size and at - begin <= _LOST and self._false <= _FALSE_STARTS:
            self._bytes(at, HEADER)
            found = SYNC.search(self._window, at - self._base)
            if found is None:
                at = max(at + 1, self._base + len(self._window) - HEADER + 1)
                continue
            at = self._base + found.start()
            header = self._header(at)
            # By chance any three bytes look like a header: the next one must follow, unless the file ends.
            if header and (at + header.size >= mp3.size or self._header(at + header.size)):
                if at > begin:
                    mp3.junk.append((begin, at - begin))
                return at
            self._false += 1
            at += 1
        end = self._end()
        mp3.lost = at < mp3.size and begin < end
        if begin < end:
            mp3.after = end - begin
        return None

    def _end(self) -> int:
        """Return where the tags at the end of the file begin: ID3v1, APE, Lyrics3."""
        end = self.mp3.size
        if self._bytes(max(0, end - _ID3V1), 3) == b"TAG":
            end -= _ID3V1
        foot = self._bytes(max(0, end - _APE), _APE)
        if foot[:8] == b"APETAGEX":
            end -= int.from_bytes(foot[12:16], "little") + (_APE if foot[23] & 0x80 else 0)
        foot = self._bytes(max(0, end - _LYRICS - 6), _LYRICS + 6)
        if foot[6:] == b"LYRICS200" and foot[:6].isdigit():
            end -= int(foot[:6]) + _LYRICS + 6
        return max(0, end)
