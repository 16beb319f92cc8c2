"""`narrate build` with music: on the command line, of a show, as a track; what is told when it is none."""

import inspect
import json
import shutil
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
from narrator.settings import LOUDNESS, LOUDNESS_TOLERANCE, PEAK

TEXT = """\
## How it began

Ada Stone: Good evening to all of you out there. Tonight we talk about the river and the people on it.

Ben Hill: I have never seen it freeze, not even once.

## What it carries

Ada Stone: And what does it carry down to us?

Ben Hill: Mostly sand, now and then a chair, and once it brought a piano on which we still play every day.
"""
HOME = Path("output/river")
MUSIC = ("--intro", "theme.ogg", "--outro", "theme.ogg", "--bed", "bed.flac", "--jingle", "jingle.wav")
# Until click 8.2 the runner has to be told to keep standard error apart.
APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)


def run(*arguments: str) -> Result:
    return CliRunner(**APART).invoke(cli, ("build", "river.txt", "--engine", "tone", *arguments))


def compose(seconds: float, rate: int, hertz: float) -> NDArray[np.float32]:
    times = np.arange(round(seconds * rate)) / rate
    waves = np.sin(2 * np.pi * np.outer((1, 1.5, 2.01), hertz * times))
    sound: NDArray[np.float32] = (0.05 * waves.sum(axis=0)).astype(np.float32)
    return sound


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with music and an episode with all of it, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("composed")
    (folder / "river.txt").write_text(TEXT, "utf-8")
    soundfile.write(folder / "theme.ogg", compose(5, 48_000, 150), 48_000)
    soundfile.write(folder / "bed.flac", compose(4.5, 32_000, 90), 32_000)
    soundfile.write(folder / "jingle.wav", compose(1, 44_100, 400), 44_100)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("NARRATOR_TAKES", str(folder / "takes"))
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        result = run(*MUSIC, "--export", "stems", "--title", "River")
    assert result.exit_code == 0, result.output + result.stderr
    return folder


