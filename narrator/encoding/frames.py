"""The frames of an MP3 stream, as LAME makes them: how they begin, how long they are, whether they sound.

Source: ISO/IEC 11172-3, 2.4.1.3 (header), 2.4.1.7 (side information).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from narrator.errors import EncodingError
from narrator.settings import PROGRAMME_RATE

FRAME_SAMPLES = 1152
"""Samples a frame of MPEG 1 layer III."""
HEADER_BYTES = 4
_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""kbit/s by the index in a frame's header, MPEG 1 layer III (2.4.2.3)."""
_PADDING_BIT = 0x02
"""In a header's third byte: the frame is one byte longer."""
_SIDE_BYTES = 17
"""Side information of a mono frame."""
_MAIN_DATA_BEGIN_BITS = 9
_GRANULES = (18, 18 + 59)
"""At which bits of the side information `part2_3_length` of each granule stands, twelve bits long: how many
bits of sound it has."""


@dataclass(frozen=True, slots=True)
class FrameKind:
    """MPEG 1 layer III without CRC, 44.1 kHz, mono, original."""

    bit_rate: int
    """kbit/s."""

    header: bytes = field(init=False)
    """Of a frame without padding."""
    frame_bytes: int = field(init=False)
    """Length of one."""

    def __post_init__(self) -> None:
        # Every frame is compared with them.
        object.__setattr__(self, "header", bytes((0xFF, 0xFB, _BIT_RATES.index(self.bit_rate) << 4, 0xC4)))
        object.__setattr__(self, "frame_bytes", 144 * self.bit_rate * 1000 // PROGRAMME_RATE)

    @property
    def silent(self) -> bytes:
        """Header and side information of a frame that decodes as silence."""
        return self.header + bytes(_SIDE_BYTES)

    def size(self, head: bytes) -> int:
        """Return the length in bytes of the frame that begins so.

        Raises:
            EncodingError: It is no frame of this kind.
        """
        header = bytearray(head)
        padded = len(header) == HEADER_BYTES and bool(header[2] & _PADDING_BIT)
        if padded:
            header[2] &= ~_PADDING_BIT
        if header != self.header:
            raise EncodingError(f"the MP3 encoder made a frame of another kind: {head.hex()}")
        return self.frame_bytes + padded

    def starts(self, content: bytes) -> list[int]:
        """Return where each frame begins, and where the last one ends.

        Raises:
            EncodingError: They are not frames of this kind.
        """
        starts = [0]
        while starts[-1] < len(content):
            starts.append(starts[-1] + self.size(content[starts[-1] : starts[-1] + HEADER_BYTES]))
        return starts

    def has_sound(self, content: bytes, start: int) -> bool:
        """Tell whether the frame that begins there has bits of sound."""
        side = int.from_bytes(content[start + HEADER_BYTES : start + HEADER_BYTES + _SIDE_BYTES], "big")
        bits = 8 * _SIDE_BYTES
        return any(side >> (bits - at - 12) & 0xFFF for at in _GRANULES)


def saved_bytes(content: bytes) -> int:
    """Return how many bytes before it the first frame refers to (`main_data_begin`)."""
    return int.from_bytes(content[HEADER_BYTES : HEADER_BYTES + 2], "big") >> 16 - _MAIN_DATA_BEGIN_BITS


def kind_of(content: bytes) -> FrameKind:
    """Return the kind of the first frame.

    Raises:
        EncodingError: It is none that we know.
    """
    index = content[2] >> 4 if len(content) >= HEADER_BYTES else 0
    kind = FrameKind(_BIT_RATES[index % 15])
    kind.size(content[:HEADER_BYTES])
    return kind
