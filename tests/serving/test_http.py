"""What the server answers, asked over a real connection; RFC 9110 and what podcast apps need."""

import email.parser
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from local import AUDIO, Local, asset, assets, serving

from narrator.errors import PublishError
from narrator.model import Asset
from narrator.serving import Limits

MP3 = "/one/one-00000000.mp3"
VTT = "/one/one-00000000.vtt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("show")


@pytest.fixture(scope="module")
def show(folder: Path) -> dict[str, Asset]:
    return assets(folder)


@pytest.fixture(scope="module")
def local(show: dict[str, Asset]) -> Iterator[Local]:
    with serving(lambda: show) as running:
        yield running


# ---------------------------------------------------------------- names
def test_every_asset_is_served_as_it_is_with_its_type(local: Local, show: dict[str, Asset]) -> None:
    """Checklist: HEAD; GET with byte ranges (206) on audio, art, feed; right MIME types."""
    for name, one in show.items():
        answer = local.ask(f"/{name}")
        content = one.source if isinstance(one.source, bytes) else None
        assert (answer.status, answer["content-type"]) == (200, one.type), name
        assert content is None or answer.body == content
        assert answer["content-length"] == str(len(answer.body))
        assert answer["x-content-type-options"] == "nosniff"
        head = local.ask(f"/{name}", "HEAD")
        assert head.body == b""
        kept = {"date", "connection"}
        assert [(k, v) for k, v in head.headers.items() if k not in kept] == [
            (k, v) for k, v in answer.headers.items() if k not in kept
        ]
    assert local.ask(MP3).body == AUDIO


def test_a_folder_is_its_page(local: Local) -> None:
    assert b"All" in local.ask("/").body
    assert b"One" in local.ask("/one/").body
    moved = local.ask("/one")
    assert (moved.status, moved["location"]) == (308, "/one/")
    assert b"One" in local.ask("/one/?from=feed").body


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/one/one.mp3",  # it lies there, but under no such name
        "/one.mp3",
        "/../one.mp3",
        "/one/../index.html",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "//index.html",
        "/index.html/",
        "/index.html%0A",
        "/one%0A/",
        "/one%0A/index.html",
        "/index.html%00",
        "/INDEX.HTML",
        "/./index.html",
        "/one\\index.html",
        "/%E0%A4%A",
        "/one//",
    ],
)
def test_what_has_no_name_does_not_exist(local: Local, path: str) -> None:
    answer = local.ask(path)
    assert (answer.status, answer.body) == (404, b"Not Found\n")
    assert answer["cache-control"] == "no-store"


def test_a_request_may_name_the_whole_address(local: Local) -> None:
    host = f"127.0.0.1:{local.place[1]}"
    asked = f"GET http://{host}/feed.xml HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert local.raw(asked.encode()).endswith(b"\r\n\r\n<rss/>")


