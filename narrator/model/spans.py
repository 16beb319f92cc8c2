"""What is said of a part of a text: how it is pronounced, in which language, that it is stressed."""

from dataclasses import dataclass, field
from enum import StrEnum


class SpanKind(StrEnum):
    """What is said of a part of a text."""

    IPA = "ipa"
    """Its value is the pronunciation, in the International Phonetic Alphabet."""
    LANGUAGE = "lang"
    """Its value is the language of a passage: ISO 639-1, a region may follow."""
    EMPHASIS = "emphasis"


WHISPERING = "whispering"
"""A manner in which an utterance is said."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text of which something is said; of two spans one holds the other, or they lie apart."""

    start: int
    """First character."""
    end: int
    """Character after the last; `start < end`."""
    kind: SpanKind
    value: str = ""
    place: str = field(default="", compare=False)
    """File and line where it was asked for, for errors."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How a word is pronounced, for engines that take IPA and for those that do not."""

    ipa: str
    say: str = ""
    """A respelling for the others; empty where they read the word as it is."""
    place: str = field(default="", compare=False)
    """File and line where it stands, for errors."""
