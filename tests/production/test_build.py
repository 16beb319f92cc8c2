"""The whole way, with tones for voices: one short conversation, built again and again."""

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest
import soundfile

from narrator.errors import NarratorError, PublishError, SourceError, SynthesisError
from narrator.production import Options, Production, build, load_script
from narrator.script import format_script

FAKES = Path(__file__).parent.parent / "fakes"
TEXT = """\
# The River

## How it began

Ada Stone: Good evening. We talk about the river that runs behind this house. It is older than the town.

Ben Hill: Thank you. I have lived here for sixty years, and I have never seen it freeze.

## What it carries

Ada Stone: What does the river carry down to the sea?

Ben Hill: Mostly sand, now and then a chair. Once it brought a piano, and the piano still played.

Ada Stone: Thank you for coming.
"""
OTHER = """\
# The River

Cem Wood: Nobody has ever counted the bridges of this city, as far as I know.

Dora Lake: I did so last summer, on a bicycle, with a notebook and a thermos of coffee.
"""
FILES = [
    "chapters.json",
    "episode.json",
    "script.md",
    *(f"the-river.{form}" for form in ("html", "json", "mp3", "srt", "vtt")),
]


class Nobody:
    """Is told how far the work is."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, name: str) -> None:
        self.stages.append(name)

    def at(self, done: int, total: int) -> None:
        assert 0 <= done <= total


@dataclass(frozen=True)
class Studio:
    """A folder to work in, with a source and a store of takes."""

    folder: Path
    options: Options

    @property
    def source(self) -> Path:
        return self.folder / "river.txt"

    @property
    def home(self) -> Path:
        return self.folder / "output" / "the-river"

    def build(self, source: Path | None = None, **changes: object) -> Production:
        return build(source or self.source, replace(self.options, **changes), Nobody())  # type: ignore[arg-type]

    def edit(self, old: str, new: str, path: Path | None = None) -> None:
        path = path or self.source
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The takes of the conversation, made once."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "river.txt").write_text(TEXT, "utf-8")
    options = Options(engine="tone", takes=folder / "takes", folder=folder / "there")
    assert build(folder / "river.txt", options, Nobody()).kept == 0
    return folder / "takes"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A studio that has not recorded anything yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    made = Studio(tmp_path, Options(engine="tone", takes=tmp_path / "takes"))
    made.source.write_text(TEXT, "utf-8")
    return made


@pytest.fixture
def studio(empty: Studio, recorded: Path) -> Studio:
    """A studio in which all takes are there."""
    shutil.copytree(recorded, empty.folder / "takes")
    return empty


def contents(folder: Path) -> dict[str, str]:
    """Return the name and hash of every file, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def id3(path: Path) -> Any:
    """Return the tags of a file as an independent reader finds them."""
    return mutagen.id3.ID3(path)  # type: ignore[no-untyped-call]


# ---------------------------------------------------------------- what a build gives
def test_episode_lies_in_one_folder_and_its_files_agree(studio: Studio) -> None:
    production = studio.build()

    assert sorted(contents(studio.home)) == FILES
    assert sorted(production.files) == FILES
    assert production.folder.resolve() == studio.home.resolve()
    record = json.loads((studio.home / "episode.json").read_text("utf-8"))
    audio = studio.home / "the-river.mp3"
    assert record["title"] == "The River"
    assert record["language"] == "en"
    assert contents(studio.home)["the-river.mp3"] in json.dumps(record)
    assert production.episode.size == audio.stat().st_size

    heard = soundfile.info(audio)
    assert round(heard.frames / heard.samplerate * 1000) == production.episode.duration_ms
    tags = id3(audio)
    assert str(tags["TIT2"]) == "The River"
    titles = [
        str(tags[f"CHAP:{name}"].sub_frames["TIT2"]) for name in tags.getall("CTOC")[0].child_element_ids
    ]
    assert titles == [title for _, title in production.episode.chapters]
    assert titles[-2:] == ["How it began", "What it carries"]
    chapters = json.loads((studio.home / "chapters.json").read_text("utf-8"))["chapters"]
    assert [round(one["startTime"] * 1000) for one in chapters] == [
        at for at, _ in production.episode.chapters
    ]