def test_other_methods_are_refused(local: Local) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        answer = local.ask("/feed.xml", method)
        assert answer.status == 405
        assert {one.strip() for one in (answer["allow"] or "").split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert b" 405 " in local.raw(b"CONNECT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


def test_no_content_is_taken(local: Local) -> None:
    for head in (b"Content-Length: 1000000000", b"Transfer-Encoding: chunked"):
        sent = b"POST /feed.xml HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n"
        assert local.raw(sent).startswith(b"HTTP/1.1 413 ")


# ---------------------------------------------------------------- ranges
def test_parts_are_sent_of_audio_art_and_feed(local: Local, show: dict[str, Asset]) -> None:
    """Checklist: HEAD; GET with byte ranges (206) on audio, art, feed; right MIME types."""
    for name in ("one/one-00000000.mp3", "cover-00000000.png", "feed.xml"):
        whole = local.ask(f"/{name}").body
        for text, start, end in (("0-2", 0, 3), ("2-", 2, len(whole)), ("-3", len(whole) - 3, len(whole))):
            part = local.ask(f"/{name}", range=f"bytes={text}")
            assert (part.status, part.body) == (206, whole[start:end])
            assert part["content-range"] == f"bytes {start}-{end - 1}/{len(whole)}"
            assert part["content-length"] == str(end - start)
            assert part["content-type"] == show[name].type
        assert local.ask(f"/{name}", "HEAD")["accept-ranges"] == "bytes"


def test_a_part_beyond_the_end_is_refused_with_the_size(local: Local) -> None:
    answer = local.ask(MP3, range=f"bytes={len(AUDIO)}-")
    assert (answer.status, answer.body) == (416, b"")
    assert answer["content-range"] == f"bytes */{len(AUDIO)}"


def test_several_parts_come_as_a_message_of_several_parts(local: Local) -> None:
    answer = local.ask(MP3, range="bytes=0-9,1000-1009,-10")
    assert answer.status == 206
    message = email.parser.BytesParser().parsebytes(
        b"Content-Type: " + (answer["content-type"] or "").encode() + b"\r\n\r\n" + answer.body
    )
    size = len(AUDIO)
    expected = [(0, 10), (1000, 1010), (size - 10, size)]
    parts = message.get_payload()
    assert isinstance(parts, list)
    assert len(parts) == len(expected)
    kept = []
    for part, (start, end) in zip(parts, expected, strict=True):
        assert part["content-type"] == "audio/mpeg"
        assert part["content-range"] == f"bytes {start}-{end - 1}/{size}"
        kept.append(answer.body.index(AUDIO[start:end]))
    assert kept == sorted(kept)


def test_absurd_lists_of_parts_cost_no_more_than_the_whole(local: Local) -> None:
    for text in ("0-," * 17, "0-," * 1000, ",".join(f"{at}-{at}" for at in range(0, 3000, 100))):
        answer = local.ask(MP3, range="bytes=" + text)
        assert (answer.status, len(answer.body)) == (200, len(AUDIO))
    overlapping = local.ask(MP3, range="bytes=" + ",".join(["0-"] * 16))
    assert (overlapping.status, overlapping.body) == (206, AUDIO)


def test_a_head_has_no_parts(local: Local) -> None:
    answer = local.ask(MP3, "HEAD", range="bytes=0-1")
    assert (answer.status, answer["content-length"]) == (200, str(len(AUDIO)))


# ---------------------------------------------------------------- what is new
def test_what_the_client_has_is_not_sent_again(local: Local, show: dict[str, Asset]) -> None:
    """Checklist: ETag / Last-Modified with 304; `Access-Control-Allow-Origin: *` on feed, transcripts, ..."""
    for name in show:
        first = local.ask(f"/{name}")
        etag = first["etag"] or ""
        assert etag.startswith('"'), name
        for method in ("GET", "HEAD"):
            again = local.ask(f"/{name}", method, if_none_match=f'"other", W/{etag}')
            assert (again.status, again.body, again["etag"]) == (304, b"", etag)
            assert again["content-length"] is None
        assert local.ask(f"/{name}", if_none_match='"other"').status == 200
    answer = local.ask(MP3)
    assert local.ask(MP3, if_modified_since=answer["last-modified"] or "").status == 304
    assert local.ask(MP3, if_modified_since=formatdate(0, usegmt=True)).status == 200
    assert local.ask(MP3, if_match='"other"').status == 412


def test_going_on_needs_the_same_content(local: Local) -> None:
    etag = local.ask(MP3, "HEAD")["etag"] or ""
    assert local.ask(MP3, range="bytes=5-9", if_range=etag).body == AUDIO[5:10]
    assert local.ask(MP3, range="bytes=5-9", if_range='"other"').body == AUDIO


def test_fixed_names_are_kept_for_ever_and_others_asked_for_again(
    local: Local, show: dict[str, Asset]
) -> None:
    for name, one in show.items():
        kept = local.ask(f"/{name}", "HEAD")["cache-control"] or ""
        assert ("immutable" in kept) == one.fixed
        assert (kept == "no-cache") == (not one.fixed)


# ---------------------------------------------------------------- browsers
def test_pages_elsewhere_may_read_what_is_no_page(local: Local, show: dict[str, Asset]) -> None:
    """Checklist: ETag / Last-Modified with 304; `Access-Control-Allow-Origin: *` on feed, transcripts, ..."""
    for name in show:
        answer = local.ask(f"/{name}", origin="https://player.example")
        page = name.endswith("index.html")
        assert answer["access-control-allow-origin"] == (None if page else "*"), name
    for headers in ({"range": "bytes=0-1"}, {"range": "bytes=900000-"}):
        answer = local.ask(MP3, **headers)
        assert answer["access-control-allow-origin"] == "*"
        assert "Content-Range" in (answer["access-control-expose-headers"] or "")
    asked = local.ask(
        VTT,
        "OPTIONS",
        origin="https://player.example",
        access_control_request_method="GET",
        access_control_request_headers="range",
    )
    assert (asked.status, asked.body) == (204, b"")
    assert asked["access-control-allow-origin"] == "*"
    assert "GET" in (asked["access-control-allow-methods"] or "")
    assert "range" in (asked["access-control-allow-headers"] or "").lower()


def test_pages_may_load_nothing_from_elsewhere(local: Local) -> None:
    for name in ("/", "/one/", "/one/one-00000000.html"):
        answer = local.ask(name)
        policy = answer["content-security-policy"] or ""
        assert policy.startswith("default-src 'self';")
        assert "http" not in policy
        assert "unsafe" not in policy
        assert answer["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("LOCALHOST.:1", 200),
        ("pod.localhost", 200),
        ("127.0.0.1", 200),
        ("127.9.9.9:80", 200),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("", 200),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("192.168.1.5", 421),
        ("[::2]:8000", 421),
        ("localhost@evil.example", 421),
    ],
)
def test_a_name_that_leads_here_is_not_enough(local: Local, host: str, status: int) -> None:
    answer = local.raw(f"GET /feed.xml HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert (b"<rss/>" in answer) == (status == 200)


def test_curl_gets_what_it_asks_for(local: Local, tmp_path: Path) -> None:
    if not (curl := shutil.which("curl")):
        pytest.skip("curl is not installed")
    address = f"http://127.0.0.1:{local.place[1]}{MP3}"
    out = tmp_path / "out.mp3"
    run = [curl, "-sS", "--noproxy", "*", "-o", str(out)]
    subprocess.run([*run, "-r", "0-999", address], check=True)
    assert out.read_bytes() == AUDIO[:1000]
    subprocess.run([*run, "-C", "-", address], check=True)  # goes on where it ended
    assert out.read_bytes() == AUDIO
    code = subprocess.run(
        [*run[:-1], os.devnull, "-w", "%{http_code}", "-z", str(out), address],
        check=True,
        capture_output=True,
        text=True,
    )
    assert code.stdout == "304"


# ---------------------------------------------------------------- connections
def test_a_connection_is_kept_and_requests_may_be_sent_ahead(local: Local) -> None:
    one = b"GET /feed.xml HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert local.raw(one * 50 + last).count(b"<rss/>") == 51


def test_what_is_no_http_is_refused(local: Local) -> None:
    for sent in (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\r\n\r\n"):
        assert local.raw(sent).startswith(b"HTTP/1.1 400 ")
    chunks = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"
    assert local.raw(chunks).startswith(b"HTTP/1.1 4")
    assert local.ask("/feed.xml").status == 200
    assert local.told == []


def test_headers_have_a_limit(local: Local) -> None:
    with local.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        answer = b""
        try:
            for _ in range(10_000):
                connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")
            answer = connection.recv(1000)
        except ConnectionError:
            pass
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")


QUICK = Limits(connections=12, headers_s=0.3, idle_s=1, stall_s=0.3)


def _closed(connection: socket.socket, within: float) -> bool:
    """Tell whether the other side closes a connection in time."""
    connection.settimeout(within)
    try:
        while connection.recv(1 << 16):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def test_slow_clients_are_left(tmp_path: Path) -> None:
    show = assets(tmp_path)
    big = tmp_path / "big.mp3"
    big.write_bytes(bytes(40_000_000))
    show["big.mp3"] = asset("big.mp3", big)
    with serving(lambda: show, QUICK) as local:
        silent, dripping, reading, greedy = (local.connect() for _ in range(4))
        greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        greedy.sendall(b"GET /big.mp3 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reading.sendall(b"GET /feed.xml HTTP/1.1\r\nHost: localhost\r\n\r\nGET /fee")
        for _ in range(2):  # a byte now and then keeps nobody
            dripping.sendall(b"G")
            time.sleep(0.1)
        assert _closed(silent, 10)
        assert _closed(dripping, 10)
        assert _closed(reading, 10)
        deadline = time.monotonic() + 10
        while local.server.server_state.connections and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not local.server.server_state.connections
        for connection in (silent, dripping, reading, greedy):
            connection.close()
        assert local.ask("/big.mp3").body == bytes(40_000_000)
        assert local.told == []


def test_who_has_kept_us_waiting_longest_makes_room(tmp_path: Path) -> None:
    show = assets(tmp_path)
    with serving(lambda: show, Limits(connections=12, headers_s=30)) as local:
        crowd = [local.connect() for _ in range(40)]
        for connection in crowd:
            connection.sendall(b"GET / HTT")
        assert all(local.ask("/feed.xml").status == 200 for _ in range(5))
        assert len(local.server.server_state.connections) <= 12
        assert sum(_closed(connection, 1) for connection in crowd[:28]) == 28
        for connection in crowd:
            connection.close()


# ---------------------------------------------------------------- files that change
def test_a_file_replaced_while_it_is_sent_comes_whole_as_it_was(tmp_path: Path) -> None:
    audio = tmp_path / "one.mp3"
    old, new = b"a" * 20_000_000, b"b" * 20_000_000
    audio.write_bytes(old)
    one = asset("one.mp3", audio)
    with serving(lambda: {"one.mp3": one}) as local, local.connect() as connection:
        connection.sendall(b"GET /one.mp3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = connection.recv(1000)
        beside = tmp_path / "new"
        beside.write_bytes(new)
        beside.replace(audio)
        while block := connection.recv(1 << 20):
            answer += block
        assert answer.partition(b"\r\n\r\n")[2] == old
        # The new content is not what the name promises.
        assert local.ask("/one.mp3").status == 503
        assert local.ask("/one.mp3")["retry-after"] == "1"
        assert len(local.told) == 1
        audio.write_bytes(old)
        assert local.ask("/one.mp3").body == old


@pytest.mark.parametrize("change", ["shorter", "other"])
def test_a_file_changed_in_its_place_is_broken_off(tmp_path: Path, change: str) -> None:
    audio = tmp_path / "one.mp3"
    audio.write_bytes(b"a" * 20_000_000)
    one = asset("one.mp3", audio)
    with serving(lambda: {"one.mp3": one}) as local, local.connect() as connection:
        connection.sendall(b"GET /one.mp3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = connection.recv(1000)
        with audio.open("r+b") as file:
            if change == "shorter":
                file.truncate(1000)
            else:
                file.seek(0)
                file.write(b"b" * 20_000_000)
        try:
            while block := connection.recv(1 << 20):
                answer += block
        except ConnectionError:
            pass
        body = answer.partition(b"\r\n\r\n")[2]
        assert len(body) < 20_000_000
        assert set(body) <= {ord("a")}
        assert "was changed while it was being sent" in local.told[0]


def test_what_cannot_be_made_is_told_in_a_line(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise PublishError("the transcript is gone")

    def break_down() -> bytes:
        raise ZeroDivisionError("a fault of ours")

    os.mkfifo(tmp_path / "pipe.mp3")
    gone = asset("pipe.mp3", b"")
    show = {
        "page.html": Asset("page.html", "text/html", "0", fail, fixed=False),
        "broken.html": Asset("broken.html", "text/html", "1", break_down, fixed=False),
        "gone.mp3": Asset("gone.mp3", "audio/mpeg", "2", tmp_path / "gone.mp3"),
        "pipe.mp3": Asset("pipe.mp3", "audio/mpeg", gone.key, tmp_path / "pipe.mp3"),
    }
    with serving(lambda: show) as local:
        found = [local.ask(f"/{name}").status for name in show]
        assert found == [503, 500, 503, 503]
        assert "the transcript is gone" in local.told[0]
        assert "ZeroDivisionError" in local.told[1]
        assert all("\n" not in line for line in local.told)
