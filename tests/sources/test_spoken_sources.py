"""Captions, transcripts, screenplays and plays: every word is somewhere, and hostile files are refused."""

import json
import time
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.attribution import attribute
from narrator.errors import SourceError
from narrator.model import Document
from narrator.sources import parse_document
from narrator.sources.ledger import letters
from narrator.text import nfc

ALPHABET = "abcdeÄßé ÀBC.,:;!?-–()[]{}<>&*_~=#@^/'\"♪\n"
TEXTS = st.text(ALPHABET, max_size=60)
LINES = st.lists(
    st.sampled_from(
        ("Guten Tag.", "MAX", "MAX (V.O.) ^", "(leise)", "INT. HAUS - TAG", "CUT TO:", "> Ende <", "# Teil",
         "= kurz", "[[Notiz]]", "/* weg", "*/ da", "~la la", "!LAUT", "@McX", "", "", "  ",
         "Title: Ein Stück", "00:01.000 --> 00:02.000", "1", "NOTE x", "STYLE", "<v Eva>Ja.</v>",
         ">> Nein. >> Doch.", "- Wer?",
         "- Du.", "&amp;&gt;&gt; &eacute;", "[lacht] Ja", "♪ la ♪", "EVA: Ja.", "<c>so</c> <00:01.500>ist",
         "{\\an8}oben")
    )
    | TEXTS,
    max_size=25,
)  # fmt: skip


def account(document: Document) -> Counter[str]:
    """Count all letters of a document, spoken or not."""
    spoken = "".join(letters(block.text) for block in document.blocks)
    return Counter(spoken + "".join(letters(one.text) for one in document.unspoken))


def read(text: str, name: str) -> Document | None:
    try:
        document = parse_document(text, Path(name), "de")
    except SourceError:
        return None
    attribute(document)  # checks the ledger of words itself
    return document


@given(LINES)
def test_every_letter_of_a_screenplay_is_somewhere(lines: list[str]) -> None:
    text = nfc("INT. HOF - TAG\n\nJa.\n\n" + "\n".join(lines))
    document = read(text, "stueck.fountain")

    assert document is None or account(document) == Counter(letters(text))


@given(LINES, st.sampled_from((".vtt", ".srt")))
def test_every_letter_of_captions_is_somewhere(lines: list[str], suffix: str) -> None:
    text = nfc("WEBVTT\n\n00:00.000 --> 00:01.000\nJa.\n" + "\n".join(lines))
    document = read(text, f"talk{suffix}")

    # What an entity stands for has other letters than its spelling.
    assert document is None or "&" in text or account(document) == Counter(letters(text))


@given(st.lists(st.tuples(TEXTS, TEXTS, st.floats(0, 100)), max_size=8))
def test_every_letter_of_a_transcript_is_somewhere(entries: list[tuple[str, str, float]]) -> None:
    values = [
        {"speaker": who, "startTime": at, "body": what} for who, what, at in (*entries, ("A", "Ja", 0.0))
    ]
    document = read(json.dumps({"version": "1", "segments": values}), "talk.json")
    expected = "1" + "".join(f"{one['speaker']}{one['startTime']}{one['body']}" for one in values)

    assert document is not None
    assert account(document) == Counter(letters(nfc(expected)))


@given(
    st.lists(
        st.tuples(st.sampled_from(("sp", "stage", "p", "l", "head", "note", "speaker")), TEXTS), max_size=12
    )
)
def test_every_letter_of_a_play_is_somewhere(parts: list[tuple[str, str]]) -> None:
    inner = "".join(f"<{name}>{escape(text)}<hi>x</hi></{name}>" for name, text in parts)
    text = f"<TEI><teiHeader><title>T</title></teiHeader><text><p>Ja</p>{inner}<sp>{inner}</sp></text></TEI>"
    document = read(nfc(text), "stueck.xml")

    assert document is not None
    words = "T" + "Ja" + 2 * "".join(letters(one) + "x" for _, one in parts)
    assert account(document) == Counter(nfc(words))


def test_sources_are_told_by_their_content() -> None:
    captions = parse_document("WEBVTT\n\n00:00.000 --> 00:01.000\n<v Eva>Ja, gut.", Path("-"), "de")
    screenplay = parse_document("Title: X\n\nINT. HAUS - TAG\n\nEVA\nJa, gut.\n", Path("-"), "de")
    transcript = parse_document('{"segments": [{"speaker": "Eva", "body": "Ja, gut."}]}', Path("-"), "de")
    play = parse_document(
        "<TEI><text><sp><speaker>Eva.</speaker><p>Ja, gut.</p></sp></text></TEI>", Path("-"), "de"
    )

    for document in (captions, screenplay, transcript, play):
        assert [(block.speaker.title(), block.text) for block in document.blocks][-1] == ("Eva", "Ja, gut.")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "[" * 100_000),
        ("a.json", '{"segments": 3}'),
        ("a.json", '{"segments": [3]}'),
        ("a.json", "{"),
        ("a.vtt", "WEBVTT\n\nNOTE nothing else"),
        ("a.xml", '<!DOCTYPE TEI [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><TEI><text><p>&b;</p></text></TEI>'),
        ("a.xml", '<!DOCTYPE TEI [<!ENTITY a SYSTEM "file:///etc/hostname">]><TEI><p>&a;</p></TEI>'),
        ("a.xml", "<TEI>" + "<div>" * 5000),
        ("a.tei", "<TEI><p>Ja"),
    ],
)
def test_broken_and_hostile_files_are_refused(name: str, text: str) -> None:
    with pytest.raises(SourceError):
        parse_document(text, Path(name))


def test_a_long_line_takes_no_long_time() -> None:
    for name, line in (
        ("a.vtt", "<v " * 50_000),
        ("a.vtt", "[" * 100_000),
        ("a.fountain", "[[" * 100_000),
        ("a.fountain", "/*" * 100_000),
        ("a.txt", "MAX" * 60_000 + "("),
    ):
        head = "WEBVTT\n\n00:00.000 --> 00:01.000\nJa " if name == "a.vtt" else "INT. A - B\n\nJa "
        assert read(head + line, name) is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.vtt", "WEBVTT\n\n" + "hello\n\n" * 40_000 + "00:01.000 --> 00:02.000\nHello\n"),
        ("a.fountain", "INT. A\n\n" + "a [[b]] " * 100_000),
        ("a.fountain", "She walks.\n" * 150_000),
    ],
)
def test_many_pieces_are_not_compared_all_with_all(name: str, text: str) -> None:
    start = time.process_time()
    assert parse_document(text, Path(name), "en").blocks
    assert time.process_time() - start < 6
