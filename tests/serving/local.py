"""A server that really runs, on loopback, in a thread of the test."""

import hashlib
import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from narrator.model import Asset
from narrator.publish.types import CHAPTERS_TYPE, TYPES
from narrator.serving import Limits, Listening, LocalServer, listen, make_app

AUDIO = bytes(hashlib.shake_256(b"audio").digest(300_000))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        return self.headers[name]


@dataclass
class Local:
    listening: Listening
    server: LocalServer
    told: list[str] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, int]:
        host, port = self.listening.socket.getsockname()[:2]
        return host, port

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask on a connection of its own; `_` in names of headers stands for `-`."""
        connection = http.client.HTTPConnection(*self.place, timeout=10)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=given)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(self.place, timeout=10)

    def raw(self, sent: bytes) -> bytes:
        """Return all that is answered to bytes until the connection is closed."""
        with self.connect() as connection:
            answer = b""
            try:
                connection.sendall(sent)
                while block := connection.recv(1 << 16):
                    answer += block
            except ConnectionError:
                pass
            return answer


def fetch(address: str) -> Answer:
    """Ask for what lies at an address."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@contextmanager
def serving(
    current: Callable[[], Mapping[str, Asset]], limits: Limits | None = None, host: str = "127.0.0.1"
) -> Iterator[Local]:
    listening = listen(host, 0)
    told: list[str] = []
    server = LocalServer(make_app(current, told.append, listening.answers_to), told.append, limits)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening.socket]})
    thread.start()
    local = Local(listening, server, told)
    try:
        yield local
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def asset(name: str, source: bytes | Path, *, fixed: bool = True, type_: str = "") -> Asset:
    content = source if isinstance(source, bytes) else source.read_bytes()
    kind = type_ or TYPES[name[name.rindex(".") :]]
    return Asset(name, kind, hashlib.sha256(content).hexdigest(), source, fixed)


def assets(folder: Path) -> dict[str, Asset]:
    """Return a small show, with files in a folder."""
    audio = folder / "one.mp3"
    audio.write_bytes(AUDIO)
    page = "<!doctype html><title>One</title>"
    made = hashlib.sha256(b"all it is made of").hexdigest()
    found = [
        asset("one/one-00000000.mp3", audio),
        asset("one/one-00000000.vtt", b"WEBVTT\n"),
        asset("one/one-00000000.srt", b"1\n"),
        asset("one/one-00000000.json", b"{}"),
        asset("one/one-00000000.html", b"<p>"),
        asset("one/chapters-00000000.json", b'{"version":"1.2.0"}', type_=CHAPTERS_TYPE),
        asset("cover-00000000.png", b"\x89PNG\r\n"),
        asset("assets/page-00000000.js", b"0"),
        Asset("one/index.html", TYPES[".html"], made, page.encode, fixed=False),
        asset("index.html", b"<!doctype html><title>All</title>", fixed=False),
        asset("feed.xml", b"<rss/>", fixed=False),
    ]
    return {one.name: one for one in found}
