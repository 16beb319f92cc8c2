"""Descriptions are whole HTML of at most 4000 bytes, and their time stamps such as apps make chapters of."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shows import make_show

from narrator.model import NARRATOR, Entry, Show, Speaking
from narrator.production.showing import open_show
from narrator.publish.description import MAX_DESCRIPTION, describe_episode, describe_podcast, full_description
from narrator.publish.elements import one_line

STAMP = re.compile(r"(?:(\d+):)?(\d\d):(\d\d) (.+)")


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Show:
    return open_show(make_show(tmp_path_factory.mktemp("show"), "one"))


class Reader(HTMLParser):
    """Reads HTML as an app does, and fails when an element is not allowed, not closed, or wrongly nested."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.lines: list[tuple[str, str]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = self.open[-1] if self.open else ""
        assert tag in {"": {"p", "ul"}, "ul": {"li"}, "p": {"a"}, "li": {"a"}}.get(around, set())
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        if tag == "a":
            self.links.append(str(attrs[0][1]))
        elif tag != "ul":
            self.lines.append((tag, ""))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "ul":
            tag, text = self.lines.pop()
            self.lines.append((tag, text + data))
        else:
            assert not data.strip()

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        pytest.fail(f"a declaration: {data}")


def lines(html: str, limit: int = MAX_DESCRIPTION) -> Reader:
    assert len(html.encode()) <= limit
    assert "]]>" not in html
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    assert all(text.strip() for _, text in reader.lines)
    return reader


def stamps(reader: Reader) -> list[tuple[int, str]]:
    found = [match for tag, text in reader.lines if tag == "p" and (match := STAMP.fullmatch(text))]
    return [(int(one[1] or 0) * 3600 + int(one[2]) * 60 + int(one[3]), one[4]) for one in found]


def with_(entry: Entry, notes: str = "", chapters: tuple[tuple[int, str], ...] = (), *names: str) -> Entry:
    speakers = tuple(Speaking(name, "tone:1", 9) for name in names)
    episode = replace(entry.episode, chapters=chapters, speakers=speakers or entry.episode.speakers)
    return replace(entry, episode=episode, notes=replace(entry.notes, description=notes))


def test_notes_are_paragraphs_lists_and_links(show: Show) -> None:
    """Checklist: description HTML only p ol ul li a, escaped or CDATA, at most 4000 bytes with tags."""
    notes = """\
First line
goes on. See (https://a.example/b?c=1&d=2), please!

To read:
- One, with
  a second line
* Two: http://two.example/.
"""
    reader = lines(describe_episode(show, with_(show.entries[0], notes)))
    page = "https://pod.example/talks/one/index.html"
    assert reader.lines == [
        ("p", "First line goes on. See (https://a.example/b?c=1&d=2), please!"),
        ("p", "To read:"),
        ("li", "One, with a second line"),
        ("li", "Two: http://two.example/."),
        ("p", "Transcript"),
        ("p", "The voices in this episode are synthetic."),
    ]
    assert reader.links == ["https://a.example/b?c=1&d=2", "http://two.example/", page]


def test_without_notes_the_speakers_are_named(show: Show) -> None:
    names = [NARRATOR, *(f"Person {number}" for number in range(30))]
    reader = lines(describe_episode(show, with_(show.entries[0], "", (), *names)))
    assert reader.lines[0][1].startswith("Speakers: Narrator, Person 0, Person 1, ")
    assert reader.lines[0][1].endswith(", Person 18, ….")
    german = replace(show, podcast=replace(show.podcast, language="de-AT"))
    reader = lines(describe_episode(german, with_(show.entries[0], "", (), "Ada", NARRATOR)))
    assert [text for _, text in reader.lines] == [
        "Es sprechen: Ada, Erzähler.",
        "Transkript",
        "Die Stimmen in dieser Folge sind künstlich erzeugt.",
    ]


def test_time_stamps_have_the_form_that_apps_read(show: Show) -> None:
    """Checklist: time stamps `00:00 Title`, first at zero, at least three, one a line."""
    chapters = ((0, "Hello &\nwelcome"), (61_999, "Then"), (62_500, "Later"), (3_723_000, "End"))
    reader = lines(describe_episode(show, with_(show.entries[0], "Notes.", chapters)))
    assert [text for _, text in reader.lines][1:5] == [
        "00:00 Hello & welcome",
        "01:01 Then",
        "01:02 Later",
        "1:02:03 End",
    ]


@pytest.mark.parametrize(
    ("chapters", "expected"),
    [
        ((), []),
        (((0, "One"), (5000, "Two")), []),
        (((7000, "Two"), (9000, "Three")), [(0, "Beginning"), (7, "Two"), (9, "Three")]),
        (((7000, "Two"),), []),
        (((0, "One"), (5000, "Two"), (5900, "Too soon")), []),
        (
            ((0, "One"), (5000, "Two"), (5900, "Too soon"), (6000, "Six")),
            [(0, "One"), (5, "Two"), (6, "Six")],
        ),
        (((6000, "Six"), (0, "One"), (5000, "Two"), (8000, " \x07")), [(0, "One"), (5, "Two"), (6, "Six")]),
    ],
)
def test_time_stamps_begin_at_zero_and_are_three_or_none(
    show: Show, chapters: tuple[tuple[int, str], ...], expected: list[tuple[int, str]]
) -> None:
    """Checklist: time stamps first at zero, at least three."""
    assert stamps(lines(describe_episode(show, with_(show.entries[0], "x", chapters)))) == expected


