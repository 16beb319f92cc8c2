"""Music files made ready: decoded, at the programme's rate, as loud as speech; kept by content."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from narrator.audio import decoded_channels, resampler
from narrator.errors import AudioError
from narrator.files import file_sha256, writing
from narrator.keeping import note_use, remove_unused
from narrator.loudness import Meter, measure_channels
from narrator.model import Tune
from narrator.settings import BLOCK_FRAMES, LOUDNESS, PROGRAMME_RATE, TUNE_END, TUNES_KEPT_S
from narrator.units import Decibels, amplitude, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Decoded = Iterator[tuple[NDArray[np.float32], int]]
    """Samples of shape (frames, channels), and their rate in Hz."""

_STEP = PROGRAMME_RATE // 100
"""Samples of a step in which silence at the ends is looked for: 10 ms."""
_RATES = (4_000, 400_000)
"""Hz; what claims another rate is no music."""
_SUFFIX = ".f32"
_MAKERS = ("soundfile", "soxr", "numpy", "av")


class Length(NamedTuple):
    """How long a tune may be, in seconds."""

    least: float
    most: float
    """Of a longer file only the beginning is used."""


class TuneStore:
    """A folder of tunes, `KEY.f32`: nothing but samples.

    They are written whole, and nothing is lost with them but time.

    Args:
        folder: Where they lie; made when there is something to keep.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ready(
        self, path: Path, length: Length, decode_movie: Callable[[Path], Decoded], channels: int = 1
    ) -> Tune:
        """Return a file's music, ready to be played; made ready where that has not been done before.

        Args:
            path: WAV, FLAC, MP3, Ogg, AIFF or what else libsndfile reads, or M4A.
            length: How long it may be, without the silence at its ends.
            decode_movie: Decodes M4A.
            channels: 1, or 2 to keep stereo.

        Raises:
            AudioError: The file is missing, holds no music that can be read, or too little of it.
            PublishError: There is no room to keep it.
        """
        status = _status(path)
        content = _content(path.absolute(), status.st_size, status.st_mtime_ns)
        shape = (content, length.most, channels, PROGRAMME_RATE, LOUDNESS, TUNE_END, _makers())
        key = hashlib.sha256(json.dumps(shape).encode()).hexdigest()
        there = self._folder / f"{key}{_SUFFIX}"
        width = 4 * channels
        with suppress(OSError):
            size = there.stat().st_size
            if size and size % width == 0:
                note_use(there)
                return Tune(key, size // width, there, channels)
        decode = decode_movie if _is_movie(path) else _decode
        with writing(there) as file:
            try:
                frames = _make(decode(path), length, channels, file)
            except _UnfitError as error:
                raise AudioError(f"{path} {error}") from error
        return Tune(key, frames, there, channels)

    def tidy(self, older_than_s: float = TUNES_KEPT_S, *, dry_run: bool = False) -> int:
        """Remove tunes that were not used for so long, and unfinished files; return how many.

        Args:
            older_than_s: Seconds.
            dry_run: Leave them all the same.
        """
        return remove_unused(
            self._folder, f"*{_SUFFIX}", f".*{_SUFFIX}.*.part", older_than_s, dry_run=dry_run
        )


class _UnfitError(Exception):
    """What is wrong with a file's music."""


# ---------------------------------------------------------------- reading
def _unreadable(path: Path, error: OSError) -> AudioError:
    return AudioError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}")


def _status(path: Path) -> os.stat_result:
    try:
        status = path.stat()
        if path.is_dir():
            raise AudioError(f"{path} is a folder")
        with path.open("rb"):
            pass
    except OSError as error:
        raise _unreadable(path, error) from error
    if not status.st_size:
        raise AudioError(f"{path} is empty")
    return status


@lru_cache(maxsize=64)
def _content(path: Path, size: int, changed: int) -> str:  # noqa: ARG001 - they tell one state of it from another
    """Return the hash of a file; all sources of an archive have the same music."""
    try:
        return file_sha256(path)
    except OSError as error:
        raise _unreadable(path, error) from error


@lru_cache(maxsize=1)
def _makers() -> tuple[str, ...]:
    """Return the versions of all that makes the samples of a tune."""
    found = []
    for name in _MAKERS:
        with suppress(PackageNotFoundError):  # an extra
            found.append(f"{name} {version(name)}")
    return tuple(found)


def _is_movie(path: Path) -> bool:
    """Tell an MP4, which libsndfile does not read (ISO/IEC 14496-12, 4.3: `ftyp` comes first)."""
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


