import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from piper_models import VOICE, piper_models
from tiny_onnx import put_tiny, tiny_model

from narrator.audio import to_pcm16
from narrator.engines import piper_data
from narrator.engines.onnx_noise import with_noise_from_outside
from narrator.engines.phonemes import Clause
from narrator.engines.piper import PiperEngine, spell
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import Utterance, Voice

pytest.importorskip("onnxruntime", reason="the extra `piper` is not installed")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty folder of Piper's models."""
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    (tmp_path / "piper").mkdir()
    return tmp_path / "piper"


@pytest.fixture(scope="module")
def engine() -> Iterator[PiperEngine]:
    made = PiperEngine()
    yield made
    made.close()


def say(name: str, spoken: str = "Good morning.", options: tuple[tuple[str, float], ...] = ()) -> Utterance:
    return Utterance(spoken=spoken, voice=Voice("piper", name, "en", options=options), language="en")


def put_many(folder: Path, **speakers: int) -> Path:
    return put_tiny(folder, "en_US-many-high", num_speakers=len(speakers) or 3, speaker_id_map=speakers)


def test_each_speaker_of_a_model_is_a_voice(engine: PiperEngine, folder: Path) -> None:
    put_many(folder, p3922=0, p12=2, p7=1)
    assert [voice.name for voice in engine.voices("en")] == [
        f"en_US-many-high#{speaker}" for speaker in ("p3922", "p12", "p7")
    ]
    quiet, loud, middle = (
        engine.synthesize(say(f"en_US-many-high#{name}")) for name in ("p3922", "p12", "p7")
    )
    assert loud.peak == pytest.approx(3 * quiet.peak, rel=1e-4)
    assert middle.peak == pytest.approx(2 * quiet.peak, rel=1e-4)


def test_speakers_without_names_have_numbers(engine: PiperEngine, folder: Path) -> None:
    put_many(folder)
    assert [voice.name[-2:] for voice in engine.voices()] == ["#0", "#1", "#2"]
    assert engine.synthesize(say("en_US-many-high#2")).peak > engine.synthesize(say("en_US-many-high#0")).peak


@pytest.mark.parametrize("name", ["en_US-many-high", "en_US-many-high#", "en_US-many-high#p9"])
def test_a_speaker_must_be_named_and_known(engine: PiperEngine, folder: Path, name: str) -> None:
    put_many(folder, p3922=0, p12=1)
    with pytest.raises(SynthesisError, match="name one of its 2 speakers after #: p3922, p12") as caught:
        engine.synthesize(say(name))
    assert not caught.value.retry


@pytest.mark.parametrize("place", ["elsewhere", "a#b"])
def test_a_voice_may_be_a_file(engine: PiperEngine, folder: Path, tmp_path: Path, place: str) -> None:
    path = put_tiny(tmp_path / place, "mine", espeak={"voice": "de"}, language={"code": "de_DE"})
    assert not list(folder.iterdir())
    voice = engine.unlisted_voice(str(path))
    assert voice == Voice("piper", str(path), "de-DE", "")
    first = engine.synthesize(say(str(path), "Ja."))
    assert first.peak > 0
    assert "piper " in engine.fingerprint(voice)
    assert engine.unlisted_voice("mine") is None
    many = put_tiny(tmp_path / place, "many", num_speakers=2)
    assert engine.synthesize(say(f"{many}#1", "Ja.")).peak > first.peak


def test_a_file_that_is_missing_is_told(engine: PiperEngine, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailableError, match=r"gone\.onnx\.json cannot be read: No such file"):
        engine.unlisted_voice(str(tmp_path / "gone.onnx"))
    with pytest.raises(SynthesisError, match="piper has no voice"):
        engine.synthesize(say(str(tmp_path / "gone.onnx")))


def test_voices_come_by_quality_with_language_and_gender(engine: PiperEngine, folder: Path) -> None:
    for name, quality in (("a", "x_low"), ("b", "high"), ("c", "medium"), ("d", "low")):
        put_tiny(folder, name, audio={"sample_rate": 16000, "quality": quality}, dataset="thorsten")
    put_tiny(folder, "e", language={}, espeak={"voice": "en-gb-x-rp"}, dataset="nobody")
    voices = engine.voices()
    assert "".join(voice.name for voice in voices) == "bceda"
    assert [voice.name for voice in voices if voice.gender == "male"] == ["b", "c", "d", "a"]
    assert engine.voices("en-GB")[0].name == "e"
    assert engine.voices("de") == ()
    assert engine.synthesize(say("a")).sample_rate == 16000


