"""Word processor's files and PDF, through converters that are installed on request."""

import io
import re
from pathlib import Path

from narrator.errors import SourceError
from narrator.model import Block, Unspoken
from narrator.sources.archive import Archive
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.page import read_leaf
from narrator.sources.plain import read_plain
from narrator.sources.reading import Reading
from narrator.text import line_ends, nfc, without_controls

_INSTALL = "pip install 'narrator[office]'"
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
            if b"<!DOCTYPE" in content.replace(b"\0", b""):
                raise SourceError(f"{name} in it declares a type of its own, as no word processor does", path)
    try:
        import mammoth
    except ImportError as error:
        raise SourceError(f"files of word processors need a converter: {_INSTALL}", path) from error
    try:
        page = str(mammoth.convert_to_html(io.BytesIO(raw), convert_image=None).value)
    except Exception as error:  # a library that tells of damage by any exception
        raise SourceError(f"this file is damaged ({type(error).__name__})", path) from error
    blocks, unspoken = read_leaf(f"<html><body>{nfc(page)}</body></html>", path, "")
    return Reading(FrontMatter(), blocks, unspoken)


def read_pdf(raw: bytes, path: Path) -> Reading:
    """Read the text of a PDF; lines with nothing but the number of a page are not spoken.

    Raises:
        SourceError: The converter is not installed, the file is damaged or protected, or has no text.
        LedgerError: A fault of narrator lost a part of it.
    """
    try:
        from pdfminer import high_level
    except ImportError as error:
        raise SourceError(f"PDF files need a converter: {_INSTALL}", path) from error
    try:
        text = str(high_level.extract_text(io.BytesIO(raw)))
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
