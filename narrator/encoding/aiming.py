"""Gain and ceiling with which an encoded file comes to its loudness and its peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.settings import LIMITER_CEILING, LOUDNESS, LOUDNESS_TOLERANCE, PEAK
from narrator.units import Decibels

if TYPE_CHECKING:
    from narrator.loudness import GainSearch
    from narrator.model import Measurement

_MARGIN = 0.1
"""dB by which a further encoding is to stay below the allowed peak."""
_FURTHER = 4
"""Encodings for what is to be so loud that the limiter takes nearly all of a gain."""
_LEAST, _WIDEST = 0.1, 6.0
"""LU that a dB of gain brings at least, and dB by which the gain is changed at most."""


def room_for(peak: Decibels) -> Decibels:
    """Return by how many dB the ceiling may go up after an encoding with such a peak; below 0, down."""
    return Decibels(PEAK - peak - _MARGIN)


class Aim:
    """With what to encode next.

    Args:
        search: Tells the first gain.
        usual: Encodings in which it is mostly done: the second mends what the encoder changed.
    """

    def __init__(self, search: GainSearch, usual: int) -> None:
        self._search, self._usual = search, usual
        self._gave: list[tuple[float, float]] = []  # gain and loudness, both above the ceiling
        self.gain, self.ceiling = search.next(), LIMITER_CEILING
        self.most = usual + (_FURTHER if search.target > LOUDNESS else 0)
        """Encodings after which it is given up."""

    def hit(self, measured: Measurement) -> bool:
        """Take note of what an encoding gave; tell whether that is what is wanted."""
        search = self._search
        search.tell(self.gain, measured.loudness, learn=False)
        if measured.peak <= PEAK and abs(search.missing) <= LOUDNESS_TOLERANCE:
            return True
        self._gave.append((self.gain - self.ceiling, measured.loudness - self.ceiling))
        ceiling = Decibels(min(self.ceiling + room_for(measured.peak), PEAK))
        if len(self._gave) < self._usual:
            # Where there is room up to the allowed peak, it is taken: the less is limited, the better.
            self.gain, self.ceiling = search.next(), ceiling
        else:
            self.ceiling = ceiling if measured.peak > PEAK else self.ceiling
            self.gain = self._learned()
        return False

    def _learned(self) -> Decibels:
        """Return a gain by what the last two brought.

        Gain and ceiling both a decibel higher make all that comes out a decibel louder. So encodings with
        different ceilings, too, tell what the limiter takes.
        """
        (before, gave), (gain, gives) = self._gave[-2:]
        brings = (gives - gave) / (gain - before) if abs(gain - before) > _MARGIN else _LEAST
        step = (self._search.target - self.ceiling - gives) / min(1.0, max(_LEAST, brings))
        return Decibels(round(gain + self.ceiling + min(_WIDEST, max(-_WIDEST, step)), 1))
