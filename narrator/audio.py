"""Audio: samples with their rate; check, join, resample, read and write, to and from pydub."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from narrator.errors import AudioError
from narrator.files import ErrorKeeper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray
    from pydub import AudioSegment

    from narrator.units import Decibels


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """A mono sound.

    Raises:
        AudioError: At the making, when samples are not finite float32 of shape (frames,), or the rate is not
            positive.
    """

    samples: NDArray[np.float32]
    """Shape (frames,), float32, full scale is -1 to 1."""
    sample_rate: int
    """Hertz."""

    def __post_init__(self) -> None:
        if self.samples.dtype != np.float32 or self.samples.ndim != 1:
            raise AudioError(
                f"samples have type {self.samples.dtype} and shape {self.samples.shape}; "
                "float32 of shape (frames,) is expected"
            )
        if self.sample_rate <= 0:
            raise AudioError(f"a sample rate of {self.sample_rate} Hz is impossible")
        if not np.isfinite(self.samples).all():
            raise AudioError("samples are not all finite numbers")

    @property
    def frames(self) -> int:
        """Length in samples."""
        return int(self.samples.shape[0])

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate

    @property
    def peak(self) -> float:
        """Largest absolute sample, 0 for no samples."""
        return float(np.abs(self.samples).max(initial=0.0))


class WordTime(NamedTuple):
    """When a word begins to be heard."""

    frame: int
    """Sample of the sound."""
    start: int
    """Its first character in the text that was spoken."""
    length: int
    """Characters."""


@dataclass(frozen=True, slots=True, eq=False)
class Speech(Audio):
    """The sound of a spoken text, of which an engine knows when its words begin."""

    words: tuple[WordTime, ...] = ()
    """In order of time; an engine may leave some out."""


def from_pcm16(pcm: bytes, sample_rate: int) -> Audio:
    """Make Audio of little-endian 16-bit mono PCM."""
    return Audio(np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768), sample_rate)


def to_pcm16(samples: NDArray[np.float32], scale: float = 1.0) -> bytes:
    """Round float samples, multiplied by a number, to little-endian 16-bit PCM, clipped beyond full scale."""
    scaled = samples * np.float32(scale * 32768)
    np.clip(np.rint(scaled, out=scaled), -32768, 32767, out=scaled)
    pcm: bytes = scaled.astype("<i2").tobytes()
    return pcm


def join(parts: Sequence[Audio]) -> Audio:
    """Put sounds of one rate one after another, copying each sample once.

    Raises:
        AudioError: There is no part, or the rates differ.
    """
    rates = {part.sample_rate for part in parts}
    if len(rates) != 1:
        raise AudioError(f"sounds of rates {sorted(rates)} cannot be joined; resample them first")
    return Audio(np.concatenate([part.samples for part in parts]), rates.pop())


def resample(audio: Audio, sample_rate: int) -> Audio:
    """Convert to another sample rate with soxr HQ; the length is `resampled_frames` exactly."""
    if audio.sample_rate == sample_rate:
        return audio
    import soxr

    out = soxr.resample(audio.samples, audio.sample_rate, sample_rate, quality="HQ").astype(np.float32)
    frames = resampled_frames(audio.frames, audio.sample_rate, sample_rate)
    out = np.pad(out, (0, max(0, frames - out.shape[0])))[:frames]
    return Audio(np.ascontiguousarray(out), sample_rate)


def resampled_frames(frames: int, rate: int, new_rate: int) -> int:
    """Return the length that `resample` gives, in samples, rounded up."""
    return -(-frames * new_rate // rate)


def encode_flac(audio: Audio) -> bytes:
    """Encode as FLAC with 16 bits a sample: lossless for what `from_pcm16` made."""
    return _encoded(audio, "FLAC")


def encode_wav(audio: Audio) -> bytes:
    """Encode as WAV with 16 bits a sample."""
    return _encoded(audio, "WAV")


def _encoded(audio: Audio, form: str) -> bytes:
    import soundfile

    file = io.BytesIO()
    pcm = np.frombuffer(to_pcm16(audio.samples), dtype="<i2")
    soundfile.write(file, pcm, audio.sample_rate, format=form, subtype="PCM_16")
    return file.getvalue()


def resampler(rate: int, new_rate: int, channels: int = 1) -> Callable[..., NDArray[np.float32]]:
    """Return what converts a sound block by block with soxr HQ; it is told which block is the last."""
    import soxr

    stream = soxr.ResampleStream(rate, new_rate, channels, dtype="float32", quality="HQ")
    return lambda block, last: np.asarray(stream.resample_chunk(block, last=last), np.float32)


def encode_blocks(
    file: BinaryIO, blocks: Iterable[NDArray[np.float32]], rate: int, channels: int = 1, *,
    form: str, kind: str, level: float,
) -> int:  # fmt: skip
    """Encode a programme block by block.

    Args:
        file: The target, open for writing and reading.
        blocks: Arrays of shape (frames,) or (frames, channels).
        rate: Samples a second.
        channels: How many.
        form: As libsndfile names it: `FLAC`, `OGG`.
        kind: Of its content: `PCM_16`, `OPUS`.
        level: Of compression, 0 to 1.

    Returns:
        How many samples there were.

    Raises:
        OSError: The file cannot be written.
    """
    import soundfile

    taken, told, options = 0, ErrorKeeper(file), {"format": form, "compression_level": level}
    try:
        with soundfile.SoundFile(told, "w", rate, channels, kind, **options) as target:
            for block in blocks:
                taken += block.shape[0]
                pcm = kind == "PCM_16"
                target.write(np.frombuffer(to_pcm16(block), "<i2").reshape(block.shape) if pcm else block)
    except (soundfile.LibsndfileError, AssertionError):  # which say nothing of a full disk
        raise told.error or OSError("libsndfile cannot encode") from None
    if told.error:
        raise told.error
    file.flush()
    return taken


def decode(content: bytes | Path, *, what: str = "audio") -> Audio:
    """Decode a whole FLAC, WAV, Ogg or MP3 file, mixed down to mono.

    Args:
        content: The file's bytes or its path.
        what: What it is, for the error message.

    Raises:
        AudioError: It cannot be decoded.
    """
    import soundfile

    try:
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(f"{what} cannot be decoded: {error}") from error
    return Audio(_mono(samples), int(rate))


def _mono(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix samples of shape (frames, channels) down."""
    return np.ascontiguousarray(samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1), np.float32)


