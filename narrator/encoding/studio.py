"""Where the parts of one programme are made, side by side."""

from __future__ import annotations

from concurrent.futures import CancelledError
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING

from narrator.delivery import DELIVERY, Delivery
from narrator.encoding.abreast import abreast
from narrator.encoding.parts import Maker, joined_steps, part_key, parts_of
from narrator.loudness import GainSearch, integrate, limit
from narrator.mixing import mix
from narrator.model import Mastering
from narrator.settings import LIMITER_CEILING
from narrator.units import Decibels
from narrator.workers import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from narrator.audio import Audio
    from narrator.encoding.kept import Encoded, PartStore
    from narrator.encoding.parts import Part
    from narrator.model import Take, Timeline

_MEASURED = 5
"""Measurements before the first encoding, at most: one or two for speech, more for sounds full of peaks."""
_SHARE = 0.2
"""Share of the whole work that each of the usual two takes, where all parts are measured."""
_SAMPLE_S = 600
"""Seconds of the programme that are measured before the first encoding. All voices come at one level, so that
is enough to tell the gain; the finished file is measured whole."""
_NEAR = (0.3, 0.5)
"""LU off the target from where the next gain can be told: at first, and once two have shown what the limiter
takes off."""


class Studio:
    """Makes the parts of one programme, each by itself.

    Args:
        timeline: Where every take lies, and where parts meet.
        read: Gives the samples of a take; called from several threads.
        gains: (voice id, gain in dB) of each voice.
        store: Where what was made is and will be kept.
        threads: How many parts are worked on at once; as many as there are cores by default.
        on_progress: Is told now and then how much is done, 0 to 1.
        delivery: What the files are to be like.
    """

    def __init__(  # noqa: PLR0917 - what a programme is made of, in the order of the work
        self,
        timeline: Timeline,
        read: Callable[[Take], Audio],
        gains: tuple[tuple[str, Decibels], ...],
        store: PartStore | None = None,
        threads: int = 0,
        on_progress: Callable[[float], None] = lambda _: None,
        delivery: Delivery = DELIVERY,
    ) -> None:
        self.timeline, self.delivery = timeline, delivery
        self.watch = Watch(on_progress)
        self.begun = 0.0
        """Share of the work that is done before the encoding."""
        self._read, self._gains = read, gains
        self._store, self._threads = store, threads or cores()
        self._parts = parts_of(timeline)
        self._maker = Maker(read, self.watch.blocks, delivery)

    def find_gain(self, ceiling: Decibels = LIMITER_CEILING, known: GainSearch | None = None) -> GainSearch:
        """Look for the programme's gain by some of its parts; what it tells next is it.

        Args:
            ceiling: Of the limiter, in dBTP.
            known: What is known already behind this ceiling; else no gain is tried first.
        """
        search = known or GainSearch(self.delivery.loudness)
        parts = self._sample()
        length = sum(part.timeline.length for part in parts)
        share = _SHARE * length / self.timeline.length
        for index in range(_MEASURED):
            gain = search.next()
            start, end = (max(self.begun, min(step, 2) * share) for step in (index, index + 1))
            self.watch.begin(start, end, length)
            with closing(self._made("measured", parts, self.mastering(gain), ceiling)) as made:
                search.tell(gain, integrate(joined_steps(zip(parts, made, strict=True))))
            if abs(search.missing) <= _NEAR[min(index, 1)]:
                break
        self.begun = max(self.begun, 2 * share)
        return search

    def encoded(self, gain: Decibels, ceiling: Decibels) -> Generator[tuple[Part, Encoded]]:
        """Yield all parts in their order, as MP3."""
        self.watch.begin(self.begun, 1.0, self.timeline.length)
        self.begun = 1.0
        with closing(self._made("encoded", self._parts, self.mastering(gain), ceiling)) as made:
            yield from zip(self._parts, made, strict=True)

    def sound(self, gain: Decibels, ceiling: Decibels) -> Iterator[NDArray[np.float32]]:
        """Yield the blocks of the whole programme, limited, for what is encoded in one go."""
        self.watch.begin(self.begun, 1.0, self.timeline.length)
        self.begun = 1.0
        mixed = mix(self.timeline, self._read, self.mastering(gain))
        return self.watch.blocks(limit(mixed, self.timeline.sample_rate, ceiling))

    def mastering(self, gain: Decibels) -> Mastering:
        """Return the gains of the voices with that of the programme, and the places of speakers."""
        return Mastering(self._gains, gain, self.delivery.places)

    def _sample(self) -> tuple[Part, ...]:
        """Choose parts by their content, so that an edit elsewhere changes nothing of what they tell."""
        keys = [
            part_key(part, self.mastering(Decibels(0.0)), LIMITER_CEILING, self.delivery, what="sample")
            for part in self._parts
        ]
        chosen, length = set(), 0
        for index in sorted(range(len(keys)), key=keys.__getitem__):
            if length >= _SAMPLE_S * self.timeline.sample_rate:
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
            key = part_key(part, mastering, ceiling, self.delivery, what=what)
            there = self._store.get(key) if self._store else None
            if there is not None:
                self.watch.skip(part.timeline.length)
                return there
            made = make(part, mastering, ceiling)
            if self._store:
                self._store.keep(key, made)
            return made

        return abreast(work, parts, self._threads, self.watch.stop)


class Watch:
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
