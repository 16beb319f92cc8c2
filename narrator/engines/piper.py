"""Piper: small natural voices of many languages, from the phonemes of espeak-ng, through onnxruntime.

Piper's own package is under the GPL and brings an espeak of its own; the models need neither. Their phonemes
are those of narrator's espeak, read as that package reads them: letter by letter, in decomposed form.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from narrator.engines import piper_data as data
from narrator.engines import runtime
from narrator.engines.base import Engine
from narrator.engines.pacing import speed_of
from narrator.engines.phonemes import Clause, Joint, Phonemizer, divide
from narrator.engines.pieces import joined
from narrator.engines.piper_session import open_model, run, sessions
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.folders import models_folder
from narrator.model import Utterance, Voice
from narrator.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.audio import Audio

_SYNTHESIS_VERSION = 1
"""Raised when this module makes other samples of the same text."""
_SLOWEST, _FASTEST = 0.5, 2.0
_LONGEST = 400
"""Symbols of a piece: half a minute; far beyond what the models have learned from."""
_START, _END, _PAD = "^", "$", "_"
_MARKS = {"…": ".", "—": ";"}
"""Marks by those that the models have learned."""
_NEAR = {
    "g": "ɡ", "ʦ": "ts", "ɝ": "ɜ", "ɚ": "ə", "ᵻ": "ɪ", "ɫ": "l", "ʏ": "y", "ɐ": "a", "X": "x", "ʍ": "w",
    "ɱ": "m", "ʀ": "ʁ", "ε": "ɛ", "-": "", "ˑ": "", "ʲ": "", "ʷ": "", "ʰ": "", "\u032a": "", "\u0329": "",
    "\u032f": "", "\u031d": "", "\u030a": "", "\u033a": "", "\u033b": "", "\u0361": "", "\u200d": "",
}  # fmt: skip
"""Phonemes that not every model knows, by the closest; a sound is as well without its fine marks."""


class PiperEngine(Engine):
    """Any voice of Piper: those in the folder of models by name, others by file.

    `de_DE-thorsten-medium` is a model in the folder; `./x.onnx`, or any name that ends so, a file with its
    description `x.onnx.json` beside it. A speaker of a model with several follows after `#`, by name or,
    where they have none, by number: `en_US-libritts-high#p3922`.
    May be used by threads, and in forks and spawned processes.
    """

    name: ClassVar[str] = data.ENGINE
    speed: ClassVar[float] = 10.0
    natural: ClassVar[bool] = True
    installed_hint: ClassVar[str] = "pip install 'narrator[piper]', then narrate voices install piper:VOICE"

    def __init__(self) -> None:
        self._phonemizer = Phonemizer()

    def __reduce__(self) -> tuple[object, ...]:
        # What is loaded stays in its process.
        return (PiperEngine, ())

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return the voices of the models in the user's folder, the best quality first.

        A model that reads something other than espeak's phonemes is left out.
        """
        self._require()
        models = [data.read_model(path) for path in data.model_paths()]
        if not models:
            folder = models_folder() / self.name
            raise EngineUnavailableError(
                self.name,
                f"no voice is in {folder}; narrate voices install piper:VOICE puts one there, as "
                "piper:de_DE-thorsten-medium; so does a model NAME.onnx with its description NAME.onnx.json",
            )
        models = sorted(
            (model for model in models if model.kind == "espeak"), key=lambda model: model.quality
        )
        found = [
            _voice(model.path.stem + speaker, model)
            for model in models
            for speaker in ([f"#{name}" for name in model.speakers] or [""])
        ]
        return self.those_for(found, language)

    def unlisted_voice(self, name: str) -> Voice | None:
        """Return the voice of a model's file; None for a name that is none of a file."""
        file, _ = _parted(name)
        return _voice(name, data.read_model(_path(file))) if file.endswith(data.SUFFIX) else None

    def fingerprint(self, voice: Voice) -> str:
        """Return what shapes the sound: model, description, runtime, phonemes."""
        self._require()
        path = _path(_parted(voice.name)[0])
        parts = (
            f"piper {data.digest(path)[:16]}",
            f"description {data.digest(data.description(path))[:16]}",
            f"onnxruntime {runtime.version()}",
            self._phonemizer.fingerprint,
            f"{_SYNTHESIS_VERSION}",
        )
        return ", ".join(parts)

    def synthesize(self, utterance: Utterance) -> Audio:
        """Speak at the model's rate, mostly 22,050 Hz; see `Engine.synthesize`.

        The one option is `rate`, 87.5 to 350 words a minute; 175 is the voice's own pace.
        """
        spoken = utterance.spoken
        if not words(spoken):
            raise SynthesisError(spoken, "there is no word in it")
        self._require()
        model, speaker = _chosen(utterance)
        noise, length, width = model.scales
        scales = np.array([noise, length / speed_of(utterance), width], np.float32)
        pieces = self._pieces(spoken, model)
        if not pieces:
            raise SynthesisError(spoken, f"it cannot be pronounced in “{model.language}”")
        session = open_model(model.path)
        sounds = []
        for piece, _ in pieces:
            ids = _ids(piece, model)
            wish = {
                "input": np.array([ids], np.int64),
                "input_lengths": np.array([len(ids)], np.int64),
                "scales": scales,
                "sid": np.array([speaker], np.int64),
            }
            sounds.append(run(session, wish, model, spoken))
        audio = sounds[0] if len(sounds) == 1 else joined(sounds, [joint for _, joint in pieces])
        if audio.peak == 0:
            raise SynthesisError(spoken, "the model made silence of it")
        return audio

    def close(self) -> None:
        """Let go of the models and end espeak's child program."""
        self._phonemizer.close()
        sessions.drop()

    def _require(self) -> None:
        if not runtime.installed():
            raise EngineUnavailableError(self.name, self.installed_hint)

    def _pieces(self, spoken: str, model: data.Model) -> list[tuple[str, Joint]]:
        """Return what the model says at once, sentence by sentence, as it has learned to."""
        pieces: list[tuple[str, Joint]] = []
        sentence: list[Clause] = []
        clauses = self._phonemizer.clauses(spoken, model.base)
        for clause in clauses:
            sentence.append(spell(clause, model, spoken))
            if clause.joint is Joint.SENTENCE or clause is clauses[-1]:
                pieces += divide(sentence, _LONGEST)
                sentence = []
        return pieces


