import io
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import soundfile
import trustme
from google_server import (
    Answer,
    GoogleServer,
    Misdeed,
    answer_with,
    break_off,
    drip,
    mp3,
    refuse,
    serve_google,
)

from narrator.engines.gtts import GttsEngine
from narrator.errors import SynthesisError
from narrator.model import Utterance, Voice
from narrator.patience import Patience
from narrator.recording import record
from narrator.settings import REQUESTS_AT_ONCE, REQUESTS_TO_SERVICE
from narrator.takes import TakeStore

_LONG = "This sentence is the first of some. " * 9
_ONCE = Patience(tries=1)
_QUICK = Patience(tries=4, delay_s=0.001)


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with serve_google() as server:
        yield server


def say(spoken: str, name: str = "de") -> Utterance:
    return Utterance(spoken=spoken, voice=Voice("gtts", name, "de"), language="de")


def test_the_text_arrives_whole_in_its_language(google: GoogleServer) -> None:
    GttsEngine(google.address).synthesize(say(_LONG))
    assert len(google.asked) > 3
    assert all(len(text) <= 100 for text, _ in google.asked)
    assert (
        " ".join(text for text, _ in google.asked).replace(".", "").split() == _LONG.replace(".", "").split()
    )
    assert {language for _, language in google.asked} == {"de"}


@pytest.mark.parametrize("at_once", [1, 3])
def test_requests_are_under_way_side_by_side_up_to_a_limit(google: GoogleServer, at_once: int) -> None:
    lock, under_way, seen = threading.Lock(), [0], []

    def answer(_n: int, text: str) -> Answer:
        with lock:
            under_way[0] += 1
            seen.append(under_way[0])
        time.sleep(0.05)
        with lock:
            under_way[0] -= 1
        return 200, answer_with(mp3(text))

    google.answer = answer
    GttsEngine(google.address, at_once=at_once).synthesize(say(_LONG))
    assert max(seen) == at_once


def test_answers_are_in_order_whichever_comes_first(google: GoogleServer) -> None:
    texts = ["One." + "x" * 85, "Twoo." + "x" * 60, "Threee." + "x" * 30]
    expected = GttsEngine(google.address, at_once=1).synthesize(say(" ".join(texts)))

    def answer(n: int, text: str) -> Answer:
        time.sleep(0.1 * (3 - n))
        return 200, answer_with(mp3(text))

    google.numbers = count()
    google.answer = answer
    heard = GttsEngine(google.address).synthesize(say(" ".join(texts)))
    assert np.array_equal(heard.samples, expected.samples)


def test_no_joint_clicks(google: GoogleServer) -> None:
    """An answer that begins and ends in the middle of a loud wave."""
    wave = 0.5 * np.cos(np.arange(30_000) * 0.02)
    file = io.BytesIO()
    soundfile.write(file, wave, 24_000, format="MP3")
    google.answer = lambda *_: (200, answer_with(file.getvalue()))
    heard = GttsEngine(google.address).synthesize(say(_LONG))
    assert len(google.asked) > 3
    assert np.abs(np.diff(heard.samples)).max() < 0.03  # the steepest step of the wave itself is 0.01


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
    accents = {
        language: {voice.language for voice in engine.voices(language)} for language in ("fr", "pt", "es")
    }
    assert accents == {"fr": {"fr-FR", "fr-CA"}, "pt": {"pt-BR", "pt-PT"}, "es": {"es-ES", "es-MX", "es-US"}}
    everything = engine.voices()
    assert len({(voice.language, voice.gender) for voice in everything}) == len(everything)


@pytest.mark.parametrize("voice", GttsEngine().voices(), ids=lambda voice: voice.name)
def test_every_voice_is_asked_of_its_domain_in_its_language(voice: Voice) -> None:
    language, _, domain = voice.name.partition("+")
    engine = GttsEngine()
    ((_, request),) = engine._requests("Hello there", language, domain or "com")
    assert str(request.url).startswith(f"https://translate.google.{domain or 'com'}/")
    said = urllib.parse.unquote(str(request.body))
    assert f'[\\"Hello there\\",\\"{language}\\",null,' in said


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
        GttsEngine(google.address, patience=_ONCE).synthesize(say("Guten Tag"))
    assert caught.value.retry is retry
    assert "\n" not in str(caught.value)


_BODY = answer_with(mp3("Guten Tag"))
_CUT = mp3("Guten Tag")[:-1000]
_IN_BASE64 = _BODY.index(b"////") - 40  # within the sound


