"""A programme in parts: each is mixed, limited, encoded and measured by itself, whatever is around it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from narrator import __version__, settings
from narrator.audio import decoded_channels
from narrator.delivery import DELIVERY, Delivery
from narrator.encoding.frames import FrameKind
from narrator.encoding.kept import Encoded
from narrator.encoding.mending import MENDED_TRIES, mended
from narrator.encoding.mp3 import Frames, cut_in_silence, encode_frames, format_alone
from narrator.errors import EncodingError
from narrator.loudness import ChannelMeter, Dips, limit
from narrator.mixing import mix
from narrator.model import Timeline
from narrator.settings import BLOCK_FRAMES, PEAK, SEAM_GRID
from narrator.units import Decibels, decibels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from narrator.audio import Audio
    from narrator.model import Mastering, Take

_SHAPING = ("FADE_MS", "PEAK", "MENDED")
"""Settings that shape a part beside what is in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a programme, from one seam to the next."""

    timeline: Timeline
    """Counted from its own first sample."""
    last: bool
    """Whether the programme ends with it."""


def parts_of(timeline: Timeline) -> tuple[Part, ...]:
    """Cut a programme at its seams."""
    bounds = [0, *timeline.seams, timeline.length]
    cues = iter(timeline.cues)
    parts = []
    cue = next(cues, None)
    for start, end in pairwise(bounds):
        inside = []
        while cue is not None and cue.start < end:
            inside.append(replace(cue, start=cue.start - start))
            cue = next(cues, None)
        score = None
        if timeline.score is not None and not timeline.score.silent(start, end):
            score = timeline.score.cut(start, end)
        own = Timeline(timeline.sample_rate, end - start, tuple(inside), (), (), score=score)
        parts.append(Part(own, last=end == timeline.length))
    return tuple(parts)


def joined_steps(parts: Iterable[tuple[Part, Encoded]]) -> NDArray[np.float64]:
    """Return the mean squares of the steps of parts in a row.

    A part is measured in steps from its own beginning, so that what lies before it does not matter. The rest
    of a step at its end is silence, which is made up for in whole steps.
    """
    steps, there, end = [], 0, 0
    for part, encoded in parts:
        missing = round(10 * end / part.timeline.sample_rate) - there
        steps += [np.zeros(max(0, missing)), encoded.steps]
        there += steps[-2].shape[0] + steps[-1].shape[0]
        end += part.timeline.length
    return np.concatenate(steps)


@cache
def makers() -> tuple[str, ...]:
    """Return the versions of all that makes samples or frames."""
    return (__version__, *(version(name) for name in ("lameenc", "numpy", "soxr")))


def part_key(
    part: Part, mastering: Mastering, ceiling: Decibels, delivery: Delivery = DELIVERY, *, what: str
) -> str:
    """Return a hash of everything that shapes a part.

    Args:
        part: The part; where it lies in the programme does not matter.
        mastering: Gains and places; those of voices that are not heard in it do not matter.
        ceiling: Of the limiter, in dBTP.
        delivery: What the files are to be like; how loud has been told by the gains.
        what: What is made of it.
    """
    gains, places = dict(mastering.gains), dict(mastering.places)
    cues = [
        (cue.start, cue.length, cue.first, cue.last, cue.take.key, gains.get(cue.utterance.voice.id, 0.0))
        + ((places.get(cue.utterance.speaker, 0.0),) if places else ())
        for cue in part.timeline.cues
    ]
    shaping = [delivery.bit_rate, *(getattr(settings, name) for name in _SHAPING)]
    form = (part.timeline.sample_rate, part.timeline.length, part.last)
    shape: tuple[object, ...] = (what, makers(), shaping, form, mastering.programme, ceiling, cues)
    if part.timeline.score is not None:
        shape = (*shape, part.timeline.score.digest(0, part.timeline.length))
    if places:  # music alone has two channels then, too
        shape = (*shape, "two channels")
    return hashlib.sha256(json.dumps(shape).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes all parts of one programme."""

    read: Callable[[Take], Audio]
    watch: Callable[[Iterable[NDArray[np.float32]]], Iterator[NDArray[np.float32]]]
    """Passes the blocks on that are made."""
    delivery: Delivery = DELIVERY

    def measure(self, part: Part, mastering: Mastering, ceiling: Decibels) -> Encoded:
        """Mix and limit a part, and tell how loud it is before it is encoded."""
        meter = self._meter(part, true_peak=False)
        for block in self._sound(part, mastering, ceiling):
            meter.feed(block)
        return Encoded(Frames(b"", 0, 0), meter.steps(), meter.peak())

    def encode(self, part: Part, mastering: Mastering, ceiling: Decibels) -> Encoded:
        """Mix, limit and encode a part, and measure what a decoder gives.

        Where the encoder drives a peak above the allowed one, it is turned down there and encoded again.

        Raises:
            EncodingError: The encoder made something else than was asked for.
        """
        length, kind = part.timeline.length, FrameKind(self.delivery.bit_rate, self.delivery.channels)
        dips = Dips(part.timeline.sample_rate)
        for _ in range(MENDED_TRIES):
            frames = encode_frames(dips.applied(self._sound(part, mastering, ceiling)), length, kind)
            alone = format_alone(frames, length)
            meter = self._meter(part)
            for samples, _ in decoded_channels(alone, BLOCK_FRAMES, what="a part"):
                meter.feed(samples)
            if meter.frames != length:
                raise EncodingError(f"a part of {length} samples is decoded to {meter.frames}")
            if decibels(meter.peak()) <= PEAK:
                break
            again = decoded_channels(alone, BLOCK_FRAMES, what="a part")
            dips = mended(dips, (samples for samples, _ in again))
        if not part.last:
            frames = cut_in_silence(frames, length // SEAM_GRID)
        return Encoded(frames, meter.steps(), meter.peak())

    def _meter(self, part: Part, *, true_peak: bool = True) -> ChannelMeter:
        return ChannelMeter(part.timeline.sample_rate, self.delivery.channels, true_peak=true_peak)

    def _sound(self, part: Part, mastering: Mastering, ceiling: Decibels) -> Iterator[NDArray[np.float32]]:
        mixed = mix(part.timeline, self.read, mastering)
        return self.watch(limit(mixed, part.timeline.sample_rate, ceiling))
