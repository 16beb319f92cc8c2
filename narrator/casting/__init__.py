"""Who gets which voice: a function of the script, the voices there are, the catalogue, the show's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.casting.choosing import WELL_APART, Choosing
from narrator.casting.memory import Memory, Remembered
from narrator.casting.people import by_amount, leading, neighbours, pin_of, pinned_engines, pinned_voices
from narrator.casting.running_out import exhausted, sharing
from narrator.errors import CastError
from narrator.model import Cast, Role
from narrator.voices import Pin, find_voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Person, Script, Voice
    from narrator.voices import Catalogue

__all__ = [
    "WELL_APART",
    "Memory",
    "Remembered",
    "cast",
    "pinned_engines",
    "pinned_voices",
]


def cast(
    script: Script,
    pool: Sequence[Voice],
    catalogue: Catalogue,
    memory: Memory | None = None,
    *,
    share: bool = False,
) -> Cast:
    """Give every speaker a voice of their own.

    Pinned voices are given first, found by a person's name or alias; then those that the show remembers. Then
    those heard in alternation (narrator, interviewer and who says most) get voices that are together as far
    apart as can be. After that the speakers by the number of their words get the free voice, of their gender
    where that is known, that is farthest from those already given; among voices well apart from them all,
    the first of the pool, and rather one that nobody else in the show has.

    Args:
        script: Whoever has a turn in it gets a voice.
        pool: The voices there are for the script's language, best first (`Catalogue.pool`).
        catalogue: Pins, recommendations, and how alike voices sound. Voices of its engines (where it names
            none, of the pool's first) are given freely, those of a later one when an earlier one has none
            left; those of other engines only where they are pinned or remembered.
        memory: Who had which voice in earlier episodes.
        share: Whether the smallest parts may share a voice when there are too few.

    Returns:
        The cast: narrator first, then by number of words.

    Raises:
        CastError: A pinned voice is not in the pool or pinned twice, or there are fewer voices than speakers.
    """
    memory = memory or Memory()
    people = by_amount(script)
    state = Choosing(pool, catalogue, memory.voices_of_others(people, script.language))
    for person in people:
        pin = pin_of(person, catalogue)
        if pin is not None:
            state.give(_pinned(person, pin, pool, state))
    notes = [
        note
        for why in ("chosen for this show", "as in earlier episodes")
        for person in people
        if (note := _recall(person, why, memory, script, state))
    ]
    lead_names = leading(people)
    open_leads = [person for person in people if person.name in lead_names and person.name not in state.roles]
    for lead in state.farthest_apart(open_leads):
        state.give(lead.role())
    for number, person in enumerate(people):
        if person.name in state.roles:
            continue
        if state.free():
            state.give(state.farthest(person))
            continue
        left = [other for other in people[number:] if other.name not in state.roles]
        shared = sharing(left, state, lead_names, neighbours(script)) if share else ()
        if not shared:
            raise exhausted(left, script.language, state, share=share)
        for role in shared:
            state.roles[role.speaker] = role
        break
    return Cast(tuple(state.roles[person.name] for person in people), "; ".join(notes))


def _pinned(person: Person, pin: Pin, pool: Sequence[Voice], state: Choosing) -> Role:
    place = pin.place or "the script"
    voice = find_voice(pool, pin)
    if voice is None:
        problem = f"“{pin.voice}”, pinned in {place}, is not known here"
        engine = pin.voice.partition(":")[0]
        known = [other.id for other in pool if other.engine == engine] or [other.id for other in pool]
        raise CastError(person.name, problem, known)
    owner = state.owner(voice)
    if owner:
        problem = f"“{pin.voice}”, pinned in {place}, is {owner}'s already; pin another"
        raise CastError(person.name, problem, [other.id for other in state.free()])
    file = place.rpartition(":")[0].replace("\\", "/").rpartition("/")[2] or place
    return Role(person.name, voice, f"pinned in {file}")


def _recall(person: Person, why: str, memory: Memory, script: Script, state: Choosing) -> str:
    """Give a person the voice that the show remembers; return what the user should know where it cannot."""
    if person.name in state.roles:
        return ""
    if why.startswith("chosen"):
        wish = memory.chosen(person, script.language)
    else:
        wish = memory.heard(person, script.language, state.engines)
    voice = find_voice(state.pool, Pin(person.name, wish)) if wish else None
    owner = state.owner(voice) if voice else ""
    if voice and not owner:
        state.give(Role(person.name, voice, why))
        return ""
    problem = f"is {owner}'s in this one" if owner else "is not here"
    return f"{person.name}'s voice, {wish}, {why}, {problem}" if wish else ""
