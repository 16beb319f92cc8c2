"""The contents of assets, wherever they come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import PublishError
from narrator.files import file_sha256

if TYPE_CHECKING:
    from collections.abc import Callable


def load(source: Path | bytes | Callable[[], bytes]) -> bytes:
    """Return a content, reading or making it."""
    if isinstance(source, bytes):
        return source
    return read_file(source) if isinstance(source, Path) else source()


def read_file(path: Path, advice: str = "") -> bytes:
    """Return the content of a file.

    Args:
        path: The file.
        advice: What to do where it cannot be read.

    Raises:
        PublishError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error, advice) from error


def size_of(source: Path | bytes | Callable[[], bytes]) -> int:
    """Return the size of a content in bytes; one that is made has to be made for it."""
    if isinstance(source, Path):
        try:
            return source.stat().st_size
        except OSError as error:
            raise _unreadable(source, error) from error
    return len(load(source))


def hash_of(path: Path) -> str:
    """Return the sha256 of a file."""
    try:
        return file_sha256(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError, advice: str = "") -> PublishError:
    return PublishError(f"{path} cannot be read: {error.strerror}{'; ' if advice else ''}{advice}")
