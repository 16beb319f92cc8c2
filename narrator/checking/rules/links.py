"""Rules for what a feed or a page names: whether it is there, and how it is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.checking.rule import Fault, shown
from narrator.publish.types import TYPES, plain_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.checking.feeds import Link
    from narrator.checking.places import Found
    from narrator.checking.rule import Tests

_ALIKE = (
    {"audio/x-m4a", "audio/mp4", "audio/m4a", "audio/aac"},
    {"audio/mpeg", "audio/mp3"},
    {"application/x-subrip", "application/srt", "text/srt"},
    {"application/json+chapters", "application/json"},
    {"application/rss+xml", "application/xml", "text/xml"},
    {"image/jpeg", "image/jpg"},
    {"text/javascript", "application/javascript"},
)
"""Types that apps take one for the other."""
_KINDS = {"feed": "application/rss+xml", "page": "text/html"}
"""Types of what has no name that tells it."""
_RANGES = {"enclosure", "art", "feed"}
_SHARED = {"feed", "transcript", "chapters"}
_REDIRECTIONS = 5
"""Apple's and others' players follow five."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Something that is named, and what lies there."""

    link: Link
    found: Found


def _missing(one: Looked) -> Iterator[Fault]:
    if one.found.problem and not one.found.busy:
        yield Fault(f"{one.found.problem}: {shown(one.link.url)}", one.link.at)


def _busy(one: Looked) -> Iterator[Fault]:
    if one.found.busy:
        yield Fault(f"{one.found.problem}: {shown(one.link.url)}", one.link.at)


def _elsewhere(one: Looked) -> Iterator[Fault]:
    if one.found.elsewhere and one.link.kind != "page":
        yield Fault(shown(one.link.url), one.link.at)


def _type(one: Looked) -> Iterator[Fault]:
    told = one.found.type
    expected = one.link.type or plain_type(TYPES.get(one.link.suffix, "")) or _KINDS.get(one.link.kind, "")
    expected = _KINDS.get(one.link.kind, expected)
    alike = next((kinds for kinds in _ALIKE if expected in kinds), {expected})
    if expected and told and told not in alike:
        yield Fault(f"the server says {shown(told)}, not {expected}", one.link.at)


def _length(one: Looked) -> Iterator[Fault]:
    told, there = one.link.length, one.found.size
    if told and there is not None and told != there:
        yield Fault(f"the feed tells of {told:,} bytes, and there are {there:,}", one.link.at)


def _head(one: Looked) -> Iterator[Fault]:
    if one.found.hosting.head is False:
        yield Fault("the server does not answer HEAD", one.link.at)


def _ranges(one: Looked) -> Iterator[Fault]:
    if one.found.hosting.ranges is False and one.link.kind in _RANGES:
        yield Fault("the server does not send parts of it", one.link.at)


def _shared(one: Looked) -> Iterator[Fault]:
    if one.found.hosting.shared is False and one.link.kind in _SHARED:
        yield Fault("the server does not let apps in browsers read it", one.link.at)


def _validates(one: Looked) -> Iterator[Fault]:
    if one.found.hosting.validates is False and one.link.kind != "page":
        yield Fault("the server sends all of it to who has it already", one.link.at)


def _redirections(one: Looked) -> Iterator[Fault]:
    if one.found.hosting.redirections > _REDIRECTIONS:
        yield Fault(f"{one.found.hosting.redirections} redirections lead there", one.link.at)


TESTS: Tests[Looked] = {
    "link-missing": _missing,
    "link-busy": _busy,
    "link-elsewhere": _elsewhere,
    "link-type": _type,
    "link-length": _length,
    "link-head": _head,
    "link-ranges": _ranges,
    "link-cors": _shared,
    "link-validator": _validates,
    "link-redirects": _redirections,
}
