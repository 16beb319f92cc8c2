"""What a build tells: how far it is while it works, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Episode


class Progress(Protocol):
    """Somebody who is told how far the work is."""

    def stage(self, name: str) -> None:
        """Begin a stage."""

    def at(self, done: int, total: int) -> None:
        """Report how many steps of the stage are done, of how many."""


@dataclass(frozen=True, slots=True)
class Production:
    """A finished episode, and how it was made."""

    episode: Episode
    folder: Path
    files: tuple[str, ...]
    """Names in the folder."""
    made: int
    """Takes made now."""
    kept: int
    """Takes that were there."""
    cut: int
    """Takes of texts that had to be cut to be spoken well."""
    odd: tuple[tuple[str, str], ...]
    """Text of an utterance and what is odd about its take, though it was kept."""
    unchanged: bool
    """Whether the episode was there already, as it would be made now."""
    natural: bool
    """Whether any of the voices sounds like a person."""
    note: str = ""
    """What the user should know of the cast."""
