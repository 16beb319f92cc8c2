"""What is done about peaks that an encoder makes: it is turned down where they are, and encoded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.loudness import loud_groups
from narrator.settings import MENDED, PEAK
from narrator.units import Decibels

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from narrator.loudness import Dips

MENDED_TRIES = 6
"""Encodings at most with one gain and one ceiling. MP3 and AAC rarely need a second one, Opus mostly two or
three: what is turned down here is encoded a little differently elsewhere, too."""


def mended(dips: Dips, decoded: Iterable[NDArray[np.float32]]) -> Dips:
    """Return where to turn down what is encoded next.

    An encoder drives single peaks too high, a few dozen of ten minutes. A lower ceiling would limit all the
    rest as well: a voice full of peaks would have to be turned up into the limiter by 10 dB for it.

    Args:
        dips: Where it was turned down already.
        decoded: What a decoder gave, arrays of shape (frames,) or (frames, channels).
    """
    near, below = MENDED
    loud = loud_groups(decoded, Decibels(PEAK - near))
    # In hundredths, so that no sum's last digit decides.
    return dips.deeper((group, Decibels(round(peak - PEAK + below, 2))) for group, peak in loud)
