"""The finished file is as loud as it should be, whatever went in."""

import gc
import math
import re
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrator.audio import Audio
from narrator.encoding import Tags, measure_file
from narrator.encoding import master as write_master
from narrator.errors import EncodingError
from narrator.files import writing
from narrator.loudness import calibrate, measure_audio
from narrator.model import Break, Mastering, Measurement, Take, Timeline, Utterance, Voice
from narrator.settings import LOUDNESS, LOUDNESS_TOLERANCE, PEAK
from narrator.timeline import build_timeline
from narrator.units import Decibels

RATE = 24_000
TAGS = Tags("x")


def speech(seconds: float, crest: float, seed: int) -> Audio:
    """Return glottal pulses through two resonances; more `crest` makes them spikier."""
    noise = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = np.cumsum(110 * (1 + 0.2 * np.sin(2 * np.pi * 0.9 * time + seed))) / RATE
    pulses = np.cos(np.pi * pitch) ** (2 * round(crest)) - 0.2
    size = 2 * time.shape[0]
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    formants = 1 / (1 + ((hertz - 600) / 120) ** 2) + 0.5 / (1 + ((hertz - 1700) / 200) ** 2) + 0.02
    formants[hertz < 60] = 0
    voiced = np.fft.irfft(np.fft.rfft(pulses, size) * formants, size)[: time.shape[0]]
    syllables = np.clip(np.sin(2 * np.pi * 3.3 * time) + 0.2, 0, None)
    samples = (voiced + 0.002 * noise.standard_normal(time.shape[0])) * syllables
    return Audio((0.3 * samples / np.abs(samples).max()).astype(np.float32), RATE)


def master(  # noqa: PLR0917 - as what it stands for
    timeline: Timeline,
    read: Callable[[Take], Audio],
    gains: tuple[tuple[str, Decibels], ...],
    path: Path,
    tags: Tags,
    on_progress: Callable[[float], None] = lambda _: None,
) -> tuple[Mastering, Measurement]:
    """Write a whole file or none, as production does."""
    with writing(path) as file:
        return write_master(timeline, read, gains, file, tags, on_progress)


class Store:
    """Takes in memory, each kept once though it may be heard often."""

    def __init__(self, sounds: list[Audio]) -> None:
        self.sounds = {f"{index:064}": sound for index, sound in enumerate(sounds)}
        self.takes = [
            Take(key, sound.sample_rate, sound.frames, 0, sound.frames) for key, sound in self.sounds.items()
        ]

    def read(self, take: Take) -> Audio:
        return self.sounds[take.key]

    def perform(self, turns: int) -> Timeline:
        spoken = [
            Utterance("x", self.voice(turn), "en", turn=turn, pause=Break.TURN) for turn in range(turns)
        ]
        takes = [self.takes[turn % len(self.takes)] for turn in range(turns)]
        return build_timeline(spoken, takes, ["One"])

    def voice(self, turn: int) -> Voice:
        return Voice("fake", str(turn % len(self.takes)), "en")

    def gains(self) -> tuple[tuple[str, Decibels], ...]:
        return tuple(
            (self.voice(index).id, calibrate([sound], LOUDNESS))
            for index, sound in enumerate(self.sounds.values())
        )


def ffmpeg_measures(path: Path) -> tuple[float, float]:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path)]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    loudness = float(re.findall(r"I:\s+(\S+) LUFS", report)[-1])
    return loudness, float(re.findall(r"Peak:\s+(\S+) dBFS", report)[-1])


