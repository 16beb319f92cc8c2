"""AAC, through PyAV, which is an extra: its wheels hold FFmpeg together with codecs under the GPL."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from narrator.errors import AudioError, EncodingError
from narrator.settings import AAC_CHOICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

FRAME_SAMPLES = 1024
"""Samples a frame of AAC-LC (ISO/IEC 14496-3, 4.5.1.1)."""
DELAY = 1024
"""Samples of silence that the encoder puts before the signal."""
_LAYOUTS = {1: "mono", 2: "stereo"}
_TOGETHER = 64
"""Frames decoded at once: 1.4 s."""
_BIT_EXACT = 1 << 23
"""AV_CODEC_FLAG_BITEXACT: the encoder's version is not written into the first frame."""


def check_aac() -> None:
    """See that AAC can be encoded.

    Raises:
        EncodingError: The extra is missing.
    """
    _library()


def _library() -> Any:
    try:
        import av
    except ImportError as error:
        raise EncodingError(
            'M4A and M4B need the extra m4a: run `pip install "narrator[m4a]"`, or leave them out of --format'
        ) from error
    return av


class AacEncoder:
    """Encodes one programme as AAC-LC at a constant rate.

    Args:
        rate: Samples a second.
        kbps: Bit rate, kbit/s.
        channels: 1 or 2.
    """

    def __init__(self, rate: int, kbps: int, channels: int = 1) -> None:
        av = _library()
        self._av = av
        self._rate = rate
        self._encoder = av.CodecContext.create("aac", "w")
        self._encoder.sample_rate = rate
        self._layout = _LAYOUTS[channels]
        self._encoder.layout = self._layout
        self._encoder.format = "fltp"
        self._encoder.bit_rate = kbps * 1000
        self._encoder.time_base = Fraction(1, rate)
        self._encoder.flags |= _BIT_EXACT
        self._encoder.options = dict(AAC_CHOICES)
        self._encoder.open()

    @property
    def configuration(self) -> bytes:
        """What a decoder has to know beforehand (AudioSpecificConfig, ISO/IEC 14496-3, 1.6.2.1)."""
        return bytes(self._encoder.extradata)

    def encode(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[bytes]:
        """Yield the frames of a programme: one more than its samples fill, for the delay.

        Args:
            blocks: Arrays of shape (frames,) or (frames, 2), of any length.
        """
        rest: NDArray[np.float32] | None = None
        position = 0
        for block in blocks:
            samples = block if rest is None else np.concatenate([rest, block])
            whole = samples.shape[0] // FRAME_SAMPLES * FRAME_SAMPLES
            for at in range(0, whole, FRAME_SAMPLES):
                yield from self._frame(samples[at : at + FRAME_SAMPLES], position)
                position += FRAME_SAMPLES
            rest = samples[whole:]
        if rest is not None and rest.shape[0]:
            yield from self._frame(rest, position)
        for packet in self._encoder.encode(None):
            yield bytes(packet)

    def _frame(self, samples: NDArray[np.float32], position: int) -> Iterator[bytes]:
        content = np.ascontiguousarray(np.atleast_2d(samples.T))  # each channel for itself
        frame = self._av.AudioFrame.from_ndarray(content, format="fltp", layout=self._layout)
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = position
        for packet in self._encoder.encode(frame):
            yield bytes(packet)


def decoded_aac(path: Path) -> Iterator[tuple[NDArray[np.float32], int]]:
    """Decode an M4A or M4B as players do, block by block, each channel for itself.

    Yields:
        Samples of shape (frames, channels), and their rate in Hz.

    Raises:
        AudioError: It cannot be decoded.
        EncodingError: The extra is missing.
    """
    av = _library()
    try:
        with av.open(str(path)) as container:
            rate = container.streams.audio[0].rate
            waiting: list[NDArray[np.float32]] = []
            for frame in container.decode(audio=0):
                waiting.append(frame.to_ndarray().T)
                if len(waiting) == _TOGETHER:
                    yield np.concatenate(waiting), rate
                    waiting.clear()
            if waiting:
                yield np.concatenate(waiting), rate
    except (av.FFmpegError, OSError) as error:
        raise AudioError(f"{path} cannot be decoded: {error}") from error


def decoded_music(path: Path) -> Iterator[tuple[NDArray[np.float32], int]]:
    """Decode the sound of any MP4 block by block, each channel for itself.

    Yields:
        Samples of shape (frames, channels), and their rate in Hz.

    Raises:
        AudioError: It cannot be decoded, or the extra is missing.
    """
    try:
        av = _library()
    except EncodingError as error:
        raise AudioError(
            f'{path} is M4A, for which the extra m4a is needed: run `pip install "narrator[m4a]"`, or '
            "give it as WAV, FLAC, MP3, Ogg or AIFF"
        ) from error
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise AudioError(f"{path} has no sound in it")
            stream = container.streams.audio[0]
            as_floats = av.AudioResampler(format="fltp")  # which changes the numbers alone, not the rate
            waiting: list[NDArray[np.float32]] = []
            for frame in container.decode(stream):
                waiting += [one.to_ndarray().T for one in as_floats.resample(frame)]
                if len(waiting) >= _TOGETHER:
                    yield np.ascontiguousarray(np.concatenate(waiting)), stream.rate
                    waiting.clear()
            if waiting:
                yield np.ascontiguousarray(np.concatenate(waiting)), stream.rate
    except (av.FFmpegError, OSError, ValueError) as error:
        raise AudioError(f"{path} cannot be read: {error}") from error
