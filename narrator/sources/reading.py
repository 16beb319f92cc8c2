"""What a reader makes of a source that tells of itself by its own mark-up."""

from dataclasses import dataclass

from narrator.model import Block, Unspoken
from narrator.sources.frontmatter import FrontMatter


@dataclass(frozen=True, slots=True)
class Reading:
    """A source, read."""

    front: FrontMatter
    """What the source says of itself."""
    blocks: tuple[Block, ...]
    unspoken: tuple[Unspoken, ...]
