"""Questions and answers, told by how they are worded and by what stands before them."""

from collections.abc import Callable, Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANOTHER, ANY_GUEST, Evidence
from narrator.attribution.manner import Kind
from narrator.attribution.traits import Traits
from narrator.model import NARRATOR

Weigh = Callable[[Traits], float]

# Each row adds to the weight. The weights were fitted on interviews whose labels had been taken off (a
# conditional random field with the decoder's habits, each text judged by a fit on the others) and rounded.
_ASKING: tuple[Weigh, ...] = (
    lambda t: (2.3 if t.count < 60 else 0.8) * t.ends_asking,
    lambda t: 0.8 * t.opens_asking,
    # “you” is the person asked in a question, and may be anybody in a statement
    lambda t: (t.second > 0 and (t.asks > 0 or t.request)) * (0.9 + min(1.2, 14.0 * t.second / t.count)),
    lambda t: 1.3 * t.opens_request + 0.5 * (t.request and not t.opens_request),
    lambda t: 1.9 * t.reacts,
    lambda t: 1.5 * t.tells_addressee,
    lambda t: 1.0 * (t.count < 15 and not t.named),
)
_ANSWERING: tuple[Weigh, ...] = (
    lambda t: (not (t.asks or t.request)) * (0.5 if t.second else 1.1),
    lambda t: (0.3 if t.count > 3 else 1.3) * t.opens_answer,
    lambda t: min(0.7, 8.0 * t.first / t.count),
    lambda t: 1.3 * (t.count > 60) + 0.5 * (t.count > 120),
)
# Of the span before, and of the span itself: how surely somebody else speaks than before.
_HANDING_OVER: tuple[Weigh, ...] = (
    lambda t: 1.6 * t.ends_asking,
    lambda t: 0.9 * (t.count < 4),  # after “Right.” the other goes on
)
_TAKING_OVER: tuple[Weigh, ...] = (
    lambda t: 3.0 * t.dash,
    lambda t: 1.7 * (t.opens_answer or t.reacts),
    lambda t: 0.4 * (t.count < 4),
    lambda t: -0.4 * t.continues,
)


def clue(view: View) -> Iterator[Evidence]:
    """Weigh every span without a label as a question, as an answer, and as somebody else's turn."""
    if view.manner.kind is not Kind.INTERVIEW:
        return
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if trait.note:
            continue
        if i:
            yield Evidence(i, ANOTHER, _total(_HANDING_OVER, view.traits[i - 1]), "takes over")
        if span.label:
            continue
        yield Evidence(i, ANOTHER, _total(_TAKING_OVER, trait), "takes over")
        yield Evidence(i, view.manner.asker, _total(_ASKING, trait), "question" if trait.asks else "asks")
        yield Evidence(i, ANY_GUEST, _total(_ANSWERING, trait), "answer")
        if trait.asks and trait.second:
            yield Evidence(i, NARRATOR, -1.5, "addresses somebody")


def _total(rows: tuple[Weigh, ...], trait: Traits) -> float:
    return sum(weigh(trait) for weigh in rows)
