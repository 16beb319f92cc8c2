"""A look-ahead limiter for true peaks, over blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.loudness.truepeak import REACH, true_peaks
from narrator.units import amplitude, samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from narrator.units import Decibels

_LOOK_AHEAD = 0.002
"""Seconds in which the gain comes down before a peak."""
_RELEASE = 10.0
"""By how much the gain factor may rise a second: half the level is back in 50 ms."""
_FRAME = 1 << 14
"""Samples worked on at once, whatever the sizes of the blocks, so that these do not change the result."""


def limit(
    blocks: Iterable[NDArray[np.float32]], sample_rate: int, ceiling: Decibels
) -> Iterator[NDArray[np.float32]]:
    """Turn down what is too loud, and nothing else.

    The gain is the least that peaks within the look-ahead ask for, rises slowly after them, and is smoothed
    over the look-ahead; so it is never above what a peak asks for. Where no peak is near, samples come out as
    they went in.

    Args:
        blocks: The signal, arrays of shape (frames,).
        sample_rate: In Hz.
        ceiling: Highest true peak that may come out, in dBTP.

    Yields:
        Arrays of shape (frames,), together as long as the signal and in step with it.
    """
    limiter = _Limiter(sample_rate, amplitude(ceiling))
    frame = np.zeros(_FRAME, np.float32)
    filled, taken, given = 0, 0, -limiter.delay
    for block in blocks:
        taken += block.shape[0]
        done = 0
        while done < block.shape[0]:
            count = min(block.shape[0] - done, _FRAME - filled)
            frame[filled : filled + count] = block[done : done + count]
            filled += count
            done += count
            if filled == _FRAME:
                out = limiter.step(frame)
                yield out[max(0, -given) :]
                given += _FRAME
                filled = 0
    while given < taken:
        frame[filled:] = 0.0
        filled = 0
        out = limiter.step(frame)
        yield out[max(0, -given) : taken - given]
        given += _FRAME


class _Limiter:
    """A chain of three stages from true peaks to gain; each keeps the end of what it was given."""

    def __init__(self, sample_rate: int, ceiling: float) -> None:
        self._ceiling = ceiling
        self._ahead = samples(_LOOK_AHEAD, sample_rate)
        self._slope = _RELEASE / sample_rate
        self.delay = REACH + 2 * self._ahead
        """Samples by which `step` gives later than it takes."""
        self._signal = np.zeros(2 * REACH, np.float32)  # for the true peaks
        self._late = np.zeros(self.delay, np.float32)
        self._asked = np.ones(2 * self._ahead)  # gains that the peaks ask for
        self._held = np.ones(2 * self._ahead)  # after holding and release
        self._idle = True  # all these gains are 1

    def step(self, frame: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take _FRAME samples and return as many, `delay` samples late."""
        signal = np.concatenate((self._signal, frame))
        late = np.concatenate((self._late, frame))
        self._signal, self._late = signal[-2 * REACH :], late[-self.delay :]
        out = late[:_FRAME]
        peaks = true_peaks(signal, self._ceiling)
        if peaks is None or float(peaks.max()) <= self._ceiling:
            if self._idle:
                return out
            asked = np.ones(_FRAME)
        else:
            asked = self._ceiling / np.maximum(peaks, self._ceiling)
        smooth = self._smooth(self._release(self._hold(asked)))
        self._idle = self._asked.min() == 1.0 and self._held.min() == 1.0
        return out * smooth.astype(np.float32)

    def _hold(self, asked: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give each sample the least gain asked for within the look-ahead on both sides."""
        gains = np.concatenate((self._asked, asked))
        self._asked = gains[-2 * self._ahead :]
        width, left = 1, 2 * self._ahead + 1
        while width < left:  # minima over widths of powers of two make up the whole width
            by = min(width, left - width)
            gains = np.minimum(gains[: gains.shape[0] - by], gains[by:])
            width += by
        return gains

    def _release(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """Let the gain rise no faster than the release."""
        gains = np.concatenate((self._held[-1:], held))
        rise = self._slope * np.arange(gains.shape[0])
        released: NDArray[np.float64] = (np.minimum.accumulate(gains - rise) + rise)[1:]
        return released

    def _smooth(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """Average over the look-ahead on both sides, under a triangle: a mean of means."""
        held[held > 1 - 1e-9] = 1.0  # what the sums of the release lost
        gains = np.concatenate((self._held, held))
        self._held = gains[-2 * self._ahead :]
        for width in (self._ahead + 1, self._ahead + 1):
            sums = np.concatenate(([0.0], np.cumsum(gains)))
            gains = (sums[width:] - sums[:-width]) / width
        return gains
