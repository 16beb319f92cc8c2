"""A score to samples: those of any range, the same whatever ranges are asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from narrator.errors import AudioError
from narrator.units import Decibels, amplitude

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from narrator.model import Ducking, Layer, Score, Tune

_SAMPLE = np.dtype("<f4")


def music_of(score: Score, start: int, end: int, channels: int = 1) -> NDArray[np.float32]:
    """Return the music of a range of the programme, as loud as it is beside speech at its level.

    Every curve is a table of its whole length, of which ranges take what falls into them: so no sample
    depends on where a range begins or ends. Tunes are read from their files where they sound, and let go.

    Args:
        score: What plays where.
        start: First sample of the range.
        end: The sample after its last.
        channels: 1, or 2 where stereo is wanted.

    Returns:
        Shape (frames,), for two channels (frames, 2), float32.

    Raises:
        AudioError: A tune is not as long as it was when it was made ready.
    """
    sound = np.zeros((end - start, channels), np.float32)
    for layer in score.within(start, end):
        first, last = max(start, layer.start), min(end, layer.end)
        gain = _ducked(score, layer, first, last)
        _fade(gain, layer, first - layer.start)
        played = _played(layer, first - layer.start, last - layer.start)
        sound[first - start : last - start] += played * gain[:, None]
    return sound[:, 0] if channels == 1 else sound


# ---------------------------------------------------------------- what a layer sounds like by itself
def _played(layer: Layer, first: int, last: int) -> NDArray[np.float32]:
    """Return samples of a layer, counted from its beginning; shape (frames, channels)."""
    if not layer.crossfade:
        return _read(layer.tune, first, last)
    return np.concatenate(list(_rounds(layer, first, last)))


def _rounds(layer: Layer, first: int, last: int) -> Iterator[NDArray[np.float32]]:
    """Yield what is heard in one round of a loop after the other.

    A round is shorter than the tune by the crossfade, in which the end of the round before is still heard.
    """
    tune, crossfade = layer.tune, layer.crossfade
    length = tune.frames - crossfade
    for number in range(first // length, -(-last // length)):
        here, there = max(first - number * length, 0), min(last - number * length, length)
        sound = _read(tune, here, there)
        both = min(there, crossfade)
        if number and here < both:
            # Two sounds that have nothing to do with each other keep their power together when the squares
            # of the gains make 1.
            rise, fall = _equal_power(crossfade)
            over = _read(tune, length + here, length + both) * fall[here:both, None]
            sound[: both - here] = sound[: both - here] * rise[here:both, None] + over
        yield sound


def _read(tune: Tune, first: int, last: int) -> NDArray[np.float32]:
    """Read samples of a tune; shape (frames, channels)."""
    width = tune.channels * _SAMPLE.itemsize
    try:
        flat = np.fromfile(tune.path, _SAMPLE, (last - first) * tune.channels, offset=first * width)
        return flat.astype(np.float32, copy=False).reshape(last - first, tune.channels)
    except (OSError, ValueError) as error:
        raise AudioError(f"the music kept at {tune.path} is gone or damaged; build again") from error


# ---------------------------------------------------------------- how loud it is
def _fade(gain: NDArray[np.float32], layer: Layer, first: int) -> None:
    """Turn a layer down at its ends.

    Args:
        gain: Of samples of the layer; changed.
        layer: The layer.
        first: Sample of the layer to which the first of them belongs.
    """
    if first < layer.fade_in:
        rise = _slope(layer.fade_in)[first:]
        gain[: rise.shape[0]] *= rise[: gain.shape[0]]
    begins = layer.length - layer.fade_out
    if first + gain.shape[0] > begins:
        fall = _slope(layer.fade_out)[::-1][max(0, first - begins) : first + gain.shape[0] - begins]
        gain[gain.shape[0] - fall.shape[0] :] *= fall


def _ducked(score: Score, layer: Layer, first: int, last: int) -> NDArray[np.float32]:
    """Return the gain of a layer, by how near speech is; shape (frames,)."""
    open_, low = amplitude(layer.level), amplitude(layer.ducked)
    gain = np.full(last - first, open_, np.float32)
    if low < open_:
        down, up = _ways(score.ducking, layer.level, layer.ducked)
        for begins, ends in score.ducking_in(first, last):
            here, there = begins - first, ends + score.ducking.hold - first
            _lower(gain, here - down.shape[0], down)
            gain[max(0, here) : max(0, there)] = np.float32(low)
            _lower(gain, there, up)
    return gain


def _lower(gain: NDArray[np.float32], at: int, curve: NDArray[np.float32]) -> None:
    """Bring a gain down to a curve that begins at a place in it, or before or behind it."""
    here = gain[max(0, at) : max(0, at + curve.shape[0])]
    np.minimum(here, curve[max(0, -at) :][: here.shape[0]], out=here)


@lru_cache(maxsize=64)
def _ways(
    ducking: Ducking, level: Decibels, ducked: Decibels
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the gains on the way down and on the way up: slopes in decibels, as the ear hears them."""
    ways = []
    for length, from_, to in ((ducking.attack, level, ducked), (ducking.release, ducked, level)):
        rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1))
        ways.append(_table(10.0 ** ((from_ + (to - from_) * rise) / 20.0)))
    return ways[0], ways[1]


@lru_cache(maxsize=64)
def _slope(length: int) -> NDArray[np.float32]:
    """Return the rise from silence within so many samples."""
    return _table(0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1)))


@lru_cache(maxsize=4)
def _equal_power(length: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return rise and fall whose squares make 1."""
    angle = np.pi / 2 * (np.arange(length) + 0.5) / length
    return _table(np.sin(angle)), _table(np.cos(angle))


def _table(values: NDArray[np.float64]) -> NDArray[np.float32]:
    table = values.astype(np.float32)
    table.flags.writeable = False  # it is shared
    return table
