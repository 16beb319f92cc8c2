"""Peaks between the samples, by four times oversampling.

Source: ITU-R BS.1770-5, annex 2 (the method; the filter here is longer than the example given there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH = 16
"""Samples on either side of a point that its interpolation needs."""
GROUP = 32
"""Samples that are looked at together; at least REACH."""
_TILE = 40
"""Groups interpolated at once: the product is so small that it stays on one thread and in the cache."""


def _interpolation() -> NDArray[np.float64]:
    """Design the filters for a quarter, half and three quarters of a sample, shape (2 * REACH, 3).

    A sinc under a Kaiser window: flat up to 0.44 of the sample rate; beta 6 keeps images 60 dB down.
    """
    taps = np.arange(-REACH + 1, REACH + 1)[:, None] - np.array([0.25, 0.5, 0.75])
    window = np.i0(6.0 * np.sqrt(1 - (taps / REACH) ** 2)) / np.i0(6.0)
    filters: NDArray[np.float64] = np.sinc(taps) * window
    filters /= filters.sum(axis=0)
    return filters


def _group_matrix() -> NDArray[np.float32]:
    """Return the matrix that takes a group with what is around it to the values between its samples.

    Shape (GROUP + 2 * REACH - 1, 3 * GROUP): one product with it is far quicker than many short filters.
    """
    matrix = np.zeros((GROUP + 2 * REACH - 1, 3, GROUP), np.float32)
    for sample in range(GROUP):
        matrix[sample : sample + 2 * REACH, :, sample] = _FILTERS
    return matrix.reshape(matrix.shape[0], -1)


def _bend_weight() -> tuple[float, float]:
    """Return what bounds an interpolated value: shares of the largest sample and of the largest bend around.

    A filter is the straight line between two samples and a rest. On a straight signal the rest comes to
    nothing but for what the window shifts, so it is a sum over bends, the second differences of the samples:
    the more slowly a sound swings, the nearer its values keep to its samples. In speech that saves nearly all
    the work.
    """
    shift = bend = 0.0
    for part, taps in zip((0.25, 0.5, 0.75), _FILTERS.T, strict=True):
        rest = taps.copy()
        rest[REACH - 1] -= 1 - part
        rest[REACH] -= part
        moment = float(rest @ np.arange(-REACH + 1, REACH + 1))
        rest[REACH - 1] += moment
        rest[REACH] -= moment
        shift = max(shift, 2 * abs(moment))
        bend = max(bend, float(np.abs(np.cumsum(np.cumsum(rest))).sum()))
    return 1 + shift, bend


_FILTERS = _interpolation()
_LINE, _BEND = _bend_weight()
_GROUP_MATRIX = _group_matrix()


def group_peaks(samples: NDArray[np.float32], above: float) -> NDArray[np.float32]:
    """Return the largest absolute value of each group, between its samples and up to the next group too.

    Args:
        samples: Shape (groups * GROUP + 2 * REACH,): the groups asked for, and REACH more on either side.
        above: Only values above this are wanted; a smaller one may be that of the samples alone.

    Returns:
        Shape (groups,).
    """
    size = np.abs(samples)
    starts = np.arange(REACH, samples.shape[0] - REACH + 1, GROUP)
    peaks = np.maximum.reduceat(size, starts)[:-1]
    if float(size.max()) * (_LINE + 4 * _BEND) <= above:
        return peaks
    bends = np.diff(samples, 2)
    # A bend belongs to the middle one of its three samples; filters reach into neighbouring groups at most.
    bent = np.maximum.reduceat(np.abs(bends, out=bends), np.append(0, starts - 1))
    bent = np.maximum(np.maximum(bent[:-2], bent[1:-1]), bent[2:])
    following = np.append(peaks[1:], size[-REACH])  # a value lies between a group's last sample and the next
    chosen = np.flatnonzero(np.maximum(peaks, following) * _LINE + bent * _BEND > above)
    windows = np.lib.stride_tricks.sliding_window_view(samples[1:], _GROUP_MATRIX.shape[0])[::GROUP]
    for start in range(0, chosen.shape[0], _TILE):
        tile = chosen[start : start + _TILE]
        between = windows[tile] @ _GROUP_MATRIX
        peaks[tile] = np.maximum(peaks[tile], np.maximum(between.max(axis=1), -between.min(axis=1)))
    return peaks
