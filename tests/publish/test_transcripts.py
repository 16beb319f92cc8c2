"""Transcripts say what is heard, when, and by whom."""

import html
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.model import INTERVIEWER, NARRATOR, Cue, Take, Timeline, Utterance, Voice
from narrator.publish.transcripts import LINE, format_vtt, split_lines

TAKE = Take("0" * 64, 44_100, 1, 0, 1)
CUE = re.compile(
    r"(\d\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d\d+):(\d\d):(\d\d)\.(\d{3})\n(?:<v ([^>]*)>)?([^\n]+)\n"
)


def timeline(*spoken: tuple[str, str], length: int = 441_000) -> Timeline:
    voice = Voice("fake", "one", "en")
    cues = tuple(
        Cue(index * length, length, TAKE, Utterance("x", voice, "en", text, speaker=speaker))
        for index, (speaker, text) in enumerate(spoken)
    )
    return Timeline(44_100, length * len(spoken), cues, (), ())


def read(vtt: str) -> list[tuple[int, int, str, str]]:
    """Read WebVTT by the grammar of the W3C, strictly: start and end in ms, speaker, text."""
    assert vtt.startswith("WEBVTT\n\n") or vtt == "WEBVTT\n"
    blocks = vtt.removesuffix("\n").split("\n\n")[1:]
    cues = []
    for block in blocks:
        match = CUE.fullmatch(block + "\n")
        assert match, block
        times = [int(field) for field in match.groups()[:8]]
        start, end = (
            ((hour * 60 + minute) * 60 + second) * 1000 + ms
            for hour, minute, second, ms in (times[:4], times[4:])
        )
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", match[10])
        cues.append((start, end, html.unescape(match[9] or ""), html.unescape(match[10])))
    return cues


def test_a_transcript() -> None:
    long = (
        "It was, as far as I remember, a very long day; nobody came to see us off, "
        "and the rain did not stop until we had left the town behind us."
    )
    vtt = format_vtt(
        timeline((NARRATOR, "A talk with R&D’s <Ada>."), ("Ada Ember", long), (INTERVIEWER, "Why?"))
    )
    assert vtt == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:10.000\n<v Narrator>A talk with R&amp;D’s &lt;Ada&gt;.\n\n"
        "00:00:10.000 --> 00:00:12.148\n<v Ada Ember>It was, as far as I remember,\n\n"
        "00:00:12.148 --> 00:00:15.333\n<v Ada Ember>a very long day; nobody came to see us off,\n\n"
        "00:00:15.333 --> 00:00:20.000\n"
        "<v Ada Ember>and the rain did not stop until we had left the town behind us.\n\n"
        "00:00:20.000 --> 00:00:30.000\n<v Interviewer>Why?\n"
    )


def test_paragraphs_and_white_space_are_joined() -> None:
    assert [cue[3] for cue in read(format_vtt(timeline(("A", "One\n\n two.\t"), ("A", "  \n"))))] == [
        "One two."
    ]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=300) | st.lists(
    st.sampled_from(["word", "longer-word", "end.", "so,", "»quoted«", "–", "x" * 80, "&", "-->", "<i>"]),
    max_size=40,
).map(" ".join)


@given(
    st.lists(st.tuples(st.sampled_from(["Ada", "B & <C>", "", NARRATOR]), TEXTS), max_size=4),
    st.integers(1, 99_999),
)
def test_whatever_is_said_the_transcript_is_sound(spoken: list[tuple[str, str]], length: int) -> None:
    cues = read(format_vtt(timeline(*spoken, length=length)))
    assert all(start < end for start, end, _, _ in cues)
    assert all(one[1] <= two[0] for one, two in pairwise(cues))
    assert all(len(text) <= LINE for _, _, _, text in cues)
    said = "".join("".join((text or "x").split()) for _, text in spoken)
    assert "".join("".join(text.split()) for _, _, _, text in cues) == said


@given(TEXTS)
def test_lines_lose_nothing(text: str) -> None:
    lines = split_lines(text)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(0 < len(line) <= LINE and line == line.strip() for line in lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("Short.", ("Short.",)),
        ("x" * 70, ("x" * 65, "x" * 5)),
        (
            "He looked at us and said: “No.” Then he left without another word to anybody.",
            ("He looked at us and said: “No.”", "Then he left without another word to anybody."),
        ),
        (
            "Well, this is a sentence that goes on without any place to stop for very long",
            ("Well, this is a sentence that goes on", "without any place to stop for very long"),
        ),
        (
            "In the end, after all the years that she had been away from it, she came back to the old town",
            (
                "In the end, after all the years that she had been away from it,",
                "she came back to the old town",
            ),
        ),
        (
            "He had not been at all certain that anybody would be at home so late.",
            ("He had not been at all certain that", "anybody would be at home so late."),
        ),
        (
            "The old house – nobody had lived there for years – stood at the end of the road",
            ("The old house – nobody had lived there for years", "– stood at the end of the road"),
        ),
    ],
)
def test_lines_end_where_phrases_end(text: str, lines: tuple[str, ...]) -> None:
    assert split_lines(text) == lines


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
def test_ffprobe_reads_the_same_times(tmp_path: Path) -> None:
    vtt = format_vtt(timeline(("Ada", "One, two & three."), ("Ben", "Yes. " * 60)))
    (tmp_path / "a.vtt").write_text(vtt, "utf-8")
    command = [
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        "packet=pts,duration",
        "-of",
        "csv=p=0",
        str(tmp_path / "a.vtt"),
    ]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    times = [tuple(map(int, line.strip(",").split(","))) for line in report.split()]
    assert times == [(start, end - start) for start, end, _, _ in read(vtt)]
