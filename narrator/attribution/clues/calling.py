"""Stories: who is called in a quotation, by name, as kin or as “sir”, and so hears it and does not say it."""

import re
from collections.abc import Iterator

from narrator.attribution.clues.presence import Presence
from narrator.attribution.clues.weights import WEIGHTS
from narrator.attribution.evidence import Evidence
from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.mentions import Mention, Passage

_BEFORE = re.compile(r"(?:^[\W_]*|[,;.!?—–]\s*|\b(?:dear|old|my|mein|meine|liebe|lieber)\s+)$")
_AFTER = re.compile(r"^\s*(?:[,;.!?—–”“«»\"’‘]|$)")
_KIN = (-2.0, 1.0)
"""Weights of whom “father” may mean: against speaking, and for answering."""


def called(
    presence: Presence, passage: Passage, number: int, paragraph: int, *, before: int | None
) -> Iterator[Evidence]:
    """Take who is called in a quotation for the one who hears it, and who is named for a third.

    Args:
        presence: Who is there.
        passage: The quotation.
        number: Its number.
        paragraph: The paragraph it stands in.
        before: Number of the quotation it answers, if it answers one.

    Yields:
        Evidence for the speakers of this quotation, of the one before and of the next.
    """
    for mention in passage.mentions:
        if mention.kind in ("pronoun", "thing"):
            continue
        calls = _is_call(passage, mention)
        name = presence.story.characters.who(mention.form)
        if name and calls:
            presence.people.setdefault(name, paragraph)
            yield Evidence(number, name, WEIGHTS.calls, "is called by name")
            yield Evidence(number + 1, name, WEIGHTS.called, "was called")
            if before is not None:
                yield Evidence(before, name, WEIGHTS.called_back, "is called afterwards")
        elif name:
            yield Evidence(number, name, WEIGHTS.spoken_of, "is spoken of")
        elif calls and mention.form in presence.story.lexicon["kin_nouns"] and mention.gender:
            for other, share in presence.meant(mention, paragraph):
                if presence.genders.get(other) == mention.gender:
                    yield Evidence(number, other, _KIN[0] * share, "is called")
                    yield Evidence(number + 1, other, _KIN[1] * share, "was called")
    yield from _politely(presence, passage, number, paragraph, before=before)


def _is_call(passage: Passage, mention: Mention) -> bool:
    ahead = passage.text[: passage.places[mention.first][0]]
    behind = passage.text[passage.places[mention.last][1] :]
    return bool(_BEFORE.search(ahead) and _AFTER.match(behind))


def _politely(
    presence: Presence, passage: Passage, number: int, paragraph: int, *, before: int | None
) -> Iterator[Evidence]:
    """Weigh “sir” and “madam”: it is a man or a woman who hears it."""
    gender = _gender_called(passage.text, presence.story.lexicon)
    for name in presence.nearest(paragraph) if gender else ():
        if presence.genders.get(name) == gender:
            yield Evidence(number + 1, name, WEIGHTS.calls_gender, "was called")
            if before is not None:
                yield Evidence(before, name, WEIGHTS.calls_gender, "is called afterwards")


def _gender_called(text: str, lexicon: Lexicon) -> str:
    folded = fold(text)
    for name, gender in (("male_calls", "male"), ("female_calls", "female")):
        for match in lexicon.phrases[name].finditer(folded) if name in lexicon.phrases else ():
            if _BEFORE.search(folded[: match.start()]) and _AFTER.match(folded[match.end() :]):
                return gender
    return ""
