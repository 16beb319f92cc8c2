"""Blocks of samples to an MP3 file that says exactly how long it is, in one go or joined from parts.

Sources: ISO/IEC 11172-3 (frames); the Xing header and its extension by LAME, "Mp3 Info Tag rev 1"
(gabriel.mp3-tech.org/mp3infotag.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from narrator.audio import to_pcm16
from narrator.encoding.crc import crc16, crc16_joined
from narrator.encoding.frames import FRAME_SAMPLES, HEADER_BYTES, USUAL, FrameKind, kind_of, saved_bytes
from narrator.encoding.id3 import format_id3
from narrator.encoding.length import check_length
from narrator.errors import EncodingError
from narrator.files import writing
from narrator.settings import PROGRAMME_RATE
from narrator.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Any, BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.encoding.tags import Tags

_QUALITY = 5
"""LAME's search effort: 2 takes 2.5 times as long for no difference that is heard in speech."""
_SCALE = 0.95
"""LAME turns its input down by this, unasked, against clipping; we limit, so it is undone beforehand."""
_DELAY = 576
"""Samples of silence that LAME puts before the signal; decoders know their own 529 themselves."""
_FROM_48000 = 0x80
"""What an Info frame tells of the rate of the samples before they were encoded."""
_CRC_AT_ONCE = 1 << 16


def encode_mp3(
    path: Path,
    blocks: Iterable[NDArray[np.float32]],
    length: int,
    tags: Tags,
    kind: FrameKind = USUAL,
) -> None:
    """Write a programme as MP3, constant bit rate, 48 kHz; the file appears when it is whole.

    Args:
        path: The target.
        blocks: The programme, arrays of shape (frames,) or (frames, 2); what is beyond 0.95 of full scale is
            clipped.
        length: Samples of all blocks together.
        tags: What the file says about itself.
        kind: Of its frames: bit rate and channels.

    Raises:
        EncodingError: The tags do not fit, or the blocks are not as long as they should be.
        PublishError: The file cannot be written.
    """
    with writing(path) as file:
        write_mp3(file, blocks, length, tags, kind)


def write_mp3(
    file: BinaryIO,
    blocks: Iterable[NDArray[np.float32]],
    length: int,
    tags: Tags,
    kind: FrameKind = USUAL,
) -> None:
    """Write a programme as MP3 to an open file, from its beginning; see `encode_mp3`."""
    writer = Mp3Writer(file, length, tags, kind)
    for content in _encoded(blocks, length, kind):
        writer.add(content)
    writer.finish()


@dataclass(frozen=True)
class Frames:
    """Frames of MP3 that decode to the same whatever frames of silence are before and after them."""

    content: bytes
    count: int
    known_crc: int | None = None
    """CRC-16 of the content, where it has been told before."""

    @cached_property
    def crc(self) -> int:
        """CRC-16 of the content."""
        return _crc(self.content) if self.known_crc is None else self.known_crc


def encode_frames(blocks: Iterable[NDArray[np.float32]], length: int, kind: FrameKind = USUAL) -> Frames:
    """Encode a part in memory; it may be long, but not hours.

    Raises:
        EncodingError: The blocks are not as long as they should be.
    """
    content = b"".join(_encoded(blocks, length, kind))
    return Frames(content, kind.count(content))


def format_alone(frames: Frames, length: int) -> bytes:
    """Return a file of its own of what `encode_frames` made of so many samples, without tags and CRC."""
    kind = kind_of(frames.content)
    return _info_frame(kind, frames.count, len(frames.content), 0, length) + frames.content


def cut_in_silence(frames: Frames, count: int) -> Frames:
    """Return the first frames of a part, to which those of the next part can be joined.

    That is exact when the part ends in silence. A frame of silence has no bits of sound. The first of them
    still lets the sound before it ring out; behind one without sound before it, the overlap of the transform
    and the memory of the filter bank (480 samples) of a decoder are all zero, as at the start of a file. The
    next part refers to no bits before its own (`main_data_begin`), since its encoder began with none. So no
    decoder can tell the join from the start of a file.

    Args:
        frames: What `encode_frames` made.
        count: How many frames are to stay; those behind come again as the first of the next part.

    Raises:
        EncodingError: There is sound where it would be cut.
    """
    kind = kind_of(frames.content)
    size = kind.frame_bytes
    starts = range((count - 2) * size, len(frames.content), size)
    sounding = any(kind.has_sound(frames.content, start) for start in starts)
    if sounding or saved_bytes(frames.content):
        raise EncodingError(f"a part of the programme does not end in silence after {count} frames of MP3")
    return Frames(frames.content[: count * size], count)