def _decode(path: Path) -> Decoded:
    try:
        yield from decoded_channels(path, BLOCK_FRAMES, what=str(path))
    except AudioError as error:
        raise AudioError(f"{path} cannot be read as WAV, FLAC, MP3, Ogg or AIFF") from error


# ---------------------------------------------------------------- making ready
def _make(decoded: Decoded, length: Length, channels: int, file: BinaryIO) -> int:
    """Write a tune, and return its length; it goes by twice, since its loudness is known only at the end."""
    meters = [Meter(PROGRAMME_RATE, true_peak=False) for _ in range(channels)]
    peaks: list[NDArray[np.float32]] = []
    with tempfile.TemporaryFile(dir=os.path.dirname(file.name)) as raw:  # noqa: PTH120 - a plain string
        for block in _stepwise(_at_rate(decoded, samples(length.most, PROGRAMME_RATE), channels)):
            raw.write(block.astype("<f4").tobytes())
            for meter, channel in zip(meters, block.T, strict=True):
                meter.feed(channel)
            steps = -(-block.shape[0] // _STEP)
            padded = np.zeros((steps * _STEP, channels), np.float32)
            padded[: block.shape[0]] = np.abs(block)
            peaks.append(padded.reshape(steps, -1).max(axis=1))
        first, last = _sounding(np.concatenate(peaks) if peaks else np.zeros(0, np.float32))
        frames = min(last * _STEP, meters[0].length[0]) - first * _STEP
        if frames <= 0:
            raise _UnfitError("has no sound in it")
        if frames < samples(length.least, PROGRAMME_RATE):
            seconds = frames / PROGRAMME_RATE
            raise _UnfitError(
                f"is too short: it has {seconds:.1f} s of music, and {length.least} s are needed"
            )
        loudness = measure_channels(meters).loudness
        if not math.isfinite(loudness):
            raise _UnfitError("is too soft to be music")
        gain = np.float32(amplitude(Decibels(LOUDNESS - loudness)))
        raw.seek(4 * channels * first * _STEP)
        left = frames * channels
        while left:
            flat = np.frombuffer(raw.read(4 * min(left, BLOCK_FRAMES)), "<f4")
            file.write((flat * gain).astype("<f4").tobytes())
            left -= flat.shape[0]
    return frames


def _sounding(peaks: NDArray[np.float32]) -> tuple[int, int]:
    """Return the first step that is not silent and the one after the last."""
    loud = np.flatnonzero(peaks > peaks.max(initial=0.0) * amplitude(TUNE_END))
    return (int(loud[0]), int(loud[-1]) + 1) if loud.shape[0] else (0, 0)


def _at_rate(decoded: Decoded, most: int, channels: int) -> Iterator[NDArray[np.float32]]:
    """Yield the beginning of a sound at the programme's rate.

    Args:
        decoded: Its samples and their rate.
        most: Samples that are wanted, at the programme's rate.
        channels: 1 for all mixed down to one; 2 for the first two.

    Yields:
        Arrays of shape (frames, channels).
    """
    convert = None
    source = 0
    for block, rate in decoded:
        if convert is None:
            if not _RATES[0] <= rate <= _RATES[1]:
                raise _UnfitError(f"has a sample rate of {rate} Hz, which is none of music")
            source = rate
            convert = resampler(rate, PROGRAMME_RATE, channels) if rate != PROGRAMME_RATE else _as_it_is
        if rate != source:
            raise _UnfitError("changes its sample rate in the middle")
        if not np.isfinite(block).all():
            raise _UnfitError("has samples that are no finite numbers")
        mixed = block.mean(axis=1, keepdims=True, dtype=np.float32) if channels == 1 else _two(block)
        out = convert(mixed, False)[:most]
        most -= out.shape[0]
        yield out
        if most <= 0:
            return
    if convert is not None:
        yield convert(np.zeros((0, channels), np.float32), True)[:most]


def _as_it_is(block: NDArray[np.float32], last: bool) -> NDArray[np.float32]:  # noqa: ARG001 - as a resampler's
    return block


def _two(block: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block[:, :2]


def _stepwise(blocks: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Yield the same samples in blocks of whole steps, the last one apart."""
    rest: NDArray[np.float32] | None = None
    for block in blocks:
        joined = block if rest is None else np.concatenate([rest, block])
        whole = joined.shape[0] // _STEP * _STEP
        if whole:
            yield joined[:whole]
        rest = joined[whole:]
    if rest is not None and rest.shape[0]:
        yield rest
