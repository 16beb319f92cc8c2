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
