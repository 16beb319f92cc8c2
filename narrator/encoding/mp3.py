"""Blocks of samples to an MP3 file that says exactly how long it is.

Sources: ISO/IEC 11172-3 (frames); the Xing header and its extension by LAME, "Mp3 Info Tag rev 1"
(gabriel.mp3-tech.org/mp3infotag.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import to_pcm16
from narrator.encoding.crc import crc16
from narrator.encoding.id3 import format_id3
from narrator.encoding.length import check_length
from narrator.errors import EncodingError
from narrator.files import writing
from narrator.settings import BIT_RATE_KBPS, PROGRAMME_RATE
from narrator.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any, BinaryIO

    from numpy.typing import NDArray

    from narrator.encoding.tags import Tags

_QUALITY = 5
"""LAME's search effort: 2 takes 2.5 times as long for no difference that is heard in speech."""
_SCALE = np.float32(0.95)
"""LAME turns its input down by this, unasked, against clipping; we limit, so it is undone beforehand."""
_FRAME_SAMPLES = 1152
"""Samples a frame of MPEG 1 layer III."""
_DELAY = 576
"""Samples of silence that LAME puts before the signal; decoders know their own 529 themselves."""
_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""kbit/s by the index in a frame's header, MPEG 1 layer III (ISO/IEC 11172-3, 2.4.2.3)."""
_HEADER = bytes((0xFF, 0xFB, _BIT_RATES.index(BIT_RATE_KBPS) << 4, 0xC4))
"""MPEG 1 layer III without CRC, 44.1 kHz, no padding slot, mono, original: as LAME writes it."""
_PADDING_BIT = 0x02
"""In a header's third byte: the frame is one byte longer."""
_FRAME_BYTES = 144 * BIT_RATE_KBPS * 1000 // PROGRAMME_RATE
_SIDE_BYTES = 17
"""Side information of a mono frame, left zero in the Info frame: it decodes as silence."""


def encode_mp3(path: Path, blocks: Iterable[NDArray[np.float32]], length: int, tags: Tags) -> None:
    """Write a programme as MP3, constant bit rate, mono, 44.1 kHz; the file appears when it is whole.

    Args:
        path: The target.
        blocks: The programme, arrays of shape (frames,); what is beyond 0.95 of full scale is clipped.
        length: Samples of all blocks together.
        tags: What the file says about itself.

    Raises:
        EncodingError: The tags do not fit, or the blocks are not as long as they should be.
        PublishError: The file cannot be written.
    """
    with writing(path) as file:
        write_mp3(file, blocks, length, tags)


def write_mp3(file: BinaryIO, blocks: Iterable[NDArray[np.float32]], length: int, tags: Tags) -> None:
    """Write a programme as MP3 to an open file, from its beginning; see `encode_mp3`."""
    file.seek(0)
    file.truncate()
    tag = format_id3(tags, milliseconds(length, PROGRAMME_RATE))
    # The Info frame tells of all that follows, so its place is kept until that is known.
    file.write(tag + bytes(_FRAME_BYTES))
    stream = _Stream()
    taken = 0
    encoder = _encoder()
    encoder.encode(b"")  # it can be flushed only once it was given something
    for block in blocks:
        taken += block.shape[0]
        file.write(stream.count(bytes(encoder.encode(to_pcm16(block / _SCALE)))))
    check_length(taken, length)
    file.write(stream.count(bytes(encoder.flush())))
    file.seek(len(tag))
    file.write(_info_frame(stream, length))
    file.flush()


def _encoder() -> Any:
    """Return a LAME encoder (the library has no types)."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(PROGRAMME_RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(BIT_RATE_KBPS)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    return encoder


class _Stream:
    """Counts the frames of an MP3 stream as they go by."""

    def __init__(self) -> None:
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
        while self._next + len(_HEADER) <= len(seen):
            header = bytearray(seen[self._next : self._next + len(_HEADER)])
            padded = bool(header[2] & _PADDING_BIT)
            header[2] &= ~_PADDING_BIT
            if header != _HEADER:
                raise EncodingError(f"the MP3 encoder made a frame of another kind: {header.hex()}")
            self.frames += 1
            self._next += _FRAME_BYTES + padded
        self._rest = seen[self._next :]
        self._next = max(0, self._next - len(seen))
        return content


def _info_frame(stream: _Stream, length: int) -> bytes:
    """Return the frame before the others, which tells how many there are and which samples count."""
    size = _FRAME_BYTES + stream.bytes
    padding = stream.frames * _FRAME_SAMPLES - _DELAY - length
    if not 0 <= padding < 1 << 12:
        raise EncodingError(f"the MP3 encoder made {stream.frames} frames of {length} samples")
    content = bytearray(_HEADER + bytes(_SIDE_BYTES))
    content += b"Info"
    content += (0b1111).to_bytes(4, "big")  # frames, bytes, table and quality follow
    content += stream.frames.to_bytes(4, "big")
    content += size.to_bytes(4, "big")
    content += bytes(index * 256 // 100 for index in range(100))  # a constant rate: time is proportional
    content += (60 - _QUALITY).to_bytes(4, "big")  # as LAME counts it for a constant rate
    content += b"LAME3.100"  # whose layout this is
    content += bytes((0x01, 0))  # revision 0, constant bit rate; low-pass not told
    content += bytes(8)  # no peak, no replay gain: loudness is mastered
    content += bytes((0x14, BIT_RATE_KBPS))  # LAME's psychoacoustics and its type of hearing threshold
    content += (_DELAY << 12 | padding).to_bytes(3, "big")
    content += bytes((0x40, 0, 0, 0))  # from 44.1 kHz, mono; no gain change; no preset
    content += size.to_bytes(4, "big")
    content += stream.crc.to_bytes(2, "big")
    content += crc16(bytes(content)).to_bytes(2, "big")
    return bytes(content.ljust(_FRAME_BYTES, b"\x00"))
