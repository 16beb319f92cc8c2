"""What is heard: loudness, peaks, silence and clipping, measured in blocks."""

from __future__ import annotations

import math
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import decoded_channels
from narrator.errors import AudioError
from narrator.loudness import Meter, measure_channels
from narrator.settings import BLOCK_FRAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    _Block = tuple[NDArray[np.float32], int]

_STEP = 64
"""Samples that are silent together or not; a block is a whole number of them."""
_FAINT = 1 / 32768
"""Full scale is 1; what lies below is silence in 16 bits, and no microphone or voice is that silent."""
_FULL = 1 - 1 / 32768
_FLAT = 4
"""Samples at full scale in a row that no sound has by itself."""
_LONGEST_S = 24 * 3600
"""Seconds that are measured: a small file could promise months."""
_SLOWEST = 1000
"""Hz; below this nothing can be measured."""
MOST_CHANNELS = 8
_STDERR = 2
"""Number of the standard error stream, for libraries too."""


@dataclass(slots=True)
class Sound:
    """What was measured."""

    channels: int = 0
    sample_rate: int = 0
    frames: int = 0
    loudness: float = -math.inf
    """LUFS, all channels together."""
    peak: float = -math.inf
    """dBTP."""
    same: bool = False
    """Whether both channels of a stereo file hold the same."""
    silence: tuple[int, int] = (0, 0)
    """Start and length of the longest digital silence, ms."""
    clips: int = 0
    """Runs of samples at full scale."""
    first_clip: int = 0
    """Where the first one lies, ms."""
    problem: str = ""
    """Why it could not be decoded."""

    @property
    def duration_ms(self) -> int:
        """Length."""
        return self.frames * 1000 // self.sample_rate if self.sample_rate else 0


def measure_sound(path: Path) -> Sound:
    """Decode a file block by block; memory does not grow with its length but for a number each 100 ms."""
    sound = Sound()
    meters: list[Meter] = []
    quiet = _Quiet()
    try:
        for block, rate in _silently(decoded_channels(path, BLOCK_FRAMES, what="it", most=MOST_CHANNELS)):
            if rate < _SLOWEST or not np.isfinite(block).all():
                sound.problem = "what it decodes to is no sound"
                break
            if not meters:
                sound.channels, sound.sample_rate = block.shape[1], rate
                sound.same = block.shape[1] == 2
                meters = [Meter(rate) for _ in range(block.shape[1])]
            _take(sound, meters, block)
            quiet.feed(np.abs(block).max(axis=1) < _FAINT)
            if sound.frames > _LONGEST_S * rate:
                sound.problem = "it is longer than a day; the rest was not measured"
                break
    except AudioError as error:
        sound.problem = str(error)
    if meters:
        measured = measure_channels(meters)
        sound.loudness, sound.peak = measured.loudness, measured.peak
        first, length = quiet.longest
        sound.silence = (
            first * _STEP * 1000 // sound.sample_rate,
            length * _STEP * 1000 // sound.sample_rate,
        )
    return sound


def _silently(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """Pass blocks on, while nobody sees what the decoder's library writes to standard error by itself.

    It notes there each header that it misses; we tell of them ourselves.
    """
    while True:
        with _hushed():
            block = next(blocks, None)
        if block is None:
            return
        yield block


@contextmanager
def _hushed() -> Iterator[None]:
    """Lead standard error nowhere, that of libraries too."""
    try:
        kept = os.dup(_STDERR)
    except OSError:  # whoever started us closed it
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nowhere)


def _take(sound: Sound, meters: list[Meter], block: NDArray[np.float32]) -> None:
    for index, meter in enumerate(meters):
        meter.feed(np.ascontiguousarray(block[:, index]))
    sound.same = sound.same and bool(np.array_equal(block[:, 0], block[:, 1]))
    flat = (np.abs(block) >= _FULL).any(axis=1)
    if flat.any():
        run = np.convolve(flat, np.ones(_FLAT, np.int8), "valid") == _FLAT
        starts = np.flatnonzero(np.diff(np.concatenate(([False], run)).astype(np.int8)) == 1)
        if starts.shape[0] and not sound.clips:
            sound.first_clip = (sound.frames + int(starts[0])) * 1000 // sound.sample_rate
        sound.clips += int(starts.shape[0])
    sound.frames += block.shape[0]


class _Quiet:
    """Keeps the longest run of silent steps, over the borders of blocks."""

    def __init__(self) -> None:
        self._longest = (0, 0)
        self._begun = 0  # the step behind the last one that is not silent
        self._steps = 0

    @property
    def longest(self) -> tuple[int, int]:
        """First step and number of steps."""
        return max(self._longest, (self._begun, self._steps - self._begun), key=lambda run: run[1])

    def feed(self, silent: NDArray[np.bool_]) -> None:
        """Take in whether each sample of a block is silent."""
        steps = np.pad(silent, (0, -silent.shape[0] % _STEP)).reshape(-1, _STEP).all(axis=1)
        loud = np.flatnonzero(~steps) + self._steps
        self._steps += steps.shape[0]
        if loud.shape[0]:
            before = np.concatenate(([self._begun - 1], loud[:-1]))
            runs = loud - before - 1
            at = int(runs.argmax())
            self._longest = max(self._longest, (int(before[at]) + 1, int(runs[at])), key=lambda run: run[1])
            self._begun = int(loud[-1]) + 1
