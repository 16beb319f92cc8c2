"""Models that engines load once in a process."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_all: weakref.WeakSet[Loaded] = weakref.WeakSet()


class Loaded:
    """What is loaded, by a key. Threads may share it, and a fork goes on with what is there.

    Args:
        most: So many are kept; the one loaded first goes when another is needed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._loaded: dict[Hashable, Any] = {}
        _all.add(self)

    def get(self, key: Hashable, load: Callable[[], Any]) -> Any:
        """Return what belongs to a key; the first call loads it, and raises what `load` raises."""
        with self._lock:
            if key not in self._loaded:
                while len(self._loaded) >= self._most:
                    del self._loaded[next(iter(self._loaded))]
                self._loaded[key] = load()
            return self._loaded[key]

    def drop(self) -> None:
        """Let go of it all; whoever uses something still keeps it to the end."""
        with self._lock:
            self._loaded = {}

    def renew_lock(self) -> None:
        """Forget in a fork that a thread held the lock which does not exist here."""
        self._lock = threading.Lock()


def _after_fork() -> None:
    for one in list(_all):
        one.renew_lock()


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_after_fork)
