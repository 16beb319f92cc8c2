"""Checks a feed with all that it names: in the folder that was published, or on the web."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TYPE_CHECKING

from narrator.checking.episodes import compare
from narrator.checking.feeds import ITUNES, Feed, Item, Link, channel_links, item_links, read_feed
from narrator.checking.files import Checked, check_feed, check_file
from narrator.checking.pages import read_page
from narrator.checking.rule import Fault, Finding, apply, fewer, finding, shown
from narrator.checking.rules.channel import SHARED_TESTS
from narrator.checking.rules.links import TESTS as LINK_TESTS
from narrator.checking.rules.links import Looked
from narrator.checking.rules.pages import TESTS as PAGE_TESTS
from narrator.checking.rules.pages import Shown
from narrator.checking.texts import read_small
from narrator.checking.xml import MOST_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from narrator.checking.places import Place
    from narrator.checking.rule import Tests
    from narrator.checking.transcripts import Transcript

    Progress = Callable[[str, int, int], None]

_MOST_PAGES = 200
"""Pages of a feed: with 500 episodes each, more than anybody has."""
_AT_ONCE = 8
"""Requests that are under way at the same time; one server may have to answer all."""
_BESIDE_S = 2
"""Seconds by which a told duration may differ: rounding, and the silence that encoders add."""
_FORMS = {
    "text/vtt": "vtt", "application/x-subrip": "srt", "application/srt": "srt", "text/srt": "srt",
    "application/json": "segments", "text/html": "transcript",
}  # fmt: skip
_MOST_LINKS = 5_000
"""Addresses that are asked for at once: those of 700 episodes."""
_MOST_NAMES = 2_000
"""Addresses on one page that are looked for."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a check went."""

    items: int = 0
    """Episodes in the feed."""
    heard: int = 0
    """Episodes whose audio was examined."""


def check_show(
    feed: Feed, where: str, place: Place, episodes: int | None, on_progress: Progress
) -> tuple[list[Finding], Extent]:
    """Check a feed, its further pages, and what they name.

    Args:
        feed: Its first page.
        where: How that is called for people.
        place: Where to look for what it names.
        episodes: Of how many of the newest the audio and texts are examined; of others only whether they are
            there. None for all.
        on_progress: Is told what is done now, and how much of it.
    """
    found = check_feed(feed, where)
    feeds, problems = _further(feed, where, place)
    found += problems
    items = [(name, item) for name, one in [(where, feed), *feeds] for item in one.items]
    if feeds:  # a page alone cannot tell what stands on another
        found += apply(SHARED_TESTS, Feed(feed.tree, None, [item for _, item in items]), where)
    ranked = sorted(items, key=lambda one: _date(one[1]), reverse=True)
    chosen = ranked[:episodes]
    rest = ranked[len(chosen) :]
    seen: set[str] = set()
    for index, (name, item) in enumerate(chosen):
        on_progress("episodes", index, len(chosen))
        found += _check_item(item, name, place, seen)
    links = [(name, link) for name, item in rest for link in item_links(item)]
    found += _look(links, place, seen, on_progress)
    for link in channel_links(feed):
        if link.kind == "page":
            found += _check_page(link, where, place, seen)
        else:
            found += _check_whole(link, where, place, seen)[0]
    return fewer(found), Extent(len(items), len(chosen))


def _date(item: Item) -> float:
    try:
        return parsedate_to_datetime(item.text("pubDate")).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _further(feed: Feed, where: str, place: Place) -> tuple[list[tuple[str, Feed]], list[Finding]]:
    """Follow a feed through its pages (RFC 5005, section 3)."""
    pages: list[tuple[str, Feed]] = []
    found: list[Finding] = []
    seen = {feed.address, feed.related("self")}
    name = where
    elements = feed.tree.elements
    while address := feed.related("next"):
        if address in seen or len(pages) >= _MOST_PAGES:
            found.append(finding("feed-loop", f"the next page is {shown(address)}", name))
            break
        if elements > MOST_ELEMENTS:
            found.append(finding("link-unasked", f"pages of the feed from {shown(address)} on", name))
            break
        seen.add(address)
        link = Link(address, "feed")
        there = place.look(link, whole=True)
        found += apply(LINK_TESTS, Looked(link, there), name)
        if there.path is None:
            break
        name = place.name(address)
        feed = read_feed(read_small(there.path), address)
        place.release(there)
        elements += feed.tree.elements
        found += check_feed(feed, name)
        pages.append((name, feed))
    return pages, found


