"""Kokoro-82M: natural speech offline, from the phonemes of espeak-ng, through onnxruntime."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from narrator.audio import Audio
from narrator.engines import kokoro_data as data
from narrator.engines import runtime
from narrator.engines.base import Engine
from narrator.engines.kokoro_spelling import clauses_of
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
_PACE = 175.0
"""Words a minute that stand for a voice's own pace, as they do in espeak."""
_SLOWEST, _FASTEST = 0.5, 2.0
"""Paces at which the model still speaks well, as factors."""


class _Language(NamedTuple):
    """A language that some of the voices have learned."""

    tag: str
    base: str
    """espeak's name of it."""


_LANGUAGES = {
    "a": _Language("en-US", "en-us"),
    "b": _Language("en-GB", "en"),
    "e": _Language("es", "es"),
    "f": _Language("fr", "fr"),
    "h": _Language("hi", "hi"),
    "i": _Language("it", "it"),
    "p": _Language("pt-BR", "pt-br"),
}
"""By the first letter of a voice's name. Japanese (j) and Chinese (z) need phonemes espeak does not make."""
_ENGLISH, _GERMAN = _Language("en", "en-us"), _Language("de", "de")
_GENDERS = {"f": "female", "m": "male"}
_GERMANS = (
    "ef_dora", "if_sara", "jm_kumo", "em_alex", "bm_george", "pm_alex", "jf_gongitsune", "hm_omega",
    "im_nicola", "jf_tebukuro",
)  # fmt: skip
"""Voices that were understood in German by speech recognition, best first: 11 to 26 of 100 words misheard,
where espeak's own have 27 to 39 on the same texts. They speak with an accent."""
_NAME = re.compile(r"(?:(?P<foreign>en|de)\+)?(?P<own>[a-z](?P<gender>[fm])_[a-z]+)")


class KokoroEngine(Engine):
    """The int8 model, one session a process, made when first needed.

    A voice speaks its own language (`am_onyx`), and, from other phonemes, English (`en+jm_kumo`); some speak
    German (`de+jm_kumo`), understandable and with an accent: an experiment.
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
        there = data.voice_names(self._files().voices)
        names = [name for name in there if name[0] in _LANGUAGES]
        names += [f"en+{name}" for name in there if name[0] not in "ab"]
        names += [f"de+{name}" for name in _GERMANS if name in there]
        found = [made for name in names if (made := self._voice(name)) is not None]
        wish = (language or "").lower()
        chosen = [voice for voice in found if language is None or voice.speaks(language)]
        return tuple(sorted(chosen, key=lambda voice: voice.language.lower() != wish and "-" in wish))

    def fingerprint(self, voice: Voice) -> str:
        """Return what shapes the sound: model, style of the voice, runtime, where it computes, phonemes."""
        files = self._files()
        style = data.read_style(files.voices, voice.name.rpartition("+")[2])
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
        match = _NAME.fullmatch(utterance.voice.name)
        if match is None or match["own"] not in data.voice_names(files.voices) or _language(match) is None:
            raise SynthesisError(spoken, f"kokoro has no voice {utterance.voice.name!r}")
        speed = _speed(utterance)
        language = _language(match) or _ENGLISH
        clauses = clauses_of(utterance, language.base, self._phonemizer)
        pieces = divide(clauses, data.LONGEST)
        if not pieces:
            raise SynthesisError(spoken, f"it cannot be pronounced in “{language.tag}”")
        styles = data.read_style(files.voices, match["own"])
        sounds = [_speak(piece, styles[len(piece) - 1], speed) for piece, _ in pieces]
        audio = sounds[0] if len(sounds) == 1 else joined(sounds, [joint for _, joint in pieces])
        if audio.peak == 0:
            raise SynthesisError(spoken, "the model made silence of it")
        return audio

    def close(self) -> None:
        """Let go of the model and end espeak's child program."""
        self._phonemizer.close()
        _Session.drop()

    def _voice(self, name: str) -> Voice | None:
        match = _NAME.fullmatch(name)
        language = _language(match) if match else None
        if match is None or language is None:
            return None
        return Voice(self.name, name, language.tag, _GENDERS[match["gender"]])

    def _files(self) -> data.Files:
        if not runtime.installed():
            raise EngineUnavailableError(self.name, self.installed_hint)
        return data.find_files()


def _language(match: re.Match[str]) -> _Language | None:
    """Return the language of a voice by its name, None where it has learned one that is not offered."""
    if match["foreign"]:
        return _GERMAN if match["foreign"] == "de" else _ENGLISH
    return _LANGUAGES.get(match["own"][0])


def _speed(utterance: Utterance) -> float:
    """Return the pace an utterance asks for, 1 for the voice's own."""
    options = dict(utterance.voice.options)
    speed = options.pop("rate", _PACE) / _PACE
    if options:
        raise SynthesisError(utterance.spoken, f"kokoro has no {next(iter(options))}, only a rate")
    if not _SLOWEST <= speed <= _FASTEST:
        low, high = _SLOWEST * _PACE, _FASTEST * _PACE
        raise SynthesisError(utterance.spoken, f"kokoro has rates of {low:g} to {high:g} words a minute")
    return float(speed)


def _speak(piece: str, style: NDArray[np.float32], speed: float) -> Audio:
    """Run the model once: symbols of a piece, a style of shape (1, 256)."""
    numbers = [data.symbols()[symbol] for symbol in piece]
    # Zeros are the model's own mark for both ends.
    tokens = np.array([[0, *numbers, 0]], np.int64)
    session = _Session.get()
    (samples,) = session.run(None, {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)})
    return Audio(np.ascontiguousarray(samples, np.float32).reshape(-1), _RATE)


# ---------------------------------------------------------------- the model in this process
def _provider() -> str:
    """Return what the model is computed with: the first of onnxruntime's that works here."""
    offered = runtime.providers()
    # A provider of a graphics card may be listed and not work; only a session tells.
    return offered[0] if len(offered) == 1 else str(_Session.get().get_providers()[0])


class _Session:
    """The one session of a process."""

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _loaded: ClassVar[Any] = None

    @classmethod
    def get(cls) -> Any:
        """Return the session; the first call loads the model, 1 s and 0.5 GB.

        Raises:
            EngineUnavailableError: The model is damaged or missing.
        """
        with cls._lock:
            if cls._loaded is None:
                cls._loaded = cls._load()
            return cls._loaded

    @classmethod
    def drop(cls) -> None:
        """Let go of the session; whoever uses it still keeps it to the end."""
        with cls._lock:
            cls._loaded = None

    @classmethod
    def renew_lock(cls) -> None:
        """Forget in a fork that a thread held the lock which does not exist here."""
        cls._lock = threading.Lock()

    @staticmethod
    def _load() -> Any:
        return runtime.open_session(data.read_model(data.find_files()), runtime.providers())


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_Session.renew_lock)
