"""Quotations: where somebody's own words stand in the paragraphs of prose, by their marks alone."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from narrator.attribution.lexicon import Lexicon
from narrator.text import word_spans

_CLOSERS = {"„": '“”"', "“": "”", "»": "«", "«": "»", '"': '"', "‘": "’", "‚": "‘’", "'": "'"}
_SINGLE = "‘‚'"
_BEFORE = r"(?:^|(?<=[\s(\[—–\-_*/]))"
_OPENERS = {mark: re.compile(_BEFORE + mark + r"(?=[\s]?[^\s])") for mark in _CLOSERS}
_DASH = re.compile(r"[—–―]\s*(?=[^\s—–―])")
_INSERTED = re.compile(r"\s[—–―](?=\w)")
_BACK = re.compile(r"[—–―](?:[.,;:!?…]+|(?=\s|$))")
_PAUSE = re.compile(r"[,!?….]\s+")
_VERB = re.compile(r"(?:[smt]’)?[^\W\d_]+")
_CLAUSE_END = re.compile(r"[,.;:](?=\s|$)")
_BESIDE = 400
"""Characters beside a quotation that tell whether it is speech."""
_LONGEST = 20_000
"""Characters of a paragraph in which dashes are read."""
_SENTENCE = 8
"""Words of a quotation that is no title, whatever stands around it."""
_SPOKEN_END = ",.!?…;—–-:"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in a paragraph."""

    start: int
    """Position of its opening mark."""
    end: int
    """Position behind its closing mark."""
    goes_on: bool = False
    """The mark is not closed here: it goes on in the next paragraph."""


def find_quotations(paragraphs: Sequence[str], lexicon: Lexicon) -> list[tuple[Quotation, ...]]:
    """Find the quotations of each paragraph.

    Which marks quote is told by the whole text: `»` opens in one book and closes in another, and single
    marks are quotations only where they are more frequent than double ones.
    """
    marks = _marks(paragraphs)
    dashes = sum(_DASH.match(text) is not None for text in paragraphs) >= 3 and not marks
    french = marks == "«"
    found = []
    for i, text in enumerate(paragraphs):
        if dashes or (french and _DASH.match(text)):
            quotations = _by_dash(text, 0, lexicon) if _DASH.match(text) else []
        else:
            following = paragraphs[i + 1] if i + 1 < len(paragraphs) else ""
            quotations = _by_marks(text, following, marks)
            if french:  # « Oui, dit-il, je viens. »: the narrator's words stand within the marks
                quotations = [part for one in quotations for part in _inside(text, one, lexicon)]
        found.append(tuple(one for one in quotations if _between_words(text, one)))
    return found


def _marks(paragraphs: Sequence[str]) -> str:
    """Return the opening marks that quote in a text."""
    counts: Counter[str] = Counter()
    for text in paragraphs:
        for mark, pattern in _OPENERS.items():
            if mark in text:
                counts[mark] += len(pattern.findall(text))
    if counts["„"]:
        counts["“"] = 0  # there it closes
    counts["«" if counts["»"] > counts["«"] else "»"] = 0
    single = sum(counts[mark] for mark in _SINGLE)
    double = sum(counts[mark] for mark in counts if mark not in _SINGLE)
    if single > 2 * double:
        counts["'"] = counts["'"] if counts["'"] > counts["‘"] else 0
        return "".join(mark for mark in _CLOSERS if counts[mark])
    return "".join(mark for mark in _CLOSERS if counts[mark] and mark not in _SINGLE)


def _by_marks(text: str, following: str, marks: str) -> list[Quotation]:
    found: list[Quotation] = []
    position = 0
    ahead = {mark: -1 for mark in marks if mark in text}  # the next opening of each mark, found once
    while True:
        for mark, place in list(ahead.items()):
            if place < position:
                match = _OPENERS[mark].search(text, position)
                if match:
                    ahead[mark] = match.start()
                else:
                    del ahead[mark]
        starts = [(place, mark) for mark, place in ahead.items()]
        if not starts:
            return found
        start, mark = min(starts)
        end = _end(text, start, mark)
        if end:
            while text[end : end + 1] in (",", ".", ";") and text[end : end + 2] != "..":
                end += 1  # „Ja“, sagte er: the comma ends the speech
            found.append(Quotation(start, end))
            position = end
        elif mark in _SINGLE and not following.startswith(mark):
            position = start + 1  # an apostrophe
        else:
            found.append(Quotation(start, len(text), goes_on=following.startswith(mark)))
            return found


def _end(text: str, start: int, mark: str) -> int:
    """Return the position behind the closing mark of a quotation, 0 when it is not closed."""
    closers = _CLOSERS[mark]
    if mark not in _SINGLE:
        ends = [i for closer in closers if (i := text.find(closer, start + 1)) > 0]
        return min(ends) + 1 if ends else 0
    last = 0
    for i in range(start + 2, len(text)):
        if text[i] in closers and not text[i + 1 : i + 2].isalnum():
            if not text[i - 1].isalnum():
                return i + 1
            if text[i - 1] != "s":
                return i + 1
            last = last or i + 1
    return last


