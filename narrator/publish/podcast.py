"""`podcast.yaml`: what its owner says of a podcast."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from narrator.model import EpisodeNotes, Podcast
from narrator.publish.addresses import ascii_address
from narrator.publish.categories import categories
from narrator.settings import MAX_TITLE
from narrator.yamltext import Node, dump_yaml, load_yaml

if TYPE_CHECKING:
    from pathlib import Path

PODCAST = "podcast.yaml"
"""In the folder of the show."""
FEED = "feed.xml"
PLACEHOLDER = "https://example.com/my-podcast/"
"""The address before its owner has written one."""
_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Namespace of the guids of podcasts (podcast namespace, guid)."""
CATEGORY = ("Society & Culture", "")
"""Where the owner names none: feeds must have one, and people talking fit into no other so well."""
_KEYS = (
    "title", "address", "description", "language", "author", "email", "category", "link", "image", "explicit",
    "type", "copyright", "locked", "complete", "frequency", "funding", "guid", "secret", "episodes",
    "music", "sound",  # which are for `narrate build`
)  # fmt: skip
_NOTES = ("description", "season", "number", "type", "explicit", "image", "link")
_FREQUENCIES = {
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
}
"""RRULE of RFC 5545, as `podcast:updateFrequency` has it, by what an owner writes."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language tag of BCP 47, by its form."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,}")
"""At least 128 bits of base64."""


def feed_guid(address: str) -> str:
    """Return the guid of a podcast from the address of its feed; it is given once and kept for ever.

    Source: podcast namespace, guid: UUIDv5 of the address without scheme and slashes at its end.

    >>> feed_guid("https://podnews.net/rss")
    '9b024349-ccf0-5f69-a609-6b82873eab3c'
    """
    return str(uuid.uuid5(_GUIDS, address.partition("://")[2].rstrip("/")))


def parse_podcast(text: str, path: Path, address: str = "") -> Podcast:
    """Read `podcast.yaml`.

    A podcast that was not given a guid yet has the one that follows from its address.

    Args:
        text: The YAML.
        path: Its file: images are named from its folder.
        address: Where the podcast lies, instead of what the file says.

    Raises:
        SettingsError: Something in it is missing, unknown or of a wrong kind; with file and line.
    """
    root = load_yaml(text, path)
    given = {key: node for key, node in root.mapping(known=_KEYS).items() if node.value is not None}
    for key in ("title", *(() if address else ("address",))):
        if key not in given:
            raise root.error(f"“{key}” is missing")
    address = address or _address(given["address"])
    if address == PLACEHOLDER:
        raise given["address"].error("write here where the podcast will lie on the web")
    secret = _matching(given, "secret", _SECRET, "22 or more of A-Z, a-z, 0-9, - and _")
    frequency = _choice(given, "frequency", ("", *_FREQUENCIES))
    return Podcast(
        title=_title(given["title"]),
        address=address,
        guid=_guid(given) or feed_guid(f"{address}{f'{secret}/' if secret else ''}{FEED}"),
        description=_text(given, "description") or _title(given["title"]),
        language=_matching(given, "language", _LANGUAGE, "a language such as en, de or pt-BR") or "en",
        author=_text(given, "author"),
        email=_matching(given, "email", _EMAIL, "an e-mail address"),
        categories=_categories(given.get("category")),
        link=_link(given),
        image=_image(given, path),
        explicit=_truth(given, "explicit") or False,
        kind=_choice(given, "type", ("episodic", "serial")),
        copyright=_text(given, "copyright"),
        locked=_truth(given, "locked") is not False,
        complete=_truth(given, "complete") or False,
        frequency=frequency,
        frequency_rule=_FREQUENCIES.get(frequency, ""),
        funding=_funding(given.get("funding")),
        secret=secret,
        notes=tuple(
            (name, _notes(node, path))
            for name, node in (given["episodes"].mapping() if "episodes" in given else {}).items()
        ),
    )


def _notes(node: Node, path: Path) -> EpisodeNotes:
    given = {key: one for key, one in node.mapping(known=_NOTES).items() if one.value is not None}
    return EpisodeNotes(
        description=_text(given, "description"),
        season=_count(given, "season"),
        number=_count(given, "number"),
        kind=_choice(given, "type", ("full", "trailer", "bonus")),
        explicit=_truth(given, "explicit"),
        image=_image(given, path),
        link=_link(given),
    )


def format_podcast(title: str, address: str, language: str, author: str = "") -> str:
    """Return a `podcast.yaml` to begin with, in which every setting is explained."""
    values = {"title": title, "address": address, "language": language, "author": author or None}
    known = {key: dump_yaml({key: value}).replace(": null\n", ":\n") for key, value in values.items()}
    return f"""\
# The podcast, as apps and the web page present it. Lines that begin with # are remarks.

{known["title"]}
# Where the podcast will lie on the web: the folder into which `narrate publish` puts it. Apps know a podcast
# by this address, so choose one that can stay.
{known["address"]}
# What it is about, in a few sentences. Empty lines begin paragraphs.
description: |-
  {title}.

