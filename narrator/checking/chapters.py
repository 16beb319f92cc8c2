"""Reads JSON chapters.

Source: the podcast namespace, JSON chapters format 1.2.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from narrator.checking.rule import Fault
from narrator.checking.texts import decode_text, load_json, number

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the file."""

    start: float
    """Seconds."""
    end: float | None
    title: str
    listed: bool
    """Whether apps list it; one that is not listed needs no title."""
    image: Any = None
    """Address of its picture, `img`, as it is told."""
    link: Any = None
    """Address to which it leads, `url`, as it is told."""


@dataclass(slots=True)
class Chapters:
    """The chapters of a file."""

    version: Any = None
    entries: list[Chapter] = field(default_factory=list)
    broken: list[Fault] = field(default_factory=list)
    """What breaks the form."""


def read_chapters(content: bytes) -> Chapters:
    """Read JSON chapters, and note what breaks their form."""
    decoded = decode_text(content)
    value, problem = load_json(decoded.text)
    found = value.get("chapters") if isinstance(value, dict) else None
    chapters = Chapters()
    if not isinstance(found, list):
        chapters.broken.append(Fault(problem or "it has no list called chapters"))
        return chapters
    if decoded.problem:
        chapters.broken.append(Fault(decoded.problem))
    chapters.version = value.get("version")
    for index, entry in enumerate(found[:_MOST], 1):
        fields = entry if isinstance(entry, dict) else {}
        start, end = number(fields.get("startTime")), number(fields.get("endTime"))
        title = fields.get("title", "")
        if start is None or start < 0 or not isinstance(title, str):
            chapters.broken.append(
                Fault("its startTime is no time, or its title no text", f"chapter {index}")
            )
            continue
        listed = fields.get("toc") is not False
        chapters.entries.append(Chapter(start, end, title, listed, fields.get("img"), fields.get("url")))
    return chapters


def known_version(version: Any) -> bool:
    """Tell whether a version is one of format 1.

    >>> known_version("1.2.0"), known_version(1.2)
    (True, False)
    """
    return isinstance(version, str) and re.fullmatch(r"1\.\d{1,3}\.\d{1,3}", version) is not None
