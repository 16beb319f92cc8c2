"""Names set before speeches in all the ways of transcripts, each over the same small talk."""

from pathlib import Path

import pytest

from narrator.attribution import attribute
from narrator.model import NARRATOR, Script
from narrator.sources import parse_document

SAID = (
    ("Ada", "Good morning. Did the boat come in?"),
    ("Ruben", "It did, with half of the mast."),
    ("Ada", "And where is the other half?"),
    ("Ruben", "I would look near the lighthouse."),
    ("Ada", "You would, or you did?"),
    ("Ruben", "The tide was against me."),
)
FORMS = {
    "angle": "<{name}> {text}",
    "angle and time": "[12:0{i}] <{name}> {text}",
    "square": "[{name}] {text}",
    "square and colon": "[{name}]: {text}",
    "round": "({name}) {text}",
    "dash": "{name} – {text}",
    "time in brackets": "{name} [00:0{i}:10] {text}",
    "time after the colon": "{name}: [00:0{i}:10] {text}",
    "line": "{name}\n\n{text}",
    "line and time": "{name}\n\n0:0{i}\n\n{text}",
    "line with time": "{name} | 0:0{i}\n\n{text}",
    "arrow of times": "00:0{i}:01.120 --> 00:0{i}:09.000\n\n{name}\n\n{text}",
    "house": "{name} Berg, Institut Nord: {text}",
    "heading": "### {name}\n\n{text}",
    "heading and time": "### {name} [0:0{i}]\n\n{text}",
}


def told(text: str, name: str = "talk.txt", language: str = "en") -> Script:
    return attribute(parse_document(text, Path(name), language))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_names_are_found_and_unspoken_in_all_forms(form: str) -> None:
    parts = [form.format(name=name, text=text, i=i) for i, (name, text) in enumerate(SAID, start=1)]

    script = told("\n\n".join(parts), "talk.md" if form.startswith("#") else "talk.txt")

    assert [(turn.speaker.split()[0], turn.text) for turn in script.turns] == list(SAID)


def test_call_signs_after_the_time_of_a_flight() -> None:
    lines = [
        ("CC", "This is the ground."),
        ("CDR", "We see the river."),
        ("CMP", "Copy that."),
    ]
    text = "\n\n".join(f"00 03 12 {10 + i} {name} {said}" for i, (name, said) in enumerate(lines * 3))

    assert [(turn.speaker, turn.text) for turn in told(text).turns][1:3] == lines[1:]


@pytest.mark.parametrize(
    "lines",
    [
        ["[Music] We went on.", "[Applause] We came back.", "[Music] We sat down.", "[Applause] We rose."],
        ["Rain – it falls here.", "Snow – it falls there.", "Wind – it does not fall.", "Fog – it stays."],
        ["At 10:30 we met.", "We talked until late.", "(Later) We left.", "That was all."],
    ],
    ids=["sounds", "terms", "times"],
)
def test_what_only_looks_like_a_mark_is_none(lines: list[str]) -> None:
    assert {turn.speaker for turn in told("\n\n".join(lines)).turns} == {NARRATOR}


def test_numbered_speakers_stay_apart_and_all_is_somebody_else() -> None:
    names = ("SPEAKER_00", "SPEAKER_01", "SPEAKER_02")
    text = "\n\n".join(f"{name}: This is what I say, and I say it here." for name in names * 2)
    groups = "\n\n".join(f"{name}: {said}" for name, said in (*SAID, ("All", "Hear, hear."), *SAID))

    assert len({turn.speaker for turn in told(text).turns}) == 3
    assert [turn.text for turn in told(groups).turns if turn.speaker == "All"] == ["Hear, hear."]


def test_nobody_of_a_large_assembly_is_lost() -> None:
    names = [f"Member {first}{i}" for i in range(200) for first in ("North", "South")]
    text = "\n\n".join(f"{name}: I, for one, agree with the {i}th part." for i, name in enumerate(names * 2))

    assert len({turn.speaker for turn in told(text).turns}) == len(names)


def test_captions_name_voices_in_brackets() -> None:
    cues = [
        f"{i}\n00:00:{10 + i},000 --> 00:00:{11 + i},000\n[{name.upper()}] {text}\n"
        for i, (name, text) in enumerate(SAID)
    ]

    script = told("\n".join(cues), "talk.srt")

    assert [(turn.speaker.title(), turn.text) for turn in script.turns] == list(SAID)


