import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from narrator.audio import to_pcm16
from narrator.engines.hibari import HibariEngine, readable
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import Utterance, Voice

pytest.importorskip("hibari", reason="the extra `hibari` is not installed")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty folder of the package's further voices."""
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def engine() -> Iterator[HibariEngine]:
    made = HibariEngine()
    yield made
    made.close()


def say(spoken: str, name: str = "heart", options: tuple[tuple[str, float], ...] = ()) -> Utterance:
    return Utterance(spoken=spoken, voice=Voice("hibari", name, "en-US", options=options), language="en")


def test_one_voice_comes_with_the_package(engine: HibariEngine) -> None:
    assert engine.voices() == (Voice("hibari", "heart", "en-US", "female"),)
    assert engine.voices("de") == ()


def test_no_voice_is_ever_fetched(engine: HibariEngine, cache: Path) -> None:
    with pytest.raises(SynthesisError, match="hibari has no voice 'emma'"):
        engine.synthesize(say("Hello", "emma"))
    assert not list(cache.iterdir())
    (cache / "bf_emma.int8.onnx").write_bytes(b"")
    names = [(voice.name, voice.language) for voice in engine.voices("en-GB")]
    assert names == [("emma", "en-GB"), ("heart", "en-US")]


def test_bytes_are_the_same_in_a_fresh_interpreter(engine: HibariEngine) -> None:
    code = (
        "import sys; from narrator.audio import to_pcm16; from narrator.engines.hibari import HibariEngine;"
        "from narrator.model import Utterance, Voice;"
        "v = Voice('hibari', 'heart', 'en-US');"
        "a = HibariEngine().synthesize(Utterance(spoken=sys.argv[1], voice=v, language='en'));"
        "sys.stdout.buffer.write(to_pcm16(a.samples))"
    )
    command = [sys.executable, "-W", "error", "-c", code, "Back at five."]
    other = subprocess.run(command, capture_output=True, check=True)
    assert other.stderr == b""
    engine.synthesize(say("Something before."))
    assert other.stdout == to_pcm16(engine.synthesize(say("Back at five.")).samples)


def test_no_letter_is_left_out(engine: HibariEngine) -> None:
    assert readable("Ünal ﬁt ж", "ÜnalftU") == "Ünal fit  zhe "
    one = engine.synthesize(say("One.")).seconds
    assert engine.synthesize(say("One двадцать.")).seconds > 2 * one
    assert engine.synthesize(say("你好")).peak > 0.05


def test_what_looks_like_a_command_is_read(engine: HibariEngine) -> None:
    spoken = engine.synthesize(say("See [the table](/tˈu/) there."))
    assert spoken.seconds > engine.synthesize(say("See two there.")).seconds


def test_a_rate_is_a_pace(engine: HibariEngine) -> None:
    slow, fast = (
        engine.synthesize(say("Good morning, all.", options=(("rate", rate),))) for rate in (130, 300)
    )
    assert slow.seconds > 1.5 * fast.seconds
    for option in (("pitch", 40.0), ("rate", 80.0), ("rate", 400.0)):
        with pytest.raises(SynthesisError, match="hibari has"):
            engine.synthesize(say("Hello", options=(option,)))


@pytest.mark.parametrize("missing", ["onnxruntime", "hibari"])
def test_what_is_missing_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(EngineUnavailableError, match=r"pip install 'narrator\[hibari\]'"):
        HibariEngine().voices()
