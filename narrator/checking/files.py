"""Checks one file by the rules of its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.checking.chapters import Chapters, read_chapters
from narrator.checking.feeds import read_feed
from narrator.checking.kinds import kind_of, kind_of_json
from narrator.checking.pages import Page, read_page
from narrator.checking.pictures import read_picture
from narrator.checking.recordings import Recording, read_recording
from narrator.checking.rule import Finding, apply, fewer, finding
from narrator.checking.rules import audio, channel, items, pages, pictures, tags
from narrator.checking.rules import chapters as chapter_rules
from narrator.checking.rules import transcripts as transcript_rules
from narrator.checking.texts import read_small
from narrator.checking.transcripts import Transcript, read_transcript

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from narrator.checking.feeds import Feed

_START = 4096
_NOWHERE = "https://page.invalid/"
"""Where a page lies of which only the file is known (RFC 6761, 6.4)."""


@dataclass(slots=True)
class Checked:
    """What was found in a file, and what it is."""

    where: str
    kind: str = ""
    findings: list[Finding] = field(default_factory=list)
    recording: Recording | None = None
    transcript: Transcript | None = None
    chapters: Chapters | None = None
    page: Page | None = None
    feed: Feed | None = None


def check_file(path: Path, where: str = "", kind: str = "", address: str = "") -> Checked:
    """Check a file by the rules of its kind.

    Args:
        path: The file.
        where: How it is called for people; else by its path.
        kind: Its kind where that is known; else it is told by name and content.
        address: Where it lies on the web.
    """
    checked = Checked(where or str(path), kind)
    if path.exists() and not path.is_file():  # a pipe would have us wait for ever
        checked.findings.append(finding("unreadable", "it is no file", checked.where))
        return checked
    try:
        if not kind:
            with path.open("rb") as file:
                checked.kind = kind_of(path.suffix.lower(), file.read(_START))
        check = _KINDS.get(checked.kind, _check_unknown)
        check(checked, path, address)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        reason = reason[0].lower() + reason[1:]
        checked.findings.append(finding("unreadable", reason, checked.where))
    return checked


def check_feed(feed: Feed, where: str) -> list[Finding]:
    """Apply the rules for feeds and their items."""
    found = (one for item in feed.items for one in apply(items.TESTS, item, where, item.place))
    return apply(channel.TESTS, feed, where) + fewer(found)


def _check_audio(checked: Checked, path: Path, _address: str) -> None:
    recording = read_recording(path, checked.kind)
    checked.recording = recording
    checked.findings += apply(audio.TESTS, recording, checked.where)
    checked.findings += apply(tags.TESTS, recording, checked.where)


def _check_transcript(checked: Checked, path: Path, _address: str) -> None:
    form = {"segments": "json", "transcript": "html"}.get(checked.kind, checked.kind)
    checked.transcript = read_transcript(read_small(path), form)
    checked.findings += apply(transcript_rules.TESTS, checked.transcript, checked.where)


def _check_json(checked: Checked, path: Path, address: str) -> None:
    checked.kind = kind_of_json(read_small(path))
    if checked.kind != "record":
        _KINDS[checked.kind](checked, path, address)


def _check_chapters(checked: Checked, path: Path, _address: str) -> None:
    checked.chapters = read_chapters(read_small(path))
    checked.findings += apply(chapter_rules.TESTS, checked.chapters, checked.where)


def _check_art(checked: Checked, path: Path, _address: str) -> None:
    picture = read_picture(read_small(path), path.suffix.lower())
    checked.findings += apply(pictures.TESTS, picture, checked.where)


def _check_feed(checked: Checked, path: Path, address: str) -> None:
    checked.feed = read_feed(read_small(path), address)
    checked.findings += check_feed(checked.feed, checked.where)


def _check_html(checked: Checked, path: Path, address: str) -> None:
    """Check a transcript, or what else is HTML, as a page."""
    content = read_small(path).lower()
    page = re.search(rb"<audio|application/rss\+xml", content) or not re.search(
        rb"<(?:cite|time)[\s>]", content
    )
    checked.kind = "page" if page else "transcript"
    _KINDS[checked.kind](checked, path, address)


def _check_page(checked: Checked, path: Path, address: str) -> None:
    checked.page = read_page(read_small(path), address or _NOWHERE)
    checked.findings += apply(pages.TESTS, pages.Shown(checked.page), checked.where)


def _check_unknown(checked: Checked, _path: Path, _address: str) -> None:
    checked.findings.append(finding("unknown-kind", "it is of no known kind", checked.where))


_KINDS: dict[str, Callable[[Checked, Path, str], None]] = {
    "mp3": _check_audio,
    "mp4": _check_audio,
    "audio": _check_audio,
    "vtt": _check_transcript,
    "srt": _check_transcript,
    "segments": _check_transcript,
    "transcript": _check_transcript,
    "json": _check_json,
    "chapters": _check_chapters,
    "art": _check_art,
    "feed": _check_feed,
    "html": _check_html,
    "page": _check_page,
}
