"""MP3 files decode to exactly what was put in, and other programs find nothing wrong with them."""

import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.mp3 import MP3, BitrateMode
from numpy.typing import NDArray
from tinytag import TinyTag

from narrator.encoding import Tags, encode_mp3, measure_file
from narrator.errors import AudioError, EncodingError, PublishError

RATE = 48_000
CHAPTERS = ((0, "Intro"), (1_200, "Über „dies“ & das – " + "lang " * 40), (3_000, "Outro"))
TAGS = Tags("Títle", "Ada", "Show", "de", "2026-01-02T03:04:05+00:00", chapters=CHAPTERS)
Samples = NDArray[np.float32]


def speech(frames: int, seed: int = 0) -> Samples:
    """Return noise of speech's band width, with syllables."""
    noise = soxr.resample(np.random.default_rng(seed).standard_normal(frames // 3 + 10), 16_000, 48_000)[
        :frames
    ]
    samples: Samples = (0.2 * noise * np.sin(np.arange(frames) / 4_000) ** 2).astype(np.float32)
    return samples


def blocks(samples: Samples, size: int = 16_384) -> Iterator[Samples]:
    for start in range(0, samples.shape[0], size):
        yield samples[start : start + size]


@pytest.fixture(scope="module")
def sound() -> Samples:
    return speech(5 * RATE + 321)


@pytest.fixture(scope="module")
def mp3(sound: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mp3") / "a.mp3"
    encode_mp3(path, blocks(sound), sound.shape[0], TAGS)
    assert [file.name for file in path.parent.iterdir()] == ["a.mp3"]
    return path


def run(*command: str | Path) -> str:
    if not shutil.which(str(command[0])):
        pytest.skip(f"{command[0]} is not installed")
    # mp3guessenc ends with a number that means the encoder it guessed, so exit codes are not looked at.
    done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def opened(path: Path) -> Any:
    """Open a file with mutagen, whose types are half there."""
    return MP3(path)  # type: ignore[no-untyped-call]


def lag(one: Samples, two: Samples) -> int:
    """Samples by which the second is late, by cross-correlation."""
    size = 2 * max(one.shape[0], two.shape[0])
    product = np.fft.irfft(np.conj(np.fft.rfft(one, size)) * np.fft.rfft(two, size), size)
    peak = int(np.argmax(product))
    return peak if peak < size // 2 else peak - size


def test_libsndfile_gives_back_the_same_samples(sound: Samples, mp3: Path) -> None:
    decoded, rate = soundfile.read(mp3, dtype="float32")
    assert (rate, decoded.shape) == (RATE, sound.shape)
    assert lag(sound, decoded) == 0
    # LAME turns down what it is given; that this is undone shows in the level.
    level = 10 * math.log10(np.square(decoded).sum() / np.square(sound).sum())
    assert level == pytest.approx(0.0, abs=0.03)
    noise = 10 * math.log10(np.square(decoded - sound).sum() / np.square(sound).sum())
    assert noise < -12


def test_ffmpeg_gives_back_the_same_samples(sound: Samples, mp3: Path) -> None:
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    command = ["ffmpeg", "-v", "error", "-i", str(mp3), "-f", "f32le", "-"]
    decoded = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<f4")
    assert decoded.shape == sound.shape
    assert lag(sound, decoded) == 0


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 6_000), st.integers(1, 3_000))
def test_any_length_is_exact(tmp_path_factory: pytest.TempPathFactory, frames: int, size: int) -> None:
    path = tmp_path_factory.mktemp("mp3") / "a.mp3"
    encode_mp3(path, blocks(speech(frames), size), frames, Tags("x"))
    assert measure_file(path).frames == frames
    assert round(opened(path).info.length * RATE) == frames


def test_mp3val_finds_nothing(mp3: Path) -> None:
    report = run("mp3val", mp3)
    assert "WARNING" not in report
    assert "CBR" in report


def test_mp3guessenc_finds_the_info_header(sound: Samples, mp3: Path) -> None:
    """Checklist: default MP3 CBR 96 kbit/s mono, 44.1 or 48 kHz, with Info header."""
    report = run("mp3guessenc", mp3)
    assert "Lame tag         : yes" in report
    assert "Bitrate strategy      : CBR, 96 kbps" in report
    assert "Encoder delay (start) : 576 samples" in report
    assert f"Length of original audio : {sound.shape[0]} samples" in report
    assert "Tag verification      : passed" in report
    assert "0 header errors" in report
    frames = re.findall(r"Number of frames\s+: (\d+)", report)
    assert len(frames) == 2
    assert len(set(frames)) == 1


