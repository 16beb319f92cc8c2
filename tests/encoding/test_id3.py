"""Tags, read back by two readers that are not ours."""

import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3
from tinytag import TinyTag

from narrator.encoding.id3 import format_id3
from narrator.encoding.tags import Shown, Tags, iso639_2
from narrator.errors import EncodingError

CHAPTERS = ((0, "Intro"), (1_000, "Über „alles“ 😀"), (61_500, "Ende " * 50))
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
TAGS = Tags(
    "Ein Gespräch",
    "Ada Ember, Ben Brook",
    "Die Show",
    "de",
    "2026-01-02T03:04:05+00:00",
    "Die Stimmen sind synthetisch.",
    "de",
    JPEG,
    CHAPTERS,
)


def read(tags: Tags, duration_ms: int = 100_000) -> Any:
    """Read a tag with mutagen, whose types are half there."""
    return ID3(io.BytesIO(format_id3(tags, duration_ms)), translate=False)  # type: ignore[no-untyped-call]


def test_frames() -> None:
    tag = read(TAGS)
    assert tag.version == (2, 3, 0)
    texts = {
        name: str(tag[name]) for name in ("TIT2", "TPE1", "TALB", "TLAN", "TYER", "TDAT", "TIME", "TCON")
    }
    assert texts == {
        "TIT2": "Ein Gespräch",
        "TPE1": "Ada Ember, Ben Brook",
        "TALB": "Die Show",
        "TLAN": "deu",
        "TYER": "2026",
        "TDAT": "0201",
        "TIME": "0304",
        "TCON": "Podcast",
    }
    assert str(tag["COMM::deu"]) == "Die Stimmen sind synthetisch."
    cover = tag.getall("APIC")[0]
    assert (cover.mime, cover.type, cover.data) == ("image/jpeg", 3, JPEG)


def test_chapters() -> None:
    """Checklist: MP3: ID3 v2.3; `CHAP` frames, one `CTOC`, top-level and ordered, listing all."""
    tag = read(TAGS)
    contents = tag["CTOC:toc"]
    assert contents.flags == 3
    marks = [tag[f"CHAP:{name}"] for name in contents.child_element_ids]
    assert [(mark.start_time, mark.end_time) for mark in marks] == [
        (0, 1_000),
        (1_000, 61_500),
        (61_500, 100_000),
    ]
    assert {(mark.start_offset, mark.end_offset) for mark in marks} == {(0xFFFFFFFF, 0xFFFFFFFF)}
    assert [str(mark.sub_frames["TIT2"]) for mark in marks] == [title for _, title in CHAPTERS]
    assert {mark.sub_frames["TIT2"].encoding for mark in marks} == {1}
    assert str(contents.sub_frames["TIT2"]) == "Ein Gespräch"


def test_chapters_lie_in_order_of_time_in_the_file() -> None:
    """Checklist: `CHAP` frames in order of time."""
    # mutagen gives frames by name, players by place: so the bytes are walked here.
    tag = format_id3(TAGS, 100_000)
    size = sum((byte & 0x7F) << shift for byte, shift in zip(tag[6:10], (21, 14, 7, 0), strict=True))
    assert size == len(tag) - 10
    position, names = 10, []
    while position < len(tag):
        name, length = struct.unpack(">4sI", tag[position : position + 8])
        content = tag[position + 10 : position + 10 + length]
        names.append(name + content.split(b"\0")[0] if name in {b"CHAP", b"CTOC"} else name)
        position += 10 + length
    assert position == len(tag)
    assert names[-4:] == [b"CTOCtoc", b"CHAPchp0", b"CHAPchp1", b"CHAPchp2"]


def test_another_loudness_is_told() -> None:
    (told,) = read(Tags("x", loudness=-18.0)).getall("TXXX")
    assert (told.desc, told.text) == ("REPLAYGAIN_REFERENCE_LOUDNESS", ["-18.00 LUFS"])


def test_what_is_empty_is_left_out() -> None:
    tag = read(Tags("Only a title", comment=""))
    assert sorted(tag) == ["TCON", "TIT2"]
    assert str(read(Tags("x"))["COMM::eng"]) == "The voices in this recording are synthetic."


