"""Programmes with one channel or two, and what becomes of two where they are played as one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from narrator.loudness.meter import Meter, measure_channels
from narrator.loudness.truepeak import group_peaks
from narrator.units import decibels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.model import Measurement

_HALF_POWER = np.float32(math.sqrt(0.5))


def mono_sum(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return two channels played as one, as loud as both of them.

    Each comes down by 3 dB (ITU-R BS.775-3, table 2), so that what is in the middle stays as it is. Devices
    that take 6 dB off each and play the sum on two loudspeakers give the same loudness.

    Args:
        samples: Shape (frames, 2).
    """
    total: NDArray[np.float32] = (samples[:, 0] + samples[:, 1]) * _HALF_POWER
    return total


def channel_peaks(samples: NDArray[np.float32], above: float) -> NDArray[np.float32]:
    """Return the peak of each group, as `group_peaks` does; of two channels that of both and their sum."""
    if samples.ndim == 1:
        return group_peaks(samples, above)
    every = (*np.ascontiguousarray(samples.T), mono_sum(samples))
    peaks: NDArray[np.float32] = np.maximum.reduce([group_peaks(one, above) for one in every])
    return peaks


class ChannelMeter:
    """Measures a programme with one channel or two; of two their sum counts for the peak, too.

    Args:
        sample_rate: In Hz.
        channels: 1 or 2.
        true_peak: As for `Meter`.
    """

    def __init__(self, sample_rate: int, channels: int, *, true_peak: bool = True) -> None:
        self._meters = [Meter(sample_rate, true_peak=true_peak) for _ in range(channels)]
        self._sum = Meter(sample_rate, true_peak=true_peak) if channels == 2 else None

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take in the next samples, of shape (frames,) or (frames, channels)."""
        if block.ndim == 1:
            self._meters[0].feed(block)
            return
        for meter, channel in zip(self._meters, block.T, strict=True):
            meter.feed(np.ascontiguousarray(channel))
        if self._sum:
            self._sum.feed(mono_sum(block))

    def steps(self) -> NDArray[np.float64]:
        """Return the mean square of each step so far: that of all channels together."""
        if len(self._meters) == 1:
            return self._meters[0].steps()
        steps: NDArray[np.float64] = np.sum([meter.steps() for meter in self._meters], axis=0)
        return steps

    def peak(self) -> float:
        """Return the largest amplitude so far."""
        return max(meter.peak() for meter in (*self._meters, *filter(None, (self._sum,))))

    @property
    def frames(self) -> int:
        """How many samples were fed to each channel."""
        return self._meters[0].length[0]

    def result(self) -> Measurement:
        """Return what has been measured."""
        return replace(measure_channels(self._meters), peak=decibels(self.peak()))
