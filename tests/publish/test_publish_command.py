"""`narrate publish`: what its user gets."""

import hashlib
import inspect
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import s3_server
from click.testing import CliRunner, Result
from PIL import Image
from places import Silence
from shows import PODCAST as PLAIN
from shows import make_episode
from shows import make_show as make_plain_show

from narrator.cli import main
from narrator.files import locked
from narrator.production.publishing import publish
from narrator.publish.podcast import parse_podcast

ADDRESS = "https://pod.example/talks/"
PODCAST = f"{PLAIN}image: cover.jpg\n"
"""Drawing a cover takes longer than all else."""
APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)


def run(*arguments: str | Path) -> Result:
    return CliRunner(**APART).invoke(main, ["publish", *map(str, arguments)])


def make_show(folder: Path, *names: str, podcast: str = PODCAST) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (1400, 1400), "navy").save(folder / "cover.jpg")
    return make_plain_show(folder, *names, podcast=podcast)


def published(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json", "-q")
    assert result.exit_code == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show of two episodes, published once."""
    folder = make_show(tmp_path_factory.mktemp("shows") / "output", "one", "two")
    published(folder)
    return folder


@pytest.fixture
def show(tmp_path: Path, template: Path) -> Path:
    """A show that is published in its own folder, with hard links as they were."""
    subprocess.run(["cp", "-a", template, tmp_path / "output"], check=True)
    return tmp_path / "output"


def check_feed(place: Path, address: str = ADDRESS) -> set[str]:
    """Check that every file of the show that its feed names is there, and what its name says."""
    feed = (place / "feed.xml").read_text("utf-8")
    names = {unquote(name) for name in re.findall(rf"{re.escape(address)}([^\"<\s#]+)", feed)}
    for name in names:
        content = (place / name / "index.html" if name.endswith("/") else place / name).read_bytes()
        digest = re.search(r"-([0-9a-f]{8})\.\w+$", name)
        if digest:
            assert hashlib.sha256(content).hexdigest().startswith(digest[1]), name
    lengths = re.findall(rf'url="{re.escape(address)}([^"]+)" length="(\d+)"', feed)
    assert lengths
    for name, length in lengths:
        assert (place / name).stat().st_size == int(length)
    return names


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


# ---------------------------------------------------------------- what is published
def test_a_show_is_published_in_its_own_folder(show: Path) -> None:
    """Checklist: enclosure: url, length in bytes, type."""
    names = check_feed(show)
    assert sum(name.endswith(".mp3") for name in names) == 2
    sound = next((show / "one").glob("one-*.mp3"))
    assert sound.samefile(show / "one" / "one.mp3")
    assert published(show)["sent"] == []


def test_of_one_changed_episode_only_its_files_are_sent(show: Path) -> None:
    kept = check_feed(show)
    make_episode(show, "two", day=2, audio=b"another take")
    told = published(show)
    assert [one["name"] for one in told["sent"] if not one["name"].startswith("two/")] == ["feed.xml"]
    assert "two/index.html" in [one["name"] for one in told["sent"]]
    assert check_feed(show) != kept
    assert all((show / name).exists() for name in kept)  # a listener may have the old feed still


def test_a_show_is_published_to_a_store_of_objects(
    show: Path, s3: str, endpoint: str, tmp_path: Path
) -> None:
    """Checklist: enclosure: url, length in bytes, type."""
    told = published(show, "--to", s3)
    assert told["place"] == s3
    direct = s3_server.Direct(endpoint, s3)
    for name in [one["name"] for one in told["sent"]]:
        (tmp_path / "fetched" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "fetched" / name).write_bytes(direct.read(name) or b"")
    direct.close()
    check_feed(tmp_path / "fetched")
    assert published(show, "--to", s3)["sent"] == []


def test_publishing_after_one_change_takes_time_for_one(show: Path, tmp_path: Path) -> None:
    """A thousand episodes may take 5 s of CPU; here are a hundred."""
    for number in range(98):
        make_episode(show, f"more-{number}", day=3 + number)
    place = f"memory://{tmp_path}"
    publish(show, Silence(), to=place)
    make_episode(show, "more-50", day=53, audio=b"another take")
    begin = time.process_time()
    done = publish(show, Silence(), to=place)
    assert time.process_time() - begin < 5 * 100 / 1000
    assert len(done.changes.kept) > 600
    assert [name for name, _ in done.changes.sent if not name.startswith("more-50/")] == ["feed.xml"]


def test_the_account_tells_what_was_done_and_what_comes_next(show: Path) -> None:
    make_episode(show, "two", day=2, audio=b"another take")
    result = run(show)
    assert result.exit_code == 0
    for part in (
        "Test talks (2 episodes)",
        "Sent\n",
        "two/index.html",
        " kept (",
        f"{ADDRESS}feed.xml",
        "narrate check",
    ):
        assert part in result.stdout
    assert "publish: sending" in result.stderr
    assert run(show, "-q").output == ""


def test_a_dry_run_changes_nothing_and_tells_the_same(show: Path) -> None:
    make_episode(show, "two", day=2, audio=b"another take")
    (show / "podcast.yaml").write_text(PODCAST)  # without a guid
    before = everything(show)
    result = run(show, "--dry-run")
    assert "would be sent" in result.stdout
    assert "Nothing was changed" in result.stdout
    plain = published(show, "--dry-run")
    private = published(show, "--dry-run", "--private")
    assert everything(show) == before
    assert private["private"]
    assert "SECRET" in private["feed"]
    assert plain.pop("dry_run")
    done = published(show)
    assert not done.pop("dry_run")
    assert plain == done


# ---------------------------------------------------------------- guid and secret
def test_the_guid_is_given_once_and_kept_when_the_address_changes(show: Path) -> None:
    """Checklist: `podcast:guid` = UUIDv5 of namespace."""
    path = show / "podcast.yaml"
    text = path.read_text()
    assert text.startswith(PODCAST)
    # Of Podcast Namespace: UUIDv5 of “pod.example/talks/feed.xml”.
    assert "\n# By this apps know the podcast" in text
    assert text.count("guid: 6fefabea-a922-5026-a2f2-926b16191cbc\n") == 1
    path.write_text(text.replace("pod.example/talks", "other.example/elsewhere"))
    published(show)
    assert path.read_text().count("guid:") == 1
    assert ">6fefabea-a922-5026-a2f2-926b16191cbc<" in (show / "feed.xml").read_text()


def test_a_private_show_has_an_address_that_nobody_guesses(tmp_path: Path) -> None:
    folder = make_show(tmp_path / "output", "one")
    place = tmp_path / "place"
    told = published(folder, "--private", "--to", place)
    (below,) = place.iterdir()
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", below.name)
    assert told["feed"] == f"{ADDRESS}{below.name}/feed.xml"
    assert f"secret: {below.name}\n" in (folder / "podcast.yaml").read_text()
    check_feed(below, f"{ADDRESS}{below.name}/")
    assert published(folder, "--to", place)["sent"] == []  # once private it stays private
    assert published(folder, "--to", place, "--private")["feed"] == told["feed"]
    account = run(folder, "--to", place).stdout
    assert "to no directory" in account
    assert f"Place  {below}\n" in account
    assert "served" not in account


def test_a_public_show_that_becomes_private_warns_of_what_is_public(show: Path) -> None:
    assert published(show)["warnings"] == []
    public, within = published(show, "--private")["warnings"]
    assert "public as well" in public
    assert "podcast.yaml, which holds the secret, lies in the folder" in within


def test_letters_missing_on_the_cover_are_told(tmp_path: Path) -> None:
    show = make_show(tmp_path / "show", "one", podcast="title: 東京 Talks\naddress: https://pod.example/\n")
    (warning,) = published(show, "--dry-run")["warnings"]
    assert "drawn without 東京" in warning


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PODCAST.rstrip(), None),
        (PODCAST.replace("\n", "\r\n"), None),
        ("\ufeff" + PODCAST, None),
        (PODCAST + "guid:\n# the end\n", PODCAST + "guid: 6fefabea-a922-5026-a2f2-926b16191cbc\n# the end\n"),
        (PODCAST + "description: |-\n  The end.\n\n  \n", None),
    ],
)
def test_whatever_podcast_yaml_looks_like_it_stays_so(show: Path, before: str, after: str | None) -> None:
    path = show / "podcast.yaml"
    path.write_bytes(before.encode())
    path.chmod(0o600)
    published(show)
    raw = path.read_bytes().decode()
    assert raw == after if after else raw.startswith(before.rstrip())
    assert ("\r\n" in before) == (raw.count("\r\n") == raw.count("\n"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert parse_podcast(raw.lstrip("\ufeff"), path).guid in raw


def test_where_nothing_can_be_added_the_owner_is_told_what_to_write(tmp_path: Path) -> None:
    folder = make_show(tmp_path, "one", podcast=f'{{"title": "T", "address": "{ADDRESS}"}}')
    result = run(folder)
    assert result.exit_code == 1
    assert "write into it: guid: 6fefabea-a922-5026-a2f2-926b16191cbc" in result.stderr
    assert not (folder / "feed.xml").exists()


# ---------------------------------------------------------------- beginning
def test_init_writes_a_podcast_yaml_that_is_ready_to_be_edited(tmp_path: Path) -> None:
    folder = make_show(tmp_path, "one")
    make_episode(folder, "eins", language="de")
    make_episode(folder, "zwei", language="de")
    (folder / "podcast.yaml").unlink()
    assert "--init" in run(folder).stderr
    assert "write the address into it" in run(folder, "--init").stdout
    result = run(folder)
    assert (result.exit_code, "write here where the podcast will lie" in result.stderr) == (1, True)
    text = (folder / "podcast.yaml").read_text()
    assert "language: de\n" in text
    assert run(folder, "--init").exit_code == 1
    assert (folder / "podcast.yaml").read_text() == text
    (folder / "podcast.yaml").unlink()
    assert run(folder, "--init", "--address", "ftp://x").exit_code == 1
    assert not (folder / "podcast.yaml").exists()
    assert run(folder, "--init", "--address", ADDRESS.rstrip("/")).exit_code == 0
    assert published(folder)["feed"] == f"{ADDRESS}feed.xml"


@pytest.mark.parametrize(
    "arguments", [("--init", "--dry-run"), ("--init", "--json"), ("--address", ADDRESS), ("--to", "")]
)
def test_options_that_do_not_go_together_are_wrong_usage(show: Path, arguments: tuple[str, ...]) -> None:
    assert run(show, *arguments).exit_code == 2


# ---------------------------------------------------------------- places
@pytest.mark.parametrize(
    ("to", "problem"),
    [
        ("output/one", "is within the episode"),
        ("output/one/deep/down", "is within the episode"),
        (".", "holds the show itself"),
        ("/", "holds the show itself"),
        ("other", "is the folder of another show"),
        ("file", "a file stands where a folder is needed"),
        ("site", "index.html lies at site already"),
    ],
)
def test_places_in_which_something_would_be_lost_are_refused(
    show: Path, monkeypatch: pytest.MonkeyPatch, to: str, problem: str
) -> None:
    monkeypatch.chdir(show.parent)
    make_show(Path("other"), "three")
    Path("file").write_text("mine")
    Path("site").mkdir()
    Path("site/index.html").write_text("mine")
    before = everything(show.parent)
    result = run("output", "--to", to)
    assert result.exit_code == 1
    assert problem in result.stderr
    (show / ".publishing").is_dir()
    assert everything(show.parent) == before


def test_an_address_of_a_folder_and_a_link_will_do(show: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    published(show, "--to", f"file://{tmp_path}/link/new%20show")
    check_feed(tmp_path / "real" / "new show")
    assert published(show, "--to", show.parent / "." / "output")["sent"] == []


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda show: (show / "podcast.yaml").unlink(), "write one with `narrate publish"),
        (lambda show: (show / "podcast.yaml").write_bytes(b"title: \xff"), "is not UTF-8"),
        (lambda show: (show / "podcast.yaml").write_text("title: T\n"), "“address” is missing"),
        (lambda show: (show / "one" / "one.mp3").unlink(), "build the episode again"),
        (
            lambda show: (show / "published.json").unlink() or (show / "published.json").mkdir(),
            "published.json",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_line(show: Path, spoil: Any, problem: str) -> None:
    spoil(show)
    result = run(show)
    assert result.exit_code == 1
    assert problem in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.output


def test_of_two_at_once_the_second_waits(show: Path) -> None:
    make_episode(show, "two", day=2, audio=b"another take")
    feed = (show / "feed.xml").read_bytes()
    with locked(show / ".publishing"):
        thread = threading.Thread(target=publish, args=(show, Silence()))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        assert (show / "feed.xml").read_bytes() == feed
    thread.join(30)
    assert (show / "feed.xml").read_bytes() != feed


# ---------------------------------------------------------------- killed
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_a_process_that_is_killed_leaves_the_show_whole(show: Path, tmp_path: Path) -> None:
    """The publication is killed at 20 points; the next run completes it and sends nothing twice."""
    place = tmp_path / "place"
    published(show, "--to", place)
    old = check_feed(place)
    make_episode(
        show, "two", day=2, audio=b"another take", said=(("Ada Ember", "All is new."),), chapters=("New",)
    )
    make_episode(show, "three", day=3)
    points = 20
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, script, show, place, str(points)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 3 * points
    for number in range(points):
        copy = Path(f"{place}-{number}")
        check_feed(copy)
        assert all((copy / name).exists() for name in old)
        before = {
            str(path.relative_to(copy)): path.stat().st_ino
            for path in copy.rglob("*")
            if path.is_file() and path.name[0] != "."
        }
        told = published(show, "--to", copy)
        again = {one["name"] for one in told["sent"]}
        for name in again & before.keys():
            assert not re.search(r"-[0-9a-f]{8}\.", name), f"{name} was whole, and was sent again"
            assert (copy / name).stat().st_ino != before[name]
        for name in ("index.html", "feed.xml", "two/index.html"):
            new = (Path(f"{place}-{points}") / name).read_bytes()
            assert (copy / name).read_bytes() == new
            if name not in again:
                assert (copy / name).stat().st_ino == before[name]
        check_feed(copy)
        assert not list(copy.rglob(".*")), "something unfinished was left"
