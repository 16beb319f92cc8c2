"""The gain that brings a voice to the level of the others, from its own speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import join, resample
from narrator.loudness.limiter import limit
from narrator.loudness.meter import Meter
from narrator.loudness.search import GainSearch
from narrator.settings import BLOCK_FRAMES, LIMITER_CEILING, VOICE_STEP
from narrator.units import Decibels, amplitude

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.audio import Audio
    from narrator.units import Lufs

_TRIES = 6
"""Three are enough for most voices, for those full of peaks some more."""


def calibrate(speech: Sequence[Audio], level: Lufs) -> Decibels:
    """Return the static gain that brings a voice to the level of the others, as the limiter leaves it.

    The limiter takes more from a voice full of peaks than from another, so a gain that made them equally loud
    before it would not do so behind it.

    Args:
        speech: What the voice says, without the silence around it, at least one sound; a minute of it, for a
            level that holds. Of silence, and of less than 400 ms, nothing can be told: the gain is 0 dB.
        level: Loudness of every voice.

    Returns:
        The gain in whole steps of `VOICE_STEP`, so that a change nobody hears does not move it.
    """
    rate = speech[0].sample_rate
    samples = join([resample(sound, rate) for sound in speech]).samples
    search, gain = GainSearch(level), Decibels(0.0)
    for _ in range(_TRIES):
        search.tell(gain, _loudness(_turned(samples, gain), rate))
        if search.next() == gain:
            break
        gain = search.next()
    return Decibels(round(round(gain / VOICE_STEP) * VOICE_STEP, 1))


def _turned(samples: NDArray[np.float32], gain: Decibels) -> Iterator[NDArray[np.float32]]:
    factor = np.float32(amplitude(gain))
    for start in range(0, samples.shape[0], BLOCK_FRAMES):
        yield samples[start : start + BLOCK_FRAMES] * factor


def _loudness(blocks: Iterator[NDArray[np.float32]], rate: int) -> Lufs:
    meter = Meter(rate, true_peak=False)
    for block in limit(blocks, rate, LIMITER_CEILING):
        meter.feed(block)
    return meter.result().loudness
