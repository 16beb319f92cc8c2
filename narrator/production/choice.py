"""Which engine speaks: the one that was asked for, else the best that is installed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator import settings
from narrator.casting import Memory, cast, pinned_voices
from narrator.casting.people import by_amount
from narrator.engines.registry import engine_names, get_engine
from narrator.errors import CastError, EngineUnavailableError
from narrator.production.show import find_show, read_memory
from narrator.voices import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.model import Cast, Script, Voice
    from narrator.production.options import Options
    from narrator.voices import Catalogue


def plan_cast(
    script: Script, options: Options, catalogue: Catalogue | None = None, place: Path | str | None = None
) -> Cast:
    """Give every speaker a voice of the engine chosen, by default the best installed, or the one pinned.

    Args:
        script: Who speaks.
        options: The engine and the user's `voices.yaml`.
        catalogue: What that file says, where it is read already.
        place: The source, by which the show is found.

    Raises:
        CastError: A pinned voice is not known, there are fewer voices than speakers, or none of the language.
        SettingsError: `voices.yaml` has a mistake.
        UnknownEngineError: There is no such engine.
        EngineUnavailableError: The engine cannot work here.
    """
    memory = read_memory(find_show(place, options.folder, options.show))
    known = catalogue or load_catalogue(options.voices)
    return choose_cast(script, known, options.engine, memory, share=options.share_voices)


def choose_cast(
    script: Script,
    catalogue: Catalogue,
    engine: str = "",
    memory: Memory | None = None,
    *,
    share: bool = False,
) -> Cast:
    """Give every speaker a voice of the engine asked for, else of the best one that has enough of them.

    Args:
        script: Who speaks.
        catalogue: What is known of voices, and the engine that a `voices.yaml` asks for.
        engine: The engine that the user asks for on the command line; several are parted by commas, and a
            later one speaks where an earlier one has no voices left.
        memory: Who had which voice in earlier episodes; their engine is taken where none is asked for.
        share: Whether the smallest parts may share voices.

    Returns:
        The cast; its note says which better engine was passed over, and why.

    Raises:
        CastError: A pinned voice is not known, there are fewer voices than speakers, or none of the language.
        UnknownEngineError: There is no such engine.
        EngineUnavailableError: The engine asked for cannot work here.
    """
    asked = engine or catalogue.engine
    memory = memory or Memory()
    if asked:
        return _cast_by(asked, script, catalogue, memory, share=share)
    reason = ""
    preferred = _preferred(script.language)
    heard = [name for name in memory.engines(by_amount(script), script.language) if name in preferred]
    *better, last = dict.fromkeys((*heard[:1], *preferred))
    for name in better:
        try:
            if get_engine(name).voices(script.language):
                return _noted(_cast_by(name, script, catalogue, memory, share=share), name, reason)
        except EngineUnavailableError:
            continue
        except CastError as error:
            # What is wrong with a pin is wrong with the last engine too, which tells it.
            reason = reason or f"as {name} cannot: {error}"
    return _noted(_cast_by(last, script, catalogue, memory, share=share), last, reason)


def _noted(made: Cast, engine: str, reason: str) -> Cast:
    notes = [f"{engine} speaks, {reason}" if reason else "", made.note]
    return replace(made, note="; ".join(filter(None, notes)))


def _preferred(language: str) -> list[str]:
    """Return the engines that may be taken for a language, best first."""
    language = language.partition("-")[0].lower()
    known = engine_names()
    return [
        name
        for name, languages in settings.PREFERRED_ENGINES
        if name in known and (not languages or language in languages)
    ]


def _cast_by(asked: str, script: Script, catalogue: Catalogue, memory: Memory, *, share: bool) -> Cast:
    """Cast with the voices of the engines asked for, and of those in which voices are pinned or chosen."""
    names = tuple(dict.fromkeys(part.strip() for part in asked.split(",") if part.strip()))
    catalogue = replace(catalogue, engine=",".join(names))
    people = by_amount(script)
    chosen = [voice for person in people if (voice := memory.chosen(person, script.language))]
    # A pin to an engine that does not exist is a fault of the cast, which names the speaker.
    pins = [pin for pin in (*pinned_voices(script, catalogue), *chosen) if _engine_of(pin) in engine_names()]
    files = _files(pins)
    available: list[Voice] = []
    for name in (*names, *sorted({_engine_of(pin) for pin in pins} - set(names))):
        one = get_engine(name)
        try:
            available += one.voices(script.language) or one.voices()
        except EngineUnavailableError:
            wanted = name in names or any(_engine_of(pin) == name for pin in pinned_voices(script, catalogue))
            if wanted and not any(voice.engine == name for voice in files):
                raise
    available += files
    return cast(script, catalogue.pool(available, script.language), catalogue, memory, share=share)


def _engine_of(voice: str) -> str:
    return voice.partition(":")[0]


def _files(pins: Sequence[str]) -> list[Voice]:
    """Return the voices that are pinned by file, which no engine lists."""
    found = []
    for pin in pins:
        engine, _, name = pin.partition(":")
        voice = get_engine(engine).unlisted_voice(name)
        if voice is not None:
            found.append(voice)
    return found
