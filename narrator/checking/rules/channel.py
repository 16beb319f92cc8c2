"""Rules for a feed as a whole and its channel."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from narrator.checking.dates import day_of, right_weekday
from narrator.checking.feeds import ATOM, ITUNES, NAMESPACES, PODCAST, discloses, is_address
from narrator.checking.rule import Fault, shown
from narrator.publish.categories import categories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from narrator.checking.feeds import Feed
    from narrator.checking.rule import Tests

MOST_BYTES = 4000
"""Of a description (PSP-1; Apple)."""
LONGEST = 255
"""Characters of texts other than descriptions (Apple)."""
_MANY = 500
"""Items after which apps take long to read a feed."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LOOSE = re.compile(r"^https?://(?:www\.)?|/$")


def _broken(feed: Feed) -> Iterator[Fault]:
    if feed.tree.problem and not feed.tree.declares:
        yield Fault(feed.tree.problem, f"line {feed.tree.line}" if feed.tree.line else "")


def _entities(feed: Feed) -> Iterator[Fault]:
    if feed.tree.declares:
        yield Fault(feed.tree.problem, f"line {feed.tree.line}")


def _encoding(feed: Feed) -> Iterator[Fault]:
    if feed.tree.encoding.lower() not in {"", "utf-8", "utf8"}:
        yield Fault(f"it says that it is {shown(feed.tree.encoding)}")


def _rss(feed: Feed) -> Iterator[Fault]:
    root = feed.tree.root
    if root is not None and not feed.channel:
        yield Fault(f"it begins with {shown(root.name[1])}, and there is no channel in it")
    elif root is not None and root.get("version") != "2.0":
        yield Fault(f"the version of RSS is {shown(root.get('version'))}")


def _namespaces(feed: Feed) -> Iterator[Fault]:
    right = {_loose(address): address for address in NAMESPACES.values()}
    for prefix, address in dict(feed.tree.namespaces).items():
        wanted = right.get(_loose(address)) or NAMESPACES.get(prefix)
        if wanted and address != wanted:
            yield Fault(f"the prefix {prefix} stands for {shown(address)}, not {shown(wanted)}")


def _loose(address: str) -> str:
    return _LOOSE.sub("", address.strip().lower())


def _needs(name: str, space: str = "") -> Callable[[Feed], Iterator[Fault]]:
    label = next((f"{prefix}:{name}" for prefix, uri in NAMESPACES.items() if uri == space), name)

    def test(feed: Feed) -> Iterator[Fault]:
        if feed.channel and not feed.text(name, space):
            yield Fault(f"there is no {label}")

    return test


def _description(feed: Feed) -> Iterator[Fault]:
    size = len(feed.text("description").encode())
    if size > MOST_BYTES:
        yield Fault(f"the description has {size:,} bytes")


def _long(feed: Feed) -> Iterator[Fault]:
    if len(feed.text("title")) > LONGEST:
        yield Fault(f"the title has {len(feed.text('title'))} characters")


def _link_form(feed: Feed) -> Iterator[Fault]:
    if feed.text("link") and not is_address(feed.text("link")):
        yield Fault(f"the link is {shown(feed.text('link'))}")


def _language(feed: Feed) -> Iterator[Fault]:
    language = feed.text("language")
    if language and not _LANGUAGE.fullmatch(language):
        yield Fault(f"the language is {shown(language)}")


def _no_category(feed: Feed) -> Iterator[Fault]:
    if feed.channel and not feed.channel.all((ITUNES, "category")):
        yield Fault("there is no itunes:category")


def _category(feed: Feed) -> Iterator[Fault]:
    for node in feed.channel.all((ITUNES, "category")) if feed.channel else ():
        name = node.get("text")
        if name not in categories():
            yield Fault(f"there is no category {shown(name)}", f"line {node.line}")
            continue
        for inner in node.all((ITUNES, "category")):
            if inner.get("text") not in categories()[name]:
                yield Fault(
                    f"{shown(name)} has no subcategory {shown(inner.get('text'))}", f"line {inner.line}"
                )


def _explicit(feed: Feed) -> Iterator[Fault]:
    value = feed.text("explicit", ITUNES)
    if value not in {"", "true", "false"}:
        yield Fault(f"itunes:explicit is {shown(value)}")


def _image(feed: Feed) -> Iterator[Fault]:
    images = feed.channel.all((ITUNES, "image")) if feed.channel else []
    if feed.channel and not any(is_address(image.get("href")) for image in images):
        yield Fault("there is no itunes:image with an address")


def _no_self(feed: Feed) -> Iterator[Fault]:
    if feed.channel and not feed.related("self"):
        yield Fault('there is no atom:link rel="self"')


def _other_self(feed: Feed) -> Iterator[Fault]:
    told = feed.related("self")
    if told and (not is_address(told) or (feed.address and _plain(told) != _plain(feed.address))):
        yield Fault(f"it says that it lies at {shown(told)}")


def _plain(address: str) -> str:
    return address.partition("#")[0]


