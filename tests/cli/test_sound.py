"""`narrate build --loudness --bitrate`: an episode as loud as asked for, in an MP3 of the rate asked for."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from narrator.audio import Audio
from narrator.cli import main as cli
from narrator.loudness import Meter, measure_audio, measure_channels
from narrator.model import NARRATOR, Chapter, Script, Turn
from narrator.production.sound import places_of

TEXT = """\
# The River

Ada Stone: Good evening. Tonight we talk about the river.

Ben Hill: I have never seen it freeze.

Cleo Marsh: It carries sand, now and then a chair.
"""
HOME = Path("output/the-river")
MP3 = HOME / "the-river.mp3"


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What everybody says is the same in all tests, so it is made once."""
    return tmp_path_factory.mktemp("takes")


@pytest.fixture
def place(takes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_TAKES", str(takes))
    Path("river.txt").write_text(TEXT, "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def build(*arguments: str) -> dict[str, Any]:
    result = run("build", "river.txt", "--engine", "tone", "-q", *arguments)
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads((HOME / "episode.json").read_text("utf-8"))
    return record


def sounds() -> dict[str, Any]:
    """Return what everybody says in the finished file, by the transcript: shape (frames, channels)."""
    samples, rate = soundfile.read(MP3, dtype="float32", always_2d=True)
    said: dict[str, list[Any]] = {}
    for cue in json.loads(MP3.with_suffix(".json").read_text("utf-8"))["segments"]:
        sound = samples[int(cue["startTime"] * rate) : int(cue["endTime"] * rate)]
        said.setdefault(cue["speaker"], []).append(sound)
    return {speaker: np.concatenate(sounds) for speaker, sounds in said.items()}


def loudness_of(samples: Any) -> float:
    meters = [Meter(48_000) for _ in range(samples.shape[1])]
    for meter, channel in zip(meters, samples.T, strict=True):
        meter.feed(np.ascontiguousarray(channel))
    return measure_channels(meters).loudness


def ffmpeg_measures(path: Path, *, first: str = "") -> tuple[float, float]:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path)]
    command += ["-af", f"{first}ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    loudness = float(re.findall(r"I:\s+(\S+) LUFS", report)[-1])
    return loudness, float(re.findall(r"Peak:\s+(\S+) dBFS", report)[-1])


def check_sound(record: dict[str, Any], loudness: float) -> None:
    """See that all files are as loud as wanted, everybody in them, and that `narrate check` agrees."""
    spread = [loudness_of(samples) for samples in sounds().values()]
    assert len(spread) == 4  # with who reads the title
    assert max(spread) - min(spread) <= 1
    for one in (record, *record["downloads"]):
        assert one["loudness"] == pytest.approx(loudness, abs=0.3)
        assert one["peak"] <= -1
        path = HOME / one.get("audio", one.get("name"))
        alone = Path("alone")  # without the record, as in a published show, its own tag tells
        alone.mkdir(exist_ok=True)
        shutil.copy(path, alone)
        for there in (path, alone / path.name):
            assert json.loads(run("check", str(there), "--json").stdout)["findings"] == []
        if shutil.which("ffmpeg"):
            measured, peak = ffmpeg_measures(path)
            assert measured == pytest.approx(loudness, abs=0.5)
            assert peak <= -1


@pytest.mark.usefixtures("place")
def test_an_episode_is_as_loud_as_asked_for() -> None:
    record = build("--loudness", "-14", "--bitrate", "128")
    check_sound(record, -14)
    assert MP3.stat().st_size == pytest.approx(record["duration_ms"] * 128 / 8, rel=0.05)


def test_a_show_may_have_a_sound_of_its_own(place: Path) -> None:
    (place / "output").mkdir()
    (place / "output" / "podcast.yaml").write_text("sound: {loudness: -23, bitrate: 64}\n", "utf-8")
    first = build("--format", "wav")
    check_sound(first, -23)
    assert first["target"] == -23
    assert MP3.stat().st_size == pytest.approx(first["duration_ms"] * 64 / 8, rel=0.05)
    assert build("--bitrate", "64") == first  # nothing has changed
    heard = run("build", "river.txt", "--engine", "tone", "--listen", "turn:2", "-o", "turn.wav")
    assert heard.exit_code == 0, heard.output
    samples, rate = soundfile.read("turn.wav", dtype="float32")
    assert measure_audio(Audio(samples, rate)).loudness == pytest.approx(-23, abs=0.5)


@pytest.mark.parametrize(
    ("sound", "arguments", "problem"),
    [
        (
            "{loudness: -5}",
            (),
            "podcast.yaml:1: sound.loudness: a loudness of -24 to -14 LUFS is expected",
        ),
        ("{loudness: .nan}", (), "podcast.yaml:1: sound.loudness: a loudness of -24 to -14 LUFS is expected"),
        ("{bitrate: 100}", (), "podcast.yaml:1: sound.bitrate: a bit rate of 64, 80, 96, 112, 128 kbit/s"),
        ("{bitrate: 64.5}", (), "podcast.yaml:1: sound.bitrate: a bit rate of 64, 80, 96, 112, 128 kbit/s"),
        (
            "{volume: 1}",
            (),
            "podcast.yaml:1: sound.volume: is not known here; there is loudness, bit",
        ),
        ("{stage: 1}", (), "podcast.yaml:1: sound.stage: true or false is expected"),
        (
            "{stage: true}",
            ("--bitrate", "96"),
            "--bitrate: a bit rate of 128, 160, 192, 224, 256 kbit/s in st",
        ),
        ("{}", ("--bitrate", "160"), "--bitrate: a bit rate of 64, 80, 96, 112, 128 kbit/s is expected"),
        ("{}", ("--loudness", "nan"), "--loudness: a loudness of -24 to -14 LUFS is expected, not nan"),
        ("{bitrate: 64}", ("--loudness", "-14"), "--loudness: -14 LUFS need 96 kbit/s"),
    ],
)
def test_impossible_wishes_are_refused(
    sound: str, arguments: tuple[str, ...], problem: str, place: Path
) -> None:
    (place / "output").mkdir()
    (place / "output" / "podcast.yaml").write_text(f"sound: {sound}\n", "utf-8")
    result = run("build", "river.txt", "--engine", "tone", *arguments)
    assert result.exit_code == 1
    assert problem in result.output
    assert not HOME.exists()


@pytest.mark.parametrize("arguments", [("--loudness", "-5"), ("--bitrate", "100")])
def test_wishes_nobody_can_have_are_wrong_usage(arguments: tuple[str, str]) -> None:
    assert run("build", "river.txt", *arguments).exit_code == 2


@pytest.mark.usefixtures("place")
def test_speakers_stand_on_a_stage_that_is_safe_in_mono() -> None:
    build()
    mono = MP3.read_bytes()
    record = build("--stage", "--format", "opus,flac,wav")
    said = sounds()
    sides = {
        speaker: float(np.log10(np.square(samples).sum(axis=0)) @ (-10, 10))  # dB, right against left
        for speaker, samples in said.items()
    }
    wanted = {"Narrator": 0, "Ada Stone": -3.5, "Ben Hill": 3.5, "Cleo Marsh": -1.7}
    assert sides == pytest.approx(wanted, abs=0.2)
    check_sound(record, -16)
    for suffix in (".mp3", ".opus", ".flac", ".wav"):
        samples, rate = soundfile.read(MP3.with_suffix(suffix), dtype="float32")
        assert samples.shape[1] == 2
        assert samples.shape[0] == pytest.approx(record["duration_ms"] * rate / 1000, abs=rate / 1000)
        together = Audio(np.ascontiguousarray(samples.sum(axis=1) * np.float32(0.5**0.5)), rate)
        assert measure_audio(together).loudness == pytest.approx(-16, abs=0.5)
        assert measure_audio(together).peak <= -1
    heard = run("build", "river.txt", "--engine", "tone", "--stage", "--listen", "turn:3", "-o", "turn.wav")
    assert heard.exit_code == 0, heard.output
    samples, _ = soundfile.read("turn.wav", dtype="float32")
    assert np.square(samples[:, 1]).sum() > 2 * np.square(samples[:, 0]).sum()  # Ben, as in the whole
    shutil.copy(MP3, "stage.mp3")
    assert build("--no-stage", "--format", "mp3")["downloads"] == []
    assert MP3.read_bytes() == mono
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    loudness, peak = ffmpeg_measures(Path("stage.mp3"), first="pan=mono|c0=0.70711*c0+0.70711*c1,")
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1


def script(*speakers: str) -> Script:
    return Script("", "en", (Chapter("", tuple(Turn(speaker, "Well.") for speaker in speakers)),))


def test_nobody_moves_when_somebody_comes_later() -> None:
    names = [f"Person {index}" for index in range(40)]
    known: dict[str, float] = {}
    for count in range(2, len(names)):
        places = dict(places_of(script(NARRATOR, *names[:count], names[0])))
        assert places[NARRATOR] == 0
        assert known.items() <= places.items()
        assert all(0 < abs(place) <= 0.25 for name, place in places.items() if name != NARRATOR)
        known = places
    assert len(set(known.values())) == len(known)  # nobody stands where somebody else does
    assert places_of(script("Ada", "Ada")) == ()  # a stage for one is none
