"""Takes on disk, kept by content: the same words with the same voice are spoken once."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from narrator import keeping
from narrator.audio import Audio, Speech, WordTime, decode, encode_flac, sounding
from narrator.errors import AudioError, TakesError
from narrator.files import write_atomically
from narrator.model import Take
from narrator.settings import RUMBLE_HZ, TAKE_SILENCE
from narrator.shades import vocoder

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from narrator.model import Utterance, Voice

KEY_VERSION = 1
"""Raised when takes made before must not be used any more."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
"""Formats in the one way that makes equal facts equal bytes."""

_log = logging.getLogger(__name__)


def take_key(utterance: Utterance, fingerprint: str) -> str:
    """Return the key of a take: a hash of everything that shapes its sound, and of nothing else.

    Args:
        utterance: What is to be spoken; its text, speaker and place do not matter.
        fingerprint: The engine's fingerprint of the voice; for a shade, of the voice it is made from.

    Returns:
        64 hexadecimal digits.
    """
    voice = utterance.voice
    shape: dict[str, object] = {
        "version": KEY_VERSION,
        "engine": voice.engine,
        "fingerprint": fingerprint,
        "voice": voice.name,
        "options": sorted(voice.options),
        "language": utterance.language,
        "spoken": utterance.spoken,
        "rumble": RUMBLE_HZ,
    }
    # What came later is added only where it is used, so that the takes made before stay good.
    if utterance.spans:
        shape["spans"] = [(span.start, span.end, span.kind, span.value) for span in utterance.spans]
    if utterance.manner:
        shape["manner"] = utterance.manner
    if voice.shade:
        shape["shade"] = (voice.shade.pitch, voice.shade.formants, voice.shade.rate, vocoder())
    return hashlib.sha256(_canonical(shape)).hexdigest()


# ---------------------------------------------------------------- the store
@dataclass(frozen=True, slots=True)
class FreshTake:
    """A take just made, ready to be kept; small enough to travel between processes."""

    flac: bytes
    """The whole file, 16 bits a sample."""
    sample_rate: int
    """Hertz."""
    frames: int
    """Length in samples."""
    start: int
    """First sample that is not silence."""
    end: int
    """Sample after the last that is not silence."""
    words: tuple[WordTime, ...] = ()
    """When words begin, where the engine tells."""
    parts: int = 1
    """Into how many its text was cut to be spoken."""
    odd: str = ""
    """What is odd about it though it was kept."""


def pack(audio: Audio) -> FreshTake:
    """Encode a take and measure the silence at its ends.

    Raises:
        AudioError: It is nothing but silence.
    """
    start, end = sounding(audio, TAKE_SILENCE)
    if start == end:
        raise AudioError("a take that is nothing but silence cannot be kept")
    words = audio.words if isinstance(audio, Speech) else ()
    return FreshTake(encode_flac(audio), audio.sample_rate, audio.frames, start, end, words)


