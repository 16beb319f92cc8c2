"""Who says a quotation in prose."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution import attribute
from narrator.attribution.lexicon import lexicon
from narrator.attribution.quotations import find_quotations, is_speech
from narrator.model import NARRATOR, Block, BlockKind, Document, Run, Script
from narrator.text import words


def story(*texts: str, language: str = "en") -> Document:
    blocks = tuple(Block(BlockKind.PARAGRAPH, (Run(text),), (i, i)) for i, text in enumerate(texts, start=1))
    return Document("", language, blocks)


def said(script: Script) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in script.turns if turn.speaker != NARRATOR]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("„Ja“, sagte er. „Nein!“", ["„Ja“,", "„Nein!“"]),
        ("»Ja,« sagte er. »Nein!«", ["»Ja,«", "»Nein!«"]),
        ("« Oui », dit-il. « Non ! »", ["« Oui »,", "« Non ! »"]),
        ("“Yes,” he said. “He cried ‘No’ to me.”", ["“Yes,”", "“He cried ‘No’ to me.”"]),
        ('"Yes," he said. "No!"', ['"Yes,"', '"No!"']),
        ("‘It’s the dogs’ dinner,’ he said. ‘No!’", ["‘It’s the dogs’ dinner,’", "‘No!’"]),
        ("'It's late,' he said. 'No!'", ["'It's late,'", "'No!'"]),
        ("‚Ja‘, sagte er. ‚Nein!‘", ["‚Ja‘,", "‚Nein!‘"]),
    ],
)
def test_every_kind_of_quotation_marks_is_read(text: str, quoted: list[str]) -> None:
    (found,) = find_quotations([text], lexicon("en"))

    assert [text[one.start : one.end] for one in found] == quoted


def test_a_quotation_runs_over_paragraphs() -> None:
    first, second = find_quotations(["“One.", "“Two,” he said."], lexicon("en"))

    assert first[0].goes_on
    assert not second[0].goes_on


@pytest.mark.parametrize(
    "text",
    [
        "He had read “The Grey Wharf” twice.",
        "They called it a “holiday” and went home.",
        "“The Grey Wharf” was the name of the house.",
        "The sign, “The Blue Anchor,” creaked in the wind.",
    ],
)
def test_titles_and_scare_quotes_are_no_speech(text: str) -> None:
    (found,) = find_quotations([text], lexicon("en"))

    assert not any(is_speech(text, one, lexicon("en")) for one in found)


ARTICLE = story(
    "The committee met on Monday, according to a report.",
    "“We are satisfied,” said Ann Pryor, the chair of the company.",
    "Figures rose by ten percent last year.",
)


def test_an_article_is_narrated_unless_asked_for_voices() -> None:
    assert said(attribute(ARTICLE)) == []
    assert said(attribute(ARTICLE, quotes="narrated")) == []
    assert said(attribute(ARTICLE, quotes="voiced")) == [("Ann Pryor", "“We are satisfied,”")]


TALE = (
    "Mr. Lamb sat by the fire, and his wife looked at him.",
    "“Are you cold, my dear?” asked Mrs. Lamb.",
    "“Not very,” he said.",
    "“You are shivering!” cried his wife.",
    "“Am I?”",
    "“You know you are.”",
)


def test_pronouns_spouses_and_alternation_find_the_speaker() -> None:
    script = attribute(story(*TALE))

    assert [name for name, _ in said(script)] == [
        "Mrs. Lamb", "Mr. Lamb", "Mrs. Lamb", "Mr. Lamb", "Mrs. Lamb",
    ]  # fmt: skip
    genders = {person.name: person.gender for person in script.people}
    assert genders["Mr. Lamb"] == "male"
    assert genders["Mrs. Lamb"] == "female"


def test_fiction_may_be_narrated_on_request() -> None:
    assert said(attribute(story(*TALE), quotes="narrated")) == []


def test_a_named_speaker_is_surer_than_one_whose_turn_it_is() -> None:
    turns = [turn for turn in attribute(story(*TALE)).turns if turn.speaker != NARRATOR]

    assert turns[0].confidence >= 0.9
    assert turns[-1].confidence < 0.9


@pytest.mark.parametrize(
    ("texts", "speakers"),
    [
        pytest.param(
            ("Anna Hale looked up.", "Anna cried aloud: “It is not so!”", "“Is it not?” asked Tom Reed.",
             "“No,” was Anna’s only answer.", "“Well?”", "“I said no.”"),
            ["Anna Hale", "Tom Reed", "Anna Hale", "Tom Reed", "Anna Hale"],
            id="a narrator who leads up to speech is no label, and an answer is its giver’s",
        ),
        pytest.param(
            ("“Oh, what a night,” said Tom Reed.", "“Oh, yes,” Anna hazarded, “but mild.”",
             "“Said Anna Hale, mild?”", "“Oh, let me be,” she pouted.", "“Never,” Tom grinned.",
             "“Oh, then go,” said Anna Hale."),
            ["Tom Reed", "Anna Hale", "Tom Reed", "Anna Hale", "Tom Reed", "Anna Hale"],
            id="nobody is called Oh, and any verb behind a comma tells who speaks",
        ),
        pytest.param(
            ("“Late again,” said Katharine Hale.", "“Am I?” said Thomas.", "“You are,” said Kitty.",
             "“Sorry,” said Tom.", "“Are you?” asked Kitty.", "“Yes,” said Tom."),
            ["Katharine Hale", "Tom", "Katharine Hale", "Tom", "Katharine Hale", "Tom"],
            id="a nickname means whom the name means",
        ),
        pytest.param(
            ("“Who is there?” he asked.", "“It is I,” said Anna Hale.", "“Come in,” said Tom Reed.",
             "“It is cold,” said Anna, and Tom answered: “It is.”", "“Very!” said Anna."),
            ["Tom Reed", "Anna Hale", "Tom Reed", "Anna Hale", "Tom Reed", "Anna Hale"],
            id="he may be somebody named later, and the last verb before a quotation counts",
        ),
    ],
)  # fmt: skip
def test_who_speaks_in_english(texts: tuple[str, ...], speakers: list[str]) -> None:
    assert [name for name, _ in _joined(said(attribute(story(*texts))))] == speakers


def test_who_speaks_in_german() -> None:
    script = attribute(
        story(
            "»Kommst du mit?« fragte Anna.",
            "»Nein«, fuhr Georg auf. In großer Erregung sagte er: »Nie!«",
            "»Und morgen?« sagte Anna, und Georg erwiderte: »Auch nicht.«",
            "Trotzdem sagte sie: »Komm!«",
            language="de",
        )
    )

    assert [name for name, _ in _joined(said(script))] == ["Anna", "Georg", "Anna", "Georg", "Anna"]


def _joined(turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join the turns of one speaker that only the narrator interrupts."""
    return [turn for before, turn in zip([("", ""), *turns], turns, strict=False) if before[0] != turn[0]]


