"""Reads a feed: the channel, its items, and what they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from narrator.checking.rule import shown
from narrator.checking.xml import Node, Tree, read_xml

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
PSC = "http://podlove.org/simple-chapters"
NAMESPACES = {"itunes": ITUNES, "podcast": PODCAST, "atom": ATOM, "content": CONTENT, "psc": PSC}
_MOST_ITEMS = 20_000
_MOST_LINKS = 100
"""Of an item that are looked at: each form of a transcript in ten languages are 40."""
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]"
)


@dataclass(frozen=True, slots=True)
class Item:
    """An episode in a feed."""

    node: Node
    number: int
    """From 1, in the order of the feed."""
    disclosed: bool = False
    """Whether the channel says that the voices are synthetic."""

    @property
    def place(self) -> str:
        """Which one it is, for people."""
        title = self.text("title")
        return f"item {self.number} {shown(title[:60])}" if title else f"item {self.number}"

    def text(self, name: str, space: str = "") -> str:
        """Return the text of an element, empty where there is none."""
        found = self.node.first((space, name))
        return found.text if found else ""

    @property
    def enclosure(self) -> str:
        """The address of the audio, empty where there is none."""
        found = self.node.first(("", "enclosure"))
        return found.get("url") if found else ""


@dataclass(slots=True)
class Feed:
    """A feed, or a page of one."""

    tree: Tree
    channel: Node | None = None
    items: list[Item] = field(default_factory=list)
    address: str = ""
    """Where it was fetched from, where it was."""

    def text(self, name: str, space: str = "") -> str:
        """Return the text of an element of the channel, empty where there is none."""
        found = self.channel.first((space, name)) if self.channel else None
        return found.text if found else ""

    def related(self, relation: str) -> str:
        """Return the address of a related page of the feed (RFC 5005), empty where there is none."""
        links = self.channel.all((ATOM, "link")) if self.channel else []
        return next((link.get("href") for link in links if link.get("rel") == relation), "")


@dataclass(frozen=True, slots=True)
class Link:
    """Something that a feed or page names."""

    url: str
    kind: str
    """`enclosure`, `transcript`, `chapters`, `art`, `page`, `feed`, or `file` for what a page needs."""
    at: str = ""
    """Who names it."""
    type: str = ""
    """MIME type as told; empty where none is."""
    length: int | None = None
    """Bytes as told."""

    @property
    def suffix(self) -> str:
        """The end of the name, small, with the dot."""
        return suffix_of(self.url)


def read_feed(content: bytes, address: str = "") -> Feed:
    """Read a feed; what cannot be read has no channel."""
    tree = read_xml(content)
    feed = Feed(tree, address=address)
    root = tree.root
    if root is not None and root.name == ("", "rss"):
        feed.channel = root.first(("", "channel"))
    if feed.channel:
        disclosed = discloses(feed.channel)
        nodes = feed.channel.all(("", "item"))[:_MOST_ITEMS]
        feed.items = [Item(node, number, disclosed) for number, node in enumerate(nodes, 1)]
    return feed


def looks_like_feed(content: bytes) -> bool:
    """Tell whether bytes are a feed, by how they begin."""
    return _BEGINS.match(content[:4096]) is not None


def discloses(node: Node) -> bool:
    """Tell whether a channel or an item says that its voices are synthetic."""
    texts = node.all((PODCAST, "txt"))
    return any(text.get("purpose") == "ai-content" and text.text == "true" for text in texts)


def is_address(text: str) -> bool:
    """Tell whether a text is an absolute address that apps can fetch (RFC 3986).

    >>> is_address("https://a.example/x.mp3"), is_address("x.mp3"), is_address("https://a.example/ä b.mp3")
    (True, False, False)
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
    return usable and re.search(r'[^\x21-\x7e]|[<>"{}|\\^`]', text) is None


def suffix_of(address: str) -> str:
    """Return the end of the name in an address, small, with the dot.

    >>> suffix_of("https://a.example/x.MP3?y=z.html")
    '.mp3'
    """
    try:
        return PurePosixPath(unquote(urlsplit(address).path)).suffix.lower()
    except ValueError:
        return ""


def channel_links(feed: Feed) -> list[Link]:
    """Return what a channel names: its art and its page."""
    links = []
    if feed.channel:
        images = [(node.get("href"), "art") for node in feed.channel.all((ITUNES, "image"))]
        for address, kind in [*images, (feed.text("link"), "page")]:
            links += [Link(address, kind, "channel")] if is_address(address) else []
    return links


def item_links(item: Item) -> list[Link]:
    """Return what an item names: audio, transcripts, chapters, art, page."""
    node, at = item.node, item.place
    links = [
        Link(one.get("url"), "enclosure", at, one.get("type"), _length(one.get("length")))
        for one in node.all(("", "enclosure"))
    ]
    for name in ("transcript", "chapters"):
        links += [Link(one.get("url"), name, at, one.get("type")) for one in node.all((PODCAST, name))]
    for other in node.all((PODCAST, "alternateEnclosure")):
        length = _length(other.get("length"))
        sources = other.all((PODCAST, "source"))
        links += [Link(one.get("uri"), "enclosure", at, other.get("type"), length) for one in sources]
    links += [Link(one.get("href"), "art", at) for one in node.all((ITUNES, "image"))]
    links.append(Link(item.text("link"), "page", at))
    return [link for link in links if is_address(link.url)][:_MOST_LINKS]


def _length(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def absolute(base: str, address: str) -> str:
    """Return an address as it is meant on a page; empty where it leads nowhere that can be fetched."""
    try:
        joined = urljoin(base, address.strip())
    except ValueError:
        return ""
    return joined.partition("#")[0] if is_address(joined) else ""
