"""The finished file: mixed, brought to one loudness, limited, encoded, and measured as it is."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.audio import decoded_blocks
from narrator.encoding.mp3 import write_mp3
from narrator.errors import EncodingError
from narrator.loudness import Meter, limit
from narrator.mixing import mix
from narrator.model import Mastering
from narrator.settings import (
    BLOCK_FRAMES,
    LIMITER_CEILING,
    LOUDNESS,
    LOUDNESS_TOLERANCE,
    PEAK,
    PROGRAMME_RATE,
)
from narrator.units import Decibels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.audio import Audio
    from narrator.encoding.tags import Tags
    from narrator.model import Measurement, Take, Timeline
    from narrator.units import Lufs

_MEASURED = 5
"""Mixes measured before the first encoding, at most: two for speech, more for sounds full of peaks."""
_SHARE = 0.2
"""Share of the whole work that each of the usual two takes."""
_THERE = 0.1
"""LU off the target that need no other gain."""
_NEAR = (0.3, 0.5)
"""LU off the target from where the next gain can be told: at first, and once two have shown what the limiter
takes off."""
_MOST = 40.0
"""dB of programme gain at most: voices come at one level, so what needs more is no speech."""
_ENCODED = 3
"""Encodings: the second mends what the encoder changed, the third is for what is hard to tell."""
_MARGIN = 0.1
"""dB by which a second encoding is to stay below the allowed peak."""


def measure_file(path: Path) -> Measurement:
    """Decode a file block by block and measure what a listener gets.

    Raises:
        AudioError: It cannot be decoded.
    """
    meter = Meter(PROGRAMME_RATE)
    for index, audio in enumerate(decoded_blocks(path, BLOCK_FRAMES, what=str(path))):
        meter = meter if index else Meter(audio.sample_rate)
        meter.feed(audio.samples)
    return meter.result()


def master(  # noqa: PLR0917 - what goes into a stage, in the order of the work
    timeline: Timeline,
    read: Callable[[Take], Audio],
    gains: tuple[tuple[str, Decibels], ...],
    file: BinaryIO,
    tags: Tags,
    on_progress: Callable[[float], None] = lambda _: None,
) -> tuple[Mastering, Measurement]:
    """Mix, master and encode a programme.

    The programme's gain is told in whole tenths of a decibel, so that a small edit does not move it. Silence,
    and a programme shorter than 400 ms, have no loudness and get no gain. The same arguments give the same
    bytes.

    Args:
        timeline: Where every take lies.
        read: Gives the samples of a take.
        gains: (voice id, gain in dB) of each voice.
        file: The target, open for writing, with a name under which it can be read (`files.writing`).
        tags: What the file says about itself.
        on_progress: Is told now and then how much is done, 0 to 1.

    Returns:
        The gains used, and what was measured on the finished file.

    Raises:
        EncodingError: Loudness or peak cannot be brought into range, or the tags do not fit.
        OSError: The file cannot be written.
    """
    ceiling = LIMITER_CEILING
    tried: list[tuple[Decibels, Lufs]] = []

    def limited(gain: Decibels, share: tuple[float, float]) -> Iterator[NDArray[np.float32]]:
        blocks = limit(mix(timeline, read, Mastering(gains, gain)), timeline.sample_rate, ceiling)
        return _watched(blocks, timeline.length, on_progress, share)

    programme = Decibels(0.0)
    for index in range(_MEASURED):
        meter = Meter(timeline.sample_rate, true_peak=False)
        for block in limited(programme, (min(index, 2) * _SHARE, min(index + 1, 2) * _SHARE)):
            meter.feed(block)
        tried.append((programme, meter.result().loudness))
        missing = abs(_missing(tried[-1][1]))
        if missing > _THERE:
            programme = _next_gain(programme, tried[-1][1], tried)
        if missing <= _NEAR[min(index, 1)]:
            break
    share = (2 * _SHARE, 1.0)
    for _ in range(_ENCODED):
        write_mp3(file, limited(programme, share), timeline.length, tags)
        measured = measure_file(Path(file.name))
        if measured.peak <= PEAK and abs(_missing(measured.loudness)) <= LOUDNESS_TOLERANCE:
            return Mastering(gains, programme), measured
        programme = _next_gain(programme, measured.loudness, tried)
        # Where there is room up to the allowed peak, it is taken: the less is limited, the better.
        ceiling = Decibels(min(ceiling + PEAK - measured.peak - _MARGIN, PEAK))
        share = (1.0, 1.0)
    raise EncodingError(
        f"the programme cannot be mastered: after {_ENCODED} encodings it has {measured.loudness:.1f} "
        f"LUFS where {LOUDNESS} are wanted, and a true peak of {measured.peak:.1f} where {PEAK} is "
        "allowed; a take may be noise instead of speech"
    )


def _watched(
    blocks: Iterable[NDArray[np.float32]],
    length: int,
    on_progress: Callable[[float], None],
    share: tuple[float, float],
) -> Iterator[NDArray[np.float32]]:
    """Pass blocks on and tell how far they have come, within a share of the whole work."""
    seen = 0
    for block in blocks:
        yield block
        seen += block.shape[0]
        on_progress(share[0] + (share[1] - share[0]) * seen / length)


def _missing(loudness: Lufs) -> float:
    """Return by how many LU a programme is too soft; silence misses nothing."""
    return LOUDNESS - loudness if math.isfinite(loudness) else 0.0


def _next_gain(gain: Decibels, loudness: Lufs, tried: Sequence[tuple[Decibels, Lufs]]) -> Decibels:
    """Return the gain to try after one that gave a loudness.

    Where the limiter works hard, a decibel of gain brings less than a decibel of loudness: how much less is
    told by two gains that were tried.
    """
    brings = 1.0
    if len(tried) > 1 and tried[-1][0] != tried[-2][0]:
        brings = (tried[-1][1] - tried[-2][1]) / (tried[-1][0] - tried[-2][0])
    wanted = gain + _missing(loudness) / min(1.0, max(0.1, brings))
    return Decibels(round(min(wanted, _MOST), 1))
