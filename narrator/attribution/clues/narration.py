"""Narration: introductions, editor's notes, credits, and what happens between the speeches."""

from collections.abc import Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANY_GUEST, Evidence
from narrator.attribution.manner import Kind
from narrator.attribution.traits import Traits
from narrator.model import NARRATOR


def clue(view: View) -> Iterator[Evidence]:
    """Weigh every span without a label as the narrator's."""
    if view.manner.kind is Kind.PROSE:
        return
    complete = view.manner.kind is Kind.LABELLED
    labelled = [i for i, span in enumerate(view.spans) if span.label]
    first, last = (labelled[0], labelled[-1]) if labelled else (len(view.spans), 0)
    closing = len(view.spans)
    while closing and _tells(view.traits[closing - 1]) and not view.spans[closing - 1].label:
        closing -= 1
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if span.label:
            continue
        reasons = [
            *_by_wording(trait, complete=complete),
            *_by_place(trait, i, first, last, complete=complete),
        ]
        if i >= closing and trait.named:
            reasons.append((1.5, "at the end"))
        if span.face == "italic" and not trait.asks and view.manner.face != "italic":
            reasons.append((1.5, "set in italics"))
        if i and view.traits[i - 1].note and not trait.note:
            yield Evidence(i, ANY_GUEST, 2.0, "goes on after a note")
        for weight, reason in reasons:
            yield Evidence(i, NARRATOR, weight, reason)


def _tells(trait: Traits) -> bool:
    """Tell whether a span speaks neither of its speaker nor to anybody."""
    return not (trait.first or trait.second or trait.asks)


def _by_wording(trait: Traits, *, complete: bool) -> Iterator[tuple[float, str]]:
    if trait.note:
        yield 6.0, "note"
    if trait.credit and not trait.ends_asking:
        yield 2.5, "about the interview"
    told = trait.scene and trait.named and trait.count < 40 and not trait.second
    if told and not (complete and trait.first):
        yield 3.0, "tells what happens"
    elif trait.first or trait.second:
        yield -1.2, "first or second person"


def _by_place(trait: Traits, i: int, first: int, last: int, *, complete: bool) -> Iterator[tuple[float, str]]:
    """Weigh where a span stands: most narration is before the first speech or after the last.

    Args:
        trait: The traits of the span.
        i: Its index.
        first: Index of the first label.
        last: Index of the last label.
        complete: Whether every change of speaker is labelled.
    """
    if i < first:
        if complete:
            yield 6.0, "before the first speaker"
        elif not trait.asks and not trait.second:
            yield 1.2, "before the first answer"
    elif complete and i > last and trait.named and not trait.first:
        yield 3.5, "after the last speaker"