def test_too_long_titles_are_shortened_before_time_stamps_are_dropped(show: Show) -> None:
    """Checklist: description at most 4000 bytes with tags."""

    def described(count: int, title: str, notes: str = "Notes.") -> list[tuple[int, str]]:
        chapters = tuple((number * 60_000, f"{number} {title}") for number in range(count))
        reader = lines(describe_episode(show, with_(show.entries[0], notes, chapters)))
        found = stamps(reader)
        assert [second for second, _ in found] == [number * 60 for number in range(len(found))]
        assert reader.lines[0][1].startswith("Notes.")
        assert reader.lines[-1][1] == "The voices in this episode are synthetic."
        return found

    assert described(12, "short title") == [(n * 60, f"{n} short title") for n in range(12)]
    long = "word " * 30
    for count, longest in ((12, 255), (30, 80), (60, 40)):
        found = described(count, long)
        assert len(found) == count
        assert longest / 2 < max(len(title) for _, title in found) <= longest
        assert all(title.endswith("d" if longest == 255 else "word…") for _, title in found)
    found = described(200, long)
    assert 60 <= len(found) < 200  # the last ones are dropped
    # Long notes leave half of the room.
    assert len(described(12, "short title", "Notes. " + "word " * 2000)) == 12
    assert len(described(200, "short title", "Notes. " + "word " * 2000)) > 40


def test_long_notes_are_cut_at_the_end_of_a_word(show: Show) -> None:
    """Checklist: description at most 4000 bytes with tags."""
    for notes, end in (
        ("Ünglücksrabe & Söhne " * 500, re.compile(r"(Ünglücksrabe|&|Söhne)…")),
        ("x" * 10_000, re.compile(r"x…")),
        ("🦊" * 10_000, re.compile(r"🦊…")),
        ("语" * 10_000, re.compile(r"语…")),
        ("First.\n\n" + "- point & point\n" * 1000, re.compile(r"point( & point|( &)?…)")),
        ("See https://pod.example/" + "a" * 5000, re.compile(r"a…|See…")),
    ):
        entry = with_(show.entries[0], notes)
        html = describe_episode(show, entry)
        reader = lines(html)
        assert len(html.encode()) > MAX_DESCRIPTION - 100
        assert end.search(reader.lines[-3][1][-20:])
        assert reader.links == [show.url(entry.page)]  # a link that was cut would lead nowhere
        whole = lines(full_description(show, entry), 10**6)
        assert sum(len(text) for _, text in whole.lines) >= len("".join(notes.split()))


TEXTS = st.text(st.characters(exclude_categories=()), max_size=300) | st.sampled_from(
    (
        "<script>alert(1)</script>",
        "]]>",
        "&amp;",
        "- <b>",
        "https://a.example/<b>?\"'&x",
        "w " * 3000,
        "é" * 5000,
    )
)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 10**8), TEXTS), max_size=40).map(tuple), TEXTS)
@settings(deadline=None)
@example("a" * 4000, tuple((number * 1000, "&" * 300) for number in range(255)), "b" * 5000)
def test_descriptions_of_any_text_are_whole_and_within_their_limit(
    show: Show, notes: str, chapters: tuple[tuple[int, str], ...], about: str
) -> None:
    """Checklist: description HTML only p ol ul li a, at most 4000 bytes with tags."""
    entry = with_(show.entries[0], notes, chapters)
    reader = lines(describe_episode(show, entry))
    assert reader.lines[-1][1] == "The voices in this episode are synthetic."
    assert all(link.startswith(("https://", "http://")) for link in reader.links)
    found = stamps(lines(describe_episode(show, with_(entry, "x", chapters))))
    assert len(found) != 1
    assert not found or found[0][0] == 0
    assert all(one < other for (one, _), (other, _) in pairwise(found))
    lines(describe_podcast(replace(show, podcast=replace(show.podcast, description=about))))


def test_a_description_of_a_podcast_tells_how_it_is_made(show: Show) -> None:
    """Checklist: disclosure of synthetic voice: Apple also asks for it in the description."""
    for language, note in (
        ("de", "Die Stimmen in diesem Podcast sind künstlich erzeugt."),
        ("fr", "The voices in this podcast are synthetic."),
    ):
        spoken = replace(show, podcast=replace(show.podcast, language=language, description="word " * 3000))
        assert lines(describe_podcast(spoken)).lines[-1][1] == note


def test_the_page_is_linked_by_its_whole_address(show: Show, tmp_path: Path) -> None:
    secret = "s" * 22
    there = replace(
        show, podcast=replace(show.podcast, secret=secret, address=f"https://x.example/{tmp_path.name}/")
    )
    reader = lines(describe_episode(there, show.entries[0]))
    assert reader.links == [f"https://x.example/{tmp_path.name}/{secret}/one/index.html"]


@given(st.text(max_size=400), st.integers(1, 300))
def test_a_line_that_is_cut_is_a_beginning(text: str, limit: int) -> None:
    whole, cut = one_line(text), one_line(text, limit)
    assert len(cut) <= limit
    if cut != whole:
        assert len(whole) > limit
        assert whole.startswith(cut.removesuffix("…"))
        assert not cut or cut.endswith("…")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Ada Ember speaks", 16, "Ada Ember speaks"),
        ("Ada Ember speaks", 15, "Ada Ember…"),
        ("Ada Ember, who speaks", 13, "Ada Ember…"),
        ("I unquestionably", 12, "I unquestio…"),
        ("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 8, "👩‍👩‍👧…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
        ("x", 1, "x"),
        ("xyz", 1, ""),
    ],
)
def test_texts_are_cut_between_words_or_signs(text: str, limit: int, expected: str) -> None:
    assert one_line(text, limit) == expected
