"""A stand-in for the service that edge-tts asks, on the loopback interface."""

import asyncio
import html
import json
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import lameenc
import numpy as np
from aiohttp import web


@dataclass(frozen=True)
class Request:
    text: str
    voice: str
    parameters: dict[str, str]


SECONDS_A_LETTER, LEAD_S = 0.05, 0.1


class Socket(web.WebSocketResponse):
    """A connection that knows the text it was asked to speak."""

    text = ""


Act = Callable[[Socket, bytes], Awaitable[None]]
"""Speaks a sound, or does something else with the connection."""
Answer = Act | web.Response


def mp3(text: str) -> bytes:
    """A tone as long as the text, in frames without a header that counts them, like the service's."""
    wave = 0.3 * np.sin(np.arange(round(24_000 * SECONDS_A_LETTER) * len(text)) * (0.05 + len(text) / 4000))
    rest = np.zeros(round(24_000 * LEAD_S))
    return stream(np.concatenate([rest, wave, rest]))


def stream(wave: np.ndarray) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(24_000)
    encoder.set_channels(1)
    encoder.set_bit_rate(48)
    encoder.set_quality(9)
    encoder.silence()
    pcm = np.rint(wave * 32767).astype("<i2").tobytes()
    return bytes(encoder.encode(pcm)) + bytes(encoder.flush())


async def send(socket: Socket, path: str, body: str) -> None:
    await socket.send_str(f"X-RequestId:1\r\nContent-Type:application/json\r\nPath:{path}\r\n\r\n{body}")


async def send_sound(socket: Socket, sound: bytes, kind: str = "audio/mpeg") -> None:
    head = b"X-RequestId:1\r\nContent-Type:" + kind.encode() + b"\r\nPath:audio\r\n"
    await socket.send_bytes(len(head).to_bytes(2, "big") + head + sound)


async def begin(socket: Socket, sound: bytes) -> None:
    """Send what comes before the end."""
    await send(socket, "turn.start", "{}")
    await send(socket, "response", "{}")
    for place in range(0, len(sound), 2000):
        await send_sound(socket, sound[place : place + 2000])
    for word in re.finditer(r"\w+", socket.text):
        told = {
            "Offset": round((LEAD_S + SECONDS_A_LETTER * word.start()) * 10_000_000),
            "Duration": 1_000_000,
            "text": {"Text": html.escape(word[0]), "Length": len(word[0]), "BoundaryType": "WordBoundary"},
        }
        boundary = {"Metadata": [{"Type": "WordBoundary", "Data": told}]}
        await send(socket, "audio.metadata", json.dumps(boundary))


async def speak(socket: Socket, sound: bytes) -> None:
    await begin(socket, sound)
    await send(socket, "turn.end", "{}")


@dataclass
class EdgeServer:
    address: str = ""
    asked: list[Request] = field(default_factory=list)
    answer: Callable[[int], Answer] = lambda _: speak
    """What is done for the n-th request."""
    sound: Callable[[str, str], bytes] = lambda text, _voice: mp3(text)
    """The sound of a text with a voice."""
    numbers: Iterator[int] = field(default_factory=count)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/consumer/speech/synthesize/readaloud/edge/v1"
        answer = self.answer(next(self.numbers))
        if isinstance(answer, web.Response):
            # An answer is used up by sending it.
            return web.Response(status=answer.status, headers=answer.headers.copy())
        socket = Socket()
        await socket.prepare(request)
        config = await socket.receive_str()
        assert "Path:speech.config" in config
        assert "audio-24khz-48kbitrate-mono-mp3" in config
        assert '"wordBoundaryEnabled":"true"' in config
        ssml = await socket.receive_str()
        said = re.search(
            r"<voice name='([^']*)'><prosody [^>]*>(.*)</prosody></voice></speak>$", ssml, re.DOTALL
        )
        assert said, ssml
        asked = Request(html.unescape(said[2]), said[1], dict(request.query))
        self.asked.append(asked)
        socket.text = asked.text
        sound = await asyncio.to_thread(self.sound, asked.text, asked.voice)
        with suppress(ConnectionError):  # whoever waits no more hangs up
            await answer(socket, sound)
            await socket.close()
        return socket


@contextmanager
def serve_edge() -> Iterator[EdgeServer]:
    server = EdgeServer()
    loop = asyncio.new_event_loop()
    started, over = threading.Event(), asyncio.Event()

    async def serve() -> None:
        application = web.Application()
        application.router.add_get("/{path:.*}", server.handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.address = f"ws://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await over.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
