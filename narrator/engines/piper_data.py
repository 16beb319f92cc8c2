"""Voices of Piper on disk: which there are, and what their descriptions say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from narrator.errors import EngineUnavailableError
from narrator.files import file_sha256
from narrator.folders import models_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ENGINE = "piper"
SUFFIX = ".onnx"
_QUALITIES = ("high", "medium", "low", "x_low")
"""Best first."""
_WOMEN = frozenset(
    [
        "alba",
        "amy",
        "anna",
        "cori",
        "eva_k",
        "gosia",
        "hfc_female",
        "irina",
        "jenny_dioco",
        "kathleen",
        "kerstin",
        "kristin",
        "lada",
        "lessac",
        "lisa",
        "ljspeech",
        "nathalie",
        "paola",
        "ramona",
        "siwis",
        "southern_english_female",
        "thorsten_female",
    ]
)
_MEN = frozenset(
    [
        "alan",
        "bryce",
        "cadu",
        "carlfm",
        "danny",
        "darkman",
        "davefx",
        "denis",
        "dmitri",
        "faber",
        "gilles",
        "hfc_male",
        "joe",
        "john",
        "karlsson",
        "kusal",
        "norman",
        "northern_english_male",
        "pavoque",
        "riccardo",
        "ruslan",
        "ryan",
        "thorsten",
        "thorsten_emotional",
        "tom",
    ]
)
"""By the name of what a voice has learned from; the descriptions do not say it. Source: the cards of the
voices in Piper's collection, where they are named after their speakers."""


@dataclass(frozen=True, slots=True)
class Model:
    """A voice's description, the file `.onnx.json` beside its model."""

    path: Path
    language: str
    """For example `de-DE`."""
    gender: str
    quality: int
    """0 for the best."""
    rate: int
    """Hertz."""
    base: str
    """espeak's name of the language."""
    kind: str
    """What it reads: `espeak` for phonemes, `text` for letters, and others."""
    symbols: Mapping[str, tuple[int, ...]]
    clusters: tuple[str, ...]
    """Several phonemes that are one symbol of the model, longest first."""
    speakers: Mapping[str, int]
    """Name → number; empty for a model of one voice."""
    scales: tuple[float, float, float]
    """Noise of the sound, length, noise of the lengths."""


def gender_of(dataset: str) -> str:
    """Return the gender of a voice by what it has learned from; empty where that is not known."""
    return "female" if dataset in _WOMEN else "male" if dataset in _MEN else ""


def model_paths() -> tuple[Path, ...]:
    """Return the models in the user's folder that have a description, sorted."""
    folder = models_folder() / ENGINE
    return tuple(path for path in sorted(folder.glob(f"*{SUFFIX}")) if description(path).is_file())


def description(path: Path) -> Path:
    """Return where a model's description lies."""
    return path.with_name(path.name + ".json")


def read_model(path: Path) -> Model:
    """Return what a model's description says.

    Raises:
        EngineUnavailableError: It is missing, damaged, or none of Piper's.
    """
    file = description(path)
    try:
        return _described(path, file.stat().st_mtime_ns, file.stat().st_size)
    except OSError as error:
        raise EngineUnavailableError(ENGINE, f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineUnavailableError(
            ENGINE, f"{file} is no description of a voice of Piper, or is damaged ({error!r})"
        ) from error


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; a file of the same size and time is not read again.

    Raises:
        EngineUnavailableError: It cannot be read.
    """
    try:
        state = path.stat()
        return _digest(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise EngineUnavailableError(ENGINE, f"{path} cannot be read: {error.strerror}") from error


@lru_cache(maxsize=256)
def _digest(path: Path, _time: int, _size: int) -> str:
    return file_sha256(path)


@lru_cache(maxsize=256)
def _described(path: Path, _time: int, _size: int) -> Model:
    said: dict[str, Any] = json.loads(description(path).read_text("utf-8"))
    base = str(said["espeak"]["voice"])
    code = str(said.get("language", {}).get("code") or "-".join(base.split("-")[:2]))
    language, _, region = code.replace("_", "-").partition("-")
    dataset = str(said.get("dataset") or path.stem.split("-")[1:2])
    quality = said["audio"].get("quality")
    inference = said.get("inference", {})
    count = int(said.get("num_speakers", 1))
    names = {str(name): int(number) for name, number in said.get("speaker_id_map", {}).items()}
    usable = {name: number for name, number in names.items() if name.isprintable() and name == name.strip()}
    numbers = {str(number): number for number in range(count)}
    return Model(
        path=path,
        language=f"{language.lower()}-{region.upper()}" if region else language.lower(),
        gender=gender_of(dataset),
        quality=_QUALITIES.index(quality) if quality in _QUALITIES else len(_QUALITIES),
        rate=int(said["audio"]["sample_rate"]),
        base=base,
        kind=str(said.get("phoneme_type", "espeak")),
        symbols={str(symbol): tuple(map(int, ids)) for symbol, ids in said["phoneme_id_map"].items()},
        clusters=tuple(sorted(map("".join, said.get("vowel_clusters") or ()), key=len, reverse=True)),
        speakers=(usable or numbers) if count > 1 else {},
        scales=(
            float(inference.get("noise_scale", 0.667)),
            float(inference.get("length_scale", 1.0)),
            float(inference.get("noise_w", 0.8)),
        ),
    )
