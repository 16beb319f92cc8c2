"""The frames of an MP3 stream, as LAME makes them: how they begin, how long they are, whether they sound.

Source: ISO/IEC 11172-3, 2.4.1.3 (header), 2.4.1.7 (side information).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from narrator.errors import EncodingError
from narrator.settings import BIT_RATE_KBPS, PROGRAMME_RATE

FRAME_SAMPLES = 1152
"""Samples a frame of MPEG 1 layer III."""
HEADER_BYTES = 4
_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""kbit/s by the index in a frame's header, MPEG 1 layer III (2.4.2.3)."""
_AT_48000 = 0x04
"""In a header's third byte: the sample rate."""
_MONO, _STEREO, _JOINT = 0xC4, 0x04, 0x44
"""A header's last byte, original. Two channels are joined by LAME up to 128 kbit/s."""
_MOST_JOINT = 128
_EXTENSION = 0x30
"""Bits of it that tell how two channels are joined in this frame."""
_SIDE_BYTES = {1: 17, 2: 32}
"""Side information of a frame by channels."""
_MAIN_DATA_BEGIN_BITS = 9
_GRANULES = {1: (18, 18 + 59), 2: (20, 20 + 59, 20 + 2 * 59, 20 + 3 * 59)}
"""At which bits of the side information `part2_3_length` of each granule and channel stands, in twelve bits:
how many bits of sound it has."""


@dataclass(frozen=True, slots=True)
class FrameKind:
    """MPEG 1 layer III without CRC, 48 kHz, mono or stereo, original.

    Frames are all of one size: 24 ms are a whole number of bytes at any bit rate, so there is no padding.
    """

    bit_rate: int
    """kbit/s."""
    channels: int = 1

    header: bytes = field(init=False)
    """Of every frame."""
    frame_bytes: int = field(init=False)
    """Length of each."""

    def __post_init__(self) -> None:
        # Every frame is compared with them.
        stereo = _JOINT if self.bit_rate <= _MOST_JOINT else _STEREO
        mode = _MONO if self.channels == 1 else stereo
        head = (0xFF, 0xFB, _BIT_RATES.index(self.bit_rate) << 4 | _AT_48000, mode)
        object.__setattr__(self, "header", bytes(head))
        object.__setattr__(self, "frame_bytes", self.bit_rate * 1000 // 8 * FRAME_SAMPLES // PROGRAMME_RATE)

    @property
    def stereo_mode(self) -> int:
        """As an Info frame tells it: 0 mono, 1 stereo, 3 joint stereo."""
        return {_MONO: 0, _STEREO: 1, _JOINT: 3}[self.header[3]]

    @property
    def silent(self) -> bytes:
        """Header and side information of a frame that decodes as silence."""
        return self.header + bytes(_SIDE_BYTES[self.channels])

    def check(self, head: bytes) -> None:
        """See that a frame which begins so is of this kind.

        Raises:
            EncodingError: It is not.
        """
        header = bytearray(head)
        if len(header) == HEADER_BYTES and self.channels == 2:
            header[3] &= ~_EXTENSION
        if header != self.header:
            raise EncodingError(f"the MP3 encoder made a frame of another kind: {head.hex()}")

    def count(self, content: bytes) -> int:
        """Return how many frames there are.

        Raises:
            EncodingError: They are not frames of this kind, or the last one is not whole.
        """
        for at in range(0, len(content), self.frame_bytes):
            head = content[at : at + HEADER_BYTES]
            if head != self.header:  # nearly all begin so
                self.check(head)
        count, rest = divmod(len(content), self.frame_bytes)
        if rest:
            raise EncodingError(f"the MP3 encoder made {rest} bytes of a frame of {self.frame_bytes}")
        return count

    def has_sound(self, content: bytes, start: int) -> bool:
        """Tell whether the frame that begins there has bits of sound."""
        size = _SIDE_BYTES[self.channels]
        side = int.from_bytes(content[start + HEADER_BYTES : start + HEADER_BYTES + size], "big")
        return any(side >> (8 * size - at - 12) & 0xFFF for at in _GRANULES[self.channels])


USUAL = FrameKind(BIT_RATE_KBPS)


def saved_bytes(content: bytes) -> int:
    """Return how many bytes before it the first frame refers to (`main_data_begin`)."""
    return int.from_bytes(content[HEADER_BYTES : HEADER_BYTES + 2], "big") >> 16 - _MAIN_DATA_BEGIN_BITS


def kind_of(content: bytes) -> FrameKind:
    """Return the kind of the first frame.

    Raises:
        EncodingError: It is none that we know.
    """
    index, mode = (content[2] >> 4, content[3]) if len(content) >= HEADER_BYTES else (0, 0)
    kind = FrameKind(_BIT_RATES[index % 15], 1 if mode == _MONO else 2)
    kind.check(content[:HEADER_BYTES])
    return kind
