"""Time stamps: transcripts set them before paragraphs, on lines of their own, or within a speech."""

import re
from collections.abc import Sequence
from dataclasses import replace

from narrator.model import Block, Run, Unspoken
from narrator.text import CLOCK, STAMP, words

_ALONE = re.compile(rf"\s*{STAMP}(?:\s*-->\s*{STAMP})?\s*:?\s*")
_BRACKETED = rf"(?<!\S)[\[(]{{1,2}}{CLOCK}[\])]{{1,2}}:?(?!\w)"
_WITHIN = re.compile(_BRACKETED)
_BEFORE = re.compile(rf"\s*(?:{_BRACKETED}|{CLOCK}(?=\s))\s*")
_FEWEST = 3
"""Stamps that are a habit of the text: a story may have one line that says when it was."""
_SHARE = 0.2
"""The share of blocks with a time before them, without brackets, from which they are stamps: a timetable has
fewer words."""
_WORDS = 4


class Stamps:
    """The time stamps of a text, which nobody speaks."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Find which forms of stamps a text has."""
        texts = [block.text for block in blocks]
        alone = sum(_ALONE.fullmatch(text) is not None for text in texts)
        within = sum(len(_WITHIN.findall(text)) for text in texts)
        before = [match for text in texts if (match := _BEFORE.match(text)) and not _ALONE.fullmatch(text)]
        said = sum(len(words(match.string)) for match in before)
        self._alone = alone >= _FEWEST
        self._within = within >= _FEWEST
        often = len(before) >= max(_FEWEST, _SHARE * len(blocks)) and said >= _WORDS * len(before)
        self._before = often

    def part(self, block: Block, start: int) -> tuple[Block, tuple[Unspoken, ...]]:
        """Take the stamps out of a block from a position on.

        Returns:
            The block as it is spoken, and what is not.
        """
        text = block.text
        cuts: list[tuple[int, int]] = []
        if self._alone and _ALONE.fullmatch(text, start):
            cuts.append((start, len(text)))
        else:
            if self._before and not start and (match := _BEFORE.match(text)):
                cuts.append(match.span())
            if self._within:
                after = cuts[-1][1] if cuts else start
                cuts += [match.span() for match in _WITHIN.finditer(text, after)]
        if not cuts:
            return block, ()
        dropped = tuple(Unspoken(text[a:b].strip(), "time stamp", block.lines) for a, b in cuts)
        return without(block, cuts), dropped

    def is_alone(self, block: Block) -> bool:
        """Tell whether a block is nothing but a stamp."""
        return _ALONE.fullmatch(block.text) is not None


def without(block: Block, cuts: Sequence[tuple[int, int]]) -> Block:
    """Return a block without some stretches, and without the space that parted them."""
    text = block.text
    keep: list[tuple[int, int]] = []
    position = 0
    for a, b in cuts:
        keep.append((position, a))
        position = b
        if a == 0 or text[a - 1].isspace():
            while position < len(text) and text[position].isspace():
                position += 1
    keep.append((position, len(text)))
    runs: list[Run] = []
    at = 0
    for run in block.runs:
        kept = "".join(run.text[max(0, a - at) : max(0, b - at)] for a, b in keep)
        if kept:
            runs.append(replace(run, text=kept))
        at += len(run.text)
    return replace(block, runs=tuple(runs))
