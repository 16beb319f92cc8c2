"""The engine openai against a server that speaks its protocol, and misbehaves."""

import io
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import campaign
import numpy as np
import pytest
import soundfile
from google_server import break_off, drip, refuse
from openai_server import RATE, Answer, OpenaiServer, error, serve_openai, sound, streamed, tone

from narrator.engines.openai import OpenaiEngine
from narrator.errors import EngineUnavailableError, SettingsError, SynthesisError
from narrator.model import WHISPERING, Utterance, Voice
from narrator.patience import Patience
from narrator.production import Options, build
from narrator.recording import record
from narrator.takes import TakeStore, take_key

_ONCE = Patience(tries=1)
_QUICK = Patience(tries=4, delay_s=0.001)
KEY = "sk-proj-Zx81TopSecretValue"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenaiServer]:
    for name in ("OPENAI_API_KEY", "NARRATOR_OPENAI_MODEL", "NARRATOR_OPENAI_VOICES"):
        monkeypatch.delenv(name, raising=False)
    with serve_openai() as made:
        monkeypatch.setenv("NARRATOR_OPENAI_ADDRESS", made.address)
        yield made


def say(spoken: str = "Guten Morgen.", name: str = "de+onyx", **more: Any) -> Utterance:
    return Utterance(
        spoken=spoken,
        voice=Voice("openai", name, "de", options=more.pop("options", ())),
        language="de",
        **more,
    )


def test_the_text_goes_out_in_one_request_and_comes_back_as_sound(server: OpenaiServer) -> None:
    text = "Guten Morgen, \x07 „schöne“ Welt 🎉."
    audio = OpenaiEngine().synthesize(say(text))
    assert server.asked == [
        {
            "model": "gpt-4o-mini-tts",
            "input": text.replace("\x07", " "),
            "voice": "onyx",
            "response_format": "wav",
        }
    ]
    assert server.keys == [""]
    assert audio.sample_rate == RATE
    assert np.allclose(audio.samples, tone(server.asked[0]["input"]), atol=1e-4)


