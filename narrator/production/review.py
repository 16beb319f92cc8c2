"""What a person should look at: the turns of a script that are least sure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from narrator.errors import DoubtError, ScriptError, SettingsError
from narrator.production.pictures import placed
from narrator.script import is_script, parse_script, revise
from narrator.settings import SURE
from narrator.sources import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Script, Turn
    from narrator.script import Revision


def least_sure(script: Script) -> tuple[Turn, ...]:
    """Return the turns that a person should look at, the least sure first."""
    doubtful = [turn for turn in script.turns if turn.confidence < SURE]
    return tuple(sorted(doubtful, key=lambda turn: turn.confidence))


def update_script(edited: Path, script: Script, folder: Path | None = None) -> Revision:
    """Put the corrections a person made in a script into the one made now from its source.

    Args:
        edited: The script that was edited.
        script: What is made from the source as it is now.
        folder: From which pictures are to be named; None for that of the edited script.

    Raises:
        SourceError: The edited script cannot be read.
        ScriptError: It is no script, or breaks the rules.
    """
    text = read_text(edited)
    if not is_script(text):
        raise ScriptError("a script as `narrate script` writes it is expected for --update", edited)
    old = parse_script(text, edited)
    return revise(placed(old, edited.parent, folder) if folder else old, script)


def check_confidence(script: Script, path: Path, least: float) -> None:
    """Refuse a script with turns that are less sure than a confidence.

    Raises:
        DoubtError: There are such turns; it names the first, as the script has it.
        SettingsError: The confidence is no number.
    """
    if math.isnan(least):  # nothing is less, so that no turn would be refused
        raise SettingsError("min-confidence", "a number from 0 to 1 is expected, such as 0.6")
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
