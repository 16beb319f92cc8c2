"""Saying: who is told to say a quotation, in the words before and after it (“said the old man”)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon
from narrator.attribution.mentions import Mention, Passage

_SENTENCE_END = re.compile(r"[.!?;:…](?=[\s”“\"»«]|$)|\s[–—]\s|--|—")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Rev|Capt|Col|Gen|Lt|Sgt|Mme|Mlle|Sr|Sra|[A-Z])$")
_NEAR = 8
"""Tokens after a quotation among which its verb stands."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody who is told to speak."""

    mention: Mention
    weight: float
    reason: str


def clause_end(text: str) -> int:
    """Return where the first sentence or part of a sentence of a text ends."""
    for match in _SENTENCE_END.finditer(text):
        if match[0] == "." and _ABBREVIATED.search(text[: match.start()]):
            continue
        return match.end()
    return len(text)


def last_clause(text: str) -> int:
    """Return where the last sentence of a text begins; what ends it is part of it."""
    start = 0
    for match in _SENTENCE_END.finditer(text.rstrip(" \n–—:;.-,")):
        if match[0] == "." and _ABBREVIATED.search(text[: match.start()]):
            continue
        if match[0] != ":":
            start = match.end()
    return start


def said_after(passage: Passage, lexicon: Lexicon) -> Saying | None:
    """Find who says the quotation that stands before a passage."""
    dashed = passage.text.lstrip()[:2] in ("– ", "— ")
    body = re.match(r"[\s–—,-]*", passage.text)
    offset = body.end() if body else 0
    end = offset + clause_end(passage.text[offset:])
    count = sum(place[0] < end for place in passage.places)
    if not count:
        return None
    found = _by_verb(passage, 0, min(count, _NEAR + 4), lexicon)
    if found and not dashed:
        return Saying(found, 9.0, "speech verb")
    first = next((one for one in passage.mentions if one.last < count and _acts(one)), None)
    if first and first.first <= 1 and first.kind != "noun" and not dashed:
        return Saying(first, 1.5, "acts after speaking")
    return None


def said_before(passage: Passage, lexicon: Lexicon) -> Saying | None:
    """Find who says the quotation that stands behind a passage."""
    start = last_clause(passage.text)
    begin = sum(place[0] < start for place in passage.places)
    tail = passage.text.rstrip(" \n*_–—-")
    leads = tail.endswith((":", ",", ": –"))
    found = _by_verb(passage, begin, len(passage.tokens), lexicon)
    if found and leads:
        return Saying(found, 8.0, "speech verb before")
    first = next((one for one in passage.mentions if one.first >= begin and _acts(one)), None)
    if first and leads:
        return Saying(first, 5.0, "leads up to it")
    if first and first.first <= begin + 2:
        apart = passage.text.lstrip()[:1] in ("–", "—")
        return Saying(first, 1.0 if apart else 3.0, "acts before speaking")
    return None


def _by_verb(passage: Passage, begin: int, end: int, lexicon: Lexicon) -> Mention | None:
    """Return the subject of the first speech verb between two tokens."""
    mentions = [one for one in passage.mentions if begin <= one.first and one.last < end]
    for verb in range(begin, end):
        if passage.tokens[verb].lower() not in lexicon["speech_verbs"]:
            continue
        subject = _subject(mentions, verb, passage)
        if subject:
            return subject
    return None


def _subject(mentions: Sequence[Mention], verb: int, passage: Passage) -> Mention | None:
    close = passage.text[passage.places[verb][1] :][:1]
    gap = passage.text[passage.places[verb - 1][1] : passage.places[verb][0]] if verb else ","
    beside = [one for one in mentions if one.last == verb - 1 and _acts(one)]
    if beside and "," not in gap:
        return beside[-1]
    inverted = [one for one in mentions if one.first == verb + 1 and one.subject]
    if inverted and close not in (",", ";", "."):
        return inverted[0]
    before = [one for one in mentions if one.last < verb and _acts(one)]
    near = [one for one in before if one.last >= verb - 3]
    if near:
        return near[-1]
    later = [one for one in mentions if one.first == verb + 2 and _acts(one) and one.kind != "pronoun"]
    if later and close == " ":
        return later[0]
    return before[0] if before else None


def _acts(mention: Mention) -> bool:
    return mention.subject and mention.kind != "thing"
