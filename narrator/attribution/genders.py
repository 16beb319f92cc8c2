"""Genders of people whose script does not tell them."""

from dataclasses import replace

from narrator.attribution.lexicon import gender_of
from narrator.model import Script


def with_genders(script: Script) -> Script:
    """Return a script in which people have the gender of their names, where it tells none.

    Whoever writes a script by hand rarely tells it; in what `attribute` made nothing is added.
    """
    people = tuple(
        person if person.gender else replace(person, gender=gender_of(person.name, script.language))
        for person in script.people
    )
    return replace(script, people=people)
