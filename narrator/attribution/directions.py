"""Directions of plays in plain text: the narrator reads what stands apart; in a speech they are unspoken."""

import re
from dataclasses import dataclass, replace

from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.stamps import without
from narrator.model import Block, BlockKind, Unspoken
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
    return without(block, cuts), dropped


def _is_said(text: str, lexicon: Lexicon) -> bool:
    """Tell whether what stands in brackets is an aside of the speaker, who says I or you in it."""
    own = set(words(text))
    return not own or bool(own & lexicon["first_person"])
