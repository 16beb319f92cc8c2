"""Directions of plays in plain text: the narrator reads what stands apart; in a speech they are unspoken."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.stamps import without
from narrator.model import Block, BlockKind, Unspoken
from narrator.text import has_words, words

_BRACKETED = re.compile(r"(?<!\S)[(\[][^()\[\]]{1,600}[)\]](?=[\s.,:;!?…–—-]|$)")
_NESTED = re.compile(r"\((?:[^()]|\([^()]{0,200}\)){1,2000}\)|\[[^\[\]]{1,600}\]")
INTERJECTION = "interjection"
"""The reason of words that somebody else calls out."""
_STRAY = re.compile(r"\s*[.:,](?=\s|$)")
_WHOLE = re.compile(r"(?:\s*[(\[][^()\[\]]{1,4000}[)\]][\s.]{0,3}){1,4}$")
_FEWEST = 3
"""Directions that stand apart in one kind of brackets, from which that kind is theirs."""
_MOST_ASIDE = 4
"""Words of a direction within a sentence; what is longer and goes on with the sentence is said."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What tells directions in a play."""

    lexicon: Lexicon
    brackets: str
    """The opening brackets in which directions stand within speeches."""

    def stands_apart(self, block: Block, start: int) -> bool:
        """Tell whether all of a block is a direction: in brackets, in italics, or “Enter …”."""
        text = block.text[start:]
        if block.kind is BlockKind.DIRECTION or _WHOLE.match(text):
            return True
        if start or block.speaker:
            return False
        if all(run.italic for run in block.runs if has_words(run.text)):
            return True
        return self.lexicon.starts("entrances", fold(text)) and len(words(text)) < 40


def read_stage(blocks: Sequence[Block], lexicon: Lexicon) -> Stage:
    """Read in which brackets a play has its directions; in none where mark-up tells them."""
    marked = any(block.kind is BlockKind.DIRECTION for block in blocks) and any(
        block.speaker for block in blocks
    )
    whole = Counter(block.text.strip()[0] for block in blocks if _WHOLE.match(block.text))
    if marked and not whole:
        return Stage(lexicon, "")
    square = whole["["] >= _FEWEST and whole["("] * _FEWEST < whole["["]
    round_ones = [
        match for block in blocks for match in _BRACKETED.finditer(block.text) if match[0][0] == "("
    ]
    asides = sum(map(_within, round_ones))  # who is interviewed “(since 1990)” goes on with the sentence
    return Stage(lexicon, "[" if square or 2 * asides > len(round_ones) else "([")


def find_interjections(
    blocks: Sequence[Block], lexicon: Lexicon
) -> Mapping[int, tuple[tuple[int, int], ...]]:
    """Find what others call out while somebody speaks in a parliament: index of a block → where in its text.

    A protocol has calls and applause in brackets again and again; then a whole paragraph in brackets is one.
    """
    if not lexicon["interjections"]:
        return {}
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    whole: dict[int, tuple[tuple[int, int], ...]] = {}
    for i, block in enumerate(blocks):
        if "(" not in block.text and "[" not in block.text:
            continue
        called = tuple(
            match.span()
            for match in _NESTED.finditer(block.text)
            if lexicon.starts("interjections", fold(match.group()[1:]))
        )
        if called:
            found[i] = called
        elif _NESTED.fullmatch(block.text.strip()):
            whole[i] = ((0, len(block.text)),)
    return found | whole if len(found) >= _FEWEST else {}


def without_interjections(
    block: Block, places: Sequence[tuple[int, int]]
) -> tuple[Block, tuple[Unspoken, ...]]:
    """Take out what others call out."""
    dropped = tuple(Unspoken(block.text[a:b].strip(), INTERJECTION, block.lines) for a, b in places)
    return without(block, list(places)), dropped


def part_directions(
    block: Block, start: int, stage: Stage, *, follows: bool
) -> tuple[Block, tuple[Unspoken, ...]]:
    """Take the directions out of a speech, or tell that the block as a whole is one.

    Args:
        block: A paragraph of a play.
        start: Where its speech begins, after a cue.
        stage: What tells directions.
        follows: Whether it stands on the line after the block before, and so goes on with its speech.

    Returns:
        The block as it is spoken, and what is not.
    """
    if block.kind in (BlockKind.HEADING, BlockKind.DIRECTION):
        return block, ()
    apart = stage.stands_apart(block, start)
    if apart and not start and not follows:
        return replace(block, kind=BlockKind.DIRECTION), ()
    if apart and start == 0 and not _WHOLE.match(block.text):
        return replace(block, kind=BlockKind.DIRECTION), ()
    text = block.text
    cuts: list[tuple[int, int]] = []
    for match in _BRACKETED.finditer(text, start):
        if text[match.start()] not in stage.brackets or _is_said(match, stage.lexicon):
            continue
        end = match.end()
        opens = not has_words(text[start : match.start()])
        stray = _STRAY.match(text, end) if opens else None
        cuts.append((match.start(), stray.end() if stray else end))
    if not cuts:
        return block, ()
    dropped = tuple(Unspoken(text[a:b].strip(), "direction", block.lines) for a, b in cuts)
    return without(block, cuts), dropped


def _is_said(bracket: re.Match[str], lexicon: Lexicon) -> bool:
    """Tell whether brackets hold words of the speaker, who says I in them or goes on after them."""
    inner = words(bracket.group())
    long = len(inner) > _MOST_ASIDE and bracket.group()[-2] not in ".!?"
    return not inner or bool(set(inner) & lexicon["first_person"]) or (long and _within(bracket))


def _within(bracket: re.Match[str]) -> bool:
    """Tell whether a sentence goes on after brackets."""
    before = bracket.string[max(0, bracket.start() - 9) : bracket.start()].rstrip()
    after = bracket.string[bracket.end() : bracket.end() + 9].lstrip()
    return before[-1:].isalnum() and (after[:1] in {",", ";"} or after[:1].islower())
