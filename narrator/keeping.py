"""Files that are kept as long as they are used: their time tells when that was."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from narrator.files import remove_leftover

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
