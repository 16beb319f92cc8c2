"""A plain web server on loopback with byte ranges, for pages in a real browser."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from narrator.model import Show
from narrator.publish.content import load
from narrator.publish.publication import publication
from narrator.publish.types import TYPES

Files = dict[str, Path | bytes | Callable[[], bytes]]
"""Contents by name, or where they come from."""


def published(show: Show) -> Files:
    """Return all files of a show, by name; what has to be made is made when it is asked for."""
    return {asset.name: asset.source for asset in publication(show)}


@contextmanager
def hosting(files: Files) -> Iterator[str]:
    """Serve files by name; yields the address, which ends with a slash."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = unquote(urlsplit(self.path).path).lstrip("/")
            if name not in files:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            whole = load(files[name])
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first, last = 0, len(whole) - 1
            if asked:
                first, last = int(asked[1]), min(int(asked[2] or last), last)
            self.send_response(206 if asked else 200)
            if asked:
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(whole)}")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Type", TYPES["." + name.rsplit(".", 1)[-1]])
            self.send_header("Content-Length", str(last - first + 1))
            self.end_headers()
            with suppress(ConnectionError):  # a browser that has enough of a sound hangs up
                self.wfile.write(whole[first : last + 1])

        def handle(self) -> None:
            with suppress(ConnectionError):  # and before it has read the answer
                super().handle()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
