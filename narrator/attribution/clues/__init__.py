"""Clues: each module looks at the spans and gives evidence; none decides."""

from collections.abc import Callable, Iterable

from narrator.attribution.clues import address, faces, labels, narration, questions, turns
from narrator.attribution.clues.view import View
from narrator.attribution.evidence import Evidence

CLUES: tuple[Callable[[View], Iterable[Evidence]], ...] = (
    labels.clue,
    faces.clue,
    questions.clue,
    address.clue,
    narration.clue,
    turns.clue,
)
"""Every clue there is; a new one is a new module and a new row."""
