"""Who gets which voice: a function of the script, the voices there are, and the catalogue."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from narrator.errors import CastError
from narrator.model import NARRATOR, Cast, Person, Role
from narrator.text import words
from narrator.voices import Pin, find_voice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from narrator.model import Script, Voice
    from narrator.voices import Catalogue

WELL_APART = 0.75
"""Voices at most this alike (cosine of speaker embeddings) are told apart with ease: then quality decides."""


def cast(script: Script, pool: Sequence[Voice], catalogue: Catalogue) -> Cast:
    """Give every speaker a voice of their own.

    Pinned voices are given first; a pin is found by a person's name or alias. Then the narrator, and after
    that the speakers by the number of their words, get the free voice, of their gender where that is known,
    that is farthest from those already given; among voices well apart from them all, the first of the pool.

    Args:
        script: Whoever has a turn in it gets a voice.
        pool: The voices there are for the script's language, best first (`Catalogue.pool`).
        catalogue: Pins, recommendations, and how alike voices sound. Voices of its engine (where it names
            none, of the pool's first) are given freely, those of other engines only where they are pinned.

    Returns:
        The cast: narrator first, then by number of words.

    Raises:
        CastError: A pinned voice is not in the pool or pinned twice, or there are fewer voices than speakers.
    """
    people = _by_amount(script)
    roles: dict[str, Role] = {}
    for person in people:
        pin = _pin(person, catalogue)
        if pin is not None:
            roles[person.name] = _pinned(person, pin, pool, catalogue, tuple(roles.values()))
    for number, person in enumerate(people):
        if person.name not in roles:
            free = _free(pool, catalogue, tuple(roles.values()))
            if not free:
                left = [other.name for other in people[number:] if other.name not in roles]
                raise _exhausted(left, script.language, roles.values(), catalogue.engine)
            roles[person.name] = _chosen(person, free, catalogue, tuple(roles.values()))
    return Cast(tuple(roles[person.name] for person in people))


def pinned_engines(script: Script, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the engines of the voices that are pinned for the speakers of a script, in order."""
    return tuple(dict.fromkeys(voice.partition(":")[0] for voice in pinned_voices(script, catalogue)))


def pinned_voices(script: Script, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the voices that are pinned for the speakers of a script, `engine:name`, in order."""
    pins = (_pin(person, catalogue) for person in _by_amount(script))
    return tuple(dict.fromkeys(pin.voice for pin in pins if pin is not None))


def _by_amount(script: Script) -> list[Person]:
    """Return everybody with a turn: the narrator, then by number of words, ties by order of appearance."""
    known = {person.name: person for person in script.people}
    amount: Counter[str] = Counter()
    for turn in script.turns:
        amount[turn.speaker] += len(words(turn.text))
    order = sorted(amount, key=lambda name: (name != NARRATOR, -amount[name]))
    return [known.get(name, Person(name)) for name in order]


def _pin(person: Person, catalogue: Catalogue) -> Pin | None:
    """Return the pin of a person: the script's, else the catalogue's by name, else by alias."""
    if person.voice:
        return Pin(person.name, person.voice)
    pins = {_folded(pin.speaker): pin for pin in catalogue.pins}
    return next((pins[name] for name in map(_folded, (person.name, *person.aliases)) if name in pins), None)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _pinned(
    person: Person, pin: Pin, pool: Sequence[Voice], catalogue: Catalogue, given: Sequence[Role]
) -> Role:
    place = pin.place or "the script"
    voice = find_voice(pool, pin)
    if voice is None:
        problem = f"“{pin.voice}”, pinned in {place}, is not known here"
        engine = pin.voice.partition(":")[0]
        known = [other.id for other in pool if other.engine == engine] or [other.id for other in pool]
        raise CastError(person.name, problem, known)
    for role in given:
        if catalogue.timbre(role.voice) == catalogue.timbre(voice):
            free = [other.id for other in _free(pool, catalogue, given)]
            problem = f"“{pin.voice}”, pinned in {place}, is {role.speaker}'s already; pin another"
            raise CastError(person.name, problem, free)
    file = place.rpartition(":")[0].replace("\\", "/").rpartition("/")[2] or place
    return Role(person.name, voice, f"pinned in {file}")


def _free(pool: Sequence[Voice], catalogue: Catalogue, given: Sequence[Role]) -> list[Voice]:
    """Return the voices that may still be given, one of each timbre."""
    engine = catalogue.engine or next((voice.engine for voice in pool), "")
    taken = {catalogue.timbre(role.voice) for role in given}
    free: dict[str, Voice] = {}
    for voice in pool:
        timbre = catalogue.timbre(voice)
        if voice.engine == engine and timbre not in taken and catalogue.recommends(voice):
            free.setdefault(timbre, voice)
    return list(free.values())


def _chosen(person: Person, free: Sequence[Voice], catalogue: Catalogue, given: Sequence[Role]) -> Role:
    fitting = [voice for voice in free if voice.gender == person.gender] if person.gender else []

    def distance(voice: Voice) -> float:
        return max([WELL_APART, *(catalogue.alike(voice, role.voice) for role in given)])

    # `min` takes the first of those equally far, and the pool is in order of quality.
    voice = min(fitting or free, key=distance)
    gender = person.gender if fitting or not person.gender else f"no {person.gender} voice is free"
    how = "well apart from" if distance(voice) <= WELL_APART else "farthest from"
    if not given:
        why = "the best voice"
    elif len(given) <= 2:
        whose = " and ".join(f"{role.speaker}'s" for role in given)
        why = f"{how} {whose} voice{'s' * (len(given) - 1)}"
    else:
        why = f"{how} the {len(given)} voices given before"
    return Role(person.name, voice, f"{gender}, {why}" if gender else why)


def _exhausted(left: Sequence[str], language: str, given: Collection[Role], engine: str) -> CastError:
    own = sum(role.voice.engine == engine or not engine for role in given)
    if not own:
        return CastError(
            ", ".join(left),
            f"{f'engine {engine} has' if engine else 'there is'} none for “{language}”; choose another with "
            "--engine, or the right language with --language, or pin voices in voices.yaml",
        )
    return CastError(
        ", ".join(left),
        f"every voice recommended for “{language}” is given ({own}); pin others in voices.yaml, "
        "as `narrate voices` lists them, or choose an engine with more voices",
    )
