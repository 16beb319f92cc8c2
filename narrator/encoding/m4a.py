"""Blocks of samples to M4A and M4B: AAC in MP4, with chapters both as a track and as Nero's list.

What tells where everything lies (`moov`) comes before the sound, so that playing begins at once. Its size is
known before the sound is: the number of frames follows from the length.

Sources: ISO/IEC 14496-12 (boxes), 14496-14 (MP4); QuickTime File Format Specification (text media, chapter
lists, metadata of iTunes); Nero's `chpl` as players read it.
"""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from narrator.encoding.aac import DELAY, FRAME_SAMPLES, AacEncoder
from narrator.encoding.boxes import box, inside, numbers
from narrator.encoding.chapter_tracks import picture_samples, text_samples
from narrator.encoding.length import check_length
from narrator.encoding.movie import filling_of, format_movie
from narrator.errors import EncodingError
from narrator.settings import AAC_KBPS, PROGRAMME_RATE, STEREO_AAC_KBPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from narrator.encoding.tags import Tags

_LARGEST_FRAME = 768
"""Bytes of a frame at most for each channel: 6144 bits (ISO/IEC 14496-3, 4.5.3)."""
_KBPS = {1: AAC_KBPS, 2: STEREO_AAC_KBPS}
"""By channels."""
_LONG_HEAD = 16
"""Bytes of the head of a box with a size of eight bytes."""


def write_m4a(
    file: BinaryIO, blocks: Iterable[NDArray[np.float32]], length: int, tags: Tags, channels: int = 1
) -> None:
    """Write a programme as M4A, as `forms.Writer` tells. The extra for AAC may be missing."""
    _write(file, blocks, length, tags, channels, audiobook=False)


def write_m4b(
    file: BinaryIO, blocks: Iterable[NDArray[np.float32]], length: int, tags: Tags, channels: int = 1
) -> None:
    """Write a programme as M4B, which players keep with the audiobooks, as `forms.Writer` tells."""
    _write(file, blocks, length, tags, channels, audiobook=True)


def rewrap_m4a(file: BinaryIO, twin: BinaryIO, length: int, tags: Tags, channels: int = 1) -> None:
    """Write an M4A with the sound of an M4B, as `forms.Rewrapper` tells."""
    _wrap(file, _encoder(channels).configuration, _frames(twin), length, tags, channels)


def rewrap_m4b(file: BinaryIO, twin: BinaryIO, length: int, tags: Tags, channels: int = 1) -> None:
    """Write an M4B with the sound of an M4A, as `forms.Rewrapper` tells."""
    _wrap(file, _encoder(channels).configuration, _frames(twin), length, tags, channels, audiobook=True)


def _frames(file: BinaryIO) -> Iterator[bytes]:
    """Yield the frames of sound of a file that was written here; nothing of one that was not."""
    file.seek(0)
    start = file.read(8)
    file.seek(int.from_bytes(start[:4], "big"))
    head = file.read(8)
    movie = head + file.read(int.from_bytes(head[:4], "big") - 8)
    table = inside(movie, b"moov", b"trak", b"mdia", b"minf", b"stbl")  # that of the sound: it comes first
    sizes, narrow, wide = (inside(table or b"", name) for name in (b"stsz", b"stco", b"co64"))
    if sizes is None or (narrow is None and wide is None):
        return
    file.seek(int.from_bytes(narrow[8:12] if narrow else (wide or b"")[8:16], "big"))
    for at in range(12, len(sizes), 4):
        yield file.read(int.from_bytes(sizes[at : at + 4], "big"))


def _write(
    file: BinaryIO,
    blocks: Iterable[NDArray[np.float32]],
    length: int,
    tags: Tags,
    channels: int,
    *,
    audiobook: bool,
) -> None:
    encoder = _encoder(channels)

    def counted() -> Iterable[NDArray[np.float32]]:
        taken, filling = 0, filling_of(length)
        yield np.zeros((filling, channels) if channels > 1 else filling, np.float32)
        for block in blocks:
            taken += block.shape[0]
            yield block
        check_length(taken, length)

    sound = encoder.encode(counted())
    _wrap(file, encoder.configuration, sound, length, tags, channels, audiobook=audiobook)


def _encoder(channels: int) -> AacEncoder:
    return AacEncoder(PROGRAMME_RATE, _KBPS[channels], channels)


def _wrap(  # noqa: PLR0917 - what stands in the file, in its order
    file: BinaryIO,
    configuration: bytes,
    sound: Iterable[bytes],
    length: int,
    tags: Tags,
    channels: int,
    *,
    audiobook: bool = False,
) -> None:
    """Write frames of sound, and all that stands around them."""
    frames = (DELAY + filling_of(length) + length) // FRAME_SAMPLES
    chapters = b"".join((*text_samples(tags.chapters), *picture_samples(tags)))
    brand = b"M4B " if audiobook else b"M4A "
    start = box(b"ftyp", brand, numbers(0x200), brand, b"M4A mp42isomiso2")

    def movie(at: int, sizes: Sequence[int]) -> bytes:
        wide = len(sizes) * channels * _LARGEST_FRAME >= 1 << 31  # with room for all that comes before
        form = (channels, _KBPS[channels])
        whole = partial(format_movie, length=length, tags=tags, audiobook=audiobook, wide=wide, form=form)
        return whole(configuration=configuration, sizes=sizes, text_at=at, sound_at=at + len(chapters))

    reserved = len(movie(0, array("I", bytes(4 * frames))))
    at = len(start) + reserved + _LONG_HEAD
    file.seek(0)
    file.truncate()
    file.write(bytes(at) + chapters)
    sizes = array("I")
    for frame in sound:
        sizes.append(len(frame))
        file.write(frame)
    if len(sizes) != frames:
        raise EncodingError(f"there are {len(sizes)} frames of AAC for {length} samples")
    size = _LONG_HEAD + len(chapters) + sum(sizes)
    file.seek(0)
    file.write(start + movie(at, sizes) + numbers(1) + b"mdat" + numbers(size, width=8))
    file.flush()
