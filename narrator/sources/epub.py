"""E-books: EPUB 2 and 3; the order is the spine's, titles come from the navigation where a page has none."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from narrator.addresses import picture_address
from narrator.errors import SourceError
from narrator.model import Block, BlockKind, Run, Unspoken
from narrator.settings import MAX_TITLE
from narrator.sources.archive import Archive
from narrator.sources.decoding import decode_markup
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.furniture import without_code
from narrator.sources.markup import Element, parse_xhtml, parse_xml
from narrator.sources.notes import FRONT_MATTER, NOTES, reason_of_kind
from narrator.sources.page import read_leaf
from narrator.sources.reading import Reading, refuse_length
from narrator.text import has_words, language_code, words

if TYPE_CHECKING:
    from pathlib import Path

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_OBFUSCATED = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways to hide fonts, which hide no text (EPUB 3.3, section 4.3)."""
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:T[\d:.+Z-]+)?)?)?")


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A file of the spine."""

    name: str
    """In the archive."""
    reason: str
    """Why it is not spoken; empty where only its own pages can tell."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A title of the table of contents."""

    title: str
    name: str
    """The file it leads to."""


def read_epub(raw: bytes, path: Path) -> Reading:
    """Read an e-book.

    Args:
        raw: The whole file.
        path: Its name, for errors.

    Raises:
        SourceError: It is damaged, protected, no e-book, or too large.
        LedgerError: A fault of narrator lost a part of it.
    """
    archive = Archive(raw, path)
    _check_protection(archive, path)
    package_name = _package_name(archive, path)
    package = _xml(archive, package_name, path)
    front, said = _metadata(package)
    leaves, contents = _spine(package, posixpath.dirname(package_name), path)
    entries = _entries(archive, contents, path) if contents in archive.names else []
    blocks: list[Block] = []
    unspoken: list[Unspoken] = [said] if words(said.text) else []
    line = length = 0
    for leaf in leaves:
        if leaf.name == contents:
            continue  # it is told below, less the titles that are spoken
        text = decode_markup(archive.read(leaf.name), path)
        role = posixpath.splitext(posixpath.basename(leaf.name))[0]
        made, dropped = read_leaf(text, path, role, leaf.reason)
        entry = next((entry for entry in entries if entry.name == leaf.name), None)
        if made and entry:
            made, spoken = _titled(made, entry.title)
            if spoken:
                entries.remove(entry)
        blocks += (_placed(one, leaf.name, line, path) for one in made)
        unspoken += (replace(one, lines=(one.lines[0] + line, one.lines[1] + line)) for one in dropped)
        line += text.count("\n") + 1
        length += sum(len(one.text) for one in made)
        refuse_length(length, path)
    listed = " ".join(entry.title for entry in entries if entry.title)
    if has_words(listed):
        unspoken.append(Unspoken(listed, FRONT_MATTER, (line + 1, line + 1)))
    return Reading(front, tuple(blocks), tuple(unspoken))


def _placed(block: Block, name: str, line: int, path: Path) -> Block:
    """Return a block of a page with its lines, and with its picture as a file of the book.

    Args:
        block: As the page has it.
        name: Of the page, in the archive.
        line: Lines of the pages before.
        path: The book.
    """
    picture = block.picture
    if picture and not picture.address.startswith(("http", "data:")):
        inside = _within(posixpath.dirname(name), picture.address)
        address = picture_address(f"{quote(path.name)}#{quote(inside)}")
        picture = replace(picture, address=address, line=picture.line + line)
    return replace(block, lines=(block.lines[0] + line, block.lines[1] + line), picture=picture)


def _titled(blocks: tuple[Block, ...], title: str) -> tuple[tuple[Block, ...], bool]:
    """Give pages without a heading the title that the contents have for them; tell whether it was added."""
    if any(block.kind is BlockKind.HEADING for block in blocks) or not has_words(title):
        return blocks, False
    first = blocks[0]
    if words(first.text) == words(title):  # a heading but for its mark-up
        return (replace(first, kind=BlockKind.HEADING, level=2, speaker=""), *blocks[1:]), False
    return (Block(BlockKind.HEADING, (Run(title),), (first.lines[0],) * 2, 2), *blocks), True


