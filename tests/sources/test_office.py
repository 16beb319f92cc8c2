"""Word processor's files and PDF, and what is said where the converters are not installed."""

import sys
import zlib
from pathlib import Path

import pytest
from book_files import archive, letter, pdf, pdf_file, word_file

from narrator.errors import SourceError
from narrator.sources import read_document


def test_a_letter_keeps_its_type_faces(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(letter(["*Anna: Good evening.", "*Bert: Good evening to you."]))
    document = read_document(path)
    assert [block.text for block in document.blocks] == ["Anna: Good evening.", "Bert: Good evening to you."]
    assert [block.runs[0].bold for block in document.blocks] == [True, True]
    renamed = tmp_path / "letter"
    renamed.write_bytes(path.read_bytes())
    assert read_document(renamed).blocks == document.blocks


def test_a_pdf_is_read_as_plain_text_without_page_numbers(tmp_path: Path) -> None:
    path = tmp_path / "talk.pdf"
    path.write_bytes(pdf("Anna: Good evening.", "Bert: Good evening to you.", "3"))
    document = read_document(path)
    assert [block.text for block in document.blocks] == ["Anna: Good evening.", "Bert: Good evening to you."]
    assert [(one.text, one.reason) for one in document.unspoken] == [("3", "page number")]


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("a.docx", letter(["Hello"])[:-40], "damaged"),
        ("a.docx", archive({"word/document.xml": "<w:document"}), "damaged"),
        ("a.docx", archive({"x": ""}), "not one that a word processor writes"),
        ("a.docx", archive({"word/document.xml": " " * 5_000_000}), "unpack to a size"),
        ("a.docx", word_file("<w:p/>", '<!DOCTYPE x [<!ENTITY a "b">]>'), "declares a type of its own"),
        (
            "a.docx",
            word_file("<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80),
            "nested too deeply",
        ),
        (
            "a.pdf",
            pdf_file(zlib.compress(b"q Q " * 10_000_000), filters=b"/Filter /FlateDecode "),
            "unpack to a size",
        ),
        ("a.pdf", b"%PDF-1.4\nHello", "damaged|no text"),
        ("a.pdf", pdf(""), "no text in this PDF"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, name: str, raw: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(SourceError, match=message):
        read_document(path)


def test_a_pdf_whose_forms_draw_forms_is_refused(tmp_path: Path) -> None:
    form = b"/X Do " * 10
    path = tmp_path / "forms.pdf"
    path.write_bytes(pdf_file(*[form] * 12, forms=True))
    with pytest.raises(SourceError, match="are read at most"):
        read_document(path)


@pytest.mark.parametrize(("library", "name"), [("mammoth", "a.docx"), ("pdfminer", "a.pdf")])
def test_a_missing_converter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    path = tmp_path / name
    path.write_bytes(letter(["Hello"]) if name == "a.docx" else pdf("Hello"))
    with pytest.raises(SourceError, match=r"pip install 'narrator\[office\]'"):
        read_document(path)
