"""A server of small models on this machine, which can misbehave."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class ModelServer:
    """What it serves, and how."""

    def __init__(self) -> None:
        self.address = ""
        self.files: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}
        """Path → ETag, where it is not made from the content."""
        self.headers: dict[str, dict[str, str]] = {}
        self.faults: list[Any] = []
        """What befalls the next requests for files: a status, (status, headers), ("cut", bytes) or None."""
        self.ranges = True
        self.ifrange = True
        self.asked: list[tuple[str, str]] = []
        """(path, range) of every request for a file that is no index."""
        self.sent = 0
        self.gate: threading.Event | None = None
        """When set, an answer stops in its middle until this is set."""

    def offer(self, name: str, files: dict[str, bytes]) -> None:
        """Serve files, and list them in `index.json`."""
        engine = name.partition(":")[0]
        index = json.loads(self.files.get("/index.json", b"{}"))
        index[name] = {
            "licence": "CC0-1.0",
            "files": [
                {
                    "name": file,
                    "path": f"{engine}/{file}",
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
                for file, content in files.items()
            ],
        }
        self.files["/index.json"] = json.dumps(index).encode()
        self.files |= {f"/{engine}/{file}": content for file, content in files.items()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        told: ModelServer = self.server.told
        content = told.files.get(self.path)
        index = self.path.endswith(("/index.json", "/voices.json"))
        if not index:
            told.asked.append((self.path, self.headers.get("Range", "")))
        fault = told.faults.pop(0) if told.faults and not index else None
        if content is None or isinstance(fault, int):
            self._refuse(fault or 404, {})
        elif isinstance(fault, tuple) and isinstance(fault[0], int):
            self._refuse(fault[0], fault[1])
        else:
            self._send(content, fault[1] if fault else None, index=index)

    def _refuse(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, content: bytes, cut: int | None, *, index: bool) -> None:
        told: ModelServer = self.server.told
        tag = told.tags.get(self.path, f'"{hashlib.sha256(content).hexdigest()[:8]}"')
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = 0
        if asked and told.ranges and (not told.ifrange or self.headers.get("If-Range") == tag):
            start = int(asked[1])
            if start >= len(content):
                self._refuse(416, {"Content-Range": f"bytes */{len(content)}"})
                return
        body = content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        for name, value in {"ETag": tag, **told.headers.get(self.path, {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if cut is not None:
            body = body[:cut]
            self.close_connection = True
        gate = None if index else told.gate
        half = len(body) // 2 if gate else len(body)
        try:
            self.wfile.write(body[:half])
            self.wfile.flush()
            told.sent += 0 if index else half
            if gate:
                gate.wait(10)
                self.wfile.write(body[half:])
        except OSError:
            self.close_connection = True


@contextmanager
def serving() -> Iterator[ModelServer]:
    told = ModelServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.told = told  # type: ignore[attr-defined]
    told.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        if told.gate:
            told.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
