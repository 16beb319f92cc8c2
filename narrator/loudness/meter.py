"""A loudness meter for mono signals.

Source: ITU-R BS.1770-5, annex 1. A mono file counts as one channel, as other meters count it.
"""

from __future__ import annotations

import math
from array import array
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from narrator.loudness.truepeak import GROUP, REACH, group_peaks
from narrator.model import Measurement
from narrator.settings import BLOCK_FRAMES
from narrator.units import Lufs, decibels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from narrator.audio import Audio

_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
"""(b, a) of the first filter at 48 kHz, annex 1, table 1: the head's effect."""
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""(b, a) of the second filter at 48 kHz, annex 1, table 2."""
_TABLE_RATE = 48_000
_OFFSET = -0.691
"""Annex 1, equation 2: makes a full-scale sine of 997 Hz read -3.01 LKFS."""
_ABSOLUTE_GATE = -70.0
"""LKFS, annex 1, equation 5."""
_RELATIVE_GATE = -10.0
"""LU below the loudness after the absolute gate, annex 1, equation 6."""
_STEPS_A_BLOCK = 4
"""Gating blocks of 400 ms overlap by 75 %, so they begin every 100 ms: one step."""
_STEPS_AT_ONCE = 7
"""Steps filtered by one transform, after one more of history."""


class Meter:
    """Measures integrated loudness and true peak of a signal that comes in blocks.

    It keeps one number for each 100 ms, so memory grows by 288 kB an hour. What is measured does not depend
    on the sizes of the blocks.

    Args:
        sample_rate: In Hz.
        true_peak: Whether the peak is sought between the samples too; without that it costs half the time.
    """

    def __init__(self, sample_rate: int, *, true_peak: bool = True) -> None:
        self._sample_rate = sample_rate
        self._true_peak = true_peak
        self._step = round(sample_rate / 10)
        self._waiting = np.zeros((1 + _STEPS_AT_ONCE) * self._step, np.float32)
        self._filled = self._step  # what is before the signal is silence
        self._energies = array("d")  # mean square of each step, K-weighted
        self._peak = 0.0
        self._edge = np.zeros(REACH, np.float32)  # samples that still lack a neighbour for interpolation
        self._frames = 0

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take in the next samples, of shape (frames,), any number of them."""
        if not block.shape[0]:
            return
        self._frames += block.shape[0]
        if self._true_peak:
            samples = np.concatenate((self._edge, block))
            whole = max(0, samples.shape[0] - 2 * REACH) // GROUP * GROUP
            self._peak = self._louder(samples[: whole + 2 * REACH])
            self._edge = samples[whole:].copy()
        else:
            self._peak = max(self._peak, float(block.max()), -float(block.min()))
        done = 0
        while done < block.shape[0]:
            count = min(block.shape[0] - done, self._waiting.shape[0] - self._filled)
            self._waiting[self._filled : self._filled + count] = block[done : done + count]
            self._filled += count
            done += count
            if self._filled == self._waiting.shape[0]:
                self._energies.extend(_step_energies(self._waiting, self._sample_rate))
                self._waiting[: self._step] = self._waiting[-self._step :]
                self._filled = self._step

    def result(self) -> Measurement:
        """Return what has been measured; more may be fed afterwards.

        Loudness is minus infinity for a signal that is silent or shorter than 400 ms, the peak for one that
        is silent.
        """
        return measure_channels((self,))

    def steps(self) -> NDArray[np.float64]:
        """Return the K-weighted mean square of each whole step so far."""
        rest = np.zeros_like(self._waiting)
        rest[: self._filled] = self._waiting[: self._filled]
        whole = self._filled // self._step - 1
        return np.concatenate((np.array(self._energies), _step_energies(rest, self._sample_rate)[:whole]))

    def peak(self) -> float:
        """Return the largest amplitude so far."""
        whole = -(self._edge.shape[0] - REACH) % GROUP  # what fills the last group up
        return self._louder(np.pad(self._edge, (0, whole + REACH)))

    @property
    def length(self) -> tuple[int, int]:
        """How many samples were fed, and how many of them make a second."""
        return self._frames, self._sample_rate

    def _louder(self, samples: NDArray[np.float32]) -> float:
        """Return the larger of the peak so far and the peak of samples but for REACH at both ends."""
        if samples.shape[0] <= 2 * REACH:
            return self._peak
        return max(self._peak, float(group_peaks(samples, self._peak).max()))


