"""Chapter titles made from the turns that open a topic."""

import pytest

from narrator.attribution.lexicon import lexicon
from narrator.attribution.titles import opening_title
from narrator.text import words


@pytest.mark.parametrize(
    ("language", "text", "title"),
    [
        ("de", "Letzte Frage: Was nehmen Sie mit auf den Berg?", "Was nehmen Sie mit auf den Berg?"),
        ("de", "Frau Ebner, warum züchten Sie Birnen?", "Warum züchten Sie Birnen?"),
        ("en", "Marcus, what did the plane teach you?", "What did the plane teach you?"),
        ("en", "Wow. And how long does a net last?", "How long does a net last?"),
        ("en", "[laughs] So you mend nets in winter. Why?", "You mend nets in winter"),
        ("en", "Your second garden grew on a roof. Right?", "Your second garden grew on a roof"),
        ("xx", "Mmm?", "Mmm?"),
    ],
)
def test_a_title_says_what_is_asked(language: str, text: str, title: str) -> None:
    assert opening_title(text, lexicon(language), ()) == title


def test_long_questions_are_cut_at_a_word_that_means_something() -> None:
    text = "How can we use the latest machines to make the old paper post that everybody loves useful again?"
    title = opening_title(text, lexicon("en"), ())

    assert len(title) <= 61
    assert title.endswith("…")
    assert words(title)[-1] not in lexicon("en")["common"]


def test_titles_in_one_script_are_distinct() -> None:
    text = "How did it begin? Where did the nets come from?"
    used: list[str] = []
    for _ in range(4):
        used.append(opening_title(text, lexicon("en"), used))

    assert len(set(used)) == 4