def sounding(audio: Audio, below_peak: Decibels) -> tuple[int, int]:
    """Find the silence at both ends of a clip, in steps of 10 ms.

    Args:
        audio: The clip.
        below_peak: Steps whose RMS level lies more than this many dB under the clip's peak are silent.

    Returns:
        The first sample that is not silent and the one after the last; (0, 0) when all is silent.
    """
    clip = to_pydub(audio)
    if audio.frames == 0 or clip.max == 0:
        return 0, 0
    from pydub.silence import detect_leading_silence

    threshold = clip.max_dBFS - below_peak
    before, after = (
        detect_leading_silence(one, silence_threshold=threshold, chunk_size=10)
        for one in (clip, clip.reverse())
    )
    start = before * audio.sample_rate // 1000
    end = audio.frames - after * audio.sample_rate // 1000
    return (start, end) if start < end else (0, 0)


def decoded_blocks(path: Path | bytes, frames: int, *, what: str = "audio") -> Iterator[Audio]:
    """Decode a file block by block, mixed down to mono; else as `decoded_channels`.

    Raises:
        AudioError: It cannot be decoded.
    """
    for samples, rate in decoded_channels(path, frames, what=what):
        yield Audio(_mono(samples), rate)


def decoded_channels(
    path: Path | bytes, frames: int, *, what: str = "audio", most: int = 1024
) -> Iterator[tuple[NDArray[np.float32], int]]:
    """Decode a file block by block, each channel for itself.

    Args:
        path: A FLAC, WAV, Ogg or MP3 file, or its content.
        frames: Samples a block; the last may be shorter.
        what: What it is, for the error message.
        most: Channels that it may have.

    Yields:
        Samples of shape (frames, channels), and their rate in Hz.

    Raises:
        AudioError: It cannot be decoded.
    """
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(path) if isinstance(path, bytes) else path) as file:
            if file.channels > most:
                raise AudioError(f"{what} has {file.channels} channels")
            while (samples := file.read(frames, dtype="float32", always_2d=True)).shape[0]:
                yield samples, int(file.samplerate)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(f"{what} cannot be decoded: {error}") from error


def to_pydub(audio: Audio) -> AudioSegment:
    """Return a pydub AudioSegment of 16-bit mono."""
    import warnings

    with warnings.catch_warnings():
        # pydub looks for an ffmpeg binary when it is imported, and warns; narrator never lets it run one.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    return AudioSegment(
        data=to_pcm16(audio.samples), sample_width=2, frame_rate=audio.sample_rate, channels=1
    )


def from_pydub(clip: AudioSegment) -> Audio:
    """Make Audio of a pydub AudioSegment, mixed down to mono."""
    mono = clip.set_channels(1).set_sample_width(2)
    return from_pcm16(bytes(mono.raw_data), int(mono.frame_rate))
