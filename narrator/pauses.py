"""How long a pause is: by the reason for it, by what is said around it, and never twice quite the same."""

from __future__ import annotations

import hashlib
import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from narrator.model import Break
from narrator.settings import PAUSES_MS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.model import Utterance

_SPREAD = 0.16
"""Standard deviation of the logarithm of a pause. Lengths of pauses are log-normal (Campione and Véronis,
Speech Prosody 2002); so much it was between thirteen sentences that Kokoro read together from
`examples/interview.txt`: the median was 510 ms, the shortest 340, the longest 650."""
_MOST = 2.0
"""Standard deviations from the middle at most: 0.73 to 1.38 times as long."""
_SHORT = 30
"""Letters and digits of a short phrase: about ten syllables of English or German. Between two of them pauses
are mostly short (Zvonik and Cummins, Eurospeech 2003)."""
_BETWEEN_SHORT = 0.7
"""How long a pause between two short phrases is, beside one between others."""
_FIXED = frozenset({Break.START, Break.END, Break.SCRIPT})
_NORMAL = NormalDist()


def pause_ms(
    before: Utterance, after: Utterance | None, pace: float = 1.0, lengths: Mapping[str, int] = PAUSES_MS
) -> int:
    """Return the pause after an utterance in whole ms: the same between the same two utterances.

    What the script asks for is kept as it is.

    Args:
        before: The utterance that it follows.
        after: The next one; None at the end of the programme.
        pace: By which every pause of our own is divided: 2 makes them half as long.
        lengths: The middle length in ms by the reason (`Break`).
    """
    if before.pause_ms is not None:
        return before.pause_ms
    reason = Break.END if after is None else before.pause
    length = lengths[reason] / pace
    if after is None or reason in _FIXED:
        return round(length)
    if max(_letters(before), _letters(after)) <= _SHORT and reason in {Break.SENTENCE, Break.TURN}:
        length *= _BETWEEN_SHORT
    return round(length * math.exp(_SPREAD * _place(before, after)))


def _letters(utterance: Utterance) -> int:
    return sum(char.isalnum() for char in utterance.spoken)


def _place(before: Utterance, after: Utterance) -> float:
    """Return how many standard deviations a pause is from the middle: as if by chance."""
    digest = hashlib.sha256(f"{before.spoken}\0{after.spoken}".encode("utf-8", "replace")).digest()
    share = (int.from_bytes(digest[:6]) + 0.5) / 2**48
    return min(max(_NORMAL.inv_cdf(share), -_MOST), _MOST)
