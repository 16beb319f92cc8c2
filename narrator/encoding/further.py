"""Further forms of a programme beside its MP3: the same mix, each brought to the same loudness for itself."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import EncodingError
from narrator.loudness import Meter, limit
from narrator.mixing import mix
from narrator.model import Mastering
from narrator.settings import LIMITER_CEILING, LOUDNESS, LOUDNESS_TOLERANCE, PEAK
from narrator.units import Decibels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.audio import Audio
    from narrator.encoding.forms import Form
    from narrator.encoding.tags import Tags
    from narrator.model import Measurement, Take, Timeline
    from narrator.units import Lufs

_MEASURED = 6
"""Mixes measured before the first encoding, at most: two for speech, more for sounds full of peaks."""
_SHARE = 0.2
"""Share of the whole work that each of the usual two takes."""
_THERE = 0.1
"""LU off the target that need no other gain."""
_ENCODED = 5
"""Encodings of a form: one for what keeps every sample, mostly one or two for the others."""
_MARGIN = 0.1
"""dB by which a further encoding is to stay below the allowed peak."""
_MOST = Decibels(40.0)
"""Programme gain at most: voices come at one level, so what needs more is no speech."""


class Further:
    """Masters a programme for several forms, with one search for its gain.

    The gain does not depend on whether an MP3 was made in the same run, nor on which forms are asked for: the
    same programme gives the same bytes.

    Args:
        timeline: Where every take lies.
        read: Gives the samples of a take.
        gains: (voice id, gain in dB) of each voice.
    """

    def __init__(
        self,
        timeline: Timeline,
        read: Callable[[Take], Audio],
        gains: tuple[tuple[str, Decibels], ...],
    ) -> None:
        self._timeline = timeline
        self._read = read
        self._gains = gains
        self._found: Decibels | None = None
        self._brings = 1.0  # LU of loudness for a dB of gain: less than 1 where the limiter works hard

    def write(
        self, form: Form, file: BinaryIO, tags: Tags, on_progress: Callable[[float], None] = lambda _: None
    ) -> Measurement:
        """Mix, master and encode one form.

        Args:
            form: The kind of file.
            file: The target, open for writing, with a name under which it can be read (`files.writing`).
            tags: What the file says about itself.
            on_progress: Is told now and then how much is done, 0 to 1.

        Returns:
            What was measured on the finished file.

        Raises:
            EncodingError: Loudness or peak cannot be brought into range, the file does not decode to the
                length of the programme, or the tags do not fit.
            OSError: The file cannot be written.
        """
        start = 0.0 if self._found is not None else 2 * _SHARE
        gain, ceiling = self._gain(on_progress), LIMITER_CEILING
        length = self._timeline.length
        for _ in range(_ENCODED):
            blocks = self._watched(self._limited(gain, ceiling), on_progress, (start, 1.0))
            form.write(file, blocks, length, tags)
            start = 1.0
            measured = measure(form, Path(file.name))
            if measured.frames != form.frames(length):
                raise EncodingError(
                    f"the {form.name} file decodes to {measured.frames} samples instead of "
                    f"{form.frames(length)}"
                )
            missing = _missing(measured.loudness)
            if measured.peak <= PEAK and abs(missing) <= LOUDNESS_TOLERANCE:
                return measured
            if abs(missing) > _THERE:
                gain = _rounded(gain + missing / self._brings)
            # Where there is room up to the allowed peak, it is taken: the less is limited, the better.
            ceiling = Decibels(min(ceiling + PEAK - measured.peak - _MARGIN, PEAK))
        raise EncodingError(
            f"the {form.name} file cannot be mastered: after {_ENCODED} encodings it has "
            f"{measured.loudness:.1f} LUFS where {LOUDNESS} are wanted, and a true peak of "
            f"{measured.peak:.1f} where {PEAK} is allowed; leave it out of --format"
        )

    def _gain(self, on_progress: Callable[[float], None]) -> Decibels:
        """Return the gain that brings the limited mix to the target, looked for once."""
        if self._found is None:
            gain = Decibels(0.0)
            before: tuple[Decibels, Lufs] | None = None
            for index in range(_MEASURED):
                meter = Meter(self._timeline.sample_rate, true_peak=False)
                share = (min(index, 2) * _SHARE, min(index + 1, 2) * _SHARE)
                for block in self._watched(self._limited(gain, LIMITER_CEILING), on_progress, share):
                    meter.feed(block)
                loudness = meter.result().loudness
                missing = _missing(loudness)
                if before is not None and gain != before[0]:
                    slope = (loudness - before[1]) / (gain - before[0])
                    self._brings = min(1.0, max(0.1, slope))
                before = (gain, loudness)
                if abs(missing) <= _THERE:
                    break
                gain = _rounded(gain + missing / self._brings)
            self._found = gain
        return self._found

    def _limited(self, gain: Decibels, ceiling: Decibels) -> Iterator[NDArray[np.float32]]:
        timeline = self._timeline
        mixed = mix(timeline, self._read, Mastering(self._gains, gain))
        return limit(mixed, timeline.sample_rate, ceiling)

    def _watched(
        self,
        blocks: Iterable[NDArray[np.float32]],
        on_progress: Callable[[float], None],
        share: tuple[float, float],
    ) -> Iterator[NDArray[np.float32]]:
        """Pass blocks on and tell how far they have come, within a share of the whole work."""
        seen = 0
        for block in blocks:
            yield block
            seen += block.shape[0]
            on_progress(share[0] + (share[1] - share[0]) * seen / self._timeline.length)


def measure(form: Form, path: Path) -> Measurement:
    """Decode a file of a form block by block and measure what a listener gets.

    Raises:
        AudioError: It cannot be decoded.
    """
    meter = Meter(form.sample_rate)
    for audio in form.decode(path):
        meter.feed(audio.samples)
    return meter.result()


def _missing(loudness: Lufs) -> float:
    """Return by how many LU a programme is too soft; silence misses nothing."""
    return LOUDNESS - loudness if math.isfinite(loudness) else 0.0


def _rounded(gain: float) -> Decibels:
    """Return a gain in whole tenths, so that a small edit does not move it."""
    return Decibels(round(min(gain, _MOST), 1))
