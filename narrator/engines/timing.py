"""When words begin: what engines tell, brought to one form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.audio import WordTime

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"\S*\w\S*")
"""A word with the signs that cling to it; engines divide them in ways of their own (`17`, `:`, `30`)."""


def word_times(spoken: str, heard: Iterable[tuple[int, int]]) -> tuple[WordTime, ...]:
    """Return when the words of a text begin: the first time that is told for any part of each.

    Args:
        spoken: What was spoken.
        heard: Sample and place in `spoken` of what an engine tells, in any order.

    Returns:
        In order of the text, the samples never falling; words of which nothing is told are missing.
    """
    times = sorted((place, frame) for frame, place in heard)
    found: list[WordTime] = []
    number = 0
    for token in _TOKEN.finditer(spoken):
        start, end = token.span()
        while number < len(times) and times[number][0] < start:
            number += 1
        if number < len(times) and times[number][0] < end:
            frame = times[number][1]
            if not found or frame >= found[-1].frame:
                found.append(WordTime(frame, start, end - start))
    return tuple(found)


def placed(spoken: str, told: Iterable[tuple[int, str]]) -> list[tuple[int, int]]:
    """Find the places of words that a service names one after another.

    Args:
        spoken: What was spoken.
        told: Sample and text of each word, in order.

    Returns:
        Sample and place of those that are found; a word that the service wrote anew is left out.
    """
    found = []
    end = 0
    for frame, text in told:
        place = spoken.find(text, end) if text else -1
        if place >= 0:
            found.append((frame, place))
            end = place + len(text)
    return found


def word_at(text: str, place: int) -> str:
    """Return the word that begins at a place of a text; empty when there is none."""
    found = re.compile(r"\w+").match(text, place)
    return found[0] if found else ""
