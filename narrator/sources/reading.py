"""What a reader makes of a source that tells of itself by its own mark-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from narrator.errors import SourceError
from narrator.model import Block, Unspoken
from narrator.settings import MAX_BLOCKS, MAX_TEXT
from narrator.sources.frontmatter import FrontMatter


@dataclass(frozen=True, slots=True)
class Reading:
    """A source, read."""

    front: FrontMatter
    """What the source says of itself."""
    blocks: tuple[Block, ...]
    unspoken: tuple[Unspoken, ...]


def refuse_long(blocks: Sequence[Block], path: Path) -> None:
    """Refuse what would take minutes to attribute, and days to speak.

    Raises:
        SourceError: It has too many paragraphs, or too many characters.
    """
    if len(blocks) > MAX_BLOCKS:
        raise SourceError(f"it has {len(blocks):,} paragraphs, more than any book; divide it", path)
    refuse_length(sum(len(run.text) for block in blocks for run in block.runs), path)


def refuse_length(length: int, path: Path) -> None:
    """Refuse a text of too many characters.

    Raises:
        SourceError: It has.
    """
    if length > MAX_TEXT:
        raise SourceError(f"it has {length:,} characters, and {MAX_TEXT:,} are read at most; divide it", path)
