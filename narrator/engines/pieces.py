"""Sounds of the pieces of an utterance, made one by one, become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import Audio, join, sounding
from narrator.engines.phonemes import Joint
from narrator.settings import TAKE_SILENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

_RESTS_S = {Joint.NOTHING: 0.0, Joint.WORD: 0.05, Joint.CLAUSE: 0.15, Joint.SENTENCE: 0.35}
"""Silence between pieces by what parts them, in seconds."""
_EDGES_PER_S = 100
"""One by this is kept of the silence around a piece, in seconds."""


def joined(sounds: Sequence[Audio], joints: Sequence[Joint]) -> Audio:
    """Join the sounds of pieces with the silence that belongs between them, in place of the model's.

    Args:
        sounds: At least one; all of one rate.
        joints: What follows each of them.
    """
    parts = []
    for sound, joint in zip(sounds, joints, strict=True):
        start, end = sounding(sound, TAKE_SILENCE)
        edge = sound.sample_rate // _EDGES_PER_S
        parts.append(Audio(sound.samples[max(0, start - edge) : end + edge], sound.sample_rate))
        parts.append(
            Audio(np.zeros(round(_RESTS_S[joint] * sound.sample_rate), np.float32), sound.sample_rate)
        )
    return join(parts[:-1])