# As BCP 47: en, de, pt-BR.
{known["language"]}
{known["author"]}
# Of the owner. It stands in the feed for everybody to read; some directories want it to check who you are.
email:

# One or more of Apple's categories, the most important first; `Arts > Books` for a subcategory.
category: {CATEGORY[0]}

# Whether it has strong language or is for adults only.
explicit: false

# Cover, JPEG or PNG, square, 1400 to 3000 pixels; without it one is made.
image:

# Your own web site, where that is not the page that narrator makes.
link:

# episodic: each episode stands alone, the newest first. serial: to be heard from the first to the last.
type: episodic

copyright:

# How often an episode comes: {", ".join(_FREQUENCIES)}.
frequency:

# true asks other hosts not to take the podcast over without you.
locked: true

# Music of every episode: WAV, FLAC, MP3, Ogg, AIFF; docs/music.md.
# music:
#   intro: theme.mp3
#   outro: theme.mp3
#   bed: bed.flac       # under speech
#   jingle: jingle.wav  # between chapters

# What episodes sound like, where that is to differ.
# sound:
#   loudness: -14  # LUFS; bitrate: 128 for kbit/s of the MP3
#   stage: true    # slightly different places for speakers, in stereo

# Where listeners can give something: the address, and what you ask.
# funding:
#   https://example.com/give: Support the podcast

# What the texts do not say of episodes, by the names of their folders.
# episodes:
#   my-first-episode:
#     description: |-
#       What it is about.
#     season: 1
#     number: 1
#     type: full        # or trailer, bonus
#     explicit: false
#     image: cover-of-the-first.png
"""


# ---------------------------------------------------------------- values
def _text(given: dict[str, Node], key: str) -> str:
    return given[key].text().strip() if key in given else ""


def _title(node: Node) -> str:
    title = " ".join(node.text().split())
    if not title or len(title) > MAX_TITLE:
        raise node.error(f"a text of 1 to {MAX_TITLE} characters is expected")
    return title


def _matching(given: dict[str, Node], key: str, pattern: re.Pattern[str], what: str) -> str:
    text = _text(given, key)
    if text and not pattern.fullmatch(text):
        raise given[key].error(f"{what} is expected, not {text!r}")
    return text


def _choice(given: dict[str, Node], key: str, choices: tuple[str, ...]) -> str:
    """Return one of the choices; the first where nothing is given."""
    if key not in given:
        return choices[0]
    if (text := given[key].text()) not in choices:
        raise given[key].error(f"one of {', '.join(filter(None, choices))} is expected, not {text!r}")
    return text


def _truth(given: dict[str, Node], key: str) -> bool | None:
    if key not in given:
        return None
    value = given[key].value
    if not isinstance(value, bool):
        raise given[key].error("true or false is expected")
    return value


def _count(given: dict[str, Node], key: str) -> int | None:
    if key not in given:
        return None
    number = given[key].number("a whole number of at least 1", low=1)
    if number != int(number):
        raise given[key].error("a whole number of at least 1 is expected")
    return int(number)


def _guid(given: dict[str, Node]) -> str:
    if "guid" not in given:
        return ""
    try:
        return str(uuid.UUID(given["guid"].text()))
    except ValueError:
        raise given["guid"].error("a UUID is expected") from None


def _web(node: Node) -> str:
    address = node.text().strip()
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s<>\"\x00-\x20]", address):
        raise node.error("an address that begins with https:// or http:// is expected")
    return ascii_address(address)


def _link(given: dict[str, Node]) -> str:
    return _web(given["link"]) if "link" in given else ""


def _address(node: Node) -> str:
    address = _web(node)
    if urlsplit(address).query or urlsplit(address).fragment or "@" in urlsplit(address).netloc:
        raise node.error("an address without ?, # and @ is expected")
    return f"{address.rstrip('/')}/"


def _image(given: dict[str, Node], path: Path) -> Path | None:
    return path.parent / given["image"].text() if "image" in given else None


def _categories(node: Node | None) -> tuple[tuple[str, str], ...]:
    if node is None:
        return (CATEGORY,)
    known = categories()
    found = []
    for one in node.sequence() if isinstance(node.value, tuple) else (node,):
        name, _, inner = (part.strip() for part in one.text().partition(">"))
        if name not in known:
            raise one.error(f"{name!r} is none of Apple's categories; there is {', '.join(known)}")
        if inner and inner not in known[name]:
            there = ", ".join(known[name]) or "none"
            raise one.error(f"{inner!r} is no subcategory of {name}; there is {there}")
        found.append((name, inner))
    return tuple(found)


def _funding(node: Node | None) -> tuple[tuple[str, str], ...]:
    if node is None:
        return ()
    found = []
    for address, text in node.mapping().items():
        found.append((_web(Node(address, text.key, text.line, text.path, text.fail, address)), text.text()))
    return tuple(found)
