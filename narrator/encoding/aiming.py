"""Gain and ceiling with which an encoded file comes to its loudness and its peak."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from narrator.errors import EncodingError
from narrator.settings import LIMITER_CEILING, LOUDNESS_TOLERANCE, PEAK
from narrator.units import Decibels, Lufs

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.encoding.studio import Studio
    from narrator.loudness import GainSearch
    from narrator.model import Measurement

_MARGIN = 0.1
"""dB by which a further encoding is to stay below the allowed peak."""
_TRIES = 4
"""Gains that are tried at most. The first one is mostly right: single peaks that an encoder makes are
mended where they are (`mending`)."""


class Aim:
    """Encodes with one gain and one ceiling after the other until what comes out is as it should be.

    What an encoder takes off the loudness it takes off the next time, too. So the gain behind another ceiling
    is looked for as the first one was, by measuring some of the programme before it is encoded, and only
    the target is another: the wished loudness and what the encoder takes.

    Args:
        studio: Where the programme is made.
        search: What was found there; it is looked for where it is not given.
    """

    def __init__(self, studio: Studio, search: GainSearch | None = None) -> None:
        self._studio = studio
        self._search = search or studio.find_gain()
        self.gain, self.ceiling = self._search.next(), LIMITER_CEILING

    def encode(self, what: str, encoded: Callable[[Decibels, Decibels], Measurement]) -> Measurement:
        """Encode until loudness and peak are in range.

        Args:
            what: For people.
            encoded: Encodes with a gain and a ceiling, and measures what a decoder gives.

        Returns:
            What was measured at last; `gain` and `ceiling` are those with which it was.

        Raises:
            EncodingError: They do not come into range.
        """
        for _ in range(_TRIES):
            measured = encoded(self.gain, self.ceiling)
            if self._hit(measured):
                return measured
            self._correct(measured)
        raise EncodingError(
            f"{what} cannot be mastered: after {_TRIES} tries it has {measured.loudness:.1f} LUFS "
            f"where {self._studio.delivery.loudness} are wanted, and a true peak of {measured.peak:.1f} "
            f"where {PEAK} is allowed; a take may be noise instead of speech"
        )

    def _hit(self, measured: Measurement) -> bool:
        """Tell whether an encoding gave what is wanted; what is silent whatever is tried misses nothing."""
        missing = self._studio.delivery.loudness - measured.loudness
        near = abs(missing) <= LOUDNESS_TOLERANCE or (math.isinf(missing) and not self._search.heard)
        return near and measured.peak <= PEAK

    def _correct(self, measured: Measurement) -> None:
        """Choose another gain and another ceiling."""
        # Where there is room up to the allowed peak, it is taken: the less is limited, the better.
        room = PEAK - measured.peak - _MARGIN
        before = self.ceiling
        if room > 0 or measured.peak > PEAK:
            self.ceiling = Decibels(min(before + room, PEAK))
        taken = self._search.foretold(self.gain) - measured.loudness
        target = self._studio.delivery.loudness + (taken if math.isfinite(taken) else 0.0)
        known = self._search.moved(Decibels(self.ceiling - before), Lufs(target))
        self._search = self._studio.find_gain(self.ceiling, known)
        self.gain = self._search.next()
