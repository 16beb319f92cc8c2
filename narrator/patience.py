"""Trying again what may pass: how often, and how long to wait in between; the one home of both."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from narrator.errors import SettingsError, StoreError, SynthesisError, WebError
from narrator.settings import LONGEST_WAIT, RETRY_DELAY, RETRY_DELAY_VARIABLE, TRIES

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


def _delay() -> float:
    """Return the wait before the second try, in seconds: as the environment says, else the default."""
    said = os.environ.get(RETRY_DELAY_VARIABLE, "")
    try:
        delay = float(said) if said else float(RETRY_DELAY)
    except ValueError:
        delay = -1.0
    if not 0 <= delay <= LONGEST_WAIT:
        raise SettingsError(
            RETRY_DELAY_VARIABLE, f"seconds from 0 to {LONGEST_WAIT:g} are expected, not {said!r}"
        )
    return delay


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one goes on with something that fails.

    Raises:
        SettingsError: At the making, when the environment names no sensible delay.
    """

    tries: int = TRIES
    """At least 1."""
    delay_s: float = field(default_factory=_delay)
    """Seconds before the second try; doubled before each further one."""
    longest_s: float = LONGEST_WAIT
    """Seconds that are waited at most. A service that asks for more is not asked again: the error is raised
    at once, so that whoever runs this can come back later."""

    def attempt(self, action: Callable[[], _T]) -> _T:
        """Return what `action` returns; do it again while its failure may pass.

        Raises:
            SynthesisError: It failed for good, or too often.
            WebError, StoreError: In the same way, where that is what the action raises.
        """
        for tried in count(1):
            try:
                return action()
            except (SynthesisError, WebError, StoreError) as error:
                if error.exhausted or not error.retry:
                    raise
                if tried >= self.tries or error.retry_after > self.longest_s:
                    error.exhausted = True  # patience around patience would multiply the tries
                    raise
                wait = max(min(self.delay_s * 2.0 ** (tried - 1), self.longest_s), error.retry_after)
            time.sleep(wait)
        raise AssertionError  # `count` has no end
