"""Cues: the names before the speeches of plays, which type or place tells and no colon ends.

`ALGERNON` on a line of its own, `MAX. Yes.`, `MAX (laughs). Yes.`, `Algernon. Yes.`: a heading, a short
sentence and an abbreviation look the same, so a cue is believed only with the whole text at hand.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from narrator.attribution.labels import Label
from narrator.attribution.lexicon import Lexicon, fold
from narrator.model import Block, BlockKind
from narrator.text import words

_TOKEN = re.compile(r"\S+")
_TITLES = frozenset(
    ("mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "rev", "hon", "capt", "col", "gen", "lt", "sgt",
     "herr", "frau", "mme", "mlle", "hr", "fr", "mag", "ing")
)  # fmt: skip
"""Abbreviations within a name, whose stop ends nothing."""
_JOINERS = frozenset(
    ("of", "the", "und", "and", "&", "der", "die", "des", "de", "von", "van", "du", "la", "le", "el", "y",
      "a", "et")
)  # fmt: skip
_MOST_TOKENS = 6
_REACH = 200
"""Characters from the start of a block in which a cue ends, with the direction after it."""
_PAREN = re.compile(r"\s{0,3}[(\[][^()\[\]]{1,160}[)\]]\s{0,2}[.:,]?")
_NUMERAL = re.compile(r"\d{1,2}(?:\.?[ºª°]|er|ère|re|e|st|nd|rd|th)?", re.IGNORECASE)
_LABELLED = re.compile(r"(?: [^\W\d_a-z][\w’'.-]*){1,4}(?: \([^()]{1,60}\)){0,3}:(?=\s|$)")
_STOPPED = re.compile(r"[(\[][^()\[\]]{1,160}[)\]](?:\s{0,2}[.:]|\s*$)")
_MANNER = re.compile(r",?\s[a-zäöüßéèàáíóúñç][^.:!?()\[\]]{0,80}[.:](?=\s|$)")
"""`MAX leise. Ja.`: how it is said, between the name and the stop."""
_VERSE = 80
"""Characters: a longer line is no verse."""
_ALIKE = 0.8
"""Share of the cues that begin a paragraph from which all do."""
_AGAIN = 3
"""Cues of one name that show how cues are set."""
_FEWEST = 2
"""Different names that make a play."""


class _Style(IntEnum):
    """How a cue is set, the surest first."""

    ALONE = 1
    STOP = 2
    TITLE = 3
    """Set in small letters, which any short sentence is too."""
    BARE = 4
    """In capitals, and the speech goes on without a stop."""
    FACE = 5
    """Set in small letters, in a type face that the speech after it has not."""


_SHARE = {_Style.ALONE: 0.08, _Style.STOP: 0.08, _Style.TITLE: 0.3, _Style.BARE: 0.3,
          _Style.FACE: 0.3}  # fmt: skip
"""The share of a text's paragraphs that have a cue, if such cues are to be believed."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    style: _Style
    name_end: int
    end: int


def find_cues(blocks: Sequence[Block], lexicon: Lexicon) -> Mapping[int, Label]:
    """Find the cues of a play: the index of a block → the cue before its speech; empty for other texts."""
    candidates = {i: one for i, block in enumerate(blocks) if (one := _read(block))}
    candidates = {i: one for i, one in candidates.items() if _speech_follows(i, one, candidates, blocks)}
    counts = Counter((fold(one.name), min(one.style, _Style.TITLE)) for one in candidates.values())
    cast = _cast(blocks, lexicon)
    mentions = Counter(word for block in blocks for word in words(block.text))
    opening = openings(blocks)
    usual = _usual(candidates, counts, opening)
    believed: dict[int, _Candidate] = {}
    for i, one in candidates.items():
        key = fold(one.name)
        if key in cast and one.style is not _Style.BARE:
            believed[i] = one
        elif not _ordinary(one.name, lexicon):
            title = one.style >= _Style.TITLE
            seen = sum(counts[key, style] for style in ((_Style.TITLE,) if title else _Style))
            if one.style in usual and i in opening:
                believed[i] = one
                continue
            last = words(one.name)[-1]
            under = one.style is _Style.ALONE and _is_above(blocks, i)
            if seen >= (3 if title else 2) or (not title and (under or mentions[last] > 1)):
                believed[i] = one
    return {i: _label(one) for i, one in _of_a_play(believed, counts, opening).items()}


