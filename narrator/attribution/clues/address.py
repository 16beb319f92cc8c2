"""People called by name, or spoken of."""

from collections.abc import Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import Evidence
from narrator.attribution.manner import Kind
from narrator.model import NARRATOR


def clue(view: View) -> Iterator[Evidence]:
    """Take who is called for the one asked, and who is spoken of for somebody else than the speaker."""
    if view.manner.kind is Kind.PROSE:
        return
    asker, guests = view.manner.asker, view.manner.guests
    interview = view.manner.kind is Kind.INTERVIEW
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if span.label and not interview:
            continue
        for name in trait.addressed:
            yield Evidence(i, name, -3.0, "is called by name")
            if name in guests and asker:
                yield Evidence(i, asker, 2.0, f"calls {name}", addressee=name)
        for name in trait.named if interview else ():
            yield Evidence(i, name, -2.0, "is spoken of")
            if name in guests and not trait.second:
                weight = 1.6 if not trait.first else 0.3
                yield Evidence(i, NARRATOR, weight, f"speaks of {name}")
