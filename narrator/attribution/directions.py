"""Directions of plays in plain text: the narrator reads what stands apart; in a speech they are unspoken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from narrator.attribution.lexicon import Lexicon, fold
from narrator.model import Block, BlockKind, Run, Unspoken
from narrator.text import words

_BRACKETED = re.compile(r"(?<!\S)[(\[][^()\[\]]{1,600}[)\]](?=[\s.,:;!?…–—-]|$)")
_STRAY = re.compile(r"\s*[.:,](?=\s|$)")
_WHOLE = re.compile(r"\s*[(\[][^()\[\]]{1,4000}[)\]][\s.]*$")


@dataclass(frozen=True, slots=True)
class Stage:
    """What tells directions in a play."""

    lexicon: Lexicon

    def stands_apart(self, block: Block, start: int) -> bool:
        """Tell whether all of a block is a direction: in brackets, in italics, or “Enter …”."""
        text = block.text[start:]
        if block.kind is BlockKind.DIRECTION or _WHOLE.match(text):
            return True
        if start or block.speaker:
            return False
        if all(run.italic for run in block.runs if words(run.text)):
            return True
        return self.lexicon.starts("entrances", fold(text)) and len(words(text)) < 40


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
        if _is_said(match.group(), stage.lexicon):
            continue
        end = match.end()
        opens = not words(text[start : match.start()])
        stray = _STRAY.match(text, end) if opens else None
        cuts.append((match.start(), stray.end() if stray else end))
    if not cuts:
        return block, ()
    dropped = tuple(Unspoken(text[a:b].strip(), "direction", block.lines) for a, b in cuts)
    return replace(block, runs=tuple(_without(block, cuts))), dropped


def _is_said(text: str, lexicon: Lexicon) -> bool:
    """Tell whether what stands in brackets is an aside of the speaker, who says I or you in it."""
    own = set(words(text))
    return not own or bool(own & lexicon["first_person"])


def _without(block: Block, cuts: list[tuple[int, int]]) -> Iterator[Run]:
    """Yield the runs of a block without some stretches, and without the space that parted them."""
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
    at = 0
    for run in block.runs:
        parts = [run.text[max(0, a - at) : max(0, b - at)] for a, b in keep]
        if kept := "".join(parts):
            yield replace(run, text=kept)
        at += len(run.text)
