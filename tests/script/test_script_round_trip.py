"""What is written is read back, whatever it says."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.addresses import picture_address, web_link
from narrator.model import Chapter, Person, Picture, Script, Span, SpanKind, Turn, Unspoken
from narrator.script import format_script, is_script, parse_script, with_marks
from narrator.text import tidy

_SIGNS = r"""** * \ \\ <!-- --> -- # ## ### **A:** (pause\u00a01s) (pause) ( ) [ ] ]( : ; " ' > - --- ... A
    *A *A* [A] [A](https://example.org) ![A](b.jpg) ](c) [A]{ ]{ {lang=en} {ipa
    Ä ß 7 1. İ 中文 \( \* \n lines 1–2; label; spoken &amp; ` ~ _ | / = cast: title:"""
_MARKUP = st.sampled_from(_SIGNS.split())
_LINE_PARTS = st.one_of(_MARKUP, _MARKUP, st.text(max_size=4), st.just(" "))
_LINE = st.lists(_LINE_PARTS, max_size=8).map("".join)
_ONE_LINE = _LINE.map(lambda text: tidy(tidy(text).replace("\n", " "))).filter(bool)
_TEXT = (
    st.lists(st.one_of(_LINE, _LINE, st.just("\n"), st.just("\n\n")), max_size=12)
    .map("".join)
    .map(tidy)
    .filter(bool)
)
_RAW = st.text().map(lambda text: re.sub("[\ud800-\udfff]", "", text))
_LINES = st.one_of(
    st.just((0, 0)), st.tuples(st.integers(1, 999), st.integers(0, 50)).map(lambda pair: (pair[0], sum(pair)))
)
_OPTIONAL = st.one_of(st.just(""), _ONE_LINE)
_TURN = st.builds(
    Turn,
    speaker=_ONE_LINE,
    text=_TEXT,
    lines=_LINES,
    reason=_OPTIONAL,
    confidence=st.integers(0, 100).map(lambda percent: percent / 100),
    direction=_OPTIONAL,
    pause_ms=st.one_of(st.none(), st.integers(0, 600_000)),
)
_MARKS = st.sampled_from(
    [
        (SpanKind.EMPHASIS, ""),
        (SpanKind.LANGUAGE, "en"),
        (SpanKind.LANGUAGE, "de-AT"),
        (SpanKind.IPA, "ŋwiən"),
    ]
)


@st.composite
def _marked_turns(draw: st.DrawFn) -> Turn:
    """A turn in which some of the words between spaces are marked, one mark around another at times."""
    turn = draw(_TURN)
    places = [match.span() for match in re.finditer(r"\S+", turn.text)]
    spans: list[Span] = []
    for start, end in draw(st.lists(st.sampled_from(places), unique=True, max_size=3)):
        kind, value = draw(_MARKS)
        spans.append(Span(start, end, kind, value))
        if kind is not SpanKind.EMPHASIS and draw(st.booleans()):
            spans.append(Span(start, end, SpanKind.EMPHASIS))
    return replace(turn, spans=tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.kind))))


_TURNS = st.lists(st.one_of(_TURN, _marked_turns()), min_size=1, max_size=3).map(tuple)
_PERSON = st.builds(
    Person,
    name=_ONE_LINE,
    gender=st.sampled_from(["", "female", "male"]),
    aliases=st.lists(_ONE_LINE, max_size=2).map(tuple),
    voice=_OPTIONAL,
)
_ADDRESS = st.one_of(_RAW, _LINE, st.just("a (b).jpg"), st.just("https://example.org/a_(b)?c=<d>#e"))
_PICTURE = st.builds(Picture, _ADDRESS.map(picture_address).filter(bool), _OPTIONAL)
_LINK = _ADDRESS.map(lambda text: web_link(f"https://example.org/{text}"))
_SHOWN = st.tuples(st.one_of(st.none(), _PICTURE), _LINK)
"""Picture and link of a chapter."""


@st.composite
def _scripts(draw: st.DrawFn) -> Script:
    titles = draw(
        st.one_of(_OPTIONAL.map(lambda title: [title]), st.lists(_ONE_LINE, min_size=1, max_size=3))
    )
    chapters = tuple(
        Chapter(title, draw(_TURNS), *(draw(_SHOWN) if title else (None, ""))) for title in titles
    )
    people = {person.name: person for person in draw(st.lists(_PERSON, max_size=2))}
    for chapter in chapters:
        for turn in chapter.turns:
            people.setdefault(turn.speaker, Person(turn.speaker))
    return Script(
        title=draw(_OPTIONAL),
        language=draw(st.sampled_from(["de", "en", "no", "yue"])),
        chapters=chapters,
        people=tuple(people.values()),
        author=draw(_OPTIONAL),
        date=draw(st.sampled_from(["", "2024-05-01", "2024-05-01T10:00:00+02:00"])),
        unspoken=tuple(draw(st.lists(st.builds(Unspoken, _RAW, _OPTIONAL, _LINES), max_size=3))),
    )


@settings(max_examples=150, deadline=None)
@given(_scripts())
def test_a_script_written_and_read_is_the_same(script: Script) -> None:
    written = format_script(script)
    assert is_script(written)
    assert parse_script(written) == script
    assert parse_script(written.replace("\n", "\r\n")) == script
    assert format_script(parse_script(written)) == written
    plain = replace(script, chapters=tuple(
        replace(chapter, turns=tuple(replace(turn, spans=()) for turn in chapter.turns))
        for chapter in script.chapters
    ))  # fmt: skip
    marked = with_marks(plain)  # only a person writes marks, and a turn with marks is one changed by hand
    assert parse_script(format_script(marked)) == marked
