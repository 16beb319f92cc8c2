"""How a programme reaches its listeners: what its files are promised to be."""

from __future__ import annotations

from dataclasses import dataclass

from narrator.settings import BIT_RATE_KBPS, LOUDNESS
from narrator.units import Lufs

BIT_RATES = {1: (64, 80, 96, 112, 128), 2: (128, 160, 192, 224, 256)}
"""kbit/s of an MP3 by its channels: those of MPEG 1 layer III that Apple recommends (Apple 893). From 96 on
Spotify takes them, too."""
SOFTEST, LOUDEST = Lufs(-24.0), Lufs(-14.0)
"""LUFS, from what broadcasting asks for (ATSC A/85: -24, EBU R 128: -23) to what music services play at. A
voice full of peaks comes to -14 with 13 dB of limiting, and to -13 with 50 dB of gain, squashed."""

LOUD_BIT_RATE = 96
"""kbit/s for what is louder than `LOUDNESS`. With less LAME leaves out what is bright in a voice; where the
limiter works hard no gain gives that back, and voices would be up to 1.1 LU apart."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the files of a programme are to be like."""

    loudness: Lufs = LOUDNESS
    """Integrated loudness of each encoded file."""
    bit_rate: int = BIT_RATE_KBPS
    """Of the MP3, constant, kbit/s; one of `BIT_RATES`."""
    places: tuple[tuple[str, float], ...] = ()
    """(speaker, place from -1, left, to 1, right); none: one channel."""

    @property
    def channels(self) -> int:
        """How many: 1 or 2."""
        return 2 if self.places else 1


DELIVERY = Delivery()
"""What nobody wished to be otherwise."""
