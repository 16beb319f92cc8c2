"""What the headers of a request ask for: whether it is to be answered at all, and which bytes.

Source: RFC 9110, HTTP Semantics; sections 13 (conditional requests) and 14 (range requests).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Ranges = tuple[tuple[int, int], ...]
"""(first byte, byte behind the last), ascending, apart from each other."""

OK, NOT_MODIFIED, FAILED = 200, 304, 412
"""Status: the content is to be sent, is the one that the client has, is not the one that it asked for."""
MAX_RANGES = 16
"""A request for more ranges gets the whole content: no player asks for so many, but attackers do
(RFC 9110, 14.2)."""
_OVERHEAD = 80
"""Bytes that a further part costs at least; a gap that is smaller is sent (RFC 9110, 15.3.7.2)."""

_SPEC = re.compile(r"(\d*)-(\d*)", re.ASCII)
_DIGITS = 18
"""More digits are beyond every file, and beyond what is sensible to compute with."""
_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
"""An entity tag; a comma within its quotes is part of it (RFC 9110, 8.8.3)."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one content of a name from another."""

    etag: str
    """A strong one, with its quotes."""
    modified: int | None = None
    """Seconds since 1970; None where it is not known."""


def judge(headers: Mapping[str, str], validators: Validators) -> int:
    """Decide on a GET or HEAD with conditions, in the order of RFC 9110, 13.2.2.

    Args:
        headers: By names in small letters; several of one name are joined by commas.
        validators: Of the content there is.

    Returns:
        OK, NOT_MODIFIED or FAILED.
    """
    modified = validators.modified
    if (tags := headers.get("if-match")) is not None:
        if not _matches(tags, validators.etag, strong=True):
            return FAILED
    elif (
        modified is not None
        and (date := _date(headers.get("if-unmodified-since"))) is not None
        and modified > date
    ):
        return FAILED
    if (tags := headers.get("if-none-match")) is not None:
        return NOT_MODIFIED if _matches(tags, validators.etag) else OK
    if modified is not None and (date := _date(headers.get("if-modified-since"))) is not None:
        return NOT_MODIFIED if modified <= date else OK
    return OK


def choose_ranges(headers: Mapping[str, str], validators: Validators, size: int) -> Ranges | None:
    """Return which bytes a GET asks for.

    Args:
        headers: As for `judge`.
        validators: Of the content there is.
        size: Its bytes.

    Returns:
        The ranges; none where not one of them lies within the content; None where all of it is to be sent.
    """
    wanted = headers.get("range")
    if wanted is None:
        return None
    condition = headers.get("if-range", "").strip()
    if condition and condition != validators.etag:
        # A weak tag never matches, a date only to the second (RFC 9110, 13.1.5).
        date = None if condition.endswith('"') else _date(condition)
        if date is None or date != validators.modified:
            return None
    return parse_ranges(wanted, size)


def parse_ranges(text: str, size: int) -> Ranges | None:
    """Read a Range header.

    Ranges that touch, overlap or have less between them than a further part would cost are joined, so what is
    sent is never more than the content and a little.

    Args:
        text: Of the header.
        size: Bytes of the content.

    Returns:
        The ranges; none where not one of them lies within the content; None where the header is to be
        ignored: it is malformed, of another unit, or asks for very many.

    >>> parse_ranges("bytes=0-99, -50", 1000), parse_ranges("bytes=2000-", 1000), parse_ranges("lines=1-2", 9)
    (((0, 100), (950, 1000)), (), None)
    """
    unit, equals, listed = text.partition("=")
    specs = [spec for part in listed.split(",", 1000) if (spec := part.strip(" \t"))]
    if not equals or unit.strip().lower() != "bytes" or not 0 < len(specs) <= MAX_RANGES or not size:
        return None
    found = []
    for spec in specs:
        match = _SPEC.fullmatch(spec)
        if match is None or spec == "-":
            return None
        first, last = (_number(digits) for digits in match.groups())
        if first is None:
            found.append((max(size - (last or 0), 0), size))
        elif last is None:
            found.append((first, size))
        elif last < first:
            return None
        else:
            found.append((first, min(last + 1, size)))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(one for one in found if one[0] < size):
        if joined and start <= joined[-1][1] + _OVERHEAD:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _number(digits: str) -> int | None:
    if not digits:
        return None
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS


def _matches(tags: str, etag: str, *, strong: bool = False) -> bool:
    if tags.strip() == "*":
        return True
    return any(tag == etag and not (strong and weak) for weak, tag in _TAG.findall(tags))


def _date(text: str | None) -> int | None:
    """Read a date; None where it is none: then its header is to be ignored."""
    try:
        return int(parsedate_to_datetime(text).timestamp()) if text else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
