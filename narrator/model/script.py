"""The text to perform: who says what, and the account of every word."""

from dataclasses import dataclass

from narrator.model.source import Picture, Unspoken
from narrator.model.spans import Span

NARRATOR = "NARRATOR"
"""The speaker of narration."""
INTERVIEWER = "INTERVIEWER"
"""An asker whom the source never names."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks in the script."""

    name: str
    gender: str = ""
    """`female`, `male`, or empty when nothing tells."""
    aliases: tuple[str, ...] = ()
    """Other forms of the name in the source."""
    voice: str = ""
    """A voice pinned in the script, `engine:name`; may be empty."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted speech."""

    speaker: str
    text: str
    """Display text; paragraphs are parted by one empty line."""
    lines: tuple[int, int] = (0, 0)
    """First and last line in the source; (0, 0) when not known."""
    reason: str = ""
    """Why this speaker: `label`, `question`, `answer`, `narration` …"""
    confidence: float = 1.0
    """0 to 1, in steps of 0.01."""
    direction: str = ""
    """How to say it (a parenthetical); never spoken."""
    pause_ms: int | None = None
    """A pause after this turn, in ms, where the script asks for one."""
    spans: tuple[Span, ...] = ()
    """What the script says of parts of the text, sorted by where they begin, the longer first."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the script with a title."""

    title: str
    """One line; empty only where the script has a single chapter without a heading."""
    turns: tuple[Turn, ...]
    picture: Picture | None = None
    """What players show while it is heard."""
    link: str = ""
    """Where players lead to while it is heard, http or https; may be empty."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a turn or the title of a chapter was made, to tell later what a person has changed."""

    text: str
    """Fingerprint of its text."""
    speaker: str = ""
    """Who was to speak; empty for the title of a chapter."""
    lines: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Script:
    """The text to perform: who says what, in chapters."""

    title: str
    language: str
    chapters: tuple[Chapter, ...]
    people: tuple[Person, ...] = ()
    """Everybody who speaks, in order of appearance."""
    author: str = ""
    date: str = ""
    unspoken: tuple[Unspoken, ...] = ()
    """Every word of the source that no turn holds, with its reason."""
    made: tuple[Mark, ...] = ()
    """Chapters and turns as they were made from the source, in order; empty for a script made by hand."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns of all chapters."""
        return tuple(turn for chapter in self.chapters for turn in chapter.turns)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of every word of the source."""

    spoken: int
    labels: int
    dropped: tuple[tuple[str, int, int], ...] = ()
    """(reason, passages, words) of everything else that is not spoken."""

    @property
    def words(self) -> int:
        """All words of the source."""
        return self.spoken + self.labels + sum(count for _, _, count in self.dropped)
