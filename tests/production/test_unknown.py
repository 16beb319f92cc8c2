"""Words that an engine may get wrong, found in a script."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from narrator.cli import main
from narrator.model import Chapter, Person, Script, Turn
from narrator.production import unknown_words
from narrator.voices import load_catalogue
from narrator.yamltext import load_yaml

GERMAN = (
    "Sam Altman lernt Machine Learning bei OpenAI. Das Team von Sam sitzt in der Cloud, und der CEO auch.",
    "Die Reaktion war deutlich: Man beachte den Ring, das Boot, dies und das Theater in der Idee von Łódź.",
)


def script(language: str, *texts: str, people: tuple[Person, ...] = ()) -> Script:
    turns = tuple(Turn("A", text, (number, number)) for number, text in enumerate(texts, 1))
    return Script("T", language, (Chapter("", turns),), people)


def found(performed: Script) -> dict[str, str]:
    return {word.word: word.why for word in unknown_words(performed, {})}


def test_names_initials_and_foreign_words_are_found_in_german() -> None:
    assert found(script("de", *GERMAN)) == {
        "Sam": "name",
        "Altman": "name",
        "OpenAI": "spelling",
        "CEO": "initials",
        "Learning": "foreign",
        "Team": "foreign",
        "Cloud": "foreign",
        "Łódź": "foreign",
    }


def test_names_are_found_in_english_and_plain_words_are_not() -> None:
    text = "On Monday we met Siobhan in Worcestershire. The river, said Nora, the River is old. A café."
    assert found(script("en", text, people=(Person("Nora Whitfield"),))) == {
        "Siobhan": "name",
        "Worcestershire": "name",
        "Nora": "name",
        "café": "foreign",
    }


def test_they_are_counted_and_placed_and_read_aloud() -> None:
    words = unknown_words(script("de", *GERMAN), {})
    assert (words[0].word, words[0].count, words[0].line) == ("Sam", 2, 1)
    assert words[0].ipa.startswith("z")  # as German reads it
    assert all(word.ipa for word in words)


def test_a_word_with_a_pronunciation_is_known() -> None:
    told = {"de": {"sam": "Säm"}, "kokoro:*": {"Altman": "Oltmän"}}
    assert not {"Sam", "Altman"} & {word.word for word in unknown_words(script("de", *GERMAN), told)}


def test_the_list_can_be_pasted_into_voices_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("talk.txt").write_text("\n\n".join(f"Ada Null: {text} Yes, No: A1b." for text in GERMAN), "utf-8")
    result = CliRunner().invoke(main, ["script", "talk.txt", "--language", "de", "--unknown-words"])
    assert result.exit_code == 0, result.output
    listed = load_yaml(result.stdout, None).plain()["pronunciations"]["de"]
    assert listed["OpenAI"] == "OpenAI"
    Path("voices.yaml").write_text(result.stdout, "utf-8")
    assert load_catalogue().pronunciations["de"]["Łódź"] == "Łódź"
    again = CliRunner().invoke(main, ["script", "talk.txt", "--language", "de", "--unknown-words"])
    assert again.stdout.startswith("# No word")
