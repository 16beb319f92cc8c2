"""Reads a page as a browser without JavaScript shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.checking.feeds import absolute
from narrator.checking.texts import decode_text
from narrator.errors import SourceError
from narrator.sources.markup import Element, parse_html
from narrator.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSEEN = frozenset({"script", "style", "template", "head"})
_NAMES = {
    "a": "href",
    "link": "href",
    "script": "src",
    "img": "src",
    "audio": "src",
    "source": "src",
    "track": "src",
}
"""Attributes that name files, by element."""


@dataclass(slots=True)
class Page:
    """A page."""

    problem: str = ""
    title: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()
    """Addresses of feeds that it names for programs."""
    names: tuple[str, ...] = ()
    """Addresses of everything it names, each once."""
    letters: str = ""
    """All words that are seen, without what is between them."""


def read_page(content: bytes, address: str) -> Page:
    """Read a page.

    Args:
        content: The file.
        address: Where it lies, for what it names.
    """
    try:
        root = parse_html(decode_text(content).text, Path("page.html"))
    except SourceError as error:
        return Page(error.problem)
    page = Page()
    named: dict[str, None] = {}
    feeds = []
    for element in root.elements():
        if element.name == "html":
            page.language = element.get("lang").strip()
        elif element.name == "title" and not page.title:
            page.title = element.text
        name = absolute(address, element.get(_NAMES.get(element.name, "")))
        if element.name in _NAMES and element.get(_NAMES[element.name]) and name:
            named.setdefault(name)
            if element.name == "link" and element.get("type") == "application/rss+xml":
                feeds.append(name)
    page.feeds, page.names = tuple(feeds), tuple(named)
    page.letters = "".join(words(" ".join(_seen(root))))
    return page


def _seen(root: Element) -> Iterator[str]:
    """Yield the texts that are shown."""
    waiting: list[Element | str] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif part.name not in _UNSEEN:
            waiting += reversed(part.parts)
