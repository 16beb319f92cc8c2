"""What a feed says of a podcast and of each episode."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.publish.elements import clean, one_line, shorten
from narrator.publish.people import persons, speakers
from narrator.publish.wording import wording
from narrator.settings import MAX_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Entry, Episode, Show

MAX_DESCRIPTION = 4000
"""Bytes, tags included (PSP-1, description; Apple Podcasts)."""
_TITLES = (MAX_TITLE, 80, 40)
"""Characters of titles beside time stamps, the fewer the less room there is; Spotify advises at most 40."""
_LEAST_STAMPS = 3
"""Fewer time stamps are no chapters (Spotify)."""
_MOST_NAMES = 20
_LIST = re.compile(r"[-*•]\s+")
_ADDRESS = re.compile(r"https?://\w[^\s<>\"]*")
_BEHIND = ".,;:!?)]}'’”"
"""Punctuation that belongs to the sentence rather than to the address before it."""


def describe_podcast(show: Show) -> str:
    """Return what the podcast is about, as HTML of at most 4000 bytes."""
    words = wording(show.podcast.language)
    note = _paragraph(words["synthetic_podcast"])
    notes = _notes(show.podcast.description or show.podcast.title, MAX_DESCRIPTION - _bytes(note))
    return (notes + note).rstrip()


def describe_episode(show: Show, entry: Entry, limit: int = MAX_DESCRIPTION) -> str:
    """Return what an episode is about, its chapters with times, where its transcript is, and how it was made.

    Only `p`, `ul`, `li` and `a` stand in it, which Apple Podcasts shows, and a line of its own for each time
    stamp, which Spotify and others make to chapters. When there is too little room, titles of chapters are
    shortened, then the last chapters dropped, then the notes cut; what remains is always whole HTML.

    Args:
        show: What is published.
        entry: The episode.
        limit: Bytes.
    """
    words = wording(show.podcast.language)
    page = escape(show.url(entry.page))
    end = f'<p><a href="{page}">{escape(words["transcript"])}</a></p>\n{_paragraph(words["synthetic"])}'
    room = limit - _bytes(end)
    notes = entry.notes.description or _who(show, entry)
    # Of too little room each has half, and what the other does not need.
    stamps = _stamps(entry.episode, words["beginning"], max(room // 2, room - _bytes(_notes(notes, room))))
    return (_notes(notes, room - _bytes(stamps)) + stamps + end).rstrip()


def full_description(show: Show, entry: Entry) -> str:
    """Return the same without a limit."""
    return describe_episode(show, entry, sys.maxsize)


def time_stamps(episode: Episode, beginning: str) -> tuple[tuple[int, str], ...]:
    """Return second and title of each chapter, ascending and from 0, as lists of time stamps must be.

    Args:
        episode: The record; of chapters in the same second, the first counts.
        beginning: Title of what is before the first chapter.
    """
    found: dict[int, str] = {}
    for start, title in sorted(episode.chapters, key=lambda chapter: chapter[0]):
        if line := one_line(title):
            found.setdefault(start // 1000, line)
    return tuple((found if 0 in found or not found else {0: beginning, **found}).items())


def _who(show: Show, entry: Entry) -> str:
    """Return a sentence that names the speakers, or the title where there are none."""
    language = show.podcast.language
    names = [name for name, _ in persons(speakers(entry.episode), frozenset(), language)]
    listed = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
    return wording(language)["speakers"].format(names=listed) if listed else entry.episode.title


def _stamps(episode: Episode, beginning: str, room: int) -> str:
    """Return the time stamps that fit into so many bytes; none where those are too few to be chapters."""
    stamps = time_stamps(episode, beginning)
    lines: list[str] = []
    for length in _TITLES:
        lines = [_paragraph(f"{_clock(second)} {shorten(title, length)}") for second, title in stamps]
        if sum(map(_bytes, lines)) <= room:
            break
    while sum(map(_bytes, lines)) > room:
        lines.pop()
    return "".join(lines) if len(lines) >= _LEAST_STAMPS else ""


def _clock(second: int) -> str:
    """Return a time stamp.

    >>> _clock(0), _clock(3723)
    ('00:00', '1:02:03')
    """
    minutes, second = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes:02}:{second:02}"


def _notes(text: str, room: int) -> str:
    """Return paragraphs and lists of at most so many bytes; what is too long is cut."""
    parts = []
    for listed, lines in groupby(_lines(text), key=lambda line: line[0]):
        begin, end, tag = ("<ul>", "</ul>\n", "li") if listed else ("", "", "p")
        room -= len(begin + end)
        inner = []
        for _, line in lines:
            frame = len(f"<{tag}></{tag}>\n")
            # Each character is a byte at least, so that more of them need not be tried.
            fitting = shorten(line[: max(room, 1)], max(room - frame, 0), lambda part: _bytes(_linked(part)))
            room = room - frame - _bytes(_linked(fitting)) if fitting == line else 0
            if fitting:
                inner.append(f"<{tag}>{_linked(fitting)}</{tag}>\n")
        if inner:
            parts.append(f"{begin}{''.join(inner)}{end}")
    return "".join(parts)


@lru_cache(maxsize=8)  # the same notes are asked for several times in a row
def _lines(text: str) -> tuple[tuple[bool, str], ...]:
    """Return the paragraphs and the points of lists, and whether it is a point."""
    return tuple(_parted(text))


def _parted(text: str) -> Iterator[tuple[bool, str]]:
    for paragraph in re.split(r"\n\s*\n", clean(text)):
        words: list[str] = []
        listed = False
        for line in paragraph.splitlines():
            point = _LIST.match(line.lstrip())
            if point:
                yield from _joined(words, listed=listed)
                words, listed = [], True
            words.append(line.lstrip()[point.end() :] if point else line)
        yield from _joined(words, listed=listed)


def _joined(words: list[str], *, listed: bool) -> Iterator[tuple[bool, str]]:
    if line := one_line(" ".join(words)):
        yield listed, line


def _linked(text: str) -> str:
    """Return a text as HTML, in which addresses are links."""
    if "://" not in text:
        return escape(text)
    parts = []
    done = 0
    for match in _ADDRESS.finditer(text):
        if match[0].endswith("…"):  # it was cut, and would lead nowhere
            continue
        address = match[0].rstrip(_BEHIND)
        parts += [escape(text[done : match.start()]), f'<a href="{escape(address)}">{escape(address)}</a>']
        done = match.start() + len(address)
    return "".join((*parts, escape(text[done:])))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def _bytes(text: str) -> int:
    return len(text.encode())
