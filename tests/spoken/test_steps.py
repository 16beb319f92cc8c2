"""What the steps of reading need is all that they find."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.spoken.needs import Seen
from narrator.spoken.steps import steps_of
from narrator.spoken.wordlists import WordLists, word_lists

_SIGNS = " .,;:!?…—–-+'’‘\"„“”[](){}*_~`#|^\\<>@/&%0123456789½²³¹†‡•☃😀\xad\u200b\u00a0\u202f\n١²"
_PARTS = (
    *(
        "I",
        "II",
        "IV",
        "XIV",
        "World War",
        "John",
        "F.",
        "a",
        "B",
        "etal.",
        "KIs",
        "KI’s",
        "www.",
        "https://",
    ),
    *(
        "x.pdf",
        "gone.",
        "The",
        "1 000 000",
        "1'000",
        "12:30",
        "3/4",
        "24/7",
        "2–3",
        "1990s",
        "am",
        "5 Mio. Das",
    ),
    *(
        "Dr.Kim",
        "...",
        ". . .",
        "--",
        "Kolleg*innen",
        "Q*",
        "C#",
        "[h]e",
        "don't",
        "+/-",
        "§§ 3",
        "Ludwig XIV.",
    ),
)


def _words_of(lists: WordLists) -> list[str]:
    """Return all that is in lists."""
    entries = (getattr(lists, one.name) for one in fields(lists) if one.name not in {"language", "words"})
    return [word for entry in entries for word in entry]


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_a_step_that_is_not_asked_would_have_found_nothing(language: str) -> None:
    lists = word_lists(language)
    part = st.one_of(
        st.sampled_from([*_SIGNS, *_PARTS, *_words_of(lists)]),
        st.sampled_from([" ", " ", ". "]),
        st.text(max_size=3),
    )

    @settings(max_examples=300, deadline=None)
    @given(st.lists(part, max_size=14))
    def check(parts: list[str]) -> None:
        text = "".join(parts)
        steps, seen = steps_of(lists), Seen(text)
        first = seen.has(steps.needs)
        for step, needs in steps.every:
            read = step(text, lists)
            assert read == text or Seen(text).has(needs), step.__name__
            assert read == text or first or step in steps.always, step.__name__
            first, text = first or read != text, read

    check()