def measure_channels(meters: Sequence[Meter]) -> Measurement:
    """Return what the meters of a signal's channels say together.

    Source: ITU-R BS.1770-5, annex 1, equation 3: the mean squares of left, right and centre are summed.

    Args:
        meters: One for each channel, at least one; fed with the same number of samples.
    """
    steps = np.sum([meter.steps() for meter in meters], axis=0)
    peak = max(meter.peak() for meter in meters)
    return Measurement(integrate(steps), decibels(peak), *meters[0].length)


def measure_audio(audio: Audio, *, true_peak: bool = True) -> Measurement:
    """Measure a whole sound; its true peak, which costs most, only where it is asked for."""
    meter = Meter(audio.sample_rate, true_peak=true_peak)
    for start in range(0, audio.frames, BLOCK_FRAMES):
        meter.feed(audio.samples[start : start + BLOCK_FRAMES])
    return meter.result()


def integrate(steps: NDArray[np.float64]) -> Lufs:
    """Gate and average the mean squares of steps of 100 ms, K-weighted, as `Meter.steps` gives them."""
    if steps.shape[0] < _STEPS_A_BLOCK:
        return Lufs(-math.inf)
    blocks = np.lib.stride_tricks.sliding_window_view(steps, _STEPS_A_BLOCK).mean(axis=1)
    blocks = blocks[blocks > _mean_square(_ABSOLUTE_GATE)]
    if not blocks.shape[0]:
        return Lufs(-math.inf)
    blocks = blocks[blocks > blocks.mean() * 10 ** (_RELATIVE_GATE / 10)]
    return Lufs(_OFFSET + 10 * math.log10(blocks.mean()))


def _mean_square(loudness: float) -> float:
    return float(10 ** ((loudness - _OFFSET) / 10))


def _step_energies(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Return the K-weighted mean square of each step but the first, which is history only."""
    size = samples.shape[0]
    weighted = np.fft.irfft(np.fft.rfft(samples) * _k_response(sample_rate, size), size)
    steps = weighted.reshape(1 + _STEPS_AT_ONCE, -1)[1:]
    energies: NDArray[np.float64] = np.einsum("ij,ij->i", steps, steps).astype(np.float64)
    energies /= steps.shape[1]
    return energies


@cache
def _k_response(sample_rate: int, size: int) -> NDArray[np.complex64]:
    """Return the response of both filters at the frequencies of a real transform of `size` samples.

    Multiplying by it is a circular convolution. The filters ring for less than the 100 ms of history (the
    high-pass, at 38 Hz, has fallen by 200 dB by then), so it is a linear one behind them.
    """
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    powers = np.stack((np.ones_like(delay), delay, delay**2))
    response = np.ones_like(delay)
    for table in (_SHELF, _HIGH_PASS):
        b, a = _for_rate(*table, sample_rate)
        response *= (b @ powers) / (a @ powers)
    single: NDArray[np.complex64] = response.astype(np.complex64)
    return single


def _for_rate(
    b: tuple[float, ...], a: tuple[float, ...], sample_rate: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coefficients that a filter of the tables has at another rate.

    The bilinear transform is undone at 48 kHz and done again, both so that the filter's corner stays put.
    """
    # With p = (1 - z⁻¹) / (1 + z⁻¹), the analogue frequency, a polynomial in z⁻¹ becomes one in p.
    to_analogue = np.array([[1.0, 1.0, 1.0], [2.0, 0.0, -2.0], [1.0, -1.0, 1.0]])
    numerator, denominator = to_analogue @ np.array(b), to_analogue @ np.array(a)
    corner = math.atan(math.sqrt(denominator[0] / denominator[2])) / math.pi * _TABLE_RATE
    scale = math.tan(math.pi * corner / _TABLE_RATE) / math.tan(math.pi * corner / sample_rate)
    powers = np.array([1.0, scale, scale**2])
    to_digital = np.linalg.inv(to_analogue)
    return to_digital @ (numerator * powers), to_digital @ (denominator * powers)
