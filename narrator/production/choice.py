"""Which engine speaks: the one that was asked for, else the best that is installed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator import settings
from narrator.casting import cast, pinned_engines, pinned_voices
from narrator.engines.registry import engine_names, get_engine
from narrator.errors import CastError, EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Cast, Script, Voice
    from narrator.voices import Catalogue


def choose_cast(script: Script, catalogue: Catalogue, engine: str = "") -> Cast:
    """Give every speaker a voice of the engine asked for, else of the best one that has enough of them.

    Args:
        script: Who speaks.
        catalogue: What is known of voices, and the engine that a `voices.yaml` asks for.
        engine: The engine that the user asks for on the command line.

    Returns:
        The cast; its note says which better engine was passed over, and why.

    Raises:
        CastError: A pinned voice is not known, there are fewer voices than speakers, or none of the language.
        UnknownEngineError: There is no such engine.
        EngineUnavailableError: The engine asked for cannot work here.
    """
    asked = engine or catalogue.engine
    if asked:
        return _cast_by(asked, script, catalogue)
    reason = ""
    *better, last = _preferred(script.language)
    for name in better:
        try:
            if get_engine(name).voices(script.language):
                return _noted(_cast_by(name, script, catalogue), name, reason)
        except EngineUnavailableError:
            continue
        except CastError as error:
            # What is wrong with a pin is wrong with the last engine too, which tells it.
            reason = reason or f"as {name} cannot: {error}"
    return _noted(_cast_by(last, script, catalogue), last, reason)


def _noted(made: Cast, engine: str, reason: str) -> Cast:
    return replace(made, note=f"{engine} speaks, {reason}" if reason else "")


def _preferred(language: str) -> list[str]:
    """Return the engines that may be taken for a language, best first."""
    language = language.partition("-")[0].lower()
    known = engine_names()
    return [
        name
        for name, languages in settings.PREFERRED_ENGINES
        if name in known and (not languages or language in languages)
    ]


def _cast_by(engine: str, script: Script, catalogue: Catalogue) -> Cast:
    """Cast with the voices of one engine, and of those in which voices are pinned."""
    catalogue = replace(catalogue, engine=engine)
    # A pin to an engine that does not exist is a fault of the cast, which names the speaker.
    pinned = set(pinned_engines(script, catalogue)) & set(engine_names())
    files = _files([pin for pin in pinned_voices(script, catalogue) if pin.partition(":")[0] in pinned])
    available: list[Voice] = []
    for name in (engine, *sorted(pinned - {engine})):
        one = get_engine(name)
        try:
            available += one.voices(script.language) or one.voices()
        except EngineUnavailableError:
            if not any(voice.engine == name for voice in files):
                raise
    available += files
    return cast(script, catalogue.pool(available, script.language), catalogue)


def _files(pins: Sequence[str]) -> list[Voice]:
    """Return the voices that are pinned by file, which no engine lists."""
    found = []
    for pin in pins:
        engine, _, name = pin.partition(":")
        voice = get_engine(engine).unlisted_voice(name)
        if voice is not None:
            found.append(voice)
    return found
