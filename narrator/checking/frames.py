"""A frame of an MP3 file: its header, its sum, and what the first one tells of all others.

Sources: ISO/IEC 11172-3, 2.4.1.3 and 2.4.2.3 (frames); ISO/IEC 13818-3 (lower rates); the Xing header and its
extension by LAME, "Mp3 Info Tag rev 1".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from narrator.encoding.crc import crc16

HEADER = 4
"""Bytes of a frame's header."""
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""Hz by the index, for MPEG 1, 2 and 2.5."""
_BIT_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BIT_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""kbit/s by the index, layer III of MPEG 1, and of MPEG 2 and 2.5."""
_THIRD = b"".join(
    re.escape(bytes([(rate << 4) | low])) for rate in range(1, 15) for low in range(16) if low >> 2 != 3
)
SYNC = re.compile(rb"\xff[\xfa\xfb\xf2\xf3\xe2\xe3][" + _THIRD + rb"]", re.DOTALL)
"""What a header of layer III begins with: no reserved version, bit rate or sample rate, no free format."""


def _sums() -> tuple[int, ...]:
    """Return what each byte makes of a sum that begins with zeros (ISO/IEC 11172-3, 2.4.3.1)."""
    table = []
    for byte in range(256):
        value = byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x8005 if value & 0x8000 else value << 1) & 0xFFFF
        table.append(value)
    return tuple(table)


_SUMS = _sums()


@dataclass(frozen=True, slots=True)
class Header:
    """What a frame's header says."""

    version: int
    """3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5, as the two bits are."""
    checked: bool
    """Whether a sum follows the header."""
    bit_rate: int
    """kbit/s."""
    sample_rate: int
    channels: int
    size: int
    """Bytes of the frame, the header included."""

    @property
    def samples(self) -> int:
        """Samples of a channel."""
        return 1152 if self.version == 3 else 576

    @property
    def side(self) -> int:
        """Bytes of side information."""
        return (32 if self.channels == 2 else 17) if self.version == 3 else (17 if self.channels == 2 else 9)


@dataclass(frozen=True, slots=True)
class Info:
    """The frame before the others, which tells how many there are."""

    constant: bool
    """Whether it is called Info: a constant bit rate."""
    frames: int | None
    sum_told: int | None = None
    """CRC of all frames behind it, by LAME and those who write its header."""


def parse_header(four: bytes) -> Header | None:
    """Read the header of a frame of layer III; None where it is none.

    >>> parse_header(bytes.fromhex("fffb70c4")).size
    313
    """
    if len(four) < HEADER or not SYNC.match(four):
        return None
    version = four[1] >> 3 & 3
    bit_rate = (_BIT_RATES_1 if version == 3 else _BIT_RATES_2)[four[2] >> 4]
    sample_rate = _RATES[version][four[2] >> 2 & 3]
    size = (144 if version == 3 else 72) * bit_rate * 1000 // sample_rate + (four[2] >> 1 & 1)
    return Header(version, not four[1] & 1, bit_rate, sample_rate, 1 if four[3] >> 6 == 3 else 2, size)


def read_info(header: Header, frame: bytes) -> Info | None:
    """Read the Info header in the first frame, where it is one."""
    at = HEADER + header.side
    name = frame[at : at + 4]
    if name not in {b"Info", b"Xing"} or len(frame) < at + 8:
        return _vbri(frame)
    flags = frame[at + 7]
    at += 8
    count = int.from_bytes(frame[at : at + 4], "big") if flags & 1 else None
    at += sum(4 for bit in (1, 2) if flags & bit)
    at += (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    # LAME's extension has 36 bytes and ends with the sums of the frames and of itself.
    extension = frame[at : at + 36]
    right = len(extension) == 36 and crc16(frame[: at + 34]) == int.from_bytes(extension[34:], "big")
    return Info(name == b"Info", count, int.from_bytes(extension[32:34], "big") if right else None)


def _vbri(frame: bytes) -> Info | None:
    """Read the header of Fraunhofer's encoder, which lies 32 bytes behind that of the frame."""
    told = frame[36:54]
    if told[:4] != b"VBRI" or len(told) < 18:
        return None
    return Info(False, int.from_bytes(told[14:18], "big"))


def sum_is_right(frame: bytes, side: int) -> bool:
    """Tell whether a frame is what the sum after its header says.

    Source: ISO/IEC 11172-3, 2.4.3.1: x^16 + x^15 + x^2 + 1, highest bit first, from all ones, over the last
    two bytes of the header and the side information.
    """
    value = 0xFFFF
    for byte in frame[2:4] + frame[6 : 6 + side]:
        value = (value << 8 & 0xFF00) ^ _SUMS[value >> 8 ^ byte]
    return value == int.from_bytes(frame[4:6], "big")
