"""The transcript as SubRip (SRT)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.publish.transcripts.parting import pieces
from narrator.units import vtt_time

if TYPE_CHECKING:
    from narrator.model import Timeline

WIDTH = 32
"""Characters of a line at most (podcast namespace, transcripts, SRT)."""
HEIGHT = 2
"""Lines of a card at most (as above)."""


def format_srt(timeline: Timeline, language: str = "en") -> str:
    """Return the transcript as SRT; where the speaker changes, a card begins with the name and a colon.

    Source: podcast namespace, transcripts, SRT.
    """
    cards = [
        f"{number}\n{_time(piece.start)} --> {_time(piece.end)}\n"
        + "".join(f"{line}\n" for line in piece.lines)
        for number, piece in enumerate(pieces(timeline, language, WIDTH, HEIGHT, named=True), 1)
    ]
    return "\n".join(cards)


def _time(ms: int) -> str:
    return vtt_time(ms).replace(".", ",")
