"""How words are pronounced, from `voices.yaml` to the take."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from narrator.errors import SettingsError
from narrator.model import Cast, Chapter, Pronunciation, Role, Script, Span, SpanKind, Turn, Voice
from narrator.pronunciations import Pronunciations, read_ipa
from narrator.recording import Recording, record
from narrator.spoken import read_aloud, utterances
from narrator.takes import TakeStore
from narrator.voices import load_catalogue

OWN: Pronunciations = {
    "*": {"Nguyen": "Winn"},
    "de": {"GIF": "Giff", "Nguyen": Pronunciation("ŋwiən", "Nwien", "v.yaml:3")},
    "kokoro:*": {"GIF": "Dschiff"},
    "espeak:de+m3": {"GIF": "Gif", "Dr. No": Pronunciation("noː")},
}


def load(folder: Path, text: str) -> Pronunciations:
    path = folder / "voices.yaml"
    path.write_text(text, encoding="utf-8")
    return load_catalogue(path).pronunciations


def test_a_file_may_tell_ipa_and_voices(tmp_path: Path) -> None:
    told = load(
        tmp_path,
        "pronunciations:\n  de:\n    GIF: Giff\n    Nguyen: {ipa: /ŋwiən/, say: Winn}\n"
        "  'kokoro:*': {GIF: {say: Dschiff}}\n",
    )
    assert told == {
        "de": {"GIF": "Giff", "Nguyen": Pronunciation("ŋwiən", "Winn")},
        "kokoro:*": {"GIF": "Dschiff"},
    }
    nguyen = told["de"]["Nguyen"]
    assert isinstance(nguyen, Pronunciation)
    assert nguyen.place.endswith("voices.yaml:4")


@pytest.mark.parametrize(
    ("entry", "line", "problem"),
    [
        ("de:\n    A: {say: ''}", 3, "IPA is missing, as in"),
        ("de:\n    A: {ipa: ''}", 3, "IPA is expected, as in"),
        ("de:\n    A: {ipa: Q5}", 3, "'Q' is no sign of IPA"),
        ("de:\n    A:\n      ipa: a\n      as: b", 5, "is not known here; there is ipa, say"),
        ("de:\n    A: [ipa]", 3, "a respelling is expected, not a list"),
        ("'kokoro: m': {A: b}", 2, "as key"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, entry: str, line: int, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, f"pronunciations:\n  {entry}\n")
    assert f"voices.yaml:{line}" in str(caught.value)
    assert problem in str(caught.value)


def test_signs_around_ipa_are_not_part_of_it() -> None:
    assert read_ipa("[ˈno.ra]") == "ˈnora"
    assert read_ipa(" /mɛʁˈkʰ/ ") == "mɛʁˈkʰ"
    for wrong in ("", "//", "ˈ", "a" * 201, "hallo!", "Ä"):
        with pytest.raises(ValueError, match="IPA"):
            read_ipa(wrong)


def test_the_reading_for_a_voice_comes_before_that_for_the_language() -> None:
    def said(text: str, voice: str, language: str = "de") -> str:
        return read_aloud(text, language, OWN, voice)[0]

    assert said("Ein GIF.", "") == "Ein Giff."
    assert said("Ein GIF.", "kokoro:de+jm_kumo") == "Ein Dschiff."
    assert said("Ein GIF.", "espeak:de+m3") == "Ein Gif."
    assert said("Ein GIF.", "espeak:de+m8") == "Ein Giff."
    assert said("A GIF by Nguyen.", "espeak:en+m8", "en") == "A GIF by Winn."


def test_ipa_lies_on_the_words_it_is_for() -> None:
    spoken, spans = read_aloud("Um 10 % mehr  fragt „Nguyen“, z. B. Dr. No.", "de", OWN, "espeak:de+m3")
    assert spoken == "Um 10 Prozent mehr fragt Nwien, zum Beispiel Doktor No."
    assert [(spoken[s.start : s.end], s.kind, s.value) for s in spans] == [
        ("Nwien", SpanKind.IPA, "ŋwiən"),
        ("Doktor No", SpanKind.IPA, "noː"),
    ]
    assert spans[0].place == "v.yaml:3"
    assert read_aloud("Ohne Namen.", "de", OWN, "espeak:de+m3") == ("Ohne Namen.", ())


def test_one_pronunciation_changed_remakes_only_the_takes_with_that_word(tmp_path: Path) -> None:
    names = ("Altman", "Nguyen", "Moratti")
    turns = tuple(Turn("Anna", f"Nr. {i}: {names[i % 3] if i % 4 else 'Du'}") for i in range(300))
    script = Script("", "de", (Chapter("", turns),))
    cast = Cast((Role("Anna", Voice("tone", "de+alto1", "de"), "test"),))
    store = TakeStore(tmp_path)

    def threads(_: int) -> AbstractContextManager[ThreadPoolExecutor]:
        return ThreadPoolExecutor(2)

    def build(own: Pronunciations) -> Recording:
        return record(utterances(script, cast, own), store, threads)

    with_the_word = sum("Nguyen" in turn.text for turn in turns)
    assert with_the_word == 75
    assert build({}).made == 300
    changed = build({"de": {"Nguyen": "Winn"}})
    assert (changed.made, changed.kept) == (75, 225)
    # An engine that takes no IPA has the same words to say, and none of those is made again.
    own: Pronunciations = {
        "de": {"Nguyen": Pronunciation("ŋwiən", "Winn")}, "tone:*": {"Moratti": "Morati"},
    }  # fmt: skip
    other = build(own)
    assert (other.made, other.kept) == (75, 225)


def test_a_span_is_sound_and_its_place_is_not() -> None:
    assert Span(0, 1, SpanKind.IPA, "a", "x:1") == Span(0, 1, SpanKind.IPA, "a", "y:2")
