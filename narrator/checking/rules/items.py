"""Rules for the items of a feed."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.checking.dates import day_of, right_weekday
from narrator.checking.feeds import CONTENT, ITUNES, PODCAST, PSC, discloses, is_address, suffix_of
from narrator.checking.rule import Fault, shown
from narrator.checking.rules.channel import LONGEST, MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from narrator.checking.feeds import Item
    from narrator.checking.rule import Tests

_ENCLOSURES = {
    ".m4a": ("audio/x-m4a", "audio/mp4", "audio/aac"), ".mp3": ("audio/mpeg",), ".mov": ("video/quicktime",),
    ".mp4": ("video/mp4",), ".m4v": ("video/x-m4v",), ".pdf": ("application/pdf",),
}  # fmt: skip
"""Types by suffix (Apple, guide to RSS; PSP-1)."""
_TRANSCRIPTS = {
    "text/vtt", "application/x-subrip", "application/srt", "text/srt", "application/json", "text/html",
    "text/plain",
}  # fmt: skip
"""Podcast namespace, transcripts; some write SRT otherwise."""
_CHAPTERS = {"application/json+chapters", "application/json"}
_CLOCK = re.compile(r"(?:\d{1,3}:)?[0-5]?\d:[0-5]\d")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*+>")
_HTML = {"p", "ol", "ul", "li", "a"}
"""Apple, guide to RSS."""
_STAMP = re.compile(r"^[ \t(\[]*+((?:\d{1,2}:)?\d{1,2}:\d{2})[)\]]?[\s–—-]+\S", re.MULTILINE)
_LEAST_STAMPS = 3
_NPT = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,2}):)?(\d{1,9}(?:\.\d{1,3})?)")
"""A time of Podlove Simple Chapters: normal play time."""


def _needs(name: str, space: str = "") -> Callable[[Item], Iterator[Fault]]:
    label = {ITUNES: "itunes:", PODCAST: "podcast:", PSC: "psc:"}.get(space, "") + name

    def test(item: Item) -> Iterator[Fault]:
        if item.node.first((space, name)) is None:
            yield Fault(f"there is no {label}")

    return test


def _title(item: Item) -> Iterator[Fault]:
    if not (item.text("title") or item.text("title", ITUNES)):
        yield Fault("there is no title")


def _long(item: Item) -> Iterator[Fault]:
    if len(item.text("title")) > LONGEST:
        yield Fault(f"the title has {len(item.text('title'))} characters")


def _url(item: Item) -> Iterator[Fault]:
    if item.node.first(("", "enclosure")) and not is_address(item.enclosure):
        yield Fault(f"the address of the audio is {shown(item.enclosure)}")


def _several(item: Item) -> Iterator[Fault]:
    count = len(item.node.all(("", "enclosure")))
    if count > 1:
        yield Fault(f"there are {count} enclosures")


def _length(item: Item) -> Iterator[Fault]:
    enclosure = item.node.first(("", "enclosure"))
    if enclosure and not re.fullmatch(r"0*[1-9][0-9]{0,14}", enclosure.get("length")):
        yield Fault(f"the length is {shown(enclosure.get('length'))}")


def _suffix(item: Item) -> Iterator[Fault]:
    if is_address(item.enclosure) and suffix_of(item.enclosure) not in _ENCLOSURES:
        yield Fault(f"its name ends with {shown(suffix_of(item.enclosure))}")


def _type(item: Item) -> Iterator[Fault]:
    enclosure = item.node.first(("", "enclosure"))
    if enclosure:
        told = enclosure.get("type").lower()
        right = _ENCLOSURES.get(
            suffix_of(item.enclosure), tuple(kind for all_ in _ENCLOSURES.values() for kind in all_)
        )
        if told not in right:
            yield Fault(f"the type is {shown(told)}; {right[0]} is expected")


def _guid(item: Item) -> Iterator[Fault]:
    if not item.text("guid"):
        yield Fault("there is no guid")


def _permalink(item: Item) -> Iterator[Fault]:
    guid = item.node.first(("", "guid"))
    if guid and guid.text and guid.get("isPermaLink") != "false" and not is_address(guid.text):
        yield Fault(f"the guid {shown(guid.text)} is no address, and does not say so")


def _date_form(item: Item) -> Iterator[Fault]:
    told = item.text("pubDate")
    if told and day_of(told) is None:
        yield Fault(f"the date is {shown(told)}")


def _weekday(item: Item) -> Iterator[Fault]:
    if right := right_weekday(item.text("pubDate")):
        yield Fault(f"{shown(item.text('pubDate'))} is a {right}")


def _duration_form(item: Item) -> Iterator[Fault]:
    told = item.text("duration", ITUNES)
    if told and not re.fullmatch(r"[0-9]{1,7}", told) and not _CLOCK.fullmatch(told):
        yield Fault(f"the duration is {shown(told)}")


def _duration_clock(item: Item) -> Iterator[Fault]:
    told = item.text("duration", ITUNES)
    if _CLOCK.fullmatch(told):
        yield Fault(f"the duration is {shown(told)}")


def _number(name: str) -> Callable[[Item], Iterator[Fault]]:
    def test(item: Item) -> Iterator[Fault]:
        told = item.text(name, ITUNES)
        if told and not re.fullmatch(r"0*[1-9][0-9]{0,5}", told):
            yield Fault(f"itunes:{name} is {shown(told)}")

    return test


def _kind(item: Item) -> Iterator[Fault]:
    told = item.text("episodeType", ITUNES)
    if told.lower() not in {"", "full", "trailer", "bonus"}:
        yield Fault(f"itunes:episodeType is {shown(told)}")


def _explicit(item: Item) -> Iterator[Fault]:
    told = item.text("explicit", ITUNES)
    if told not in {"", "true", "false"}:
        yield Fault(f"itunes:explicit is {shown(told)}")


def _description(item: Item) -> Iterator[Fault]:
    size = len(item.text("description").encode())
    if size > MOST_BYTES:
        yield Fault(f"the description has {size:,} bytes")


def _html(item: Item) -> Iterator[Fault]:
    others = {tag[1].lower() for tag in _TAG.findall(item.text("description"))} - _HTML
    if others:
        yield Fault(f"there is {', '.join(sorted(others)[:5])} in the description")


def _stamps(item: Item) -> Iterator[Fault]:
    text = _TAG.sub(
        lambda tag: "\n" if tag[2].lower() in {"p", "li", "br", "div", "ul", "ol"} else "", _whole(item)
    )
    times = [_seconds(found) for found in _STAMP.findall(text)]
    if len(times) > 1 and (times[0] != 0 or len(times) < _LEAST_STAMPS or times != sorted(set(times))):
        first = (
            "the first is not 00:00"
            if times[0]
            else "there are fewer than three"
            if len(times) < _LEAST_STAMPS
            else ""
        )
        yield Fault(f"of the time stamps in the description {first or 'not all ascend'}")


def _whole(item: Item) -> str:
    return item.text("description") or item.text("encoded", CONTENT)


def _seconds(clock: str) -> int:
    value = 0
    for part in clock.split(":"):
        value = value * 60 + int(part)
    return value


def _link_form(item: Item) -> Iterator[Fault]:
    if item.text("link") and not is_address(item.text("link")):
        yield Fault(f"the link is {shown(item.text('link'))}")


def _image_form(item: Item) -> Iterator[Fault]:
    for image in item.node.all((ITUNES, "image")):
        if not is_address(image.get("href")):
            yield Fault(f"the image is {shown(image.get('href'))}", f"line {image.line}")


def _transcript(item: Item) -> Iterator[Fault]:
    for one in item.node.all((PODCAST, "transcript")):
        if one.get("type") not in _TRANSCRIPTS or not is_address(one.get("url")):
            yield Fault(f"{shown(one.get('url'))} has the type {shown(one.get('type'))}", f"line {one.line}")


def _chapters(item: Item) -> Iterator[Fault]:
    for one in item.node.all((PODCAST, "chapters")):
        if one.get("type") not in _CHAPTERS or not is_address(one.get("url")):
            yield Fault(f"{shown(one.get('url'))} has the type {shown(one.get('type'))}", f"line {one.line}")


def _psc(item: Item) -> Iterator[Fault]:
    marks = [mark for one in item.node.all((PSC, "chapters")) for mark in one.all((PSC, "chapter"))]
    times = []
    for mark in marks:
        found = _NPT.fullmatch(mark.get("start"))
        if not found or not mark.get("title"):
            yield Fault(
                f"a chapter begins at {shown(mark.get('start'))} and is called {shown(mark.get('title'))}",
                f"line {mark.line}",
            )
            return
        times.append((int(found[1] or 0) * 60 + int(found[2] or 0)) * 60 + float(found[3]))
    if any(second <= first for first, second in pairwise(times)):
        yield Fault("the chapters (psc:chapters) do not ascend")


def _person(item: Item) -> Iterator[Fault]:
    for person in item.node.all((PODCAST, "person")):
        if not person.text:
            yield Fault("a podcast:person has no name", f"line {person.line}")


def _disclosure(item: Item) -> Iterator[Fault]:
    if item.disclosed and not discloses(item.node):
        yield Fault("the item does not say that its voices are synthetic, as the channel does")


TESTS: Tests[Item] = {
    "item-title": _title,
    "item-title-length": _long,
    "enclosure-none": _needs("enclosure"),
    "enclosure-several": _several,
    "enclosure-address": _url,
    "enclosure-length": _length,
    "enclosure-name": _suffix,
    "enclosure-type": _type,
    "guid-none": _guid,
    "guid-address": _permalink,
    "date-none": _needs("pubDate"),
    "date-form": _date_form,
    "date-weekday": _weekday,
    "duration-none": _needs("duration", ITUNES),
    "duration-form": _duration_form,
    "duration-clock": _duration_clock,
    "item-episode": _number("episode"),
    "item-season": _number("season"),
    "item-type": _kind,
    "item-explicit": _explicit,
    "item-description": _needs("description"),
    "item-description-length": _description,
    "item-html": _html,
    "item-stamps": _stamps,
    "item-link": _needs("link"),
    "item-link-form": _link_form,
    "item-image": _needs("image", ITUNES),
    "item-image-form": _image_form,
    "item-transcript": _needs("transcript", PODCAST),
    "item-transcript-type": _transcript,
    "item-chapters": _needs("chapters", PODCAST),
    "item-chapters-type": _chapters,
    "psc-none": _needs("chapters", PSC),
    "psc-form": _psc,
    "item-person": _needs("person", PODCAST),
    "item-person-name": _person,
    "item-disclosure": _disclosure,
}
