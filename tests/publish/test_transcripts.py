"""Transcripts say what is heard, when, and by whom."""

import html
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
import readers
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio import WordTime
from narrator.errors import PublishError
from narrator.model import (
    INTERVIEWER,
    NARRATOR,
    Break,
    Cue,
    Opening,
    Sentence,
    Take,
    Timeline,
    Utterance,
    Voice,
)
from narrator.publish.transcripts import format_transcripts, parse_json
from narrator.publish.transcripts.parting import split_lines
from narrator.publish.transcripts.subrip import HEIGHT, WIDTH, format_srt
from narrator.publish.transcripts.webvtt import LINE, format_vtt

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
        "00:00:10.000 --> 00:00:12.190\n<v Ada Ember>It was, as far as I remember,\n\n"
        "00:00:12.190 --> 00:00:15.401\n<v Ada Ember>a very long day; nobody came to see us off,\n\n"
        "00:00:15.401 --> 00:00:20.000\n"
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
    lines = split_lines(text, LINE)
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
    assert split_lines(text, LINE) == lines


HOSTILE = ("Ada <b>&</b> -->", "One & two <c>three</c> --> four.\u200b ]]> WEBVTT NOTE \u202e מה")


def test_a_strict_parser_of_webvtt_reads_voices_and_finds_nothing(tmp_path: Path) -> None:
    """Checklist: WebVTT with `<v Name>` at the start of the cue; lines of at most 65 characters."""
    path = tmp_path / "a.vtt"
    path.write_text(format_vtt(timeline(HOSTILE, ("Ben", "Yes. " * 60), (NARRATOR, "🎉"))), "utf-8")
    (found,) = readers.read("webvtt", path)
    assert found["errors"] == []
    voices = [cue["tree"]["children"][0] for cue in found["cues"]]
    # This parser leaves references in a name as they are; section 4.2.2 allows them, and browsers read them.
    names = [html.unescape(voice["value"]) for voice in voices]
    assert set(names) == {HOSTILE[0], "Ben", "Narrator"}
    assert {voice["name"] for voice in voices} == {"v"}
    assert all(len(cue["tree"]["children"]) == 1 for cue in found["cues"])
    said = [
        voice["children"][0]["value"] for name, voice in zip(names, voices, strict=True) if name == HOSTILE[0]
    ]
    assert " ".join(said) == HOSTILE[1]


def test_a_strict_parser_of_srt_finds_nothing(tmp_path: Path) -> None:
    """Checklist: SRT: at most 2 lines of 32 characters."""
    path = tmp_path / "a.srt"
    path.write_text(format_srt(timeline(HOSTILE, ("Ben", "Yes. " * 60), (NARRATOR, "🎉"))), "utf-8")
    (found,) = readers.read("srt", path)
    assert found["errors"] == []
    assert len(found["cards"]) == len(read_srt(path.read_text("utf-8")))
    assert found["cards"][-1]["text"] == "Narrator: 🎉"


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


# ---------------------------------------------------------------- SRT
CARD = re.compile(r"(\d+)\n(\d\d+:\d\d:\d\d,\d{3}) --> (\d\d+:\d\d:\d\d,\d{3})\n((?:[^\n]+\n)+)")


def read_srt(srt: str) -> list[tuple[str, str, list[str]]]:
    """Read SRT strictly: start, end, lines; numbers count from 1."""
    cards = []
    for number, block in enumerate(srt.split("\n\n") if srt else [], 1):
        match = CARD.fullmatch(block.removesuffix("\n") + "\n")
        assert match, block
        assert int(match[1]) == number
        cards.append((match[2], match[3], match[4].splitlines()))
    return cards


def test_a_card_names_who_begins_to_speak() -> None:
    srt = format_srt(
        timeline(
            ("Ada Ember", "It was a very long day, and nobody came to see us off; it rained."),
            ("Ada Ember", "Yes."),
            ("Ben", "Why?"),
        )
    )
    assert srt == (
        "1\n00:00:00,000 --> 00:00:03,692\nAda Ember:\nIt was a very long day,\n\n"
        "2\n00:00:03,692 --> 00:00:10,000\nand nobody came to see us off;\nit rained.\n\n"
        "3\n00:00:10,000 --> 00:00:20,000\nYes.\n\n"
        "4\n00:00:20,000 --> 00:00:30,000\nBen: Why?\n"
    )


