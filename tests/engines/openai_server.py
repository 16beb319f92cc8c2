"""A stand-in for a server with `/v1/audio/speech`, on the loopback interface."""

import io
import json
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import numpy as np
import soundfile
from google_server import Misdeed

RATE = 24_000
Answer = bytes | Misdeed
"""A sound, or what is done instead."""


def tone(text: str, pitch: float = 0.05) -> np.ndarray:
    wave = 0.3 * np.sin(np.arange(1200 * len(text)) * (pitch + len(text) / 4000))
    return np.concatenate([np.zeros(2400), wave, np.zeros(2400)])


def sound(wave: np.ndarray, kind: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, RATE, format=kind)
    return file.getvalue()


def streamed(wav: bytes, length: int = 0xFFFFFFFF) -> bytes:
    """A WAV as servers stream it, which do not know how long it will be."""
    place = wav.index(b"data")
    return (
        wav[:4]
        + struct.pack("<I", length)
        + wav[8 : place + 4]
        + struct.pack("<I", length)
        + wav[place + 8 :]
    )


def error(status: int, code: str, message: str = "no", **headers: str) -> Misdeed:
    """A refusal as OpenAI words it."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps(
            {"error": {"message": message, "type": "invalid_request_error", "code": code}}
        ).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return act


@dataclass
class OpenaiServer:
    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """The header `Authorization` of each request."""
    answer: Callable[[int, dict[str, Any]], Answer] = lambda _, content: streamed(
        sound(tone(content["input"]))
    )
    """What is done for the n-th request."""
    numbers: Iterator[int] = field(default_factory=count)


@contextmanager
def serve_openai() -> Iterator[OpenaiServer]:
    server = OpenaiServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.path.partition("?")[0] == "/v1/audio/speech"
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert content["response_format"] == "wav"
            server.asked.append(content)
            server.keys.append(self.headers.get("Authorization", ""))
            answer = server.answer(next(server.numbers), content)
            if not isinstance(answer, bytes):
                answer(self)
                return
            self.send_response(200)
            self.send_header("Content-Type", "audio/wav")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for place in range(0, len(answer), 8000):
                piece = answer[place : place + 8000]
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    server.address = f"http://127.0.0.1:{http.server_port}/v1"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
