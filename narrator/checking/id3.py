"""Reads ID3 tags of all versions, however broken.

Sources: ID3 tag versions 2.2.0, 2.3.0 and 2.4.0 (id3.org); ID3v2 chapter frame addendum 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_HEADER = 10
_MOST_BYTES = 32 << 20
"""Of a tag that are read; pictures are what makes tags large, and one of a megabyte is large."""
_MOST_FRAMES = 5_000
NO_OFFSET = 0xFFFFFFFF
"""Says that a chapter is told by time (addendum, 3.1)."""
UTF16 = 1
"""Text encoding with byte order mark (2.3.0, section 3.3)."""
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_OLD = {"TT2": "TIT2", "TP1": "TPE1", "TAL": "TALB", "PIC": "APIC", "COM": "COMM", "TLA": "TLAN"}
"""Names of version 2.2 and what they became."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the number of its encoding."""

    text: str
    encoding: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, `APIC`."""

    type: str
    """MIME type as it is told; of version 2.2 three letters."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter, `CHAP`."""

    id: bytes
    start: int
    """ms."""
    end: int
    """ms."""
    offsets: tuple[int, int]
    title: Text | None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents, `CTOC`."""

    id: bytes
    top: bool
    ordered: bool
    children: tuple[bytes, ...]
    title: Text | None


@dataclass(slots=True)
class Id3:
    """What a tag says."""

    version: int = 0
    """Of ID3v2: 2, 3 or 4; 0 where there is no tag."""
    end: int = 0
    """The byte where it ends."""
    problems: list[str] = field(default_factory=list)
    """What is broken in it."""
    texts: dict[str, Text] = field(default_factory=dict)
    """By frames' names, the first of each."""
    comments: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    """In the order of the file."""
    contents: list[Contents] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return the text of a frame, empty where there is none."""
        found = self.texts.get(name)
        return found.text if found else ""


def read_id3(path: Path) -> Id3:
    """Read the tag at the beginning of a file.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if len(head) < _HEADER or head[:3] != b"ID3":
            return Id3()
        size = _safe(head[6:])
        rest = path.stat().st_size - _HEADER
        content = file.read(min(size, _MOST_BYTES))
    tag = Id3(head[3], _HEADER + min(size, rest))
    if tag.version == 4 and head[5] & 0x10:  # a footer
        tag.end = min(tag.end + _HEADER, rest + _HEADER)
    if any(byte & 0x80 for byte in head[6:]):
        tag.problems.append("the size has bits that must be zero")
    if size > rest:
        tag.problems.append(f"it says that it has {size:,} bytes, and {rest:,} are there")
    elif size > _MOST_BYTES:
        tag.problems.append(f"it has {size:,} bytes; no player reads so much before the sound")
    if tag.version not in {2, 3, 4}:
        tag.problems.append(f"version 2.{tag.version} is not known")
    elif head[5] & 0x40 and tag.version == 2:
        tag.problems.append("it is compressed, which no reader knows")  # 2.2.0, section 3.1
    else:
        for name, body in _frames(_body(content, head[5], tag.version), tag.version, tag.problems):
            _take(tag, name, body)
    return tag


def _body(content: bytes, flags: int, version: int) -> bytes:
    """Return the frames as they were before unsynchronisation, without an extended header."""
    if flags & 0x80 and version < 4:
        content = _joined(content)
    if flags & 0x40:
        length = int.from_bytes(content[:4], "big") + 4 if version == 3 else _safe(content[:4])
        return content[length:]
    return content


def _safe(four: bytes) -> int:
    """Return a number of seven bits a byte (2.3.0, section 3.1)."""
    value = 0
    for byte in four:
        value = value << 7 | byte & 0x7F
    return value


def _joined(content: bytes) -> bytes:
    """Undo unsynchronisation (2.3.0, section 5)."""
    return content.replace(b"\xff\x00", b"\xff")


