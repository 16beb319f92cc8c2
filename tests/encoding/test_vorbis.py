"""Vorbis comments and Ogg pages, as a reader that is not ours takes them apart."""

import io
import itertools

import mutagen._vorbis
from hypothesis import given
from hypothesis import strategies as st

from narrator.encoding.ogg import LAST, Page, checksum, format_page, pages_of, read_pages
from narrator.encoding.tags import Tags, joined
from narrator.encoding.vorbis import comments_of, format_comments

NAMES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7D, exclude_characters="="), min_size=1)
TEXT = st.text(st.characters(codec="utf-8"))


def parse(block: bytes) -> list[tuple[str, str]]:
    found = mutagen._vorbis.VComment(block, framing=False)  # type: ignore[no-untyped-call]
    return [(str(name), str(text)) for name, text in found]


@given(st.lists(st.tuples(NAMES, TEXT), max_size=8))
def test_comments_round_trip(fields: list[tuple[str, str]]) -> None:
    assert parse(format_comments(tuple(fields))) == fields


def test_a_lone_surrogate_is_no_end_of_the_world() -> None:
    assert parse(format_comments((("TITLE", "a\ud800b"),))) == [("TITLE", "a?b")]


@given(TEXT, st.lists(st.tuples(st.integers(0, 10**8), TEXT), max_size=1_005, unique_by=lambda one: one[0]))
def test_chapters_are_numbered_in_their_order(title: str, found: list[tuple[int, str]]) -> None:
    chapters = tuple(sorted(found))
    fields = dict(comments_of(Tags(title, chapters=chapters)))
    assert fields.get("TITLE", "") == title
    count = min(len(chapters), 999)
    assert sum(name.startswith("CHAPTER") for name in fields) == 2 * count
    times = [fields[f"CHAPTER{number:03}"] for number in range(1, count + 1)]
    assert times == sorted(times)
    if len(chapters) <= 999:
        assert [fields[f"CHAPTER{number:03}NAME"] for number in range(1, count + 1)] == [
            text or " " for _, text in chapters
        ]


@given(st.lists(st.tuples(st.integers(0, 10**6), TEXT), max_size=40), st.integers(1, 20))
def test_joined_chapters_are_neighbours(chapters: list[tuple[int, str]], most: int) -> None:
    there = tuple(sorted(chapters))
    left = joined(there, most)
    assert len(left) == min(len(there), most)
    assert [start for start, _ in left[:1]] == [start for start, _ in there[:1]]
    assert {start for start, _ in left} <= {start for start, _ in there}
    if len(there) <= most:
        assert left == there


# ---------------------------------------------------------------- pages
def plain_checksum(content: bytes) -> int:
    """Compute RFC 3533's CRC bit by bit, as it is told there."""
    value = 0
    for byte in content:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 1 << 31 else value << 1) & 0xFFFFFFFF
    return value


@given(st.binary(max_size=60))
def test_checksum_is_that_of_the_specification(content: bytes) -> None:
    assert checksum(content) == plain_checksum(content)


@given(st.sampled_from((0, 1, 254, 255, 256, 255 * 255 - 1, 255 * 255, 255 * 255 + 1, 2 * 255 * 255 + 9)))
def test_a_packet_of_any_size_is_divided_and_joined(size: int) -> None:
    packet = bytes(itertools.islice(itertools.cycle(range(251)), size))
    pages = list(pages_of(packet))
    assert b"".join(page.content for page in pages) == packet
    assert [page.pieces[-1] < 255 for page in pages] == [False] * (len(pages) - 1) + [True]
    assert [page.flags for page in pages] == [0] + [1] * (len(pages) - 1)
    file = io.BytesIO(b"".join(format_page(page, number, 7) for number, page in enumerate(pages)))
    assert list(read_pages(file)) == pages


@given(st.integers(-1, 2**62), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.binary(max_size=200))
def test_a_page_is_read_as_it_was_written(position: int, number: int, serial: int, content: bytes) -> None:
    page = Page(LAST, position, bytes([len(content)]), content)
    written = format_page(page, number, serial)
    assert int.from_bytes(written[22:26], "little") == plain_checksum(written[:22] + bytes(4) + written[26:])
    assert list(read_pages(io.BytesIO(written))) == [page]
