import os
import re
from pathlib import Path

import pytest

from narrator.engines.espeak import EspeakEngine
from narrator.engines.tone import ToneEngine
from narrator.errors import CastError, SettingsError
from narrator.model import Shade, Voice
from narrator.voices import UNMEASURED, Catalogue, Pin, find_voice, load_catalogue


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(folder: Path, text: str) -> Catalogue:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_catalogue(path)


def test_narrators_own_file_is_there_wherever_one_is(folder: Path) -> None:
    assert folder == Path.cwd()
    catalogue = load_catalogue()
    assert catalogue.engine == ""  # narrator chooses
    assert catalogue.pins == ()
    assert len(catalogue.recommended) >= 12


def test_a_file_in_the_current_folder_is_laid_over_it(folder: Path) -> None:
    (folder / "voices.yaml").write_text("engine: tone\npins: {Anna: 'tone:*+alto1'}", encoding="utf-8-sig")
    catalogue = load_catalogue()
    assert catalogue.engine == "tone"
    assert [(pin.speaker, pin.voice) for pin in catalogue.pins] == [("Anna", "tone:*+alto1")]
    assert len(catalogue.recommended) >= 12


def test_an_empty_file_changes_nothing(folder: Path) -> None:
    assert load(folder, "") == load_catalogue()
    assert load(folder, "pins:\nengines:\npronunciations:") == load_catalogue()


def test_pins_name_a_voice_and_may_change_it(folder: Path) -> None:
    pins = load(
        folder, "pins:\n  Anna: espeak:de+f2\n  Bob: {voice: 'espeak:*+m8', rate: 150, pitch: 20}"
    ).pins
    path = folder / "mine.yaml"
    assert pins == (
        Pin("Anna", "espeak:de+f2", (), f"{path}:2"),
        Pin("Bob", "espeak:*+m8", (("pitch", 20.0), ("rate", 150.0)), f"{path}:3"),
    )


def test_pronunciations_are_kept_by_language(folder: Path) -> None:
    catalogue = load(folder, "pronunciations:\n  '*': {Nguyen: Winn}\n  de: {GIF: Giff, 1&1: Eins und Eins}")
    assert catalogue.pronunciations == {
        "*": {"Nguyen": "Winn"},
        "de": {"GIF": "Giff", "1&1": "Eins und Eins"},
    }


