"""Places where a programme is turned down for an instant."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from narrator.loudness.channels import channel_peaks
from narrator.loudness.truepeak import GROUP, REACH
from narrator.units import Decibels, amplitude, decibels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

_SIDE = 0.01
"""Seconds on either side in which the gain comes down, and is back."""
_FLAT = 1
"""Groups on either side that are turned down as far."""


class Dips:
    """Groups of samples, and by how much each is turned down; around it the gain comes down and goes up.

    Args:
        sample_rate: In Hz.
        depths: In dB, above 0, by the number of the group.
    """

    def __init__(self, sample_rate: int, depths: Mapping[int, Decibels] | None = None) -> None:
        self._sample_rate = sample_rate
        self._depths = dict(sorted((depths or {}).items()))
        self._groups = list(self._depths)
        side = max(_FLAT + 1, round(_SIDE * sample_rate / GROUP))
        away = np.clip((np.abs(np.arange(-side, side + 1)) - _FLAT) / (side - _FLAT), 0, 1)
        self._shape = 0.5 + 0.5 * np.cos(np.pi * away)

    def deeper(self, loud: Iterable[tuple[int, Decibels]]) -> Dips:
        """Return dips that turn some groups down further.

        Args:
            loud: Their numbers, and by how many dB.
        """
        depths = dict(self._depths)
        for group, further in loud:
            depths[group] = Decibels(float(self._around(group, group + 1)[0]) + further)
        return Dips(self._sample_rate, depths)

    def applied(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Turn a signal down in these places and leave the rest as it is, whatever the sizes of its blocks.

        Args:
            blocks: Arrays of shape (frames,) or (frames, channels).
        """
        start = 0
        for block in blocks:
            gain = self._gain(start, start + block.shape[0])
            start += block.shape[0]
            yield block if gain is None else block * gain.reshape(-1, *([1] * (block.ndim - 1)))

    def _gain(self, start: int, end: int) -> NDArray[np.float32] | None:
        """Return the gains of samples, straight from the middle of one group to the next; None for all 1."""
        first, last = start // GROUP - 1, end // GROUP + 2
        depths = self._around(first, last)
        if not depths.any():
            return None
        middles = (np.arange(first, last) + 0.5) * GROUP
        gains = np.interp(np.arange(start, end) + 0.5, middles, 10 ** (-depths / 20))
        single: NDArray[np.float32] = gains.astype(np.float32)
        return single

    def _around(self, first: int, last: int) -> NDArray[np.float64]:
        """Return by how many dB groups are turned down, those after the last one excluded."""
        depths, side = np.zeros(last - first), self._shape.shape[0] // 2
        reaching = slice(bisect_left(self._groups, first - side), bisect_left(self._groups, last + side))
        for group in self._groups[reaching]:
            begin, end = max(first, group - side), min(last, group + side + 1)
            here = depths[begin - first : end - first]
            shape = self._shape[begin - group + side : end - group + side]
            np.maximum(here, self._depths[group] * shape, out=here)
        return depths


def loud_groups(blocks: Iterable[NDArray[np.float32]], above: Decibels) -> Iterator[tuple[int, Decibels]]:
    """Yield the number of each group of samples that is too loud, and its true peak in dBTP.

    Args:
        blocks: A signal, arrays of shape (frames,) or (frames, channels).
        above: The highest peak that is not too loud, in dBTP.
    """
    most, first = amplitude(above), 0
    waiting: NDArray[np.float32] | None = None
    silence = np.zeros(GROUP + 2 * REACH, np.float32)  # fills the last group up
    for block in chain(blocks, (silence,)):
        samples = block if block.ndim == 1 or block.shape[1] > 1 else block[:, 0]
        if waiting is None:
            waiting = np.zeros((REACH, *samples.shape[1:]), np.float32)
        if samples is silence:
            samples = np.zeros((silence.shape[0], *waiting.shape[1:]), np.float32)
        samples = np.concatenate((waiting, samples))
        whole = max(0, samples.shape[0] - 2 * REACH) // GROUP * GROUP
        if whole:
            peaks = channel_peaks(samples[: whole + 2 * REACH], most)
            for index in np.flatnonzero(peaks > most):
                yield first + int(index), decibels(float(peaks[index]))
        first += whole // GROUP
        waiting = samples[whole:]
