import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trustme
from google_server import Answer, GoogleServer, answer_with, mp3, serve_google

from narrator.engines.gtts import GttsEngine
from narrator.errors import SynthesisError
from narrator.model import Utterance, Voice

_LONG = "This sentence is the first of some. " * 9


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with serve_google() as server:
        yield server


def say(spoken: str, name: str = "de") -> Utterance:
    return Utterance(spoken=spoken, voice=Voice("gtts", name, "de"), language="de")


def test_the_text_arrives_whole_and_in_order(google: GoogleServer) -> None:
    GttsEngine(google.address).synthesize(say(_LONG))
    assert len(google.asked) > 3
    assert all(len(text) <= 100 for text, _ in google.asked)
    assert (
        " ".join(text for text, _ in google.asked).replace(".", "").split() == _LONG.replace(".", "").split()
    )
    assert {language for _, language in google.asked} == {"de"}


def test_answers_are_joined_with_short_silences(google: GoogleServer) -> None:
    audio = GttsEngine(google.address).synthesize(say(_LONG))
    tones = sum(0.05 * len(text) for text, _ in google.asked)  # as long as the server makes them
    assert tones < audio.seconds < tones + 0.25 * len(google.asked)
    loud = np.flatnonzero(np.abs(audio.samples) > 0.003)
    assert np.diff(loud).max() < 0.25 * audio.sample_rate


def test_voices_know_languages_and_accents() -> None:
    engine = GttsEngine()
    assert engine.online
    assert [voice.name for voice in engine.voices("de")] == ["de"]
    assert {"en-US", "en-GB", "en-AU", "en-IN"} <= {voice.language for voice in engine.voices("en")}
    assert engine.voices("en-GB")[0].name == "en+co.uk"
    assert [voice.name for voice in engine.voices("he")] == ["iw"]
    assert engine.voices("zh-TW")[0].name == "zh-TW"
    assert engine.voices("tlh") == ()


def test_an_accent_is_asked_of_its_own_domain(google: GoogleServer) -> None:
    GttsEngine(google.address).synthesize(say("Hello there", "en+co.uk"))
    assert google.asked == [("Hello there", "en")]


@pytest.mark.parametrize(
    ("answer", "retry", "says"),
    [
        ((429, b"Too many"), True, "429"),
        ((500, b""), True, "500"),
        ((503, b""), True, "503"),
        ((403, b""), False, "403"),
        ((404, b""), False, "404"),
        ((200, b""), True, "without sound"),
        ((200, b"<html>Sorry</html>"), True, "without sound"),
        ((200, b')]}\'\n\n[["wrb.fr","jQ1olc",null]]'), True, "without sound"),
        ((200, answer_with(b"")), True, "without sound"),
        ((200, answer_with(b"not an MP3 at all")), True, "cannot be decoded"),
        ((200, b')]}\'\n\n[["wrb.fr","jQ1olc","[\\"abc\\"]"]]'), True, "without sound"),
        ((200, b"\xff\xfe jQ1olc"), True, "without sound"),
    ],
)
def test_a_bad_answer_is_an_error_that_says_whether_to_try_again(
    google: GoogleServer, answer: Answer, retry: bool, says: str
) -> None:
    google.answer = lambda *_: answer
    with pytest.raises(SynthesisError, match=says) as caught:
        GttsEngine(google.address).synthesize(say("Guten Tag"))
    assert caught.value.retry is retry
    assert "\n" not in str(caught.value)


def test_one_bad_answer_among_good_ones_is_found(google: GoogleServer) -> None:
    google.answer = lambda n, text: (200, answer_with(mp3(text)) if n != 1 else b"")
    with pytest.raises(SynthesisError, match="without sound"):
        GttsEngine(google.address).synthesize(say(_LONG))


def test_a_silent_server_is_not_waited_for(google: GoogleServer) -> None:
    google.answer = lambda *_: None
    with pytest.raises(SynthesisError, match="cannot be reached") as caught:
        GttsEngine(google.address, timeout_s=(1.0, 0.2)).synthesize(say("Guten Tag"))
    assert caught.value.retry


def test_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    with serve_google(authority.issue_cert("127.0.0.1")) as server:
        assert server.address.startswith("https://")
        with pytest.raises(
            SynthesisError, match="Google's service: the certificate cannot be verified"
        ) as caught:
            GttsEngine(server.address).synthesize(say("Guten Tag"))
        assert not caught.value.retry
        assert not server.asked
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
        assert GttsEngine(server.address).synthesize(say("Guten Tag")).seconds > 0
    assert server.asked == [("Guten Tag", "de")]


def test_no_server_is_worth_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SynthesisError) as caught:
        GttsEngine(f"http://127.0.0.1:{port}").synthesize(say("Guten Tag"))
    assert caught.value.retry


def test_without_an_address_the_service_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def refuse() -> None:
            connection, _ = proxy.accept()
            with connection:
                asked.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(SynthesisError):
            GttsEngine().synthesize(say("Good morning", "en+co.uk"))
        thread.join()
    assert asked[0].startswith(b"CONNECT translate.google.co.uk:443 ")