def test_music_crc_is_that_of_the_frames(mp3: Path) -> None:
    content = mp3.read_bytes()
    start = content.index(b"LAME3.100")
    crc = 0
    for byte in content[start - 4 - 17 - 120 + 288 :]:  # after the Info frame: header, side information, Xing
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    assert int.from_bytes(content[start + 32 : start + 34], "big") == crc


def test_mutagen_agrees(sound: Samples, mp3: Path) -> None:
    """Checklist: MP3 or AAC; Apple recommends mono 64 to 128."""
    file = opened(mp3)
    assert (file.info.bitrate_mode, file.info.channels) == (BitrateMode.CBR, 1)
    assert file.info.bitrate == pytest.approx(96_000, abs=2)  # worked out from bytes and time
    assert round(file.info.length * RATE) == sound.shape[0]
    marks = [file.tags[f"CHAP:{name}"] for name in file.tags["CTOC:toc"].child_element_ids]
    assert [(mark.start_time, str(mark.sub_frames["TIT2"])) for mark in marks] == list(CHAPTERS)


def test_tinytag_agrees(mp3: Path) -> None:
    tag = TinyTag.get(mp3)
    assert (tag.title, tag.artist, tag.album, tag.genre) == ("Títle", "Ada", "Show", "Podcast")
    assert tag.bitrate == pytest.approx(96.0, abs=0.01)
    assert tag.samplerate == RATE


def test_ffprobe_agrees(sound: Samples, mp3: Path) -> None:
    entries = "format=duration:chapter=start,end:chapter_tags=title:format_tags=title,language,comment"
    report = run("ffprobe", "-v", "error", "-show_entries", entries, "-of", "compact=nk=1", mp3).splitlines()
    chapters = [line.split("|")[1:] for line in report if line.startswith("chapter|")]
    ends = [1_200, 3_000, round(sound.shape[0] / RATE * 1000)]
    assert chapters == [
        [str(start), str(end), title] for (start, title), end in zip(CHAPTERS, ends, strict=True)
    ]
    (whole,) = (line.split("|")[1:] for line in report if line.startswith("format|"))
    assert float(whole[0]) == pytest.approx(sound.shape[0] / RATE, abs=0.06)
    assert whole[1:] == ["Títle", "deu", "The voices in this recording are synthetic."]


def test_mediainfo_agrees(mp3: Path) -> None:
    inform = "--Inform=General;%Title%|%Performer%|%Album%|%OverallBitRate_Mode%"
    assert run("mediainfo", inform, mp3).strip().split("|") == ["Títle", "Ada", "Show", "CBR"]


def test_the_same_gives_the_same_bytes(sound: Samples, mp3: Path, tmp_path: Path) -> None:
    encode_mp3(tmp_path / "b.mp3", blocks(sound), sound.shape[0], TAGS)
    assert (tmp_path / "b.mp3").read_bytes() == mp3.read_bytes()


def test_measured_as_decoded(sound: Samples, mp3: Path) -> None:
    measured = measure_file(mp3)
    assert (measured.frames, measured.sample_rate) == (sound.shape[0], RATE)
    ebur128 = pytest.importorskip("pyebur128", reason="pyebur128 has no wheel for this Python")
    decoded, _ = soundfile.read(mp3, dtype="float32")
    meter = ebur128.R128State(1, RATE, ebur128.MeasurementMode.MODE_I)
    meter.add_frames(decoded, decoded.shape[0])
    assert measured.loudness == pytest.approx(ebur128.get_loudness_global(meter), abs=0.02)


def test_a_wrong_length_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match="the mix has 500 samples where the timeline has 501"):
        encode_mp3(tmp_path / "a.mp3", [np.zeros(500, np.float32)], 501, Tags("x"))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PublishError, match="cannot write"):
        encode_mp3(tmp_path / "file" / "a.mp3", [], 0, Tags("x"))


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"no sound at all" * 100)
    with pytest.raises(AudioError, match=r"a\.mp3 cannot be decoded"):
        measure_file(tmp_path / "a.mp3")