def _voice(name: str, model: data.Model) -> Voice:
    return Voice(data.ENGINE, name, model.language, model.gender)


def _parted(name: str) -> tuple[str, str]:
    """Return a model's name or file, and a speaker's.

    >>> _parted("en_US-libritts-high#p3922"), _parted("/a#b/x.onnx")
    (('en_US-libritts-high', 'p3922'), ('/a#b/x.onnx', ''))
    """
    if name.endswith(data.SUFFIX):
        return name, ""
    model, _, speaker = name.partition(f"{data.SUFFIX}#")
    if speaker:
        return model + data.SUFFIX, speaker
    model, _, speaker = name.partition("#")
    return model, speaker


def _path(name: str) -> Path:
    """Return the file of a model by name or file."""
    if name.endswith(data.SUFFIX):
        return Path(name).expanduser()
    return models_folder() / data.ENGINE / f"{name}{data.SUFFIX}"


def _chosen(utterance: Utterance) -> tuple[data.Model, int]:
    """Return the model and the speaker's number that a voice's name means."""
    name = utterance.voice.name
    file, speaker = _parted(name)
    path = _path(file)
    known = path.is_file() if file.endswith(data.SUFFIX) else path in data.model_paths()
    if not known:
        raise SynthesisError(utterance.spoken, f"piper has no voice {name!r}")
    model = data.read_model(path)
    if model.kind != "espeak":
        problem = f"piper's voice {name!r} reads “{model.kind}”, and narrator makes phonemes of espeak alone"
        raise SynthesisError(utterance.spoken, problem)
    if bool(model.speakers) != bool(speaker) or speaker not in {*model.speakers, ""}:
        some = ", ".join(list(model.speakers)[:5])
        hint = f"; name one of its {len(model.speakers)} speakers after #: {some}" if some else ""
        raise SynthesisError(utterance.spoken, f"piper has no voice {name!r}{hint}")
    return model, model.speakers.get(speaker, 0)


def spell(clause: Clause, model: data.Model, spoken: str) -> Clause:
    """Return a clause in a model's symbols.

    Raises:
        SynthesisError: The model does not know a phoneme nor one that is close to it.
    """
    letters = [
        symbol if symbol in model.symbols else _NEAR.get(symbol, symbol)
        for symbol in unicodedata.normalize("NFD", clause.phonemes)
    ]
    mark = _MARKS.get(clause.mark, clause.mark)
    phonemes = "".join(letters)
    unknown = sorted(set(phonemes + mark) - model.symbols.keys())
    if unknown:
        raise SynthesisError(spoken, f"piper's voice has no sound for the phoneme {' '.join(unknown)!r}")
    return Clause(phonemes, mark)


def _ids(piece: str, model: data.Model) -> list[int]:
    """Return a piece in the model's numbers: a pad after each symbol but the last."""
    clusters = "|".join(map(re.escape, model.clusters))
    symbols = re.findall(f"{clusters}|." if clusters else ".", piece, re.DOTALL)
    pad = model.symbols[_PAD]
    ids = [*model.symbols[_START], *pad]
    for symbol in symbols:
        ids += [*model.symbols[symbol], *pad]
    return [*ids, *model.symbols[_END]]
