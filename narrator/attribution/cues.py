"""Cues: the names before the speeches of plays, which type or place tells and no colon ends.

`ALGERNON` on a line of its own, `MAX. Yes.`, `MAX (laughs). Yes.`, `Algernon. Yes.`: a heading, a short
sentence and an abbreviation look the same, so a cue is believed only with the whole text at hand.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from narrator.attribution.cue_forms import Cue, Style, read_cue
from narrator.attribution.labels import Label
from narrator.attribution.lexicon import Lexicon, fold
from narrator.model import Block, BlockKind
from narrator.text import has_words, words

_VERSE = 80
"""Characters: a longer line is no verse."""
_ALIKE = 0.8
"""Share of the cues that begin a paragraph from which all do."""
_AGAIN = 3
"""Cues of one name that show how cues are set."""
_FEWEST = 2
"""Different names that make a play."""
_SHOUTED = 0.7
"""Share of paragraphs in capitals (captions, telegrams) from which capitals tell nothing."""


_SHARE = {Style.ALONE: 0.08, Style.STOP: 0.08, Style.TITLE: 0.3, Style.BARE: 0.3,
          Style.FACE: 0.3}  # fmt: skip
"""The share of a text's paragraphs that have a cue, if such cues are to be believed."""


def find_cues(blocks: Sequence[Block], lexicon: Lexicon) -> Mapping[int, Label]:
    """Find the cues of a play: the index of a block → the cue before its speech; empty for other texts."""
    candidates = {i: one for i, block in enumerate(blocks) if (one := read_cue(block))}
    if sum(block.text.isupper() for block in blocks) > _SHOUTED * len(blocks):
        candidates = {i: one for i, one in candidates.items() if one.style in (Style.TITLE, Style.FACE)}
    candidates = {i: one for i, one in candidates.items() if _speech_follows(i, one, candidates, blocks)}
    counts = Counter((fold(one.name), min(one.style, Style.TITLE)) for one in candidates.values())
    cast = _cast(blocks, lexicon)
    mentions = Counter(word for block in blocks for word in words(block.text))
    opening = openings(blocks)
    usual = _usual(candidates, counts, opening)
    believed: dict[int, Cue] = {}
    for i, one in candidates.items():
        key = fold(one.name)
        if key in cast and one.style is not Style.BARE:
            believed[i] = one
        elif not _ordinary(one.name, lexicon):
            title = one.style >= Style.TITLE
            seen = sum(counts[key, style] for style in ((Style.TITLE,) if title else Style))
            if one.style in usual and i in opening:
                believed[i] = one
                continue
            last = words(one.name)[-1]
            under = one.style is Style.ALONE and _is_above(blocks, i)
            if seen >= (3 if title else 2) or (not title and (under or mentions[last] > 1)):
                believed[i] = one
    return {i: _label(one) for i, one in _of_a_play(believed, counts, opening).items()}


def _usual(
    candidates: Mapping[int, Cue],
    counts: Mapping[tuple[str, Style], int],
    opening: Collection[int],
) -> frozenset[Style]:
    """Return the styles in which so many names come again that one which comes once is believed too."""
    usual = set()
    for style in (Style.TITLE, Style.FACE):
        seen = [
            counts[fold(one.name), Style.TITLE]
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
    believed: Mapping[int, Cue], counts: Mapping[tuple[str, Style], int], opening: Collection[int]
) -> Mapping[int, Cue]:
    """Keep the cues of each style that are enough to make a play."""
    kept: dict[int, Cue] = {}
    for style in Style:
        mine = {i: one for i, one in believed.items() if one.style is style}
        opens = [i for i in mine if i in opening]
        if len(opens) >= _ALIKE * len(mine):
            mine = {i: mine[i] for i in opens}  # “Casca.” at the start of a line of verse is a call
        names = {fold(one.name) for one in mine.values()}
        again = any(counts[name, min(style, Style.TITLE)] > 1 for name in names)
        enough = len(names) >= _FEWEST and again and len(mine) >= _SHARE[style] * len(opening)
        if enough or (kept and style <= Style.STOP):
            kept.update(mine)
    return kept


def _label(one: Cue) -> Label:
    return Label(one.name, one.end, bold=False, colon=True, sure=True, name_end=one.name_end)


def _speech_follows(i: int, one: Cue, candidates: Mapping[int, Cue], blocks: Sequence[Block]) -> bool:
    """Tell whether there is speech after a cue that stands alone."""
    if has_words(blocks[i].text[one.end :]):
        return True
    if i + 1 >= len(blocks) or blocks[i + 1].kind is BlockKind.HEADING:
        return False
    following = candidates.get(i + 1)
    return (
        following is None
        or following.style is Style.TITLE
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
