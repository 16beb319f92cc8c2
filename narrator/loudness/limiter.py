"""A look-ahead limiter for true peaks, over blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.loudness.channels import channel_peaks
from narrator.loudness.truepeak import GROUP, REACH
from narrator.units import amplitude

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from narrator.units import Decibels

_LOOK_AHEAD = 0.002
"""Seconds in which the gain comes down before a peak, to the nearest group."""
_RELEASE = 10.0
"""By how much the gain factor may rise a second: half the level is back in 50 ms."""
_RAMP = np.arange(GROUP, dtype=np.float32) / GROUP
_FRAME = 1 << 16
"""Samples worked on at once, whatever the sizes of the blocks, so that these do not change the result."""


def limit(
    blocks: Iterable[NDArray[np.float32]], sample_rate: int, ceiling: Decibels
) -> Iterator[NDArray[np.float32]]:
    """Turn down what is too loud, and nothing else.

    The gain is told for every group of samples and runs straight from one to the next. It is the least that
    peaks within the look-ahead ask for, rises slowly after them, and is smoothed over the look-ahead; so it
    is never above what a peak asks for. Where no peak is near, samples come out as they went in.

    Two channels get one gain, so that nobody moves: the least that either of them asks for, or their sum, as
    they are where they are played as one.

    Args:
        blocks: The signal, arrays of shape (frames,) or (frames, 2).
        sample_rate: In Hz.
        ceiling: Highest true peak that may come out, in dBTP.

    Yields:
        Arrays of that shape, together as long as the signal and in step with it.
    """
    limiter = _Limiter(sample_rate, amplitude(ceiling))
    frame = np.zeros(_FRAME, np.float32)
    filled, taken, given = 0, 0, -limiter.delay
    for block in blocks:
        if not taken and block.ndim > 1:
            frame = np.zeros((_FRAME, block.shape[1]), np.float32)
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
    """A chain of three stages from peaks to gain; each keeps the end of what it was given."""

    def __init__(self, sample_rate: int, ceiling: float) -> None:
        self._ceiling = ceiling
        self._ahead = max(1, round(_LOOK_AHEAD * sample_rate / GROUP))
        self._slope = _RELEASE * GROUP / sample_rate
        self.delay = (2 * self._ahead + 2) * GROUP
        """Samples by which `step` gives later than it takes."""
        self._late = np.zeros(self.delay, np.float32)
        self._asked = np.ones(2 * self._ahead + 1)  # by group: gain that its peak asks for
        self._held = np.ones(2 * self._ahead)  # at the beginnings of groups, after holding and release
        self._last = np.ones(1)  # gain where the next group to be given begins
        self._idle = True  # all these gains are 1

    def step(self, frame: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take _FRAME samples and return as many, `delay` samples late; they may be changed."""
        if frame.ndim != self._late.ndim:
            self._late = np.zeros((self.delay, frame.shape[1]), np.float32)
        late = np.concatenate((self._late, frame))
        # The last group waits for what its filters reach into.
        peaks = channel_peaks(late[self.delay - GROUP - REACH : late.shape[0] - GROUP + REACH], self._ceiling)
        self._late = late[-self.delay :].copy()
        out = late[:_FRAME]
        if self._idle and float(peaks.max()) <= self._ceiling:
            return out
        asked = self._ceiling / np.maximum(peaks, self._ceiling).astype(np.float64)
        points = np.concatenate((self._last, self._smooth(self._release(self._hold(asked)))))
        self._last = points[-1:]
        self._idle = min(self._asked.min(), self._held.min(), points[-1]) == 1.0
        turned = np.flatnonzero(np.minimum(points[:-1], points[1:]) < 1.0)
        begin, rise = (
            points[turned, None].astype(np.float32),
            np.diff(points)[turned, None].astype(np.float32),
        )
        if out.ndim == 1:
            out.reshape(-1, GROUP)[turned] *= begin + rise * _RAMP
        else:
            out.reshape(-1, GROUP, out.shape[1])[turned] *= (begin + rise * _RAMP)[:, :, None]
        return out

    def _hold(self, asked: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give each beginning the least gain asked for within the look-ahead on both sides."""
        gains = np.concatenate((self._asked, asked))
        self._asked = gains[-2 * self._ahead - 1 :]
        windows = np.lib.stride_tricks.sliding_window_view(gains, 2 * self._ahead + 2)
        held: NDArray[np.float64] = windows.min(axis=1)
        return held

    def _release(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """Let the gain rise no faster than the release."""
        gains = np.concatenate((self._held[-1:], held))
        rise = self._slope * np.arange(gains.shape[0])
        released: NDArray[np.float64] = (np.minimum.accumulate(gains - rise) + rise)[1:]
        released[released > 1 - 1e-9] = 1.0  # what the sums lost
        return released

    def _smooth(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """Average over the look-ahead on both sides, under a triangle."""
        gains = np.concatenate((self._held, held))
        self._held = gains[-2 * self._ahead :]
        triangle = np.bartlett(2 * self._ahead + 3)[1:-1]
        smooth = np.convolve(gains, triangle / triangle.sum(), "valid")
        smooth[smooth > 1 - 1e-12] = 1.0
        return smooth
