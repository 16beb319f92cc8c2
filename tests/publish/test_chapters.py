"""Chapters beside the audio."""

import json

from narrator.model import ChapterMark, Timeline
from narrator.publish.chapters import format_chapters


def test_chapters_in_seconds_with_milliseconds() -> None:
    """Checklist: JSON chapters, ascending."""
    marks = (
        ChapterMark(0, "Intro"),
        ChapterMark(44_100 * 61 + 22, "Über „dies“"),
        ChapterMark(9_999_999, "End"),
    )
    text = format_chapters(Timeline(44_100, 10_000_000, (), (), marks))
    assert json.loads(text) == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0, "title": "Intro"},
            {"startTime": 61, "title": "Über „dies“"},
            {"startTime": 226.757, "title": "End"},
        ],
    }
    assert "Über „dies“" in text
    assert text.endswith("}\n")


def test_no_chapters() -> None:
    assert json.loads(format_chapters(Timeline(44_100, 1, (), (), ()))) == {
        "version": "1.2.0",
        "chapters": [],
    }
