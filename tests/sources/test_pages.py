"""Pages in HTML: what is content, who speaks by the mark-up; no word is lost, however broken they are."""

import time
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.errors import SourceError
from narrator.model import Document
from narrator.sources import parse_document, read_document
from narrator.text import words

PAGE = Path("page.html")

_TAGS = (
    "p div b strong i em h1 h2 h3 ul ol li dl dt dd table tr td th blockquote aside nav footer header main "
    "article section cite span a sup pre figure figcaption time form br hr"
)
_MARKS = [f"<{end}{tag}>" for tag in _TAGS.split() for end in ("", "", "/")] + [
    '<p class="speaker">', '<td class="persona">', '<div class="comments">', '<a href="#fn1">', "<!-- x -->",
    "&amp;", "&nbsp;", "&uuml;", "&#8222;", "Anna:", "<time>0:12</time>", "\n", " ", " ", "</body>",
    "</html>", "<b",
]  # fmt: skip
_TEXT = st.text(alphabet="abcdefgäöü .:?", min_size=1, max_size=12)
_SOUP = st.lists(st.one_of(st.sampled_from(_MARKS), _TEXT), max_size=50).map("".join)


class _Judge(HTMLParser):
    """Reads a page with another library."""

    def __init__(self) -> None:
        super().__init__()
        self.letters = ""

    def handle_data(self, data: str) -> None:
        self.letters += data


def _letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalnum())


@settings(max_examples=300, deadline=None)
@given(_SOUP)
def test_every_letter_of_any_page_is_accounted_for(soup: str) -> None:
    text = f"<!DOCTYPE html><html><body>{soup}<p>Ende.</p></body></html>"
    try:
        document = parse_document(text, PAGE, language="de")  # the ledger would raise
    except SourceError:
        return
    told = " ".join([block.text for block in document.blocks] + [one.text for one in document.unspoken])
    if "<b" not in soup.replace("<b>", "").replace("<blockquote>", "").replace("<br>", ""):
        judge = _Judge()
        judge.feed(text)
        judge.close()
        assert _letters(told) == _letters(judge.letters)
    assert all(block.text == block.text.strip() for block in document.blocks)
    starts = [block.lines[0] for block in document.blocks]
    assert starts == sorted(starts)


def _read(body: str, head: str = "") -> Document:
    return parse_document(f"<html lang=en><head>{head}</head><body>{body}</body></html>", PAGE)


def _texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


PROSE = "<p>It rained all day, and the river rose, up to the lowest of the bridges, and over it.</p>" * 5


def test_the_library_finds_the_content_of_a_page_that_does_not_name_it() -> None:
    links = "".join(f"<li><a href='/{n}'>Topic {n}</a></li>" for n in range(10))
    body = (
        f'<div class="top"><ul>{links}</ul></div><div class="wrap"><div class="text"><h2>Rain</h2>'
        f"{PROSE}</div></div>"
        '<div class="box"><p>Buy now.</p></div>'
    )
    document = _read(body)
    assert _texts(document) == ["Rain"] + [PROSE[3 : PROSE.index("</p>")]] * 5
    assert {one.reason for one in document.unspoken} == {"page furniture"}
    assert words(" ".join(one.text for one in document.unspoken))[-2:] == ["buy", "now"]


def test_furniture_is_told_by_element_role_and_class_but_never_most_of_the_page() -> None:
    inside = '<div class="share-bar">Share</div><p class="byline">By Ada</p><div role="search">Find</div>'
    document = _read(f'<div class="sidebar-layout">{inside}{PROSE}</div><p hidden>Secret</p>')
    assert len(document.blocks) == 5
    assert [one.text for one in document.unspoken] == ["Share", "By Ada", "Find", "Secret"]
    assert document.author == "Ada"


def test_a_passage_set_apart_is_kept_and_a_box_is_not() -> None:
    document = _read(f"<article>{PROSE}<aside>And over it.</aside><aside>Our shop is open.</aside></article>")
    assert [one.text for one in document.unspoken] == ["And over it.", "Our shop is open."]
    again = _read(f"<article>{PROSE}<aside>and over it.</aside></article>")
    assert [block.kind.value for block in again.blocks] == ["paragraph"] * 5 + ["quote"]


