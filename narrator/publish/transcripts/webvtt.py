"""The transcript as WebVTT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.publish.transcripts.parting import pieces
from narrator.units import vtt_time

if TYPE_CHECKING:
    from narrator.model import Timeline

LINE = 65
"""Characters of a line at most (Apple Podcasts, support article 5316)."""


def _escaped(text: str) -> str:
    """Return a text without the characters that cue text must not hold as they are (W3C WebVTT, 4.2.2)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def format_vtt(timeline: Timeline, language: str = "en") -> str:
    """Return the transcript as WebVTT, each cue one line that begins with its speaker.

    Source: W3C WebVTT; the voice span at the beginning of each cue is the form in which Apple Podcasts reads
    speakers.
    """
    parts = ["WEBVTT\n"]
    for piece in pieces(timeline, language, LINE):
        voice = f"<v {_escaped(piece.speaker)}>" if piece.speaker else ""
        text = _escaped(piece.lines[0])
        parts.append(f"{vtt_time(piece.start)} --> {vtt_time(piece.end)}\n{voice}{text}\n")
    return "\n".join(parts)