def test_bare_marks_claim_less_the_further_a_name_is() -> None:
    said = [
        "I am your host, Anna Reed.",
        "Hello, I am Robert Stone.",
        *(f"The river bends for the {i}th time." for i in range(40)),
    ]
    cues = [f"00:{i:02d}.000 --> 00:{i + 1:02d}.000\n>> {text}\n" for i, text in enumerate(said)]

    turns = told("WEBVTT\n\n" + "\n".join(cues), "talk.vtt").turns

    assert turns[1].confidence > 0.9 > turns[-1].confidence


def test_an_author_with_a_name_and_more_in_the_front_matter() -> None:
    text = "---\nauthor:\n  name: Ada Berg\n  link: https://ada.example\n---\n\nIt rained.\n"

    assert parse_document(text, Path("talk.md"), "en").author == "Ada Berg"


def test_questions_told_by_their_class_and_times_in_tables() -> None:
    asked = "".join(
        f'<div class="question"><p>What did you do, {i}?</p></div><div class="answer"><p>I went.</p></div>'
        for i in range(4)
    )
    rows = "".join(
        f"<tr><td>00:0{i}</td><td>{name}</td><td>{text}</td></tr>" for i, (name, text) in enumerate(SAID)
    )

    page = told(f"<html><body>{asked}</body></html>", "talk.html")
    table = told(f"<html><body><table>{rows}</table></body></html>", "talk.html")

    assert [turn.speaker for turn in page.turns[:3]] == ["INTERVIEWER", "GUEST", "INTERVIEWER"]
    assert [(turn.speaker, turn.text) for turn in table.turns] == list(SAID)


def speakers(text: str) -> list[str]:
    return [turn.speaker for turn in told(text).turns]


def test_names_beside_times_are_believed_though_each_comes_once() -> None:
    text = (
        "Speaker 1  0:00\nGood morning.\n\nSpeaker 2  0:04\nLoud and clear.\n\n"
        "Unknown Speaker  0:09\nMe too.\n"
    )

    assert speakers(text) == ["Speaker 1", "Speaker 2", "Unknown Speaker"]


def test_a_table_of_contents_with_times_labels_nobody() -> None:
    script = told(
        "Contents of the tape\n\nThe Boat 0:00\nThe Mast 3:10\nThe Tide 9:59\n\nIt was a cold day.\n"
    )

    assert {turn.speaker for turn in script.turns} == {NARRATOR}


@pytest.mark.parametrize(
    "stamp", ["[12:0{i}, 3/4/2024] ", "3/4/24, 12:0{i} PM - ", "[03.04.24, 12:00:0{i}] "]
)
def test_a_chat_with_the_day_before_each_name(stamp: str) -> None:
    lines = [f"{stamp.format(i=i)}{name}: {text}" for i, (name, text) in enumerate(SAID)]

    assert [(turn.speaker, turn.text) for turn in told("\n".join(lines)).turns] == list(SAID)


def test_guests_with_numbers_are_two_and_a_host_is_not_the_audience() -> None:
    text = (
        "Host: Welcome.\n\nGuest 1: Thank you.\n\nGuest 2: Hello!\n\nHost: A question from the floor?\n\n"
        "Audience member: Will it be cheaper?\n\nGuest 2: No.\n"
    )

    assert speakers(text) == [
        "INTERVIEWER",
        "GUEST 1",
        "GUEST 2",
        "INTERVIEWER",
        "Audience member",
        "GUEST 2",
    ]


def test_who_has_a_part_is_read_from_the_head_of_the_text() -> None:
    text = (
        "PANEL: THE FUTURE OF RAIL\nModerator: Helen Marsh (HM)\n"
        "Guests: Prof. Li Wen (LW), Jorge Diaz (JD)\n\n"
        "HM: Welcome. Li, what is broken?\n\nLW: Timetables.\n\nJD: I disagree.\n\nHM: Why?\n\nJD: Because.\n"
    )

    assert speakers(text) == [
        NARRATOR, "Helen Marsh", "Li Wen", "Jorge Diaz", "Helen Marsh", "Jorge Diaz",
    ]  # fmt: skip


def test_an_answer_is_by_whom_the_questions_are_for() -> None:
    text = (
        "Five questions for Dr. Amara Osei\n\n"
        "**Q:** What does a glacier sound like?\n\n**A:** Like a house.\n\n"
        "**Q:** Were you ever afraid?\n\n**A:** Once.\n"
    )

    assert speakers(text) == [NARRATOR, "INTERVIEWER", "Amara Osei", "INTERVIEWER", "Amara Osei"]


def test_handles_are_names() -> None:
    text = (
        "**u/curious_cat:** How many stings?\n\n**OP:** Four hundred.\n\n"
        "**u/hive:** Do they know you?\n\n**OP:** Yes.\n"
    )

    assert speakers(text) == ["u/curious_cat", "OP", "u/hive", "OP"]
