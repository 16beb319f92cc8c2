"""Rules for the art of a show or an episode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.checking.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.checking.pictures import Picture
    from narrator.checking.rule import Tests

_SMALLEST, _LARGEST = 1400, 3000
"""Pixels (Apple, podcast artwork)."""
_SUFFIXES = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}


def _form(art: Picture) -> Iterator[Fault]:
    if art.form not in _SUFFIXES:
        yield Fault(f"it is {art.form}" if art.form else "it is no picture")


def _broken(art: Picture) -> Iterator[Fault]:
    if art.problem:
        yield Fault(art.problem)


def _size(art: Picture) -> Iterator[Fault]:
    if art.width and not _SMALLEST <= min(art.width, art.height) <= max(art.width, art.height) <= _LARGEST:
        yield Fault(f"it has {art.width} × {art.height} pixels")


def _square(art: Picture) -> Iterator[Fault]:
    if art.width != art.height:
        yield Fault(f"it has {art.width} × {art.height} pixels")


def _colour(art: Picture) -> Iterator[Fault]:
    if art.form in _SUFFIXES and art.width and art.colour != "RGB":
        yield Fault(f"its colours are {art.colour or 'of no known kind'}")


def _suffix(art: Picture) -> Iterator[Fault]:
    if art.form in _SUFFIXES and art.suffix and art.suffix not in _SUFFIXES[art.form]:
        yield Fault(f"it is {art.form}, and its name ends with {art.suffix}")


TESTS: Tests[Picture] = {
    "art-form": _form,
    "art-damaged": _broken,
    "art-size": _size,
    "art-square": _square,
    "art-colour": _colour,
    "art-name": _suffix,
}
