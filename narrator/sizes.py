"""How much an executor is given at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.engines.registry import get_engine
from narrator.settings import BATCH_S, IN_FLIGHT, LEAST_BATCH_S, REQUESTS_TO_SERVICE, SOUND_IN_FLIGHT_S

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from narrator.model import Utterance

_AHEAD = 2
"""Batches for each slot of a cluster, so that the next one is there when one is done."""


class Sizes:
    """How much is begun: so much that nobody waits, and so little that memory stays flat.

    Processes of this machine are given utterances one by one. For a cluster they are put together until they
    are worth the call, by what their engine is known to need.

    Args:
        utterances: All that are to be spoken, by key.
        slots: How many calls a cluster works on at the same time; 0 for this machine.
    """

    def __init__(self, utterances: Mapping[str, Utterance], slots: int) -> None:
        self._utterances = utterances
        self._slots = slots

    def room(self, flying: Iterable[Collection[str]]) -> bool:
        """Tell whether one more batch may be begun beside those that are flying (the keys of each)."""
        batches = list(flying)
        if not self._slots:
            return len(batches) < IN_FLIGHT
        sound = sum(self._sound(key) for keys in batches for key in keys)
        return len(batches) < _AHEAD * self._slots and (not batches or sound < SOUND_IN_FLIGHT_S)

    def batch(self, queue: Sequence[str]) -> int:
        """Return how many of the first utterances of a queue go together, at least 1.

        Args:
            queue: Keys of utterances of one engine, the longest first.
        """
        speed = get_engine(self._utterances[queue[0]].voice.engine).speed
        if not self._slots or not speed:
            return 1
        # Towards the end the batches get smaller, so that all are done at about the same time.
        longest = self._sound(queue[0])
        share = longest * len(queue) / (_AHEAD * self._slots)
        least, most = LEAST_BATCH_S * speed, BATCH_S * speed
        sound = min(max(share, least), most, SOUND_IN_FLIGHT_S / (_AHEAD * self._slots))
        return max(1, int(sound / longest))

    def most_at_once(self, engine: str) -> int:
        """Return how many utterances of an engine may be in flight: a service is asked only so much."""
        one = get_engine(engine)
        if one.online:
            return max(1, REQUESTS_TO_SERVICE // one.requests_at_once)
        return len(self._utterances) if self._slots else IN_FLIGHT

    def _sound(self, key: str) -> float:
        """Return about how long an utterance is, in seconds."""
        one = self._utterances[key]
        return max(1, len(one.spoken)) * get_engine(one.voice.engine).pace
