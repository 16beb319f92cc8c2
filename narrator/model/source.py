"""What a source says before it is a script."""

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block of a document is in its source."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    """A block quotation."""
    ITEM = "item"
    """A list item."""
    DIRECTION = "direction"
    """A paragraph of a play that tells what happens, by the source's own mark-up; the narrator's."""
    RULE = "rule"
    """A break between parts (`***`), without words."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a source shows; it is read when it is needed."""

    address: str
    """As it can be written in a script (`narrator.addresses`): relative to the file that names it, one of the
    web, `data:`, or a file in a book (`book.epub#images/a.jpg`)."""
    alt: str = ""
    """What it shows, on one line; may be empty."""
    line: int = field(default=0, compare=False)
    """Where it is named, counted from 1; 0 when not known."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one type face."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, quotation or list item of a document."""

    kind: BlockKind
    runs: tuple[Run, ...]
    lines: tuple[int, int]
    """First and last line in the source, counted from 1."""
    level: int = 0
    """Rank of a heading, 1 to 6; depth of a list item; else 0."""
    speaker: str = ""
    """Who speaks, where the source's own mark-up says it (a caption voice, a character cue, a `who`)."""
    picture: Picture | None = None
    """Of a heading: the picture directly under it."""
    link: str = ""
    """Of a heading: the address of the web to which it leads."""

    @property
    def text(self) -> str:
        """The text of all runs."""
        return self.runs[0].text if len(self.runs) == 1 else "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Unspoken:
    """Words of the source that are not spoken, with the reason."""

    text: str
    reason: str
    """A short phrase: `label`, `pull quote`, `link address`, `comment` …"""
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """What a source says before it is a script."""

    title: str
    """The title the source itself gives (front matter, file metadata); may be empty."""
    language: str
    """ISO 639-1."""
    blocks: tuple[Block, ...]
    author: str = ""
    date: str = ""
    """ISO 8601, as the source gives it; may be empty."""
    unspoken: tuple[Unspoken, ...] = ()
    """Mark-up with words in it: link addresses, comments, front matter."""