def test_pronouns_tell_the_gender_against_the_first_name() -> None:
    talk = ("Brett took off her hat, and she laughed.", "Brett shook her head; she sat by her glass.",
            "“Tired?” asked Jake.", "“A little,” she said.", "“You look it,” said Jake.",
            "“Do I?” said Brett.", "Brett put her hand on her arm, and she yawned.")  # fmt: skip
    script = attribute(story(*talk))

    assert {person.name: person.gender for person in script.people}["Brett"] == "female"


MARKS = st.sampled_from(
    ["“", "”", "„", "»", "«", '"', "'", "‘", "’", "‚", "—", "– ", "...", ",", "?", " ", " said ", "Tom",
     "she", "sagte", "It’s", "don't", "\n", "er", "Mr. Hale", "I",
     "the old man", "Word"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(st.lists(MARKS, min_size=1, max_size=25).map("".join), min_size=1, max_size=8),
    language=st.sampled_from(["en", "de", "fr", "es", "xx"]),
    quotes=st.sampled_from(["auto", "voiced", "narrated"]),
)
def test_no_word_is_lost_at_quotation_marks(texts: list[str], language: str, quotes: str) -> None:
    script = attribute(story(*texts, language=language), quotes=quotes)  # raises LedgerError itself

    in_script = Counter(words(" ".join(turn.text for turn in script.turns)))
    in_script.update(word for one in script.unspoken for word in words(one.text))
    assert in_script == Counter(word for text in texts for word in words(text))
