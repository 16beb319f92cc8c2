"""Words that an engine may get wrong: names, initialisms, words of another language."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.attribution.full_names import mentions
from narrator.attribution.lexicon import lexicon
from narrator.engines.phonemes import Phonemizer
from narrator.engines.registry import get_engine
from narrator.errors import NarratorError
from narrator.model import INTERVIEWER, NARRATOR
from narrator.text import word_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Script
    from narrator.pronunciations import Pronunciations

_MOST_NAMES = 500
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;–—\n]|[.!?…]['\"”“»’)\]])[\s\"'“”„«»‚‘’(\[–—-]*$")
_MIXED = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}|[A-Za-z]\d|\d[A-Za-z]{2}")
_INITIALS = re.compile(r"[A-ZÄÖÜ]{2,6}s?")
_LETTERS = {
    "de": re.compile(r"[a-zäöüß’'-]+", re.IGNORECASE),
    "en": re.compile(r"[a-z’'-]+", re.IGNORECASE),
    "es": re.compile(r"[a-záéíóúüñ’'-]+", re.IGNORECASE),
    "fr": re.compile(r"[a-zàâæçéèêëîïôœùûüÿ’'-]+", re.IGNORECASE),
}
"""The letters of a language; a word with another one is of another language."""
_ENGLISH_IN_GERMAN = re.compile(
    r"^c(?!h|em|ir|ent|yr|äs|odex|ord|lown|reme|ouch)|^sh|[^sc]sh(?:$|op|ow|ip|are|ing)|wh|oo(?:d|k|l(?!o)|m$|p)"
    r"|ough|ight|[^aeiouyäöü][eo]y|ay(?!er)|[a-z]{4}(?<![ldr])ing$|(?<!^b)(?<!^g)ea(?:d(?!el)|k(?!t)|m(?!t)|ch|st|rn)"
    r"|iew|[^aeiou]ty$|(?:ar|or|it)ies$|^(?:home|online|news|week)[a-z]{3}|[ckpt]up$|[^aeiou]ack$",
    re.IGNORECASE,
)
"""Spellings that German has only in words from English."""


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that an engine may get wrong."""

    word: str
    count: int
    line: int
    """Of the source, where it comes first; 0 when not known."""
    why: str
    """`name`, `initials`, `spelling` or `foreign`."""
    ipa: str
    """As espeak reads it; empty where it cannot."""


def unknown_words(script: Script, pronunciations: Pronunciations) -> tuple[UnknownWord, ...]:
    """Return the words of a script that an engine may get wrong, the most frequent first.

    They are names of people, words of capitals, words of mixed case or with digits, and words whose spelling
    is not of the language. Words for which `voices.yaml` has a pronunciation are left out.

    Args:
        script: What is spoken.
        pronunciations: What is told already.
    """
    known = {word.casefold() for section in pronunciations.values() for word in section}
    counts: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    lines: dict[str, int] = {}
    names = _names(script)
    small = _small_words(script)
    for turn in script.turns:
        for word, first in _words(turn.text):
            why = _reason(word, script.language, names, small, first=first)
            if why and word.casefold() not in known:
                counts[word] += 1
                reasons.setdefault(word, why)
                lines.setdefault(word, turn.lines[0])
    speak = _Reader(script.language)
    try:
        return tuple(
            UnknownWord(word, count, lines[word], reasons[word], speak(word))
            for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        )
    finally:
        speak.close()


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text and whether each begins a sentence; what a hyphen joins is one word."""
    place = 0
    spans = word_spans(text)
    while place < len(spans):
        start, end = spans[place]
        while place + 1 < len(spans) and text[end] == "-" and spans[place + 1][0] == end + 1:
            place += 1
            end = spans[place][1]
        yield text[start:end], bool(_SENTENCE_START.search(text[:start][-8:]))
        place += 1


def _names(script: Script) -> frozenset[str]:
    """Return the parts of names of people, in the prose and in the cast."""
    found = mentions([turn.text for turn in script.turns], lexicon(script.language), _MOST_NAMES)
    people = [person.name for person in script.people if person.name not in {NARRATOR, INTERVIEWER}]
    parts = {part.strip(".,’'") for name in (*found, *people) for part in name.split()}
    return frozenset(part for part in parts if len(part) > 1 and part[0].isupper() and not part.isupper())


def _small_words(script: Script) -> frozenset[str]:
    """Return the words that are written small somewhere: those are no names."""
    return frozenset(word for turn in script.turns for word, _ in _words(turn.text) if word.islower())


def _reason(word: str, language: str, names: frozenset[str], small: frozenset[str], *, first: bool) -> str:
    """Tell why a word may be read wrongly; empty when nothing speaks for it."""
    base = word.removesuffix("’s").removesuffix("'s")
    letters = _LETTERS.get(language)
    if not any(char.isalpha() for char in word):
        reason = ""
    elif base in names or (language == "de" and base.endswith("s") and base[:-1] in names):
        reason = "name"
    elif _INITIALS.fullmatch(base):
        reason = "initials"
    elif _MIXED.search(word):
        reason = "spelling"
    elif letters and not letters.fullmatch(word) and not any(char.isdigit() for char in word):
        reason = "foreign"
    elif language == "de":
        reason = "foreign" if any(_ENGLISH_IN_GERMAN.search(part) for part in word.split("-")) else ""
    else:
        capital = word[0].isupper() and not first and len(word) > 2
        reason = (
            "name" if capital and word.lower() not in small | _CAPITALS.get(language, frozenset()) else ""
        )
    return reason


_CAPITALS = {
    "en": frozenset(
        """
        monday tuesday wednesday thursday friday saturday sunday january february march april may june
        july august september october november december english american british french german christmas
        mr mrs ms dr
        """.split()  # noqa: SIM905 - a paragraph of words reads better
    ),
}
"""Words that are written with a capital, and that every engine knows."""


class _Reader:
    """Tells how espeak reads a word."""

    def __init__(self, language: str) -> None:
        self._phonemizer = Phonemizer()
        voices = get_engine("espeak").voices(language)
        self._base = voices[0].name if voices else ""

    def __call__(self, word: str) -> str:
        if not self._base:
            return ""
        try:
            clauses = self._phonemizer.clauses(word, self._base)
        except NarratorError:
            return ""
        return " ".join(clause.phonemes for clause in clauses)

    def close(self) -> None:
        self._phonemizer.close()
