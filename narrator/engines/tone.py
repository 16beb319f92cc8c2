"""Tones instead of speech: tiny, fast and the same everywhere, for tests of everything but speech."""

import zlib
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.engines.base import Engine
from narrator.errors import SynthesisError
from narrator.model import Utterance, Voice
from narrator.text import words

_RATE = 22_050
_CHARACTER = int(0.06 * _RATE)
"""Samples of tone for each character: people say some 15 characters a second."""
_GAP = int(0.04 * _RATE)
"""Samples of silence between words."""
_FADE = int(0.005 * _RATE)
"""Samples of rise and fall of each tone, so that nothing clicks."""
_LEVEL = np.float32(0.25)
_KINDS = {
    "bass": ("male", 90.0),
    "alto": ("female", 220.0),
    "baritone": ("male", 120.0),
    "mezzo": ("female", 260.0),
    "tenor": ("male", 160.0),
    "soprano": ("female", 320.0),
}
"""Gender and pitch in Hz of the first voice of each kind."""
_OF_A_KIND = 4
_LANGUAGES = ("de", "en")
"""Listed when no language is asked for; any other may be asked for."""


class ToneEngine(Engine):
    """Every word is a tone: its length tells the word's, its pitch the voice and the word."""

    name: ClassVar[str] = "tone"
    speed: ClassVar[float] = 400.0

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return 24 voices for any language, `de+bass1` to `de+soprano4`."""
        return tuple(
            Voice(self.name, f"{spoken}+{kind}{number}", spoken, gender)
            for spoken in ((language,) if language is not None else _LANGUAGES)
            for number in range(1, _OF_A_KIND + 1)
            for kind, (gender, _) in _KINDS.items()
        )

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  (all voices are made alike)
        """Return the version of this module's sound."""
        return "tone 1"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Make a tone of each word at 22,050 Hz; see `Engine.synthesize`."""
        spoken = words(utterance.spoken)
        if not spoken:
            raise SynthesisError(utterance.spoken, "there is no word in it")
        pitch = _pitch(utterance)
        gap = np.zeros(_GAP, np.float32)
        return Audio(np.concatenate([part for word in spoken for part in (_tone(word, pitch), gap)]), _RATE)


def _pitch(utterance: Utterance) -> float:
    """Return the voice's pitch in Hz; the option `pitch` (0 to 99, 50 is plain) moves it up to an octave."""
    kind = utterance.voice.name.rpartition("+")[2]
    if kind[:-1] not in _KINDS or kind[-1:] not in {str(n) for n in range(1, _OF_A_KIND + 1)}:
        raise SynthesisError(utterance.spoken, f"the engine tone has no voice {utterance.voice.name!r}")
    first = _KINDS[kind[:-1]][1]
    shift = (dict(utterance.voice.options).get("pitch", 50.0) - 50.0) / 50.0
    return float(first * 1.06 ** (int(kind[-1]) - 1) * 2.0**shift)


def _tone(word: str, pitch: float) -> NDArray[np.float32]:
    """Return the tone of a word, shape (frames,): up to four semitones above the pitch of the voice."""
    semitones = zlib.crc32(word.encode(errors="replace")) % 5
    frames = np.arange(max(2, len(word)) * _CHARACTER, dtype=np.float64)
    wave = np.sin(2 * np.pi * pitch * 2 ** (semitones / 12) / _RATE * frames).astype(np.float32)
    slope = np.minimum(1.0, np.minimum(frames, frames[::-1]) / _FADE).astype(np.float32)
    tone: NDArray[np.float32] = wave * slope * _LEVEL
    return tone
