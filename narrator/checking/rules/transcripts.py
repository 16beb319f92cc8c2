"""Rules for transcripts: each for itself, beside the sound, and beside another form of the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.checking.rule import Fault, shown
from narrator.checking.transcripts import labelled
from narrator.text import words
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from narrator.checking.rule import Tests
    from narrator.checking.transcripts import Cue, Transcript

_LINE = 65
"""Characters (Apple Podcasts, support article 5316)."""
_CARD = (2, 32)
"""Lines, and characters of each (podcast namespace, transcripts, SRT)."""
_BEYOND_MS = 500
_SHORT_MS, _SHORT = 60_000, 0.1
"""A transcript that ends so long before the sound, and by that share of it, lacks something."""
_ESCAPED = re.compile(
    r"&(?!(?:amp|lt|gt|lrm|rlm|nbsp|[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)"
    r"|<(?!/?(?:c|i|b|u|v|lang|ruby|rt)(?:\.[^\s<>.]*)*(?:[ \t][^<>]*)?>|(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}>)"
    r"|-->"
)
"""What W3C WebVTT, sections 4.2.2 and 6.4, does not allow in cue text."""


def _at(cue: Cue) -> str:
    return f"line {cue.line}" if cue.raw else f"at {clock(cue.start / 1000)}"


def _encoding(one: Transcript) -> Iterator[Fault]:
    if one.encoding:
        yield Fault(one.encoding)


def _broken(form: str) -> Callable[[Transcript], Iterator[Fault]]:
    def test(one: Transcript) -> Iterator[Fault]:
        yield from one.broken if one.form == form else ()

    return test


def _none(one: Transcript) -> Iterator[Fault]:
    if not one.cues and not one.broken:
        yield Fault("nothing is said in it")


def _signature(one: Transcript) -> Iterator[Fault]:
    if not one.signed:
        yield Fault("it does not begin with WEBVTT", "line 1")


def _voice(one: Transcript) -> Iterator[Fault]:
    if one.form == "vtt":
        for cue in one.cues:
            if not cue.speaker:
                yield Fault("the cue does not begin with its speaker", _at(cue))


def _long_lines(one: Transcript) -> Iterator[Fault]:
    if one.form == "vtt":
        yield from _longer(one, _LINE)


def _longer(one: Transcript, most: int) -> Iterator[Fault]:
    for cue in one.cues:
        longest = max((len(line.rstrip()) for line in cue.lines), default=0)
        if longest > most:
            yield Fault(f"a line has {longest} characters", _at(cue))


def _escapes(one: Transcript) -> Iterator[Fault]:
    if one.form == "vtt":
        for cue in one.cues:
            for line in cue.raw:
                if found := _ESCAPED.search(line):
                    yield Fault(f"{shown(line[found.start() :][:20])} must be escaped", _at(cue))


def _numbers(one: Transcript) -> Iterator[Fault]:
    if one.form == "srt":
        for number, cue in enumerate(one.cues, 1):
            if cue.number != str(number):
                yield Fault(f"the card has the number {shown(cue.number)}; it should be {number}", _at(cue))
                return


def _card_lines(one: Transcript) -> Iterator[Fault]:
    if one.form == "srt":
        for cue in one.cues:
            if len(cue.lines) > _CARD[0]:
                yield Fault(f"the card has {len(cue.lines)} lines", _at(cue))


def _card_width(one: Transcript) -> Iterator[Fault]:
    if one.form == "srt":
        yield from _longer(one, _CARD[1])


def _card_speakers(one: Transcript) -> Iterator[Fault]:
    if one.form == "srt" and one.cues and not any(labelled(" ".join(cue.lines)) for cue in one.cues):
        yield Fault("no card begins with the name of its speaker")


def _version(one: Transcript) -> Iterator[Fault]:
    if one.form == "json" and not one.broken and one.version != "1.0.0":
        yield Fault(f"the version is {shown(str(one.version))}")


def _segment_speaker(one: Transcript) -> Iterator[Fault]:
    if one.form == "json" and one.cues and not any(cue.speaker for cue in one.cues):
        yield Fault("no segment names its speaker")


def _element(name: str, what: str) -> Callable[[Transcript], Iterator[Fault]]:
    def test(one: Transcript) -> Iterator[Fault]:
        if one.form == "html" and one.cues and name not in one.elements:
            yield Fault(f"there is no element {name}, which {what}")

    return test


def _times(one: Transcript) -> Iterator[Fault]:
    for cue in one.cues if one.form != "html" else ():
        if cue.end <= cue.start:
            yield Fault("it ends before it begins", _at(cue))


def _order(one: Transcript) -> Iterator[Fault]:
    for first, second in pairwise(one.cues):
        if second.start < first.start:
            yield Fault("it begins before the one above it", _at(second))


def _overlap(one: Transcript) -> Iterator[Fault]:
    for first, second in pairwise(one.cues):
        if first.start <= second.start < first.end:
            yield Fault("it begins before the one above it ends", _at(second))


def _empty(one: Transcript) -> Iterator[Fault]:
    for cue in one.cues:
        if not "".join(cue.lines).strip():
            yield Fault("there is no text in it", _at(cue))


TESTS: Tests[Transcript] = {
    "transcript-encoding": _encoding,
    "transcript-none": _none,
    "vtt-signature": _signature,
    "vtt-form": _broken("vtt"),
    "vtt-speaker": _voice,
    "vtt-line": _long_lines,
    "vtt-escape": _escapes,
    "srt-form": _broken("srt"),
    "srt-number": _numbers,
    "srt-lines": _card_lines,
    "srt-width": _card_width,
    "srt-speaker": _card_speakers,
    "segments-form": _broken("json"),
    "segments-version": _version,
    "segments-speaker": _segment_speaker,
    "html-form": _broken("html"),
    "html-speaker": _element("cite", "tells who speaks"),
    "html-time": _element("time", "tells when"),
    "cue-times": _times,
    "cue-order": _order,
    "cue-overlap": _overlap,
    "cue-empty": _empty,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A transcript and how long the sound is."""

    transcript: Transcript
    duration_ms: int


