"""The pictures of chapters as a track of pictures needs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.encoding import Shown
from narrator.encoding.pictures import picture_size
from narrator.production.pictures import MOST_BYTES, SIDE
from narrator.publish.cover import fit_picture

if TYPE_CHECKING:
    from narrator.encoding import Tags

_HEAD, _ALIGNED = 14 + 40 + 8, 4
"""Bytes before the pixels of a bitmap, and of which its rows have a multiple."""


def in_a_row(tags: Tags) -> Tags:
    """Return tags whose pictures are all JPEG, and of which each chapter from the first with one has one.

    A track of pictures has one after the other, all of one kind. So a chapter that has none shows a plain
    grey between those that have: what was seen last would be taken for its own.

    Args:
        tags: Of an episode.
    """
    shown = {one.start_ms: one for one in tags.shown}
    pictured = [start for start, _ in tags.chapters if start in shown and shown[start].picture]
    if not pictured:
        return tags
    first = fit_picture(shown[pictured[0]].picture, SIDE, MOST_BYTES, ("JPEG",))
    plain = _plain(*picture_size(first))
    row = []
    for start, _ in tags.chapters:
        one = shown.get(start, Shown(start))
        if one.picture:
            one = replace(one, picture=fit_picture(one.picture, SIDE, MOST_BYTES, ("JPEG",)))
        elif start > pictured[0]:
            one = replace(one, picture=plain)
        row.append(one)
    return replace(tags, shown=tuple(row))


def _plain(width: int, height: int) -> bytes:
    """Return a grey picture, from a bitmap of 8 bits a pixel and two greys (Microsoft, “Bitmap Storage”)."""
    dots = bytes(-(-width // _ALIGNED) * _ALIGNED * height)
    sizes = (_HEAD + len(dots), 0, _HEAD, 40, width, height)
    head = b"BM" + b"".join(size.to_bytes(4, "little") for size in sizes) + bytes((1, 0, 8, 0))
    greys = (2).to_bytes(4, "little") + bytes(4) + bytes((0x80, 0x80, 0x80, 0)) * 2
    return fit_picture(head.ljust(46, b"\0") + greys + dots, SIDE, MOST_BYTES, ("JPEG",))
