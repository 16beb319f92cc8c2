from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.engines.phonemes import Clause, Joint, Phonemizer, divide
from narrator.errors import SynthesisError
from narrator.model import Span, SpanKind

_CLAUSES = st.lists(
    st.builds(
        Clause,
        st.text("aˈɪ ", min_size=1, max_size=40).filter(str.strip),
        st.sampled_from(["", ",", ";", ":", "—", ".", "!", "?", "…"]),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def phonemizer() -> Iterator[Phonemizer]:
    made = Phonemizer()
    yield made
    made.close()


def test_clauses_end_with_the_marks_of_the_text(phonemizer: Phonemizer) -> None:
    text = "Yes, “no”: she asked; really? No! Well … perhaps – or never."
    assert [clause.mark for clause in phonemizer.clauses(text, "en-us")] == list(",:;?!…—.")


def test_phonemes_are_those_of_the_language(phonemizer: Phonemizer) -> None:
    assert [clause.phonemes for clause in phonemizer.clauses("Zurück, bitte.", "de")] == ["tsuːrˈʏk", "bˈɪtə"]
    (clause,) = phonemizer.clauses("Hello", "en-us")
    assert clause == Clause("həlˈoʊ", "")


@pytest.mark.parametrize(
    ("text", "base"),
    [("Mr. Jones met Dr. Smith, e.g. there.", "en-us"), ("Es kommt z. B. Dr. Meyer, bald.", "de")],
)
def test_the_point_of_an_abbreviation_ends_no_sentence(phonemizer: Phonemizer, text: str, base: str) -> None:
    clauses = phonemizer.clauses(text, base)
    assert "".join(clause.mark for clause in clauses) == ",."


def test_no_word_of_a_long_text_is_lost(phonemizer: Phonemizer) -> None:
    clauses = phonemizer.clauses("word " * 1000, "en-us")
    assert " ".join(clause.phonemes for clause in clauses).split() == ["wˈɜːd"] * 1000


def test_phonemes_do_not_depend_on_what_was_asked_before(phonemizer: Phonemizer) -> None:
    texts = ["Nein.", "Im Jahr 2024 waren es 3,5 Millionen.", "Wie geht es?"]
    first = [phonemizer.clauses(text, "de") for text in texts]
    assert [phonemizer.clauses(text, "de") for text in reversed(texts)] == first[::-1]


def test_an_unknown_language_is_refused_for_good(phonemizer: Phonemizer) -> None:
    with pytest.raises(SynthesisError) as caught:
        phonemizer.clauses("Hello", "nowhere")
    assert not caught.value.retry


@given(_CLAUSES, st.integers(1, 60))
def test_dividing_loses_no_symbol_and_keeps_words_apart(clauses: list[Clause], limit: int) -> None:
    pieces = divide(clauses, limit)
    assert all(0 < len(piece) <= limit for piece, _ in pieces)
    whole = "".join(piece + (" " if joint else "") for piece, joint in pieces)
    assert whole.split() == " ".join(clause.phonemes.rstrip() + clause.mark for clause in clauses).split()


@given(_CLAUSES)
def test_what_fits_is_not_divided(clauses: list[Clause]) -> None:
    assert len(divide(clauses, 1000)) == bool(clauses)


def test_the_widest_joint_is_taken() -> None:
    clauses = [Clause("aaa", ","), Clause("bbb", "."), Clause("ccc", ","), Clause("ddd eee fff", "!")]
    assert divide(clauses, 15) == (
        ("aaa, bbb.", Joint.SENTENCE),
        ("ccc,", Joint.CLAUSE),
        ("ddd eee fff!", Joint.SENTENCE),
    )


def test_marked_words_are_pronounced_as_told_and_the_rest_as_ever(phonemizer: Phonemizer) -> None:
    def spans(text: str, **marked: str) -> tuple[Span, ...]:
        places = {word: (text.index(word), text.index(word) + len(word)) for word in marked}
        kinds = {word: SpanKind.LANGUAGE if word == "Learning" else SpanKind.IPA for word in marked}
        return tuple(Span(*places[word], kinds[word], value) for word, value in marked.items())

    def read(text: str, **marked: str) -> list[tuple[str, str]]:
        found = phonemizer.marked_clauses(text, spans(text, **marked), "de", lambda code: code)
        return [(clause.phonemes, clause.mark) for clause in found]

    assert read("Ja, Nguyen, das war so.", Nguyen="ŋwi͡ən") == [
        ("jˈɑː", ","),
        ("ŋwiən", ","),
        ("das vɑːɾ zˈoː", "."),
    ]
    assert read("Nguyen!", Nguyen="ŋwiən") == [("ŋwiən", "!")]
    learning = phonemizer.clauses("Learning", "en")[0].phonemes
    assert read("Das ist Learning hier.", Learning="en") == [(f"das ɪst {learning} hˈiːɾ", ".")]
    assert read("Das ist gut.") == [(c.phonemes, c.mark) for c in phonemizer.clauses("Das ist gut.", "de")]
