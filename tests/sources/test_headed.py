"""Pictures and links of headings, in every kind of source that has them."""

from pathlib import Path

import book_files
import pytest

from narrator.attribution import attribute
from narrator.model import Chapter
from narrator.sources import open_source, parse_document, read_packed

SAID = "\n\nThey met in winter, and it was cold."


def chapters(text: str, name: str) -> tuple[Chapter, ...]:
    return attribute(parse_document(text, Path(name))).chapters


def shown(text: str, name: str = "a.md") -> tuple[str, str, str, str]:
    """Return title, address and description of the picture, and link of the first chapter."""
    chapter = chapters(text, name)[0]
    picture = chapter.picture
    return chapter.title, picture.address if picture else "", picture.alt if picture else "", chapter.link


LINKED = ("One, two, 3", "", "", "https://e.org/a")
CASES = {
    "under it": ("## One\n\n![Ice](a.png)", "One", "a.png", "Ice", ""),
    "the next line": ("## One\n![Ice](<a b.png>)", "One", "a%20b.png", "Ice", ""),
    "before text": ("## One\n\n![Ice](a.png) It", "One", "a.png", "Ice", ""),
    "the first of two": ("## One\n\n![](a.png)\n\n![](b.png)", "One", "a.png", "", ""),
    "after text": ("## One\n\nSo it was. ![Ice](a.png)", "One", "", "", ""),
    "after a paragraph": ("## One\n\nSo it was.\n\n![Ice](a.png)", "One", "", "", ""),
    "in it": ("## ![Ice](a.png) One", "One", "a.png", "Ice", ""),
    "a tag": ('## One\n\n<img src="a.png" alt="Ice &amp; snow">', "One", "a.png", "Ice & snow", ""),
    "on the web": ("## One\n\n![](https://e.org/a.png)", "One", "https://e.org/a.png", "", ""),
    "data": ("## One\n\n![](data:image/png;base64,AA==)", "One", "data:image/png;base64,AA==", "", ""),
    "no picture": ("## One\n\n![](javascript:x)", "One", "", "", ""),
    "title": ("# One\n\n![Ice](a.png)", "One", "a.png", "Ice", ""),
    "a link": ("## [One](https://e.org/a)", "One", "", "", "https://e.org/a"),
    "links in it": ("## One, [two](https://e.org/a), [3](https://e.org/b)", *LINKED),
    "a link under it": ("## One\n\n[More](https://e.org/a_(b))", "One", "", "", "https://e.org/a_%28b%29"),
    "a bare address": ("## One\n\nhttps://e.org/a", "One", "", "", "https://e.org/a"),
    "both": ("## One\n\n[More](https://e.org/a)\n\n![](a.png)", "One", "a.png", "", "https://e.org/a"),
    "a picture that leads": ("## One\n\n[![](a.png)](https://e.org)", "One", "a.png", "", "https://e.org"),
    "a link in a text": ("## One\n\nSee [more](https://e.org/a).", "One", "", "", ""),
    "a link within": ("## [One](#one)", "One", "", "", ""),
    "a password": ("## [One](https://me:secret@e.org/)", "One", "", "", ""),
}
"""By what is shown: Markdown, and title, picture, its description and link of the chapter."""


@pytest.mark.parametrize("case", CASES)
def test_what_markdown_shows_under_a_heading(case: str) -> None:
    text, *expected = CASES[case]
    assert shown(text + SAID) == tuple(expected)


PAGES = {
    "a figure": (
        '<h2>One</h2><figure><img src="a.png" alt="Ice"><figcaption>Cold.</figcaption></figure>',
        ("One", "a.png", "Ice", ""),
    ),
    "a paragraph": ('<h2>One</h2><p><img src="a.png"></p>', ("One", "a.png", "", "")),
    "in it": ('<h2><img src="a.png" alt="I">One</h2>', ("One", "a.png", "I", "")),
    "after text": ('<h2>One</h2><p>So.</p><img src="a.png">', ("One", "", "", "")),
    "a link": ('<h2><a href="https://e.org/a">One</a></h2>', ("One", "", "", "https://e.org/a")),
    "a place within": ('<h2><a href="#a">¶</a>One</h2>', ("¶One", "", "", "")),
    "a link under it": (
        '<h2>One</h2><p><a href="https://e.org/a">More</a></p><p><img src="a.png"></p>',
        ("One", "a.png", "", "https://e.org/a"),
    ),
    "a picture before": ('<img src="b.png"><h2>One</h2>', ("One", "", "", "")),
}


@pytest.mark.parametrize("case", PAGES)
def test_what_a_page_shows_under_a_heading(case: str) -> None:
    body, expected = PAGES[case]
    page = (
        f"<!doctype html><html lang=en><body>{body}<p>They met in winter, and it was cold.</p></body></html>"
    )
    assert shown(page, "a.html") == expected


def test_every_chapter_has_its_own() -> None:
    text = f"# Talk\n\n## One\n\n### Ice\n![](a.png){SAID}\n\n## Two{SAID}\n\n## Three\n![](c.png){SAID}\n"
    found = [(one.title, one.picture.address if one.picture else "") for one in chapters(text, "a.md")]
    assert found == [("Talk", ""), ("One – Ice", "a.png"), ("Two", ""), ("Three", "c.png")]


def test_words_of_pictures_and_links_stay_where_they_were() -> None:
    script = attribute(
        parse_document(f"## [One](https://e.org)\n\n![Ice here](a.png){SAID}", Path("a.md"))
    )  # the ledger is checked within
    assert [(one.text, one.reason) for one in script.unspoken] == [
        ("(https://e.org)", "link address"),
        ("Ice here", "image"),
        ("(a.png)", "link address"),
    ]
    assert script.turns[0].text == "One"


def test_pictures_of_a_book_are_files_in_it(tmp_path: Path) -> None:
    body = '<h1>One</h1><p><img src="../images/my%20ice.png" alt="Ice"/></p><p>They met in winter.</p>'
    path = tmp_path / "my book.epub"
    path.write_bytes(book_files.book({"text/one.xhtml": book_files.page(body)}))
    chapter = attribute(read_packed(open_source(path))).chapters[0]
    assert chapter.picture
    assert chapter.picture.address == "my%20book.epub#OEBPS/images/my%20ice.png"
    assert chapter.picture.alt == "Ice"
