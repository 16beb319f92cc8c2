"""Words, and which language a text is in."""

import re
import sys
import unicodedata
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.text import detect_language, has_words, word_spans, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello there.", "en"),
        ("Hi", "en"),
        ("Hello, I am here.", "en"),
        ("Hallo zusammen", "de"),
        ("Guten Tag", "de"),
        ("Das ist gut.", "de"),
        ("Bonjour", "fr"),
        ("Ciao, come stai?", "it"),
        ("Dzień dobry", "pl"),
        ("God dag og velkommen til en udsendelse om floden bag huset", "da"),
        ("Jag heter Anna och bor i Stockholm", "sv"),
        ("Jó napot kívánok", "hu"),
        ("Merhaba, nasılsın", "tr"),
        ("привет, как дела", "ru"),
        ("こんにちは", "ja"),
        ("… – !?", "en"),
    ],
)
def test_few_words_are_taken_for_a_common_language_many_for_their_own(text: str, language: str) -> None:
    assert detect_language(text) == language


_NOVEL = (
    "She had been there before, and when the train stopped she knew which of the houses was hers. What "
    "would they say, if you asked them about it? They said that nobody could have known, but it is not "
    "the only one of its kind, and why should we care where he was with his other friends?"
)
_ROMAN = (
    "Sie war schon einmal dort gewesen, und als der Zug hielt, wusste sie, dass das Haus noch auf der "
    "anderen Seite ist. Wir haben nicht mehr mit ihm gesprochen, aber wie kann man sich das nur von mir "
    "wünschen, wenn keine Antwort zu ihr kam und auch nach einem Jahr für uns nichts von dem zu sehen "
    "war?"
)
_LOW_GERMAN = (
    "Alle Minschen sünd frie un gliek an Würd un Rechten baren. Se hebbt Vernunft un en Geweten un se "
    "schüllt sik Bröder wesen. He is in Hamborg boren un weer lange Tiet op See. Dat is nich so "
    "eenfach, aver wi maakt dat noch, un wenn du dat nich löövst, denn kiek sülven na. Oder schall ik "
    "di dat wiesen?"
)


@pytest.mark.parametrize(("text", "language"), [(_NOVEL, "en"), (_ROMAN, "de"), (_LOW_GERMAN, "")])
def test_the_detectors_model_is_asked_only_where_there_is_doubt(
    text: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asked(ModuleType):
        def rank(self, sample: str) -> list[tuple[str, float]]:
            raise AssertionError(sample)

    monkeypatch.setitem(sys.modules, "py3langid", Asked("py3langid"))
    if language:
        assert detect_language(text) == language
    else:
        with pytest.raises(AssertionError, match="sünd frie"):
            detect_language(text)


_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
_WORD = re.compile(rf"{_LETTER}+(?:['’ʼ‘\u00ad]{_LETTER}+)*")
_TEXT = st.text(
    st.one_of(st.sampled_from("aB1_ '’ʼ‘\u00ad\u0301\u0308éßİΣσΑ.\nŉﬁ²Ⅷ…-"), st.characters()), max_size=60
)


@given(_TEXT)
def test_words_are_runs_of_letters_whatever_way_they_are_found(text: str) -> None:
    found = _WORD.findall(text)
    assert [text[a:b] for a, b in word_spans(text)] == found
    assert has_words(text) == bool(found)
    assert words(text) == [
        re.sub("['ʼ‘]", "’", unicodedata.normalize("NFKC", word).replace("\u00ad", "").lower())
        for word in found
    ]