def test_everybody_speaks_with_a_voice_of_their_own(studio: Studio) -> None:
    speaking = studio.build().episode.speakers

    assert {one.speaker for one in speaking} >= {"Ada Stone", "Ben Hill"}
    assert len({one.voice for one in speaking}) == len(speaking)
    assert all(one.ms > 1000 for one in speaking if one.speaker != "NARRATOR")


def test_transcript_tells_every_speaker(studio: Studio) -> None:
    studio.build()
    transcript = (studio.home / "the-river.vtt").read_text("utf-8")
    assert transcript.startswith("WEBVTT")
    assert "<v Ada Stone>" in transcript
    assert "piano still played" in " ".join(transcript.split())


def test_two_builds_from_nothing_give_the_same_bytes(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = studio.build(folder=studio.folder / "one")
    second = studio.build(folder=studio.folder / "two", takes=studio.folder / "other takes")

    assert (first.made, second.kept) == (0, 0)
    assert first.kept == second.made
    assert contents(studio.folder / "one") == contents(studio.folder / "two")


def test_script_of_a_text_is_built_like_the_text(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    studio.build()
    (studio.folder / "river.md").write_bytes((studio.home / "script.md").read_bytes())
    again = studio.build(studio.folder / "river.md", folder=studio.folder / "again")

    assert again.made == 0
    for name in ("the-river.mp3", "the-river.vtt", "chapters.json", "script.md"):
        assert contents(studio.folder / "again")[name] == contents(studio.home)[name]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        OTHER.partition("\n\n")[2],
        "Ein kurzer Text ohne Überschrift. Er hat Sätze.\n\n(leise) „Wer ist da?“, fragte sie.",
        "ANNA: (laughing) Sure? [pause]\n\nBERT: Yes … (pause 2s) quite **sure**, 1 < 2.\n\nANNA: Good.",
        "# *A* <title>: “quotes” & \\\\ signs\n\nAnna: - no list\n\nBert: ## no heading\n\nAnna: 1. no",
    ],
    ids=["headings", "plain", "german prose", "directions", "signs"],
)
def test_script_that_is_printed_sounds_like_its_text(empty: Studio, text: str) -> None:
    for name in ("x.txt", "x.md"):
        source = empty.folder / name
        if name.endswith("md"):
            text = format_script(load_script(empty.folder / "x.txt"))
        source.write_text(text, "utf-8")
        empty.build(source, folder=empty.folder / f"of {name}", language="")
    (first,) = (empty.folder / "of x.txt").glob("*.mp3")
    (second,) = (empty.folder / "of x.md").glob("*.mp3")
    sounds = [soundfile.read(path)[0].tobytes() for path in (first, second)]
    assert sounds[0] == sounds[1]


# ---------------------------------------------------------------- building again
def test_nothing_changed_means_nothing_made(studio: Studio) -> None:
    studio.build()
    before = contents(studio.home)
    made_at = (studio.home / "the-river.mp3").stat().st_mtime_ns
    again = studio.build()

    assert again.made == 0
    assert contents(studio.home) == before
    assert (studio.home / "the-river.mp3").stat().st_mtime_ns == made_at


def test_one_changed_word_is_one_take(studio: Studio) -> None:
    studio.build()
    script = studio.home / "script.md"
    studio.edit("a chair", "a table", script)
    again = studio.build(script)

    assert again.made == 1
    assert "table" in script.read_text("utf-8")
    assert again.folder.resolve() == studio.home.resolve()


def test_edited_text_keeps_guid_and_date(studio: Studio) -> None:
    first = studio.build().episode
    studio.edit("a chair", "a table")
    second = studio.build().episode

    assert (second.guid, second.date, second.slug) == (first.guid, first.date, first.slug)
    assert second.sha256 != first.sha256
    assert "table" in (studio.home / "script.md").read_text("utf-8")