def _frames(content: bytes, version: int, problems: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of frames, up to the padding or what is broken."""
    head, letters = (6, 3) if version == 2 else (10, 4)
    at = 0
    for _ in range(_MOST_FRAMES):
        if at + head > len(content) or content[at] == 0:
            return
        name = content[at : at + letters]
        told = content[at + letters : at + 2 * letters]
        size = _safe(told) if version == 4 else int.from_bytes(told, "big")
        if not (name.isascii() and name.isalnum() and name.isupper()):
            problems.append(f"what stands at byte {at + _HEADER} is no frame")
            return
        if size > len(content) - at - head:
            problems.append(f"the frame {name.decode()} is longer than the tag")
            return
        body = content[at + head : at + head + size]
        flags = content[at + head - 1] if version > 2 else 0
        yield _OLD.get(name.decode(), name.decode()), _plain(body, flags, version)
        at += head + size
    problems.append(f"it has more than {_MOST_FRAMES:,} frames")


def _plain(body: bytes, flags: int, version: int) -> bytes:
    """Take off what flags put before a content; compressed and encrypted ones are not read."""
    if version == 3:
        return b"" if flags & 0xC0 else body[1 if flags & 0x20 else 0 :]
    if version == 4:
        body = body[(1 if flags & 0x40 else 0) + (4 if flags & 0x01 else 0) :]
        body = _joined(body) if flags & 0x02 else body
        return b"" if flags & 0x0C else body
    return body


def _take(tag: Id3, name: str, body: bytes) -> None:
    if name in _READERS:
        _READERS[name](tag, body)
    elif name.startswith("T") and name != "TXXX":
        tag.texts.setdefault(name, _text(body))


def _decoded(content: bytes, encoding: int) -> str:
    known = _ENCODINGS[encoding] if encoding < len(_ENCODINGS) else "latin-1"
    if known == "utf-16" and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        known = "utf-16-le"
    return content.decode(known, "replace").partition("\x00")[0]


def _text(body: bytes) -> Text:
    encoding = body[0] if body else 0
    return Text(_decoded(body[1:], encoding), encoding)


def _parted(content: bytes, encoding: int) -> tuple[bytes, bytes]:
    """Part at the end of a text, which is two zeros in wide encodings."""
    if encoding not in {1, 2}:
        first, _, rest = content.partition(b"\x00")
        return first, rest
    at = 0
    while (at := content.find(b"\x00\x00", at)) >= 0:
        if at % 2 == 0:
            return content[:at], content[at + 2 :]
        at += 1
    return content, b""


def _chapter(tag: Id3, body: bytes) -> None:
    name, _, rest = body.partition(b"\x00")
    if len(rest) < 16:
        tag.problems.append("a chapter (CHAP) is cut off")
        return
    start, end, *offsets = (int.from_bytes(rest[at : at + 4], "big") for at in range(0, 16, 4))
    inner = list(_frames(rest[16:], tag.version, tag.problems))
    pictures = tuple(_read_picture(tag, body) for frame, body in inner if frame == "APIC")
    tag.marks.append(Mark(name, start, end, (offsets[0], offsets[1]), _title(inner), pictures))


def _table(tag: Id3, body: bytes) -> None:
    name, _, rest = body.partition(b"\x00")
    parts = rest[2:].split(b"\x00", rest[1]) if len(rest) > 1 else []
    if not parts or len(parts) <= rest[1]:
        tag.problems.append("a table of contents (CTOC) is cut off")
        return
    title = _title(_frames(parts[-1], tag.version, tag.problems))
    tag.contents.append(Contents(name, bool(rest[0] & 2), bool(rest[0] & 1), tuple(parts[:-1]), title))


def _title(frames: Iterable[tuple[str, bytes]]) -> Text | None:
    """Return the title among the frames within a chapter or a table."""
    return next((_text(body) for name, body in frames if name == "TIT2"), None)


def _picture(tag: Id3, body: bytes) -> None:
    tag.pictures.append(_read_picture(tag, body))


def _read_picture(tag: Id3, body: bytes) -> Picture:
    encoding = body[0] if body else 0
    if tag.version == 2:
        kind, rest = body[1:4], body[4:]
    else:
        kind, _, rest = body[1:].partition(b"\x00")
    _, content = _parted(rest[1:], encoding)
    return Picture(kind.decode("latin-1"), content)


def _comment(tag: Id3, body: bytes) -> None:
    encoding = body[0] if body else 0
    _, content = _parted(body[4:], encoding)
    tag.comments.append(_decoded(content, encoding))


_READERS = {"CHAP": _chapter, "CTOC": _table, "APIC": _picture, "COMM": _comment}
