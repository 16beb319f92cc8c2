"""An explicit label."""

from collections.abc import Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import LABEL_WEIGHT, Evidence


def clue(view: View) -> Iterator[Evidence]:
    """Give each labelled span to the person its label names; nothing outweighs a label."""
    for i, span in enumerate(view.spans):
        if span.label:
            yield Evidence(i, span.label, LABEL_WEIGHT, "label")
