"""Arbitrary text and arbitrary Markdown: nothing is lost, and what is there is in the agreed form."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.errors import SourceError
from narrator.model import BlockKind, Document
from narrator.sources import parse_document
from narrator.text import line_ends, nfc, tidy, without_controls, words

TEXT = Path("text.txt")
MARKDOWN = Path("text.md")

_MARKS = (
    r"* ** _ __ ~~ ` `` ``` ~~~ # ## > - + 1. 12) \ [ ] ( ) ![ ]( [^1] [^1]: [foo]: [foo] <a@b.de> <b> </b> "
    r"<p> http://ä.de/%C3%BC <http://x.y/z%20w> <div> </div> <!-- --> <br> <laughs> <i|she|said> "
    r"<script> </script> <?php ?> <![CDATA[ ]]> <!DOCTYPE|x> &uuml; &nbsp; &#65; &#x0; | |---|---| --- "
    "=== *** Sam: **Sam:** "
    '" \' "title" wort Wörter un glaublich 7 a . ? ß ǆ İ 中文'
)
_SPACES = ["\n", "\n\n", " ", " ", "    ", "\t", "  \n", "\\\n", "\r\n", "\r", "-\n", "---\n", "title: x\n"]
_ODD = ["\u00ad", "\u0301", "\ufeff", "\x00", "\u2028", "\x0c", "\u200b"]
_MARKUP = st.sampled_from([mark.replace("she|", "she ") for mark in _MARKS.split()] + 4 * _SPACES + _ODD)
_MARKDOWN_TEXT = st.lists(st.one_of(_MARKUP, _MARKUP, st.text(max_size=5)), max_size=60).map("".join)
_WORDS = "Der Vorstand hat es so gewollt und nicht anders, obwohl man es besser wusste"
_SENTENCE = st.lists(
    st.sampled_from(_WORDS.split()),
    min_size=3,
    max_size=40,
).map(lambda parts: " ".join(parts) + ".")


def _read(text: str, path: Path) -> Document | None:
    try:
        return parse_document(text, path, language="de")
    except SourceError:
        return None


def _check_form(document: Document, text: str) -> None:
    last = line_ends(text).count("\n") + 1
    for block in document.blocks:
        assert tidy(block.text) == block.text
        assert all(run.text for run in block.runs)
        assert bool(block.runs) != (block.kind is BlockKind.RULE)
    for lines in [block.lines for block in document.blocks] + [entry.lines for entry in document.unspoken]:
        assert 1 <= lines[0] <= lines[1] <= last
    starts = [block.lines[0] for block in document.blocks]
    assert starts == sorted(starts)


def _counted(document: Document) -> Counter[str]:
    pieces = [block.text for block in document.blocks] + [entry.text for entry in document.unspoken]
    return Counter(word for piece in pieces for word in words(piece))


@settings(max_examples=300, deadline=None)
@given(_MARKDOWN_TEXT)
def test_every_letter_of_any_markdown_is_accounted_for(text: str) -> None:
    document = _read(text, MARKDOWN)  # the ledger would raise
    if document:
        _check_form(document, text)


@settings(max_examples=200, deadline=None)
@given(st.one_of(_MARKDOWN_TEXT, st.text(max_size=200)))
def test_every_word_of_any_plain_text_is_in_a_block(text: str) -> None:
    document = _read(text, TEXT)
    if document and not document.unspoken:  # else the text was Markdown after all
        _check_form(document, text)
        clean = nfc(without_controls(line_ends(text)))
        if not re.search("[-‐\xad]\\s*\n", clean):  # a word divided at the line end may become one
            assert _counted(document) == Counter(words(clean))


@settings(max_examples=100, deadline=None)
@given(st.lists(_SENTENCE, min_size=1, max_size=6), st.sampled_from(["# ", "> ", "", "**", "1. ", "- "]))
def test_words_of_marked_up_paragraphs_are_exactly_those_without_the_marks(
    paragraphs: list[str], mark: str
) -> None:
    end = mark if mark == "**" else ""
    document = parse_document("\n\n".join(mark + text + end for text in paragraphs), MARKDOWN, language="de")
    assert [block.text for block in document.blocks] == paragraphs
    assert [entry.text for entry in document.unspoken] == (["1."] * len(paragraphs) if mark == "1. " else [])


@settings(max_examples=100, deadline=None)
@given(st.lists(_SENTENCE, min_size=4, max_size=12), st.integers(50, 100))
def test_hard_wrapped_paragraphs_are_joined_again(paragraphs: list[str], width: int) -> None:
    import textwrap

    text = "\n\n".join("\n".join(textwrap.wrap(paragraph, width)) for paragraph in paragraphs)
    document = parse_document(text, TEXT, language="de")
    assert [block.text for block in document.blocks] == paragraphs


@pytest.mark.parametrize("depth", [10, 24, 60, 400])
def test_deep_nesting_is_read_or_refused_but_never_cut_off(depth: int) -> None:
    for mark in ("> ", "- ", "1. "):
        text = mark * depth + "Wort"
        document = _read(text, MARKDOWN)
        if document:
            assert [block.text for block in document.blocks] == ["Wort"]
        else:
            assert depth > 20
            with pytest.raises(SourceError, match="nested more than"):
                parse_document(text, MARKDOWN)
    assert _read("[" * depth + "Wort" + "](x)" * depth, MARKDOWN)
    assert _read("*" * depth + "Wort" + "*" * depth, MARKDOWN)