@pytest.mark.parametrize(
    ("date", "frames"),
    [
        ("2026", ["2026"]),
        ("2026-03-04", ["2026", "0403"]),
        ("2026-03-04 05:06", ["2026", "0403", "0506"]),
        ("", []),
    ],
)
def test_dates(date: str, frames: list[str]) -> None:
    tag = read(Tags("x", date=date))
    assert [str(tag[name]) for name in ("TYER", "TDAT", "TIME") if name in tag] == frames


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)


@given(TEXT, TEXT, st.lists(TEXT, max_size=5))
def test_any_text(title: str, artist: str, chapters: list[str]) -> None:
    marks = tuple((index * 10, name) for index, name in enumerate(chapters))
    tag = read(Tags(title, artist, chapters=marks))
    assert (tag["TIT2"].text, tag["TPE1"].text) == ([title], [artist])
    assert [str(tag[f"CHAP:chp{index}"].sub_frames["TIT2"]) for index in range(len(chapters))] == chapters


def test_tinytag_agrees() -> None:
    file = io.BytesIO(format_id3(TAGS, 100_000) + bytes(4_000))
    tag = TinyTag.get(filename="a.mp3", file_obj=file)
    assert (tag.title, tag.artist, tag.album) == ("Ein Gespräch", "Ada Ember, Ben Brook", "Die Show")
    assert tag.comment == "Die Stimmen sind synthetisch."


def test_255_chapters_are_the_most() -> None:
    """Checklist: at most 255."""
    many = tuple((index * 10, f"Chapter {index}") for index in range(256))
    tag = read(Tags("x", chapters=many[:255]))
    assert len(tag["CTOC:toc"].child_element_ids) == len(tag.getall("CHAP")) == 255
    tag = read(Tags("x", chapters=many))
    told = [
        (tag[f"CHAP:{one}"].start_time, str(tag[f"CHAP:{one}"].sub_frames["TIT2"]))
        for one in tag["CTOC:toc"].child_element_ids
    ]
    assert told == [*many[:254], (2_540, "Chapter 254 – Chapter 255")]


@pytest.mark.parametrize(
    "chapters", [((0, "a"), (0, "b")), ((5, "a"), (3, "b")), ((-1, "a"),), ((100_000, "a"),)]
)
def test_chapters_out_of_order_are_refused(chapters: tuple[tuple[int, str], ...]) -> None:
    with pytest.raises(EncodingError, match="do not ascend"):
        format_id3(Tags("x", chapters=chapters), 100_000)


def test_a_cover_of_another_kind_is_refused() -> None:
    with pytest.raises(EncodingError, match="neither JPEG nor PNG"):
        format_id3(Tags("x", cover=b"GIF89a"), 1_000)
    assert read(Tags("x", cover=b"\x89PNG\r\n\x1a\n...")).getall("APIC")[0].mime == "image/png"


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("de", "deu"),
        ("en-GB", "eng"),
        ("pt_BR", "por"),
        ("FRA", "fra"),
        ("", "und"),
        ("?", "und"),
        ("qq", "und"),
    ],
)
def test_languages(language: str, code: str) -> None:
    assert iso639_2(language) == code


def test_of_chapters_that_are_joined_the_first_tells_picture_and_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("narrator.encoding.id3.MAX_CHAPTERS", 2)
    jpeg = b"\xff\xd8\xff" + bytes(9)
    shown = (Shown(0, jpeg, "https://e.org/a", "Ü" * 99), Shown(5, b"", "https://e.org/b"), Shown(9, jpeg))
    tag = Tags("T", chapters=((0, "A"), (5, "B"), (9, "C")), shown=shown)
    first, second = (one.sub_frames for one in read(tag, 20).getall("CHAP"))
    assert [(one.data, one.desc) for one in first.getall("APIC")] == [(jpeg, "Ü" * 64)]
    assert [one.url for one in first.getall("WXXX")] == ["https://e.org/a"]
    assert not second.getall("APIC")
    assert [one.url for one in second.getall("WXXX")] == ["https://e.org/b"]
