"""E-books: order, titles from the navigation, front matter and notes; hostile ones are refused."""

from pathlib import Path

import pytest
from book_files import CONTAINER, archive, book, page

from narrator.errors import SourceError
from narrator.model import BlockKind, Document
from narrator.sources import read_document
from narrator.text import words

NAV = (
    '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>',
    page('<nav epub:type="toc"><h1>Contents</h1><ol><li><a href="one.xhtml">The First</a></li>'
         '<li><a href="two.xhtml#top">The Second</a></li></ol></nav>'),
)  # fmt: skip
_POINT = "<navPoint><navLabel><text>The First</text></navLabel><content src='one.xhtml'/></navPoint>"
NCX = (
    '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
    f'<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://localhost/x.dtd"><ncx><navMap>{_POINT}</navMap></ncx>',
)


def _read(raw: bytes, folder: Path) -> Document:
    path = folder / "book.epub"
    path.write_bytes(raw)
    return read_document(path)


def test_pages_come_in_the_order_of_the_spine_with_what_the_book_says_of_itself(tmp_path: Path) -> None:
    document = _read(
        book(
            {
                "z.xhtml": page("<h2>One</h2><p>“Good&nbsp;evening,” said <i>Anna</i>.</p>"),
                "a.xhtml": page("<h2>Two</h2><p>It rained.</p>"),
            }
        ),
        tmp_path,
    )
    assert (document.title, document.author, document.language, document.date) == (
        "A Book", "Ada Writer", "en", "1895-02-14",
    )  # fmt: skip
    assert [block.text for block in document.blocks] == [
        "One", "“Good\xa0evening,” said Anna.", "Two", "It rained.",
    ]  # fmt: skip
    assert document.blocks[1].runs[1].italic
    assert [block.lines for block in document.blocks] == sorted(block.lines for block in document.blocks)


@pytest.mark.parametrize(
    ("listed", "content", "name", "spine"), [(*NAV, "nav__xhtml", ""), (*NCX, "toc__ncx", ' toc="ncx"')]
)
def test_a_page_without_a_heading_has_its_title_from_the_contents(
    tmp_path: Path, listed: str, content: str, name: str, spine: str
) -> None:
    pages = {"one.xhtml": page("<p>It rained.</p>"), "two.xhtml": page("<p>THE SECOND</p><p>It snowed.</p>")}
    document = _read(book(pages, extra=listed, spine=spine, **{name: content}), tmp_path)
    first = document.blocks[0]
    assert (first.kind, first.text) == (BlockKind.HEADING, "The First")
    unspoken = words(" ".join(one.text for one in document.unspoken if one.reason == "front matter"))
    assert "first" not in unspoken
    if name.startswith("nav"):
        assert [(block.kind, block.text) for block in document.blocks[2:]] == [
            (BlockKind.HEADING, "THE SECOND"), (BlockKind.PARAGRAPH, "It snowed."),
        ]  # fmt: skip
        assert "contents" in unspoken
        assert "second" in unspoken


def test_front_matter_and_notes_are_listed_and_not_spoken(tmp_path: Path) -> None:
    pages = {
        "titlepage.xhtml": page("<h1>A Book</h1><p>by Ada Writer</p>", kind="titlepage"),
        "copyright.xhtml": page("<p>All rights reserved.</p>"),
        "one.xhtml": page(
            '<h2>One</h2><p>It rained.<a href="n.xhtml" epub:type="noteref">1</a> Then<sup><a href="#x">2</a>'
            '</sup> not.<span epub:type="pagebreak">17</span></p><aside epub:type="footnote">In May.</aside>',
            kind="bodymatter",
        ),
        "guided.xhtml": page("<p>Shown before all.</p>"),
        "notes.xhtml": page("<ol><li>Rain in London.</li></ol>", kind="backmatter endnotes"),
    }
    guide = '<guide><reference type="cover" href="guided.xhtml"/></guide>'
    document = _read(book(pages, guide=guide), tmp_path)
    assert [block.text for block in document.blocks] == ["One", "It rained. Then not."]
    told = {one.text: one.reason for one in document.unspoken}
    for text, reason in {
        "Book A Book by Ada Writer": "front matter",
        "Book All rights reserved.": "front matter",
        "Book Shown before all.": "front matter",
        "Book Rain in London.": "notes",
        "In May.": "notes",
        "1": "note number",
        "2": "note number",
        "17": "page number",
    }.items():
        assert told[text] == reason


def test_a_play_in_a_table_names_its_speakers(tmp_path: Path) -> None:
    rows = (
        '<tr><td/><td><i epub:type="z3998:stage-direction"><b epub:type="z3998:persona">Lane</b>'
        " comes.</i></td></tr>"
        '<tr><td epub:type="z3998:persona">Max</td><td>Did you hear?</td></tr>'
        '<tr><td epub:type="z3998:persona">Lane</td><td><p>No.</p><p>Never.</p></td></tr>'
    )
    document = _read(book({"act.xhtml": page(f"<h2>Act I</h2><table>{rows}</table>")}), tmp_path)
    assert [(block.kind.value, block.speaker, block.text) for block in document.blocks[1:]] == [
        ("direction", "", "Lane comes."),
        ("paragraph", "Max", "Did you hear?"),
        ("paragraph", "Lane", "No."),
        ("paragraph", "Lane", "Never."),
    ]
    assert [one.text for one in document.unspoken if one.reason == "label"] == ["Max", "Lane"]


GOOD = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
HOSTILE = {
    "bomb": (book({"one.xhtml": page("<p>" + "a " * 5_000_000 + "</p>")}), "unpack to a size"),
    "many files": (archive({f"{n}": "" for n in range(20_001)}), "more than any book"),
    "outside": (book({"../../../etc/passwd": page("x")}), "there is no '../../etc/passwd' in it"),
    "no package": (archive(GOOD), "no 'OEBPS/book.opf'"),
    "no container": (archive({"mimetype": "application/epub+zip"}), "no e-book"),
    "not well-formed": (archive({**GOOD, "OEBPS/book.opf": "<package><metadata>"}), "not well-formed"),
    "no order": (archive({**GOOD, "OEBPS/book.opf": "<package/>"}), "in which order"),
    "entities": (
        archive({**GOOD, "OEBPS/book.opf": '<!DOCTYPE p [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><p>&c;</p>'}),
        "entities of its own",
    ),
    "cut off": (book({"one.xhtml": page("<p>Hello.</p>")})[:-60], "damaged"),
    "no archive": (b"Hello", "damaged"),
    "no words": (book({"one.xhtml": page("<p>…</p>", title="")}), "nothing to speak"),
    "protected": (
        archive({**GOOD, "META-INF/encryption.xml": '<e><EncryptionMethod Algorithm="http://x/aes"/></e>'}),
        "protected",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_damaged_books_are_refused(tmp_path: Path, name: str) -> None:
    raw, message = HOSTILE[name]
    with pytest.raises(SourceError, match=message):
        _read(raw, tmp_path)
