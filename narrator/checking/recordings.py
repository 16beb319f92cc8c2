"""Audio files: what is read of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.checking.boxes import Mp4, read_mp4
from narrator.checking.id3 import Id3, read_id3
from narrator.checking.mpeg import Mp3, read_mp3
from narrator.checking.sound import Sound, measure_sound
from narrator.checking.texts import decode_text, load_json, read_small
from narrator.delivery import LOUDEST, SOFTEST
from narrator.publish.record import RECORD
from narrator.settings import LOUDNESS

if TYPE_CHECKING:
    from pathlib import Path


_REFERENCE = re.compile(rb"REPLAYGAIN_REFERENCE_LOUDNESS[=\0](-\d{1,3}(?:\.\d{1,3})?) LUFS")
_TAGS = 1 << 16
"""Bytes at the beginning of a file in which it is: texts come before chapters and pictures."""
_ROUNDING_MS = 100
"""Decoders leave out the silence that encoders put at both ends: less than four frames."""


@dataclass(slots=True)
class Recording:
    """An audio file."""

    size: int
    mp3: Mp3 | None = None
    mp4: Mp4 | None = None
    tag: Id3 = field(default_factory=Id3)
    sound: Sound | None = None
    """None where this program cannot decode it: AAC."""
    target: float = LOUDNESS
    """LUFS that it is to have."""

    @property
    def heard(self) -> Sound | None:
        """What was measured, where all of it could be decoded: a part tells little of the whole."""
        if self.sound and self.mp3 and self.sound.duration_ms + _ROUNDING_MS < self.mp3.duration_ms:
            return None
        return self.sound

    @property
    def duration_ms(self) -> int:
        """Length, as exactly as it is known; 0 where it is not."""
        if self.heard and self.heard.duration_ms:
            return self.heard.duration_ms
        return self.mp3.duration_ms if self.mp3 else self.mp4.duration_ms if self.mp4 else 0

    @property
    def channels(self) -> int:
        """How many there are; 0 where it is not known."""
        header = self.mp3.first if self.mp3 else None
        return header.channels if header else self.mp4.channels if self.mp4 else 0

    @property
    def sample_rate(self) -> int:
        """Hz; 0 where it is not known."""
        header = self.mp3.first if self.mp3 else None
        return header.sample_rate if header else self.mp4.sample_rate if self.mp4 else 0

    @property
    def bit_rate(self) -> float:
        """Mean, kbit/s; 0 where it is not known."""
        return self.mp3.bit_rate if self.mp3 else self.mp4.bit_rate if self.mp4 else 0.0


def told_target(path: Path) -> float:
    """Return the loudness in LUFS that a file was made for.

    The record beside it tells, or where none names it, as in a published show, a tag of its own. With
    neither, and with one that tells of no possible loudness, it is what apps ask for.

    Raises:
        OSError: The file cannot be read.
    """
    told = _by_record(path)
    told = _by_tag(path) if told is None else told
    return told if told is not None and SOFTEST <= told <= LOUDEST else LOUDNESS


def _by_record(path: Path) -> float | None:
    try:
        record, _ = load_json(decode_text(read_small(path.with_name(RECORD))).text)
    except OSError:
        return None
    told = record if isinstance(record, dict) else {}
    downloads = told.get("downloads")
    downloads = downloads if isinstance(downloads, list) else []
    names = [told.get("audio"), *(one.get("name") for one in downloads if isinstance(one, dict))]
    target = told.get("target")
    return target if path.name in names and isinstance(target, int | float) else None


def _by_tag(path: Path) -> float | None:
    """Return what the tag tells, which is spelled alike in ID3, Vorbis comments and WAV."""
    with path.open("rb") as file:
        found = _REFERENCE.search(file.read(_TAGS))
    return float(found[1]) if found else None


def read_recording(path: Path, kind: str) -> Recording:
    """Read an audio file and measure what is heard.

    Args:
        path: The file.
        kind: `mp3`, `mp4`, or `other` for what is only listened to: Opus, FLAC, WAV.

    Raises:
        OSError: The file cannot be read.
    """
    recording = Recording(path.stat().st_size, target=told_target(path))
    if kind == "mp4":
        recording.mp4 = read_mp4(path)
        return recording
    if kind == "mp3":
        recording.tag = read_id3(path)
        recording.mp3 = read_mp3(path, recording.tag.end)
        if not recording.mp3.frames:
            return recording
    recording.sound = measure_sound(path)
    return recording
