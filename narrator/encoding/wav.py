"""Blocks of samples to WAV, with tags (`LIST INFO`) and chapters (cue points with labels).

Sources: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0" (RIFF, cue points);
EBU Tech 3306 (RF64, for files beyond 4 GiB).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.audio import to_pcm16
from narrator.encoding.length import check_length
from narrator.encoding.tags import REFERENCE, iso639_2
from narrator.settings import PROGRAMME_RATE
from narrator.units import samples

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.encoding.tags import Tags

_WIDTH = 2
"""Bytes a sample."""
_MOST = 0xFFFFFFFF
"""The largest size in a RIFF file; in RF64 it means that the size stands elsewhere."""


def write_wav(
    file: BinaryIO, blocks: Iterable[NDArray[np.float32]], length: int, tags: Tags, channels: int = 1
) -> None:
    """Write a programme as WAV of 16 bits, as `forms.Writer` tells; players know no place for its cover."""
    file.seek(0)
    file.truncate()
    file.write(format_head(length, tags, channels))
    taken = 0
    for block in blocks:
        taken += block.shape[0]
        file.write(to_pcm16(block))
    check_length(taken, length)
    file.flush()


def format_head(length: int, tags: Tags, channels: int = 1) -> bytes:
    """Return all that stands before the samples; what is told of them comes first, for those who stream."""
    frame, rate = channels * _WIDTH, PROGRAMME_RATE
    size = length * frame
    form = (1).to_bytes(2, "little") + channels.to_bytes(2, "little")  # PCM
    form += rate.to_bytes(4, "little") + (rate * frame).to_bytes(4, "little")
    form += frame.to_bytes(2, "little") + (8 * _WIDTH).to_bytes(2, "little")
    parts = _chunk(b"fmt ", form) + _info(tags) + _cues(tags)
    whole = 4 + len(parts) + 8 + size
    if whole <= _MOST:
        head = b"RIFF" + whole.to_bytes(4, "little") + b"WAVE"
        return head + parts + b"data" + size.to_bytes(4, "little")
    sizes = (whole + 36, size, length)
    large = b"".join(one.to_bytes(8, "little") for one in sizes) + bytes(4)  # no further table
    unknown = _MOST.to_bytes(4, "little")
    return b"RF64" + unknown + b"WAVE" + _chunk(b"ds64", large) + parts + b"data" + unknown


def _chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk, of an even length."""
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def _text(text: str) -> bytes:
    """Encode a text that ends with zero; the specification knows code pages, players read UTF-8."""
    return text.replace("\x00", "").encode("utf-8", "replace") + b"\x00"


def _info(tags: Tags) -> bytes:
    """Return the tags, chapter 2 of the specification, “INFO List Chunk”."""
    fields = (
        (b"INAM", tags.title),
        (b"IART", tags.artist),
        (b"IPRD", tags.album),
        (b"ICRD", tags.date),
        (b"IGNR", "Podcast"),
        (b"ILNG", iso639_2(tags.language) if tags.language else ""),
        (b"ICMT", tags.comment),
        (b"IKEY", f"{REFERENCE}={tags.reference}" if tags.reference else ""),  # keywords: there is no other
    )
    return _chunk(b"LIST", b"INFO" + b"".join(_chunk(name, _text(text)) for name, text in fields if text))


def _cues(tags: Tags) -> bytes:
    """Return the chapters as cue points, in samples, and a label for each; nothing where there are none."""
    if not tags.chapters:
        return b""
    points, labels = b"", b""
    for number, (start, title) in enumerate(tags.chapters, 1):
        name = number.to_bytes(4, "little")
        at = samples(start / 1000, PROGRAMME_RATE).to_bytes(4, "little")
        points += name + at + b"data" + bytes(8) + at
        labels += _chunk(b"labl", name + _text(title))
    count = len(tags.chapters).to_bytes(4, "little")
    return _chunk(b"cue ", count + points) + _chunk(b"LIST", b"adtl" + labels)
