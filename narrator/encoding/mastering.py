"""The finished file: mixed, brought to one loudness, limited, encoded in parts, and measured as it is."""

from __future__ import annotations

import math
from concurrent.futures import CancelledError
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING

from narrator.audio import decoded_blocks
from narrator.encoding.abreast import abreast
from narrator.encoding.mp3 import Mp3Writer
from narrator.encoding.parts import Maker, joined_steps, part_key, parts_of
from narrator.errors import EncodingError
from narrator.loudness import Meter, integrate
from narrator.model import Mastering, Measurement
from narrator.settings import (
    BLOCK_FRAMES,
    LIMITER_CEILING,
    LOUDNESS,
    LOUDNESS_TOLERANCE,
    PEAK,
    PROGRAMME_RATE,
)
from narrator.units import Decibels, decibels
from narrator.workers import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.audio import Audio
    from narrator.encoding.kept import Encoded, PartStore
    from narrator.encoding.parts import Part
    from narrator.encoding.tags import Tags
    from narrator.model import Take, Timeline
    from narrator.units import Lufs

_MEASURED = 5
"""Mixes measured before the first encoding, at most: two for speech, more for sounds full of peaks."""
_SHARE = 0.2
"""Share of the whole work that each of the usual two takes, where all parts are measured."""
_SAMPLE_S = 900
"""Seconds of the programme that are measured before the first encoding. All voices come at one level, so that
is enough to tell the gain; the finished file is measured whole."""
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
    studio = _Studio(timeline, read, gains, store, threads or cores(), _Watch(on_progress))
    ceiling = LIMITER_CEILING
    programme, tried = studio.find_gain(ceiling)
    for _ in range(_ENCODED):
        measured = studio.encode(Mastering(gains, programme), ceiling, Mp3Writer(file, timeline.length, tags))
        if measured.peak <= PEAK and abs(_missing(measured.loudness)) <= LOUDNESS_TOLERANCE:
            return Mastering(gains, programme), measured
        programme = _next_gain(programme, measured.loudness, tried)
        # Where there is room up to the allowed peak, it is taken: the less is limited, the better.
        ceiling = Decibels(min(ceiling + PEAK - measured.peak - _MARGIN, PEAK))
    raise EncodingError(
        f"the programme cannot be mastered: after {_ENCODED} encodings it has {measured.loudness:.1f} "
        f"LUFS where {LOUDNESS} are wanted, and a true peak of {measured.peak:.1f} where {PEAK} is "
        "allowed; a take may be noise instead of speech"
    )


class _Studio:
    """Where the parts of one programme are made."""

    def __init__(  # noqa: PLR0917 - what `master` was given
        self,
        timeline: Timeline,
        read: Callable[[Take], Audio],
        gains: tuple[tuple[str, Decibels], ...],
        store: PartStore | None,
        threads: int,
        watch: _Watch,
    ) -> None:
        self._timeline, self._gains = timeline, gains
        self._store, self._threads, self._watch = store, threads, watch
        self._parts = parts_of(timeline)
        self._maker = Maker(read, watch.blocks)
        self._begun = 0.0  # share of the work that is done before the encoding

    def find_gain(self, ceiling: Decibels) -> tuple[Decibels, list[tuple[Decibels, Lufs]]]:
        """Return the programme's gain, and the loudness that others gave, told by some of its parts."""
        tried: list[tuple[Decibels, Lufs]] = []
        parts = self._sample()
        length = sum(part.timeline.length for part in parts)
        share = _SHARE * length / self._timeline.length
        programme = Decibels(0.0)
        for index in range(_MEASURED):
            self._watch.begin(min(index, 2) * share, min(index + 1, 2) * share, length)
            mastering = Mastering(self._gains, programme)
            with closing(self._made("measured", parts, mastering, ceiling)) as made:
                steps = joined_steps(zip(parts, made, strict=True))
            tried.append((programme, integrate(steps)))
            missing = abs(_missing(tried[-1][1]))
            if missing > _THERE:
                programme = _next_gain(programme, tried[-1][1], tried)
            if missing <= _NEAR[min(index, 1)]:
                break
        self._begun = 2 * share
        return programme, tried

    def encode(self, mastering: Mastering, ceiling: Decibels, writer: Mp3Writer) -> Measurement:
        """Write all parts, and tell what was measured on them."""
        self._watch.begin(self._begun, 1.0, self._timeline.length)
        self._begun = 1.0
        peak = 0.0

        def written(parts: Iterable[Encoded]) -> Iterator[tuple[Part, Encoded]]:
            nonlocal peak
            for part, encoded in zip(self._parts, parts, strict=True):
                writer.join(encoded.frames)
                peak = max(peak, encoded.peak)
                yield part, encoded

        with closing(self._made("encoded", self._parts, mastering, ceiling)) as made:
            loudness = integrate(joined_steps(written(made)))
        writer.finish()
        return Measurement(loudness, decibels(peak), self._timeline.length, self._timeline.sample_rate)

    def _sample(self) -> tuple[Part, ...]:
        """Choose parts by their content, so that an edit elsewhere changes nothing of what they tell."""
        unity = Mastering(self._gains)
        keys = [part_key(part, unity, LIMITER_CEILING, what="sample") for part in self._parts]
        chosen, length = set(), 0
        for index in sorted(range(len(keys)), key=keys.__getitem__):
            if length >= _SAMPLE_S * self._timeline.sample_rate:
                break
            chosen.add(index)
            length += self._parts[index].timeline.length
        return tuple(self._parts[index] for index in sorted(chosen))

    def _made(
        self, what: str, parts: Sequence[Part], mastering: Mastering, ceiling: Decibels
    ) -> Generator[Encoded]:
        """Yield parts that were kept or are made now, in their order."""
        make = self._maker.measure if what == "measured" else self._maker.encode

        def work(part: Part) -> Encoded:
            key = part_key(part, mastering, ceiling, what=what)
            there = self._store.get(key) if self._store else None
            if there is not None:
                self._watch.skip(part.timeline.length)
                return there
            made = make(part, mastering, ceiling)
            if self._store:
                self._store.keep(key, made)
            return made

        return abreast(work, parts, self._threads, self._watch.stop)


class _Watch:
    """Tells how far the work has come, from whatever thread it is done in, and ends it."""

    def __init__(self, on_progress: Callable[[float], None]) -> None:
        self._on_progress = on_progress
        self._lock = Lock()
        self._stopped = False
        self.begin(0.0, 1.0, 1)

    def begin(self, start: float, end: float, length: int) -> None:
        """Begin something of so many samples, which takes the work from one share of it to another."""
        self._start, self._end, self._length, self._seen = start, end, length, 0

    def blocks(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Pass blocks on."""
        for block in blocks:
            yield block
            self.skip(block.shape[0])

    def skip(self, length: int) -> None:
        """Take note of samples that are done; of those done twice, too."""
        if self._stopped:
            raise CancelledError
        with self._lock:
            self._seen = min(self._seen + length, self._length)
            self._on_progress(self._start + (self._end - self._start) * self._seen / self._length)

    def stop(self) -> None:
        """End the work under way: nobody wants it any more."""
        self._stopped = True


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
