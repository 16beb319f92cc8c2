"""The content of an asset, opened: what is sent is what its name and its key promise, or nothing."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import PublishError
from narrator.serving.conditions import Validators

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Asset

BLOCK = 1 << 16
"""Bytes read and sent at once."""
_KEPT = 1 << 26
"""Bytes of made content (pages, feeds) that are kept at most; it is made again when it is needed."""
_HASHED = 1 << 20
"""Bytes read at once for a hash."""

_Identity = tuple[int, int, int, int]
"""Of a file with a content: device, number, bytes, ns of its last change."""


class Content:
    """Opened content.

    Attributes:
        size: Its bytes.
        validators: Its entity tag, and when it changed last.
        quick: Whether reading it waits for no disk.
    """

    size: int
    validators: Validators
    quick: bool

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the content.

        Raises:
            PublishError: The file was changed in its place since it was opened: what was sent of it and what
                would be do not belong together.
            OSError: It cannot be read.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of it."""


class _Made(Content):
    quick = True

    def __init__(self, content: bytes, validators: Validators) -> None:
        self.validators = validators
        self.size = len(content)
        self._content = memoryview(content)

    def read(self, start: int, length: int) -> bytes:
        return bytes(self._content[start : start + length])


class _File(Content):
    quick = False

    def __init__(self, path: Path, descriptor: int, identity: _Identity, validators: Validators) -> None:
        self.validators = validators
        self.size = identity[2]
        self._path = path
        self._descriptor = descriptor
        self._identity = identity

    def read(self, start: int, length: int) -> bytes:
        os.lseek(self._descriptor, start, os.SEEK_SET)
        content = os.read(self._descriptor, length)
        if len(content) != length or _identity(self._descriptor) != self._identity:
            raise PublishError(f"{self._path} was changed while it was being sent")
        return content

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Contents:
    """Opens the contents of assets; may be used by several threads, for one asset by one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._verified: dict[Path, tuple[_Identity, str]] = {}

    def open(self, asset: Asset) -> Content:
        """Open the content of an asset.

        Raises:
            PublishError: The file is not the one that the name of the asset promises: it is being built anew.
            OSError: It cannot be read.
            NarratorError: It cannot be made.
        """
        if isinstance(asset.source, Path):
            return self._open_file(asset, asset.source)
        made = asset.source if isinstance(asset.source, bytes) else self._make(asset.key, asset.source)
        return _Made(made, Validators(_etag(asset.key)))

    def _make(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Make content, or take what was made before: the key tells of everything it is made of."""
        with self._lock:
            made = self._made.pop(key, None)
        if made is None:
            made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > 1 and sum(map(len, self._made.values())) > _KEPT:
                self._made.popitem(last=False)
        return made

    def _open_file(self, asset: Asset, path: Path) -> Content:
        # A pipe of that name must not make us wait.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags)
        try:
            identity = _identity(descriptor)
            return _File(path, descriptor, identity, self._examine(asset, path, descriptor, identity))
        except BaseException:
            os.close(descriptor)
            raise

    def _examine(self, asset: Asset, path: Path, descriptor: int, identity: _Identity) -> Validators:
        """See that a file has the content its name tells of, once for each time it changes.

        Clients keep what lies under such a name for ever: a build that goes on beside us must never make them
        keep the new sound under the old name.
        """
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise PublishError(f"{path} is no file")
        # A date in the future would be none (RFC 9110, 8.8.2.1).
        modified = min(int(status.st_mtime), int(time.time()))
        if not asset.fixed:
            return Validators(
                _etag(hashlib.sha256(repr((asset.key, identity)).encode()).hexdigest()), modified
            )
        known = self._verified.get(path)
        if known is None or known[0] != identity:
            known = self._verified[path] = (identity, _sha256(descriptor))
        if known[1] != asset.key:
            raise PublishError(f"{path} is not what its record tells; if this lasts, build the episode again")
        return Validators(_etag(asset.key), modified)


def _identity(descriptor: int) -> _Identity:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _sha256(descriptor: int) -> str:
    digest = hashlib.sha256()
    os.lseek(descriptor, 0, os.SEEK_SET)
    while block := os.read(descriptor, _HASHED):
        digest.update(block)
    return digest.hexdigest()


def _etag(key: str) -> str:
    return f'"{key[:32]}"'
