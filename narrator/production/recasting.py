"""A cast that can be looked at and changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from narrator.casting.choosing import Choosing
from narrator.casting.people import by_amount, folded
from narrator.engines.registry import engine_names, get_engine
from narrator.errors import CastError
from narrator.production.choice import choose_cast, plan_cast
from narrator.production.show import find_show, read_memory, remember
from narrator.voices import Pin, find_voice, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from narrator.casting import Memory
    from narrator.model import Cast, Person, Script, Voice
    from narrator.production.options import Options
    from narrator.voices import Catalogue

_ALTERNATIVES = 3
"""So many other voices are named for each speaker."""


@dataclass(frozen=True, slots=True)
class OpenCast:
    """A cast, and what could be otherwise."""

    cast: Cast
    catalogue: Catalogue
    alternatives: Mapping[str, Sequence[Voice]]
    """Speaker → free voices that would do as well or nearly, the best first."""

    def alike(self, a: Voice, b: Voice) -> float:
        """Return how alike two voices sound, -1 to 1."""
        return self.catalogue.alike(a, b)


def open_cast(script: Script, options: Options, place: Path | str | None = None) -> OpenCast:
    """Cast a script as `plan_cast` does, and find other voices for everybody."""
    catalogue = load_catalogue(options.voices)
    made = plan_cast(script, options, catalogue, place)
    engines = dict.fromkeys(role.voice.engine for role in made.roles)
    available = [voice for name in engines for voice in get_engine(name).voices(script.language)] or [
        role.voice for role in made.roles
    ]
    pool = catalogue.pool(available, script.language)
    state = Choosing(pool, replace(catalogue, engine=",".join(engines)))
    for role in made.roles:
        state.give(role)
    free = {person.name: state.alternatives(person, _ALTERNATIVES) for person in by_amount(script)}
    return OpenCast(made, catalogue, free)


def choose_voice(
    script: Script, options: Options, wishes: Sequence[tuple[str, str]], place: Path | str | None = None
) -> None:
    """Have a show remember voices that the user wants for speakers.

    Args:
        script: In which they speak.
        options: The show, and the user's `voices.yaml`.
        wishes: Speaker and voice, `engine:name`; `*` in it stands for the script's language.
        place: The source, by which the show is found.

    Raises:
        CastError: There is no such speaker or voice, or it is another's in this cast.
        SettingsError: The memory of the show has a mistake.
        PublishError: It cannot be written.
    """
    catalogue = load_catalogue(options.voices)
    show = find_show(place, options.folder, options.show)
    chosen = [(_person(name, script), _voice(name, voice, script, catalogue)) for name, voice in wishes]

    def change(memory: Memory) -> Memory:
        for person, voice in chosen:
            memory = memory.with_choice(person, script.language, voice.id)
        return memory

    before = read_memory(show)
    wanting = {person.name for person, _ in chosen}
    for memory in (before, change(before)):
        made = choose_cast(script, catalogue, options.engine, memory, share=options.share_voices)
        for person, voice in chosen:
            for role in made.roles:
                kept = memory.entry(_person(role.speaker, script)) or role.reason.startswith("pinned")
                same = catalogue.timbre(role.voice) == catalogue.timbre(voice)
                if same and kept and role.speaker not in wanting:
                    problem = f"{voice.id} is {role.speaker}'s ({role.reason})"
                    raise CastError(person.name, f"{problem}; change that too, or choose another")
    roles = {role.speaker: role for role in made.roles}
    for person, voice in chosen:
        if roles[person.name].voice.id != voice.id:
            problem = f"{roles[person.name].voice.id} is {roles[person.name].reason}"
            raise CastError(person.name, f"{problem}, which comes before what the show remembers")
    remember(show, change, begin=True)


def _person(name: str, script: Script) -> Person:
    people = by_amount(script)
    for person in people:
        if folded(name) in map(folded, (person.name, *person.aliases)):
            return person
    names = [person.name for person in people]
    close = get_close_matches(name, names, 1, 0.6)
    meant = f"; did you mean {close[0]}?" if close else ""
    raise CastError(name, f"nobody of this name speaks in it{meant}", names)


def _voice(speaker: str, wish: str, script: Script, catalogue: Catalogue) -> Voice:
    engine = wish.partition(":")[0]
    if engine not in engine_names():
        raise CastError(speaker, f"there is no engine {engine!r}", engine_names())
    one = get_engine(engine)
    available = list(one.voices(script.language))
    unlisted = one.unlisted_voice(wish.partition(":")[2])
    pool = catalogue.pool([*available, *([unlisted] if unlisted else [])], script.language)
    found = find_voice(pool, Pin(speaker, wish))
    if found is None:
        problem = f"{engine} has no voice {wish.partition(':')[2]!r} for “{script.language}”"
        close = get_close_matches(wish, [voice.id for voice in pool], 3, 0.5)
        raise CastError(speaker, problem, close or [voice.id for voice in pool[:5]])
    return found