@pytest.mark.parametrize("crest", [1, 8, 30])
def test_loudness_and_peak_are_held_on_the_encoded_file(crest: float, tmp_path: Path) -> None:
    """Checklist: −16 LUFS ±1 integrated, true peak at most −1 dBTP, measured on the encoded file."""
    store = Store([speech(3.0, crest, seed) for seed in range(3)])
    timeline = store.perform(6)
    path = tmp_path / "a.mp3"
    shares: list[float] = []
    mastering, measured = master(timeline, store.read, store.gains(), path, TAGS, shares.append)
    assert measured == measure_file(path)
    assert measured.frames == timeline.length
    assert measured.loudness == pytest.approx(LOUDNESS, abs=LOUDNESS_TOLERANCE)
    assert measured.peak <= PEAK
    assert mastering.programme == round(mastering.programme, 1)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    if shutil.which("ffmpeg"):
        loudness, peak = ffmpeg_measures(path)
        assert loudness == pytest.approx(LOUDNESS, abs=0.5)
        assert peak <= PEAK
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp3"]


def test_all_voices_are_equally_loud(tmp_path: Path) -> None:
    loud, soft = speech(4.0, 4, 1), speech(4.0, 4, 2)
    store = Store([loud, Audio(soft.samples * np.float32(0.1), RATE)])
    timeline = store.perform(2)
    master(timeline, store.read, store.gains(), tmp_path / "a.mp3", TAGS)
    decoded, rate = soundfile.read(tmp_path / "a.mp3", dtype="float32")
    levels = [
        measure_audio(Audio(decoded[cue.start : cue.start + cue.length], rate)).loudness
        for cue in timeline.cues
    ]
    assert levels[0] == pytest.approx(levels[1], abs=0.5)


def test_the_same_gives_the_same_bytes(tmp_path: Path) -> None:
    store = Store([speech(2.0, 8, 0)])
    for name in ("a.mp3", "b.mp3"):
        master(store.perform(2), store.read, store.gains(), tmp_path / name, TAGS)
    assert (tmp_path / "a.mp3").read_bytes() == (tmp_path / "b.mp3").read_bytes()


def test_silence_gets_no_gain(tmp_path: Path) -> None:
    store = Store([Audio(np.zeros(RATE, np.float32), RATE)])
    mastering, measured = master(store.perform(1), store.read, store.gains(), tmp_path / "a.mp3", TAGS)
    assert mastering.programme == 0.0
    assert measured.loudness == -math.inf
    assert (tmp_path / "a.mp3").exists()


def test_a_programme_too_short_to_measure_gets_no_gain(tmp_path: Path) -> None:
    sound = speech(0.2, 4, 0)
    take = Take("0" * 64, RATE, sound.frames, 0, sound.frames)
    timeline = build_timeline(
        [Utterance("x", Voice("fake", "0", "en"), "en", pause_ms=0)],
        [take],
        ["One"],
        pauses_ms={"start": 0, "end": 0},
    )
    assert timeline.length < 0.4 * 48_000
    mastering, measured = master(timeline, lambda _: sound, (), tmp_path / "a.mp3", TAGS)
    assert (mastering.programme, measured.loudness) == (0.0, -math.inf)
    assert measured.frames == timeline.length


def test_what_cannot_be_mastered_is_told_and_leaves_the_old_file(tmp_path: Path) -> None:
    # One click in ten seconds: no gain makes that loud without going over the peak.
    click = np.zeros(10 * RATE, np.float32)
    click[RATE : RATE + 3] = 0.9
    click[::RATE] += 0.0005
    store = Store([Audio(click, RATE)])
    path = tmp_path / "a.mp3"
    path.write_bytes(b"old")
    with pytest.raises(EncodingError, match=r"cannot be mastered: after 4 tries it has -\S+ LUFS where -16"):
        master(store.perform(1), store.read, (), path, TAGS)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp3"]


def test_memory_does_not_grow_with_the_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrator.timeline.PART_SECONDS", (2, 5, 10))
    store = Store([speech(1.5, 4, seed) for seed in range(2)])
    gains = store.gains()
    peaks: dict[int, list[int]] = {10: [], 60: []}
    for turns in (10, 10, 60):  # the first fills caches
        timeline = store.perform(turns)
        gc.collect()
        tracemalloc.start()
        with writing(tmp_path / "a.mp3") as file:
            write_master(timeline, store.read, gains, file, TAGS, threads=1)
        peaks[turns].append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert min(peaks[60]) < 1.15 * min(peaks[10])
