"""Questions and answers, told by how they are worded and by what stands before them."""

from collections.abc import Callable, Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANSWERS, ANY_GUEST, ASKS_ON, Evidence
from narrator.attribution.lexicon import Lexicon
from narrator.attribution.manner import Kind
from narrator.attribution.spans import Span
from narrator.attribution.traits import Traits
from narrator.model import NARRATOR
from narrator.text import words

Weigh = Callable[[Traits], float]

# Each row adds to the weight. The weights were fitted on interviews and podcasts, English and German, whose
# labels had been taken off (a conditional random field with the decoder's habits) and rounded; others of the
# same kinds judged them. What is left out was tried: it told nothing that these do not tell.
_ASKING: tuple[Weigh, ...] = (
    lambda t: 0.5 * t.ends_asking + 0.7 * (t.asks > 1),
    lambda t: 2.3 * t.opens_request + 1.6 * (t.request and not t.opens_request),
    lambda t: 1.4 * t.reacts,
    lambda t: 1.2 * t.tells_addressee,
    lambda t: 0.6 * (t.count < 15 and not t.named),
    lambda t: 0.9 * t.trails_off,
    lambda t: 0.4 * (t.second > 0),
)
_ANSWERING: tuple[Weigh, ...] = (
    lambda t: (not (t.asks or t.request)) * (0.1 if t.second else 1.1),
    lambda t: min(0.7, 8.0 * t.first / t.count),
    lambda t: 1.3 * (t.count > 60) + 0.5 * (t.count > 120) + 0.9 * (t.count > 200),
)
# Of the span before, and of the span itself: how surely a guest speaks after the asker ...
_GIVING: tuple[Weigh, ...] = (
    lambda t: 2.2 * t.ends_asking,
    lambda t: 0.5 * (t.count < 15) - 1.0 * (t.count < 4) - 1.0 * (t.count > 60) - 0.5 * (t.count > 120),
)
_ANSWERED: tuple[Weigh, ...] = (
    lambda t: 3.0 * t.dash,
    lambda t: 1.5 * (t.opens_answer or t.reacts),
    lambda t: 0.3 * (t.count < 4),
    lambda t: -0.9 * t.continues,
)
# ... and the asker after a guest. What a guest asks is mostly rhetorical, and the guest goes on.
_LEAVING: tuple[Weigh, ...] = (
    lambda t: -0.5 * t.ends_asking,
    lambda t: 0.8 * (t.count < 4) - 0.7 * (t.count > 60) - 0.2 * (t.count > 120),
)
_ASKED_ON: tuple[Weigh, ...] = (
    lambda t: 3.0 * t.dash,
    lambda t: 0.6 * (t.opens_answer or t.reacts),
    lambda t: -0.7 * (t.count < 4),
    lambda t: -0.5 * t.continues - 1.0 * t.within,
)

_ECHO = 0.6
"""“That sounds bitter.” – “It is bitter.”: who answers takes up words of the asker, here for each of two."""
_ECHOED, _ECHOING = 12, 8
"""Words at the end of what is taken up, and at the beginning of what takes it up."""


def clue(view: View) -> Iterator[Evidence]:
    """Weigh every span without a label as a question, as an answer, and as somebody else's turn."""
    if view.manner.kind is not Kind.INTERVIEW:
        return
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        if trait.note:
            continue
        if i:
            before = view.traits[i - 1]
            echo = 0.0 if trait.within else _ECHO * min(2, _echoed(view.spans[i - 1], span, view.lexicon))
            yield Evidence(i, ANSWERS, _total(_GIVING, before) + _total(_ANSWERED, trait) + echo, "answers")
            yield Evidence(i, ASKS_ON, _total(_LEAVING, before) + _total(_ASKED_ON, trait), "asks on")
        if span.label:
            continue
        yield Evidence(i, view.manner.asker, _total(_ASKING, trait), "question" if trait.asks else "asks")
        yield Evidence(i, ANY_GUEST, _total(_ANSWERING, trait), "answer")
        if trait.asks and trait.second:
            yield Evidence(i, NARRATOR, -1.5, "addresses somebody")


def _total(rows: tuple[Weigh, ...], trait: Traits) -> float:
    return sum(weigh(trait) for weigh in rows)


def _echoed(before: Span, span: Span, lexicon: Lexicon) -> int:
    """Count the words of the end of one span that the beginning of the next takes up, common ones aside."""
    shared = set(words(before.text)[-_ECHOED:]) & set(words(span.text)[:_ECHOING])
    return len(shared - lexicon["common"] - lexicon["first_person"] - lexicon["second_person"])
