"""Encoded parts on disk, kept by content: what did not change is not encoded again."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrator.encoding.mp3 import Frames
from narrator.errors import PublishError
from narrator.files import write_atomically
from narrator.keeping import note_use, remove_unused
from narrator.settings import PARTS_KEPT_S

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_STEP = np.dtype("<f8")
_SUFFIX = ".part.mp3"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A part of a programme: its frames, and what was measured on them."""

    frames: Frames
    """None of them where a part was only measured."""
    steps: NDArray[np.float64]
    """K-weighted mean squares of its steps of 100 ms, as `Meter.steps` gives them."""
    peak: float
    """Largest amplitude, between the samples too."""


class PartStore:
    """A folder of encoded parts, `KEY[:2]/KEY.part.mp3`: a line of facts, the steps, the frames.

    Files are written whole and carry a seal, so that what is damaged counts as missing. Nothing is lost with
    them but time: they are made again from the takes. A part that cannot be written is not kept.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when there is something to keep.

        Args:
            folder: Where the parts lie.
        """
        self._folder = folder

    def get(self, key: str) -> Encoded | None:
        """Return a part that is there and whole, and note its use."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            line = content[: content.index(b"\n") + 1]
            facts = json.loads(line)
            rest = memoryview(content)[len(line) :]
            whole = facts.pop("seal") == _seal(key, facts, rest)
            size = facts["steps"] * _STEP.itemsize
            frames = Frames(bytes(rest[size:]), facts["frames"], facts["crc"])
            part = Encoded(frames, np.frombuffer(bytes(rest[:size]), _STEP), facts["peak"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if not whole:
            _log.info("the encoded part %s is damaged and will be made again", path)
            return None
        note_use(path)
        return part

    def keep(self, key: str, part: Encoded) -> None:
        """Write a part, if that is possible."""
        rest = part.steps.astype(_STEP).tobytes() + part.frames.content
        facts: dict[str, object] = {
            "frames": part.frames.count,
            "crc": part.frames.crc,
            "peak": part.peak,
            "steps": part.steps.shape[0],
        }
        line = json.dumps({**facts, "seal": _seal(key, facts, rest)}).encode()
        try:
            write_atomically(self._path(key), line + b"\n" + rest)
        except PublishError as error:
            _log.info("an encoded part is not kept: %s", error)

    def tidy(self, older_than_s: float = PARTS_KEPT_S, *, dry_run: bool = False) -> int:
        """Remove parts that were not used for so long, and unfinished files; return how many.

        Args:
            older_than_s: Seconds.
            dry_run: Leave them all the same.
        """
        return remove_unused(self._folder, f"??/*{_SUFFIX}", "??/.*.part", older_than_s, dry_run=dry_run)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{_SUFFIX}"


def _seal(key: str, facts: dict[str, object], rest: bytes | memoryview) -> str:
    """Return the hash by which damage is seen."""
    seal = hashlib.sha256(json.dumps([key, facts], sort_keys=True).encode())
    seal.update(rest)
    return seal.hexdigest()