@pytest.mark.parametrize("kind", ["text", "pinyin"])
def test_a_model_of_other_letters_is_not_offered_and_refused(
    engine: PiperEngine, folder: Path, kind: str
) -> None:
    put_tiny(folder, "other", phoneme_type=kind)
    assert engine.voices() == ()
    with pytest.raises(SynthesisError, match=f"reads “{kind}”"):
        engine.synthesize(say("other"))


def test_phonemes_a_model_lacks_are_neighbours_or_an_error(folder: Path) -> None:
    model = piper_data.read_model(put_tiny(folder, "x"))
    assert spell(Clause("tsuːrˈʏk", "—"), model, "") == Clause("tsuːrˈʏk", ";")
    assert spell(Clause("ɪç bɚd", "…"), model, "") == Clause("ɪc\u0327 bəd", ".")
    with pytest.raises(SynthesisError, match="no sound for the phoneme 'ǂ'"):
        spell(Clause("aǂa", "."), model, "")


@pytest.mark.parametrize("option", [("pitch", 40.0), ("rate", 80.0), ("rate", 400.0)])
def test_what_piper_cannot_do_is_refused(
    engine: PiperEngine, folder: Path, option: tuple[str, float]
) -> None:
    put_tiny(folder, "x")
    with pytest.raises(SynthesisError, match="piper has"):
        engine.synthesize(say("x", options=(option,)))


def test_a_changed_file_is_another_fingerprint(engine: PiperEngine, folder: Path) -> None:
    voice = say("x").voice
    put_tiny(folder, "x")
    first = engine.fingerprint(voice)
    put_tiny(folder, "x", num_symbols=9)
    second = engine.fingerprint(voice)
    (folder / "x.onnx").write_bytes(tiny_model() + b"\x1a\x01a")  # the producer's name
    assert len({first, second, engine.fingerprint(voice)}) == 3
    assert engine.synthesize(say("x")).peak > 0


@pytest.mark.parametrize("content", [b"", b"no model", tiny_model()[:-60], b"\x3a\xff\xff\xff\xff\x7f"])
def test_a_damaged_model_is_told(engine: PiperEngine, folder: Path, content: bytes) -> None:
    put_tiny(folder, "x").write_bytes(content)
    with pytest.raises(EngineUnavailableError, match=r"x\.onnx is damaged; delete"):
        engine.synthesize(say("x"))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"audio": 1}', "\x00"])
def test_a_damaged_description_is_told(engine: PiperEngine, folder: Path, content: str) -> None:
    put_tiny(folder, "x").with_name("x.onnx.json").write_text(content)
    with pytest.raises(EngineUnavailableError, match=r"x\.onnx\.json is no description"):
        engine.voices()


def test_what_is_missing_is_told_with_its_remedy(
    engine: PiperEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineUnavailableError, match=r"in .*piper; narrate voices install piper:"):
        engine.voices()
    put_tiny(folder, "x")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EngineUnavailableError, match=r"pip install 'narrator\[piper\]'"):
        engine.voices()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_model_or_refused(content: bytes) -> None:
    try:
        changed = with_noise_from_outside(content)
    except ValueError:
        return
    # No noise was found, so nothing may have changed but the length that stands before a graph.
    assert len(changed) <= len(content)


def test_a_model_without_noise_stays_as_it_is() -> None:
    still = tiny_model().replace(b"RandomNormalLike", b"RandomNormalLikx")
    assert with_noise_from_outside(still) == still
    assert b"RandomNormalLike" not in with_noise_from_outside(tiny_model())


def test_bytes_are_the_same_in_a_fresh_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    models = piper_models()
    monkeypatch.setenv("NARRATOR_MODELS", str(models))
    code = (
        "import sys; from narrator.audio import to_pcm16; from narrator.engines.piper import PiperEngine;"
        "from narrator.model import Utterance, Voice;"
        "v = Voice('piper', sys.argv[1], 'en');"
        "a = PiperEngine().synthesize(Utterance(spoken=sys.argv[2], voice=v, language='en'));"
        "sys.stdout.buffer.write(to_pcm16(a.samples))"
    )
    command = [sys.executable, "-W", "error", "-c", code, VOICE, "Back at five."]
    other = subprocess.run(command, capture_output=True, check=True)
    assert other.stderr == b""
    engine = PiperEngine()
    engine.synthesize(say(VOICE, "Something before."))
    audio = engine.synthesize(say(VOICE, "Back at five."))
    assert other.stdout == to_pcm16(audio.samples)
    slow, fast = (
        engine.synthesize(say(VOICE, "Back at five.", (("rate", rate),))).seconds for rate in (120, 300)
    )
    assert slow > 1.2 * audio.seconds > 1.5 * fast
    engine.close()
