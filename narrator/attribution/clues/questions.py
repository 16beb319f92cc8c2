"""Questions and answers, told by how they are worded."""

from collections.abc import Callable, Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANY_GUEST, Evidence
from narrator.attribution.manner import Kind
from narrator.attribution.traits import Traits
from narrator.model import NARRATOR

Weigh = Callable[[Traits], float]

# Each row adds to the weight; they were found by taking the labels off labelled interviews.
_ASKING: tuple[Weigh, ...] = (
    lambda t: (2.6 if t.count < 60 else 1.8) * t.ends_asking,
    lambda t: 0.6 * (t.asks > 0 and not t.ends_asking),
    lambda t: 0.8 * t.opens_asking,
    # “you” is the person asked in a question, and may be anybody in a statement
    lambda t: (t.second > 0 and (t.asks > 0 or t.request)) * (0.7 + min(1.0, 12.0 * t.second / t.count)),
    lambda t: (t.second > 0 and not (t.asks or t.request)) * (0.2 + min(0.8, 8.0 * t.second / t.count)),
    # a question one asks oneself
    lambda t: -0.8 * (t.ends_asking and t.first > 0 and not t.second),
    lambda t: 1.5 * t.opens_request + 0.6 * (t.request and not t.opens_request),
    lambda t: 1.2 * t.reacts,
    lambda t: 0.9 * t.tells_addressee,
    lambda t: -0.8 * (t.count > 120),
)
_ANSWERING: tuple[Weigh, ...] = (
    lambda t: 0.8 * (not t.asks and not t.second),
    lambda t: (1.0 if t.count > 3 else 2.0) * t.opens_answer,  # “Yes.” is all but an answer for sure
    lambda t: min(1.6, 25.0 * t.first / t.count),
    lambda t: 0.7 * (t.count > 60 and not t.ends_asking),
)


def clue(view: View) -> Iterator[Evidence]:
    """Weigh every span without a label as a question or an answer."""
    if view.manner.kind is not Kind.INTERVIEW:
        return
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if span.label or trait.note:
            continue
        asking = sum(weigh(trait) for weigh in _ASKING)
        answering = sum(weigh(trait) for weigh in _ANSWERING)
        yield Evidence(i, view.manner.asker, asking, "question" if trait.asks else "asks")
        yield Evidence(i, ANY_GUEST, answering, "answer")
        if trait.asks and trait.second:
            yield Evidence(i, NARRATOR, -1.5, "addresses somebody")
