"""What a listener gets, measured without narrator: `python tools/measure_sound.py EPISODE_FOLDER…`.

It knows only the finished files, `episode.json` and the JSON transcript, decodes with ffmpeg, measures with
ffmpeg's `ebur128`, and reads chapters with ffprobe. `--build FOLDER` makes the texts of `sound_sources` there
first. It prints tables in Markdown, for `docs/sound.md`.

A click would be a jump from sample to sample where somebody begins or stops. So the largest step within 5 ms
of each such place is compared with the largest in the quarter of a second of speech beside it: a join is
clean when it is no larger than that.
"""

import argparse
import json
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sound_sources import build

RATE = 48_000
AROUND, BESIDE = RATE // 200, RATE // 4
"""Samples around a join, and of speech beside it."""
EDGE = RATE // 20
"""Samples of a pause that are left out at both ends, where speech dies away."""
LOW_HZ = 40.0
LOWEST = -120.0
"""dB that stand for silence."""
SHORTEST = 0.4
"""Seconds: less has no loudness (BS.1770-5, annex 1)."""
Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Cue:
    """Somebody's speech, in samples."""

    speaker: str
    start: int
    end: int


@dataclass(frozen=True)
class File:
    """One form of an episode."""

    form: str
    length: int
    """Samples that ffmpeg decodes, at the file's own rate."""
    due: int
    """Samples that it should have."""
    chapters: int
    off: float
    """Most ms that a chapter's start is off, in the file's own chapter data."""
    loudness: float
    peak: float
    range: float


@dataclass(frozen=True)
class Sound:
    """What was measured of an episode."""

    name: str
    seconds: float
    files: tuple[File, ...]
    speakers: tuple[tuple[str, float, float], ...]
    """Name, seconds, LUFS."""
    floor: float
    """dBFS, RMS of the pauses' median."""
    loudest_pause: float
    offset: float
    """dBFS, of the mean of all samples."""
    low: float
    """dB, what lies below 40 Hz beside the whole."""
    joins: int
    clicks: int
    step: float
    """dB of the worst join beside the speech around it."""

    @property
    def spread(self) -> float:
        levels = [lufs for _, _, lufs in self.speakers]
        return max(levels) - min(levels)


