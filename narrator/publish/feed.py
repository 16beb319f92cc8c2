"""The feed of a podcast: RSS 2.0 with what Apple, the podcast namespace and Podlove add to it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import PublishError
from narrator.publish.content import size_of
from narrator.publish.description import (
    MAX_DESCRIPTION,
    describe_episode,
    describe_podcast,
    full_description,
)
from narrator.publish.elements import element, html_element, nested, one_line
from narrator.publish.people import hosts, persons, regulars, speakers
from narrator.publish.podcast import CATEGORY, FEED
from narrator.publish.types import plain_type
from narrator.publish.wording import wording
from narrator.settings import MAX_TITLE
from narrator.units import vtt_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from narrator.model import Asset, Entry, Episode, Podcast, Show

PAGE = 500
"""Episodes on a page of the feed; with ten chapters each it is some 3 MB."""
_TYPE = "application/rss+xml"
_NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": "http://podlove.org/simple-chapters",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
"""Exactly as their specifications write them (PSP-1; Podlove Simple Chapters 1.2)."""
_SHORT = 128
"""Characters of the short texts of the podcast namespace."""
_ALTERNATIVES = {".m4a": "M4A", ".opus": "Opus"}
"""Forms of the audio that a feed may offer, by suffix: `.m4b` is none of Apple's media extensions."""


def format_feeds(show: Show) -> tuple[tuple[str, bytes], ...]:
    """Return the pages of the feed, name and content, the one with the newest episodes first.

    The same show gives the same bytes. Texts are cleaned of characters that XML refuses, and cut at the end
    of a word where a specification limits them.

    Sources: RSS 2.0; PSP-1; Apple's podcaster guide to RSS; the podcast namespace; RFC 5005, section 3.

    Raises:
        PublishError: A record has no date that can be read.
    """
    pages = [show.entries[first : first + PAGE] for first in range(0, len(show.entries), PAGE)] or [()]
    names = [FEED, *(f"feed-{number}.xml" for number in range(2, len(pages) + 1))]
    at_home = hosts(show)
    head = "".join(_channel(show, at_home))
    declared = {f"xmlns:{prefix}": address for prefix, address in _NAMESPACES.items()}
    feeds = []
    for number, entries in enumerate(pages):
        items = (nested("item", "".join(_item(show, entry, at_home))) + "\n" for entry in entries)
        channel = nested("channel", "".join((_links(show, names, number), head, *items)))
        feed = nested("rss", channel, version="2.0", **declared)
        feeds.append((names[number], f'<?xml version="1.0" encoding="UTF-8"?>\n{feed}\n'.encode()))
    return tuple(feeds)


def _links(show: Show, names: list[str], number: int) -> str:
    """Return where this page of the feed lies, and the others, the newest being the first."""
    relations = {"self": number}
    if len(names) > 1:
        around = {"first": 0, "prev": number - 1, "next": number + 1, "last": len(names) - 1}
        relations |= {name: other for name, other in around.items() if 0 <= other < len(names)}
    return "\n" + "".join(
        element("atom:link", rel=name, href=show.url(names[other]), type=_TYPE) + "\n"
        for name, other in relations.items()
    )


# ---------------------------------------------------------------- the podcast
def _channel(show: Show, at_home: frozenset[str]) -> Iterator[str]:
    podcast = show.podcast
    title = one_line(podcast.title, MAX_TITLE)
    author = one_line(podcast.author, MAX_TITLE)
    link = podcast.link or show.url("index.html")
    cover = show.url(show.cover.name)
    yield element("title", title)
    yield html_element("description", describe_podcast(show))
    yield element("link", link)
    yield element("language", podcast.language)
    yield _some("copyright", one_line(podcast.copyright, MAX_TITLE))
    yield element("generator", "narrator")
    if dates := [_date(entry.episode) for entry in show.entries]:
        newest = format_datetime(max(dates))
        # Never the time of writing: the same show is to give the same bytes.
        yield element("pubDate", newest) + element("lastBuildDate", newest)
    yield nested("image", element("url", cover) + element("title", title) + element("link", link))
    yield element("itunes:author", author or title)
    if podcast.email:
        owner = element("itunes:name", author or title) + element("itunes:email", podcast.email)
        yield nested("itunes:owner", owner)
    yield element("itunes:image", href=cover)
    for name, inner in podcast.categories or (CATEGORY,):  # Apple refuses a feed without any
        yield nested("itunes:category", element("itunes:category", text=inner) if inner else "", text=name)
    yield element("itunes:explicit", _truth(podcast.explicit))
    yield element("itunes:type", podcast.kind)
    yield element("itunes:complete", "Yes") if podcast.complete else ""
    yield element("podcast:guid", podcast.guid)
    yield element("podcast:locked", "yes" if podcast.locked else "no", owner=podcast.email)
    yield element("podcast:medium", "podcast")
    yield element("podcast:txt", "true", purpose="ai-content")
    yield _frequency(podcast)
    for address, text in podcast.funding:
        yield element("podcast:funding", one_line(text, _SHORT), url=address)
    yield _persons(regulars(show), at_home, podcast.language)
    if podcast.secret:
        yield element("itunes:block", "Yes") + element("podcast:block", "yes")
        yield element("xhtml:meta", name="robots", content="noindex")
    yield "\n"