def _usual(
    candidates: Mapping[int, _Candidate],
    counts: Mapping[tuple[str, _Style], int],
    opening: Collection[int],
) -> frozenset[_Style]:
    """Return the styles in which so many names come again that one which comes once is believed too."""
    usual = set()
    for style in (_Style.TITLE, _Style.FACE):
        seen = [
            counts[fold(one.name), _Style.TITLE]
            for i, one in candidates.items()
            if one.style is style and i in opening
        ]
        again = sum(count >= _AGAIN for count in seen)
        if again >= _ALIKE * len(seen) and len(seen) >= _SHARE[style] * len(opening):
            usual.add(style)
    return frozenset(usual)


def openings(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the indices of the blocks that do not go on, as lines of verse do, with the one right above."""
    return frozenset(
        i
        for i, block in enumerate(blocks)
        if i == 0 or len(block.text) > _VERSE or block.lines[0] != blocks[i - 1].lines[1] + 1
    )


def _of_a_play(
    believed: Mapping[int, _Candidate], counts: Mapping[tuple[str, _Style], int], opening: Collection[int]
) -> Mapping[int, _Candidate]:
    """Keep the cues of each style that are enough to make a play."""
    kept: dict[int, _Candidate] = {}
    for style in _Style:
        mine = {i: one for i, one in believed.items() if one.style is style}
        opens = [i for i in mine if i in opening]
        if len(opens) >= _ALIKE * len(mine):
            mine = {i: mine[i] for i in opens}  # “Casca.” at the start of a line of verse is a call
        names = {fold(one.name) for one in mine.values()}
        again = any(counts[name, min(style, _Style.TITLE)] > 1 for name in names)
        enough = len(names) >= _FEWEST and again and len(mine) >= _SHARE[style] * len(opening)
        if enough or (kept and style <= _Style.STOP):
            kept.update(mine)
    return kept


def _label(one: _Candidate) -> Label:
    return Label(one.name, one.end, bold=False, colon=True, sure=True, name_end=one.name_end)


def _read(block: Block) -> _Candidate | None:
    """Read what may be a cue at the start of a block."""
    if block.kind in (BlockKind.HEADING, BlockKind.DIRECTION, BlockKind.RULE) or block.speaker:
        return None
    text = block.text
    if faced := _faced(block):
        return faced
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text[:_REACH])]
    name = _capitals(tokens) or _title_case(tokens, text)
    if not name:
        return None
    written, end, style = name
    if text[end : end + 1] == ":" or (style is _Style.TITLE and _LABELLED.match(text, end)):
        return None  # a label with a colon: `Prof. Eva Muster (Ulm): …`
    after = _PAREN.match(text, end) or (_MANNER.match(text, end) if style is _Style.BARE else None)
    if after and style is not _Style.TITLE:
        style = _Style.STOP
    speech = after.end() if after else end
    if not words(text[speech:]):
        style = _Style.TITLE if style is _Style.TITLE else _Style.ALONE
    return _Candidate(written, style, end, speech)


def _faced(block: Block) -> _Candidate | None:
    """Read a name in italics or bold type, which ends with a stop, before a speech in plain type."""
    if len(block.runs) < 2 or not (block.runs[0].italic or block.runs[0].bold):
        return None
    first, second = block.runs[:2]
    name = first.text.strip()
    tokens = name[:-1].split()
    if (second.italic, second.bold) == (first.italic, first.bold) or name[-1:] != ".":
        return None
    if not 0 < len(tokens) <= _MOST_TOKENS or not name[0].isupper() or "." in name[:-1].replace("r.", ""):
        return None
    if any(token[0].islower() and token not in _JOINERS for token in tokens) or name[:-1].isupper():
        return None
    end = len(first.text)
    after = _PAREN.match(block.text, end)
    return _Candidate(name[:-1], _Style.FACE, end, after.end() if after else end)


def _capitals(tokens: Sequence[tuple[str, int, int]]) -> tuple[str, int, _Style] | None:
    """Return a name in capitals at the start: as written, where it ends, and how it is set."""
    taken: list[str] = []
    end = 0
    for token, _, stop in tokens[:_MOST_TOKENS]:
        core = token.rstrip(".,:;")
        inner = core.replace("’", "").replace("'", "").replace("-", "").replace("/", "")
        joins = taken and core.lower() in _JOINERS
        number = _NUMERAL.fullmatch(core) is not None
        if number and not taken:
            taken.append(token)  # `2. BÜRGER.`
            continue
        if not (joins or number or (len(inner) > 1 and inner.isalpha() and inner.isupper())):
            break
        taken.append(core)
        end = stop
        if token.endswith(".") and core.lower() in _TITLES:
            taken[-1] = token
        elif token != core:
            ended = token[len(core)] in ".:" or (token[len(core)] == "," and len(token) == len(core) + 1)
            at = stop if token.endswith(".") else stop - (len(token) - len(core))
            return (
                (" ".join(taken), at, _Style.STOP if token.endswith(".") else _Style.BARE) if ended else None
            )
    while taken and taken[-1].lower() in _JOINERS and not taken[-1].isupper():
        taken.pop()
        end = tokens[len(taken) - 1][2] if taken else 0
    if all(name.rstrip(".").lower() in _TITLES or _NUMERAL.fullmatch(name.rstrip(".")) for name in taken):
        return None
    return " ".join(taken), end, _Style.BARE


def _title_case(tokens: Sequence[tuple[str, int, int]], text: str) -> tuple[str, int, _Style] | None:
    """Return `Algernon.` or `Lady Bracknell.` at the start, or a name that is the whole of the text."""
    taken: list[str] = []
    for token, start, stop in tokens[:_MOST_TOKENS]:
        core = token.rstrip(".")
        if (taken and token in _JOINERS) or (token == tokens[0][0] and _NUMERAL.fullmatch(core)):
            taken.append(token)
            continue
        if taken and token[0] in "([" and _STOPPED.match(text, start):
            return " ".join(taken), start - 1, _Style.TITLE  # `Lane (bows). Yes, sir.`
        numbered = len(taken) > 0 and _NUMERAL.fullmatch(core) is not None
        if not numbered and not (core[:1].isupper() and core.replace("’", "").replace("-", "").isalpha()):
            return None
        if token == core or (len(token) == len(core) + 1 and core.lower() in _TITLES):
            taken.append(token)
            continue
        if (len(core) < 2 and not numbered) or len(token) > len(core) + 1:
            return None
        return " ".join((*taken, core)), stop, _Style.TITLE
    return (" ".join(taken), len(text), _Style.TITLE) if len(taken) == len(tokens) else None


def _speech_follows(
    i: int, one: _Candidate, candidates: Mapping[int, _Candidate], blocks: Sequence[Block]
) -> bool:
    """Tell whether there is speech after a cue that stands alone."""
    if words(blocks[i].text[one.end :]):
        return True
    if i + 1 >= len(blocks) or blocks[i + 1].kind is BlockKind.HEADING:
        return False
    following = candidates.get(i + 1)
    return (
        following is None
        or following.style is _Style.TITLE
        or words(blocks[i + 1].text[following.end :]) != []
    )


def _is_above(blocks: Sequence[Block], i: int) -> bool:
    """Tell whether the next block begins on the line right under a block."""
    return i + 1 < len(blocks) and blocks[i + 1].lines[0] == blocks[i].lines[1] + 1


def _ordinary(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a name is made of words of which sentences are made (`YES.`, `NOT NOW`, `SCENE`)."""
    tokens = words(name)
    if any(token in lexicon["crowd"] for token in tokens):
        return False
    small = ("common", "answering", "first_person", "second_person", "question_words", "fillers", "reacting")
    plain = [token in lexicon["not_names"] or any(token in lexicon[one] for one in small) for token in tokens]
    return all(plain) or fold(name) in lexicon["not_names"] or any(t in lexicon["entrances"] for t in tokens)


def _cast(blocks: Sequence[Block], lexicon: Lexicon) -> frozenset[str]:
    """Return the names in the list of characters, folded; empty where there is none."""
    found: set[str] = set()
    inside = 0
    for block in blocks:
        text = block.text.strip()
        if fold(text).strip(" .:") in lexicon["cast_headings"]:
            inside = 60  # lines; a longer list of characters is none
        elif inside and len(words(text)) <= 25:
            inside -= 1
            found.update(_first_words(text))
        else:
            inside = 0
    return frozenset(found)


def _first_words(text: str) -> Iterator[str]:
    """Yield the forms of the name with which an entry of a cast list begins."""
    name = re.split(r"[,.:;()–—\[]", text, maxsplit=1)[0]
    parts = name.split()
    if 0 < len(parts) <= 4 and parts[0][:1].isupper():
        yield fold(name)
        for part in (parts[0], parts[-1]):
            if len(part) > 2 and part[0].isupper():
                yield fold(part)