class TakeStore:
    """A folder of takes, `KEY[:2]/KEY.flac` with its facts in `KEY.json`.

    Files are written whole, the sound first and its facts last, and the facts carry a seal over both: what a
    killed process, a full disk or a failing one left is seen and counts as missing. Any number of processes
    may use one folder; of two that make the same take, either one's stays, and both are right.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder when it is missing.

        Args:
            folder: Where the takes lie.

        Raises:
            TakesError: It cannot be made.
        """
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TakesError(
                f"the folder of takes cannot be made at {folder}: {error.strerror}; "
                "choose another with --takes"
            ) from error

    def get(self, key: str, *, note_use: bool = True) -> Take | None:
        """Return a take that is there and whole.

        Args:
            key: As `take_key` makes it.
            note_use: Whether this is a use that keeps it from being pruned.

        Returns:
            None when it is missing, half written or damaged: it has to be made (again).

        Raises:
            TakesError: The folder cannot be read.
        """
        path = self._path(key)
        facts = path.with_suffix(".json")
        try:
            fresh = opened(key, facts.read_bytes(), path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TakesError(
                f"cannot read the take {path}: {error.strerror}; make its folder readable or choose another "
                "with --takes"
            ) from error
        if fresh is None:
            _log.info("the take %s is damaged and will be made again", path)
            return None
        if note_use:
            keeping.note_use(facts)
        return _take(key, fresh)

    def keep(self, key: str, fresh: FreshTake, voice: Voice | None = None) -> Take:
        """Write a take.

        Args:
            key: As `take_key` makes it.
            fresh: The take.
            voice: Whose it is; it is noted for people who look at what lies here.

        Raises:
            PublishError: It cannot be written: no permission, a full disk.
        """
        self._write(key, fresh.flac, facts_of(key, fresh, voice))
        return _take(key, fresh)

    def get_all(self, keys: Collection[str]) -> dict[str, Take]:
        """Return those of many takes that are there and whole; see `get`."""
        found = ((key, self.get(key)) for key in keys)
        return {key: take for key, take in found if take is not None}

    def put(self, key: str, audio: Audio) -> Take:
        """Pack and keep a sound.

        Raises:
            AudioError: It is nothing but silence.
            PublishError: It cannot be written.
        """
        return self.keep(key, pack(audio))

    def read(self, take: Take) -> Audio:
        """Return the samples of a take, silence at its ends included.

        Raises:
            TakesError: It went away or was damaged since `get` found it whole.
        """
        path = self._path(take.key)
        try:
            audio = decode(path.read_bytes(), what=str(path))
        except (OSError, AudioError) as error:
            raise TakesError(
                f"the take {path} went away or was damaged meanwhile; run again to have it made again"
            ) from error
        if (audio.frames, audio.sample_rate) != (take.frames, take.sample_rate):
            raise TakesError(f"the take {path} was replaced meanwhile; run again")
        return audio

    def _write(self, key: str, flac: bytes, facts: bytes) -> None:
        path = self._path(key)
        write_atomically(path, flac)
        write_atomically(path.with_suffix(".json"), facts)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.flac"


def facts_of(key: str, fresh: FreshTake, voice: Voice | None = None) -> bytes:
    """Return the facts of a take with the seal over both: one line of JSON.

    Args:
        key: As `take_key` makes it.
        fresh: The take.
        voice: Whose it is; it is noted for people who look at what lies there.
    """
    facts: dict[str, object] = {
        "sample_rate": fresh.sample_rate,
        "frames": fresh.frames,
        "start": fresh.start,
        "end": fresh.end,
        **({"words": fresh.words} if fresh.words else {}),
        "seal": _seal(key, fresh),
    }
    if voice:
        facts |= {"engine": voice.engine, "voice": voice.name}
    if fresh.parts > 1:
        facts["parts"] = fresh.parts
    if fresh.odd:
        facts["odd"] = fresh.odd
    return _canonical(facts) + b"\n"


def opened(key: str, facts: bytes, flac: bytes) -> FreshTake | None:
    """Put a take together from its facts and its sound; None where they are damaged or none of this key."""
    try:
        told = json.loads(facts)
        fresh = _revive(told, flac)
        return fresh if told["seal"] == _seal(key, fresh) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _revive(facts: dict[str, Any], flac: bytes) -> FreshTake:
    """Put a take together from its two files; raises KeyError and TypeError for facts that are none."""
    rate, frames, start, end = (facts[name] for name in ("sample_rate", "frames", "start", "end"))
    words = tuple(WordTime(*word) for word in facts.get("words", ()))
    parts, odd = int(facts.get("parts", 1)), str(facts.get("odd", ""))
    return FreshTake(flac, rate, frames, start, end, words, parts, odd)


def _take(key: str, fresh: FreshTake) -> Take:
    rate, frames, start, end = fresh.sample_rate, fresh.frames, fresh.start, fresh.end
    return Take(key, rate, frames, start, end, fresh.words, fresh.parts, fresh.odd)


def _seal(key: str, fresh: FreshTake) -> str:
    """Return the hash by which damage to the sound or to its facts is seen."""
    facts = (key, fresh.sample_rate, fresh.frames, fresh.start, fresh.end, *fresh.words)
    seal = hashlib.sha256(_canonical(facts))
    seal.update(fresh.flac)
    return seal.hexdigest()


def _canonical(facts: object) -> bytes:
    """Format as JSON in the one way that makes equal facts equal bytes."""
    return _CANONICAL.encode(facts).encode()
