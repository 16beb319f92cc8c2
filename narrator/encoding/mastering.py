"""The finished file: mixed, brought to one loudness, limited, encoded in parts, and measured as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.audio import decoded_blocks
from narrator.encoding.mp3 import Mp3Writer
from narrator.encoding.parts import joined_steps
from narrator.encoding.studio import Studio
from narrator.errors import EncodingError
from narrator.loudness import Meter, integrate
from narrator.model import Measurement
from narrator.settings import (
    BLOCK_FRAMES,
    LIMITER_CEILING,
    LOUDNESS,
    LOUDNESS_TOLERANCE,
    PEAK,
    PROGRAMME_RATE,
)
from narrator.units import Decibels, decibels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from narrator.audio import Audio
    from narrator.encoding.kept import Encoded, PartStore
    from narrator.encoding.parts import Part
    from narrator.encoding.tags import Tags
    from narrator.model import Mastering, Take, Timeline

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
    *,
    store: PartStore | None = None,
    threads: int = 0,
) -> tuple[Mastering, Measurement]:
    """Mix, master and encode a programme, its parts side by side.

    The programme's gain is told in whole tenths of a decibel, so that a small edit does not move it. Silence,
    and a programme shorter than 400 ms, have no loudness and get no gain. The same arguments give the same
    bytes, whatever is in the store and however many threads there are.

    Args:
        timeline: Where every take lies, and where parts meet.
        read: Gives the samples of a take; called from several threads.
        gains: (voice id, gain in dB) of each voice.
        file: The target, open for writing (`files.writing`).
        tags: What the file says about itself.
        on_progress: Is told now and then how much is done, 0 to 1.
        store: Where encoded parts are and will be kept.
        threads: How many parts are worked on at once; as many as there are cores by default.

    Returns:
        The gains used, and what was measured on what the finished file is decoded to. Its loudness is
        that of steps which begin anew at each seam.

    Raises:
        EncodingError: Loudness or peak cannot be brought into range, or the tags do not fit.
        OSError: The file cannot be written.
    """
    studio = Studio(timeline, read, gains, store, threads, on_progress)
    search, ceiling = studio.find_gain(), LIMITER_CEILING
    for _ in range(_ENCODED):
        gain = search.next()
        measured = _encode(studio, gain, ceiling, Mp3Writer(file, timeline.length, tags))
        search.tell(gain, measured.loudness, learn=False)
        if measured.peak <= PEAK and abs(search.missing) <= LOUDNESS_TOLERANCE:
            return studio.mastering(gain), measured
        # Where there is room up to the allowed peak, it is taken: the less is limited, the better.
        ceiling = Decibels(min(ceiling + PEAK - measured.peak - _MARGIN, PEAK))
    raise EncodingError(
        f"the programme cannot be mastered: after {_ENCODED} encodings it has {measured.loudness:.1f} "
        f"LUFS where {LOUDNESS} are wanted, and a true peak of {measured.peak:.1f} where {PEAK} is "
        "allowed; a take may be noise instead of speech"
    )


def _encode(studio: Studio, gain: Decibels, ceiling: Decibels, writer: Mp3Writer) -> Measurement:
    """Write all parts, and tell what was measured on them."""
    peak, timeline = 0.0, studio.timeline

    def written() -> Iterator[tuple[Part, Encoded]]:
        nonlocal peak
        for part, encoded in studio.encoded(gain, ceiling):
            writer.join(encoded.frames)
            peak = max(peak, encoded.peak)
            yield part, encoded

    loudness = integrate(joined_steps(written()))
    writer.finish()
    return Measurement(loudness, decibels(peak), timeline.length, timeline.sample_rate)
