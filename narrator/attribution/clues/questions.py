"""Questions and answers, told by how they are worded."""

from collections.abc import Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANY_GUEST, Evidence
from narrator.attribution.manner import Kind
from narrator.attribution.traits import Traits
from narrator.model import NARRATOR


def clue(view: View) -> Iterator[Evidence]:
    """Weigh every span without a label as a question or an answer."""
    if view.manner.kind is not Kind.INTERVIEW:
        return
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if span.label or trait.note:
            continue
        asking, answering = _asking(trait), _answering(trait)
        yield Evidence(i, view.manner.asker, asking, "question" if trait.asks else "asks")
        yield Evidence(i, ANY_GUEST, answering, "answer")
        if trait.asks and trait.second:
            yield Evidence(i, NARRATOR, -1.5, "addresses somebody")


def _asking(trait: Traits) -> float:
    weight = 0.0
    if trait.ends_asking:
        weight += 2.6 if trait.count < 60 else 1.8
    elif trait.asks:
        weight += 0.6
    if trait.opens_asking:
        weight += 0.8
    if trait.second and (trait.asks or trait.request):
        weight += 0.7 + min(1.0, 12.0 * trait.second / trait.count)
    elif trait.second:
        weight += 0.2 + min(0.8, 8.0 * trait.second / trait.count)  # “you” may be anybody
    elif trait.ends_asking and trait.first:
        weight -= 0.8  # a question one asks oneself
    if trait.opens_request:
        weight += 1.5
    elif trait.request:
        weight += 0.6
    if trait.count > 120:
        weight -= 0.8
    return weight


def _answering(trait: Traits) -> float:
    weight = 0.8 if not trait.asks and not trait.second else 0.0
    if trait.opens_answer:
        weight += 1.0
    weight += min(1.6, 25.0 * trait.first / trait.count)
    if trait.count > 60 and not trait.ends_asking:
        weight += 0.7
    return weight
