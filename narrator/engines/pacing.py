"""The one option of engines that can only speak faster or slower."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import SynthesisError

if TYPE_CHECKING:
    from narrator.model import Utterance

_PACE = 175.0
"""Words a minute that stand for a voice's own pace, as they do in espeak."""


def speed_of(utterance: Utterance, slowest: float = 0.5, fastest: float = 2.0) -> float:
    """Return the pace that an utterance asks for by the option `rate`, as a factor: 1 for the voice's own.

    Args:
        utterance: What is to be spoken.
        slowest: The lowest factor at which the engine still speaks well.
        fastest: The highest.

    Raises:
        SynthesisError: The rate is beyond them, or another option is asked for.
    """
    engine = utterance.voice.engine
    options = dict(utterance.voice.options)
    speed = float(options.pop("rate", _PACE)) / _PACE
    if options:
        raise SynthesisError(utterance.spoken, f"{engine} has no {next(iter(options))}, only a rate")
    if not slowest <= speed <= fastest:
        low, high = slowest * _PACE, fastest * _PACE
        raise SynthesisError(utterance.spoken, f"{engine} has rates of {low:g} to {high:g} words a minute")
    return speed