def test_voices_of_the_user_come_after_or_change_those_there(folder: Path) -> None:
    base = load_catalogue()
    first = base.recommended[0]
    catalogue = load(
        folder,
        f"engines:\n  espeak:\n    voices:\n      - {{name: '{first.name}', rate: 200, use: false}}\n"
        "      - {name: '*+whisper', gender: female, note: quiet}\n"
        f"    alike:\n      '*+whisper': {{'{first.name}': 0.1}}",
    )
    changed, *_, added = catalogue.recommended
    assert (changed.name, changed.use, dict(changed.options)["rate"]) == (first.name, False, 200)
    assert dict(changed.options).items() >= {k: v for k, v in first.options if k != "rate"}.items()
    assert (added.name, added.gender, added.note, added.use) == ("*+whisper", "female", "quiet", True)
    pool = catalogue.pool([Voice("espeak", "de+whisper", "de"), Voice("espeak", "de", "de")], "de")
    assert catalogue.cosines["espeak", first.name, "*+whisper"] == 0.1
    assert [voice.gender for voice in pool if voice.name == "de+whisper"] == ["female"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- a", 1, "a mapping of settings is expected, not a list"),
        ("engine: [espeak]", 1, "engine: the name of an engine is expected, not a list"),
        ("engine:", 1, "engine: the name of an engine is expected, not nothing"),
        ("voices: {}", 1, "voices: is not known here; there is engine, pins, pronunciations, engines"),
        ("pins: Anna", 1, "pins: a mapping is expected, not a text"),
        ("pins:\n  Anna: 5", 2, "pins.Anna: a voice is written engine:name, as in espeak:de+m8, not '5'"),
        ("pins:\n  Anna: m8", 2, "pins.Anna: a voice is written engine:name"),
        ("pins:\n  Anna: [x]", 2, "pins.Anna: a voice, as in espeak:de+m8, is expected, not a list"),
        ("pins:\n  Anna: {pitch: 5}", 2, "pins.Anna: a voice is missing"),
        ("pins:\n  Anna:\n    voice: espeak:de\n    pitch: high", 4, "pins.Anna.pitch: a pitch from 0 to 99"),
        ("pins:\n  A: {voice: 'e:de', pitch: 100}", 2, "a pitch from 0 to 99 is expected, not 100"),
        ("pins:\n  A: {voice: 'e:de', rate: .nan}", 2, "a rate of 80 to 450 words a minute is expected"),
        (
            "pins:\n  A: {voice: 'e:de', volume: 3}",
            2,
            "pins.A.volume: is not known here; there is voice, pitch",
        ),
        ("pins:\n  A: e:x\n  A: e:y", 3, "pins.A: stands here twice"),
        ("pronunciations:\n  de: [a]", 2, "a mapping of words to their respellings is expected, not a list"),
        ("pronunciations:\n  German: {a: b}", 2, "pronunciations.German: a language code"),
        ("pronunciations:\n  de:\n    a:", 3, "pronunciations.de.a: a respelling is expected, not nothing"),
        (
            "engines:\n  espeak: {voice: []}",
            2,
            "engines.espeak.voice: is not known here; there is voices, alike",
        ),
        ("engines:\n  espeak:\n    voices:\n      - {gender: male}", 4, "a name is missing"),
        (
            "engines:\n  e:\n    voices:\n      - {name: a, gender: boy}",
            4,
            "female or male is expected, not 'boy'",
        ),
        ("engines:\n  e:\n    voices:\n      - {name: a, use: 1}", 4, "true or false is expected"),
        (
            "engines:\n  e:\n    voices:\n      - {name: a, wer: {de: 7}}",
            4,
            "a rate from 0 to 1 is expected, not 7",
        ),
        ("engines:\n  e:\n    alike:\n      a: {b: 0.5}", 4, "'a' is not among the voices of e in this file"),
        ("engines:\n  e: {voices: [{name: a}], alike: {a: {a: 2}}}", 2, "a cosine from -1 to 1 is expected"),
        *(
            (f"engines:\n  e:\n    voices:\n      - name: {name}\n        shade: {shade}", 5, says)
            for name, shade, says in (
                ("a/deep", "5", "a mapping of pitch, formants and rate is expected, not a number"),
                ("a/deep", "{}", "pitch, formants or rate is missing"),
                ("a/deep", "{pitch: low}", "shade.pitch: a pitch of -12 to 12 semitones is expected"),
                ("a/deep", "{pitch: -13}", "a pitch of -12 to 12 semitones is expected, not -13"),
                ("a/deep", "{formants: 7}", "formants of -6 to 6 semitones is expected, not 7"),
                ("a/deep", "{rate: 0.5}", "a rate of 0.7 to 1.4 times the voice's own is expected, not 0.5"),
                ("a/deep", "{rate: .inf}", "a rate of 0.7 to 1.4"),
                ("a/deep", "{speed: 1}", "shade.speed: is not known here; there is pitch, formants, rate"),
                ("a", "{pitch: 1}", "a shade needs a name as in 'a/deep', not 'a'"),
                ("a/b/c", "{pitch: 1}", "a shade needs a name as in 'a/deep', not 'a/b/c'"),
            )
        ),
        ("engine: 'open", 1, "YAML: found unexpected end of stream"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(folder: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(says)) as caught:
        load(folder, text)
    assert str(caught.value).startswith(f"{folder / 'mine.yaml'}:{line}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml: voices: the file cannot be read: no such file"):
        load_catalogue(folder / "none.yaml")
    with pytest.raises(SettingsError, match="is a directory"):
        load_catalogue(folder)
    (folder / "latin.yaml").write_bytes(b"engine: \xe4")
    with pytest.raises(SettingsError, match="is not UTF-8"):
        load_catalogue(folder / "latin.yaml")


def test_a_pool_holds_the_recommended_voices_first_with_their_options(folder: Path) -> None:
    catalogue = load(
        folder,
        "engines:\n  tone:\n    voices:\n      - {name: '*+tenor2', pitch: 60}\n"
        "      - {name: '*+alto1/deep', pitch: 9}\n      - {name: '*+violin', pitch: 9}",
    )
    pool = catalogue.pool(ToneEngine().voices(), "de")
    assert [(voice.name, voice.options) for voice in pool[:2]] == [
        ("de+tenor2", (("pitch", 60.0),)), ("de+alto1/deep", (("pitch", 9.0),)),
    ]  # fmt: skip
    assert len(pool) == 25
    assert [voice.name for voice in pool if catalogue.recommends(voice)] == ["de+tenor2", "de+alto1/deep"]


def test_a_shade_is_a_voice_beside_the_one_it_is_made_from(folder: Path) -> None:
    catalogue = load(
        folder,
        "engines:\n  tone:\n    voices:\n      - {name: '*+alto1'}\n"
        "      - {name: '*+alto1/deep', gender: male, shade: {pitch: -9, formants: -3.5}}",
    )
    pool = catalogue.pool(ToneEngine().voices(), "de")
    assert [(voice.name, voice.gender, voice.shade) for voice in pool[:2]] == [
        ("de+alto1", "female", None), ("de+alto1/deep", "male", Shade(-9, -3.5, 1)),
    ]  # fmt: skip
    assert (pool[1].plain.name, pool[1].plain.shade) == ("de+alto1", None)
    for name in ("tone:de+alto1/deep", "tone:*+alto1/deep"):
        assert find_voice(pool, Pin("A", name)) == pool[1]
    changed = load(folder, "engines: {gtts: {voices: [{name: '*/deep', shade: {rate: 0.9}}]}}")
    assert {entry.name: entry.shade for entry in changed.recommended}["*/deep"] == Shade(rate=0.9)


def test_of_an_engine_that_is_not_described_every_voice_may_be_given(folder: Path) -> None:
    catalogue = load(folder, "")
    pool = catalogue.pool(ToneEngine().voices("fr"), "fr")
    assert pool == ToneEngine().voices("fr")
    assert all(map(catalogue.recommends, pool))


def test_a_language_without_voices_is_an_error_that_tells_those_there_are(folder: Path) -> None:
    with pytest.raises(
        CastError, match="“tlh”: the engine does not speak this language; there is de, en"
    ) as caught:
        load(folder, "").pool(ToneEngine().voices(), "tlh")
    assert caught.value.known == ("de", "en")


def test_voices_are_found_by_pins_with_or_without_language() -> None:
    voice = Voice("espeak", "de+m8", "de", options=(("pitch", 40.0), ("rate", 170.0)))
    pool = (Voice("espeak", "de", "de"), voice, Voice("tone", "de+m8", "de"))
    assert find_voice(pool, Pin("A", "espeak:de+m8")) == voice
    assert find_voice(pool, Pin("A", "espeak:*+m8")) == voice
    assert find_voice(pool, Pin("A", "tone:*+m8")) == pool[2]
    assert find_voice(pool, Pin("A", "espeak:en+m8")) is None
    changed = find_voice(pool, Pin("A", "espeak:de+m8", (("pitch", 10.0),)))
    assert changed is not None
    assert changed.options == (("pitch", 10.0), ("rate", 170.0))


def test_likeness_is_that_of_the_list_in_every_language(folder: Path) -> None:
    catalogue = load(
        folder,
        "engines: {tone: {voices: [{name: '*+a'}, {name: '*+b'}, {name: '*+c'}],"
        " alike: {'*+a': {'*+b': 0.5}}}}",
    )

    def alike(a: str, b: str) -> float:
        return catalogue.alike(Voice("tone", a, "de"), Voice("tone", b, "de"))

    assert alike("de+a", "de+b") == alike("de+b", "de+a") == alike("en-us+a", "fr+b") == 0.5
    assert alike("de+a", "de+c") == alike("de+a", "de+z") == UNMEASURED
    assert alike("de+a", "de+a") == alike("en+a", "en-us+a") == 1.0
    assert catalogue.alike(Voice("tone", "de+a", "de"), Voice("espeak", "de+b", "de")) == UNMEASURED


@pytest.fixture(scope="module")
def espeak() -> tuple[Voice, ...]:
    engine = EspeakEngine()
    voices = tuple(engine.voices())
    engine.close()
    return voices


@pytest.mark.parametrize("language", ["de", "en", "fr", "sw", "zh", "no"])
def test_every_language_of_espeak_has_a_dozen_voices_apart(espeak: tuple[Voice, ...], language: str) -> None:
    catalogue = load_catalogue(Path(os.devnull))
    pool = [voice for voice in catalogue.pool(espeak, language) if catalogue.recommends(voice)]
    by_timbre = {catalogue.timbre(voice): voice for voice in reversed(pool)}
    assert len(by_timbre) >= 12
    assert sum(voice.gender == "female" for voice in by_timbre.values()) >= 4
    assert all(voice.speaks(language) for voice in pool)


def test_the_first_voices_are_well_understood_and_measured_apart(espeak: tuple[Voice, ...]) -> None:
    catalogue = load_catalogue(Path(os.devnull))
    listed = [entry for entry in catalogue.recommended if entry.engine == "espeak"]
    assert all(dict(entry.wer).keys() == {"de", "en"} for entry in listed)
    assert all(max(dict(entry.wer).values()) <= 0.30 for entry in listed)
    pool = [voice for voice in catalogue.pool(espeak, "de") if catalogue.recommends(voice)]
    names = {voice.name for voice in espeak}
    for i, a in enumerate(pool):
        assert a.name.partition("/")[0] in names
        for b in pool[:i]:
            assert (a.engine, "*" + a.name[2:], "*" + b.name[2:]) in catalogue.cosines
    assert max(catalogue.alike(a, b) for i, a in enumerate(pool[:4]) for b in pool[:i]) <= 0.80
