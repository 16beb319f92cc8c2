"""Whether an MP3 from a service is whole: decoders pass over what is missing without a word.

Sources: ISO/IEC 11172-3 and 13818-3 (frames of layer III), the Xing header with its extension by LAME.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.audio import Audio, decode
from narrator.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BIT_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s by the index in a header; of MPEG 1, and of MPEG 2 and 2.5."""
_RATES = (44_100, 48_000, 32_000)
"""Hertz by the index in a header, MPEG 1; halved in MPEG 2, a quarter in 2.5."""
_DIVISOR = {3: 1, 2: 2, 0: 4}
"""Of these rates, by the version in a header."""
_SIDE = {(True, True): 17, (True, False): 32, (False, True): 9, (False, False): 17}
"""Bytes of side information by (MPEG 1, mono)."""
_HEADER = 4
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")
"""What may follow the last frame."""
_SLACK = 1
"""Frames: some encoders count the frame that holds the count."""


_FASTEST = 40
"""Letters a second: twice as fast as services speak."""
_FIRST_WIDE = "\u2e80"
"""From here on (CJK) a letter can be a word."""


@dataclass(frozen=True, slots=True)
class _Frame:
    start: int
    length: int
    """Bytes, header included."""
    side: int
    """Bytes between the header and what is in it, checksum included."""


def decode_whole(content: bytes, *, what: str) -> Audio:
    """Decode an MP3 of which nothing is missing.

    What is cut between two frames is seen only where the file tells their number, as most encoders let it.

    Args:
        content: The file.
        what: What it is, for the error message.

    Raises:
        AudioError: It is no MP3, or its end is missing.
    """
    frames = list(_frames(content, what))
    if not frames:
        raise AudioError(f"{what} cannot be decoded: there is no MP3 in it")
    count, length = _promised(content, frames[0])
    came = frames[-1].start + frames[-1].length - frames[0].start
    if len(frames) - 1 + _SLACK < count or came < length:
        raise AudioError(f"{what} is cut: its end is missing")
    return decode(content, what=what)


def check_length(audio: Audio, text: str, *, what: str) -> None:
    """Refuse what cannot be all of a text: what was cut between two frames, and silence.

    Raises:
        AudioError: It is silent or too short.
    """
    if audio.peak == 0:
        raise AudioError(f"{what} sent silence")
    letters = sum(char.isalpha() and char < _FIRST_WIDE for char in text)
    if audio.seconds < letters / _FASTEST:
        raise AudioError(f"{what} sent {audio.seconds:.1f} s of sound for {letters} letters")


def _frames(content: bytes, what: str) -> Iterator[_Frame]:
    """Yield the frames up to the end of the file.

    Raises:
        AudioError: There is something else between them, or the last one is not whole.
    """
    place = 0
    while place < len(content):
        if content.startswith(b"ID3", place):
            place += _id3_length(content[place : place + 10])
            continue
        frame = _frame(content, place)
        if frame is None:
            rest = content[place:]
            if rest.startswith(_TAGS) or not rest.strip(b"\0"):
                return
            if not place:
                raise AudioError(f"{what} cannot be decoded: there is no MP3 in it")
            raise AudioError(f"{what} is damaged or cut after {place} of its {len(content)} bytes")
        if place + frame.length > len(content):
            raise AudioError(f"{what} is cut in the middle of a frame")
        yield frame
        place += frame.length


def _id3_length(header: bytes) -> int:
    """Return the length of an ID3 tag with its header; seven bits count in each byte of it."""
    length = 0
    for byte in header[6:10]:
        length = length << 7 | byte & 0x7F
    return 10 + length


def _frame(content: bytes, place: int) -> _Frame | None:
    """Read a header; None when there is none of layer III."""
    header = content[place : place + _HEADER]
    if len(header) < _HEADER or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, index, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version not in _DIVISOR or not 0 < index < 15 or rate == 3:  # 0 is a length that nobody tells
        return None
    first, mono, padding = version == 3, header[3] >> 6 == 3, header[2] >> 1 & 1
    eighths = 144 if first else 72
    length = eighths * _BIT_RATES[first][index] * 1000 * _DIVISOR[version] // _RATES[rate] + padding
    return _Frame(place, length, _SIDE[first, mono] + (0 if header[1] & 1 else 2))


def _promised(content: bytes, frame: _Frame) -> tuple[int, int]:
    """Return how many frames follow the first one and how many bytes there are, 0 where it does not tell."""
    info = content[frame.start + _HEADER + frame.side : frame.start + frame.length]
    if not info.startswith((b"Xing", b"Info")) or len(info) < 16:
        return 0, 0
    flags, numbers = info[7], [int.from_bytes(info[place : place + 4], "big") for place in (8, 12)]
    count = numbers.pop(0) if flags & 1 else 0
    return count, numbers[0] if flags & 2 else 0
