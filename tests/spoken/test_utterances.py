"""Turns are divided into utterances without losing anything."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.errors import CastError
from narrator.model import Break, Cast, Chapter, Role, Script, Turn, Utterance, Voice
from narrator.settings import UTTERANCE_LENGTH
from narrator.spoken import divide, utterances
from narrator.spoken.dividing import recut
from narrator.text import words

VOICES = {name: Voice("tone", name, "de") for name in ("Anna", "Ben")}
CAST = Cast(tuple(Role(name, voice, "test") for name, voice in VOICES.items()))


def _perform(*chapters: list[Turn]) -> tuple[Utterance, ...]:
    parts = tuple(Chapter(f"Teil {i}", tuple(turns)) for i, turns in enumerate(chapters))
    return utterances(Script("", "de", parts), CAST, {})


def _pauses(made: tuple[Utterance, ...]) -> list[tuple[str, Break, int | None]]:
    return [(utterance.text, utterance.pause, utterance.pause_ms) for utterance in made]


def test_every_pause_has_its_reason() -> None:
    made = _perform(
        [
            Turn("Anna", "Das ist ein Satz. Das ist noch einer.\n\nUnd ein Absatz."),
            Turn("Ben", "Ja.", pause_ms=1500),
        ],
        [Turn("Anna", "Das zweite Kapitel."), Turn("Ben", "Es ist zu Ende.")],
    )
    assert _pauses(made) == [
        ("Das ist ein Satz. ", Break.SENTENCE, None),
        ("Das ist noch einer.\n\n", Break.PARAGRAPH, None),
        ("Und ein Absatz.", Break.TURN, None),
        ("Ja.", Break.SCRIPT, 1500),
        ("Das zweite Kapitel.", Break.TURN, None),
        ("Es ist zu Ende.", Break.END, None),
    ]
    assert [utterance.chapter for utterance in made] == [0, 0, 0, 0, 1, 1]
    assert [utterance.turn for utterance in made] == [0, 0, 0, 1, 2, 3]
    assert {utterance.speaker: utterance.voice for utterance in made} == VOICES


def test_a_chapter_ends_with_its_pause() -> None:
    made = _perform([Turn("Anna", "Das ist das erste.")], [Turn("Ben", "Das ist das zweite.")])
    assert [utterance.pause for utterance in made] == [Break.CHAPTER, Break.END]


def test_a_turn_without_a_word_is_silent_but_its_pause_stays() -> None:
    made = _perform(
        [Turn("Anna", "Das war es."), Turn("Ben", "…", pause_ms=2000), Turn("Anna", "Nun ja, so ist es.")]
    )
    assert _pauses(made) == [
        ("Das war es.", Break.SCRIPT, 2000),
        ("Nun ja, so ist es.", Break.END, None),
    ]
    assert made[1].turn == 2
    assert _perform([Turn("Anna", "…")]) == ()


def test_short_sentences_are_spoken_with_their_neighbours() -> None:
    text = "Ja. Das ist so gewesen. Nein."
    assert divide(text, "de") == [(text, Break.TURN)]
    assert [text for text, _ in divide("Ja.", "de")] == ["Ja."]


def test_what_has_no_word_is_never_sent_alone() -> None:
    assert divide("* * *\n\nDa ging er heim.\n\n…\n\nEr kam nie an.", "de") == [
        ("* * *\n\nDa ging er heim.\n\n…\n\n", Break.PARAGRAPH),
        ("Er kam nie an.", Break.TURN),
    ]


def test_very_long_sentences_are_cut_between_clauses() -> None:
    clause = "und dann kam noch einer dazu, "
    parts = [text for text, _ in divide(clause * 40, "de")]
    assert all(len(part) <= UTTERANCE_LENGTH for part in parts)
    assert all(part.endswith(", ") for part in parts)
    no_clause = [text for text, _ in divide("wort " * 200, "de")]
    assert all(part.endswith("wort ") for part in no_clause)
    chinese = [text for text, _ in divide("中" * 1000, "zh")]
    assert "".join(chinese) == "中" * 1000
    assert max(map(len, chinese)) <= UTTERANCE_LENGTH


def test_a_speaker_without_a_voice_is_named() -> None:
    with pytest.raises(CastError, match=r"Carl.*Anna, Ben"):
        _perform([Turn("Carl", "Hallo, wer da?")])


_PIECES = ["Ja. ", "Das ist ein Satz. ", "\n\n", "… ", "a" * 310, "wort " * 70, "Dr. ", "z. B. ", "“ "]
_TEXT = st.lists(
    st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)),
    max_size=30,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(_TEXT, st.sampled_from(["de", "en", "zh", "xx"]))
def test_dividing_loses_nothing(text: str, language: str) -> None:
    pieces = divide(text, language)
    assert "".join(piece for piece, _ in pieces) == (text if words(text) else "")
    assert all(words(piece) for piece, _ in pieces)
    assert [pause for _, pause in pieces][-1:] == ([Break.TURN] if pieces else [])
    divided = [word for piece, _ in pieces for word in words(piece)]
    if max(map(len, words(text)), default=0) < UTTERANCE_LENGTH:
        assert divided == words(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.builds(Turn, st.sampled_from(["Anna", "Ben"]), _TEXT), max_size=5))
def test_the_texts_of_a_turns_utterances_are_the_turn(turns: list[Turn]) -> None:
    made = _perform(turns)
    for number, turn in enumerate(turns):
        own = [utterance.text for utterance in made if utterance.turn == number]
        assert "".join(own) == (turn.text if words(turn.text) else "")
    assert [utterance.turn for utterance in made] == sorted(utterance.turn for utterance in made)
    assert all(words(utterance.spoken) for utterance in made)
    assert [utterance.pause for utterance in made].count(Break.END) == min(1, len(made))


@given(st.text("ab. ,;!?…–\n東、é'\"", max_size=120), st.integers(2, 4))
def test_cutting_again_loses_nothing_and_leaves_no_part_without_a_word(text: str, count: int) -> None:
    parts = [(part.spoken, pause) for part, pause in recut(Utterance(text, VOICES["Ben"], "en"), count)]
    assert "".join(part for part, _ in parts) == text
    assert len(parts) <= count
    assert len(parts) == 1 or all(words(part) for part, _ in parts)
    assert not parts or parts[-1][1] == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It is old. The town is not.", [("It is old. ", 300), ("The town is not.", 0)]),
        ("It is old, the town is not.", [("It is old, ", 150), ("the town is not.", 0)]),
        ("It is old but it runs", [("It is old ", 20), ("but it runs", 0)]),
        ("Donaudampfschifffahrt", [("Donaudampfschifffahrt", 0)]),
    ],
)
def test_cuts_are_made_where_a_speaker_would_breathe(text: str, parts: list[tuple[str, int]]) -> None:
    whole = Utterance(text, VOICES["Ben"], "en", speaker="Ben")
    assert recut(whole, 2) == [(replace(whole, spoken=part), pause) for part, pause in parts]