def test_new_title_in_the_script_keeps_the_names_of_files(studio: Studio) -> None:
    first = studio.build().episode
    again = studio.build(studio.home / "script.md", title="The Sea").episode

    assert again.title == "The Sea"
    assert (again.guid, again.slug, again.audio) == (first.guid, first.slug, first.audio)
    assert str(id3(studio.home / "the-river.mp3")["TIT2"]) == "The Sea"
    assert sorted(contents(studio.home)) == FILES


@pytest.mark.parametrize("damage", ["gone", "cut"])
@pytest.mark.parametrize("name", FILES[:1] + FILES[2:])
def test_lost_file_comes_back_the_same(studio: Studio, name: str, damage: str) -> None:
    studio.build()
    before = contents(studio.home)
    file = studio.home / name
    if damage == "gone":
        file.unlink()
    elif name != "script.md":  # a script that was changed is kept, see below
        file.write_bytes(file.read_bytes()[:-100])
    again = studio.build()

    assert again.made == 0
    assert contents(studio.home) == before


# ---------------------------------------------------------------- never overwritten
def test_another_episode_is_not_overwritten(studio: Studio) -> None:
    studio.build()
    before = contents(studio.home)
    (studio.folder / "bridges.txt").write_text(OTHER, "utf-8")
    with pytest.raises(SourceError, match=r"holds another episode, “The River”.*-o"):
        studio.build(studio.folder / "bridges.txt")

    assert contents(studio.home) == before
    elsewhere = studio.build(studio.folder / "bridges.txt", title="Bridges")
    assert elsewhere.folder.name == "bridges"


def test_edited_script_is_not_overwritten_by_its_source(studio: Studio) -> None:
    studio.build()
    studio.edit("a chair", "a table", studio.home / "script.md")
    before = contents(studio.home)
    with pytest.raises(SourceError, match=r"edited since it was built"):
        studio.build()
    assert contents(studio.home) == before

    (studio.home / "script.md").unlink()
    assert studio.build().made == 0


def test_foreign_files_stay(studio: Studio) -> None:
    folder = studio.folder / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "script.md").write_text("my own script")
    with pytest.raises(SourceError, match=r"script\.md"):
        studio.build(folder=folder)
    assert sorted(contents(folder)) == ["notes.txt", "script.md"]

    (folder / "script.md").unlink()
    studio.build(folder=folder)
    assert sorted(contents(folder)) == sorted([*FILES, "notes.txt"])


# ---------------------------------------------------------------- failures
def refused(studio: Studio, kind: type[NarratorError], match: str, **changes: object) -> None:
    before = contents(studio.folder)
    with pytest.raises(kind, match=match) as caught:
        studio.build(**changes)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    after = contents(studio.folder)
    assert {name: after[name] for name in after if not name.startswith("takes/")} == before
    assert not studio.home.exists()


def test_folder_that_cannot_be_is_refused_before_anything_is_spoken(empty: Studio) -> None:
    studio = empty
    (studio.folder / "file").write_text("")
    refused(studio, PublishError, "cannot write in the folder", folder=studio.folder / "file" / "x")
    assert not list((studio.folder / "takes").rglob("*.flac"))


