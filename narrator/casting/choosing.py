"""Which of the free voices: as far apart as can be, for the leads together, for the rest one by one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from narrator.model import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from narrator.model import Person, Voice
    from narrator.voices import Catalogue

WELL_APART = 0.75
"""Voices at most this alike (cosine of speaker embeddings) are told apart with ease: then quality decides."""
_LEAD_CHOICE = 12
"""So many of the best that fit are tried for each lead; with two genders, triples of about 24 voices."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A voice chosen together with others."""

    person: Person
    voice: Voice
    others: tuple[str, ...]
    """Whose voices it was to be far from."""
    apart: bool
    """Whether it is well apart from all of them."""

    def role(self) -> Role:
        """Return it with the reason."""
        return Role(self.person.name, self.voice, _reason(self.person, self.voice, self.others, self.apart))


class Choosing:
    """A cast in the making.

    Args:
        pool: The voices there are, best first.
        catalogue: Which of them are given freely, and how alike they sound.
        avoided: Voices that somebody else in the show has: taken only where they are better.
    """

    def __init__(self, pool: Sequence[Voice], catalogue: Catalogue, avoided: Collection[str] = ()) -> None:
        self.pool = pool
        self.catalogue = catalogue
        self.roles: dict[str, Role] = {}
        named = tuple(part.strip() for part in catalogue.engine.split(",") if part.strip())
        self.engines = named or tuple(dict.fromkeys(voice.engine for voice in pool))[:1]
        """Whose voices are given freely; those of a later one when an earlier one has none left."""
        self._avoided = frozenset(avoided)
        self._owners: dict[str, str] = {}
        self._free: dict[str, dict[str, Voice]] = {engine: {} for engine in self.engines}
        for voice in pool:
            if voice.engine in self._free and catalogue.recommends(voice):
                self._free[voice.engine].setdefault(catalogue.timbre(voice), voice)
        self._nearest = {voice.id: WELL_APART for voices in self._free.values() for voice in voices.values()}
        """How alike a free voice is to the nearest of those given; what is well apart counts the same."""

    def owner(self, voice: Voice) -> str:
        """Return who has a voice, or one that differs in region or options alone; empty for nobody."""
        return self._owners.get(self.catalogue.timbre(voice), "")

    def give(self, role: Role) -> None:
        """Give a voice, which nobody else gets any more."""
        self.roles[role.speaker] = role
        timbre = self.catalogue.timbre(role.voice)
        self._owners[timbre] = role.speaker
        for voices in self._free.values():
            voices.pop(timbre, None)
            for voice in voices.values():
                alike = self.catalogue.alike(voice, role.voice)
                self._nearest[voice.id] = max(self._nearest[voice.id], alike)

    def free(self, least: int = 1) -> list[Voice]:
        """Return the voices that may be given, one of each timbre: of as few engines as have so many."""
        found: list[Voice] = []
        for voices in self._free.values():
            found += voices.values()
            if len(found) >= least:
                break
        return found

    def farthest(self, person: Person) -> Role:
        """Choose for one person the free voice farthest from those given; there must be one."""
        free = self.free()
        fitting = [voice for voice in free if fits(person, voice)]
        # `min` takes the first of those equally far, and the pool is in order of quality.
        voice = min(fitting or free, key=lambda one: (self._nearest[one.id], one.id in self._avoided))
        apart = self._nearest[voice.id] <= WELL_APART
        return Role(person.name, voice, _reason(person, voice, tuple(self.roles), apart))

    def alternatives(self, person: Person, most: int) -> list[Voice]:
        """Return free voices that somebody could have instead, the best first."""
        free = self.free()
        order = sorted(free, key=lambda one: (not fits(person, one), self._nearest[one.id]))
        return order[:most]

    def farthest_apart(self, leads: Sequence[Person]) -> list[Lead]:
        """Choose the voices of the leads together; none where there are fewer voices than leads.

        A choice one after the other can take a voice to which all that are left are near.
        """
        free = self.free(len(leads))
        if not leads or len(free) < len(leads):
            return []
        best: dict[str, Voice] = {}
        for person in leads:
            fitting = [voice for voice in free if fits(person, voice)]
            for voice in (*fitting[:_LEAD_CHOICE], *free[: max(len(leads), _LEAD_CHOICE - len(fitting))]):
                best[voice.id] = voice
        voices = [voice for voice in free if voice.id in best]
        before = [self._nearest[voice.id] for voice in voices]
        between = [[max(WELL_APART, self.catalogue.alike(a, b)) for b in voices] for a in voices]
        misfit = [[not fits(person, voice) for voice in voices] for person in leads]
        avoided = [voice.id in self._avoided for voice in voices]

        def badness(chosen: tuple[int, ...]) -> tuple[int, list[bool], float, int, int]:
            wrong = [misfit[lead][number] for lead, number in enumerate(chosen)]
            pairs = [between[a][b] for a, b in combinations(chosen, 2)]
            nearest = max([before[number] for number in chosen] + pairs)
            return sum(wrong), wrong, nearest, sum(avoided[number] for number in chosen), sum(chosen)

        chosen = min(permutations(range(len(voices)), len(leads)), key=badness)
        apart = badness(chosen)[2] <= WELL_APART
        given = tuple(self.roles)
        return [
            Lead(
                person,
                voices[number],
                (*given, *(other.name for other in leads if other is not person)),
                apart,
            )
            for person, number in zip(leads, chosen, strict=True)
        ]


def fits(person: Person, voice: Voice) -> bool:
    """Tell whether a voice has the gender of a person, where that is known."""
    return not person.gender or voice.gender == person.gender


def _reason(person: Person, voice: Voice, others: Sequence[str], apart: bool) -> str:
    gender = person.gender if fits(person, voice) else f"no {person.gender} voice is free"
    how = "well apart from" if apart else "as far as can be from"
    if not others:
        why = "the best voice"
    elif len(others) <= 2:
        whose = " and ".join(f"{name}'s" for name in others)
        why = f"{how} {whose} voice{'s' * (len(others) - 1)}"
    else:
        why = f"{how} {len(others)} other voices"
    return f"{gender}, {why}" if gender else why
