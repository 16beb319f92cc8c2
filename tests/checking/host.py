"""A server for a published show, which does wrongly what it is told to."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

TYPES = {
    ".mp3": "audio/mpeg",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip",
    ".json": "application/json",
    ".html": "text/html",
    ".xml": "application/rss+xml",
    ".png": "image/png",
    ".css": "text/css",
}


class Host(ThreadingHTTPServer):
    """Serves a folder; `faults` are of type, head, ranges, cors, validator, redirects, busy."""

    daemon_threads = True

    def __init__(self, folder: Path, faults: frozenset[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.faults = faults
        self.asked: list[tuple[str, str]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Host

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        if "head" in self.server.faults:
            self._answer(405, b"", {})
        else:
            self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path))
        name, _, turn = unquote(self.path.lstrip("/")).partition("?")
        if "redirects" in self.server.faults and int(turn or 0) < 6:
            self._answer(302, b"", {"Location": f"/{name}?{int(turn or 0) + 1}"})
            return
        if "busy" in self.server.faults and name != "feed.xml":
            self._answer(429, b"", {})
            return
        path = self.server.folder / (f"{name}index.html" if not name or name.endswith("/") else name)
        if not path.is_file():
            self._answer(404, b"", {})
            return
        content = path.read_bytes()
        headers = {"Content-Type": TYPES[path.suffix], "Access-Control-Allow-Origin": "*"}
        headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
        if "type" in self.server.faults:
            headers["Content-Type"] = "text/plain"
        if "cors" in self.server.faults:
            del headers["Access-Control-Allow-Origin"]
        if "validator" in self.server.faults:
            del headers["ETag"]
        if self.headers.get("If-None-Match") == headers.get("ETag", ""):
            self._answer(304, b"", headers)
        elif self.headers.get("Range") == "bytes=0-0" and "ranges" not in self.server.faults:
            self._answer(206, content[:1], headers | {"Content-Range": f"bytes 0-0/{len(content)}"})
        else:
            self._answer(200, content, headers)

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


@contextmanager
def hosted(folder: Path, *faults: str) -> Iterator[Host]:
    """Serve a folder on loopback while the block runs."""
    host = Host(folder, frozenset(faults))
    thread = Thread(target=host.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        host.shutdown()
        thread.join()
        host.server_close()