# ---------------------------------------------------------------- ffmpeg
def ffmpeg(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = ["ffmpeg", "-hide_banner", "-nostats", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=True)


def levels(*given: str | Path) -> tuple[float, float, float]:
    """Return loudness in LUFS, true peak in dBTP and range in LU of a file, by ffmpeg."""
    filters = "ebur128=peak=true:framelog=verbose"
    report = ffmpeg(*given, "-map", "0:a", "-af", filters, "-f", "null", "-").stderr.decode()

    def last(pattern: str) -> float:
        return float(re.findall(pattern, report)[-1])

    return last(r"I:\s+(\S+) LUFS"), last(r"Peak:\s+(\S+) dBFS"), last(r"LRA:\s+(\S+) LU")


def decode(path: Path, folder: Path) -> Samples:
    """Decode to one channel; the samples lie in a file, not in memory."""
    raw = folder / f"{path.suffix[1:]}.raw"
    ffmpeg("-y", "-i", path, "-map", "0:a", "-ac", "1", "-ar", str(RATE), "-f", "f32le", raw)
    return np.memmap(raw, np.float32, "r")


def probe(path: Path, *words: str) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", *words, "-of", "json", str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


# ---------------------------------------------------------------- an episode
def measure(folder: Path) -> Sound:
    record = json.loads((folder / "episode.json").read_text("utf-8"))
    transcript = json.loads((folder / f"{record['slug']}.json").read_text("utf-8"))
    cues = [
        Cue(one["speaker"], round(one["startTime"] * RATE), round(one["endTime"] * RATE))
        for one in transcript["segments"]
    ]
    names = [record["audio"], *(one["name"] for one in record.get("downloads", ()))]
    with tempfile.TemporaryDirectory() as work:
        files, samples = measure_files([folder / name for name in names], record, Path(work))
        speakers = tuple(measure_speakers(samples, cues, Path(work)))
        pauses = [decibels(rms(part)) for part in between(samples, cues)]
        joins = list(steps(samples, cues))
        return Sound(
            folder.name,
            samples.shape[0] / RATE,
            files,
            speakers,
            float(np.median(pauses)) if pauses else LOWEST,
            max(pauses, default=LOWEST),
            decibels(abs(float(samples.mean(dtype=np.float64)))),
            below(samples, LOW_HZ),
            len(joins),
            sum(1 for one in joins if one > 0),
            max(joins, default=LOWEST),
        )


def measure_files(
    paths: Sequence[Path], record: dict[str, Any], work: Path
) -> tuple[tuple[File, ...], Samples]:
    """Return what each file is like, and the samples of the first."""
    decoded = [decode(path, work) for path in paths]
    # A lossless form tells the timeline to the sample; without one, the record tells it to the millisecond.
    exact = [len(one) for one, path in zip(decoded, paths, strict=True) if path.suffix in {".flac", ".wav"}]
    told = record["duration_ms"]
    length = exact[0] if exact else len(decoded[0])
    if abs(length * 1000 / RATE - told) > 1:
        length = round(told * RATE / 1000)
    marks = [one["start_ms"] for one in record["chapters"]]
    files = []
    for path, samples in zip(paths, decoded, strict=True):
        starts = [1000 * float(one["start_time"]) for one in probe(path, "-show_chapters")["chapters"]]
        same = len(starts) == len(marks)
        off = max((abs(a - b) for a, b in zip(starts, marks, strict=True)), default=0.0) if same else math.inf
        files.append(File(path.suffix[1:], len(samples), length, len(starts), off, *levels("-i", path)))
    return tuple(files), decoded[0]


def measure_speakers(samples: Samples, cues: Sequence[Cue], work: Path) -> Iterator[tuple[str, float, float]]:
    """Yield each speaker with the loudness of all that they say, one after another."""
    for speaker in dict.fromkeys(cue.speaker for cue in cues):
        raw = work / "speaker.raw"
        with raw.open("wb") as file:
            for cue in cues:
                if cue.speaker == speaker:
                    file.write(samples[cue.start : cue.end].tobytes())
        seconds = raw.stat().st_size / 4 / RATE
        if seconds >= SHORTEST:
            loudness, _, _ = levels("-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", raw)
            yield speaker, seconds, loudness


def between(samples: Samples, cues: Sequence[Cue]) -> Iterator[Samples]:
    """Yield the middle of each pause that is long enough to have one."""
    for before, after in pairwise(cues):
        if after.start - before.end > 4 * EDGE:
            yield samples[before.end + EDGE : after.start - EDGE]


def below(samples: Samples, hertz: float) -> float:
    """Return how strong a sound is below a frequency, in dB beside the whole."""
    window, low, whole = np.hanning(RATE), 0.0, 1e-30
    for start in range(0, samples.shape[0] - RATE, RATE):
        power = np.abs(np.fft.rfft(samples[start : start + RATE] * window)) ** 2  # a bin a Hz
        low += float(power[: int(hertz)].sum())
        whole += float(power.sum())
    return 10 * math.log10(low / whole + 1e-12)


def steps(samples: Samples, cues: Sequence[Cue]) -> Iterator[float]:
    """Yield for each beginning and end of speech how large its step is, in dB beside the speech there."""
    for cue in cues:
        for place, speech in (
            (cue.start, samples[cue.start + AROUND : min(cue.end, cue.start + BESIDE)]),
            (cue.end, samples[max(cue.start, cue.end - BESIDE) : cue.end - AROUND]),
        ):
            here = samples[max(0, place - AROUND) : place + AROUND]
            yield decibels(largest_step(here)) - decibels(largest_step(speech))


def largest_step(samples: Samples) -> float:
    return float(np.abs(np.diff(samples)).max(initial=0.0))


def rms(samples: Samples) -> float:
    return math.sqrt(float(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0


def decibels(value: float) -> float:
    return max(LOWEST, 20 * math.log10(value)) if value > 0 else LOWEST


# ---------------------------------------------------------------- tables
def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def format_sounds(sounds: Sequence[Sound]) -> str:
    heads = ("episode", "length", "LUFS", "dBTP", "LRA, LU", "speakers", "farthest apart, LU", "pauses, dBFS")
    heads = (*heads, "loudest pause", "DC, dBFS", "below 40 Hz, dB", "joins", "clicks", "worst join, dB")
    rows = [
        (
            one.name,
            length(one.seconds),
            *(f"{value:.1f}" for value in (one.files[0].loudness, one.files[0].peak, one.files[0].range)),
            str(len(one.speakers)),
            f"{one.spread:.1f}",
            *(f"{value:.0f}" for value in (one.floor, one.loudest_pause, one.offset, one.low)),
            str(one.joins),
            str(one.clicks),
            f"{one.step:.0f}",
        )
        for one in sounds
    ]
    return table(heads, rows)


def format_files(sounds: Sequence[Sound]) -> str:
    heads = ("episode", "file", "samples", "off", "chapters", "most off, ms", "LUFS", "dBTP")
    rows = []
    for sound in sounds:
        for one in sound.files:
            told = "all lost" if not one.chapters and one.off else f"{one.off:.2f}" if one.chapters else "–"
            off = "0" if one.length == one.due else f"{one.length - one.due:+,}"
            counted = (f"{one.length:,}", off, str(one.chapters), told)
            rows.append((sound.name, one.form, *counted, f"{one.loudness:.1f}", f"{one.peak:.1f}"))
    return table(heads, rows)


def format_speakers(sounds: Sequence[Sound]) -> str:
    rows = [
        (
            sound.name,
            ", ".join(f"{name} {lufs:.1f} ({seconds:.0f} s)" for name, seconds, lufs in sound.speakers),
        )
        for sound in sounds
    ]
    return table(("episode", "LUFS of each speaker"), rows)


TABLES: tuple[tuple[str, Callable[[Sequence[Sound]], str]], ...] = (
    ("The programme", format_sounds),
    ("Its files", format_files),
    ("Its speakers", format_speakers),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure finished episodes with ffmpeg.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="EPISODE_FOLDER")
    parser.add_argument("--build", type=Path, metavar="FOLDER", help="make the texts there first")
    parser.add_argument("--engine", default="espeak")
    asked = parser.parse_args()
    folders = [*asked.folders, *(build(asked.build, asked.engine) if asked.build else ())]
    if not folders:
        parser.error("name the folder of an episode, or a folder to build in")
    sounds = []
    for folder in folders:
        print(f"measuring {folder}", file=sys.stderr)
        sounds.append(measure(folder))
    for title, form in TABLES:
        print(f"### {title}\n\n{form(sounds)}\n")


if __name__ == "__main__":
    main()
