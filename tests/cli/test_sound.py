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
from narrator.loudness import measure_audio

TEXT = """\
# The River

Ada Stone: Good evening. Tonight we talk about the river.

Ben Hill: I have never seen it freeze, and I was here in every winter.

Ada Stone: What does it carry in spring, when the snow melts?

Cleo Marsh: Mostly sand, now and then a chair. Once it brought a piano.
"""
HOME = Path("output/the-river")
MP3 = HOME / "the-river.mp3"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_TAKES", str(tmp_path / "takes"))
    Path("river.txt").write_text(TEXT, "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def build(*arguments: str) -> dict[str, Any]:
    result = run("build", "river.txt", "--engine", "tone", "-q", *arguments)
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads((HOME / "episode.json").read_text("utf-8"))
    return record


def levels() -> dict[str, float]:
    """Return how loud everybody is in the finished file, by the transcript."""
    samples, rate = soundfile.read(MP3, dtype="float32")
    said: dict[str, list[Any]] = {}
    for cue in json.loads(MP3.with_suffix(".json").read_text("utf-8"))["segments"]:
        sound = samples[int(cue["startTime"] * rate) : int(cue["endTime"] * rate)]
        said.setdefault(cue["speaker"], []).append(sound)
    return {
        speaker: measure_audio(Audio(np.concatenate(sounds), rate)).loudness
        for speaker, sounds in said.items()
    }


def ffmpeg_measures(path: Path) -> tuple[float, float]:
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path)]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    loudness = float(re.findall(r"I:\s+(\S+) LUFS", report)[-1])
    return loudness, float(re.findall(r"Peak:\s+(\S+) dBFS", report)[-1])


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("loudness", "bit_rate"), [(-14, 128), (-23, 64)])
def test_an_episode_is_as_loud_as_asked_for(loudness: int, bit_rate: int) -> None:
    record = build("--loudness", str(loudness), "--bitrate", str(bit_rate), "--format", "wav")
    for one in (record, *record["downloads"]):
        assert one["loudness"] == pytest.approx(loudness, abs=0.3)
        assert one["peak"] <= -1
    spread = levels().values()
    assert len(spread) == 4  # with who reads the title
    assert max(spread) - min(spread) <= 1
    assert MP3.stat().st_size == pytest.approx(record["duration_ms"] * bit_rate / 8, rel=0.05)
    for path in (MP3, MP3.with_suffix(".wav")):
        checked = run("check", str(path), "--json")
        assert json.loads(checked.stdout)["findings"] == []  # it was made for another loudness
        measured, peak = ffmpeg_measures(path)
        assert measured == pytest.approx(loudness, abs=0.5)
        assert peak <= -1


def test_a_show_may_have_a_sound_of_its_own(place: Path) -> None:
    (place / "output").mkdir()
    (place / "output" / "podcast.yaml").write_text("sound: {loudness: -20, bitrate: 112}\n", "utf-8")
    first = build()
    assert first["loudness"] == pytest.approx(-20, abs=0.3)
    assert first["target"] == -20
    assert build("--bitrate", "112") == first  # nothing has changed
    other = build("--loudness", "-18")
    assert other["loudness"] == pytest.approx(-18, abs=0.3)
    assert other["recipe"] != first["recipe"]
    heard = run("build", "river.txt", "--engine", "tone", "--listen", "turn:2", "-o", "turn.wav")
    assert heard.exit_code == 0, heard.output
    samples, rate = soundfile.read("turn.wav", dtype="float32")
    assert measure_audio(Audio(samples, rate)).loudness == pytest.approx(-20, abs=0.5)


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
        ("{volume: 1}", (), "podcast.yaml:1: sound.volume: is not known here; there is loudness, bitrate"),
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
