"""What is read aloud for what is shown."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.spoken import spoken_form
from narrator.text import words

TABLES = Path(__file__).parent.parent / "data" / "spoken"
GERMAN = [
    ("eine Notiz [to employees] von ihm", "eine Notiz to employees von ihm"),
    ("des Q-Modells* und", "des Q-Modells und"),
    ("Q* kam", "Q Stern kam"),
    ("das ist *sehr* **wichtig**", "das ist sehr wichtig"),
    ("„Ja, ‚natürlich‘“, sagte er.", "Ja, natürlich, sagte er."),
    ("z. B. so, z.B. so, Z. B. so", "zum Beispiel so, zum Beispiel so, Zum Beispiel so"),
    ("Äpfel usw. Dann kam er.", "Äpfel und so weiter. Dann kam er."),
    ("Äpfel usw. und Birnen usw.", "Äpfel und so weiter und Birnen und so weiter."),
    ("Dr. Kim, S. 5, Nr. 7, S. Kim", "Doktor Kim, Seite 5, Nummer 7, S. Kim"),
    ("12–14 km/h bei 20 °C", "12 bis 14 Kilometer pro Stunde bei 20 Grad Celsius"),
    ("5 % & 3,5 Mio. €", "5 Prozent und 3,5 Millionen Euro"),
    ("Kapitel IV, Kapitel 4, CIVIL", "Kapitel 4, Kapitel 4, CIVIL"),
    ("Kolleg*innen und Student_innen", "Kolleg-innen und Student innen"),
    ("siehe https://www.example.org/a-b.", "siehe example Punkt org Schrägstrich a b."),
    ("an a.b@example.org schreiben", "an a Punkt b at example Punkt org schreiben"),
    ("Na ja ... [...] gut", "Na ja… gut"),
    ("Was?! Nein!!!", "Was? Nein!"),
    ("Zeile eins\nZeile zwei", "Zeile eins Zeile zwei"),
    ("eine Tür\u00adklinke", "eine Türklinke"),
    ("Dr. h. c. Kim [Anm. d. Red.: neu]", "Doktor honoris causa Kim Anmerkung der Redaktion: neu"),
    ("Nr.5, z.Zt. Bücher o.ä. im Haus", "Nummer 5, zurzeit Bücher oder ähnliches im Haus"),
    ("Im Text.[1] Und hier² und[12][3] dort.³", "Im Text. Und hier und dort."),
    ("m², CO₂, [12] Eier", "m², C-O-2, 12 Eier"),
    ("Froh 😀 und müde 🙄🙄, ❤️ • Ende 👍🏽.", "Froh und müde, Ende."),
]
ENGLISH = [
    ("Mr. Smith e.g. said i. e. no.", "Mister Smith for example said that is no."),
    ("Henry VIII after World War II, Part I", "Henry the Eighth after World War 2, Part 1"),
    ("the Book I love", "the Book I love"),
    ("in St. Louis; 12 Main St. He left", "in Saint Louis; 12 Main St. He left"),
    ("$5 million, US$ 3", "5 million dollars, 3 US dollars"),
    ("No. 5? No. I said no.", "number 5? No. I said no."),
    ("[h]e said word[s] [sic]", "he said words sic"),
    ("don’t—no", "don't – no"),
    ("AT&T", "AT and T"),
    (
        "The Q* model, Q-star and A* search, *A* and *so on*",
        "The Q star model, Q-star and A star search, A and so on",
    ),
    ("€3bn and $5", "3 billion euros and 5 dollars"),
    ("he/she and/or they like .NET", "he she and or they like .NET"),
    ("a note†, another‡; Kim († 1999)", "a note, another; Kim (died nineteen ninety-nine)"),
    ("https://", "https://"),
]


def table(language: str) -> list[tuple[str, str]]:
    """Read the sentences of a language: what is shown, a tab, what is read."""
    lines = (TABLES / f"{language}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("# ")]
    return [(shown, said) for shown, said in rows]


@pytest.mark.parametrize("language", ["de", "en"])
def test_sentences_are_read(language: str) -> None:
    rows = table(language)
    read = [(shown, spoken_form(shown, language, {})) for shown, _ in rows]
    assert read == rows
    assert len(rows) >= 150


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_read_is_not_changed_again(language: str) -> None:
    for _, said in table(language):
        assert spoken_form(said, language, {}) == said


@pytest.mark.parametrize(("shown", "said"), GERMAN)
def test_german_is_read(shown: str, said: str) -> None:
    assert spoken_form(shown, "de", {}) == said


@pytest.mark.parametrize(("shown", "said"), ENGLISH)
def test_english_is_read(shown: str, said: str) -> None:
    assert spoken_form(shown, "en", {}) == said


def test_pronunciations_are_whole_words_longest_first_and_of_the_language() -> None:
    own = {
        "de": {"Altman": "Oltmen", "Sam Altman": "Säm Oltmen", "US": "U Es", "example.org": "Beispiel"},
        "en": {"Moratti": "wrong"},
        "*": {"Moratti": "Morati", "Altman": "never", "Q*": "Kju Stern"},
    }
    assert spoken_form("Sam Altman, Altmans, Altman’s", "de", own) == "Säm Oltmen, Altmans, Oltmen's"
    assert spoken_form("ALTMAN und moratti", "de", own) == "Oltmen und Morati"
    assert spoken_form("US and us", "de", own) == "U Es and us"
    assert spoken_form("Q* kam von example.org", "de", own) == "Kju Stern kam von Beispiel"
    assert spoken_form("sam.altman@mail.org", "de", own) == "sam Punkt Oltmen at mail Punkt org"


def test_a_users_reading_is_not_read_again() -> None:
    assert spoken_form("Kim sagt", "de", {"de": {"Kim": "5 % z. B."}}) == "5 % z. B. sagt"


_SIGNS = "Haus straße don’t é Über „ “ * ** _ [ ] ( ) — … ... ~ ` « ' # | < > \\"
_SPACES = [", ", ". ", "! ", "?? ", " ", " ", "\n", "\u00a0", "\u00ad"]
_PROSE = st.lists(st.sampled_from([*_SIGNS.split(), *_SPACES]), max_size=40).map("".join)


@settings(max_examples=200, deadline=None)
@given(_PROSE, st.sampled_from(["de", "en", "fr"]))
def test_nothing_that_is_shown_falls_silent(shown: str, language: str) -> None:
    said = spoken_form(shown, language, {})
    assert _letters(said.replace("Hashtag ", "").replace("hashtag ", "")) == _letters(shown)
    assert said == " ".join(said.split())


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from(["de", "en", "fr", "", "../de"]))
def test_any_text_is_spoken(shown: str, language: str) -> None:
    said = spoken_form(shown, language, {})
    assert bool(words(said)) >= bool(words(shown))
    assert not re.search(r"[*_\[\]„“]", said)


_NUMBERS = [
    "3.",
    "21.",
    "0.",
    "03.05.2024",
    "2024-05-03",
    "1999",
    "1848er",
    "90s",
    "14:30",
    "2:1",
    "1/2",
    "2½",
    "24/7",
    "3–5",
    "3-5",
    "030/123456",
    "+49",
    "911",
]
_AROUND = [
    "am",
    "der",
    "die",
    "Mai",
    "May",
    "Uhr",
    "a.m.",
    "$",
    "€",
    "£20",
    "5,–",
    "€",
    "1,5",
    "%",
    "km/h",
    "XIV.",
    "VIII",
    "Ludwig",
    "Henry",
    "@",
    "#x",
    "#1",
    "Q*",
    "KI",
    "10³",
    "No.",
    "Nr.",
]
_NAMES = ["haus", "kam", "peter", "left", "müller"]
_FACTS = st.lists(
    st.sampled_from([*_NUMBERS, *_AROUND, *_NAMES, "Haus", "Peter", ",", "–", "(", "."]), max_size=12
)


@settings(max_examples=300, deadline=None)
@given(_FACTS, st.sampled_from([" ", ""]), st.sampled_from(["de", "en", "fr"]))
def test_no_word_is_lost_among_numbers(parts: list[str], between: str, language: str) -> None:
    shown = between.join(parts)
    said = spoken_form(shown, language, {})
    assert bool(words(said)) >= bool(words(shown))
    if between:
        assert [word for word in words(said) if word in _NAMES] == [
            word.lower() for word in parts if word.lower() in _NAMES
        ]


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text))
