"""Sources: files of every kind that can be read, as documents."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from narrator.errors import SourceError
from narrator.model import Block, BlockKind, Document, Unspoken
from narrator.settings import MAX_TITLE
from narrator.sources.captions import looks_like_captions, read_captions
from narrator.sources.decoding import decode, read_text
from narrator.sources.epub import read_epub
from narrator.sources.fountain import looks_like_fountain, read_fountain
from narrator.sources.frontmatter import FrontMatter, read_front_matter
from narrator.sources.markdown import looks_like_markdown, read_markdown
from narrator.sources.office import read_docx, read_pdf
from narrator.sources.opening import Source, is_address, open_source, short_name
from narrator.sources.page import read_page
from narrator.sources.plain import read_plain
from narrator.sources.reading import Reading, refuse_length, refuse_long
from narrator.sources.segments import looks_like_segments, read_segments
from narrator.sources.tei import looks_like_tei, read_tei
from narrator.text import detect_language, has_words, line_ends, nfc, without_controls

__all__ = [
    "Source",
    "is_address",
    "open_source",
    "parse_document",
    "read_document",
    "read_packed",
    "read_text",
    "short_name",
    "text_of",
]


@dataclass(frozen=True, slots=True)
class _Content:
    """A text to turn into blocks."""

    text: str
    path: Path
    first_line: int
    """The line of the file on which `text` begins."""


_Parts = tuple[tuple[Block, ...], tuple[Unspoken, ...]]


def _markdown(content: _Content) -> _Parts:
    return read_markdown(content.text, content.path, content.first_line)


def _by_content(content: _Content) -> _Parts:
    if content.first_line > 1 or looks_like_markdown(content.text):
        return _markdown(content)
    return read_plain(content.text)


_READERS: dict[str, Callable[[_Content], _Parts]] = {
    "": _by_content,
    ".txt": _by_content,
    ".text": _by_content,
    ".md": _markdown,
    ".markdown": _markdown,
}
"""How to read a file, by the suffix of its name; an unknown suffix is no hint (`talk.final`)."""
_TELLING: dict[str, Callable[[str, Path], Reading]] = {
    ".fountain": read_fountain,
    ".htm": read_page,
    ".html": read_page,
    ".json": read_segments,
    ".srt": read_captions,
    ".tei": read_tei,
    ".vtt": read_captions,
    ".xhtml": read_page,
    ".xml": read_tei,
}
"""How to read a file whose own mark-up tells of it, by the suffix of its name."""
_PACKED: dict[str, Callable[[bytes, Path], Reading]] = {
    ".docx": read_docx,
    ".epub": read_epub,
    ".pdf": read_pdf,
}
"""How to read a file that is no text, by the suffix of its name."""
_PACKED_SIGNS = (
    (re.compile(rb"PK\x03\x04(?=.*META-INF/container\.xml)", re.DOTALL), read_epub),
    (re.compile(rb"PK\x03\x04(?=.*word/document\.xml)", re.DOTALL), read_docx),
    (re.compile(rb"%PDF-\d"), read_pdf),
)
_OTHER_FORMATS = "doc fdx ipynb odt rtf tex tsv yaml yml"
"""Suffixes of formats that would be read wrongly, with their mark-up spoken."""
_PAGE_SIGNS = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)
"""How a page begins, whatever its name is."""
_SIGNS: tuple[tuple[Callable[[str], object], Callable[[str, Path], Reading]], ...] = (
    (_PAGE_SIGNS.match, read_page),
    (looks_like_captions, read_captions),
    (looks_like_fountain, read_fountain),
    (looks_like_segments, read_segments),
    (looks_like_tei, read_tei),
)
"""How sources begin that are told by their content, whatever their name is."""
_FORMAT_SIGNS = re.compile(r"\s*(?:<\?xml|\{\\rtf)", re.IGNORECASE)


def read_document(place: Path | str) -> Document:
    """Read a source.

    Args:
        place: A file, `-` for standard input, or an address.

    Raises:
        SourceError: It cannot be read as a text; the message says what to do.
        LedgerError: A fault of narrator lost a part of the text.
    """
    source = open_source(place)
    text = text_of(source)
    return parse_document(text, source.path) if text else read_packed(source)


def text_of(source: Source) -> str:
    """Return the text of a source, which has words; empty for what is packed, such as an e-book.

    Raises:
        SourceError: It is neither a text nor packed in a way that is known.
    """
    if _packed_reader(source):
        return ""
    _check_suffix(source.path)
    return decode(source.raw, source.path, source.charset)


def read_packed(source: Source, language: str | None = None) -> Document:
    """Turn a source that is no text, such as an e-book, into a document.

    Args:
        source: One of which `text_of` is empty.
        language: ISO 639-1 code, if known; else the source itself tells.

    Raises:
        SourceError: It cannot be read; the message says what to do.
        LedgerError: A fault of narrator lost a part of it.
    """
    reader = _packed_reader(source)
    if reader is None:
        raise SourceError("this is a text, and nothing packed", source.path)
    return _document(reader(source.raw, source.path), source.path, language)


def _packed_reader(source: Source) -> Callable[[bytes, Path], Reading] | None:
    by_content = next((reader for sign, reader in _PACKED_SIGNS if sign.match(source.raw)), None)
    return by_content or _PACKED.get(source.path.suffix.lower())


def parse_document(text: str, path: Path, language: str | None = None) -> Document:
    """Turn the text of a file into a document.

    Args:
        text: Any text.
        path: Its file; the suffix tells how to read it.
        language: ISO 639-1 code, if known; else the front matter or the text itself tells.

    Raises:
        SourceError: There is nothing to speak in it, or its front matter or title is not fit.
        LedgerError: A fault of narrator lost a part of the text.
    """
    _check_suffix(path)
    text = nfc(without_controls(line_ends(text)))
    return _document(_read(text, path), path, language)


def _document(reading: Reading, path: Path, language: str | None) -> Document:
    front, blocks = reading.front, reading.blocks
    refuse_long(blocks, path)
    spoken = " ".join(block.text for block in blocks)
    if not has_words(spoken):
        raise SourceError("there is nothing to speak in it", path)
    return Document(
        title=_title(front, blocks, path),
        language=language or front.language or detect_language(spoken),
        blocks=blocks,
        author=front.author,
        date=front.date,
        unspoken=front.unspoken + reading.unspoken,
    )


def _read(text: str, path: Path) -> Reading:
    suffix = path.suffix.lower()
    telling = _TELLING.get(suffix) or _by_signs(text)
    if telling in (None, read_fountain):  # the others have more mark-up than text
        refuse_length(len(text), path)
    if telling:
        return telling(text, path)
    if _FORMAT_SIGNS.match(text):
        raise SourceError(f"this is mark-up of another kind; {_readable()}", path)
    front, body, first_line = read_front_matter(text, path)
    reader = _READERS.get(path.suffix.lower(), _by_content)
    return Reading(front, *reader(_Content(body, path, first_line)))


def _by_signs(text: str) -> Callable[[str, Path], Reading] | None:
    return next((reader for looks_so, reader in _SIGNS if looks_so(text)), None)


def _readable() -> str:
    suffixes = ", ".join(suffix for suffix in (*_READERS, *_TELLING, *_PACKED) if suffix)
    return f"narrator reads {suffixes} and plain text in other files"


def _check_suffix(path: Path) -> None:
    if path.suffix and path.suffix[1:].lower() in _OTHER_FORMATS.split():
        raise SourceError(f"files of the kind {path.suffix.lower()} cannot be read yet; {_readable()}", path)


def _title(front: FrontMatter, blocks: tuple[Block, ...], path: Path) -> str:
    title, line = front.title, front.title_line
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    top = [block for block in headings if block.level == 1] or (headings if blocks[0] in headings else [])
    if not title and len(top) == 1 and top[0] is headings[0]:
        title, line = " ".join(top[0].text.split()), top[0].lines[0]
    if len(title) > MAX_TITLE:
        problem = f"the title has {len(title)} characters; shorten it to at most {MAX_TITLE}"
        raise SourceError(problem, path, line)
    return title