@given(st.lists(st.tuples(st.sampled_from(["Ada", "B & <C>", "", NARRATOR, "N" * 70]), TEXTS), max_size=4))
def test_whatever_is_said_cards_are_small_and_lose_nothing(spoken: list[tuple[str, str]]) -> None:
    """Checklist: SRT: at most 2 lines of 32 characters, new card when the speaker changes."""
    cards = read_srt(format_srt(timeline(*spoken)))
    assert all(start < end for start, end, _ in cards)
    assert all(one[1] <= two[0] for one, two in pairwise(cards))
    assert all(len(lines) <= HEIGHT and max(map(len, lines)) <= WIDTH for _, _, lines in cards)
    expected, before = "", None
    for speaker, text in spoken:
        name = "Narrator" if speaker == NARRATOR else speaker
        shown = (text or "x").strip()
        expected += f"{name}:{shown}" if shown and name and name != before else shown
        before = name if shown else before
    assert "".join("".join(lines) for *_, lines in cards).replace(" ", "") == "".join(expected.split())


# ---------------------------------------------------------------- times of words
def test_a_piece_begins_when_its_first_word_is_heard() -> None:
    text = "He looked at us and said: “No.” Then he left without another word to anybody."
    then = text.index("Then")
    take = Take("0" * 64, 22_050, 220_500, 0, 220_500, words=(WordTime(0, 0, 2), WordTime(176_400, then, 4)))
    utterance = Utterance(text, Voice("fake", "one", "en"), "en", text, speaker="A")
    vtt = format_vtt(Timeline(44_100, 441_000, (Cue(0, 441_000, take, utterance),), (), ()))
    assert [cue[:2] for cue in read(vtt)] == [(0, 8000), (8000, 10_000)]


# ---------------------------------------------------------------- JSON and HTML
def _turns() -> Timeline:
    voice = Voice("fake", "one", "de")
    said = [
        ("Guten Tag.", NARRATOR, 0, 0, Break.PARAGRAPH),
        ("Es <regnet> & stürmt.", NARRATOR, 0, 0, Break.TURN),
        ("Ja?", "Ada", 0, 1, Break.SENTENCE),
        ("Ja!", "Ada", 0, 1, Break.CHAPTER),
        ("Ende.", "Ada", 1, 2, Break.END),
    ]
    cues = tuple(
        Cue(at * 44_100, 22_050, TAKE, Utterance("x", voice, "de", text, speaker, chapter, turn, pause))
        for at, (text, speaker, chapter, turn, pause) in enumerate(said)
    )
    return Timeline(44_100, 5 * 44_100, cues, (), ())


def test_json_reads_back_with_what_begins_where() -> None:
    """Checklist: JSON 1.0.0 segments."""
    text = format_transcripts(_turns(), "Titel", "de")[".json"]
    assert parse_json(text, Path("a.json")) == (
        Sentence(0, 500, "Erzähler", "Guten Tag.", Opening.CHAPTER),
        Sentence(1000, 1500, "Erzähler", "Es <regnet> & stürmt.", Opening.PARAGRAPH),
        Sentence(2000, 2500, "Ada", "Ja?", Opening.TURN),
        Sentence(3000, 3500, "Ada", "Ja!", Opening.NOTHING),
        Sentence(4000, 4500, "Ada", "Ende.", Opening.CHAPTER),
    )


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"segments": [{}]}', '{"segments": [{"speaker": 1, "body": ""}]}', "[" * 99_999]
)
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(PublishError, match="build the episode again"):
        parse_json(text, Path("a.json"))


def test_html_has_a_paragraph_for_each_paragraph() -> None:
    """Checklist: HTML with `cite`, `time`, `p`."""
    assert format_transcripts(_turns(), "A & B", "de")[".html"].partition("<body>\n")[2] == (
        "<cite>Erzähler:</cite>\n<time>0:00</time>\n<p>Guten Tag.</p>\n"
        "<p>Es &lt;regnet&gt; &amp; stürmt.</p>\n"
        "<cite>Ada:</cite>\n<time>0:02</time>\n<p>Ja? Ja!</p>\n"
        "<cite>Ada:</cite>\n<time>0:04</time>\n<p>Ende.</p>\n"
        "</body>\n</html>\n"
    )