def _frequency(podcast: Podcast) -> str:
    """Return how often an episode comes, for people and as RRULE; nothing where it is not known."""
    words = wording(podcast.language)
    text = words["ended"] if podcast.complete else words.get(podcast.frequency, podcast.frequency)
    return _some(
        "podcast:updateFrequency",
        one_line(text, _SHORT),
        complete="true" if podcast.complete else "",
        rrule="" if podcast.complete else podcast.frequency_rule,
    )


# ---------------------------------------------------------------- an episode
def _item(show: Show, entry: Entry, at_home: frozenset[str]) -> Iterator[str]:
    podcast, episode, notes = show.podcast, entry.episode, entry.notes
    title = one_line(episode.title, MAX_TITLE) or entry.name
    yield element("title", title)
    yield element("itunes:title", title)
    yield element("link", notes.link or show.url(entry.page))
    yield element("guid", episode.guid, isPermaLink="false")
    yield element("pubDate", format_datetime(_date(episode)))
    yield from _descriptions(show, entry)
    yield element("enclosure", **_enclosure(show, entry.audio, episode.size))
    # Rounded, and never 0, which apps take for unknown.
    yield element("itunes:duration", str(max((episode.duration_ms + 500) // 1000, 1)))
    authors = (one_line(name, MAX_TITLE) for name in (episode.author, podcast.author, podcast.title))
    yield element("itunes:author", next(filter(None, authors), ""))
    yield element("itunes:image", href=show.url((entry.image or show.cover).name))
    yield element("itunes:explicit", _truth(podcast.explicit if notes.explicit is None else notes.explicit))
    yield element("itunes:episodeType", notes.kind)
    for name, number in (("season", notes.season), ("episode", notes.number)):
        if number is not None:
            yield element(f"itunes:{name}", str(number)) + element(f"podcast:{name}", str(number))
    yield _persons(speakers(episode), at_home, episode.language)
    yield from _transcripts(show, entry)
    yield _chapters(show, entry)
    yield element("podcast:txt", "true", purpose="ai-content")
    yield from _alternatives(show, entry)
    if podcast.secret:
        yield element("itunes:block", "Yes")


def _descriptions(show: Show, entry: Entry) -> Iterator[str]:
    """Yield the description, and all of it apart where that had to be cut.

    There is no `itunes:summary`, which Apple has given up: newsboat would show it instead of these.
    """
    whole = full_description(show, entry)
    long = len(whole.encode()) > MAX_DESCRIPTION
    yield html_element("description", describe_episode(show, entry) if long else whole)
    yield html_element("content:encoded", whole) if long else ""


def _enclosure(show: Show, asset: Asset, size: int) -> dict[str, str]:
    return {"url": show.url(asset.name), "length": str(size), "type": plain_type(asset.type)}


def _transcripts(show: Show, entry: Entry) -> Iterator[str]:
    """Yield where the transcript lies in each form; those to be shown while listening are captions."""
    for asset, captions in ((entry.vtt, True), (entry.srt, True), (entry.json, False), (entry.html, False)):
        yield element(
            "podcast:transcript",
            url=show.url(asset.name),
            type=plain_type(asset.type),
            language=entry.episode.language,
            rel="captions" if captions else "",
        )


def _chapters(show: Show, entry: Entry) -> str:
    """Return the chapters, in the feed and in a file beside it; nothing where there are none.

    Times are Normal Play Time, to the millisecond (RFC 2326, section 3.6).
    """
    pictures = dict(entry.pictures)
    shown = {one.start_ms: one for one in entry.episode.illustrations}

    def beside(start: int) -> dict[str, str]:
        """Return link and picture of a chapter, as Podlove's Simple Chapters has them."""
        one = shown.get(start)
        if one is None:
            return {}
        asset = pictures.get(one.image)
        return {"href": one.link, "image": show.url(asset.name) if asset else one.image}

    chapters = "".join(
        element("psc:chapter", start=vtt_time(start), title=line, **beside(start))
        for start, title in sorted(entry.episode.chapters, key=lambda chapter: chapter[0])
        if (line := one_line(title, MAX_TITLE))
    )
    if not chapters:
        return ""
    address, type_ = show.url(entry.chapters.name), plain_type(entry.chapters.type)
    return nested("psc:chapters", chapters, version="1.2") + element(
        "podcast:chapters", url=address, type=type_
    )


def _alternatives(show: Show, entry: Entry) -> Iterator[str]:
    """Yield the other forms of the audio."""
    seconds = max(entry.episode.duration_ms, 1) / 1000
    for asset in entry.downloads:
        if name := _ALTERNATIVES.get(Path(asset.name).suffix):
            size = size_of(asset.source)
            source = element("podcast:source", uri=show.url(asset.name))
            yield nested(
                "podcast:alternateEnclosure",
                source,
                type=plain_type(asset.type),
                length=str(size),
                bitrate=str(round(size * 8 / seconds)),
                lang=entry.episode.language,
                title=name,
            )


def _persons(names: Iterable[str], at_home: frozenset[str], language: str) -> str:
    return "".join(
        element("podcast:person", name, role=role, group="cast")
        for name, role in persons(names, at_home, language)
    )


# ---------------------------------------------------------------- values
def _some(tag: str, text: str, **attributes: str) -> str:
    """Return an element, or nothing where there is no text for it."""
    return element(tag, text, **attributes) if text else ""


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _date(episode: Episode) -> datetime:
    """Return when an episode was made; RFC 2822 wants a time zone."""
    try:
        date = datetime.fromisoformat(episode.date)
    except ValueError:
        problem = f"the record of the episode “{episode.title}” has no date but {episode.date!r}"
        raise PublishError(f"{problem}; build it again") from None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
