"""Rules for JSON chapters: for themselves, and beside the sound and the chapters in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.checking.chapters import known_version
from narrator.checking.rule import Fault, shown
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.checking.chapters import Chapters
    from narrator.checking.id3 import Mark
    from narrator.checking.rule import Tests

_BESIDE_MS = 50
"""The delay of encoders makes chapters in the audio differ by 25 ms."""
_BEYOND_MS = 100


def _broken(one: Chapters) -> Iterator[Fault]:
    yield from one.broken


def _version(one: Chapters) -> Iterator[Fault]:
    if not one.broken and not known_version(one.version):
        yield Fault(f"the version is {shown(str(one.version))}")


def _none(one: Chapters) -> Iterator[Fault]:
    if not one.entries and not one.broken:
        yield Fault("there are no chapters in it")


def _order(one: Chapters) -> Iterator[Fault]:
    for index, (first, second) in enumerate(pairwise(one.entries), 2):
        # Two that are shown and hidden may begin at once, as pictures do.
        if second.start < first.start or (second.start == first.start and first.listed and second.listed):
            yield Fault("it does not begin behind the one before it", f"chapter {index}")


def _title(one: Chapters) -> Iterator[Fault]:
    for index, chapter in enumerate(one.entries, 1):
        if chapter.listed and not chapter.title.strip():
            yield Fault("it has no title", f"chapter {index}")


def _addresses(one: Chapters) -> Iterator[Fault]:
    for index, chapter in enumerate(one.entries, 1):
        # In the folder of an episode a picture is told by its place there, until it is published.
        if chapter.image is not None and not (is_web(chapter.image) or is_beside(chapter.image)):
            yield Fault(f"its picture (img) is no address: {shown(str(chapter.image))}", f"chapter {index}")
        if chapter.link is not None and not is_web(chapter.link):
            yield Fault(f"its link (url) is no address: {shown(str(chapter.link))}", f"chapter {index}")


def is_web(address: object) -> bool:
    """Tell an address of the web."""
    return (
        isinstance(address, str) and re.fullmatch(r"https?://[^\s/]\S*", address, re.IGNORECASE) is not None
    )


def is_beside(address: object) -> bool:
    """Tell the name of a file beside the chapters, which does not lead out of their folder."""
    names = address.split("/") if isinstance(address, str) else [".."]
    return ".." not in names and all(re.fullmatch(r"[^\\:\x00-\x1f]{1,200}", name) for name in names)


TESTS: Tests[Chapters] = {
    "chapters-form": _broken,
    "chapters-version": _version,
    "chapters-none": _none,
    "chapters-order": _order,
    "chapters-title": _title,
    "chapters-address": _addresses,
}


@dataclass(frozen=True, slots=True)
class Marked:
    """JSON chapters, how long the sound is, and the chapters in it."""

    chapters: Chapters
    duration_ms: int
    marks: Sequence[Mark]


def _beyond(one: Marked) -> Iterator[Fault]:
    for index, chapter in enumerate(one.chapters.entries, 1):
        if max(chapter.start, chapter.end or 0) * 1000 > one.duration_ms + _BEYOND_MS:
            end = clock(one.duration_ms / 1000)
            yield Fault(f"it goes beyond the end of the sound at {end}", f"chapter {index}")


def _differ(one: Marked) -> Iterator[Fault]:
    listed = [chapter for chapter in one.chapters.entries if chapter.listed]
    if not one.marks or not listed:
        return
    if len(listed) != len(one.marks):
        yield Fault(f"there are {len(listed)} chapters, and {len(one.marks)} in the audio")
        return
    for index, (chapter, mark) in enumerate(zip(listed, one.marks, strict=True), 1):
        if abs(chapter.start * 1000 - mark.start) > _BESIDE_MS:
            times = f"{chapter.start:.3f} s, in the audio at {mark.start / 1000:.3f} s"
            yield Fault(f"it begins at {times}", f"chapter {index}")
        elif mark.title and " ".join(mark.title.text.split()) != " ".join(chapter.title.split()):
            yield Fault(
                f"it is called {shown(chapter.title)}, in the audio {shown(mark.title.text)}",
                f"chapter {index}",
            )


MARKED_TESTS: Tests[Marked] = {"chapters-end": _beyond, "chapters-differ": _differ}
