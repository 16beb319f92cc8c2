"""`narrate build --export` and `--listen`: an episode taken apart."""

import hashlib
import inspect
import json
import re
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.cli import main as cli
from narrator.loudness import measure_audio

TEXT = """\
# The River

## How it began

Ada Stone: Good evening. We talk about the river.

Ben/Hill: I have never seen it freeze.

## What it carries

Ada Stone: What does it carry?

Ben/Hill: Mostly sand, now and then a chair. Once it brought a piano.
"""
HOME = Path("output/the-river")
# Until click 8.2 the runner has to be told to keep standard error apart.
APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)


def run(*arguments: str) -> Result:
    return CliRunner(**APART).invoke(cli, ("build", *arguments, "--engine", "tone"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an episode and its tracks, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "river.txt").write_text(TEXT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("NARRATOR_TAKES", str(folder / "takes"))
        result = run("river.txt", "--export", "audacity")
    assert result.exit_code == 0, result.output
    assert "audacity/" in result.stdout
    return folder


@pytest.fixture
def studio(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to work in, without any player."""
    shutil.copytree(exported, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_TAKES", str(tmp_path / "takes"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def sums(folder: Path) -> dict[str, str]:
    """Return the hash of every file by its name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def tracks(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Return the tracks by speaker, as an independent reader finds them."""
    listed = json.loads((folder / HOME / "audacity" / "tracks.json").read_text("utf-8"))["tracks"]
    return {one["speaker"]: soundfile.read(folder / HOME / "audacity" / one["file"])[0] for one in listed}


def labels(folder: Path, of: str) -> list[tuple[int, int, str]]:
    """Read labels as Audacity does; places in samples."""
    rows = [
        line.split("\t")
        for line in (folder / HOME / "audacity" / f"labels-{of}.txt").read_text("utf-8").splitlines()
    ]
    return [(round(float(start) * 48_000), round(float(end) * 48_000), text) for start, end, text in rows]


# ---------------------------------------------------------------- export
def test_tracks_are_as_long_as_the_episode_and_in_step_with_it(exported: Path) -> None:
    episode, rate = soundfile.read(exported / HOME / "the-river.mp3")
    by_speaker = tracks(exported)

    assert set(by_speaker) == {"NARRATOR", "Ada Stone", "Ben/Hill"}
    assert rate == 48_000
    assert {track.shape for track in by_speaker.values()} == {episode.shape}
    # Tones never reach the limiter, so the sum is what the encoder got.
    rest = sum(by_speaker.values()) - episode
    assert 20 * np.log10(np.std(rest) / np.std(episode)) < -30
    listed = json.loads((exported / HOME / "audacity" / "tracks.json").read_text("utf-8"))
    assert (
        listed["programme_gain_db"]
        == json.loads((exported / HOME / "episode.json").read_text("utf-8"))["gain"]
    )


def test_labels_lie_where_speech_is(exported: Path) -> None:
    by_speaker = tracks(exported)
    length = len(by_speaker["Ada Stone"])
    chapters, turns, sentences = (labels(exported, of) for of in ("chapters", "turns", "sentences"))

    assert [text for _, _, text in chapters][-2:] == ["How it began", "What it carries"]
    assert (chapters[0][0], chapters[-1][1]) == (0, length)
    assert " ".join(text for _, _, text in sentences).endswith(
        "now and then a chair. Once it brought a piano."
    )
    for start, end, text in turns:
        number, speaker = re.match(r"(\d+) ([^:]+): ", text).groups()  # type: ignore[union-attr]
        assert turns[int(number) - 1][2] == text
        assert {name for name, track in by_speaker.items() if track[start:end].any()} == {speaker}
    # Outside of all turns, and of all sentences, nobody speaks.
    for spans in (turns, sentences):
        silent = np.ones(length, bool)
        for start, end, _ in spans:
            silent[start:end] = False
        assert not any(track[silent].any() for track in by_speaker.values())


def test_export_again_gives_the_same_and_leaves_what_is_not_its_own(studio: Path) -> None:
    before = sums(studio / HOME)
    folder = studio / HOME / "audacity"
    (folder / "my mix.aup3").write_text("mine")
    (studio / "kept.wav").write_text("mine")
    listed = json.loads((folder / "tracks.json").read_text("utf-8"))
    gone = [{"file": name} for name in ("09-gone.wav", "../../../kept.wav", "my mix.aup3")]
    (folder / "tracks.json").write_text(json.dumps(listed | {"tracks": listed["tracks"] + gone}))
    (folder / "09-gone.wav").write_text("of a speaker who is gone")
    (folder / "01-narrator.wav").write_text("cut")
    result = run("river.txt", "--export", "audacity", "-q")

    assert (result.exit_code, result.output) == (0, "")
    assert sums(studio / HOME) == before | {"audacity/my mix.aup3": hashlib.sha256(b"mine").hexdigest()}
    assert (studio / "kept.wav").read_text() == "mine"


# ---------------------------------------------------------------- listening
def player(studio: Path, name: str, script: str) -> None:
    program = studio / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_a_chapter_sounds_as_in_the_episode_and_changes_nothing(studio: Path) -> None:
    before = sums(studio / "output")
    result = run("river.txt", "--listen", "what it", "-o", "part.wav")

    assert result.exit_code == 0, result.output
    assert "no player" in result.stderr
    assert "part.wav" in result.stderr
    assert sums(studio / "output") == before
    start = labels(studio, "chapters")[-1][0]
    whole = np.asarray(sum(tracks(studio).values()))
    heard, _ = soundfile.read("part.wav")
    lead = 14_400  # 300 ms of silence before the first speech; tones have none of their own
    assert not heard[:lead].any()
    assert np.abs(heard[lead:] - whole[start : start + len(heard) - lead]).max() < 1e-4
    # No take of another chapter was asked for: one for each sentence, one for the gain of each voice.
    spoken = sum(begin >= start for begin, _, _ in labels(studio, "sentences"))
    title = (
        1
        if "NARRATOR" in {text.split(":")[0][2:] for at, _, text in labels(studio, "turns") if at >= start}
        else 0
    )
    assert f"0 takes made, {spoken + 2 + title} kept" in result.stdout


def test_a_turn_is_played_and_then_gone(studio: Path) -> None:
    player(studio, "paplay", "exit 1")  # as without a server of sound
    player(studio, "mpv", "exit 0")  # as without a sound card
    player(
        studio,
        "ffplay",
        f'for last; do :; done; /bin/cp "$last" "{studio}/heard.wav"; echo "$last"; /bin/sleep 1.5',
    )
    turns = labels(studio, "turns")
    number = next(text for _, _, text in turns if "never seen it freeze" in text).split()[0]
    result = run("river.txt", "--listen", f"Turn {number}")

    assert result.exit_code == 0, result.output
    assert f"turn {number}, Ben/Hill" in result.stdout
    assert "no player" not in result.stderr
    assert soundfile.info("heard.wav").duration > 1.5
    assert not list((studio / "tmp").iterdir())


@pytest.mark.usefixtures("studio")
def test_a_part_of_what_was_never_built_is_as_loud_as_an_episode() -> None:
    shutil.rmtree("output")
    result = run("river.txt", "--listen", "1", "-o", "part.mp3", "-q")

    assert result.exit_code == 0, result.output
    samples, rate = soundfile.read("part.mp3", dtype="float32")
    assert measure_audio(Audio(samples, rate)).loudness == pytest.approx(-16, abs=0.5)
    assert not Path("output").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--listen", "turn:99"], "there is no turn 99; the turns are 1 to"),
        (["--listen", "how it ended"], "there is no chapter 'how it ended'; there is 1 “"),
        (["--listen", ""], "there is no chapter ''"),
        (["--listen", "1", "-o", "x.txt"], ".wav, .mp3 can be written, not 'x.txt'"),
        (["--listen", "1", "--estimate"], "--listen is for a single source"),
        (["--listen", "1", "other.txt"], "--listen is for a single source"),
    ],
)
def test_a_part_that_is_not_there_is_refused(studio: Path, arguments: list[str], problem: str) -> None:
    before = sums(studio)
    result = run("river.txt", *arguments)

    assert result.exit_code in {1, 2}
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sums(studio) == before