@pytest.mark.parametrize(
    ("misdeed", "says"),
    [
        (break_off(_BODY[:900], length=len(_BODY)), "cannot be reached"),
        (break_off(_BODY[:-1], length=len(_BODY)), "cannot be reached"),
        (break_off(_BODY[:900], length=len(_BODY), reset=True), "cannot be reached"),
        (break_off(b"", reset=True), "cannot be reached|without sound"),
        (break_off(_BODY[:900]), "without sound"),
        ((200, answer_with(_CUT)), "is cut"),
        ((200, answer_with(_CUT[:200])), "is cut"),
        ((200, b"<!DOCTYPE html><title>Sorry</title>" + b"<p>" * 50_000), "without sound"),
        (refuse(307, "/elsewhere", "Location"), "elsewhere"),
        (drip(_BODY, 0.01), "took too long"),
        (None, "cannot be reached"),
    ],
)
def test_what_breaks_off_is_found_out_and_asked_for_again(
    google: GoogleServer, misdeed: Answer | Misdeed | None, says: str
) -> None:
    engine = GttsEngine(google.address, timeout_s=(1.0, 0.3), longest_s=0.4, patience=_ONCE)
    expected = engine.synthesize(say("Guten Tag"))
    google.answer = lambda *_: misdeed
    with pytest.raises(SynthesisError, match=says) as caught:
        engine.synthesize(say("Guten Tag"))
    assert caught.value.retry
    google.numbers = count()
    google.answer = lambda n, _: misdeed if n < 2 else (200, _BODY)
    patient = GttsEngine(google.address, timeout_s=(1.0, 0.3), longest_s=0.4, patience=_QUICK)
    assert np.array_equal(patient.synthesize(say("Guten Tag")).samples, expected.samples)


def test_sound_too_short_for_its_text_is_found_out(google: GoogleServer) -> None:
    google.answer = lambda *_: (200, answer_with(mp3("Gu")))
    with pytest.raises(SynthesisError, match=r"0\.5 s of sound for 44 letters"):
        GttsEngine(google.address, patience=_ONCE).synthesize(
            say("Diese Worte dauern bestimmt länger als eine Sekunde")
        )


def test_only_the_bad_answer_among_good_ones_is_asked_for_again(google: GoogleServer) -> None:
    expected = GttsEngine(google.address).synthesize(say(_LONG))
    pieces = len(google.asked)
    google.asked.clear()
    google.numbers = count()
    google.answer = lambda n, text: (200, answer_with(mp3(text)) if n != 1 else b"")
    heard = GttsEngine(google.address, patience=_QUICK).synthesize(say(_LONG))
    assert len(google.asked) == pieces + 1
    assert np.array_equal(heard.samples, expected.samples)


@pytest.mark.parametrize("date", [False, True])
def test_a_service_that_asks_for_a_pause_gets_it(google: GoogleServer, date: bool) -> None:
    asked: list[float] = []

    def answer(n: int, _text: str) -> Answer | Misdeed:
        asked.append(time.time())
        after = formatdate(time.time() + 2, usegmt=True) if date else "1"
        return refuse(429 if date else 503, after) if n == 0 else (200, _BODY)

    google.answer = answer
    GttsEngine(google.address, patience=_QUICK).synthesize(say("Guten Tag"))
    assert asked[1] - asked[0] >= 0.95


@pytest.mark.parametrize("after", ["3600", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_a_service_that_asks_for_a_long_pause_is_left_alone_at_once(google: GoogleServer, after: str) -> None:
    google.answer = lambda *_: refuse(429, after)
    with pytest.raises(SynthesisError, match=r"status 429 .* left alone for \d+ s") as caught:
        GttsEngine(google.address, patience=_QUICK).synthesize(say("Guten Tag"))
    assert caught.value.retry
    assert caught.value.retry_after >= 3599
    assert len(google.asked) == 1


@pytest.mark.parametrize("after", ["soon", "", "-5", "1e9", "Mon, 01 Jan 1990 00:00:00 GMT", "9" * 400])
def test_nonsense_about_a_pause_is_passed_over(google: GoogleServer, after: str) -> None:
    google.answer = lambda n, _: refuse(429, after) if n == 0 else (200, _BODY)
    assert GttsEngine(google.address, patience=_QUICK).synthesize(say("Guten Tag")).seconds > 0


def test_a_busy_service_is_asked_a_few_times_and_no_more(google: GoogleServer) -> None:
    google.answer = lambda *_: (503, b"")
    with pytest.raises(SynthesisError, match="503"):
        GttsEngine(google.address, patience=_QUICK).synthesize(say("Guten Tag"))
    assert len(google.asked) == 4


def test_the_environment_may_name_another_address(
    google: GoogleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARRATOR_GTTS_ADDRESS", google.address + "/")
    GttsEngine().synthesize(say("Guten Tag"))
    assert google.asked == [("Guten Tag", "de")]


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
        GttsEngine(f"http://127.0.0.1:{port}", patience=_ONCE).synthesize(say("Guten Tag"))
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
            GttsEngine(patience=_ONCE).synthesize(say("Good morning", "en+co.uk"))
        thread.join()
    assert asked[0].startswith(b"CONNECT translate.google.co.uk:443 ")


def test_a_service_is_asked_only_so_much_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = threading.Lock()
    now = most = 0

    def answer(_number: int, text: str) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        return 200, answer_with(mp3(text))

    texts = [f"Number {n} {'is quite long. ' * 9}" for n in range(6)]
    said = [Utterance(text, Voice("gtts", "en+com", "en"), "en") for text in texts]
    with serve_google() as server:
        server.answer = answer
        monkeypatch.setenv("NARRATOR_GTTS_ADDRESS", server.address)
        record(said, TakeStore(tmp_path), lambda _count: ThreadPoolExecutor(16))
    assert REQUESTS_AT_ONCE < most <= REQUESTS_TO_SERVICE
