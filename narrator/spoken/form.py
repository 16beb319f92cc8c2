"""Display text to spoken form: small functions, str → str, in a table."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from narrator.spoken.abbreviations import abbreviations, initialisms, initials
from narrator.spoken.addresses import addresses, names_of_machines
from narrator.spoken.amounts import fractions, money, phones, plus, ranges, units
from narrator.spoken.english import read_english
from narrator.spoken.german import read_german
from narrator.spoken.numerals import romans
from narrator.spoken.signs import (
    KEPT,
    KEPT_RANGE,
    brackets,
    pauses,
    plain_signs,
    silent_marks,
    stars,
    symbols,
)
from narrator.spoken.wordlists import WordLists, word_lists
from narrator.text import words

Pronunciations = Mapping[str, Mapping[str, str]]
"""Language code, or `*` for all, → word or words → how to write them so that they are spoken right."""


def spoken_form(text: str, language: str, pronunciations: Pronunciations) -> str:
    """Return text as it is to be read aloud, in one line.

    Every word stays, in its order, unless it is replaced by a reading: a user's pronunciation first, then
    addresses, symbols, numerals and abbreviations of the language.

    Args:
        text: Display text.
        language: ISO 639-1 code.
        pronunciations: The user's; those of the language come before those for all (`*`).

    >>> spoken_form("“Dr. Kim” told [them]: see https://example.org/q …", "en", {})
    'Doctor Kim told them: see example dot org slash q…'
    """
    lists = word_lists(language)
    kept: list[str] = []
    form = re.sub(f"[{KEPT_RANGE}]", " ", text)
    readings = _readings(language, pronunciations)
    # A word is not looked for in the middle of an address, but in what is read of it.
    addressed = tuple((word, reading) for word, reading in readings if re.search(r"\w[.@/]", word))
    form = addresses(_pronounced(form, addressed, kept), lists)
    form = _pronounced(form, readings, kept)
    for step in _STEPS:
        form = step(form, lists)
    form = re.sub(f"[{KEPT_RANGE}]", lambda match: kept[ord(match[0]) - KEPT], form)
    form = " ".join(form.split())
    # A text of nothing but what is left out ("https://") is read as it stands.
    return form if words(form) or not words(text) or kept else " ".join(text.split())


def _readings(language: str, pronunciations: Pronunciations) -> tuple[tuple[str, str], ...]:
    merged = {**pronunciations.get("*", {}), **pronunciations.get(language, {})}
    return tuple(merged.items())


def _whole(word: str) -> str:
    """Return a pattern for a word that is not part of another."""
    pattern = r"\s+".join(re.escape(part) for part in word.split())
    before = r"(?<!\w)" if word[0].isalnum() else ""
    return before + pattern + (r"(?!\w)" if word[-1].isalnum() else "")


@lru_cache(maxsize=16)
def _patterns(keys: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of words as written, and in any case; the longest come first."""
    longest = sorted((key for key in keys if key.strip()), key=len, reverse=True)
    # "US" is not "us": what is written in capitals is meant so.
    loose = [key for key in longest if not key.isupper()]
    exact, any_case = ("|".join(_whole(key.strip()) for key in some) or "(?!)" for some in (longest, loose))
    return re.compile(exact), re.compile(any_case, re.IGNORECASE)


def _pronounced(text: str, readings: tuple[tuple[str, str], ...], kept: list[str]) -> str:
    """Put a sign for each word that has a user's reading, and the reading into `kept`."""
    if not readings:
        return text
    exact, any_case = _patterns(tuple(key for key, _ in readings))
    by_word = {" ".join(key.split()): reading for key, reading in readings}
    by_folded = {word.lower(): reading for word, reading in by_word.items()}

    def keep(reading: str) -> str:
        kept.append(reading)
        return chr(KEPT + len(kept) - 1)

    text = exact.sub(lambda match: keep(by_word[" ".join(match[0].split())]), text)
    return any_case.sub(lambda match: keep(by_folded.get(" ".join(match[0].split()).lower(), match[0])), text)


def _numbers_of_language(text: str, lists: WordLists) -> str:
    """Read dates, years, times and ordinals, each language in its own way."""
    own = {"de": read_german, "en": read_english}.get(lists.language)
    return own(text, lists) if own else text


_STEPS: tuple[Callable[[str, WordLists], str], ...] = (
    plain_signs,
    silent_marks,
    brackets,
    names_of_machines,
    phones,
    ranges,
    _numbers_of_language,
    romans,
    fractions,
    money,
    units,
    plus,
    initials,
    abbreviations,
    initialisms,
    stars,
    symbols,
    pauses,
)
"""In this order: dates come before what looks like parts of them, symbols after what holds them."""
