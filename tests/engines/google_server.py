"""A stand-in for the service that gtts asks, on the loopback interface."""

import base64
import io
import json
import re
import socket
import ssl
import struct
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import numpy as np
import soundfile
import trustme

Answer = tuple[int, bytes]
Misdeed = Callable[[BaseHTTPRequestHandler], None]
"""What a server does with a connection instead of answering."""


def mp3(text: str) -> bytes:
    """A tone as long as the text, between stretches of silence like the real service's."""
    frames = np.arange(1200 * len(text))
    silence = np.zeros(4800)
    wave = np.concatenate([silence, 0.3 * np.sin(frames * (0.05 + len(text) / 4000)), silence])
    file = io.BytesIO()
    soundfile.write(file, wave, 24_000, format="MP3")
    return file.getvalue()


def answer_with(sound: bytes) -> bytes:
    inner = json.dumps([base64.b64encode(sound).decode()])
    return b")]}'\n\n" + json.dumps([["wrb.fr", "jQ1olc", inner, None]], separators=(",", ":")).encode()


def refuse(status: int, value: str, header: str = "Retry-After") -> Misdeed:
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header(header, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return act


def break_off(body: bytes, *, length: int | None = None, reset: bool = False) -> Misdeed:
    """Send part of what was announced; `reset` ends it as a crash would, not as a server that is done."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if length is not None:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.wfile.flush()
        if reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
        handler.close_connection = True

    return act


def drip(body: bytes, pause_s: float) -> Misdeed:
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with suppress(OSError):  # nobody waits any more
            for byte in body:
                handler.wfile.write(bytes([byte]))
                time.sleep(pause_s)

    return act


class GoogleServer(ThreadingHTTPServer):
    """Speaks as much of the protocol of Google's translator as reading aloud takes."""

    def __init__(self, certificate: trustme.LeafCert | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        """Text and language of each request."""
        self.answer: Callable[[int, str], Answer | Misdeed | None] = lambda _, text: (
            200,
            answer_with(mp3(text)),
        )
        """Status and body for the n-th request; None never answers."""
        self.stopped = threading.Event()
        self.numbers = count()
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            # The handshake waits until the conversation has its own thread.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"


class _Conversation(BaseHTTPRequestHandler):
    server: GoogleServer

    def do_POST(self) -> None:
        assert re.fullmatch("/_/TranslateWebserverUi/data/batchexecute", self.path.partition("?")[0])
        body = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        text, language, speed, _ = json.loads(json.loads(body["f.req"][0])[0][0][1])
        assert speed is None
        self.server.asked.append((text, language))
        answer = self.server.answer(next(self.server.numbers), text)
        if answer is None:
            self.server.stopped.wait(20)
            return
        if callable(answer):
            answer(self)
            return
        self.send_response(answer[0])
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    def handle(self) -> None:
        with suppress(ssl.SSLError, ConnectionError):  # whoever does not trust us hangs up
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
        pass


@contextmanager
def serve_google(certificate: trustme.LeafCert | None = None) -> Iterator[GoogleServer]:
    """Serve, over TLS where a certificate is given."""
    server = GoogleServer(certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
