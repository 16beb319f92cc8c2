"""Shades: another voice from the sound of one, by pitch, formants and rate.

Speech is taken apart into melody, envelope of the spectrum and share of noise by the vocoder WORLD, and put
together again from changed parts. A listener tells speakers apart by the formants rather than by the pitch.

Sources: M. Morise, F. Yokomori, K. Ozawa, "WORLD: a vocoder-based high-quality speech synthesis system for
real-time applications", IEICE Transactions E99-D (7), 2016; M. Morise, "CheapTrick", Speech Communication 67,
2015, and "D4C", Speech Communication 84, 2016.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import Audio, Speech, WordTime, resample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.model import Shade

_VERSION = 1
"""Raised when this module makes other samples of the same sound."""
_PERIOD_MS = 5.0
"""Time between two frames of WORLD; its default."""
_LEAST_RATE = 16_000
"""Hertz. D4C looks for a voice up to 7,900 Hz (its "love train"): under this rate it reads what is not
there."""
_PAD_S = 0.1
"""Silence put around a sound for the analysis, so that its ends are no clicks and a word is long enough."""
_QUIETER = 0.5
"""WORLD puts all frequencies of a pulse at one moment, so that peaks grow; one factor for all takes, since a
voice has one gain."""
_HIGHEST = 0.98
"""A peak over this is brought down to it, with its whole take."""
_FADE_S = 0.004
"""Rise and fall at the ends."""


def vocoder() -> str:
    """Return what takes of shades depend on besides the sound they are made of."""
    from importlib.metadata import version

    return f"pyworld {version('pyworld-prebuilt')}, {_VERSION}"


def shaded(audio: Audio, shade: Shade) -> Audio:
    """Make another voice of a voice.

    The same sound and shade give the same samples, in any process, thread and order.

    Args:
        audio: Speech of one person, at any rate.
        shade: What to change.

    Returns:
        Audio at the same rate, `1 / shade.rate` times as long; a `Speech` if `audio` is one, the times of its
        words moved along. Digital silence stays digital silence.
    """
    length = round(audio.frames / shade.rate)
    if audio.peak == 0 or not length:
        return Audio(np.zeros(length, np.float32), audio.sample_rate)
    fine = resample(audio, max(audio.sample_rate, _LEAST_RATE))
    made = _resynthesized(fine.samples, fine.sample_rate, shade)
    made = _fitted(resample(Audio(made, fine.sample_rate), audio.sample_rate).samples, length)
    made *= min(_QUIETER, _HIGHEST / max(float(np.abs(made).max()), 1e-9))
    _fade(made, round(audio.sample_rate * _FADE_S))
    if not isinstance(audio, Speech):
        return Audio(made, audio.sample_rate)
    words = (WordTime(min(round(w.frame / shade.rate), length - 1), w.start, w.length) for w in audio.words)
    return Speech(made, audio.sample_rate, tuple(words))


def _resynthesized(samples: NDArray[np.float32], rate: int, shade: Shade) -> NDArray[np.float32]:
    """Take speech apart, change it, and put it together."""
    import pyworld

    pad = math.ceil(rate * _PAD_S)
    wave = np.pad(samples.astype(np.float64), pad)
    rough, times = pyworld.dio(wave, rate, frame_period=_PERIOD_MS)
    melody = pyworld.stonemask(wave, rough, times, rate)
    envelope = pyworld.cheaptrick(wave, melody, times, rate)
    noise = pyworld.d4c(wave, melody, times, rate)
    made = pyworld.synthesize(
        melody * 2 ** (shade.pitch / 12),
        _warped(envelope, 2 ** (shade.formants / 12)),
        noise,
        rate,
        _PERIOD_MS / shade.rate,
    )
    first = round(pad / shade.rate)
    return made[first : first + math.ceil(samples.size / shade.rate)].astype(np.float32)


def _warped(envelope: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Move what lies at a frequency to `factor` times that frequency.

    Args:
        envelope: Power, shape (frames, frequencies from 0 to half the rate).
        factor: Over 1, what would lie above half the rate is lost; under 1, the last value is repeated.
    """
    if factor == 1.0:
        return envelope
    last = envelope.shape[1] - 1
    places = np.minimum(np.arange(last + 1) / factor, last)
    below = np.minimum(places.astype(np.intp), last - 1)
    share = places - below
    # Linear, by sums and products alone: logarithms would differ in the last bit from processor to processor.
    return np.ascontiguousarray(envelope[:, below] * (1 - share) + envelope[:, below + 1] * share)


def _fitted(samples: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Return a copy that is exactly so long."""
    return np.pad(samples[:length], (0, max(0, length - samples.size)))


def _fade(samples: NDArray[np.float32], count: int) -> None:
    """Let a sound begin and end at 0."""
    count = min(count, samples.size // 2)
    ramp = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
    samples[:count] *= ramp
    samples[samples.size - count :] *= ramp[::-1]
