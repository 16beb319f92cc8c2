"""When there are fewer voices than speakers: an error that says what to do, or voices that are shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.casting.choosing import fits
from narrator.errors import CastError
from narrator.model import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from narrator.casting.choosing import Choosing
    from narrator.model import Person


def sharing(
    left: Sequence[Person],
    state: Choosing,
    leads: Collection[str],
    meetings: Mapping[frozenset[str], int],
) -> list[Role]:
    """Give those who are left over voices of others who say little.

    Never those of the leads. Rather of somebody with whom one never speaks in turn, of one's gender, whose
    voice fewer share, and who says less.

    Args:
        left: Those without a voice, the smallest parts of all.
        state: The cast as far as it is made.
        leads: Names of those whose voices stay their own.
        meetings: How often two people speak one directly after the other.

    Returns:
        One role for each, or none at all where there is nobody to share with.
    """
    owners = [role for role in state.roles.values() if role.speaker not in leads]
    users = {role.speaker: [role.speaker] for role in owners}
    made: list[Role] = []
    for person in left:
        if person.name in leads or not owners:
            return []

        def cost(number: int, person: Person = person) -> tuple[int, bool, int, int]:
            owner = owners[number]
            met = sum(meetings.get(frozenset((person.name, other)), 0) for other in users[owner.speaker])
            return met, not fits(person, owner.voice), len(users[owner.speaker]), -number

        owner = owners[min(range(len(owners)), key=cost)]
        users[owner.speaker].append(person.name)
        made.append(Role(person.name, owner.voice, f"shares the voice of {owner.speaker}"))
    return made


def exhausted(left: Sequence[Person], language: str, state: Choosing, *, share: bool) -> CastError:
    """Return the error that names those left over, and the ways on."""
    names = ", ".join(person.name for person in left)
    engines = " and ".join(state.engines)
    own = sum(role.voice.engine in state.engines for role in state.roles.values())
    if not own:
        return CastError(
            names,
            f"{f'engine {engines} has' if engines else 'there is'} none for “{language}”; choose another "
            "with --engine, or the right language with --language, or pin voices in voices.yaml",
        )
    others = "" if share else ", or let the smallest parts share voices with --share-voices"
    return CastError(
        names,
        f"every voice recommended for “{language}” is given ({own}); install more (narrate voices install "
        "kokoro), choose an engine with more voices with --engine, or pin others or describe shades in "
        f"voices.yaml{others}",
    )
