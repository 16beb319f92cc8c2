"""Music in a programme: what plays where, and how much of it is left under speech."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.units import Decibels


@dataclass(frozen=True, slots=True)
class Tune:
    """A piece of music that is ready to be played: at the programme's rate, as loud as speech is."""

    key: str
    """Hash of all that shapes its samples."""
    frames: int
    """Length in samples."""
    path: Path = field(compare=False)
    """Where its samples lie: 32-bit floats, little-endian, those of one frame together."""
    channels: int = 1


@dataclass(frozen=True, slots=True)
class Tunes:
    """The music of an episode."""

    intro: Tune | None = None
    outro: Tune | None = None
    bed: Tune | None = None
    jingle: Tune | None = None

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return any((self.intro, self.outro, self.bed, self.jingle))


@dataclass(frozen=True, slots=True)
class Room:
    """What music needs of a programme's pauses, in samples.

    Music parts the programme into sections: mostly chapters, but a short one, such as a title that is read
    out, belongs to the next one.
    """

    start: int = 0
    """Before the first word, at least."""
    tail: int = 0
    """Music from the first word on, at most."""
    after: int = 0
    """Music behind the last word of a section that another one follows."""
    before: int = 0
    """Music before the first word of every further section; between the two it is silent for a moment."""
    least: int = 0
    """From its first word to its last, a section has at least so many."""
    everywhere: bool = False
    """Music lies under speech, so that it is silent between sections alone."""

    def ends_section(self, start: int, end: int) -> bool:
        """Tell whether a chapter ends a section whose first word begins and whose last one ends there."""
        return bool(self.after or self.before) and end - start >= self.least


@dataclass(frozen=True, slots=True)
class Ducking:
    """How music gives way to speech, in samples."""

    attack: int
    """It comes down in so many before a word."""
    hold: int
    """It stays down for so many after a word."""
    release: int
    """It comes up in so many after that."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A tune in its place; positions in samples of the programme."""

    tune: Tune
    start: int
    """May lie before the beginning of a part that was cut out."""
    length: int
    """Longer than the tune where it is looped."""
    fade_in: int
    fade_out: int
    """Samples at its ends in which it comes out of silence and goes back."""
    level: Decibels
    """While nobody speaks, relative to speech."""
    ducked: Decibels
    """Under speech, not above `level`."""
    crossfade: int = 0
    """Samples in which the end of the tune and its beginning overlap where it is looped; 0: played once."""

    @property
    def end(self) -> int:
        """Sample after its last."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Score:
    """The music of a programme: a pure value, of which any range may be played by itself."""

    layers: tuple[Layer, ...]
    """Sorted by where they begin, and by where they end, too."""
    spoken: tuple[tuple[int, int], ...]
    """First sample of speech and the one after the last, short pauses within; sorted, none of them touch."""
    ducking: Ducking

    def within(self, start: int, end: int) -> tuple[Layer, ...]:
        """Return the layers that sound in a range of the programme."""
        first = bisect_right(self.layers, start, key=_end)
        last = bisect_left(self.layers, end, key=_start)
        return self.layers[first:last] if start < end else ()

    def ducking_in(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return the speech before which, under which or behind which music in a range is turned down."""
        tail = self.ducking.hold + self.ducking.release
        first = bisect_right(self.spoken, start - tail, key=_last)
        last = bisect_left(self.spoken, end + self.ducking.attack, key=_first)
        return self.spoken[first:last]

    def silent(self, start: int, end: int) -> bool:
        """Tell whether no music sounds in a range of the programme."""
        return not self.within(start, end)

    def cut(self, start: int, end: int) -> Score:
        """Return the music of a range, in samples from its own beginning."""
        return Score(
            tuple(replace(layer, start=layer.start - start) for layer in self.within(start, end)),
            tuple((first - start, last - start) for first, last in self.ducking_in(start, end)),
            self.ducking,
        )

    def digest(self, start: int, end: int) -> str:
        """Return a hash of all that shapes the music of a range, wherever in the programme that lies."""
        shape: list[object] = [self.ducking.attack, self.ducking.hold, self.ducking.release]
        for layer in self.within(start, end):
            first, last = max(start, layer.start), min(end, layer.end)
            ducked = layer.ducked < layer.level
            tail = self.ducking.hold + self.ducking.release
            # Where speech lies that is farther away than this does not matter.
            spoken = [
                (max(one, first - tail) - start, min(other, last + self.ducking.attack) - start)
                for one, other in (self.ducking_in(first, last) if ducked else ())
            ]
            facts = (layer.length, layer.fade_in, layer.fade_out, layer.level, layer.ducked, layer.crossfade)
            shape.append((layer.tune.key, layer.start - start, *facts, spoken))
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()


def _start(layer: Layer) -> int:
    return layer.start


def _end(layer: Layer) -> int:
    return layer.end


def _first(speech: tuple[int, int]) -> int:
    return speech[0]


def _last(speech: tuple[int, int]) -> int:
    return speech[1]
