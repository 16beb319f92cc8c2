"""Music files of all kinds become tunes at the programme's rate, as loud as speech; what is none is told."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.encoding import decoded_music
from narrator.errors import AudioError
from narrator.loudness import measure_audio
from narrator.model import Tune
from narrator.music import Length, TuneStore
from narrator.settings import LOUDNESS, PROGRAMME_RATE, TUNES_KEPT_S

LENGTH = Length(0.5, 60.0)


def chord(seconds: float, rate: int, level: float = 0.1) -> NDArray[np.float32]:
    times = np.arange(round(seconds * rate)) / rate
    waves = np.sin(2 * np.pi * np.outer((220, 277, 330), times))
    sound: NDArray[np.float32] = (level * waves.sum(axis=0)).astype(np.float32)
    return sound


def samples(tune: Tune) -> NDArray[np.float32]:
    return np.fromfile(tune.path, "<f4")


def pitch(sound: NDArray[np.float32]) -> float:
    return float(np.abs(np.fft.rfft(sound)).argmax() * PROGRAMME_RATE / sound.shape[0])


@pytest.mark.parametrize(
    ("name", "rate", "form"),
    [
        ("a.wav", 22_050, {"subtype": "PCM_24"}),
        ("a.flac", 96_000, {}),
        ("a.mp3", 44_100, {}),
        ("a.ogg", 48_000, {"subtype": "VORBIS"}),
        ("a.opus", 48_000, {"format": "OGG", "subtype": "OPUS"}),
        ("a.aiff", 32_000, {}),
    ],
)
def test_any_form_becomes_a_tune_as_loud_as_speech(
    tmp_path: Path, name: str, rate: int, form: dict[str, str]
) -> None:
    path = tmp_path / name
    both = np.stack([chord(2, rate), chord(2, rate, 0.03)], axis=1)
    soundfile.write(path, both, rate, **form)

    tune = TuneStore(tmp_path / "kept").ready(path, LENGTH, decoded_music)
    heard = samples(tune)

    assert tune.frames == heard.shape[0] == pytest.approx(2 * PROGRAMME_RATE, abs=2_400)
    assert measure_audio(Audio(heard, PROGRAMME_RATE)).loudness == pytest.approx(LOUDNESS, abs=0.05)
    assert min(abs(pitch(heard) - hertz) for hertz in (220, 277, 330)) < 1


def test_m4a_becomes_a_tune_with_the_extra_and_is_refused_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    av = pytest.importorskip("av", reason="the extra m4a is not installed")
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.tile(chord(2, 48_000), (2, 1)), format="fltp", layout="stereo")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))

    tune = TuneStore(tmp_path / "kept").ready(path, LENGTH, decoded_music)
    assert tune.frames == pytest.approx(2 * PROGRAMME_RATE, abs=2_400)
    assert measure_audio(Audio(samples(tune), PROGRAMME_RATE)).loudness == pytest.approx(LOUDNESS, abs=0.05)
    assert min(abs(pitch(samples(tune)) - hertz) for hertz in (220, 277, 330)) < 1

    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(AudioError, match=r"a\.m4a is M4A, for which the extra m4a is needed"):
        TuneStore(tmp_path / "other").ready(path, LENGTH, decoded_music)
    path.write_bytes(path.read_bytes()[:40])
    monkeypatch.undo()
    with pytest.raises(AudioError, match=r"a\.m4a cannot be read"):
        TuneStore(tmp_path / "other").ready(path, LENGTH, decoded_music)


def test_silence_at_the_ends_is_left_out_and_a_long_file_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    quiet = np.zeros(PROGRAMME_RATE, np.float32)
    soundfile.write(path, np.concatenate([quiet, chord(2, PROGRAMME_RATE), quiet, quiet]), PROGRAMME_RATE)
    store = TuneStore(tmp_path / "kept")
    tune = store.ready(path, LENGTH, decoded_music)
    assert tune.frames == pytest.approx(2 * PROGRAMME_RATE, abs=960)
    assert store.ready(path, Length(0.5, 1.7), decoded_music).frames == pytest.approx(
        0.7 * PROGRAMME_RATE, abs=960
    )


def test_the_samples_are_those_of_the_file(tmp_path: Path) -> None:
    """Nothing but the gain changes at the programme's rate; the length is not one of whole blocks."""
    rng = np.random.default_rng(3)
    sound = (0.1 * rng.standard_normal(200_017)).astype(np.float32)
    path = tmp_path / "a.wav"
    soundfile.write(path, sound, PROGRAMME_RATE, subtype="FLOAT")
    heard = samples(TuneStore(tmp_path / "kept").ready(path, LENGTH, decoded_music))
    gain = heard[1_000] / sound[1_000]
    assert heard.shape == sound.shape
    assert np.allclose(heard, gain * sound, rtol=1e-5)
    stereo = TuneStore(tmp_path / "kept").ready(path, LENGTH, decoded_music, channels=2)
    assert (stereo.channels, stereo.frames) == (2, sound.shape[0])
    assert np.array_equal(*samples(stereo).reshape(-1, 2).T)


