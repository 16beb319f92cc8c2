"""Transcripts in all their forms, from the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.publish.transcripts.hypertext import format_html
from narrator.publish.transcripts.sentences import format_json, parse_json, sentences
from narrator.publish.transcripts.subrip import format_srt
from narrator.publish.transcripts.webvtt import format_vtt

if TYPE_CHECKING:
    from narrator.model import Timeline

__all__ = ["FORMS", "format_transcripts", "parse_json"]

FORMS = (".vtt", ".srt", ".json", ".html")
"""Suffixes of the forms."""


def format_transcripts(timeline: Timeline, title: str, language: str) -> dict[str, str]:
    """Return the transcript in each form, by its suffix.

    Args:
        timeline: Of the episode.
        title: Of the episode.
        language: BCP 47; in it stand the names of speakers that have none.
    """
    whole = sentences(timeline, language)
    return {
        ".vtt": format_vtt(timeline, language),
        ".srt": format_srt(timeline, language),
        ".json": format_json(whole),
        ".html": format_html(whole, title, language),
    }
