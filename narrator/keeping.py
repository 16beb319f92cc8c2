"""Files that are kept as long as they are used: their time tells when that was; numbers that are kept so."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from narrator.errors import PublishError
from narrator.files import remove_leftover, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_NOTED_EVERY_S = 86_400.0
"""A use is noted at most this often: it costs a write."""


def note_use(path: Path) -> None:
    """Let the time of a file tell when it was used last, to the day."""
    # Another process may have removed it meanwhile, or the folder may be one to read only.
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _NOTED_EVERY_S:
            os.utime(path)


def remove_unused(
    folder: Path, names: str, unfinished: str, older_than_s: float, *, dry_run: bool = False
) -> int:
    """Remove files that were not used for so long, and unfinished ones; return how many.

    Args:
        folder: Where they lie.
        names: Pattern of their names in it.
        unfinished: The same of what killed processes left.
        older_than_s: Seconds.
        dry_run: Leave them all the same.
    """
    removed, now = 0, time.time()
    with suppress(OSError):  # what cannot be removed stays
        for path in sorted(folder.glob(names)):
            if now - path.stat().st_mtime > older_than_s:
                removed += 1
                if not dry_run:
                    path.unlink(missing_ok=True)
        for path in sorted(folder.glob(unfinished)):
            removed += remove_leftover(path, older_than_s, dry_run=dry_run)
    return removed


class NumberStore:
    """A folder of numbers that took long to find, `KEY[:2]/KEY.number`, by a hash of all that tells them.

    Each carries a seal: what is damaged counts as missing, and is found again. One that cannot be written is
    not kept.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when there is something to keep.

        Args:
            folder: Where the numbers lie.
        """
        self._folder = folder

    def get(self, key: str) -> float | None:
        """Return a number that is there and whole, and note its use."""
        path = self._path(key)
        try:
            facts = json.loads(path.read_bytes())
            number = float(facts["number"])
            whole = facts["seal"] == _seal(key, number)
        except (OSError, ValueError, LookupError, TypeError):
            return None
        if not whole:
            return None
        note_use(path)
        return number

    def keep(self, key: str, number: float) -> None:
        """Write a number, if that is possible."""
        with suppress(PublishError):
            content = json.dumps({"number": number, "seal": _seal(key, number)})
            write_atomically(self._path(key), content.encode())

    def tidy(self, older_than_s: float, *, dry_run: bool = False) -> int:
        """Remove numbers that were not used for so long, and unfinished files; return how many."""
        return remove_unused(self._folder, "??/*.number", "??/.*.part", older_than_s, dry_run=dry_run)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.number"


def _seal(key: str, number: float) -> str:
    return hashlib.sha256(f"{key} {number!r}".encode()).hexdigest()
