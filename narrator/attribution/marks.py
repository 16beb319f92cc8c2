"""Marks: names before speeches that something other than a colon sets off, which much else has too.

`<ada> Hello.`, `[Ada] Hello.`, `(Ada) Hello.`, `Ada – Hello.`, `Ada [00:07] Hello.`, `00 03 12 45 CDR
Hello.`, and names by themselves: on a line, or as a heading. A list of terms, a note in brackets and a
chapter look the same, so a mark is believed only where few names come again and again, each before a speech.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from narrator.attribution.labels import Label
from narrator.attribution.lexicon import Lexicon, fold, is_first_name
from narrator.attribution.names import is_name_like
from narrator.attribution.stamps import Stamps
from narrator.model import Block, BlockKind
from narrator.text import STAMP, has_words, words

_NAME = r"[^\W_][^\n:?!;“”„\"«»\[\](){}<>|…–—]{0,39}"
_TIMED = rf"\s*(?:{STAMP}\s*)?"


class _Style(IntEnum):
    """How a name is set off."""

    ANGLE = 1
    SQUARE = 2
    ROUND = 3
    CODE = 4
    """In capitals after a time."""
    TIME = 5
    """Before a time in brackets."""
    DASH = 6
    ALONE = 7
    HEADING = 8


_FORMS = (
    (_Style.ANGLE, re.compile(rf"{_TIMED}<(?P<name>[@~+%&]?[^<>\n]{{1,40}})>:?\s*")),
    (_Style.SQUARE, re.compile(rf"{_TIMED}\[(?P<name>{_NAME})\]\s*")),
    (_Style.ROUND, re.compile(rf"{_TIMED}\((?P<name>{_NAME})\)\s*")),
    (_Style.CODE, re.compile(rf"\s*{STAMP}\s+(?P<name>[A-Z][A-Z0-9/&-]{{0,11}})\s+(?=\S)")),
    (_Style.TIME, re.compile(rf"\s*(?P<name>{_NAME}?)\s*[\[(]{STAMP}[\])]\s+(?=\S)")),
    (_Style.DASH, re.compile(rf"{_TIMED}(?P<name>{_NAME}?)\s+[-–—]{{1,2}}\s+(?=\S)")),
)
_BARE = re.compile(rf"\s*(?P<name>{_NAME}?)\s*:?(?:\s*{STAMP})?\s*")
_MOST_WORDS = 4
_REACH = 120
"""Characters from the start of a block in which a mark ends."""
_FEWEST = 4
"""Speeches that make a habit."""
_SHARE = 0.05
"""The share of a text's blocks that have a mark, if such marks are to be believed; speeches may be long."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    style: _Style
    end: int


def find_marks(
    blocks: Sequence[Block], found: Sequence[Label | None], stamps: Stamps, lexicon: Lexicon
) -> Mapping[int, Label]:
    """Find the names that mark speeches: the index of a block → the label before its speech.

    Args:
        blocks: Of a text.
        found: What else may be a label before each of them.
        stamps: The time stamps of the text.
        lexicon: Word lists of its language.
    """
    candidates = {
        i: one for i, block in enumerate(blocks) if found[i] is None and (one := _read(block, lexicon))
    }
    candidates = {i: one for i, one in candidates.items() if _speech_follows(i, candidates, blocks, stamps)}
    labelled = Counter(fold(label.name) for label in found if label)
    rival = sum(count for count in labelled.values() if count > 1)
    least = max(_FEWEST, _SHARE * len(blocks), rival)
    if len(candidates) < least:
        return {}
    small = frozenset(
        token for block in blocks for token in re.findall(r"[^\W\d_]+", block.text) if token[0].islower()
    )
    habits = {style: _habit(style, candidates, small) for style in _Style}
    best = max(habits, key=lambda style: sum(habits[style].values()))
    names = habits[best]
    total = sum(names.values())
    if len(names) < 2 or total < max(least, 2 * len(names)):
        return {}
    return {
        i: Label(one.name, one.end, bold=False, colon=True, borne=True)
        for i, one in candidates.items()
        if one.style is best and (fold(one.name) in names or _is_one_more(one, small))
    }


def _habit(style: _Style, candidates: Mapping[int, _Candidate], small: frozenset[str]) -> Counter[str]:
    """Return the names of one style that come again, with their counts, where most look like people's."""
    mine = [one for one in candidates.values() if one.style is style]
    counts = Counter(fold(one.name) for one in mine)
    again = Counter({name: count for name, count in counts.items() if count > 1})
    turns = sum(fold(a.name) != fold(b.name) for a, b in pairwise(mine))
    people = {fold(one.name) for one in mine if _is_person(one, small)}
    if len(counts) > 0.5 * len(mine) or 2 * turns < len(mine) or 2 * len(people & set(again)) < len(again):
        return Counter()
    return again


def _is_person(one: _Candidate, small: frozenset[str]) -> bool:
    """Tell whether a name looks like one: no other word of the text, in small letters, is the same."""
    if one.style in (_Style.ANGLE, _Style.CODE):
        return True
    tokens = re.findall(r"[^\W\d_]+", one.name.lower())
    return bool(tokens) and (is_first_name(tokens[0]) or not small.issuperset(tokens))


def _is_one_more(one: _Candidate, small: frozenset[str]) -> bool:
    """Tell whether a name that comes once is set as the others are, where little else could be."""
    if one.style in (_Style.ANGLE, _Style.CODE):
        return True
    return is_first_name(words(one.name)[0]) or (
        one.style in (_Style.SQUARE, _Style.TIME)
        and one.name.istitle()
        and not small.intersection(words(one.name))
    )


def _read(block: Block, lexicon: Lexicon) -> _Candidate | None:
    """Read what may be a mark at the start of a block."""
    if block.kind in (BlockKind.DIRECTION, BlockKind.RULE) or block.speaker:
        return None
    head = block.text[:_REACH]
    bare = _BARE.fullmatch(head) if len(block.text) < _REACH else None
    if block.kind is BlockKind.HEADING:
        return _candidate(bare, _Style.HEADING, lexicon) if bare else None
    for style, form in _FORMS:
        match = form.match(head)
        if match and (one := _candidate(match, style, lexicon)):
            return one
    return _candidate(bare, _Style.ALONE, lexicon) if bare else None


def _candidate(match: re.Match[str], style: _Style, lexicon: Lexicon) -> _Candidate | None:
    name = " ".join(match["name"].split())
    tokens = words(name)
    if not 0 < len(name.split()) <= _MOST_WORDS or not tokens or name[-1] in ".,":
        return None
    if style is not _Style.ANGLE and (not is_name_like(name) or not name[0].isupper()):
        return None
    small = ("common", "not_names", "answering", "sounds", "fillers")
    plain = [any(token in lexicon[one] for one in small) for token in tokens]
    if all(plain) or fold(name) in lexicon["not_names"]:
        return None
    return _Candidate(name, style, match.end())


def _speech_follows(
    i: int, candidates: Mapping[int, _Candidate], blocks: Sequence[Block], stamps: Stamps
) -> bool:
    """Tell whether there is speech after a mark: in its block, or in the next that is more than a time."""
    if has_words(blocks[i].text[candidates[i].end :]):
        return True
    after = i + 1
    while after < len(blocks) and stamps.is_alone(blocks[after]):
        after += 1
    if after >= len(blocks) or blocks[after].kind is BlockKind.HEADING:
        return False
    following = candidates.get(after)
    return following is None or has_words(blocks[after].text[following.end :])
