"""Cues: the names before the speeches of plays, which type or place tells and no colon ends.

`ALGERNON` on a line of its own, `MAX. Yes.`, `MAX (laughs). Yes.`, `Algernon. Yes.`: a heading, a short
sentence and an abbreviation look the same, so a cue is believed only with the whole text at hand.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from narrator.attribution.labels import Label
from narrator.attribution.lexicon import Lexicon, fold
from narrator.model import Block, BlockKind
from narrator.text import words

_TOKEN = re.compile(r"\S+")
_TITLES = frozenset(
    ("mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "rev", "hon", "capt", "col", "gen", "lt", "sgt",
     "herr", "frau", "mme", "mlle", "hr", "fr")
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
_MANNER = re.compile(r",?\s[a-zäöüßéèàáíóúñç][^.:!?()\[\]]{0,80}[.:](?=\s|$)")
"""`MAX leise. Ja.`: how it is said, between the name and the stop."""
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


_SHARE = {_Style.ALONE: 0.08, _Style.STOP: 0.08, _Style.TITLE: 0.3, _Style.BARE: 0.3}
"""The share of a text's blocks that have a cue, if such cues are to be believed."""


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
    believed: dict[int, _Candidate] = {}
    for i, one in candidates.items():
        key = fold(one.name)
        if key in cast and one.style <= _Style.TITLE:
            believed[i] = one
        elif not _ordinary(one.name, lexicon):
            title = one.style >= _Style.TITLE
            seen = sum(counts[key, style] for style in ((_Style.TITLE,) if title else _Style))
            last = words(one.name)[-1]
            under = one.style is _Style.ALONE and _is_above(blocks, i)
            if seen >= (3 if title else 2) or (not title and (under or mentions[last] > 1)):
                believed[i] = one
    return {i: _label(one) for i, one in _of_a_play(believed, counts, len(blocks)).items()}


def _of_a_play(
    believed: Mapping[int, _Candidate], counts: Mapping[tuple[str, _Style], int], blocks: int
) -> Mapping[int, _Candidate]:
    """Keep the cues of each style that are enough to make a play."""
    kept: dict[int, _Candidate] = {}
    for style in _Style:
        mine = {i: one for i, one in believed.items() if one.style is style}
        names = {fold(one.name) for one in mine.values()}
        again = any(counts[name, min(style, _Style.TITLE)] > 1 for name in names)
        enough = len(names) >= _FEWEST and again and len(mine) >= _SHARE[style] * blocks
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
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text[:_REACH])]
    name = _capitals(tokens) or _title_case(tokens)
    if not name:
        return None
    written, end, style = name
    if text[end : end + 1] == ":":
        return None  # a label with a colon
    after = _PAREN.match(text, end) or (_MANNER.match(text, end) if style is _Style.BARE else None)
    if after and style is not _Style.TITLE:
        style = _Style.STOP
    speech = after.end() if after else end
    if not words(text[speech:]):
        style = _Style.TITLE if style is _Style.TITLE else _Style.ALONE
    return _Candidate(written, style, end, speech)


def _capitals(tokens: Sequence[tuple[str, int, int]]) -> tuple[str, int, _Style] | None:
    """Return a name in capitals at the start: as written, where it ends, and how it is set."""
    taken: list[str] = []
    end = 0
    for token, _, stop in tokens[:_MOST_TOKENS]:
        core = token.rstrip(".,:;")
        inner = core.replace("’", "").replace("'", "").replace("-", "").replace("/", "")
        joins = taken and core.lower() in _JOINERS
        number = taken and core.isdigit() and len(core) < 3
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
    if not taken or all(name.rstrip(".").lower() in _TITLES for name in taken):
        return None
    return " ".join(taken), end, _Style.BARE


def _title_case(tokens: Sequence[tuple[str, int, int]]) -> tuple[str, int, _Style] | None:
    """Return `Algernon.` or `Lady Bracknell.` at the start."""
    taken: list[str] = []
    for token, _, stop in tokens[:3]:
        core = token.rstrip(".")
        if not (core[:1].isupper() and core.replace("’", "").replace("-", "").isalpha()):
            return None
        if token == core or (len(token) == len(core) + 1 and core.lower() in _TITLES):
            taken.append(token)
            continue
        if len(core) < 2 or len(token) > len(core) + 1:
            return None
        return " ".join((*taken, core)), stop, _Style.TITLE
    return None


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