_SPEECHES = (("Anna", "Is it?"), ("Bert", "It is."), ("Anna", "Good."))
FORMS = (
    "<p><cite>{}:</cite> {}</p>",
    "<cite>{}:</cite> <time>0:00</time> <p>{}</p>",
    "<p><cite>{}:</cite></p><p>{}</p>",
    "<p><span class='speaker'>{}</span> – {}</p>",
    "<div class='speaker'>{}</div><p>{}</p>",
    "<table><tr><td class='persona'>{}<td>{}</table>",
)


@pytest.mark.parametrize("form", [*FORMS, "dl"])
def test_who_speaks_is_told_by_the_mark_up(form: str) -> None:
    body = "".join((form if form != "dl" else "<dt>{}</dt><dd>{}</dd>").format(*pair) for pair in _SPEECHES)
    document = _read(body if form != "dl" else f"<dl>{body}</dl>")
    assert [(block.speaker, block.text) for block in document.blocks] == list(_SPEECHES)
    labels = [one.text.strip(" :") for one in document.unspoken if one.reason == "label"]
    assert labels == ["Anna", "Bert", "Anna"]


@pytest.mark.parametrize(
    "form", ["<h4>{}</h4><p>{}</p>", "<p><b>{}</b></p><p>{}</p>", "<div><span>{}</span><p>{}</p></div>"]
)
def test_a_name_by_itself_before_each_speech_is_told_by_its_return(form: str) -> None:
    speeches = (*_SPEECHES, ("Bert", "Indeed."))
    document = _read("".join(form.format(*pair) for pair in speeches))
    assert [(block.speaker, block.text) for block in document.blocks] == list(speeches)
    once = _read("".join(form.format(*pair) for pair in (("Rain", "It rained."), ("Snow", "It snowed."))))
    assert [block.text for block in once.blocks] == ["Rain", "It rained.", "Snow", "It snowed."]


def test_titles_in_cite_and_terms_that_are_no_names_are_no_speakers() -> None:
    document = _read("<p><cite>Emma</cite> is a novel.</p><dl><dt>What is it?</dt><dd>A book.</dd></dl>")
    assert [block.speaker for block in document.blocks] == ["", "", ""]
    assert document.blocks[1].runs[0].bold


def test_encodings_are_those_the_page_tells(tmp_path: Path) -> None:
    for name, text in (
        ("windows-1251", "Привет, мир"),
        ("iso-8859-2", "Zażółć gęślą"),
        ("shift_jis", "こんにちは"),
    ):
        page = tmp_path / "page.html"
        page.write_bytes(f'<html><meta charset="{name}"><p>{text}</p></html>'.encode(name))
        assert read_document(page).blocks[0].text == text


def test_what_a_page_says_of_itself() -> None:
    head = (
        '<meta name=author content="Ada Writer"><meta property="article:published_time" content="2024-05-01">'
    )
    document = _read("<p>It rained in the town.</p>", head + "<title>The Rain | A Paper</title>")
    assert (document.title, document.author, document.date) == ("The Rain", "Ada Writer", "2024-05-01")


_BOMB = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in ("ab", "bc", "cd", "de", "ef", "fg", "gh")
)
HOSTILE = {
    "nested elements": ("<html><body>" + "<div>" * 100_000 + "Hello", "nested too deeply"),
    "nested type faces": ("<html><body>" + "<b><i>" * 50_000 + "Hello", "nested too deeply"),
    "entities in entities": (_BOMB + "]><html><body>&h;</body></html>", "entities of its own"),
    "a file as entity": (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;</body></html>',
        "entities of its own",
    ),
    "a line without end": ("<html><body>" + "word " * 2_000_001, "more than 10,000,000 characters"),
    "elements without end": ("<html><body>" + "<p>a" * 500_001, "more than 250,000 elements"),
    "nothing": ("<html><body><script>speak()</script></body></html>", "nothing to speak"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_refused_in_time(name: str) -> None:
    text, message = HOSTILE[name]
    begun = time.process_time()
    with pytest.raises(SourceError, match=message):
        parse_document(text, PAGE)
    assert time.process_time() - begun < 10


def test_a_long_line_and_many_elements_are_read_in_time() -> None:
    begun = time.process_time()
    assert len(parse_document("<html><body>" + "word " * 200_000, PAGE, "en").blocks) == 1
    assert len(parse_document("<html><body>" + "<p>word" * 20_000, PAGE, "en").blocks) == 20_000
    assert time.process_time() - begun < 10
