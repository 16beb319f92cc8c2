"""Files of every encoding are read rightly or refused with a reason; nothing is guessed silently."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator import settings
from narrator.errors import SourceError
from narrator.production import load_script
from narrator.sources import Source, parse_document, read_document, read_text
from narrator.sources.decoding import decode

GERMAN = "Die Straße ist naß.\n„Wirklich?“, fragte er – höchst überrascht über die Größe der Pfützen.\n"
PATH = Path("some.txt")


def _read(raw: bytes) -> str:
    try:
        return decode(raw, PATH)
    except SourceError:
        return "refused"


@pytest.mark.parametrize(
    "raw",
    [
        GERMAN.encode(),
        GERMAN.encode("utf-8-sig"),
        GERMAN.encode("utf-16"),
        b"\xfe\xff" + GERMAN.encode("utf-16-be"),
        GERMAN.encode("utf-16-le"),
        GERMAN.encode("utf-16-be"),
        GERMAN.encode("utf-32"),
        GERMAN.encode("cp1252"),
        GERMAN.replace("\n", "\r\n").encode(),
        GERMAN.replace("\n", "\r").encode("cp1252"),
        GERMAN.replace("ä", "a\u0308").replace("ö", "o\u0308").encode(),
    ],
)
def test_common_encodings_give_the_same_text(raw: bytes) -> None:
    assert decode(raw, PATH) == GERMAN


@pytest.mark.parametrize(
    "text", ["Déjà vu à l’été, garçon : « où ça ? »", "¿Mañana? ¡Sí, señor!", "Fem små båtar på ön."]
)
def test_other_western_texts_are_read(text: str) -> None:
    assert decode(text.encode("cp1252"), PATH) == text


def test_a_russian_text_of_an_old_encoding_is_right_or_refused() -> None:
    text = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. " * 5
    for encoding in ("cp1251", "koi8-r"):
        assert _read(text.encode(encoding)) in {text, "refused"}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"... --- ???\n", "not one word"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"PK\x03\x04\x14\x00\x00\x00", "ZIP"),
        (b"%PDF-1.7\nHello", "PDF"),
        (b"ID3\x03\x00\x00\x00", "MP3"),
        (b"Hello\x00world, this is it", "binary"),
        (bytes(range(256)) * 4, "binary"),
        (
            "Für\n\nüber\n".encode() + b"na\xefve \xff\n" + "schön, größer\n".encode(),
            "some.txt:4: .*ef.*not UTF-8",
        ),
        ("Grüße\r\nund Grüße\r\n".encode() + b"\xc3", "some.txt:3: "),
        (b"Caf\x8e, na\x95ve, \x9fber", "cannot be told|binary"),
        (b"Hello there.\n" * 30 + b"One \xff\xfe byte\n", "some.txt:31: .*ff fe"),
        (b"Hello there.\n" * 30 + b"One \xc3\x28 byte, one \xe2\x82 byte\n", "some.txt:31: .*c3 28"),
        (b"Hello there.\n\nHalf \xed\xa0\x80 a pair\n", "some.txt:3: .*ed a0"),
        (b"\xff\xfeH\x00i\x00\x00\xd8\x00\x00", "some.txt:1: .*UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(raw: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        decode(raw, PATH)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        text = decode(raw, PATH)
    except SourceError:
        return
    assert "\r" not in text
    assert "\x00" not in text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_valid_utf8_is_never_taken_for_something_else(text: str) -> None:
    assert decode(f"Wort {text}\n".encode(), PATH).startswith("Wort ")


def test_a_file_must_be_there_and_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read_text(tmp_path / "missing.txt")
    with pytest.raises(SourceError, match="folder"):
        read_text(tmp_path)
    secret = tmp_path / "secret.txt"
    secret.write_text("Hallo")
    secret.chmod(0)
    if not os.access(secret, os.R_OK):
        with pytest.raises(SourceError, match="may not be read"):
            read_text(secret)


def test_a_file_that_is_too_long_is_refused(tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    with long.open("wb") as file:
        file.truncate(settings.MAX_SOURCE_BYTES + 1)
    with pytest.raises(SourceError, match="50 MB"):
        read_text(long)


def test_formats_that_would_be_read_wrongly_are_refused(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.tsv"
    sheet.write_text("Hello\tworld")
    with pytest.raises(SourceError, match=r"\.tsv cannot be read yet; narrator reads \.txt, \.text, \.md"):
        read_document(sheet)
    disguised = tmp_path / "page.txt"
    disguised.write_text('<?xml version="1.0"?><sheet>Hello</sheet>')
    with pytest.raises(SourceError, match="mark-up of another kind"):
        read_document(disguised)
    unknown = tmp_path / "talk.final"
    unknown.write_text("A talk about nothing in particular.")
    assert read_document(unknown).blocks[0].text == "A talk about nothing in particular."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\ntitle: [\n---\nText", ":[23]: in the front matter"),
        ("---\ntitle: x\nlanguage: German language\n---\nText", ":3: the language is a code"),
        (f"---\ntitle: {'x/' * 150}\n---\nText", ":2: the title has 300 characters; shorten it"),
        (f"Text\n\n# {'x“' * 150}\n\nText", ":3: the title has 300 characters"),
        ("<!-- nothing -->", "nothing to speak"),
    ],
)
def test_faults_of_markdown_are_told_with_their_line(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parse_document(text, Path("x.md"))


def test_a_rule_at_the_head_is_no_front_matter() -> None:
    document = parse_document("---\nIt was, so to say: a rule.\n\n---\nThe end.", Path("x.md"), "en")
    assert [block.text for block in document.blocks] == ["", "It was, so to say: a rule.", "", "The end."]


def test_the_language_is_told_or_detected() -> None:
    text = "Das ist ein deutscher Satz, und noch einer dazu."
    assert parse_document(text, PATH).language == "de"
    assert parse_document(text, PATH, language="nl").language == "nl"
    assert parse_document(f"---\nlanguage: de-AT\n---\n{text}", PATH).language == "de"


@pytest.mark.parametrize("size", [49_000_000, 9_000_000])
@pytest.mark.parametrize("kind", ["txt", "md", "html", "fountain", "json", "xml", "script.md"])
def test_one_line_without_end_is_refused_soon(kind: str, size: int) -> None:
    head = {"html": "<html><p>", "xml": "<TEI><p>"}.get(kind, "")
    start = time.process_time()
    with pytest.raises(SourceError) as refused:
        load_script(Source(Path(f"a.{kind}"), head.encode() + b"a " * (size // 2)))

    assert time.process_time() - start < 10
    assert "\n" not in str(refused.value)
