import asyncio
import socket as sockets
import struct
import time
from collections.abc import Iterator
from email.utils import formatdate

import numpy as np
import pytest
from aiohttp import web
from edge_server import Answer, EdgeServer, Socket, begin, mp3, send, send_sound, serve_edge, speak

from narrator.engines.edge import EdgeEngine
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import Utterance, Voice
from narrator.patience import Patience

_ONCE = Patience(tries=1)
_QUICK = Patience(tries=4, delay_s=0.001)
_KATJA = "de-DE-KatjaNeural"


@pytest.fixture
def edge() -> Iterator[EdgeServer]:
    with serve_edge() as server:
        yield server


def say(spoken: str, name: str = _KATJA) -> Utterance:
    return Utterance(spoken=spoken, voice=Voice("edge", name, name.rpartition("-")[0]), language="de")


def test_voices_are_told_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "socket", None)
    engine = EdgeEngine()
    assert engine.online
    assert len(engine.voices()) > 300
    assert engine.voices("de")[0].language == "de-DE"
    assert engine.voices("de-AT")[0].language == "de-AT"
    assert engine.voices("en-GB")[0].language == "en-GB"
    assert {voice.gender for voice in engine.voices()} == {"female", "male"}
    assert engine.voices("no")[0].language == "nb-NO"
    assert engine.voices("tlh") == ()


def test_nobody_gets_one_voice_twice() -> None:
    names = {voice.name for voice in EdgeEngine().voices()}
    assert not names & {name.replace("Multilingual", "") for name in names if "Multilingual" in name}


def test_the_text_arrives_whole_for_its_voice(edge: EdgeServer) -> None:
    text = "Fünf < sechs & „sieben“, nicht wahr?"
    audio = EdgeEngine(edge.address).synthesize(say(text))
    (asked,) = edge.asked
    assert asked.text == text
    assert asked.voice == "Microsoft Server Speech Text to Speech Voice (de-DE, KatjaNeural)"
    assert asked.parameters["Sec-MS-GEC"]
    assert audio.sample_rate == 24_000
    assert audio.seconds == pytest.approx(0.05 * len(text) + 0.2, abs=0.1)


def test_a_text_of_several_messages_is_spoken_whole(edge: EdgeServer) -> None:
    text = "Dies ist einer von vielen Sätzen. " * 125
    audio = EdgeEngine(edge.address).synthesize(say(text))
    assert len(edge.asked) == 2
    assert " ".join(asked.text for asked in edge.asked).split() == text.split()
    assert audio.seconds > 0.05 * (len(text) - 4)


@pytest.mark.parametrize("spoken", ["…", "?!", "", "***", "\ud83d"])
def test_without_words_nothing_is_sent(edge: EdgeServer, spoken: str) -> None:
    with pytest.raises(SynthesisError) as caught:
        EdgeEngine(edge.address).synthesize(say(spoken))
    assert not caught.value.retry
    assert not edge.asked


@pytest.mark.parametrize("name", ["de-DE-NobodyNeural", "KatjaNeural", "de-DE-Katja'/>Neural"])
def test_a_voice_that_is_not_listed_is_not_asked_for(edge: EdgeServer, name: str) -> None:
    with pytest.raises(SynthesisError, match="no voice") as caught:
        EdgeEngine(edge.address).synthesize(say("Guten Tag", name))
    assert not caught.value.retry
    assert not edge.asked


async def nothing(socket: Socket, _sound: bytes) -> None:
    await send(socket, "turn.start", "{}")
    await send(socket, "turn.end", "{}")


async def hang_up(_socket: Socket, _sound: bytes) -> None:
    pass


async def break_off(socket: Socket, sound: bytes) -> None:
    await begin(socket, sound)


async def cut(socket: Socket, sound: bytes) -> None:
    await speak(socket, sound[:-100])


async def short(socket: Socket, _sound: bytes) -> None:
    await speak(socket, mp3("x")[:-600])


async def reset(socket: Socket, sound: bytes) -> None:
    await begin(socket, sound[:2000])
    transport = socket._req.transport if socket._req else None
    assert transport
    raw = transport.get_extra_info("socket")
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def silent(_socket: Socket, _sound: bytes) -> None:
    await asyncio.sleep(3)


async def drip(socket: Socket, sound: bytes) -> None:
    for place in range(0, len(sound), 10):
        await send_sound(socket, sound[place : place + 10])
        await asyncio.sleep(0.05)


async def nonsense(socket: Socket, _sound: bytes) -> None:
    await socket.send_str("<html>Sorry</html>")


