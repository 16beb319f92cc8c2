"""`narrate serve` as a program: what it prints, serves, notices, and how it ends."""

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from local import fetch
from lxml import etree
from shows import make_episode, make_show

from narrator.cli import main

PROGRAM = [sys.executable, "-m", "narrator", "serve"]
ADDRESS = re.compile(r"page +(http://\S+/)\n")


@contextmanager
def program(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the program until it says where; yield it and what it said."""
    running = subprocess.Popen(
        [*PROGRAM, "--port", "0", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    try:
        assert running.stdout
        said = ""
        while line := running.stdout.readline():
            said += line
            if line.startswith("Ctrl-C"):
                break
        yield running, said
    finally:
        running.kill()
        running.communicate()


@pytest.fixture
def show(tmp_path: Path) -> Path:
    return make_show(tmp_path / "output", "one", "two")


def _enclosures(feed: bytes) -> list[str]:
    return [str(url) for url in etree.fromstring(feed).xpath("//enclosure/@url")]


def audio_path(address: str, name: str) -> str:
    """Return the path of an enclosure at a server."""
    urls = _enclosures(fetch(address + "feed.xml").body)
    return next(urlsplit(url).path for url in urls if f"/{name}/" in url)


def test_the_show_is_served_as_it_is_at_each_moment(show: Path) -> None:
    with program(show.parent) as (running, said):
        lines = said.splitlines()
        assert lines[0] == "Test talks: 2 episodes"
        found = ADDRESS.search(said)
        assert found
        address = found[1]
        assert f"feed  {address}feed.xml" in said
        assert "--host 0.0.0.0" in said
        assert "\x1b" not in said

        # The feed speaks of this server, and what it names is there.
        enclosures = _enclosures(fetch(address + "feed.xml").body)
        assert len(enclosures) == 2
        assert all(url.startswith(address) for url in enclosures)
        assert [fetch(url).body for url in enclosures] == [
            (show / name / f"{name}.mp3").read_bytes() for name in ("two", "one")
        ]
        assert b"Two" in fetch(address).body
        # What lies beside it is nobody's.
        for name in ("podcast.yaml", "one/one.mp3", "one/episode.json", "one/script.md"):
            assert fetch(address + name).status == 404

        (show / "podcast.yaml").write_text("titel: Mistaken\n")
        time.sleep(1.05)
        for _ in range(3):
            assert len(_enclosures(fetch(address + "feed.xml").body)) == 2
        (show / "podcast.yaml").unlink()
        make_episode(show, "three", day=3)
        time.sleep(1.05)
        feed = fetch(address + "feed.xml").body
        assert b"My podcast" in feed
        assert len(_enclosures(feed)) == 3

        # A connection in the middle of something does not keep it from ending.
        with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\n")
            running.send_signal(signal.SIGINT)
            rest, errors = running.communicate(timeout=10)
        assert (running.returncode, rest) == (130, "")
        told = errors.strip().splitlines()  # Ctrl-C ends the line, as in every command
        assert len(told) == 2, errors
        assert told[0].startswith("narrate: the show stays as it was")
        assert "podcast.yaml" in told[0]
        assert told[1] == "narrate: the show was read anew"


def test_a_secret_show_lies_at_its_secret_alone(show: Path) -> None:
    secret = "aB3d" * 6
    with (show / "podcast.yaml").open("a") as file:
        file.write(f"secret: {secret}\n")
    with program(show.parent) as (running, said):
        found = ADDRESS.search(said)
        assert found
        address = found[1]
        assert address.endswith(f"/{secret}/")
        assert fetch(address).status == 200
        root = address.removesuffix(f"{secret}/")
        assert {fetch(root + name).status for name in ("", "index.html", "feed.xml", "one/")} == {404}
        assert _enclosures(fetch(address + "feed.xml").body)[0].startswith(address)
        running.send_signal(signal.SIGHUP)  # its terminal is closed
        rest, errors = running.communicate(timeout=10)
        assert (running.returncode, rest, errors) == (128 + signal.SIGHUP, "", "")


def test_a_port_that_is_taken_is_told(show: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", str(show), "--port", str(port)])
    told = (
        f"narrate: error: port {port} of 127.0.0.1 is taken; choose another with --port, or --port 0 for any"
    )
    assert (result.exit_code, result.output) == (1, f"{told} free one\n")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "nowhere.invalid"), "no address is known for the host 'nowhere.invalid'"),
        (("--host", ""), "no address is known for the host ''"),
        (("--host", "192.0.2.1"), "192.0.2.1 is no address of this machine"),
        (("nothing",), "nothing"),
        (("--port", "65536"), "65536 is not in the range"),
    ],
)
def test_what_is_asked_for_wrongly_is_told(show: Path, options: tuple[str, ...], told: str) -> None:
    place = () if "nothing" in options else (str(show),)
    arguments = ["serve", *place, *(() if "--port" in options else ("--port", "0")), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == (2 if "--port" in options else 1)
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_phone_finds_a_code_on_the_terminal(show: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "40", "PYTHONIOENCODING": "utf-8"}
    running = subprocess.Popen(
        [*PROGRAM, "--port", "0", "--host", "0.0.0.0"],  # noqa: S104 - what it is about
        cwd=show.parent,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    try:
        shown = ""
        while shown.count("\x1b[0m") < 15 and select.select([ours], [], [], 10)[0]:
            shown += os.read(ours, 1 << 16).decode()
        assert "Everybody in your network can reach it." in shown
        assert "\x1b[38;5;16;48;5;231m" in shown
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 130
    finally:
        running.kill()
        running.wait()
        os.close(ours)


def test_quiet_is_quiet(show: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [*PROGRAM, "-q", "--qr", "--port", str(port)],
        cwd=show.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            assert fetch(f"http://127.0.0.1:{port}/").status == 200
            break
        except ConnectionError:
            time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    assert running.communicate(timeout=10) == (b"", b"")
    assert running.returncode == 128 + signal.SIGTERM
