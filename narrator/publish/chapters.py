"""Chapters as players fetch them beside the audio."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from narrator.units import milliseconds

if TYPE_CHECKING:
    from narrator.model import Timeline


def format_chapters(timeline: Timeline) -> str:
    """Return the chapters as JSON, on the same milliseconds as the chapters in the audio file.

    Source: the podcast namespace's JSON chapters format 1.2.0; times in seconds.
    """
    chapters = [
        {"startTime": milliseconds(mark.start, timeline.sample_rate) / 1000, "title": mark.title}
        for mark in timeline.marks
    ]
    return json.dumps({"version": "1.2.0", "chapters": chapters}, ensure_ascii=False, indent=2) + "\n"
