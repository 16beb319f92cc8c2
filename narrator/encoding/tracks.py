"""Tracks: the programme taken apart by speaker, each in a WAV file as long as the programme.

Sources: Microsoft, "New Multimedia Data Types and Data Techniques" (1994): WAVE_FORMAT_IEEE_FLOAT, and the
`fact` chunk of all that is not PCM; EBU Tech 3306 (RF64) for files of 4 GiB and more.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.model import Timeline

_FLOAT = 3
"""WAVE_FORMAT_IEEE_FLOAT: what is louder than full scale, as speech before the limiter may be, is kept."""
_SAMPLE_BYTES = 4
_LATER = 0xFFFFFFFF
"""Of a size that stands in the `ds64` chunk (EBU Tech 3306, 3.4)."""


def write_tracks(
    timeline: Timeline, blocks: Iterable[NDArray[np.float32]], files: Mapping[str, BinaryIO]
) -> None:
    """Write what each speaker says into a file of their own, where it lies in the programme.

    Everything goes by once, block by block. Silence is not written but left out, as a hole where the file
    system has those: the tracks of a long play take hardly more room than the play.

    Args:
        timeline: Where every take lies; no two at once.
        blocks: The programme before limiting, arrays of shape (frames,), as `mix` yields them.
        files: By speaker, every one of the timeline; open for writing, and empty.

    Raises:
        OSError: A file cannot be written.
    """
    head = wave_header(timeline.length, timeline.sample_rate)
    for file in files.values():
        file.write(head)
    cues = iter(timeline.cues)
    cue = next(cues, None)
    start = 0
    for block in blocks:
        end = start + block.shape[0]
        while cue is not None and cue.start < end:
            first, last = max(cue.start, start), min(cue.start + cue.length, end)
            file = files[cue.utterance.speaker]
            file.seek(len(head) + _SAMPLE_BYTES * first)
            file.write(block[first - start : last - start].astype("<f4").tobytes())
            if cue.start + cue.length > end:  # the rest of it is in the next block
                break
            cue = next(cues, None)
        start = end
    for file in files.values():
        file.truncate(len(head) + _SAMPLE_BYTES * timeline.length)


def write_track(
    file: BinaryIO, sounds: Iterable[tuple[int, NDArray[np.float32]]], frames: int, sample_rate: int
) -> None:
    """Write a track of sounds with silence between them.

    Args:
        file: Open for writing, and empty.
        sounds: The first sample of each, and shape (frames,).
        frames: Length of the track in samples.
        sample_rate: In Hz.

    Raises:
        OSError: The file cannot be written.
    """
    head = wave_header(frames, sample_rate)
    file.write(head)
    for start, sound in sounds:
        file.seek(len(head) + _SAMPLE_BYTES * start)
        file.write(sound.astype("<f4").tobytes())
    file.truncate(len(head) + _SAMPLE_BYTES * frames)


def wave_header(frames: int, sample_rate: int) -> bytes:
    """Return all that stands before the samples of a mono WAV file of 32-bit floats.

    Args:
        frames: Length in samples.
        sample_rate: In Hz.
    """
    form = struct.pack(
        "<4sIHHIIHHH",
        b"fmt ", 18, _FLOAT, 1, sample_rate, sample_rate * _SAMPLE_BYTES, _SAMPLE_BYTES, 8 * _SAMPLE_BYTES, 0,
    )  # fmt: skip
    size = frames * _SAMPLE_BYTES
    whole = 4 + len(form) + 12 + 8 + size  # "WAVE", and the chunks with their heads
    if whole < _LATER:
        fact = struct.pack("<4sII", b"fact", 4, frames)
        return (
            struct.pack("<4sI4s", b"RIFF", whole, b"WAVE") + form + fact + struct.pack("<4sI", b"data", size)
        )
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, whole + 36, size, frames, 0)
    fact = struct.pack("<4sII", b"fact", 4, min(frames, _LATER))
    opening = struct.pack("<4sI4s", b"RF64", _LATER, b"WAVE")
    return opening + sizes + form + fact + struct.pack("<4sI", b"data", _LATER)
