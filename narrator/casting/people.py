"""Those who speak: in which order they get their voices, and which are pinned for them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import INTERVIEWER, NARRATOR, Person
from narrator.text import words
from narrator.voices import Pin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.model import Script
    from narrator.voices import Catalogue


def by_amount(script: Script) -> list[Person]:
    """Return everybody with a turn: the narrator, then by number of words, ties by order of appearance."""
    known = {person.name: person for person in script.people}
    amount: Counter[str] = Counter()
    for turn in script.turns:
        amount[turn.speaker] += len(words(turn.text))
    order = sorted(amount, key=lambda name: (name != NARRATOR, -amount[name]))
    return [known.get(name, Person(name)) for name in order]


def leading(people: Sequence[Person]) -> frozenset[str]:
    """Return who is heard in alternation: narrator, interviewer and main guest, or the two who say most.

    Args:
        people: In the order of `by_amount`.
    """
    names = [person.name for person in people]
    others = [name for name in names if name not in {NARRATOR, INTERVIEWER}]
    named = len(names) - len(others)
    return frozenset(others[: 1 if named else 2]) | (frozenset({NARRATOR, INTERVIEWER}) & frozenset(names))


def neighbours(script: Script) -> Mapping[frozenset[str], int]:
    """Return how often two people speak one directly after the other."""
    met = (frozenset((a.speaker, b.speaker)) for a, b in pairwise(script.turns))
    return Counter(pair for pair in met if len(pair) == 2)


def pin_of(person: Person, catalogue: Catalogue) -> Pin | None:
    """Return the pin of a person: the script's, else the catalogue's by name, else by alias."""
    if person.voice:
        return Pin(person.name, person.voice)
    pins = {_caseless(pin.speaker): pin for pin in catalogue.pins}
    return next((pins[name] for name in map(_caseless, (person.name, *person.aliases)) if name in pins), None)


def pinned_engines(script: Script, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the engines of the voices that are pinned for the speakers of a script, in order."""
    return tuple(dict.fromkeys(pin.partition(":")[0] for pin in pinned_voices(script, catalogue)))


def pinned_voices(script: Script, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the voices, as `engine:name`, that are pinned for the speakers of a script, in order."""
    pins = (pin_of(person, catalogue) for person in by_amount(script))
    return tuple(dict.fromkeys(pin.voice for pin in pins if pin is not None))


def folded(name: str) -> str:
    """Return a name without case, signs on its letters and odd spaces.

    >>> folded("  Jürgen  MÜLLER")
    'jurgen muller'
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _caseless(name: str) -> str:
    return " ".join(name.casefold().split())
