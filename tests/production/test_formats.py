"""An episode in several forms, with tones for voices: made, kept, told in the record and published."""

import hashlib
import json
import math
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from narrator.cli import main as cli
from narrator.errors import EncodingError, PublishError
from narrator.model import Download
from narrator.production import Options, Production, build
from narrator.publish.podcast import parse_podcast
from narrator.publish.record import parse_episode
from narrator.publish.show import read_show
from narrator.settings import LOUDNESS, LOUDNESS_TOLERANCE, PEAK

TEXT = "# The River\n\n## One\n\nAda: It is wide and slow.\n\n## Two\n\nBen: It never froze.\n"


class Nobody:
    """Is told how far the work is."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.shares: list[int] = []

    def stage(self, name: str) -> None:
        assert self.shares == sorted(self.shares)
        self.shares = []
        self.stages.append(name)

    def at(self, done: int, total: int) -> None:
        assert 0 <= done <= total
        self.shares.append(done)


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("takes")


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path = tmp_path / "river.md"
    path.write_text(TEXT, "utf-8")
    return path


def make(source: Path, takes: Path, name: str, *formats: str) -> tuple[Production, Nobody]:
    told = Nobody()
    folder = source.parent / "show" / name
    return build(source, Options(engine="tone", takes=takes, folder=folder, formats=formats), told), told


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_forms_are_made_told_kept_and_made_again(source: Path, takes: Path) -> None:
    at_once, told = make(source, takes, "a", "mp3", "flac", "m4b")
    assert told.stages == ["recording", "mixing and encoding", "encoding M4B", "encoding FLAC"]
    downloads = at_once.episode.downloads
    assert [one.name for one in downloads] == ["the-river.m4b", "the-river.flac"]
    assert at_once.episode.audio == "the-river.mp3"
    assert {one.name for one in downloads} < set(at_once.files)
    for one in downloads:
        path = at_once.folder / one.name
        assert (one.size, one.sha256) == (path.stat().st_size, sha256(path))
        assert abs(one.loudness - LOUDNESS) <= LOUDNESS_TOLERANCE
        assert one.peak <= PEAK
    record = at_once.folder / "episode.json"
    assert parse_episode(record.read_text("utf-8"), record) == at_once.episode

    # Beside an enclosure that is there already they are the same.
    later, told = make(source, takes, "b")
    assert (later.episode.downloads, told.stages) == ((), ["recording", "mixing and encoding"])
    later, told = make(source, takes, "b", "flac", "m4b")
    assert told.stages == ["recording", "encoding M4B", "encoding FLAC"]
    assert later.episode.downloads == downloads

    # Not asked for again, they follow the text; what was lost comes back.
    (later.folder / "the-river.flac").unlink()
    again, told = make(source, takes, "b")
    assert told.stages == ["recording", "encoding FLAC"]
    assert again.episode.downloads == downloads
    assert sha256(again.folder / "the-river.flac") == downloads[1].sha256
    source.write_text(TEXT.replace("wide", "narrow"), "utf-8")
    edited, _ = make(source, takes, "b")
    assert [one.name for one in edited.episode.downloads] == [one.name for one in downloads]
    assert not {one.sha256 for one in edited.episode.downloads} & {one.sha256 for one in downloads}
    without, told = make(source, takes, "b", "mp3")
    assert (without.episode.downloads, told.stages) == ((), ["recording"])


def test_sound_of_twins_is_encoded_once(source: Path, takes: Path) -> None:
    alone, _ = make(source, takes, "a", "m4b")
    both, _ = make(source, takes, "b", "m4a", "m4b")
    assert both.episode.downloads[1] == alone.episode.downloads[0]

    later, told = make(source, takes, "a", "m4a", "m4b")
    assert told.stages == ["recording", "encoding M4A"]
    assert told.shares == []  # nothing was mixed for it
    assert later.episode.downloads == both.episode.downloads
    assert [sha256(later.folder / one.name) for one in later.episode.downloads] == [
        one.sha256 for one in both.episode.downloads
    ]


def test_a_show_offers_them(source: Path, takes: Path) -> None:
    production, _ = make(source, takes, "river", "mp3", "wav", "flac")
    show = source.parent / "show"
    settings = "title: T\naddress: https://pod.example/t\nlanguage: en\nemail: o@pod.example\n"
    podcast = parse_podcast(settings, show / "podcast.yaml")
    (entry,) = read_show(show, podcast).entries
    assert entry.audio.type == "audio/mpeg"
    told = [(one.name, one.type, one.key) for one in entry.downloads]
    assert told == [
        (f"river/the-river-{one.sha256[:8]}{suffix}", type_, one.sha256)
        for one, suffix, type_ in zip(
            production.episode.downloads, (".flac", ".wav"), ("audio/flac", "audio/wav"), strict=True
        )
    ]
    (production.folder / "the-river.wav").write_bytes(b"RIFF")
    with pytest.raises(PublishError, match=r"the-river\.wav is not what episode\.json beside it tells"):
        read_show(show, podcast)


def test_a_missing_extra_is_told_before_anything_is_made(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(EncodingError, match=r'extra m4a: run `pip install "narrator\[m4a\]"`'):
        make(source, tmp_path / "none", "a", "m4a")
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "show").exists()


def test_an_unknown_format_is_wrong_usage(source: Path) -> None:
    result = CliRunner().invoke(cli, ["build", str(source), "--format", "mp3,mp5"])
    assert result.exit_code == 2
    assert "no format 'mp5'; choose among mp3, m4a" in result.output
    with pytest.raises(EncodingError, match="no format 'ogg'"):
        make(source, source.parent, "a", "ogg")


def test_a_failed_form_leaves_the_episode_as_it_was(
    source: Path, takes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    production, _ = make(source, takes, "a", "mp3")
    before = {path.name: sha256(path) for path in production.folder.iterdir()}
    monkeypatch.setattr("narrator.encoding.aiming.PEAK", -90.0)  # which nothing can keep
    with pytest.raises(EncodingError, match="the wav file cannot be mastered: after 4 tries"):
        make(source, takes, "a", "wav")
    assert {path.name: sha256(path) for path in production.folder.iterdir()} == before


def test_older_records_are_read_and_silence_is_told(source: Path, takes: Path) -> None:
    production, _ = make(source, takes, "a", "mp3", "flac")
    path = production.folder / "episode.json"
    content = json.loads(path.read_text("utf-8"))
    content["downloads"][0]["peak"] = None
    (flac,) = parse_episode(json.dumps(content), path).downloads
    assert isinstance(flac, Download)
    assert flac.peak == -math.inf
    content["downloads"][0]["size"] = "9"
    with pytest.raises(PublishError, match="“size” is not a whole number"):
        parse_episode(json.dumps(content), path)
    del content["downloads"]
    assert parse_episode(json.dumps(content), path).downloads == ()
    shutil.rmtree(production.folder)
