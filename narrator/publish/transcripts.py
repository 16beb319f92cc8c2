"""Transcripts: what is said when, from the timeline."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from narrator.model import INTERVIEWER, NARRATOR
from narrator.units import milliseconds, vtt_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Timeline

LINE = 65
"""Characters of a line at most (Apple Podcasts, support article 5316)."""
_PHRASE_END = re.compile(r"""[.!?…:;,][\"'”’“«»)\]]*(?=\s)|(?=\s[—–]\s)""")
"""Where a speaker may draw breath: after punctuation and what closes with it, or before a dash."""
_SHORTEST = LINE // 3
"""Characters below which a line is gone before it is read, and is avoided."""
_SHORT, _TORN = 2.0, 1.0
"""Cost of a line that is short, or ends within a phrase. Beside that, an empty one costs 1, a full one 0."""
_NAMES = {NARRATOR: "Narrator", INTERVIEWER: "Interviewer"}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""W3C WebVTT, section 4.2.2: the characters that cue text must not hold as they are."""


def format_vtt(timeline: Timeline) -> str:
    """Return the transcript as WebVTT, each cue one line that begins with its speaker.

    An utterance that is too long for a line is parted at the ends of phrases, and its time shared out by the
    number of characters.

    Source: W3C WebVTT; the voice span at the beginning of each cue is the form in which Apple Podcasts reads
    speakers.
    """
    parts = ["WEBVTT\n"]
    free = 0  # cues do not overlap, not even by rounding
    for start, end, speaker, line in _lines(timeline):
        begin = max(start, free)
        free = max(end, begin + 1)
        name = _NAMES.get(speaker, " ".join(speaker.split())).translate(_ESCAPES)
        voice = f"<v {name}>" if name else ""
        parts.append(f"{vtt_time(begin)} --> {vtt_time(free)}\n{voice}{line.translate(_ESCAPES)}\n")
    return "\n".join(parts)


def split_lines(text: str) -> tuple[str, ...]:
    """Part a text into lines of at most LINE characters, at ends of phrases where there are any.

    White space is made single; a word longer than a line is cut. Of all ways to part the text, one with few
    lines that are short or end within a phrase is taken.

    >>> split_lines("Yes, I remember it well, because it rained all day and nobody came to see us off.")
    ('Yes, I remember it well,', 'because it rained all day and nobody came to see us off.')
    """
    whole = " ".join(text.split())
    words = [match.span() for match in re.finditer(rf"\S{{1,{LINE}}}", whole)]
    phrases = {match.end() for match in _PHRASE_END.finditer(whole)} | {len(whole)}
    # The best lines up to the end of each word: what they cost, and with which word the last one begins.
    best = [(0.0, 0)]
    for last, (_, end) in enumerate(words):
        torn = 0.0 if end in phrases else _TORN
        choices = []
        for first in range(last, -1, -1):
            length = end - words[first][0]
            if length > LINE:
                break
            short = _SHORT if length < _SHORTEST else 0.0
            choices.append((best[first][0] + (1 - length / LINE) ** 2 + short + torn, first))
        best.append(min(choices))
    lines = []
    last = len(words)
    while last:
        first = best[last][1]
        lines.append(whole[words[first][0] : words[last - 1][1]])
        last = first
    return tuple(reversed(lines))


def _lines(timeline: Timeline) -> Iterator[tuple[int, int, str, str]]:
    """Yield start in ms, end in ms, speaker and text of each line."""
    for cue in timeline.cues:
        lines = split_lines(cue.utterance.text or cue.utterance.spoken)
        total = sum(map(len, lines))
        shares = accumulate((len(line) for line in lines), initial=0)
        bounds = [
            milliseconds(cue.start + cue.length * share // max(total, 1), timeline.sample_rate)
            for share in shares
        ]
        for line, (start, end) in zip(lines, pairwise(bounds), strict=True):
            yield start, end, cue.utterance.speaker, line
