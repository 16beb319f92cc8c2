"""What a show remembers: who speaks with which voice, in every episode the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.casting.people import folded
from narrator.model import Person
from narrator.yamltext import dump_yaml, load_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.model import Cast, Script
    from narrator.yamltext import Node

_HEAD = """\
# The voices of this show, the same in every episode. Whoever is new is added when an episode is finished.
# Change a voice with: narrate cast SOURCE --set "NAME=ENGINE:VOICE", or here; `chosen` wins over `voices`.
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Somebody who was heard in the show."""

    name: str
    aliases: tuple[str, ...] = ()
    voices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(language, voices as `engine:name`, at most one of an engine)."""
    chosen: tuple[tuple[str, str], ...] = ()
    """(language, the voice that the user wants)."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Who had which voice in the episodes of a show; persons in the order in which they came."""

    people: tuple[Remembered, ...] = ()

    def entry(self, person: Person) -> Remembered | None:
        """Return what is remembered of a person: by name, else by an alias that means nobody else.

        Names are compared without case and signs on letters. Two with different full names stay two, though
        both are called by one surname somewhere.
        """
        name = folded(person.name)
        for one in self.people:
            if folded(one.name) == name:
                return one
        known = {folded(alias) for alias in person.aliases}
        found = [
            one
            for one in self.people
            if folded(one.name) in known or name in {folded(alias) for alias in one.aliases}
        ]
        return found[0] if len(found) == 1 else None

    def chosen(self, person: Person, language: str) -> str:
        """Return the voice that the user has chosen for a person; empty for none."""
        one = self.entry(person)
        return dict(one.chosen).get(_code(language), "") if one else ""

    def heard(self, person: Person, language: str, engines: Sequence[str]) -> str:
        """Return the voice of a person in earlier episodes: of the first of these engines; empty for none."""
        one = self.entry(person)
        voices = dict(one.voices).get(_code(language), ()) if one else ()
        found = (voice for engine in engines for voice in voices if voice.partition(":")[0] == engine)
        return next(found, "")

    def engines(self, people: Sequence[Person], language: str) -> tuple[str, ...]:
        """Return the engines with whose voices these people were heard, the first person's first."""
        code = _code(language)
        entries = filter(None, map(self.entry, people))
        voices = [voice for one in entries for voice in dict(one.voices).get(code, ())]
        return tuple(dict.fromkeys(voice.partition(":")[0] for voice in voices))

    def voices_of_others(self, people: Sequence[Person], language: str) -> frozenset[str]:
        """Return the voices of those in the show who are none of these people."""
        here = {one.name for one in map(self.entry, people) if one is not None}
        code = _code(language)
        others = [one for one in self.people if one.name not in here]
        return frozenset(
            voice
            for one in others
            for voice in (*dict(one.voices).get(code, ()), dict(one.chosen).get(code, ""))
        )

    def with_cast(self, script: Script, cast: Cast) -> Memory:
        """Return a memory of these roles too; what was remembered before stays as it is."""
        known = {person.name: person for person in script.people}
        memory = self
        voices = [role.voice.id for role in cast.roles]
        for role in cast.roles:
            if voices.count(role.voice.id) == 1:  # a shared voice is a makeshift
                person = known.get(role.speaker)
                memory = memory._with(
                    role.speaker, person.aliases if person else (), script.language, role.voice.id
                )
        return memory

    def with_choice(self, person: Person, language: str, voice: str) -> Memory:
        """Return a memory in which the user has chosen a voice for somebody."""
        one = self.entry(person) or Remembered(person.name, person.aliases)
        chosen = tuple(sorted({**dict(one.chosen), _code(language): voice}.items()))
        return self._replaced(one, replace(one, chosen=chosen))

    def _with(self, name: str, aliases: tuple[str, ...], language: str, voice: str) -> Memory:
        one = self.entry(Person(name, aliases=aliases)) or Remembered(name)
        code, engine = _code(language), voice.partition(":")[0]
        voices = dict(one.voices)
        there = voices.get(code, ())
        if all(other.partition(":")[0] != engine for other in there):
            voices[code] = (*there, voice)
        forms = {folded(alias): alias for alias in (*aliases, name, *reversed(one.aliases))}
        forms.pop(folded(one.name), None)
        new = replace(one, aliases=tuple(reversed(forms.values())), voices=tuple(sorted(voices.items())))
        return self._replaced(one, new)

    def _replaced(self, old: Remembered, new: Remembered) -> Memory:
        if all(one.name != old.name for one in self.people):
            return Memory((*self.people, new))
        return Memory(tuple(new if one.name == old.name else one for one in self.people))


def _code(language: str) -> str:
    return language.partition("-")[0].lower()


def format_memory(memory: Memory) -> str:
    """Write a memory as YAML, for people to read and edit."""
    people = {
        one.name: {
            **({"aliases": list(one.aliases)} if one.aliases else {}),
            **({"voices": {code: list(voices) for code, voices in one.voices}} if one.voices else {}),
            **({"chosen": dict(one.chosen)} if one.chosen else {}),
        }
        for one in memory.people
    }
    return _HEAD + (dump_yaml(people) if people else "{}\n")


def parse_memory(text: str, path: Path) -> Memory:
    """Read what `format_memory` wrote, or a person edited.

    Raises:
        SettingsError: A mistake, with its file and line.
    """
    people = []
    for name, node in load_yaml(text, path).mapping("a mapping of names").items():
        members = node.mapping("what is known of a speaker", ("aliases", "voices", "chosen"))
        aliases = members["aliases"].sequence("a list of names") if "aliases" in members else ()
        voices = members["voices"].mapping("languages and voices") if "voices" in members else {}
        chosen = members["chosen"].mapping("languages and voices") if "chosen" in members else {}
        people.append(
            Remembered(
                name,
                tuple(alias.text("a name") for alias in aliases),
                tuple(
                    sorted(
                        (code, tuple(_voice(one) for one in listed.sequence("a list of voices")))
                        for code, listed in voices.items()
                    )
                ),
                tuple(sorted((code, _voice(one)) for code, one in chosen.items())),
            )
        )
    return Memory(tuple(people))


def _voice(node: Node) -> str:
    name = node.text("a voice, as in espeak:de+m8,")
    engine, colon, rest = name.partition(":")
    if not (engine and colon and rest):
        raise node.error(f"a voice is written engine:name, as in espeak:de+m8, not {name!r}")
    return name
