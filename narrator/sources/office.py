"""Word processor's files and PDF, through converters that are installed on request."""

import io
import logging
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from narrator.errors import SourceError
from narrator.model import Block, Unspoken
from narrator.settings import MAX_CHARACTERS
from narrator.sources.archive import Archive
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.page import read_leaf
from narrator.sources.plain import read_plain
from narrator.sources.reading import Reading, refuse_length
from narrator.text import line_ends, nfc, without_controls

_INSTALL = "pip install 'narrator[office]'"
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_BEFORE = 2000
"""Bytes before a stream in which stands how it is packed."""
_MOST_UNPACKED = 30_000_000
"""Bytes of one stream of a PDF; the fonts of Chinese have twenty million."""
_FIGURE = 100
"""Characters of a PDF that a figure counts for."""
_PAGE_NUMBER = re.compile(r"[-–— ]*\d{1,4}[-–— ]*")


def read_docx(raw: bytes, path: Path) -> Reading:
    """Read a file of a word processor.

    Raises:
        SourceError: The converter is not installed, or the file is damaged.
        LedgerError: A fault of narrator lost a part of it.
    """
    archive = Archive(raw, path)
    if "word/document.xml" not in archive.names:
        raise SourceError("this is an archive, but not one that a word processor writes", path)
    for name in sorted(archive.names):
        if name.endswith((".xml", ".rels")):
            content = archive.read(name)  # within the limits, before the converter reads it
            if len(content) > MAX_CHARACTERS:
                raise SourceError(f"{name} in it has more than {MAX_CHARACTERS:,} bytes; divide it", path)
            if b"<!DOCTYPE" in content.replace(b"\0", b""):
                raise SourceError(f"{name} in it declares a type of its own, as no word processor does", path)
    try:
        import mammoth
    except ImportError as error:
        raise SourceError(f"files of word processors need a converter: {_INSTALL}", path) from error
    try:
        page = str(mammoth.convert_to_html(io.BytesIO(raw), convert_image=None).value)
    except RecursionError as error:
        raise SourceError("its tables or lists are nested too deeply; part them", path) from error
    except Exception as error:  # a library that tells of damage by any exception
        raise SourceError(f"this file is damaged ({type(error).__name__})", path) from error
    blocks, unspoken = read_leaf(f"<html><body>{nfc(page)}</body></html>", path, "")
    return Reading(FrontMatter(), blocks, unspoken)


def _refuse_bombs(raw: bytes, path: Path) -> None:
    """Refuse a PDF with a stream, other than a picture, that unpacks to a size no page has."""
    whole, end = memoryview(raw), 0
    for match in _STREAM.finditer(raw):
        if end < match.end():  # found once, however many begin before it
            end = raw.find(b"endstream", match.end())
            end = len(raw) if end < 0 else end
        told = raw[max(0, match.start() - _BEFORE) : match.start()].rpartition(b" obj")[2]
        if b"/Image" in told or not told.count(b"FlateDecode"):
            continue
        unpacked = b""
        with suppress(zlib.error):  # encrypted, or damaged: the converter tells
            unpacked = zlib.decompressobj().decompress(whole[match.end() : end], _MOST_UNPACKED + 1)
        if len(unpacked) > _MOST_UNPACKED or told.count(b"FlateDecode") > 1:
            raise SourceError("a part of it would unpack to a size no page has", path)


def _pdf_text(raw: bytes, path: Path) -> str:
    """Return the text of a PDF, as long as it draws no more than a book."""
    from pdfminer import converter, layout, pdfdocument, pdfinterp, pdfpage, pdfparser, pdftypes

    # What it has to say of damage that it can read over would stand between our lines.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

    class Finite(pdfdocument.PDFDocument):
        """Follows references itself: the library goes round for ever after one that leads back to itself."""

        def getobj(self, objid: int) -> object:
            seen = {objid}
            found = super().getobj(objid)
            while isinstance(found, pdftypes.PDFObjRef):
                if found.objid in seen:
                    raise pdftypes.PDFObjectNotFound(objid)
                seen.add(found.objid)
                found = super().getobj(found.objid)
            return found

    class Bounded(converter.TextConverter):
        """Counts what is drawn: forms that draw forms could go on for years."""

        drawn = 0

        def _count(self, size: int) -> None:
            self.drawn += size
            refuse_length(self.drawn, path)

        def begin_figure(self, *arguments: Any) -> None:
            self._count(_FIGURE)
            super().begin_figure(*arguments)

        def render_char(self, *arguments: Any, **more: Any) -> float:
            self._count(1)
            return float(super().render_char(*arguments, **more))

    text = io.StringIO()
    resources = pdfinterp.PDFResourceManager()
    device = Bounded(resources, text, laparams=layout.LAParams())
    interpreter = pdfinterp.PDFPageInterpreter(resources, device)
    for page in pdfpage.PDFPage.create_pages(Finite(pdfparser.PDFParser(io.BytesIO(raw)))):
        interpreter.process_page(page)
    return text.getvalue()


def read_pdf(raw: bytes, path: Path) -> Reading:
    """Read the text of a PDF; lines with nothing but the number of a page are not spoken.

    Raises:
        SourceError: The converter is not installed, the file is damaged or protected, or has no text.
        LedgerError: A fault of narrator lost a part of it.
    """
    _refuse_bombs(raw, path)
    try:
        text = _pdf_text(raw, path)
    except ImportError as error:
        raise SourceError(f"PDF files need a converter: {_INSTALL}", path) from error
    except SourceError:
        raise
    except Exception as error:  # a library that tells of damage by any exception
        raise SourceError(f"this PDF is damaged or protected ({type(error).__name__})", path) from error
    kept: list[str] = []
    numbers: list[Unspoken] = []
    for page in text.split("\f"):
        lines = nfc(without_controls(line_ends(page))).strip("\n").split("\n")
        for position in (len(lines) - 1, 0):
            if lines and _PAGE_NUMBER.fullmatch(lines[min(position, len(lines) - 1)].strip()):
                number = lines.pop(min(position, len(lines) - 1)).strip()
                numbers.append(Unspoken(number, "page number", (len(kept) + 1, len(kept) + 1)))
        kept += [line.strip() for line in lines]
    blocks: tuple[Block, ...]
    blocks, _ = read_plain("\n".join(kept))
    if not blocks:
        raise SourceError("there is no text in this PDF; it may be a scan", path)
    return Reading(FrontMatter(), blocks, tuple(numbers))