class Mp3Writer:
    """Writes an MP3 file from its beginning to an open file, as its frames come."""

    def __init__(self, file: BinaryIO, length: int, tags: Tags, kind: FrameKind = USUAL) -> None:
        """Write what comes before the frames.

        Args:
            file: The target; what is in it is overwritten.
            length: Samples of all frames together.
            tags: What the file says about itself.
            kind: Of its frames: bit rate and channels.

        Raises:
            EncodingError: The tags do not fit.
        """
        self._file, self._length = file, length
        self._kind = kind
        self._stream = _Stream(self._kind)
        tag = format_id3(tags, milliseconds(length, PROGRAMME_RATE))
        self._info = len(tag)
        file.seek(0)
        file.truncate()
        # The Info frame tells of all that follows, so its place is kept until that is known.
        file.write(tag + bytes(self._kind.frame_bytes))

    def add(self, content: bytes) -> None:
        """Write the next bytes of frames that one encoder makes."""
        self._file.write(self._stream.count(content))

    def join(self, part: Frames) -> None:
        """Write the frames of the next part."""
        self._file.write(part.content)
        self._stream.join(part)

    def finish(self) -> None:
        """Write the Info frame."""
        self._file.seek(self._info)
        stream = self._stream
        self._file.write(_info_frame(self._kind, stream.frames, stream.bytes, stream.crc, self._length))
        self._file.flush()


def _encoded(blocks: Iterable[NDArray[np.float32]], length: int, kind: FrameKind) -> Iterator[bytes]:
    """Encode blocks as they come."""
    taken = 0
    encoder = _encoder(kind)
    encoder.encode(b"")  # it can be flushed only once it was given something
    for block in blocks:
        taken += block.shape[0]
        yield bytes(encoder.encode(to_pcm16(block, 1 / _SCALE)))
    check_length(taken, length)
    yield bytes(encoder.flush())


def _crc(content: bytes) -> int:
    """Return the CRC-16 of a long string, without a table as long."""
    crc = 0
    for start in range(0, len(content), _CRC_AT_ONCE):
        crc = crc16(content[start : start + _CRC_AT_ONCE], crc)
    return crc


def _encoder(kind: FrameKind) -> Any:
    """Return a LAME encoder (the library has no types)."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(PROGRAMME_RATE)
    encoder.set_channels(kind.channels)
    encoder.set_bit_rate(kind.bit_rate)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    return encoder


class _Stream:
    """Counts the frames of an MP3 stream as they go by."""

    def __init__(self, kind: FrameKind) -> None:
        self._kind = kind
        self.frames = 0
        self.bytes = 0
        self.crc = 0
        self._next = 0  # where the next frame begins, counted from where `_rest` does
        self._rest = b""  # a header that is not yet whole

    def count(self, content: bytes) -> bytes:
        """Take note of the next bytes and return them.

        Raises:
            EncodingError: They are not the frames that the Info frame is to promise.
        """
        self.bytes += len(content)
        self.crc = crc16(content, self.crc)
        seen = self._rest + content
        while self._next + HEADER_BYTES <= len(seen):
            self._kind.check(seen[self._next : self._next + HEADER_BYTES])
            self._next += self._kind.frame_bytes
            self.frames += 1
        self._rest = seen[self._next :]
        self._next = max(0, self._next - len(seen))
        return content

    def join(self, part: Frames) -> None:
        """Take note of whole frames."""
        self.frames += part.count
        self.bytes += len(part.content)
        self.crc = crc16_joined(self.crc, part.crc, len(part.content))


def _info_frame(kind: FrameKind, frames: int, sizes: int, crc: int, length: int) -> bytes:
    """Return the frame before the others, which tells how many there are and which samples count."""
    size = kind.frame_bytes + sizes
    padding = frames * FRAME_SAMPLES - _DELAY - length
    if not 0 <= padding < 1 << 12:
        raise EncodingError(f"the MP3 encoder made {frames} frames of {length} samples")
    content = bytearray(kind.silent)
    content += b"Info"
    content += (0b1111).to_bytes(4, "big")  # frames, bytes, table and quality follow
    content += frames.to_bytes(4, "big")
    content += size.to_bytes(4, "big")
    content += bytes(index * 256 // 100 for index in range(100))  # a constant rate: time is proportional
    content += (60 - _QUALITY).to_bytes(4, "big")  # as LAME counts it for a constant rate
    content += b"LAME3.100"  # whose layout this is
    content += bytes((0x01, 0))  # revision 0, constant bit rate; low-pass not told
    content += bytes(8)  # no peak, no replay gain: loudness is mastered
    content += bytes((0x14, min(kind.bit_rate, 255)))  # LAME's psychoacoustics and type of hearing threshold
    content += (_DELAY << 12 | padding).to_bytes(3, "big")
    content += bytes((_FROM_48000 | kind.stereo_mode << 2, 0, 0, 0))  # no gain change; no preset
    content += size.to_bytes(4, "big")
    content += crc.to_bytes(2, "big")
    content += crc16(bytes(content)).to_bytes(2, "big")
    return bytes(content.ljust(kind.frame_bytes, b"\x00"))