async def other_sound(socket: Socket, sound: bytes) -> None:
    await send_sound(socket, sound, "audio/x-wav")


async def no_mp3(socket: Socket, _sound: bytes) -> None:
    await speak(socket, b"RIFF no MP3 at all" * 50)


async def bad_metadata(socket: Socket, sound: bytes) -> None:
    await send_sound(socket, sound)
    await send(socket, "audio.metadata", "[]")


_MISDEEDS: list[tuple[Answer, str]] = [
    (nothing, "without sound"),
    (hang_up, "without sound"),
    (break_off, "broke off"),
    (cut, "is cut"),
    (short, "0.. s of sound for 4. letters|is cut"),
    (reset, "broke off|no speech|cannot be reached"),
    (silent, "no answer in time"),
    (drip, "no answer in time"),
    (nonsense, "no speech"),
    (other_sound, "no speech"),
    (bad_metadata, "no speech"),
    (no_mp3, "no MP3"),
    (web.Response(status=429), "429"),
    (web.Response(status=503), "503"),
    (web.Response(status=200), "200"),
]


@pytest.mark.parametrize(("misdeed", "says"), _MISDEEDS)
def test_what_goes_wrong_is_found_out_and_asked_for_again(
    edge: EdgeServer, misdeed: Answer, says: str
) -> None:
    spoken = say("Diese Worte dauern bestimmt länger als eine Sekunde.")
    expected = EdgeEngine(edge.address).synthesize(spoken)
    edge.numbers = iter(range(99))
    edge.answer = lambda n: misdeed if n < 2 else speak
    engine = EdgeEngine(edge.address, timeout_s=(1, 1), longest_s=0.5, patience=_ONCE)
    with pytest.raises(SynthesisError, match=says) as caught:
        engine.synthesize(spoken)
    assert "\n" not in str(caught.value)
    if isinstance(misdeed, web.Response) and misdeed.status == 200:
        assert not caught.value.retry  # whatever that is, it speaks another protocol
        return
    assert caught.value.retry
    patient = EdgeEngine(edge.address, timeout_s=(1, 1), longest_s=0.5, patience=_QUICK)
    assert np.array_equal(patient.synthesize(spoken).samples, expected.samples)


def test_a_clock_that_is_wrong_is_set_by_the_service(edge: EdgeServer) -> None:
    late = web.Response(status=403, headers={"Date": formatdate(time.time() + 3600, usegmt=True)})
    edge.answer = lambda n: late if n == 0 else speak
    try:
        assert EdgeEngine(edge.address, patience=_ONCE).synthesize(say("Guten Tag")).seconds > 0
    finally:
        from edge_tts.drm import DRM

        DRM.clock_skew_seconds = 0.0
    assert next(edge.numbers) == 2


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_who_is_not_let_in_hears_what_may_help(edge: EdgeServer, headers: dict[str, str]) -> None:
    edge.answer = lambda _: web.Response(status=403, headers=headers)
    with pytest.raises(EngineUnavailableError, match="pip install --upgrade edge-tts"):
        EdgeEngine(edge.address, patience=_QUICK).synthesize(say("Guten Tag"))
    assert next(edge.numbers) <= 2


def test_a_service_that_asks_for_a_long_pause_is_left_alone_at_once(edge: EdgeServer) -> None:
    edge.answer = lambda _: web.Response(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(SynthesisError, match="429") as caught:
        EdgeEngine(edge.address, patience=_QUICK).synthesize(say("Guten Tag"))
    assert caught.value.retry_after == 3600
    assert next(edge.numbers) == 1


def test_no_server_is_worth_another_try() -> None:
    with sockets.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SynthesisError, match="cannot be reached") as caught:
        EdgeEngine(f"ws://127.0.0.1:{port}", patience=_ONCE).synthesize(say("Guten Tag"))
    assert caught.value.retry


def test_without_an_address_the_service_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NARRATOR_EDGE_ADDRESS", raising=False)
    with sockets.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(10)
        monkeypatch.setenv("wss_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(SynthesisError):
            EdgeEngine(longest_s=0.5, patience=_ONCE).synthesize(say("Guten Tag"))
        connection, _ = proxy.accept()
        with connection:
            assert connection.recv(4096).startswith(b"CONNECT speech.platform.bing.com:443 ")


def test_the_environment_may_name_another_address(edge: EdgeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATOR_EDGE_ADDRESS", edge.address)
    EdgeEngine().synthesize(say("Guten Tag"))
    assert [asked.text for asked in edge.asked] == ["Guten Tag"]
