"""What lies under speech, a constant offset and rumble: it is not heard, but takes room from what is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.settings import RUMBLE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 1 << 12
"""Spectra are made of a multiple of so many samples, which is fast."""


def without_rumble(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """Return a sound without what lies below speech, nothing of it moved in time.

    Deep voices begin at 70 Hz; what is below the first of `RUMBLE_HZ` is taken away, what is above the second
    stays, and in between the gain rises as half a cosine, so gently that nothing rings.

    Args:
        samples: A sound to its ends, shape (frames,).
        sample_rate: In Hz.

    Returns:
        As many samples.
    """
    frames = samples.shape[0]
    if not frames:
        return samples
    # What would ring over the end, and from there into the beginning, has a tenth of a second to die away.
    length = -(-(frames + sample_rate // 10) // _BLOCK) * _BLOCK
    spectrum = np.fft.rfft(samples, length)
    low, high = RUMBLE_HZ
    count = int(high * length / sample_rate) + 1
    place = np.clip((np.arange(count) * sample_rate / length - low) / (high - low), 0.0, 1.0)
    spectrum[:count] *= 0.5 - 0.5 * np.cos(np.pi * place)
    return np.fft.irfft(spectrum, length)[:frames].astype(np.float32)
