"""Looking for the gain that gives a loudness, where a limiter takes some of it away."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from narrator.units import Decibels, Lufs

_THERE = 0.1
"""LU off the target that need no other gain."""
_MOST = 40.0
"""dB of gain at most: what needs more is no speech."""


_UNITY, _SILENCE = Decibels(0.0), Lufs(-math.inf)


@dataclass(slots=True)
class GainSearch:
    """Gains that were tried, and the loudness each gave.

    Where the limiter works hard, a decibel of gain brings less than a decibel of loudness: how much less is
    told by the last two gains.
    """

    target: Lufs
    gain: Decibels = _UNITY
    """The last one tried."""
    loudness: Lufs = _SILENCE
    """What it gave."""
    brings: float = 1.0
    """LU that a dB of gain brings."""
    heard: bool = False
    """Whether any of them gave a sound."""

    def tell(self, gain: Decibels, loudness: Lufs) -> None:
        """Take note of what a gain gave.

        Args:
            gain: In dB.
            loudness: In LUFS.
        """
        if gain != self.gain and math.isfinite(self.loudness):
            self.brings = min(1.0, max(0.1, (loudness - self.loudness) / (gain - self.gain)))
        self.gain, self.loudness = gain, loudness
        self.heard = self.heard or math.isfinite(loudness)

    def foretold(self, gain: Decibels) -> Lufs:
        """Return what a gain will give, by what is known."""
        return Lufs(self.loudness + (gain - self.gain) * self.brings)

    def moved(self, ceiling: Decibels, target: Lufs) -> GainSearch:
        """Return what is known of a limiter with another ceiling: it needs no gain to be tried again.

        Gain and ceiling both a decibel higher make all that comes out a decibel louder.

        Args:
            ceiling: By how many dB it is higher.
            target: What is looked for now.
        """
        gain, loudness = Decibels(self.gain + ceiling), Lufs(self.loudness + ceiling)
        return replace(self, target=target, gain=gain, loudness=loudness)

    @property
    def missing(self) -> float:
        """By how many LU the last one was too soft; what is silent whatever is tried misses nothing."""
        return self.target - self.loudness if self.heard else 0.0

    def next(self) -> Decibels:
        """Return the gain to try next, in whole tenths of a dB: the last one where that is near enough."""
        if abs(self.missing) <= _THERE:
            return self.gain
        return Decibels(round(min(self.gain + self.missing / self.brings, _MOST), 1))
