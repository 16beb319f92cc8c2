"""Evidence: what a clue says about the speaker of a span."""

from dataclasses import dataclass

LABEL_WEIGHT = 25.0
"""Nothing outweighs an explicit label."""
ANY_GUEST = "*"
"""Whoever answers at this point, be it one or another."""
ANOTHER = "≠"
"""Somebody else than who spoke just before."""
ANSWERS = "?→"
"""A guest, after the asker: a paragraph that begins “Exactly.” takes up what was asked."""
ASKS_ON = "→?"
"""The asker, after a guest: a paragraph after a long one that begins “And” rather goes on with it."""

SAME = "="
"""Whoever spoke just before, in a story."""


BACK = "↔"
"""Whoever spoke before the one who spoke just before, in a story."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A weight for or against a speaker of a span.

    Weights are natural logarithms of odds: 1 makes a speaker e times as likely against all others, and
    independent pieces of evidence add up.
    """

    span: int
    speaker: str
    weight: float
    reason: str
    addressee: str = ""
    """Who is asked here and so will answer next."""
