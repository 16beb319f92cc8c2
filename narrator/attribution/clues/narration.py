"""Narration: introductions, editor's notes, credits, and what happens between the speeches."""

from collections.abc import Iterator
from dataclasses import dataclass

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANY_GUEST, Evidence
from narrator.attribution.manner import Kind, is_question
from narrator.attribution.traits import Traits
from narrator.model import NARRATOR, BlockKind

_OUTRO = 2
"""Paragraphs after the last speech, at most, that tell who spoke and where it may be heard or read."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the conversation lies in the text; before it is the introduction, after it the outro."""

    question: int
    """First span that asks, or has a label."""
    label: int
    """First label; beyond the end where there is none."""
    last_label: int
    """Last label; -1 where there is none."""
    closing: int
    """From here to the end nobody says I or you, asks, or has a label."""
    outro: int
    """From here on the text is about to end."""


def clue(view: View) -> Iterator[Evidence]:
    """Weigh every span without a label as the narrator's."""
    if view.manner.kind is Kind.PROSE:
        return
    complete = view.manner.kind is Kind.LABELLED
    frame = _frame(view)
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if span.label:
            continue
        reasons = [*_by_wording(trait, complete=complete), *_by_place(trait, i, frame, complete=complete)]
        if span.face == "italic" and not trait.asks and view.manner.face != "italic":
            reasons.append((1.5, "set in italics"))
        if complete and i and view.traits[i - 1].note and not trait.note:
            # Who is interrupted goes on where the next speaker would have a label.
            yield Evidence(i, ANY_GUEST, 4.0, "goes on after a note")
        for weight, reason in reasons:
            yield Evidence(i, NARRATOR, weight, reason)


def _frame(view: View) -> _Frame:
    count = len(view.spans)
    labelled = [i for i, span in enumerate(view.spans) if span.label]
    closing = count
    while closing and _tells(view.traits[closing - 1]) and not view.spans[closing - 1].label:
        closing -= 1
    return _Frame(
        next((i for i in range(count) if view.spans[i].label or _asks(view, i)), count),
        labelled[0] if labelled else count,
        labelled[-1] if labelled else -1,
        closing,
        count - _OUTRO,
    )


def _asks(view: View, i: int) -> bool:
    span, trait = view.spans[i], view.traits[i]
    if view.manner.face and span.face == view.manner.face and (span.face != "heading" or trait.asks):
        return True
    return span.kind is not BlockKind.HEADING and (is_question(trait) or trait.opens_request or trait.dash)


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
        yield 4.0, "tells what happens"
    elif trait.first or trait.second:
        yield -1.2, "first or second person"


def _by_place(trait: Traits, i: int, frame: _Frame, *, complete: bool) -> Iterator[tuple[float, str]]:
    """Weigh where a span stands: most narration is before the first speech or after the last.

    Args:
        trait: The traits of the span.
        i: Its index.
        frame: Where the conversation lies.
        complete: Whether every change of speaker is labelled.
    """
    if complete:
        if i < frame.label:
            yield 6.0, "before the first speaker"
        elif i > frame.last_label and trait.named and not trait.first:
            yield 3.5, "after the last speaker"
    elif i < frame.question and not trait.second:
        yield 2.5, "before the first question"
    elif (
        i < frame.label and frame.last_label >= 0 and not (trait.asks or trait.second or trait.opens_request)
    ):
        yield 1.2, "before the first answer"
    elif i >= frame.outro and trait.named and not (trait.second or trait.asks):
        yield 2.5, "at the end"  # “Eva Muster lives in Ulm; her book is out with us”: we are the editors
    elif i >= frame.closing and trait.named:
        yield 1.5, "at the end"
    if not complete and i >= frame.outro and trait.credit:
        yield 2.5, "at the end"
