"""Dates, durations, sizes and addresses, for people and for programs."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_SNIPPET = 300
"""Characters of a description that a list or a preview shows."""
_LIST = re.compile(r"\s*[-*•]\s+(?=\S)")


def address_time(ms: int) -> str:
    """Return a time in seconds as the address of a sentence has it.

    >>> address_time(123_400), address_time(60_000), address_time(5)
    ('123.4', '60', '0.005')
    """
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


def web_address(text: str) -> str:
    """Return an address if a browser may be led there, otherwise nothing.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.netloc else ""


def snippet(text: str) -> str:
    r"""Return the beginning of a text on one line, cut between words.

    >>> snippet("One\n\ntwo. " + "x" * 400)
    'One two. …'
    """
    line = " ".join(text.split())
    if len(line) <= _SNIPPET:
        return line
    return line[: _SNIPPET + 1].rpartition(" ")[0][:_SNIPPET].rstrip() + " …"


def blocks(text: str) -> list[dict[str, Any]]:
    r"""Return the paragraphs and lists of a description, as feeds have them too: each with its lines.

    >>> [block["lines"] for block in blocks("One\ntwo\n- a\n- b\n\nThree")]
    [['One', 'two'], ['a', 'b'], ['Three']]
    """
    found: list[dict[str, Any]] = []
    fresh = True
    for line in text.replace("\r\n", "\n").split("\n"):
        item = _LIST.match(line)
        if not line.strip():
            fresh = True
            continue
        if fresh or found[-1]["listed"] != bool(item):
            found.append({"listed": bool(item), "lines": []})
        found[-1]["lines"].append(line[item.end() :].strip() if item else line.strip())
        fresh = False
    return found


def date(iso: str, words: Mapping[str, str]) -> str:
    """Return a date for people, the day it was where it was written."""
    try:
        day = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    month = words["page_months"].split()[day.month - 1]
    return words["page_date"].format(day=day.day, month=month, year=day.year)


def duration(ms: int, words: Mapping[str, str]) -> str:
    """Return a duration for people: rounded to minutes, below one minute to seconds."""
    if ms < 60_000:
        return words["page_seconds"].format(seconds=max(1, round(ms / 1000)))
    hours, minutes = divmod(round(ms / 60_000), 60)
    return words["page_hours" if hours else "page_minutes"].format(hours=hours, minutes=minutes)


def iso_duration(ms: int) -> str:
    """Return a duration by ISO 8601.

    >>> iso_duration(3_725_400)
    'PT1H2M5S'
    """
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}{seconds}S"


def file_size(count: int, words: Mapping[str, str]) -> str:
    """Return the size of a file for people, in decimal units."""
    unit, size = next(
        ((unit, count / size) for unit, size in (("GB", 1e9), ("MB", 1e6)) if count >= size),
        ("kB", count / 1e3),
    )
    digits = 1 if size < 10 else 0
    return f"{size:.{digits}f} {unit}".replace(".", words["page_decimal"])
