"""Saying: who is told to say a quotation, in the words before and after it (“said the old man”)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon
from narrator.attribution.mentions import Mention, Passage, owner

_SENTENCE_END = re.compile(r"[.!?;:…](?=[\s”“\"»«]|$)|\s[–—]\s|--|—")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Rev|Capt|Col|Gen|Lt|Sgt|Mme|Mlle|Sr|Sra|[A-Z])$")
_COMMA = re.compile(r",[^\w.!?]*$")
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


def said_after(passage: Passage, lexicon: Lexicon, quoted: str = "") -> Saying | None:
    """Find who says the quotation that stands before a passage.

    Args:
        passage: What the narrator says behind the quotation.
        lexicon: Word lists of the language.
        quoted: The quotation, whose end tells whether its sentence goes on in the passage.
    """
    dashed = passage.text.lstrip()[:2] in ("– ", "— ")
    body = re.match(r"[\s–—,-]*", passage.text)
    offset = body.end() if body else 0
    end = offset + clause_end(passage.text[offset:])
    count = sum(place[0] < end for place in passage.places)
    if not count:
        return None
    found = _by_verb(passage, range(min(count, _NEAR + 4)), lexicon) or _whose_reply(passage, count, lexicon)
    if found and not dashed:
        return Saying(found, 9.0, "speech verb")
    first = next((one for one in passage.mentions if one.last < count and _acts(one)), None)
    # “Mares’ tails,” he hazarded: a sentence that goes on behind a quotation tells who speaks, by any verb
    goes_on = _COMMA.search(quoted) is not None or passage.text[offset : offset + 1].islower()
    if first and first.first <= 1 and quoted and goes_on and not dashed:
        return Saying(first, 8.0, "goes on with a verb")
    if first and first.first <= 1 and first.kind != "noun" and not dashed:
        return Saying(first, 1.5, "acts after speaking")
    return None


def said_before(passage: Passage, lexicon: Lexicon) -> Saying | None:
    """Find who says the quotation that stands behind a passage."""
    start = last_clause(passage.text)
    begin = sum(place[0] < start for place in passage.places)
    tail = passage.text.rstrip(" \n*_–—-")
    leads = tail.endswith((":", ",", ": –"))
    # The last verb counts: “said Tom, and Ann replied:”
    found = _by_verb(passage, range(len(passage.tokens) - 1, begin - 1, -1), lexicon)
    if found and leads:
        return Saying(found, 8.0, "speech verb before")
    first = next((one for one in passage.mentions if one.first >= begin and _acts(one)), None)
    if first and leads:
        return Saying(first, 5.0, "leads up to it")
    if first and first.first <= begin + 2:
        apart = passage.text.lstrip()[:1] in ("–", "—")
        return Saying(first, 1.0 if apart else 3.0, "acts before speaking")
    return None


def acts_last(passage: Passage) -> Mention | None:
    """Return who acts in the last sentence of a passage."""
    start = last_clause(passage.text)
    return next(
        (one for one in passage.mentions if passage.places[one.first][0] >= start and _acts(one)), None
    )


def acts_first(passage: Passage) -> Mention | None:
    """Return who acts in the first sentence of a passage."""
    end = clause_end(passage.text)
    return next((one for one in passage.mentions if passage.places[one.first][0] < end and _acts(one)), None)


def _whose_reply(passage: Passage, end: int, lexicon: Lexicon) -> Mention | None:
    """Return whose answer a quotation is said to be (“… was Lady Lamb’s answer”)."""
    small = [token.lower() for token in passage.tokens[:end]]
    if small[0] not in lexicon["copulas"]:
        return None
    noun = next((i for i, token in enumerate(small[:_NEAR]) if token in lexicon["spoken_nouns"]), 0)
    whose = [one for one in passage.mentions if one.last < noun and not one.subject]
    if whose:
        return whose[-1]
    owners = ((i, owner(small[i], lexicon)) for i in range(noun))
    return next((Mention(i, i, "pronoun", "", gender) for i, gender in owners if gender), None)


def _by_verb(passage: Passage, verbs: Sequence[int], lexicon: Lexicon) -> Mention | None:
    """Return the subject of the first speech verb among some tokens in a row."""
    begin, end = min(verbs, default=0), max(verbs, default=-1) + 1
    mentions = [one for one in passage.mentions if begin <= one.first and one.last < end]
    for verb in verbs:
        if not _speaks(passage.tokens, verb, lexicon):
            continue
        subject = _subject(mentions, verb, passage, lexicon)
        if subject:
            return subject
    return None


def _speaks(tokens: Sequence[str], verb: int, lexicon: Lexicon) -> bool:
    """Tell whether a token is a speech verb; “fuhr” is one only with the “fort” that follows."""
    word = tokens[verb].lower()
    if word in lexicon["split_verbs"]:
        return any(token in lexicon["verb_particles"] for token in tokens[verb + 1 : verb + 2 + _NEAR])
    return word in lexicon["speech_verbs"]


def _subject(mentions: Sequence[Mention], verb: int, passage: Passage, lexicon: Lexicon) -> Mention | None:
    close = passage.text[passage.places[verb][1] :][:1]
    gap = passage.text[passage.places[verb - 1][1] : passage.places[verb][0]] if verb else ","
    beside = [one for one in mentions if one.last == verb - 1 and _acts(one)]
    inverted = [one for one in mentions if one.first == verb + 1 and one.subject]
    # “In großer Erregung sagte sie”: in German, who speaks stands behind the verb when anything else leads
    led = beside and inverted and lexicon.language == "de" and beside[-1].kind == "name"
    if led and inverted[0].kind == "pronoun" and passage.tokens[verb].lower() not in lexicon["asking_verbs"]:
        return inverted[0]
    if beside and "," not in gap:
        return beside[-1]
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
