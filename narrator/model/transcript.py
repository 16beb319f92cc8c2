"""What is said when, as transcripts and pages show it."""

from dataclasses import dataclass
from enum import StrEnum


class Opening(StrEnum):
    """What begins with a sentence."""

    NOTHING = ""
    PARAGRAPH = "paragraph"
    TURN = "turn"
    CHAPTER = "chapter"
    """And with it a turn."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """An utterance as it is read along: as a rule a sentence; times in ms of the programme."""

    start: int
    end: int
    """Behind `start`; sentences follow each other without overlap."""
    speaker: str
    """The name shown."""
    text: str
    """As written, white space made single."""
    opens: Opening = Opening.NOTHING