@pytest.fixture
def studio(composed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to work in."""
    shutil.copytree(composed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_TAKES", str(tmp_path / "takes"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_episode_is_as_loud_as_any_and_its_music_is_a_track(composed: Path) -> None:
    heard, rate = soundfile.read(composed / HOME / "river.mp3", dtype="float32")
    measured = measure_audio(Audio(heard, rate))
    assert abs(measured.loudness - LOUDNESS) <= LOUDNESS_TOLERANCE
    assert measured.peak <= PEAK
    record = json.loads((composed / HOME / "episode.json").read_text("utf-8"))
    assert abs(record["loudness"] - measured.loudness) < 0.1

    stems = composed / HOME / "stems"
    listing = json.loads((stems / "tracks.json").read_text("utf-8"))
    assert listing["music"] == "music.wav"
    assert [one["speaker"] for one in listing["tracks"]] == ["NARRATOR", "Ada Stone", "Ben Hill"]
    music, _ = soundfile.read(stems / "music.wav", dtype="float32")
    speech = sum(soundfile.read(stems / one["file"], dtype="float32")[0] for one in listing["tracks"])
    assert music.shape == heard.shape
    # Nothing reaches the limiter, so together they are what the encoder got.
    rest = speech + music - heard
    assert 20 * np.log10(np.std(rest) / np.std(heard)) < -25
    spoken = np.flatnonzero(speech)
    # The intro alone: half of it is still to sound under the first words.
    assert 2.5 * rate <= spoken[0] < 2.6 * rate
    assert music[: spoken[0]].any()
    # Under speech it is 20 LU below, from where intro and bed have changed over.
    under = slice(spoken[0] + 5 * rate, spoken[0] + 7 * rate)
    both = [measure_audio(Audio(np.ascontiguousarray(one[under]), rate)).loudness for one in (speech, music)]
    assert both[0] - both[1] == pytest.approx(20, abs=3)  # each of them is no steady sound


def test_chapters_and_transcript_are_where_speech_is(composed: Path) -> None:
    chapters = json.loads((composed / HOME / "chapters.json").read_text("utf-8"))["chapters"]
    assert chapters[0] == {"startTime": 0.0, "title": "How it began"}
    said = json.loads((composed / HOME / "river.json").read_text("utf-8"))["segments"]
    assert said[0]["startTime"] == pytest.approx(2.5, abs=0.02)
    headings, rate = soundfile.read(composed / HOME / "stems" / "01-narrator.wav")
    begins = 10 + np.flatnonzero(headings[10 * rate :])[0] / rate
    assert chapters[1]["startTime"] == pytest.approx(begins, abs=0.02)
    assert any(one["startTime"] == pytest.approx(begins, abs=0.02) for one in said)


def test_the_same_music_gives_the_same_bytes_and_other_music_others(studio: Path) -> None:
    before = contents(studio / HOME)
    stamp = (studio / HOME / "river.mp3").stat().st_mtime_ns
    assert run(*MUSIC, "--title", "River").exit_code == 0
    assert (studio / HOME / "river.mp3").stat().st_mtime_ns == stamp
    assert contents(studio / HOME) == before

    # From nothing, and under other names.
    shutil.rmtree(studio / HOME)
    shutil.rmtree(studio / "takes" / "music")
    shutil.rmtree(studio / "takes" / "encoded")
    (studio / "theme.ogg").rename(studio / "other.ogg")
    moved = [one.replace("theme", "other") for one in MUSIC]
    assert run(*moved, "--title", "River").exit_code == 0
    after = contents(studio / HOME)
    assert {name: after[name] for name in after if name != "episode.json"} == {
        name: before[name] for name in before if name != "episode.json"
    }

    soundfile.write(studio / "jingle.wav", compose(1, 44_100, 500), 44_100)
    assert run(*moved, "--title", "River").exit_code == 0
    assert contents(studio / HOME)["river.mp3"] != before["river.mp3"]
    assert contents(studio / HOME)["river.vtt"] == before["river.vtt"]


@pytest.mark.parametrize("part", ["1", "2", "turn:2", "turn:6"])
def test_a_part_is_heard_as_it_is_in_the_episode(part: str, studio: Path) -> None:
    tracks = (studio / HOME / "stems").glob("*.wav")
    whole = sum(soundfile.read(one, dtype="float32")[0] for one in tracks)
    music, rate = soundfile.read(studio / HOME / "stems" / "music.wav", dtype="float32")
    before = contents(studio / HOME)
    result = run(*MUSIC, "--title", "River", "--listen", part, "-o", "part.wav")
    assert result.exit_code == 0, result.output
    assert contents(studio / HOME) == before
    heard, _ = soundfile.read(studio / "part.wav", dtype="float32")

    size = 1 << (whole.shape[0] + heard.shape[0]).bit_length()
    alike = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(heard, size)), size)
    start = int(np.argmax(alike))
    there = slice(start, start + heard.shape[0])
    edge = rate // 100  # faded, where a sound is cut
    assert np.abs(heard - whole[there])[edge:-edge].max() < 2e-4  # 16 bits
    assert music[there].any()
    assert (start == 0) == (part == "1")
    assert (there.stop == whole.shape[0]) == (part in {"2", "turn:6"})


def test_a_part_has_a_bed_of_its_own_where_takes_are_missing(studio: Path) -> None:
    result = run(*MUSIC, "--takes", "others", "--listen", "turn:3", "-o", "part.wav")
    assert result.exit_code == 0, result.output
    heard, rate = soundfile.read(studio / "part.wav", dtype="float32")
    assert heard[rate // 2 : rate].std() > 1e-4  # the bed, before the first word
    assert len(list((studio / "others").rglob("*.flac"))) < 5


def test_a_show_has_its_music(studio: Path) -> None:
    before = contents(studio / HOME)
    (studio / "output" / "podcast.yaml").write_text(
        "music: {intro: ../theme.ogg, outro: ../theme.ogg, bed: ../bed.flac, jingle: ../jingle.wav}\n",
        "utf-8",
    )
    assert run("--title", "River").exit_code == 0
    assert contents(studio / HOME) == before
    for path in ("bed.flac", "output/podcast.yaml"):
        content = (studio / path).read_bytes()
        if path == "bed.flac":
            soundfile.write(studio / path, compose(4.5, 32_000, 110), 32_000)
        else:
            (studio / path).write_text("music: {bed: ../bed.flac}\n", "utf-8")
        assert run("--title", "River").exit_code == 0
        assert contents(studio / HOME)["river.mp3"] != before["river.mp3"]
        (studio / path).write_bytes(content)
    assert run("--title", "River").exit_code == 0
    assert contents(studio / HOME) == before
    assert run("--title", "River", "--no-music", "--export", "stems").exit_code == 0
    plain = json.loads((studio / HOME / "episode.json").read_text("utf-8"))
    assert plain["duration_ms"] < json.loads(before["episode.json"])["duration_ms"] - 5_000
    assert not (studio / HOME / "stems" / "music.wav").exists()


@pytest.mark.parametrize(
    ("arguments", "podcast", "told"),
    [
        (("--bed", "gone.mp3"), "", "--bed: gone.mp3 cannot be read: no such file or directory"),
        (("--jingle", "empty.wav"), "", "--jingle: empty.wav is empty"),
        (("--intro", "river.txt"), "", "--intro: river.txt cannot be read as WAV, FLAC, MP3, Ogg or AIFF"),
        (
            ("--bed", "jingle.wav"),
            "",
            "--bed: jingle.wav is too short: it has 1.0 s of music, and 4.0 s are needed",
        ),
        ((), "\nmusic:\n  bed: b.wav\n", "podcast.yaml:3: music.bed: "),
        (
            (),
            "music: {intro: 1, bad: x}\n",
            "podcast.yaml:1: music.bad: is not known here; there is intro, outro,",
        ),
        (
            (),
            "music: theme.ogg\n",
            "podcast.yaml:1: music: a mapping of intro, outro, bed, jingle is expected",
        ),
    ],
)
def test_what_is_no_music_is_told_in_one_line(
    studio: Path, arguments: tuple[str, ...], podcast: str, told: str
) -> None:
    (studio / "empty.wav").touch()
    (studio / "output" / "podcast.yaml").write_text(podcast, "utf-8")
    before = contents(studio / HOME)
    result = run("--title", "River", "-q", *arguments)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert told in result.stderr
    assert contents(studio / HOME) == before
