"""What pages say of a show and its episodes: plain values, all of which go into the key of the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from narrator.model import Illustration
from narrator.publish.content import size_of
from narrator.publish.pages.figures import (
    address_time,
    date,
    duration,
    file_size,
    iso_duration,
    snippet,
    web_address,
)
from narrator.publish.types import plain_type
from narrator.publish.wording import shown_name, wording
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.model import Asset, Entry, Show


def show_facts(show: Show) -> dict[str, Any]:
    """Return what the page of a show says."""
    podcast = show.podcast
    words = wording(podcast.language)
    # A serial is heard from its beginning.
    entries = show.entries if podcast.kind != "serial" else tuple(reversed(show.entries))
    return {
        **_common(show, ""),
        "address": show.url("index.html"),
        "episodes": [_row(entry, words) for entry in entries],
        "snippet": snippet(podcast.description),
        "linked": _linked(
            {
                "@context": "https://schema.org",
                **_series(show),
                "description": podcast.description,
                "inLanguage": podcast.language,
                "image": show.url(show.cover.name),
                "author": _person(podcast.author),
            }
        ),
        "script": {"words": _script_words(words)},
    }


def episode_facts(show: Show, entry: Entry) -> dict[str, Any]:
    """Return what the page of an episode says, but for its transcript."""
    podcast, episode, notes = show.podcast, entry.episode, entry.notes
    words = wording(podcast.language)
    image = entry.image or show.cover
    thumbnail = entry.thumbnail or show.thumbnail
    index = next(i for i, other in enumerate(show.entries) if other.name == entry.name)
    neighbours = {
        "newer": show.entries[index - 1] if index else None,
        "older": show.entries[index + 1] if index + 1 < len(show.entries) else None,
    }
    return {
        **_common(show, "../"),
        "address": show.url(entry.page),
        "episode": _row(entry, words),
        "episode_language": episode.language or podcast.language,
        "episode_description": notes.description,
        "snippet": snippet(notes.description or podcast.description),
        "elsewhere": web_address(notes.link),
        "image": "../" + quote(thumbnail.name),
        "image_address": show.url(image.name),
        "audio": _relative(entry.audio),
        "audio_address": show.url(entry.audio.name),
        "seconds": f"{episode.duration_ms / 1000:.3f}",
        "whole": clock(episode.duration_ms / 1000),
        "people": [
            (shown_name(one.speaker, episode.language), duration(one.ms, words)) for one in episode.speakers
        ],
        "chapters": [
            {
                "at": address_time(start),
                "clock": clock(start / 1000),
                "duration": iso_duration(start),
                "title": title,
                **_shown(entry, start),
            }
            for start, title in episode.chapters
        ],
        "downloads": [
            _download(entry.audio, entry, words, episode.size),
            *(_download(asset, entry, words) for asset in entry.downloads),
        ],
        "transcripts": [
            _download(asset, entry, words) for asset in (entry.vtt, entry.srt, entry.json, entry.html)
        ],
        "neighbours": {
            key: {"title": other.episode.title, "link": f"../{quote(other.page)}"} if other else None
            for key, other in neighbours.items()
        },
        "linked": _linked(
            {
                "@context": "https://schema.org",
                "@type": "PodcastEpisode",
                "name": episode.title,
                "url": show.url(entry.page),
                "datePublished": episode.date,
                "timeRequired": iso_duration(episode.duration_ms),
                "description": notes.description,
                "inLanguage": episode.language,
                "image": show.url(image.name),
                "episodeNumber": notes.number,
                "author": _person(episode.author or podcast.author),
                "associatedMedia": {
                    "@type": "MediaObject",
                    "contentUrl": show.url(entry.audio.name),
                    "encodingFormat": plain_type(entry.audio.type),
                    "contentSize": str(episode.size),
                    "duration": iso_duration(episode.duration_ms),
                },
                "partOfSeries": _series(show),
            }
        ),
        "script": {
            "guid": episode.guid,
            "title": episode.title,
            "artist": episode.author or podcast.author,
            "album": podcast.title,
            "image": "../" + quote(thumbnail.name),
            "image_type": thumbnail.type,
            "words": _script_words(words),
        },
    }


def _shown(entry: Entry, start: int) -> dict[str, str]:
    """Return picture and link of a chapter; what lies elsewhere is not shown, so that nobody is watched."""
    illustrations = {one.start_ms: one for one in entry.episode.illustrations}
    one = illustrations.get(start, Illustration(start))
    picture = dict(entry.pictures).get(one.image)
    link = web_address(one.link)
    return {
        "picture": _relative(picture) if picture else "",
        "alt": one.alt,
        "link": link,
        "host": urlsplit(link).hostname or "",
    }


def _common(show: Show, root: str) -> dict[str, Any]:
    """Return what all pages say.

    Args:
        show: The show.
        root: Leads from the page to the folder of the show: empty, or `../`.
    """
    podcast = show.podcast
    feed = show.url("feed.xml")
    return {
        "root": root,
        "title": podcast.title,
        "language": podcast.language,
        "author": podcast.author,
        "description": podcast.description,
        "explicit": podcast.explicit,
        "copyright": podcast.copyright,
        "website": web_address(podcast.link),
        "funding": [
            (web_address(address), text) for address, text in podcast.funding if web_address(address)
        ],
        "secret": bool(podcast.secret),
        "cover": root + quote(show.thumbnail.name),
        "cover_address": show.url(show.cover.name),
        "feed": feed,
        # Not `feed:https://…`, which readers take as well, but checkers of HTML take for a mistake.
        "podcast_link": "podcast://" + feed.partition("://")[2],
        "feed_link": "feed://" + feed.partition("://")[2],
    }


def _row(entry: Entry, words: Mapping[str, str]) -> dict[str, Any]:
    """Return what a list shows of an episode, and its page at the top."""
    episode, notes = entry.episode, entry.notes
    labels = []
    if notes.kind in {"trailer", "bonus"}:
        labels.append(words[f"page_{notes.kind}"])
    elif notes.number is not None and notes.season is not None:
        labels.append(words["page_season"].format(season=notes.season, number=notes.number))
    elif notes.number is not None:
        labels.append(words["page_number"].format(number=notes.number))
    return {
        "title": episode.title,
        "language": episode.language,
        "link": quote(entry.page),
        "image": quote(entry.thumbnail.name) if entry.thumbnail else "",
        "date": episode.date,
        "day": date(episode.date, words),
        "duration": duration(episode.duration_ms, words),
        "iso_duration": iso_duration(episode.duration_ms),
        "labels": labels,
        "explicit": bool(notes.explicit),
        "snippet": snippet(notes.description),
        "with": [shown_name(one.speaker, episode.language) for one in episode.speakers],
    }


def _relative(asset: Asset) -> str:
    return "../" + quote(asset.name)


def _download(
    asset: Asset, entry: Entry, words: Mapping[str, str], bytes_: int | None = None
) -> dict[str, str]:
    suffix = Path(asset.name).suffix
    bytes_ = size_of(asset.source) if bytes_ is None else bytes_
    return {
        "link": _relative(asset),
        "file": f"{entry.name}{suffix}",
        "form": suffix[1:].upper(),
        "size": file_size(bytes_, words),
    }


def _series(show: Show) -> dict[str, Any]:
    return {
        "@type": "PodcastSeries",
        "name": show.podcast.title,
        "url": show.url("index.html"),
        "webFeed": show.url("feed.xml"),
    }


def _person(name: str) -> dict[str, str] | None:
    return {"@type": "Person", "name": name} if name else None


def _linked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {key: value for key, value in values.items() if value not in ("", None)}


def _script_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the phrases that the script needs."""
    keys = (
        "play pause position_text copied link_copied copy_by_hand resumed no_audio search_count search_none "
        "count count_one no_episodes"
    )
    return {key: words[f"page_{key}"] for key in keys.split()}