def _check_item(item: Item, where: str, place: Place, seen: set[str]) -> list[Finding]:
    """Check an episode with all that it names."""
    found: list[Finding] = []
    parts: list[Checked] = []
    links = item_links(item)
    for link in links:
        if link.kind != "page":
            more, checked = _check_whole(link, where, place, seen)
            found += more
            parts += [checked] if checked else []
    found += compare(parts)
    recording = next((part.recording for part in parts if part.recording), None)
    if recording and recording.duration_ms:
        found += apply(_DURATION_TESTS, _Timed(item, recording.duration_ms), where, item.place)
    transcript = next((part.transcript for part in parts if part.transcript), None)
    for link in links:
        if link.kind == "page":
            found += _check_page(link, where, place, seen, transcript)
    return found


def _check_whole(
    link: Link, where: str, place: Place, seen: set[str]
) -> tuple[list[Finding], Checked | None]:
    """Look at what lies at an address, and check its content."""
    if link.url in seen and link.kind == "art":
        return [], None
    seen.add(link.url)
    known = link.kind != "transcript" or link.type in _FORMS  # plain text has no form to check
    there = place.look(link, whole=known)
    found = apply(LINK_TESTS, Looked(link, there), where)
    if there.path is None or not known:
        return found, None
    try:
        checked = check_file(there.path, place.name(link.url), _kind(link), link.url)
    finally:
        place.release(there)
    if not checked.kind:  # a PDF, which feeds may name
        return found, None
    return found + checked.findings, checked


def _check_page(
    link: Link, where: str, place: Place, seen: set[str], transcript: Transcript | None = None
) -> list[Finding]:
    """Check a page of the show, and whether what it names is there."""
    if link.url in seen:
        return []
    seen.add(link.url)
    own = place.holds(link.url)  # a web site elsewhere is not of the podcast
    there = place.look(link, whole=own)
    found = apply(LINK_TESTS, Looked(link, there), where)
    if there.path is None or not own:
        return found
    page = read_page(read_small(there.path), link.url)
    place.release(there)
    name = place.name(link.url)
    found += apply(PAGE_TESTS, Shown(page, transcript), name)
    own_names = [one for one in page.names[:_MOST_NAMES] if place.holds(one)]
    return found + _look([(name, Link(one, "file")) for one in own_names], place, seen, lambda *_: None)


def _kind(link: Link) -> str:
    """Return the kind that something must be, where the feed tells."""
    if link.kind == "transcript":
        return _FORMS.get(link.type, "")
    return link.kind if link.kind in {"chapters", "art"} else ""


def _look(
    links: Sequence[tuple[str, Link]], place: Place, seen: set[str], on_progress: Progress
) -> list[Finding]:
    """Ask only whether everything is there, several at once."""
    new = {link.url: (name, link) for name, link in links if link.url not in seen}
    seen |= set(new)
    found: list[Finding] = []
    if len(new) > _MOST_LINKS:
        where = next(iter(new.values()))[0]
        found.append(
            finding("link-unasked", f"{len(new) - _MOST_LINKS:,} addresses were not asked for", where)
        )
        new = dict(islice(new.items(), _MOST_LINKS))
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        places = threads.map(lambda one: place.look(one[1], whole=False), new.values())
        for index, ((name, link), there) in enumerate(zip(new.values(), places, strict=True)):
            on_progress("links", index, len(new))
            found += apply(LINK_TESTS, Looked(link, there), name)
    return found


@dataclass(frozen=True, slots=True)
class _Timed:
    """An item, and how long its audio is."""

    item: Item
    duration_ms: int


def _wrong_duration(one: _Timed) -> Iterator[Fault]:
    told = one.item.text("duration", ITUNES)
    if re.fullmatch(r"[0-9]{1,7}", told) and abs(int(told) - one.duration_ms / 1000) > _BESIDE_S:
        yield Fault(f"the feed tells of {told} s, and the audio has {one.duration_ms / 1000:.0f}")


_DURATION_TESTS: Tests[_Timed] = {"duration-wrong": _wrong_duration}
