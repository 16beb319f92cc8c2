"""Who gets which voice: a function of the script, the voices there are, and the catalogue."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from narrator.errors import CastError
from narrator.model import INTERVIEWER, NARRATOR, Cast, Person, Role
from narrator.text import words
from narrator.voices import Pin, find_voice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from narrator.model import Script, Voice
    from narrator.voices import Catalogue

WELL_APART = 0.75
"""Voices at most this alike (cosine of speaker embeddings) are told apart with ease: then quality decides."""
LEAD_CHOICE = 12
"""So many of the best that fit are tried for each lead; with two genders, triples of about 24 voices."""


def cast(script: Script, pool: Sequence[Voice], catalogue: Catalogue) -> Cast:
    """Give every speaker a voice of their own.

    Pinned voices are given first; a pin is found by a person's name or alias. Then those heard in alternation
    (narrator, interviewer and who says most) get voices that are together as far apart as can be. After that
    the speakers by the number of their words get the free voice, of their gender where that is known, that is
    farthest from those already given; among voices well apart from them all, the first of the pool.

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
    leads = [person for person in _leads(people) if person.name not in roles]
    for person, voice in _farthest_apart(leads, pool, catalogue, tuple(roles.values())):
        roles[person.name] = _chosen(person, voice, catalogue, tuple(roles.values()))
    for number, person in enumerate(people):
        if person.name not in roles:
            free = _free(pool, catalogue, tuple(roles.values()))
            if not free:
                left = [other.name for other in people[number:] if other.name not in roles]
                raise _exhausted(left, script.language, roles.values(), catalogue.engine)
            voice = _farthest(person, free, catalogue, tuple(roles.values()))
            roles[person.name] = _chosen(person, voice, catalogue, tuple(roles.values()))
    return Cast(tuple(roles[person.name] for person in people))


def pinned_engines(script: Script, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the engines of the voices that are pinned for the speakers of a script, in order."""
    return tuple(dict.fromkeys(pin.partition(":")[0] for pin in pinned_voices(script, catalogue)))


def pinned_voices(script: Script, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the voices, as `engine:name`, that are pinned for the speakers of a script, in order."""
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


def _leads(people: Sequence[Person]) -> list[Person]:
    """Return those heard in alternation: narrator, interviewer and main guest, or the two who say most."""
    others = [person for person in people if person.name not in {NARRATOR, INTERVIEWER}]
    named = len(people) - len(others)
    leading = {person.name for person in others[: 1 if named else 2]} | {NARRATOR, INTERVIEWER}
    return [person for person in people if person.name in leading]


def _farthest_apart(
    leads: Sequence[Person], pool: Sequence[Voice], catalogue: Catalogue, given: Sequence[Role]
) -> list[tuple[Person, Voice]]:
    """Choose the voices of the leads together; none where there are fewer voices than leads.

    A choice one after the other can take a voice to which all that are left are near.
    """
    free = _free(pool, catalogue, given)
    if len(free) < len(leads):
        return []
    best: dict[str, Voice] = {}
    for person in leads:
        fitting = [voice for voice in free if _fits(person, voice)]
        for voice in (*fitting[:LEAD_CHOICE], *free[: max(len(leads), LEAD_CHOICE - len(fitting))]):
            best[voice.id] = voice
    voices = [voice for voice in free if voice.id in best]
    before = [_likeness(voice, catalogue, given) for voice in voices]
    between = [[max(WELL_APART, catalogue.alike(a, b)) for b in voices] for a in voices]
    misfit = [[not _fits(person, voice) for voice in voices] for person in leads]

    def badness(chosen: tuple[int, ...]) -> tuple[int, list[bool], float, int]:
        wrong = [misfit[lead][number] for lead, number in enumerate(chosen)]
        nearest = max(
            [before[number] for number in chosen] + [between[a][b] for a, b in combinations(chosen, 2)]
        )
        return sum(wrong), wrong, nearest, sum(chosen)

    chosen = min(permutations(range(len(voices)), len(leads)), key=badness) if leads else ()
    return [(person, voices[number]) for person, number in zip(leads, chosen, strict=True)]


def _fits(person: Person, voice: Voice) -> bool:
    return not person.gender or voice.gender == person.gender


def _likeness(voice: Voice, catalogue: Catalogue, given: Sequence[Role]) -> float:
    """Return how alike a voice is to the nearest of those given; what is well apart counts the same."""
    return max([WELL_APART, *(catalogue.alike(voice, role.voice) for role in given)])


def _farthest(person: Person, free: Sequence[Voice], catalogue: Catalogue, given: Sequence[Role]) -> Voice:
    fitting = [voice for voice in free if _fits(person, voice)]
    # `min` takes the first of those equally far, and the pool is in order of quality.
    return min(fitting or free, key=lambda voice: _likeness(voice, catalogue, given))


def _chosen(person: Person, voice: Voice, catalogue: Catalogue, given: Sequence[Role]) -> Role:
    gender = person.gender if _fits(person, voice) else f"no {person.gender} voice is free"
    how = "well apart from" if _likeness(voice, catalogue, given) <= WELL_APART else "farthest from"
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
        "as `narrate voices` lists them, or choose an engine with more voices with --engine",
    )
