"""Which language a text is in."""

import pytest

from narrator.text import detect_language


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