def _guid(feed: Feed) -> Iterator[Fault]:
    value = feed.text("guid", PODCAST)
    try:
        right = not value or str(uuid.UUID(value)) == value.lower()
    except ValueError:
        right = False
    if not right:
        yield Fault(f"podcast:guid is {shown(value)}")


def _dates(feed: Feed) -> Iterator[Fault]:
    for name in ("pubDate", "lastBuildDate"):
        told = feed.text(name)
        if told and (day_of(told) is None or right_weekday(told)):
            yield Fault(f"{name} is {shown(told)}")


def _type(feed: Feed) -> Iterator[Fault]:
    value = feed.text("type", ITUNES)
    if value.lower() not in {"", "episodic", "serial"}:
        yield Fault(f"itunes:type is {shown(value)}")


def _complete(feed: Feed) -> Iterator[Fault]:
    value = feed.text("complete", ITUNES)
    if value not in {"", "Yes"}:
        yield Fault(f"itunes:complete is {shown(value)}")


def _owner(feed: Feed) -> Iterator[Fault]:
    owner = feed.channel.first((ITUNES, "owner")) if feed.channel else None
    email = owner.first((ITUNES, "email")) if owner else None
    if feed.channel and not (email and "@" in email.text):
        yield Fault("there is no itunes:owner with an itunes:email")


def _disclosure(feed: Feed) -> Iterator[Fault]:
    if not feed.channel or discloses(feed.channel):
        return
    made = feed.text("generator").lower().startswith("narrator")
    if made or any(discloses(item.node) for item in feed.items):
        yield Fault("the channel does not say that its voices are synthetic")


def _items(feed: Feed) -> Iterator[Fault]:
    if feed.channel and not feed.items:
        yield Fault("there is no item in it")


def _many(feed: Feed) -> Iterator[Fault]:
    if len(feed.items) > _MANY:
        yield Fault(f"it has {len(feed.items):,} items")


def _twice(what: str, found: list[tuple[str, str]]) -> Iterator[Fault]:
    counts = Counter(value for value, _ in found)
    seen: dict[str, str] = {}
    for value, place in found:
        if value and counts[value] > 1 and value in seen:
            yield Fault(f"{what} {shown(value)} is that of {seen[value]}", place)
        seen.setdefault(value, place)


def _guids(feed: Feed) -> Iterator[Fault]:
    yield from _twice("the guid", [(item.text("guid"), item.place) for item in feed.items])


def _enclosures(feed: Feed) -> Iterator[Fault]:
    yield from _twice("the audio", [(item.enclosure, item.place) for item in feed.items])


def _insecure(feed: Feed) -> Iterator[Fault]:
    addresses = [(item.enclosure, item.place) for item in feed.items]
    for address, place in addresses:
        host = (urlsplit(address).hostname or "") if is_address(address) else ""
        if address.startswith("http:") and not re.fullmatch(r"localhost|127\..*|\[?::1\]?", host):
            yield Fault(f"the audio is at {shown(address)}", place)


def _atom_uses(feed: Feed) -> Iterator[Fault]:
    for link in feed.channel.all((ATOM, "link")) if feed.channel else ():
        if link.get("rel") in {"first", "next", "prev", "previous", "last"} and not is_address(
            link.get("href")
        ):
            yield Fault(
                f"the link to the {link.get('rel')} page is {shown(link.get('href'))}", f"line {link.line}"
            )


SHARED_TESTS: Tests[Feed] = {"guid-twice": _guids, "enclosure-twice": _enclosures}
"""What is asked of all pages of a feed together."""
TESTS: Tests[Feed] = {
    "feed-form": _broken,
    "feed-entities": _entities,
    "feed-encoding": _encoding,
    "feed-rss": _rss,
    "feed-namespace": _namespaces,
    "feed-title": _needs("title"),
    "feed-title-length": _long,
    "feed-description": _needs("description"),
    "feed-description-length": _description,
    "feed-link": _needs("link"),
    "feed-link-form": _link_form,
    "feed-language": _needs("language"),
    "feed-language-form": _language,
    "feed-category": _no_category,
    "feed-category-name": _category,
    "feed-explicit": _needs("explicit", ITUNES),
    "feed-explicit-value": _explicit,
    "feed-image": _image,
    "feed-self": _no_self,
    "feed-self-address": _other_self,
    "feed-guid": _needs("guid", PODCAST),
    "feed-guid-form": _guid,
    "feed-date": _dates,
    "feed-type": _type,
    "feed-complete": _complete,
    "feed-author": _needs("author", ITUNES),
    "feed-owner": _owner,
    "feed-locked": _needs("locked", PODCAST),
    "feed-medium": _needs("medium", PODCAST),
    "feed-frequency": _needs("updateFrequency", PODCAST),
    "feed-disclosure": _disclosure,
    "feed-items": _items,
    "feed-long": _many,
    "feed-page": _atom_uses,
    **SHARED_TESTS,
    "enclosure-insecure": _insecure,
}
