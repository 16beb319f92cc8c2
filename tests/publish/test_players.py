"""Podcast apps of Debian subscribe to a show that `narrate serve` serves, and get what was built."""

import json
import re
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from readers import program, run
from shows import make_episode, make_show

from narrator.model import INTERVIEWER, Show
from narrator.production.showing import open_show

pytestmark = pytest.mark.slow

TITLE = "Füchse & <Gänse> ]]> 🦊"
CHAPTERS = ("Anfang & mehr", "<Mitte>", "Ende")
SAID = (("Ada Ember", "Guten Tag."), (INTERVIEWER, "Wie geht es?"), ("Ada Ember", "Gut."))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_show(tmp_path / "show", "one", "fuchs", "three")
    sound = bytes(range(256)) * 400
    make_episode(
        folder, "fuchs", title=TITLE, said=SAID, chapters=CHAPTERS, language="de", day=2, audio=sound
    )
    return folder


@pytest.fixture
def feed(folder: Path) -> Iterator[str]:
    """Serve the show; return the address of its feed."""
    command = [sys.executable, "-m", "narrator", "serve", str(folder), "--port", "0", "--no-qr"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = next(line for line in server.stdout if line.startswith("  feed"))
            yield told.split()[1]
        finally:
            server.terminate()


@pytest.fixture
def show(folder: Path, feed: str) -> Show:
    return open_show(folder, feed.removesuffix("feed.xml"))


def wait_for(feed: str, name: str) -> None:
    """Wait until the feed names a file: a change is noticed within a second."""
    end = time.monotonic() + 10
    while name.encode() not in urllib.request.urlopen(feed, timeout=5).read():  # noqa: S310, on loopback
        assert time.monotonic() < end
        time.sleep(0.1)


def rows(database: Path, query: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(database)
    try:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]
    finally:
        connection.close()


def content(show: Show, name: str) -> bytes:
    """Return what lies in the folder of the show under the name of an enclosure."""
    (asset,) = (entry.audio for entry in show.entries if Path(entry.audio.name).name == name)
    assert isinstance(asset.source, Path)
    return asset.source.read_bytes()


def test_gpodder_subscribes_downloads_and_shows_the_chapters(
    folder: Path, feed: str, show: Show, tmp_path: Path
) -> None:
    """Checklist: psc:chapters in the feed; guid permanent."""
    gpo = program("gpo")
    home, downloads = tmp_path / "home", tmp_path / "downloads"

    def ask(*words: str) -> str:
        folders = {"HOME": home, "GPODDER_HOME": home, "GPODDER_DOWNLOAD_DIR": downloads}
        done = run(gpo, *words, **{name: str(path) for name, path in folders.items()})
        return done.stdout.decode()

    assert "Successfully added" in ask("subscribe", feed)
    assert "3 new episodes" in ask("update")
    listed = re.findall(r"^ *\d+\. +\* +(.+)$", ask("episodes"), re.MULTILINE)
    assert listed == [entry.episode.title for entry in show.entries]
    assert "3 episodes downloaded" in ask("download")
    files = [path for path in downloads.rglob("*.mp3") if path.is_file()]
    assert len(files) == 3
    assert all(path.read_bytes() == content(show, path.name) for path in files)

    there = rows(home / "Database", "select * from episode order by published desc")
    for row, entry in zip(there, show.entries, strict=True):
        episode = entry.episode
        assert row["guid"] == episode.guid
        assert row["title"] == episode.title
        assert row["link"] == show.url(entry.page)
        assert row["url"] == show.url(entry.audio.name)
        assert (row["file_size"], row["mime_type"]) == (episode.size, "audio/mpeg")
        assert row["total_time"] == episode.duration_ms // 1000
        assert row["description_html"].endswith("<p>The voices in this episode are synthetic.</p>")
        starts = [(one["start"], one["title"]) for one in json.loads(row["chapters"])]
        assert starts == [(start // 1000, title) for start, title in episode.chapters]
    assert "<p>00:02 &lt;Mitte&gt;</p>" in there[1]["description_html"]

    # Made anew it is the same episode, with another address.
    make_episode(folder, "three", day=3, audio=b"spoken anew" * 99)
    anew = open_show(folder, feed.removesuffix("feed.xml"))
    wait_for(feed, anew.entries[0].audio.name)
    assert "0 new episodes" in ask("update")
    after = rows(home / "Database", "select * from episode order by published desc")
    assert [row["guid"] for row in after] == [entry.episode.guid for entry in anew.entries]
    assert after[0]["url"] == anew.url(anew.entries[0].audio.name) != there[0]["url"]


def test_newsboat_reads_the_feed(feed: str, show: Show, tmp_path: Path) -> None:
    """Checklist: enclosure: url, length in bytes, type; description."""
    newsboat = program("newsboat")
    (tmp_path / "urls").write_text(f"{feed}\n")
    (tmp_path / "config").write_text("auto-reload no\n")
    command = [newsboat, "-C", str(tmp_path / "config"), "-u", str(tmp_path / "urls")]
    command += ["-c", str(tmp_path / "cache.db"), "-q", "-x"]
    run(*command, "reload", HOME=str(tmp_path))
    assert run(*command, "print-unread", HOME=str(tmp_path)).stdout.decode().strip() == "3 unread articles"
    there = rows(tmp_path / "cache.db", "select * from rss_item order by pubDate desc")
    for row, entry in zip(there, show.entries, strict=True):
        assert row["guid"] == entry.episode.guid
        assert row["title"] == entry.episode.title
        assert row["url"] == show.url(entry.page)
        assert (row["enclosure_url"], row["enclosure_type"]) == (show.url(entry.audio.name), "audio/mpeg")
        assert row["content"].endswith("<p>The voices in this episode are synthetic.</p>")
    assert "<p>00:04 Ende</p>" in there[1]["content"]


def test_podget_downloads_what_was_built(feed: str, show: Show, tmp_path: Path) -> None:
    """Checklist: enclosure: url, length in bytes, type."""
    podget = program("podget")
    run(podget, "-d", tmp_path, "--create-config", "podgetrc", HOME=str(tmp_path))
    config = tmp_path / "podgetrc"
    kept = [
        line for line in config.read_text().splitlines() if not line.startswith(("DIR_LIBRARY", "MIN_SPACE"))
    ]
    config.write_text("\n".join((*kept, f"DIR_LIBRARY={tmp_path}/library", "MIN_SPACE=0", "")))
    (tmp_path / "serverlist").write_text(f"{feed} Talks Test\n")
    run(podget, "-d", tmp_path, "-c", "podgetrc", "-v", HOME=str(tmp_path))
    files = sorted((tmp_path / "library").rglob("*.mp3"))
    assert len(files) == 3
    assert all(path.read_bytes() == content(show, path.name) for path in files)
