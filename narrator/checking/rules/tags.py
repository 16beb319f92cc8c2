"""Rules for ID3 tags and the chapters in them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.checking.id3 import NO_OFFSET, UTF16
from narrator.checking.pictures import read_picture
from narrator.checking.rule import Fault, shown
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from narrator.checking.id3 import Mark, Picture
    from narrator.checking.recordings import Recording
    from narrator.checking.rule import Tests

_MOST_CHAPTERS = 255
"""`CTOC` counts its entries in one byte (addendum, 3.2)."""
_LARGE_PICTURE = 1_000_000
"""Bytes; all of it is fetched before the sound begins."""
_LARGE_TOGETHER = 10_000_000
"""Bytes of the pictures of all chapters: at 5 Mbit/s sixteen seconds before the sound begins."""
_BEYOND_MS = 100
"""Encoders and decoders differ by the silence at both ends."""
_KINDS = {
    "image/jpeg": "JPEG", "image/jpg": "JPEG", "image/png": "PNG", "JPG": "JPEG", "PNG": "PNG", "": "",
}  # fmt: skip
"""Forms by the MIME types that tags have, or by the three letters of version 2.2."""


def _named(mark: Mark) -> str:
    return f"chapter at {clock(mark.start / 1000)}"


def _none(one: Recording) -> Iterator[Fault]:
    if one.mp3 and not one.tag.version:
        yield Fault("there is no ID3 tag")


def _broken(one: Recording) -> Iterator[Fault]:
    for problem in one.tag.problems:
        yield Fault(problem)


def _version(one: Recording) -> Iterator[Fault]:
    if one.tag.version and one.tag.version != 3 and not one.tag.marks:
        yield Fault(f"the tag is of version 2.{one.tag.version}")


def _chapter_version(one: Recording) -> Iterator[Fault]:
    if one.tag.version != 3 and one.tag.marks:
        yield Fault(f"the chapters are in a tag of version 2.{one.tag.version}")


def _lacks(name: str, what: str) -> Callable[[Recording], Iterator[Fault]]:
    def test(one: Recording) -> Iterator[Fault]:
        if one.tag.version and not one.tag.text(name).strip():
            yield Fault(f"the tag has no {what} ({name})")

    return test


def _encoding(one: Recording) -> Iterator[Fault]:
    texts = [(name, text) for name, text in one.tag.texts.items()]
    texts += [(_named(mark), mark.title) for mark in one.tag.marks if mark.title]
    for name, text in texts:
        if one.tag.version == 3 and text.encoding > UTF16:
            yield Fault(f"the text is in encoding {text.encoding}, which version 2.3 does not know", name)


def _picture_form(one: Recording) -> Iterator[Fault]:
    for picture in one.tag.pictures:
        yield from _form_faults(picture)


def _form_faults(picture: Picture, place: str = "") -> Iterator[Fault]:
    form = read_picture(picture.content).form
    if form not in {"JPEG", "PNG"}:
        yield Fault(f"the picture is {form or 'none'}", place)
    elif _KINDS.get(picture.type, "other") not in {"", form}:
        yield Fault(f"the picture is {form}, and the tag says {shown(picture.type)}", place)


def _chapter_pictures(one: Recording) -> Iterator[Fault]:
    for mark in one.tag.marks:
        for picture in mark.pictures:
            yield from _form_faults(picture, _named(mark))
            if problem := read_picture(picture.content).problem:
                yield Fault(problem, _named(mark))


def _chapter_pictures_size(one: Recording) -> Iterator[Fault]:
    sizes = [(len(picture.content), mark) for mark in one.tag.marks for picture in mark.pictures]
    for size, mark in sizes:
        if size > _LARGE_PICTURE:
            yield Fault(f"the picture has {size / 1e6:.1f} MB", _named(mark))
    together = sum(size for size, _ in sizes)
    if together > _LARGE_TOGETHER:
        yield Fault(f"the pictures of all chapters have {together / 1e6:.1f} MB")


def _picture_size(one: Recording) -> Iterator[Fault]:
    for picture in one.tag.pictures:
        if len(picture.content) > _LARGE_PICTURE:
            yield Fault(f"the picture has {len(picture.content) / 1e6:.1f} MB")


def _order(one: Recording) -> Iterator[Fault]:
    for first, second in pairwise(one.tag.marks):
        if second.start < first.start:
            yield Fault(f"it stands behind the one at {clock(first.start / 1000)}", _named(second))


def _ids(one: Recording) -> Iterator[Fault]:
    for name, count in Counter(mark.id for mark in one.tag.marks).items():
        if count > 1:
            yield Fault(f"{count} chapters have the id {shown(name.decode('latin-1'))}")


def _times(one: Recording) -> Iterator[Fault]:
    for mark in one.tag.marks:
        if mark.end <= mark.start:
            yield Fault("it ends before it begins", _named(mark))


def _beyond(one: Recording) -> Iterator[Fault]:
    end = one.duration_ms + _BEYOND_MS
    for mark in one.tag.marks:
        if one.duration_ms and max(mark.start, mark.end if mark.end != NO_OFFSET else 0) > end:
            yield Fault(f"it goes beyond the end at {clock(one.duration_ms / 1000)}", _named(mark))


def _titles(one: Recording) -> Iterator[Fault]:
    for mark in one.tag.marks:
        if mark.title is None or not mark.title.text:
            yield Fault("it has no title (TIT2)", _named(mark))


def _title_encoding(one: Recording) -> Iterator[Fault]:
    for mark in one.tag.marks:
        if mark.title and mark.title.encoding != UTF16 and one.tag.version == 3 and mark.title.encoding == 0:
            yield Fault("its title is not in UTF-16", _named(mark))


def _offsets(one: Recording) -> Iterator[Fault]:
    for mark in one.tag.marks:
        if mark.offsets != (NO_OFFSET, NO_OFFSET):
            yield Fault("it is told by bytes as well as by time", _named(mark))


def _many(one: Recording) -> Iterator[Fault]:
    if len(one.tag.marks) > _MOST_CHAPTERS:
        yield Fault(f"{len(one.tag.marks)} chapters")


def _no_contents(one: Recording) -> Iterator[Fault]:
    if one.tag.marks and not one.tag.contents:
        yield Fault("there are chapters, and no table of contents (CTOC)")


def _flags(one: Recording) -> Iterator[Fault]:
    if one.tag.contents and not any(table.top and table.ordered for table in one.tag.contents):
        yield Fault("no table of contents (CTOC) is top-level and ordered")


def _complete(one: Recording) -> Iterator[Fault]:
    if not one.tag.contents:
        return
    tables = {table.id for table in one.tag.contents}
    listed = {child for table in one.tag.contents for child in table.children}
    there = {mark.id for mark in one.tag.marks}
    for what, ids in (
        ("is not in the table of contents", there - listed),
        ("is nowhere", listed - there - tables),
    ):
        for name in sorted(ids):
            yield Fault(f"the chapter {shown(name.decode('latin-1'))} {what}")


def _contents_order(one: Recording) -> Iterator[Fault]:
    starts = {mark.id: mark.start for mark in one.tag.marks}
    for table in one.tag.contents:
        times = [starts[child] for child in table.children if child in starts]
        if times != sorted(times):
            yield Fault("the table of contents (CTOC) is not in the order of time")


def _contents_title(one: Recording) -> Iterator[Fault]:
    if any(table.top and not (table.title and table.title.text) for table in one.tag.contents):
        yield Fault("the table of contents (CTOC) has no title (TIT2)")


TESTS: Tests[Recording] = {
    "id3-none": _none,
    "id3-damaged": _broken,
    "id3-version": _version,
    "id3-title": _lacks("TIT2", "title"),
    "id3-artist": _lacks("TPE1", "artist"),
    "id3-album": _lacks("TALB", "album"),
    "id3-encoding": _encoding,
    "id3-picture": _picture_form,
    "id3-picture-size": _picture_size,
    "chap-version": _chapter_version,
    "chap-order": _order,
    "chap-id": _ids,
    "chap-times": _times,
    "chap-end": _beyond,
    "chap-title": _titles,
    "chap-encoding": _title_encoding,
    "chap-offset": _offsets,
    "chap-count": _many,
    "chap-picture": _chapter_pictures,
    "chap-picture-size": _chapter_pictures_size,
    "ctoc-none": _no_contents,
    "ctoc-flags": _flags,
    "ctoc-complete": _complete,
    "ctoc-order": _contents_order,
    "ctoc-title": _contents_title,
}
