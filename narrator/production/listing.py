"""Which voices there are, here and to be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.engines.registry import engine_names, get_engine
from narrator.errors import EngineUnavailableError, SettingsError
from narrator.installing import offered_voices
from narrator.model import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.voices import Catalogue

_FOR_TESTS = "tone"
"""An engine that has a voice for every language, and no words; listed when it is asked for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A voice, or an engine that cannot work here: then the voice has no name."""

    voice: Voice
    natural: bool
    online: bool
    installed: bool
    given: bool
    """Whether it may be given to a speaker without a pin."""
    remedy: str = ""
    """What makes it work here, where it does not."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which voices are asked for; what is empty or false asks for nothing."""

    language: str = ""
    engine: str = ""
    gender: str = ""
    natural: bool = False
    installed: bool = False
    offline: bool = False

    def grant(self, one: Listed) -> bool:
        """Tell whether a voice is as asked for."""
        return not (
            (self.language and not one.voice.speaks(self.language))
            or (self.gender and one.voice.gender != self.gender)
            or (self.natural and not one.natural)
            or (self.installed and not one.installed)
            or (self.offline and one.online)
        )


def survey(wishes: Wishes, catalogue: Catalogue) -> tuple[tuple[Listed, ...], tuple[Listed, ...]]:
    """Return the voices as asked for, and the engines that cannot work here.

    Of each engine those that are here come first, the recommended ones before the others.

    Raises:
        UnknownEngineError: There is no such engine.
        SettingsError: No voice at all speaks the language.
    """
    offers = offered_voices()
    found: list[Listed] = []
    broken: list[Listed] = []
    for name in [wishes.engine] if wishes.engine else engine_names():
        if name == _FOR_TESTS and not wishes.engine:
            continue
        natural, online, here = True, False, []
        try:
            engine = get_engine(name)
            natural, online = engine.natural, engine.online
            here = list(engine.voices(wishes.language or None))
        except EngineUnavailableError as error:
            broken.append(
                Listed(Voice(name, "", ""), natural, online, installed=False, given=False, remedy=error.hint)
            )
        ordered: Sequence[Voice] = here
        if here and wishes.language:
            ordered = catalogue.pool(here, wishes.language)
        found += [
            Listed(voice, natural, online, installed=True, given=catalogue.recommends(voice))
            for voice in ordered
        ]
        names = {voice.name.partition("#")[0] for voice in here}
        found += [
            Listed(
                voice, natural, online, installed=False, given=False, remedy=f"narrate voices install {what}"
            )
            for voice, what in offers
            if voice.engine == name and voice.name not in names
        ]
    if wishes.language and not any(one.voice.speaks(wishes.language) for one in found):
        problem = f"no voice speaks {wishes.language!r}; `narrate voices` lists the languages"
        raise SettingsError("language", problem)
    return tuple(filter(wishes.grant, found)), tuple(broken)
