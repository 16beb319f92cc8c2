"""The catalogue: recommended voices, how alike they sound, pins and pronunciations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from narrator.errors import CastError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.model import Shade, Voice
    from narrator.prices import Price
    from narrator.pronunciations import Pronunciations

Options = tuple[tuple[str, float], ...]
"""Pitch, range and rate where they are given, sorted by name."""
UNMEASURED = 0.80
"""Taken for the likeness of two voices that nobody measured: neither well apart nor confused."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A speaker for whom a voice is pinned."""

    speaker: str
    voice: str
    """`engine:name`; a name that begins with `*` stands for the voice in the script's language."""
    options: Options = ()
    """What the pin changes of the voice's own."""
    place: str = ""
    """File and line, for errors; empty for a pin in the script."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """A voice that the catalogue describes."""

    engine: str
    name: str
    """A voice's name; one that begins with `*` stands for that voice in every language. What follows a `/`
    tells voices apart that are made from one of the engine's, by options or a shade."""
    gender: str = ""
    """Where it is another than the engine says: `female` or `male`."""
    options: Options = ()
    note: str = ""
    wer: tuple[tuple[str, float], ...] = ()
    """(language, word error rate 0 to 1) as measured by speech recognition."""
    use: bool = True
    """Whether it may be given to a speaker without a pin."""
    shade: Shade | None = None
    """How its sound is made from the engine's."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything `voices.yaml` says, the user's own laid over narrator's."""

    engine: str = ""
    """The engine to use when none is asked for."""
    pins: tuple[Pin, ...] = ()
    pronunciations: Pronunciations = field(default_factory=dict)
    recommended: tuple[Recommended, ...] = ()
    """Best first."""
    cosines: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    """(engine, name, name), in both orders → how alike they sound."""
    prices: Mapping[tuple[str, str], Price] = field(default_factory=dict)
    """(engine, model) → what it costs."""

    def pool(self, available: Sequence[Voice], language: str) -> tuple[Voice, ...]:
        """Return the voices that can be cast, the recommended ones first, with their options.

        Args:
            available: What the engines have; they keep their order. Only voices of the language are taken, so
                all of an engine's voices may be given, and the error can tell the languages it has.
            language: ISO 639-1 code of the script.

        Raises:
            CastError: No voice speaks the language.
        """
        spoken = [voice for voice in available if voice.speaks(language)]
        if not spoken:
            known = sorted({voice.language.partition("-")[0] for voice in available})
            raise CastError(f"a text in “{language}”", "the engine does not speak this language", known)
        pool: dict[str, Voice] = {}
        for engine in dict.fromkeys(voice.engine for voice in spoken):
            own = [voice for voice in spoken if voice.engine == engine]
            by_pattern: dict[str, list[Voice]] = {}
            for voice in own:
                for name in {voice.name, _starred(voice.name)}:
                    by_pattern.setdefault(name, []).append(voice)
            later: list[Voice] = []
            for entry in self.recommended:
                if entry.engine == engine:
                    bare, _, suffix = entry.name.partition("/")
                    made = [_dressed(voice, entry, suffix) for voice in by_pattern.get(bare, ())]
                    pool |= {voice.id: voice for voice in made[:1]}
                    later += made[1:]  # the same voice in other regions: for pins
            for voice in (*later, *own):
                pool.setdefault(voice.id, voice)
        return tuple(pool.values())

    def recommends(self, voice: Voice) -> bool:
        """Tell whether a voice may be given without a pin; of an engine not described here, all may."""
        entry = self._entry(voice)
        if entry is None:
            return all(other.engine != voice.engine for other in self.recommended)
        return entry.use

    def timbre(self, voice: Voice) -> str:
        """Return a name for the sound of a voice: what differs only in region or options has the same."""
        entry = self._entry(voice)
        return f"{voice.engine}:{entry.name if entry else voice.name}"

    def alike(self, a: Voice, b: Voice) -> float:
        """Return how alike two voices sound: the measured cosine, `UNMEASURED` where nobody measured it."""
        if self.timbre(a) == self.timbre(b):
            return 1.0
        if a.engine != b.engine:
            return UNMEASURED
        for first in (a.name, _starred(a.name)):
            for second in (b.name, _starred(b.name)):
                if (a.engine, first, second) in self.cosines:
                    return self.cosines[a.engine, first, second]
        return UNMEASURED

    def _entry(self, voice: Voice) -> Recommended | None:
        names = (voice.name, _starred(voice.name))
        return next((e for e in self.recommended if e.engine == voice.engine and e.name in names), None)


def find_voice(pool: Sequence[Voice], pin: Pin) -> Voice | None:
    """Return the voice of a pool that a pin means, with the pin's options; None when there is none."""
    engine, _, name = pin.voice.partition(":")
    for voice in pool:
        if voice.engine == engine and name in {voice.name, _starred(voice.name)}:
            return replace(voice, options=overlaid(voice.options, pin.options))
    return None


@cache
def _starred(name: str) -> str:
    """Return a voice's name without its language.

    >>> [_starred(name) for name in ("de+m8", "de", "en-us+m3/high")]
    ['*+m8', '*', '*+m3/high']
    """
    return re.sub(r"^[^+/]*", "*", name)


def _dressed(voice: Voice, entry: Recommended, suffix: str) -> Voice:
    """Return an engine's voice as the catalogue recommends it."""
    return replace(
        voice,
        name=f"{voice.name}/{suffix}" if suffix else voice.name,
        gender=entry.gender or voice.gender,
        options=overlaid(voice.options, entry.options),
        shade=entry.shade,
    )


def overlaid(below: Options, above: Options) -> Options:
    """Return options with others laid over them."""
    return tuple(sorted((dict(below) | dict(above)).items()))