def test_key_model_rate_and_manner_are_sent(server: OpenaiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    OpenaiEngine().synthesize(say(options=(("rate", 350.0),), manner=WHISPERING))
    monkeypatch.setenv("NARRATOR_OPENAI_MODEL", "tts-1")
    OpenaiEngine().synthesize(say(manner=WHISPERING))
    assert server.keys == [f"Bearer {KEY}"] * 2
    assert server.asked[0]["speed"] == 2.0
    assert "hisper" in server.asked[0]["instructions"]
    assert server.asked[1]["model"] == "tts-1"
    assert "instructions" not in server.asked[1]  # that model refuses them


@pytest.mark.parametrize("options", [(("pitch", 3.0),), (("rate", 20.0),)])
def test_what_the_service_cannot_do_is_refused(
    server: OpenaiServer, options: tuple[tuple[str, float]]
) -> None:
    with pytest.raises(SynthesisError, match="openai has"):
        OpenaiEngine().synthesize(say(options=options))
    assert not server.asked


@pytest.mark.parametrize(
    "answer",
    [
        sound(tone("Guten Morgen.")),
        streamed(sound(tone("Guten Morgen."))),
        streamed(sound(tone("Guten Morgen.")), 0),
        streamed(sound(tone("Guten Morgen.")), 0x7FFFFFF0),
        sound(tone("Guten Morgen."), "FLAC"),
        sound(tone("Guten Morgen."), "MP3"),
    ],
    ids=["wav", "streamed", "no length", "large length", "flac", "mp3"],
)
def test_servers_answer_in_several_forms(server: OpenaiServer, answer: bytes) -> None:
    server.answer = lambda _n, _content: answer
    audio = OpenaiEngine().synthesize(say())
    assert audio.seconds == pytest.approx(tone("Guten Morgen.").size / RATE, abs=0.1)
    assert audio.peak == pytest.approx(0.3, abs=0.05)


_WAV = sound(tone("Guten Morgen."))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (_WAV[:-1000], "is cut: 1000 of its"),
        (sound(np.zeros(30_000)), "sent silence"),
        (streamed(_WAV)[:700], "sent silence"),
        (streamed(_WAV)[:6000], "sent 0.1 s of sound for 11 letters"),
        (b"<!DOCTYPE html><html>Bad gateway</html>", "cannot be decoded"),
        (b"", "cannot be decoded"),
        (b"RIFF\x04\0\0\0WAVE", "there is no sound in it"),
        (b"RIFF\x04\0\0\0AVI LIST", "there is no sound in it"),
        (error(500, "server_error"), "refused with status 500"),
        (error(429, "rate_limit_exceeded"), r"refused with status 429 .* \(rate_limit_exceeded\)"),
        (break_off(_WAV[:900], length=len(_WAV)), "cannot be reached"),
        (break_off(_WAV[:900], length=len(_WAV), reset=True), "cannot be reached"),
        (refuse(302, "http://127.0.0.1:9/v1/audio/speech", "Location"), "sends us elsewhere"),
        (drip(_WAV, 0.02), "took too long"),
    ],
)
def test_what_may_pass_is_tried_again_and_then_told(
    server: OpenaiServer, answer: Answer, problem: str
) -> None:
    engine = OpenaiEngine(timeout_s=(1.0, 0.5), longest_s=0.3, patience=Patience(tries=2, delay_s=0.001))
    server.answer = lambda n, content: answer if n < 2 else streamed(sound(tone(content["input"])))
    with pytest.raises(SynthesisError, match=problem) as caught:
        engine.synthesize(say())
    assert caught.value.retry
    assert len(server.asked) == 2
    assert engine.synthesize(say()).peak > 0.2


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (error(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"), "check OPENAI_API_KEY"),
        (error(403, "unsupported_country_region_territory"), "does not let us in"),
        (error(429, "insufficient_quota"), "no money left"),
        (error(404, "model_not_found"), r"\(model_not_found\).*no voice onyx or no model gpt-4o-mini-tts"),
        (error(400, "<b>odd\ncode</b>"), "status 400"),
    ],
)
def test_what_cannot_pass_is_told_at_once(
    server: OpenaiServer, answer: Answer, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.answer = lambda _n, _content: answer
    with pytest.raises((SynthesisError, EngineUnavailableError), match=problem) as caught:
        OpenaiEngine(patience=_QUICK).synthesize(say())
    assert len(server.asked) == 1
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("address", ["http://[", "http://host:s3cret/v1", "127.0.0.1:99/v1", "ftp://host/v1"])
def test_an_address_that_is_none_is_told_without_quoting_it(address: str) -> None:
    engine = OpenaiEngine(address)
    for act in (lambda: engine.synthesize(say()), lambda: engine.fingerprint(say().voice)):
        with pytest.raises(SettingsError, match="NARRATOR_OPENAI_ADDRESS: an address is expected") as caught:
            act()
        assert address not in str(caught.value)


def test_a_service_is_waited_for_as_long_as_it_asks(server: OpenaiServer) -> None:
    server.answer = lambda n, content: (
        error(429, "rate_limit_exceeded", Retry_After_Ms="30", Retry_After="40")
        if n == 0
        else streamed(sound(tone(content["input"])))
    )
    assert OpenaiEngine(patience=Patience(tries=2, delay_s=0.0, longest_s=1.0)).synthesize(say()).peak > 0.2


def test_without_a_key_openai_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("NARRATOR_OPENAI_ADDRESS", raising=False)
    with pytest.raises(EngineUnavailableError, match="put your key into OPENAI_API_KEY"):
        OpenaiEngine().synthesize(say())


def test_a_key_is_not_sent_where_others_can_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(EngineUnavailableError, match="the key would be sent unencrypted") as caught:
        OpenaiEngine("http://speech.example:8880/v1").synthesize(say())
    assert KEY not in str(caught.value)
    monkeypatch.setenv("OPENAI_API_KEY", "a key\nX-Other: header")
    with pytest.raises(EngineUnavailableError, match="holds what is no key"):
        OpenaiEngine("https://speech.example/v1").synthesize(say())


def test_voices_of_another_server_are_named_or_pinned(
    server: OpenaiServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NARRATOR_OPENAI_VOICES", "af_sky, am_onyx,, not a name")
    voices = OpenaiEngine().voices("en")
    assert [(voice.name, voice.gender) for voice in voices] == [
        ("en+af_sky", "female"),
        ("en+am_onyx", "male"),
    ]
    source = tmp_path / "a.txt"
    source.write_text("Ada: Good morning to you.\n\nBen: And to you, Ada.\n")
    pins = tmp_path / "voices.yaml"
    pins.write_text("pins: {Ben: 'openai:en+bm_lewis(2)+bm_fable(1)'}")
    monkeypatch.setenv("NARRATOR_TAKES", str(tmp_path / "takes"))
    build(source, Options(folder=tmp_path / "out", engine="openai", voices=pins), _Silent())
    assert {content["voice"] for content in server.asked} == {"af_sky", "bm_lewis(2)+bm_fable(1)"}


class _Silent:
    def stage(self, name: str) -> None:
        pass

    def at(self, done: int, total: int) -> None:
        pass


def test_models_have_the_voices_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NARRATOR_OPENAI_VOICES", raising=False)
    monkeypatch.setenv("NARRATOR_OPENAI_MODEL", "tts-1-hd")
    old = {voice.name for voice in OpenaiEngine().voices("fr")}
    monkeypatch.delenv("NARRATOR_OPENAI_MODEL")
    new = {voice.name for voice in OpenaiEngine().voices("fr")}
    assert new - old == {"fr+ballad", "fr+cedar", "fr+marin", "fr+verse"}
    assert not OpenaiEngine().voices("xx")


def test_the_key_of_a_take_tells_model_and_server_but_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NARRATOR_OPENAI_MODEL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    voice = say().voice

    def key(address: str) -> str:
        fingerprint = OpenaiEngine(address).fingerprint(voice)
        assert "s3cret" not in fingerprint
        assert KEY not in fingerprint
        return take_key(say(), fingerprint)

    first = key("https://me:s3cret@speech.example/v1?token=s3cret")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    assert first == key("https://speech.example/v1")
    assert first == key("https://speech.example/v1/")
    assert first != key("https://other.example/v1")
    monkeypatch.setenv("NARRATOR_OPENAI_MODEL", "tts-1")
    assert first != key("https://speech.example/v1")


# ---------------------------------------------------------------- many utterances
_STOPS = {60: error(429, "insufficient_quota"), 130: refuse(429, "3600")}


@pytest.mark.slow
def test_two_hundred_utterances_survive_a_server_that_misbehaves(
    tmp_path: Path, server: OpenaiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(campaign.HURRIED)
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0.01")
    did: set[str] = set()
    lock = threading.Lock()

    def answer(n: int, content: dict[str, Any]) -> Answer:
        if n in _STOPS:
            return _STOPS[n]
        draw = random.Random(n)  # noqa: S311  (moods, no secrets)
        file = io.BytesIO()
        soundfile.write(file, campaign.sound(*campaign.meant(content["input"], "de")), RATE, format="WAV")
        well = file.getvalue()
        middle = draw.randrange(100, len(well) - 10)
        moods: dict[str, Answer] = {
            "fault": error(500, "server_error"),
            "busy": error(429, "rate_limit_exceeded", Retry_After="0"),
            "late": error(503, "overloaded", Retry_After_Ms="20"),
            "reset": break_off(well[:middle], length=len(well), reset=True),
            "short": break_off(well[:middle], length=len(well)),
            "cut": well[:middle],
            "html": b"<!DOCTYPE html><html><title>Sorry</title></html>",
            "empty": b"",
            "elsewhere": refuse(302, "http://127.0.0.1:9/", "Location"),
        }
        if draw.random() < 0.25:
            mood = draw.choice(list(moods))
            with lock:
                did.add(mood)
            return moods[mood]
        return draw.choice([well, streamed(well)])

    server.answer = answer
    said = campaign.utterances(Voice("hurried-openai", "de+onyx", "de"), 200, 1)
    stops = campaign.run(
        said, tmp_path, lambda: [content["input"] for content in server.asked], lambda text: [text]
    )
    assert stops >= len(_STOPS)
    assert len(did) == 9


def test_takes_are_kept_for_ever(
    tmp_path: Path, server: OpenaiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    store = TakeStore(tmp_path)
    assert record([say()], store, campaign.threads).made == 1
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    assert record([say()], store, campaign.threads).kept == 1
    assert len(server.asked) == 1
    assert not any(KEY.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