def _inside(text: str, quotation: Quotation, lexicon: Lexicon) -> list[Quotation]:
    """Part a quotation where the narrator speaks inside its marks."""
    parts = _by_dash(text[: quotation.end], quotation.start, lexicon)
    return [replace(parts[-1], goes_on=quotation.goes_on) if one is parts[-1] else one for one in parts]


def _by_dash(text: str, start: int, lexicon: Lexicon) -> list[Quotation]:
    """Find what is said from a dash on; the narrator's words stand between dashes or commas."""
    if len(text) > _LONGEST:
        return [Quotation(start, len(text))]  # nobody's paragraph; searching it would take minutes
    found = []
    while start < len(text):
        inserted = _INSERTED.search(text, start + 1)
        told = None if inserted else _told(text, start, lexicon)
        if inserted:
            end, back = inserted.start(), _BACK.search(text, inserted.end())
            after = back.end() if back else len(text)
        elif told:
            end, after = told
        else:
            end = after = len(text)
        if word_spans(text[start:end]):
            found.append(Quotation(start, end))
        start = after
    return found


def _told(text: str, start: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """Return where words such as “, dit-il d’un ton sec,” begin and end in speech without closing marks."""
    for match in _PAUSE.finditer(text, start):
        begin = match.end()
        verb = _VERB.match(text, begin)
        if verb and verb[0].lower() == verb[0] and verb[0] in lexicon["speech_verbs"]:
            close = _CLAUSE_END.search(text, begin)
            return begin, close.end() if close else len(text)
    return None


def _between_words(text: str, quotation: Quotation) -> bool:
    """Tell whether a quotation holds words and neither of its ends lies within one."""
    a, b = max(0, quotation.start - 200), min(len(text), quotation.end + 200)
    whole = len(word_spans(text[a:b]))
    inside = len(word_spans(text[quotation.start : quotation.end]))
    outside = len(word_spans(text[a : quotation.start])) + len(word_spans(text[quotation.end : b]))
    return inside > 0 and inside + outside == whole


def is_speech(text: str, quotation: Quotation, lexicon: Lexicon) -> bool:
    """Tell whether a quotation is speech: a title, an inscription or a single word in a sentence is none."""
    before = text[max(0, quotation.start - _BESIDE) : quotation.start].rstrip()
    after = text[quotation.end : quotation.end + _BESIDE].lstrip(" –—-\t\n")
    inner = text[quotation.start + 1 : quotation.end].rstrip(' _*\u00a0”’“‘«»"')
    closes = text[quotation.end : quotation.end + 9].lstrip(" \u00a0")[:1]
    verbs = lexicon["speech_verbs"]
    if quotation.goes_on or not before or text[quotation.start] in "—–―":
        opens = True
    else:
        opens = before[-1] in ".!?…:,;—–-_*”“«»’'\""
    next_words = [word.lower() for word in re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", after[:60])[:3]]
    ends = inner[-1:] in _SPOKEN_END or closes in ",:;" or not after
    told = any(word in verbs for word in next_words) or _replies(after, lexicon)
    if opens:
        # “The Raven” was the name of the house: a sentence begins with what is no speech
        stands = bool(next_words) and next_words[0] in lexicon["copulas"] and not told
        # “… and then, I believe” (she looked distressed): so many words are no title
        long = len(word_spans(inner)) >= _SENTENCE and closes in tuple("(—–-")
        if not ends and not told and after and (before or stands) and not long:
            return False
        if before[-1:] == "," and inner[-1:] == "," and not _tagged(before, after, lexicon):
            return False
        return not (stands and inner[-1:] in (",", ""))
    last_words = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", before[-60:])[-3:]
    said = any(word.lower() in verbs for word in last_words)
    count = len(word_spans(inner))
    return (said and (count > 1 or ends)) or (ends and told) or (count >= 6 and inner[-1:] in "!?.…" and ends)


def _replies(after: str, lexicon: Lexicon) -> bool:
    """Tell whether the words behind a quotation call it an answer (“… was his mother’s only reply.”)."""
    clause = re.split(r"[.!?;,]", after, maxsplit=1)[0].lower().split()[:7]
    noun = any(word in lexicon["spoken_nouns"] for word in clause)
    return noun and clause[0] in lexicon["copulas"]


def _tagged(before: str, after: str, lexicon: Lexicon) -> bool:
    """Tell whether somebody speaks or acts in the words beside a quotation within a sentence."""
    pronouns = lexicon["male_pronouns"] | lexicon["female_pronouns"] | lexicon["own_pronouns"]
    close = re.split(r"[.!?;]", after, maxsplit=1)[0].split()[:8]
    near = [word.strip(",;:—–-").lower() for word in [*re.split(r"[.!?;]", before)[-1].split(), *close]]
    named = bool(close) and close[0][:1].isupper()
    return named or any(word in lexicon["speech_verbs"] for word in near) or any(
        word.strip(",").lower() in pronouns for word in close[:3]
    )  # fmt: skip
