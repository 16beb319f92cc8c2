"""The steps from display text to spoken form, in their order, with what each needs to find anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase
from typing import TYPE_CHECKING

from narrator.spoken import signs
from narrator.spoken.abbreviations import abbreviations, initialisms, initials
from narrator.spoken.addresses import names_of_machines
from narrator.spoken.amounts import fractions, money, phones, plus, ranges, units
from narrator.spoken.english import read_english
from narrator.spoken.german import read_german
from narrator.spoken.needs import ALWAYS, DIGIT, Needs, first_words
from narrator.spoken.numerals import romans

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.spoken.wordlists import WordLists

    Step = Callable[[str, WordLists], str]

_DIGITS = frozenset({DIGIT})
_LANGUAGES = {"de": read_german, "en": read_english}
_NUMERALS = frozenset("CILVX")


def _numbers_of_language(text: str, lists: WordLists) -> str:
    """Read dates, years, times and ordinals, each language in its own way."""
    own = _LANGUAGES.get(lists.language)
    return own(text, lists) if own else text


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps for a language."""

    every: tuple[tuple[Step, Needs], ...]
    """In their order."""
    always: tuple[Step, ...]
    """Those that look for themselves."""
    needs: Needs
    """Of all others together."""


@cache
def steps_of(lists: WordLists) -> Steps:
    """Return the steps for a language."""
    every = _steps(lists)
    needs = [need for _, need in every]
    signs, named = (
        frozenset[str]().union(*some) for some in ([n.signs for n in needs], [n.words for n in needs])
    )
    return Steps(every, tuple(step for step, need in every if need is ALWAYS), Needs(signs, named))


def _steps(lists: WordLists) -> tuple[tuple[Step, Needs], ...]:
    """Return all steps: dates come before what looks like parts of them, symbols after what holds them."""
    abbreviated = first_words((*lists.before_name, *lists.before_number, *lists.abbreviations))
    letters = first_words((*lists.letters, *(f"{name}s" for name in lists.letters), *lists.spoken))
    rulers = (*lists.regnal, *lists.queens)
    ruled = first_words((*rulers, *(f"{name}s" for name in rulers), "I", "II"))
    numbered = first_words((*lists.numbered, *lists.regnal, "World", "Weltkrieg"))
    return (
        (signs.soft_signs, Needs(frozenset(signs.SOFT))),
        (signs.grouped, Needs(_DIGITS)),
        (signs.plain_signs, Needs(signs.PRINTED)),
        (signs.silent_marks, Needs(signs.SILENT)),
        (signs.brackets, Needs(signs.BRACKETS)),
        (names_of_machines, ALWAYS),
        (phones, Needs(_DIGITS)),
        (ranges, Needs(frozenset("–-"), besides=_DIGITS)),
        (_numbers_of_language, Needs(_DIGITS, ruled if lists.language == "de" else frozenset())),
        (romans, Needs(words=numbered, besides=_NUMERALS)),
        (fractions, Needs(frozenset(("/", *(sign[0] for sign in lists.powers))), besides=_DIGITS)),
        (money, ALWAYS),
        (units, Needs(_DIGITS)),
        (plus, Needs(frozenset("+"))),
        (initials, Needs(words=frozenset(ascii_uppercase), besides=frozenset("."))),
        (abbreviations, Needs(words=abbreviated)),
        (initialisms, Needs(words=letters)),
        (signs.stars, Needs(signs.MARKS)),
        (signs.symbols, Needs(frozenset(("@", "/", *(symbol[0] for symbol in lists.symbols))))),
        (signs.pauses, ALWAYS),
    )
