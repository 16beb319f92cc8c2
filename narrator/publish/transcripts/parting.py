"""Parting what is said into pieces that are read at a glance, with their times."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from narrator.publish.wording import shown_name
from narrator.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Cue, Timeline

_PUNCTUATION = r"""[.!?…:;,][\"'”’“«»)\]]*(?=\s)"""
_PHRASE_END = (re.compile(_PUNCTUATION), re.compile(rf"{_PUNCTUATION}|(?=\s[—–]\s)"))
"""Where a speaker may draw breath: after punctuation and what closes with it; where there are any, before a
dash too."""
_SHORT, _TORN = 2.0, 1.0
"""Cost of a piece that is short, or ends within a phrase. Beside that, an empty one costs 1, a full one 0."""
_SHORTEST = 1 / 3
"""Of a whole piece: a shorter one is gone before it is read, and is avoided."""


class Piece(NamedTuple):
    """What is shown at once; times in ms."""

    start: int
    end: int
    """Behind `start`; pieces do not overlap."""
    speaker: str
    """The name shown; may be empty."""
    lines: tuple[str, ...]


def pieces(
    timeline: Timeline, language: str, width: int, height: int = 1, *, named: bool = False
) -> Iterator[Piece]:
    """Part every utterance into pieces at the ends of phrases, in the order of time.

    Where the engine told when words begin, a piece begins with its first word; otherwise the time of the
    utterance is shared out by the number of characters.

    Args:
        timeline: Of the episode.
        language: BCP 47, for the names of speakers that have none.
        width: Characters of a line at most.
        height: Lines of a piece at most.
        named: Whether a piece that begins a speaker's turn begins with the name and a colon, as a part of
            its lines.
    """
    rate = timeline.sample_rate
    free = 0  # pieces do not overlap, not even by rounding
    before = None
    for cue in timeline.cues:
        text = " ".join((cue.utterance.text or cue.utterance.spoken).split())
        name = shown_name(cue.utterance.speaker, language)
        label = f"{name}: " if text and named and name and name != before else ""
        before = name if text else before
        whole = label + text
        spans = split_spans(whole, width, height)
        # The name takes no time; the first piece begins with the utterance, the last ends with it.
        places = [max(0, first - len(label)) for first, _ in spans[1:]]
        inner = _times(timeline, cue, len(text), places) if places else ()
        ends = (milliseconds(place, rate) for place in (cue.start, cue.start + cue.length))
        times = (next(ends), *inner, next(ends))
        for (first, last), (start, end) in zip(spans, pairwise(times), strict=False):
            begin = max(start, free)
            free = max(end, begin + 1)
            yield Piece(begin, free, name, wrap(whole[first:last], width, height))


def _times(timeline: Timeline, cue: Cue, length: int, places: Sequence[int]) -> list[int]:
    """Return when places in the text of a cue, `length` characters long, are heard, in ms.

    Words are known by their places in the spoken form, which may differ from the text: the place is carried
    over in proportion.
    """
    spoken = max(len(cue.utterance.spoken), 1)
    rate, own = timeline.sample_rate, cue.take.sample_rate
    heard = [(word.start, (word.frame - cue.first) * rate // own) for word in cue.take.words]
    within = [mark for mark in heard if 0 < mark[0] < spoken and 0 < mark[1] < cue.length]
    marks = [(0, 0), *within, (spoken, cue.length)]
    starts = [mark[0] for mark in marks[:-1]]
    times = []
    for place in places:
        at = place * spoken / max(length, 1)
        index = bisect_right(starts, at)
        (low, start), (high, end) = marks[index - 1], marks[index]
        times.append(milliseconds(cue.start + int(start + (end - start) * (at - low) / (high - low)), rate))
    return times


def split_spans(text: str, width: int, height: int = 1) -> tuple[tuple[int, int], ...]:
    """Return where the pieces of a text begin and end, best at the ends of phrases.

    Of all ways to part the text, one with few pieces that are short or end within a phrase is taken.

    Args:
        text: With single spaces, and none at its ends.
        width: Characters of a line at most; a longer word is cut.
        height: Lines of a piece at most.
    """
    if 0 < len(text) <= width:  # one piece costs less than any two
        return ((0, len(text)),)
    words = [match.span() for match in _words(width).finditer(text)]
    starts = [start for start, _ in words]
    behind = _behind(starts, [end for _, end in words], width, height)
    if behind[:1] == [len(words)]:
        return ((0, len(text)),)
    phrases = _phrase_ends(text)
    phrases.add(len(text))
    cost = _costs(width * height)
    # The best pieces up to the end of each word: what they cost, and with which word the last one begins.
    best, begins = [0.0], [0]
    earliest = 0
    for last, (_, end) in enumerate(words):
        while behind[earliest] <= last:
            earliest += 1
        there = zip(best[earliest:], starts[earliest : last + 1], strict=True)
        choices = [before + cost[end - start] for before, start in there]
        least = min(choices)
        best.append(least if end in phrases else least + _TORN)
        begins.append(earliest + choices.index(least))
    spans = []
    last = len(words)
    while last:
        first = begins[last]
        spans.append((starts[first], words[last - 1][1]))
        last = first
    return tuple(reversed(spans))


@cache
def _words(width: int) -> re.Pattern[str]:
    """Return the pattern of a word, or as much of one as a line holds."""
    return re.compile(rf"\S{{1,{width}}}")


@cache
def _costs(room: int) -> tuple[float, ...]:
    """Return by the length of a piece what it costs that it is not full, or short."""
    short = room * _SHORTEST
    return tuple((1 - length / room) ** 2 + (_SHORT if length < short else 0.0) for length in range(room + 1))


def _phrase_ends(text: str) -> set[int]:
    dashes = "—" in text or "–" in text
    return {match.end() for match in _PHRASE_END[dashes].finditer(text)}


def _behind(starts: Sequence[int], ends: Sequence[int], width: int, height: int) -> list[int]:
    """Return for each word the first one that has no room any more in a piece that begins with it.

    Each line of it is filled as far as it goes.
    """
    lines = [*(bisect_right(ends, start + width) for start in starts), len(ends)]
    behind = lines
    for _ in range(1, height):
        behind = [lines[first] for first in behind]
    room = width * height
    return [min(end, bisect_right(ends, start + room)) for end, start in zip(behind, starts, strict=False)]


def split_lines(text: str, width: int) -> tuple[str, ...]:
    """Part a text into lines of at most `width` characters, at ends of phrases where there are any.

    White space is made single; a word longer than a line is cut.

    >>> split_lines("Yes, I remember it well, because it rained all day and nobody came to see us off.", 65)
    ('Yes, I remember it well,', 'because it rained all day and nobody came to see us off.')
    """
    whole = " ".join(text.split())
    return tuple(whole[first:last] for first, last in split_spans(whole, width))


def wrap(text: str, width: int, height: int) -> tuple[str, ...]:
    """Part a text that fits into at most `height` lines; two lines at the end of a phrase, or about even."""
    if len(text) <= width or height == 1:
        return (text,)
    least = len(text) - width  # from where the rest fits into a line
    spaces = [(at, at + 1) for at in range(max(0, least - 1), width + 1) if text[at] == " "]
    if not spaces:  # within a word
        spaces = [(at, at) for at in range(max(1, least), width + 1) if " " not in text[at - 1 : at + 1]]
    phrases = _phrase_ends(text)
    at, on = min(spaces, key=lambda one: (one[0] not in phrases, abs(one[0] - (len(text) - one[1]))))
    return (text[:at], text[on:])
