"""Reads transcripts of all forms, strictly, and notes what breaks their syntax.

Sources: W3C WebVTT, sections 4 and 6; the podcast namespace, transcripts (SRT, JSON, HTML).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator.checking.rule import Fault, shown
from narrator.checking.texts import decode_text, load_json, number
from narrator.errors import SourceError
from narrator.sources.markup import parse_html

if TYPE_CHECKING:
    from collections.abc import Iterator

_VTT_TIME = r"(?:\d{2,4}:)?[0-5]\d:[0-5]\d\.\d{3}"
_VTT_TIMES = re.compile(rf"({_VTT_TIME})[ \t]+-->[ \t]+({_VTT_TIME})(?:[ \t]+[^ \t].*)?[ \t]*")
_SRT_TIME = r"\d{2,4}:[0-5]\d:[0-5]\d,\d{3}"
_SRT_TIMES = re.compile(rf"({_SRT_TIME}) --> ({_SRT_TIME})[ \t]*")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]+)>")
_TAG = re.compile(r"<[^<>]*>")
_LABEL = re.compile(r"[^\n:]{1,80}:\s")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?")
_MOST_CUES = 200_000
"""A book read aloud has 50,000."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at once; times in ms."""

    start: int
    end: int
    lines: tuple[str, ...]
    """As they are shown."""
    speaker: str = ""
    line: int = 0
    """In the file, from 1; of JSON the number of the segment."""
    raw: tuple[str, ...] = ()
    """Lines as they are written."""
    number: str = ""
    """The line before the times."""


@dataclass(slots=True)
class Transcript:
    """A transcript."""

    form: str
    """`vtt`, `srt`, `json` or `html`."""
    cues: list[Cue] = field(default_factory=list)
    broken: list[Fault] = field(default_factory=list)
    """What breaks the syntax of its form."""
    encoding: str = ""
    """What is wrong with its encoding."""
    signed: bool = True
    """Of WebVTT: whether it begins as it must."""
    version: Any = None
    """Of JSON."""
    elements: frozenset[str] = frozenset()
    """Of HTML: the names of its elements."""


def read_transcript(content: bytes, form: str) -> Transcript:
    """Read a transcript.

    Args:
        content: The file.
        form: `vtt`, `srt`, `json` or `html`.
    """
    decoded = decode_text(content)
    transcript = Transcript(form, encoding=decoded.problem)
    _READERS[form](transcript, decoded.text)
    if len(transcript.cues) > _MOST_CUES:
        transcript.broken.append(Fault(f"it has more than {_MOST_CUES:,} cues"))
        del transcript.cues[_MOST_CUES:]
    return transcript


def labelled(text: str) -> bool:
    """Tell whether a text begins with what may be the name of a speaker.

    >>> labelled("Ada: Yes."), labelled("Yes.")
    (True, False)
    """
    return _LABEL.match(text) is not None


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line and the lines of what empty lines part."""
    block: list[str] = []
    first = 1
    for index, line in enumerate(text.split("\n"), 1):
        if line.strip():
            first = first if block else index
            block.append(line)
        elif block:
            yield first, block
            block = []
    if block:
        yield first, block


def _stamp(text: str) -> int:
    """Return ms of a time that matched one of the patterns."""
    seconds = 0
    whole, _, fraction = text.replace(",", ".").partition(".")
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(fraction.ljust(3, "0") or 0)


def _read_vtt(transcript: Transcript, text: str) -> None:
    transcript.signed = re.match(r"WEBVTT(?:[ \t\n]|\Z)", text) is not None
    for first, block in _blocks(text):
        if re.match(r"(?:WEBVTT|NOTE|STYLE|REGION)(?:[ \t]|$)", block[0]):
            continue
        at = 0 if "-->" in block[0] else 1
        times = _VTT_TIMES.fullmatch(block[at]) if at < len(block) else None
        if times is None:
            wrong = block[at] if at < len(block) and "-->" in block[at] else block[0]
            transcript.broken.append(Fault(f"this is no cue: {shown(wrong)}", f"line {first}"))
            continue
        raw = tuple(block[at + 1 :])
        voice = _VOICE.match(raw[0]) if raw else None
        name = " ".join(html.unescape(voice[1]).split()) if voice else ""
        lines = tuple(html.unescape(_TAG.sub("", line)) for line in raw)
        start, end = _stamp(times[1]), _stamp(times[2])
        transcript.cues.append(Cue(start, end, lines, name, first, raw, block[0] if at else ""))


def _read_srt(transcript: Transcript, text: str) -> None:
    for first, block in _blocks(text):
        times = _SRT_TIMES.fullmatch(block[1]) if len(block) > 1 else None
        if times is None:
            wrong = block[1] if len(block) > 1 else block[0]
            transcript.broken.append(Fault(f"here should be times: {shown(wrong)}", f"line {first + 1}"))
            continue
        lines = tuple(block[2:])
        start, end = _stamp(times[1]), _stamp(times[2])
        transcript.cues.append(Cue(start, end, lines, "", first, lines, block[0].strip()))


def _read_json(transcript: Transcript, text: str) -> None:
    value, problem = load_json(text)
    segments = value.get("segments") if isinstance(value, dict) else None
    if not isinstance(segments, list):
        transcript.broken.append(Fault(problem or "it has no list called segments"))
        return
    transcript.version = value.get("version")
    for index, segment in enumerate(segments, 1):
        fields = segment if isinstance(segment, dict) else {}
        start, end = number(fields.get("startTime")), number(fields.get("endTime"))
        body, speaker = fields.get("body"), fields.get("speaker", "")
        if start is None or end is None or not isinstance(body, str) or not isinstance(speaker, str):
            transcript.broken.append(Fault("it lacks startTime, endTime or body", f"segment {index}"))
            continue
        cue = Cue(round(start * 1000), round(end * 1000), (body,), " ".join(speaker.split()), index)
        transcript.cues.append(cue)


def _read_html(transcript: Transcript, text: str) -> None:
    try:
        page = parse_html(text, Path("transcript.html"))
    except SourceError as error:
        transcript.broken.append(Fault(error.problem))
        return
    speaker, start = "", 0
    names = set()
    found: list[tuple[int, str, str, int]] = []
    for element in page.elements():
        names.add(element.name)
        if element.name == "cite":
            speaker = element.text.rstrip(": ")
        elif element.name == "time":
            clock = _CLOCK.search(element.text or element.get("datetime"))
            start = _stamp(clock[0]) if clock else start
        elif element.name == "p":
            found.append((start, element.text, speaker, element.line))
    ends = [one[0] for one in found[1:] + found[-1:]]
    transcript.elements = frozenset(names)
    transcript.cues += [
        Cue(start, end, (words,), name, line)
        for (start, words, name, line), end in zip(found, ends, strict=True)
    ]


_READERS = {"vtt": _read_vtt, "srt": _read_srt, "json": _read_json, "html": _read_html}
