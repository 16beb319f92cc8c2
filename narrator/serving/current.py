"""What is served, read anew when it has changed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")


class Current(Generic[_T]):
    """Gives what is current; at most once a second it looks whether that has to be read anew.

    One caller looks and reads; others meanwhile get what was there before. What cannot be read, because it is
    being written, stays as it was until it can.
    """

    def __init__(
        self,
        read: Callable[[], _T],
        state: Callable[[_T | None], Mapping[str, object]],
        tell: Callable[[str], None],
        every_s: float = 1.0,
    ) -> None:
        """Read it for the first time.

        Args:
            read: Reads what is to be served.
            state: Returns, by names, what changes when that has to be read anew: how the files look that it
                was read from, those known beforehand where it is None.
            tell: Says a line to the person at the terminal.
            every_s: Seconds between two looks.

        Raises:
            NarratorError: It cannot be read.
        """
        self._read = read
        self._state = state
        self._tell = tell
        self._every_s = every_s
        self._lock = threading.Lock()
        self._told = ""
        self._seen: Mapping[str, object] | None = None
        self._value = self._renew(None)
        self._looked = time.monotonic()

    def __call__(self) -> _T:
        """Return what is current."""
        if time.monotonic() - self._looked >= self._every_s and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        return self._value

    def _look(self) -> None:
        try:
            if self._state(self._value) == self._seen:
                return
            self._value = self._renew(self._value)
        except (NarratorError, OSError) as error:
            self._seen = None  # look again, whether or not anything changes
            if str(error) != self._told:
                self._told = str(error)
                self._tell(f"the show stays as it was, since it cannot be read now: {error}")
            return
        if self._told:
            self._told = ""
            self._tell("the show was read anew")

    def _renew(self, old: _T | None) -> _T:
        before = self._state(old)
        value = self._read()
        after = self._state(value)
        # What changed while we read may have been read before it did.
        same = all(before.get(name, looks) == looks for name, looks in after.items())
        self._seen = after if same else None
        return value
