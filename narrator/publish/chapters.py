"""Chapters as players fetch them beside the audio."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from narrator.model import Illustration
from narrator.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from narrator.model import Episode, Timeline


def format_chapters(timeline: Timeline, illustrations: Sequence[Illustration] = ()) -> str:
    """Return the chapters as JSON, on the same milliseconds as the chapters in the audio file.

    Args:
        timeline: Of the programme.
        illustrations: Pictures and links of those chapters that have any.

    Source: the podcast namespace's JSON chapters format 1.2.0; times in seconds.
    """
    rate = timeline.sample_rate
    chapters = [(milliseconds(mark.start, rate), mark.title) for mark in timeline.marks]
    return _format(chapters, illustrations, str)


def format_published(episode: Episode, address: Callable[[str], str]) -> str:
    """Return the same for a published episode.

    Args:
        episode: The record.
        address: Makes an absolute address of the name of a picture in the folder of the episode.
    """
    return _format(episode.chapters, episode.illustrations, address)


def _format(
    chapters: Sequence[tuple[int, str]], illustrations: Sequence[Illustration], address: Callable[[str], str]
) -> str:
    shown = {one.start_ms: one for one in illustrations}
    listed = []
    for start, title in chapters:
        one = shown.get(start, Illustration(start))
        image = one.image if not one.image or is_web(one.image) else address(one.image)
        extra = {key: told for key, told in (("img", image), ("url", one.link)) if told}
        listed.append({"startTime": start / 1000, "title": title, **extra})
    return json.dumps({"version": "1.2.0", "chapters": listed}, ensure_ascii=False, indent=2) + "\n"


def is_web(image: str) -> bool:
    """Tell the address of a picture on the web from the name of one in the folder of an episode."""
    return image.startswith(("http://", "https://"))