def test_failing_voice_leaves_no_folder_but_its_takes(empty: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = empty
    monkeypatch.syspath_prepend(FAKES)
    monkeypatch.setenv("FAKE_LOG", str(studio.folder / "takes" / "log"))
    (studio.folder / "takes").mkdir()
    studio.edit("a chair", "a refuse bin")
    refused(studio, SynthesisError, "the service said no", engine="fake")
    assert list((studio.folder / "takes").rglob("*.flac"))


# ---------------------------------------------------------------- other processes
def begin(studio: Studio, *options: str, limit: int | None = None) -> "subprocess.Popen[str]":
    def confine() -> None:
        if limit is not None:
            # A limit on the size of files refuses writing as a full disk does.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    arguments = ["-q", "--engine", "tone", "--language", "en", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "narrator", "build", studio.source, *arguments],
        cwd=studio.folder,
        env=os.environ | {"NARRATOR_TAKES": str(studio.folder / "takes"), "SOURCE_DATE_EPOCH": "1700000000"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=confine,  # noqa: PLW1509 - no threads here
    )


def narrate(studio: Studio, *options: str, limit: int | None = None) -> tuple[int, str]:
    """Build in a process of its own; return the exit code and what it said of errors."""
    with begin(studio, *options, limit=limit) as run:
        told = run.communicate()[1]
    return run.returncode, told


def test_full_disk_leaves_the_episode_as_it_was(studio: Studio) -> None:
    assert narrate(studio) == (0, "")
    before = contents(studio.home)
    studio.edit("a chair", "a table")
    size = (studio.home / "the-river.mp3").stat().st_size
    code, told = narrate(studio, limit=size // 2)
    errors = [line for line in told.splitlines() if "error" in line]
    assert code == 1
    assert len(errors) == 1
    assert "the-river.mp3" in errors[0]
    assert contents(studio.home) == before


def moments() -> list[Callable[[Path], bool]]:
    def takes(count: int) -> Callable[[Path], bool]:
        return lambda folder: len(list((folder / "takes").rglob("*.json"))) >= count

    def has(pattern: str) -> Callable[[Path], bool]:
        return lambda folder: any(folder.rglob(pattern))

    return [
        has("takes"), takes(1), takes(4), has("output/*/.*.part"), has(".*.mp3.*.part"), has("*.mp3"),
        has("episode.json"),
    ]  # fmt: skip


def living(session: int) -> list[str]:
    """Return the commands of all processes of a session, as Linux tells them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "stat").read_text().rpartition(")")[2].split()
            if int(status[3]) == session and status[0] != "Z":
                found.append((process / "cmdline").read_text())
        except OSError:
            continue  # it ended meanwhile
    return found


@pytest.mark.slow
def test_killed_build_goes_on_where_it_stopped(empty: Studio) -> None:
    assert narrate(empty, "-o", "undisturbed", "--takes", "others") == (0, "")
    wanted = contents(empty.folder / "undisturbed")
    for number, moment in enumerate(moments()):
        folder = empty.folder / f"{number}"
        folder.mkdir()
        shutil.copy(empty.source, folder)
        studio = Studio(folder, empty.options)
        with begin(studio) as run:
            end = time.monotonic() + 20
            while run.poll() is None and not moment(folder) and time.monotonic() < end:
                time.sleep(0.002)
            if run.poll() is None:
                kill = os.killpg if number % 2 else os.kill  # with its workers, or without
                kill(run.pid, signal.SIGKILL)
        while living(run.pid):  # workers see that their parent is gone
            assert time.monotonic() < end, living(run.pid)
            time.sleep(0.01)
        finished = {path: path.with_suffix(".flac").stat().st_ino for path in folder.rglob("takes/*/*.json")}
        assert narrate(studio) == (0, "")
        assert contents(studio.home) == wanted
        assert not list((folder / "takes").rglob(".*"))
        # A take that is made again is another file.
        assert {path: path.with_suffix(".flac").stat().st_ino for path in finished} == finished


def test_two_builds_at_once_on_one_store_give_the_same(empty: Studio) -> None:
    with begin(empty, "-o", "one") as one, begin(empty, "-o", "two") as two:
        told = [run.communicate()[1] for run in (one, two)]
    assert (told, one.returncode, two.returncode) == (["", ""], 0, 0)
    assert contents(empty.folder / "one") == contents(empty.folder / "two")
    assert not list((empty.folder / "takes").rglob(".*"))
    assert empty.build(folder=empty.folder / "three").made == 0