def test_what_is_ready_is_kept_by_content(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one.wav", "same.wav", "other.wav"))
    soundfile.write(one, chord(1, 44_100), 44_100)
    same.write_bytes(one.read_bytes())
    soundfile.write(other, chord(1, 44_100, 0.2), 44_100)
    store = TuneStore(tmp_path / "kept")
    first = store.ready(one, LENGTH, decoded_music)
    written = first.path.stat().st_mtime_ns
    assert store.ready(same, LENGTH, decoded_music) == first
    assert first.path.stat().st_mtime_ns == written
    assert store.ready(other, LENGTH, decoded_music).key != first.key
    # What was cut short is not taken for whole.
    first.path.write_bytes(b"")
    assert store.ready(one, LENGTH, decoded_music).frames == first.frames

    old = first.path.stat().st_mtime - TUNES_KEPT_S - 10
    os.utime(first.path, (old, old))
    store.tidy()
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".f32"]
    assert not first.path.exists()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.wav", b"", "is empty"),
        ("text.mp3", b"no music at all " * 100, "cannot be read as WAV, FLAC, MP3, Ogg or AIFF"),
        ("silent.wav", np.zeros(44_100, np.float32), "has no sound in it"),
        ("none.wav", np.zeros(0, np.float32), "has no sound in it"),
        ("short.wav", chord(0.3, 44_100), "is too short: it has 0.3 s of music, and 0.5 s are needed"),
        ("soft.wav", chord(1, 44_100, 1e-5), "is too soft to be music"),
        ("odd.wav", np.full(44_100, np.nan, np.float32), "has samples that are no finite numbers"),
        ("slow.wav", (chord(1, 44_100), 100), "has a sample rate of 100 Hz"),
    ],
)
def test_what_is_no_music_is_told(
    tmp_path: Path,
    name: str,
    content: bytes | NDArray[np.float32] | tuple[NDArray[np.float32], int],
    problem: str,
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        sound, rate = content if isinstance(content, tuple) else (content, 44_100)
        soundfile.write(path, sound, rate, subtype="FLOAT")
    with pytest.raises(AudioError) as told:
        TuneStore(tmp_path / "kept").ready(path, LENGTH, decoded_music)
    assert str(told.value).startswith(f"{path} {problem}")
    assert not list(tmp_path.glob("kept/*"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    store = TuneStore(tmp_path / "kept")
    with pytest.raises(AudioError, match=r"gone\.wav cannot be read: no such file or directory"):
        store.ready(tmp_path / "gone.wav", LENGTH, decoded_music)
    with pytest.raises(AudioError, match="is a folder"):
        store.ready(tmp_path, LENGTH, decoded_music)
