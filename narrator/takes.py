"""Takes on disk, kept by content: the same words with the same voice are spoken once."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import Audio, Speech, WordTime, decode, encode_flac, sounding
from narrator.errors import AudioError, SynthesisError, TakesError
from narrator.files import write_atomically
from narrator.model import Take
from narrator.settings import TAKE_SILENCE

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Utterance

KEY_VERSION = 1
"""Raised when takes made before must not be used any more."""

_log = logging.getLogger(__name__)

# ---------------------------------------------------------------- what a take must be like
_QUIETEST = 0.003
"""A lower peak (-50 dBFS) is silence: speech of any engine peaks above -20."""
_FULL_SCALE = 32766 / 32768
_MOST_CLIPPED = 0.01
"""Share of samples at full scale; distorted but honest speech stays under a thousandth."""
_FASTEST = 80
"""Letters a second: double the fastest speech espeak-ng makes at 450 words a minute."""
_SLOWEST_LETTER_S = 0.5
"""Four times as slow as people dictate."""
_SLOWEST_SIGN_S = 2.5
"""A digit, an ideograph or a symbol may be read as several words."""
_LONGEST_REST_S = 5.0
"""Silence an engine may add at the ends."""
_FIRST_WIDE = "\u2e80"
"""From here on (CJK) a letter can be a word."""


def take_key(utterance: Utterance, fingerprint: str) -> str:
    """Return the key of a take: a hash of everything that shapes its sound, and of nothing else.

    Args:
        utterance: What is to be spoken; its text, speaker and place do not matter.
        fingerprint: The engine's fingerprint of the voice.

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
    }
    # What came later is added only where it is used, so that the takes made before stay good.
    if utterance.spans:
        shape["spans"] = [(span.start, span.end, span.kind, span.value) for span in utterance.spans]
    if utterance.manner:
        shape["manner"] = utterance.manner
    return hashlib.sha256(_canonical(shape)).hexdigest()


def examine(audio: Audio, utterance: Utterance) -> None:
    """Refuse a take that cannot be the speech it should be.

    That its samples are finite numbers is the promise of `Audio` itself.

    Raises:
        SynthesisError: It is silent, clipped, or far too short or long for its text; `retry` is set.
    """
    problem = _problem(audio, utterance.spoken)
    if problem:
        raise SynthesisError(utterance.spoken, problem, retry=True)


def _problem(audio: Audio, spoken: str) -> str:
    """Say what is wrong with a take; empty when nothing is."""
    if audio.peak < _QUIETEST:
        return "the take is silent"
    clipped = float(np.mean(np.abs(audio.samples) >= _FULL_SCALE))
    if clipped > _MOST_CLIPPED:
        return f"the take is clipped ({clipped:.0%} of it is at full scale)"
    letters = sum(character.isalpha() and character < _FIRST_WIDE for character in spoken)
    signs = sum(not character.isspace() for character in spoken) - letters
    shortest = letters / _FASTEST
    longest = letters * _SLOWEST_LETTER_S + signs * _SLOWEST_SIGN_S + _LONGEST_REST_S
    if not shortest <= audio.seconds <= longest:
        return f"the take lasts {audio.seconds:.1f} s, where {shortest:.1f} to {longest:.1f} s are believable"
    return ""


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

    def get(self, key: str) -> Take | None:
        """Return a take that is there and whole.

        Args:
            key: As `take_key` makes it.

        Returns:
            None when it is missing, half written or damaged: it has to be made (again).

        Raises:
            TakesError: The folder cannot be read.
        """
        path = self._path(key)
        try:
            facts = json.loads(path.with_suffix(".json").read_bytes())
            flac = path.read_bytes()
            rate, frames, start, end = (facts[name] for name in ("sample_rate", "frames", "start", "end"))
            words = tuple(WordTime(*word) for word in facts.get("words", ()))
            fresh = FreshTake(flac, rate, frames, start, end, words)
            whole = facts["seal"] == _seal(key, fresh)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TakesError(
                f"cannot read the take {path}: {error.strerror}; make its folder readable or choose another "
                "with --takes"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if not whole:
            _log.info("the take %s is damaged and will be made again", path)
            return None
        return _taken(key, fresh)

    def keep(self, key: str, fresh: FreshTake) -> Take:
        """Write a take.

        Raises:
            PublishError: It cannot be written: no permission, a full disk.
        """
        path = self._path(key)
        facts = {
            "sample_rate": fresh.sample_rate,
            "frames": fresh.frames,
            "start": fresh.start,
            "end": fresh.end,
            **({"words": fresh.words} if fresh.words else {}),
            "seal": _seal(key, fresh),
        }
        write_atomically(path, fresh.flac)
        write_atomically(path.with_suffix(".json"), _canonical(facts) + b"\n")
        return _taken(key, fresh)

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

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.flac"


def _taken(key: str, fresh: FreshTake) -> Take:
    return Take(key, fresh.sample_rate, fresh.frames, fresh.start, fresh.end, fresh.words)


def _seal(key: str, fresh: FreshTake) -> str:
    """Return the hash by which damage to the sound or to its facts is seen."""
    facts = (key, fresh.sample_rate, fresh.frames, fresh.start, fresh.end, *fresh.words)
    return hashlib.sha256(_canonical(facts) + fresh.flac).hexdigest()


def _canonical(facts: object) -> bytes:
    """Format as JSON in the one way that makes equal facts equal bytes."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
