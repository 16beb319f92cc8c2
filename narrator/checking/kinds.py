"""What kind of thing a file is: by its name, and where that does not tell, by how it begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.checking.feeds import looks_like_feed
from narrator.checking.frames import SYNC

if TYPE_CHECKING:
    from collections.abc import Callable

_BY_NAME = {
    ".mp3": "mp3",
    ".m4a": "mp4",
    ".m4b": "mp4",
    ".mp4": "mp4",
    ".opus": "audio",
    ".ogg": "audio",
    ".flac": "audio",
    ".wav": "audio",
    ".vtt": "vtt",
    ".srt": "srt",
    ".json": "json",
    ".xml": "feed",
    ".rss": "feed",
    ".html": "html",
    ".htm": "html",
    ".jpg": "art",
    ".jpeg": "art",
    ".png": "art",
    ".gif": "art",
    ".webp": "art",
}
_BY_START: tuple[tuple[Callable[[bytes], object], str], ...] = (
    (re.compile(rb"ID3").match, "mp3"),
    (re.compile(rb"[\s\S]{4}ftyp").match, "mp4"),
    (re.compile(rb"OggS|fLaC|RIFF[\s\S]{4}WAVE").match, "audio"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF[\s\S]{4}WEBP").match, "art"),
    (re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT").match, "vtt"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*\d+\s*\n\s*\d\d:\d\d:\d\d,\d{3} -->").match, "srt"),
    (looks_like_feed, "feed"),
    (re.compile(rb"(?i)<(?:!doctype html|html)[\s>]").search, "html"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]").match, "json"),
    (SYNC.match, "mp3"),
)


def kind_of(suffix: str, start: bytes) -> str:
    """Return what kind of thing a file is; empty for what does not belong to a podcast.

    Kinds are `mp3`, `mp4`, `audio`, `vtt`, `srt`, `json`, `feed`, `html`, `art`.

    Args:
        suffix: Of its name, small, with the dot.
        start: Its first bytes, some thousands.
    """
    by_name = _BY_NAME.get(suffix, "")
    return by_name or next((kind for begins, kind in _BY_START if begins(start)), "")


def kind_of_json(content: bytes) -> str:
    """Return what JSON holds: `chapters`, `segments` of a transcript, or the `record` of an episode."""
    keys = set(re.findall(rb'"(segments|chapters|sha256|startTime)"\s*:', content[:200_000]))
    if b"segments" in keys:
        return "segments"
    return "record" if b"sha256" in keys else "chapters"
