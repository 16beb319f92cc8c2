"""Marks of another voice (`>>`) in captions that name nobody, and people who say who they are."""

from collections.abc import Iterator

from narrator.attribution.clues.view import View
from narrator.attribution.evidence import ANOTHER, Evidence
from narrator.attribution.introductions import find_introductions
from narrator.attribution.manner import Kind, is_question
from narrator.model import NARRATOR

_MARKED = 4.0
"""Captioners set a mark at all changes but one in fifty: so who speaks by turns is less sure the further away
somebody says a name."""


def clue(view: View) -> Iterator[Evidence]:
    """Tell where the voice changes, and give spans to those who say their names in them."""
    if view.manner.kind is not Kind.TURNS:
        return
    known = find_introductions(view.spans, view.people, view.lexicon)
    host = view.manner.asker
    for i, (span, trait) in enumerate(zip(view.spans, view.traits, strict=True)):
        yield Evidence(i, ANOTHER, _MARKED if span.turns % 2 else -_MARKED, "another voice")
        if trait.note:
            yield Evidence(i, NARRATOR, 4.0, "note")
        if i in known.own:
            yield Evidence(i, known.own[i], 5.0, "says their name")
        if i in known.presented and known.presented[i] != known.own.get(i):
            yield Evidence(i, known.presented[i], -3.0, "is presented")
        if host:
            asks = is_question(trait) + trait.opens_request
            yield Evidence(i, host, 0.7 * asks - 0.3 * (trait.count > 60), "question" if asks else "asks")
