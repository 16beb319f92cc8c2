"""hibari: a small natural English voice, from pip alone, without espeak."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from narrator.audio import Audio
from narrator.engines import runtime
from narrator.engines.base import Engine
from narrator.engines.espeak import speakable
from narrator.engines.loaded import Loaded
from narrator.engines.pacing import speed_of
from narrator.engines.phonemes import Clause, Joint, divide
from narrator.engines.pieces import joined
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.files import file_sha256
from narrator.model import Utterance, Voice
from narrator.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_SYNTHESIS_VERSION = 1
"""Raised when this module makes other samples of the same text."""
_SLOWEST, _FASTEST = 0.5, 2.0
_LONGEST = 400
"""Phonemes of a piece, as the package itself divides where there are commas."""
_SEED = 1
"""Of the noise in the sound."""


class HibariEngine(Engine):
    """The package's own voice, and others of it that lie in its folder; none is ever fetched.

    The package leaves out letters it does not know; here they are told by their names.
    May be used by threads, and in forks and spawned processes.
    """

    name: ClassVar[str] = "hibari"
    speed: ClassVar[float] = 120.0
    natural: ClassVar[bool] = True
    installed_hint: ClassVar[str] = "pip install 'narrator[hibari]'"

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return the voices that are there; see `Engine.voices`."""
        found = []
        for name, said in self._registry().items():
            if self._model(name) is not None:
                accent = "en-GB" if said["british"] else "en-US"
                found.append(Voice(self.name, name, accent, said["gender"]))
        return self.those_for(found, language)

    def fingerprint(self, voice: Voice) -> str:
        """Return what shapes the sound: package, model, runtime, and what makes noise and spectra."""
        self._registry()
        from hibari.dsp import FFT_BACKEND

        model = self._model(voice.name)
        parts = (
            f"hibari {version('hibari-tts')}",
            f"model {_digest(model, model.stat().st_mtime_ns)[:16] if model else 'missing'}",
            f"onnxruntime {runtime.version()}",
            f"numpy {np.__version__} {FFT_BACKEND}",
            f"{_SYNTHESIS_VERSION}",
        )
        return ", ".join(parts)

    def synthesize(self, utterance: Utterance) -> Audio:
        """Speak at 24,000 Hz; see `Engine.synthesize`.

        The one option is `rate`, 87.5 to 350 words a minute; 175 is the voice's own pace.
        """
        spoken = utterance.spoken
        if not words(spoken):
            raise SynthesisError(spoken, "there is no word in it")
        if self._model(utterance.voice.name) is None:
            raise SynthesisError(spoken, f"hibari has no voice {utterance.voice.name!r}")
        speed = speed_of(utterance)
        speaker = _speaker(utterance.voice.name)
        # [words](/phonemes/) would be read as a command.
        text = readable(speakable(spoken), speaker.g2p.oov.cin).replace("](", "] (")
        pieces: list[tuple[str, Joint]] = []
        for sentence in speaker.phonemize(text):
            parts = divide([Clause(sentence, "")], _LONGEST)
            pieces += [*parts[:-1], *((piece, Joint.SENTENCE) for piece, _ in parts[-1:])]
        unknown = sorted(set("".join(piece for piece, _ in pieces)) - speaker.vocab.keys())
        if unknown:
            raise SynthesisError(spoken, f"hibari has no sound for the phoneme {' '.join(unknown)!r}")
        if not pieces:
            raise SynthesisError(spoken, "hibari finds nothing in it that it can pronounce")
        sounds = [
            Audio(
                np.clip(speaker.from_phonemes(piece, speed, seed=_SEED), -1, 1).astype(np.float32),
                speaker.sample_rate,
            )
            for piece, _ in pieces
        ]
        audio = sounds[0] if len(sounds) == 1 else joined(sounds, [joint for _, joint in pieces])
        if audio.peak == 0:
            raise SynthesisError(spoken, "the model made silence of it")
        return audio

    def close(self) -> None:
        """Let go of the models."""
        _models.drop()

    def _registry(self) -> dict[str, dict[str, Any]]:
        if not runtime.installed() or find_spec("hibari") is None:
            raise EngineUnavailableError(self.name, self.installed_hint)
        from hibari.voices import VOICES

        registry: dict[str, dict[str, Any]] = VOICES
        return registry

    def _model(self, name: str) -> Path | None:
        """Return where a voice's model lies, None where it does not."""
        if name not in self._registry():
            return None
        from hibari.voices import voice_path

        try:
            return Path(voice_path(name, download_missing=False))
        except FileNotFoundError:
            return None


@cache
def _digest(path: Path, _time: int) -> str:
    return file_sha256(path)


def readable(text: str, letters: Collection[str]) -> str:
    """Return a text in which every letter is a Latin one of those, or told by its base or its name.

    >>> readable("Łódź 5: ж你", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    ' l with stroke odz 5:  zhe  cjk unified ideograph '
    """
    return "".join(_told(character, letters) for character in unicodedata.normalize("NFC", text))


def _told(character: str, letters: Collection[str]) -> str:
    name = unicodedata.name(character, "letter")
    if not character.isalpha() or (character in letters and name.startswith("LATIN ")):
        return character
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", character) if mark.isascii())
    if plain:
        return plain
    # Of “CYRILLIC SMALL LETTER ZHE” the last part; ideographs have numbers for names.
    return f" {(name.partition('LETTER ')[2] or name.partition('-')[0]).lower()} "


_models = Loaded(1_000)
"""Each with one thread."""


def _speaker(name: str) -> Any:
    """Return a voice, loaded whole: the package loads parts late, which threads must not do at once."""
    from hibari import Hibari

    def load() -> Any:
        made = Hibari(name)
        made.phonemize("Zxqv.")  # a word that is in no lexicon
        return made

    return _models.get(name, load)
