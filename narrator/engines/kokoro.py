"""Kokoro-82M: natural speech offline, from the phonemes of espeak-ng, through onnxruntime."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from narrator.audio import Audio
from narrator.engines import kokoro_data as data
from narrator.engines import kokoro_voices as names
from narrator.engines import runtime
from narrator.engines.base import Engine
from narrator.engines.kokoro_spelling import clauses_of
from narrator.engines.loaded import Loaded
from narrator.engines.pacing import speed_of
from narrator.engines.phonemes import Phonemizer, divide
from narrator.engines.pieces import joined
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import SpanKind, Utterance, Voice
from narrator.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SYNTHESIS_VERSION = 1
"""Raised when this module makes other samples of the same text."""
_RATE = 24_000
"""Hertz; what the model makes."""


class KokoroEngine(Engine):
    """The int8 model, one session a process, made when first needed.

    A voice speaks its own language (`am_onyx`), and, from other phonemes, English (`en+jm_kumo`); some speak
    German (`de+jm_kumo`), understandable and with an accent: an experiment. Two voices make a blend:
    `en+jm_kumo~jf_alpha.30` is jm_kumo with 30 % of jf_alpha (see `kokoro_voices`).
    May be used by threads, and in forks and spawned processes.
    """

    name: ClassVar[str] = data.ENGINE
    pace: ClassVar[float] = 0.085
    speed: ClassVar[float] = 1.5
    natural: ClassVar[bool] = True
    installed_hint: ClassVar[str] = data.INSTALL
    marks: ClassVar[frozenset[str]] = frozenset({SpanKind.IPA, SpanKind.LANGUAGE})

    def __init__(self) -> None:
        self._phonemizer = Phonemizer()

    def __reduce__(self) -> tuple[object, ...]:
        # What is loaded stays in its process.
        return (KokoroEngine, ())

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return the voices that are installed: native ones, then those that speak it as foreigners."""
        offered = names.listed(data.voice_names(self._files().voices))
        found = [made for name in offered if (made := self._voice(name)) is not None]
        wish = (language or "").lower()
        chosen = [voice for voice in found if language is None or voice.speaks(language)]
        return tuple(sorted(chosen, key=lambda voice: voice.language.lower() != wish and "-" in wish))

    def unlisted_voice(self, name: str) -> Voice | None:
        """Return a blend of two installed voices; see `kokoro_voices`."""
        named = names.parse(name)
        there = data.voice_names(self._files().voices)
        return self._voice(name) if named and named.second and set(named.parts) <= set(there) else None

    def fingerprint(self, voice: Voice) -> str:
        """Return what shapes the sound: model, style of the voice, runtime, where it computes, phonemes."""
        files = self._files()
        style = self._named(voice.name, files, "").style(files.voices)
        parts = (
            f"kokoro {data.MODEL_SHA256[:16]}",
            f"style {hashlib.sha256(style.tobytes()).hexdigest()[:16]}",
            f"onnxruntime {runtime.version()} {_provider()}",
            self._phonemizer.fingerprint,
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
        files = self._files()
        named = self._named(utterance.voice.name, files, spoken)
        speed = speed_of(utterance)
        clauses = clauses_of(utterance, named.language.base, self._phonemizer)
        pieces = divide(clauses, data.LONGEST)
        if not pieces:
            raise SynthesisError(spoken, f"it cannot be pronounced in “{named.language.tag}”")
        styles = named.style(files.voices)
        sounds = [_speak(piece, styles[len(piece) - 1], speed) for piece, _ in pieces]
        audio = sounds[0] if len(sounds) == 1 else joined(sounds, [joint for _, joint in pieces])
        if audio.peak == 0:
            raise SynthesisError(spoken, "the model made silence of it")
        return audio

    def close(self) -> None:
        """Let go of the model and end espeak's child program."""
        self._phonemizer.close()
        _sessions.drop()

    def _voice(self, name: str) -> Voice | None:
        named = names.parse(name)
        return Voice(self.name, name, named.language.tag, named.gender) if named else None

    def _named(self, name: str, files: data.Files, spoken: str) -> names.Named:
        """Return what a voice's name says, if the voices it is made of are installed."""
        named = names.parse(name)
        if named is None and "~" in name:
            raise SynthesisError(spoken, f"kokoro has no voice {name!r}: {names.BLEND_RULE}")
        if named is None or not set(named.parts) <= set(data.voice_names(files.voices)):
            raise SynthesisError(spoken, f"kokoro has no voice {name!r}")
        return named

    def _files(self) -> data.Files:
        if not runtime.installed():
            raise EngineUnavailableError(self.name, self.installed_hint)
        return data.find_files()


def _speak(piece: str, style: NDArray[np.float32], speed: float) -> Audio:
    """Run the model once: symbols of a piece, a style of shape (1, 256)."""
    numbers = [data.symbols()[symbol] for symbol in piece]
    # Zeros are the model's own mark for both ends.
    tokens = np.array([[0, *numbers, 0]], np.int64)
    session = _session()
    (samples,) = session.run(None, {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)})
    return Audio(np.ascontiguousarray(samples, np.float32).reshape(-1), _RATE)


# ---------------------------------------------------------------- the model in this process
def _provider() -> str:
    """Return what the model is computed with: the first of onnxruntime's that works here."""
    offered = runtime.providers()
    # A provider of a graphics card may be listed and not work; only a session tells.
    return offered[0] if len(offered) == 1 else str(_session().get_providers()[0])


_sessions = Loaded(1)


def _session() -> Any:
    """Return the one session of this process; the first call loads the model, 1 s and 0.5 GB.

    Raises:
        EngineUnavailableError: The model is damaged or missing.
    """
    return _sessions.get(
        data.MODEL_SHA256,
        lambda: runtime.open_session(data.read_model(data.find_files()), runtime.providers()),
    )
