"""The transcript as a page shows it: chapters, in them turns, in them paragraphs."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.model import Opening
from narrator.publish.pages.figures import address_time
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narrator.model import Sentence

COLOURS = 8
"""Of speakers, in the style sheet; beside its colour a turn always has the name."""
_STAMP_MS = 60_000
"""Within a long turn a paragraph shows its time when the last one shown is so far away."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence on the page; times in seconds as addresses have them."""

    start: str
    end: str
    text: str


@dataclass(slots=True)
class Paragraph:
    """What is read without a break."""

    stamp: str
    """Its time for people; empty where it shows none."""
    sentences: list[Said] = field(default_factory=list)


@dataclass(slots=True)
class Turn:
    """What one speaker says at once."""

    speaker: str
    colour: int
    paragraphs: list[Paragraph] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A chapter; `number` is 0 for what comes before the first."""

    number: int
    title: str
    read: Said | None = None
    """The sentence with which the title is read out: the heading stands for it."""
    turns: list[Turn] = field(default_factory=list)


def sections(
    transcript: Sequence[Sentence], chapters: Sequence[tuple[int, str]], colours: Mapping[str, int]
) -> list[Section]:
    """Divide a transcript; a chapter in which nothing is said has its heading all the same.

    Args:
        transcript: In the order of time.
        chapters: (start in ms, title), ascending.
        colours: Of the speakers.
    """
    whole = [Section(0, ""), *(Section(number, title) for number, (_, title) in enumerate(chapters, 1))]
    starts = [start for start, _ in chapters]
    turn = None
    before = -1
    stamped = 0
    for sentence in transcript:
        number = bisect_right(starts, sentence.start)
        opens = sentence.opens
        if turn is None or number != before or opens in {Opening.TURN, Opening.CHAPTER}:
            turn = Turn(sentence.speaker, colours[sentence.speaker])
            whole[number].turns.append(turn)
        if not turn.paragraphs or opens:
            is_stamped = not turn.paragraphs or sentence.start - stamped >= _STAMP_MS
            stamped = sentence.start if is_stamped else stamped
            turn.paragraphs.append(Paragraph(clock(sentence.start / 1000) if is_stamped else ""))
        said = Said(address_time(sentence.start), address_time(sentence.end), sentence.text)
        turn.paragraphs[-1].sentences.append(said)
        before = number
    for section in whole:
        _read_heading(section)
    return whole if whole[0].turns else whole[1:]


def _read_heading(section: Section) -> None:
    """Let the heading be the sentence where the first turn says nothing but the title."""
    match section.turns:
        case [Turn(paragraphs=[Paragraph(sentences=[only])]), *others] if _alike(only.text, section.title):
            section.read = only
            section.turns = others


def _alike(text: str, title: str) -> bool:
    """Tell whether two texts are the same but for space and a full stop, which readers-aloud add."""
    return " ".join(text.split()).rstrip(".") == " ".join(title.split()).rstrip(".") != ""


def speaker_colours(names: Iterable[str], transcript: Iterable[Sentence]) -> dict[str, int]:
    """Return the number of each speaker's colour.

    Args:
        names: Of those the record knows, who come first.
        transcript: It may have others.
    """
    order = dict.fromkeys((*names, *(sentence.speaker for sentence in transcript)))
    return {name: index % COLOURS + 1 for index, name in enumerate(order)}
