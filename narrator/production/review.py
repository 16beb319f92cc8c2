"""What a person should look at: the turns of a script that are least sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import DoubtError
from narrator.settings import SURE

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Script, Turn


def least_sure(script: Script) -> tuple[Turn, ...]:
    """Return the turns that a person should look at, the least sure first."""
    doubtful = [turn for turn in script.turns if turn.confidence < SURE]
    return tuple(sorted(doubtful, key=lambda turn: turn.confidence))


def check_confidence(script: Script, path: Path, least: float) -> None:
    """Refuse a script with turns that are less sure than a confidence.

    Raises:
        DoubtError: There are such turns; it names the first, as the script has it.
    """
    doubtful = [turn for turn in script.turns if turn.confidence < least]
    if doubtful:
        first = doubtful[0]
        raise DoubtError(
            path,
            first.lines[0],
            speaker=first.speaker,
            confidence=first.confidence,
            least=least,
            count=len(doubtful),
        )
