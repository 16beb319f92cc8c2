"""Sources from standard input and from servers, which may misbehave."""

import contextlib
import io
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from book_files import book, page
from click.testing import CliRunner

from narrator.cli import main
from narrator.errors import SourceError, WebError
from narrator.sources import open_source, read_document, short_name
from narrator.web import fetch

TALK = "Anna: Good evening.\n\nBert: Good evening to you.\n\nAnna: Bye.\n\nBert: Good-bye.\n"
HTML = "<html lang='de'><p>Schöne Grüße aus dem Süden.</p></html>"

_ANSWERS: dict[str, tuple[int, str, bytes, dict[str, str]]] = {
    "page": (200, "text/html; charset=iso-8859-1", HTML.encode("latin-1"), {}),
    "moved": (302, "text/plain", b"", {"Location": "/page"}),
    "circle": (302, "text/plain", b"", {"Location": "/circle"}),
    "away": (302, "text/plain", b"", {"Location": "file:///etc/passwd"}),
    "book": (200, "application/epub+zip", book({"a.xhtml": page("<p>It rained.</p>")}), {}),
    "talk.md": (200, "text/plain", b"# Talk\n\n**Anna:** Hello.", {}),
    "picture": (200, "image/png", b"\x89PNG", {}),
    "packed": (200, "text/html", b"\x1f\x8b", {"Content-Encoding": "gzip"}),
    "cut": (200, "text/plain", b"Only the beg", {"Content-Length": "1000"}),
    "404": (404, "text/html", b"<p>An error</p>", {}),
    "500": (500, "text/html", b"<p>An error</p>", {}),
}


class _Server(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base
        pass

    def _answer(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        with contextlib.suppress(ConnectionError):
            self._serve()

    def _serve(self) -> None:
        name = self.path.strip("/")
        if name in _ANSWERS:
            status, kind, content, headers = _ANSWERS[name]
            self._answer(status, kind, content, **headers)
        elif name == "silent":
            time.sleep(1.5)
        elif name in ("endless", "moved-endless"):
            moved = {"Location": "/page"} if name != "endless" else {}
            self._answer(302 if moved else 200, "text/plain", b"", **moved)
            for _ in range(1000):
                self.wfile.write(b"word " * 20_000)
        elif name == "dripping":
            self._answer(200, "text/plain", b"")
            for _ in range(40):
                self.wfile.write(b"word ")
                self.wfile.flush()
                time.sleep(0.1)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("name", ["page", "moved"])
def test_a_page_is_fetched_read_by_its_type_and_decoded_as_the_server_says(address: str, name: str) -> None:
    document = read_document(f"{address}/{name}")
    assert [block.text for block in document.blocks] == ["Schöne Grüße aus dem Süden."]
    assert open_source(f"{address}/{name}").path == Path("127.0.0.1/page.html")


def test_books_and_texts_are_fetched_too(address: str) -> None:
    assert read_document(f"{address}/book").title == "A Book"
    assert read_document(f"{address}/talk.md").title == "Talk"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("404", "refused with status 404"),
        ("500", "refused with status 500"),
        ("circle", "redirects in circles"),
        ("away", "no address that can be fetched"),
        ("picture", "no text but image/png"),
        ("packed", "packs its answer"),
        ("cut", "cannot be reached|cut off"),
    ],
)
def test_what_a_server_does_wrong_is_told_with_the_address(address: str, name: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        open_source(f"{address}/{name}")
    assert str(caught.value).startswith(f"{address}/{name}: ")


@pytest.mark.parametrize(
    ("name", "message"),
    [("silent", "no answer in time"), ("endless", "longer than 1 MB"), ("dripping", "took too long")],
)
def test_a_slow_or_endless_answer_is_given_up(address: str, name: str, message: str) -> None:
    begun = time.monotonic()
    with pytest.raises(WebError, match=message):
        fetch(f"{address}/{name}", 1_000_000, (0.5, 0.5), 0.5)
    assert time.monotonic() - begun < 2


def test_the_text_of_a_redirection_is_not_read(address: str) -> None:
    assert fetch(f"{address}/moved-endless", 1_000_000, (5, 5), 5).address == f"{address}/page"


def test_a_password_in_an_address_is_not_told() -> None:
    for place in ("http://ada:secret@127.0.0.1:1/", "ftp://ada:secret@127.0.0.1/"):
        with pytest.raises(SourceError) as caught:
            open_source(place)
        assert "secret" not in str(caught.value)
        assert short_name(place) == place.partition("@")[2].strip("/")


def test_only_addresses_of_the_web_are_fetched() -> None:
    for place in ("file:///etc/passwd", "ftp://127.0.0.1/x", "HTTPS+x://y"):
        with pytest.raises(SourceError, match="are not fetched"):
            open_source(place)
    with pytest.raises(SourceError, match="cannot be reached"):
        open_source("http://127.0.0.1:1/")


def test_standard_input_is_read_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = book({"a.xhtml": page("<p>It rained.</p>")})
    for content, text in (
        (HTML.encode(), "Schöne Grüße aus dem Süden."),
        (raw, "It rained."),
        (b"Hello.", "Hello."),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert read_document("-").blocks[-1].text == text
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match="standard input: it is closed"):
        read_document("-")


def test_the_command_takes_both(address: str) -> None:
    told = CliRunner().invoke(main, ["script", "-"], input=TALK)
    assert told.exit_code == 0
    assert "title: Standard input" in told.output
    assert "**Bert:** Good evening to you." in told.output
    fetched = CliRunner().invoke(main, ["script", f"{address}/page", "--json"])
    assert fetched.exit_code == 0
    assert "aus dem Süden" in fetched.output
    missing = CliRunner().invoke(main, ["script", f"{address}/404"])
    assert missing.exit_code == 1
    assert f"{address}/404: refused with status 404" in missing.output