def _check_protection(archive: Archive, path: Path) -> None:
    if _ENCRYPTION not in archive.names:
        return
    root = _xml(archive, _ENCRYPTION, path)
    ways = [one.get("algorithm") for one in root.elements() if one.name == "encryptionmethod"]
    if any(not way.startswith(_OBFUSCATED) for way in ways):
        raise SourceError("it is protected against copying, so its text cannot be read", path)


def _package_name(archive: Archive, path: Path) -> str:
    if _CONTAINER not in archive.names:
        raise SourceError("this is an archive, but no e-book: it has no META-INF/container.xml", path)
    root = _xml(archive, _CONTAINER, path)
    found = next((one.get("full-path") for one in root.elements() if one.name == "rootfile"), "")
    if not found:
        raise SourceError("this e-book does not say where its parts are listed", path)
    return found


def _xml(archive: Archive, name: str, path: Path) -> Element:
    return parse_xml(decode_markup(archive.read(name), path), path)


def _metadata(package: Element) -> tuple[FrontMatter, Unspoken]:
    """Read title, authors, language and date, and all else that the book says of itself."""
    metadata = package.find("metadata") or Element("metadata", {}, 1)

    def said(name: str) -> list[str]:
        return [one.text for one in metadata.elements() if one.name == name and one.text]

    dates = [date for date in said("date") if _DATE.fullmatch(date)]
    front = FrontMatter(
        title=(said("title") or [""])[0][:MAX_TITLE].strip(),
        language=language_code((said("language") or [""])[0]),
        author=", ".join(said("creator")),
        date=(dates or [""])[0],
    )
    return front, Unspoken(metadata.text, FRONT_MATTER, (1, 1))


def _spine(package: Element, folder: str, path: Path) -> tuple[list[_Leaf], str]:
    """Return the pages in their order, and the name of the table of contents."""
    manifest = package.find("manifest")
    spine = package.find("spine")
    if manifest is None or spine is None:
        raise SourceError("this e-book does not say in which order its pages come", path)
    parts = {one.get("id"): one for one in manifest.children("item")}
    guide = {
        _within(folder, one.get("href")): reason_of_kind(one.get("type"))
        for one in package.elements()
        if one.name == "reference"
    }
    leaves = []
    for one in spine.children("itemref"):
        part = parts.get(one.get("idref"))
        if part is None or part.get("media-type") not in _PAGES:
            continue  # a picture, or a slip of whoever made the book
        name = _within(folder, part.get("href"))
        reason = NOTES if one.get("linear") == "no" else guide.get(name, "")
        leaves.append(_Leaf(name, reason))
    if not leaves:
        raise SourceError("this e-book has no pages", path)
    contents = next((one for one in parts.values() if "nav" in one.get("properties").split()), None)
    contents = contents or parts.get(spine.get("toc"))
    return leaves, _within(folder, contents.get("href")) if contents else ""


def _within(folder: str, address: str) -> str:
    """Return the name in the archive of what a page in a folder links to."""
    return posixpath.normpath(posixpath.join(folder, unquote(address.partition("#")[0])))


def _entries(archive: Archive, name: str, path: Path) -> list[_Entry]:
    """Read the table of contents: its titles, and as entries without a file, all else it says."""
    text = decode_markup(archive.read(name), path)
    root = parse_xhtml(text, path)
    without_code(root)
    folder = posixpath.dirname(name)
    entries: list[_Entry] = []
    waiting: list[Element | str] = [root]
    target = ""
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            entries.append(_Entry(" ".join(part.split()), ""))
        elif part.name == "a" and part.get("href"):
            entries.append(_Entry(part.text, _within(folder, part.get("href"))))
        elif part.name == "navlabel":
            entries.append(_Entry(part.text, target))
        else:
            if part.name == "navpoint":
                content = next(iter(part.children("content")), None)
                target = _within(folder, content.get("src")) if content else ""
            waiting += reversed(part.parts)
    return [entry for entry in entries if entry.title]