def _beyond(one: Heard) -> Iterator[Fault]:
    for cue in one.transcript.cues:
        if max(cue.start, cue.end) > one.duration_ms + _BEYOND_MS:
            yield Fault(f"it goes beyond the end of the sound at {clock(one.duration_ms / 1000)}", _at(cue))


def _short(one: Heard) -> Iterator[Fault]:
    end = max((max(cue.start, cue.end) for cue in one.transcript.cues), default=0)
    missing = one.duration_ms - end
    if end and missing > max(_SHORT_MS, one.duration_ms * _SHORT) and one.transcript.form != "html":
        yield Fault(f"it ends at {clock(end / 1000)}, the sound at {clock(one.duration_ms / 1000)}")


HEARD_TESTS: Tests[Heard] = {"cue-end": _beyond, "transcript-short": _short}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two forms of one transcript; the first has speakers."""

    first: Transcript
    other: Transcript


def _differ(one: Pair) -> Iterator[Fault]:
    told = _letters(one.first, named=False)
    there = _letters(one.other, named=False)
    if there == told or not there or not told:
        return
    labels = _letters(one.first, named=True)
    if there != labels:
        nearer = labels if one.other.form == "srt" else told
        yield Fault(f"the words differ from those in the {one.first.form} form: {_difference(nearer, there)}")


def _letters(one: Transcript, *, named: bool) -> str:
    """Return all words without what is between them: long ones may be cut.

    Args:
        one: The transcript.
        named: Whether the name of a speaker goes before what they say, where the speaker changes.
    """
    said: list[str] = []
    before = None
    for cue in one.cues:
        if named and cue.speaker != before:
            said += words(cue.speaker)
        before = cue.speaker
        said += words(" ".join(cue.lines))
    return "".join(said)


def _difference(told: str, there: str) -> str:
    """Return how two texts begin to differ."""
    at = next(
        (index for index, (a, b) in enumerate(zip(told, there, strict=False)) if a != b),
        min(len(told), len(there)),
    )
    return f"{shown(told[at : at + 30])} there, {shown(there[at : at + 30])} here"


PAIR_TESTS: Tests[Pair] = {"transcripts-differ": _differ}
