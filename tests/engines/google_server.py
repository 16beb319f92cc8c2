"""A stand-in for the service that gtts asks, on the loopback interface."""

import base64
import io
import json
import re
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import numpy as np
import soundfile
import trustme

Answer = tuple[int, bytes]


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


class GoogleServer(ThreadingHTTPServer):
    """Speaks as much of the protocol of Google's translator as reading aloud takes."""

    def __init__(self, certificate: trustme.LeafCert | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        """Text and language of each request."""
        self.answer: Callable[[int, str], Answer | None] = lambda _, text: (200, answer_with(mp3(text)))
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
        assert re.fullmatch("/_/TranslateWebserverUi/data/batchexecute", self.path)
        body = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        text, language, *_ = json.loads(json.loads(body["f.req"][0])[0][0][1])
        self.server.asked.append((text, language))
        answer = self.server.answer(next(self.server.numbers), text)
        if answer is None:
            self.server.stopped.wait(20)
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
