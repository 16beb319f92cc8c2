"""A pen: writes blocks and keeps the account of every passage while a source is read in its order."""

from collections.abc import Sequence

from narrator.model import Block, BlockKind, Run, Unspoken
from narrator.sources.ledger import Passage, account, letters


class Pen:
    """Writes the blocks of a source, passage by passage."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        self._blocks: list[Block] = []
        self._unspoken: list[Unspoken] = []
        self._passages: list[Passage] = []
        self._runs: list[Run] = []
        self._kind = BlockKind.PARAGRAPH
        self._level = 0
        self._speaker = ""
        self._lines = (0, 0)
        self._length = 0

    @property
    def length(self) -> int:
        """Characters written in the block that is open."""
        return self._length

    @property
    def last(self) -> str:
        """The last stretch written in the block that is open; empty where none is."""
        return self._runs[-1].text if self._runs else ""

    def begin(self, kind: BlockKind = BlockKind.PARAGRAPH, speaker: str = "", level: int = 0) -> None:
        """End the block that is open, and begin another."""
        text = "".join(run.text for run in self._runs)
        if letters(text):
            self._blocks.append(
                Block(self._kind, _trimmed(self._runs), self._lines, self._level, self._speaker)
            )
        self._runs = []
        self._lines = (0, 0)
        self._length = 0
        self._kind, self._speaker, self._level = kind, speaker, level

    def speak(
        self, raw: str, shown: str, lines: tuple[int, int], *, bold: bool = False, italic: bool = False
    ) -> None:
        """Write a passage that is spoken.

        Args:
            raw: As in the source.
            shown: As it is to be read; the same letters, unless it is an entity.
            lines: Where it stands.
            bold: Whether it is set in bold.
            italic: Whether it is set in italics.
        """
        self._passages.append(Passage(raw, shown, "", lines))
        self.space(shown, bold=bold, italic=italic)
        self._lines = (self._lines[0] or lines[0], lines[1])

    def space(self, text: str, *, bold: bool = False, italic: bool = False) -> None:
        """Write what has no letters and stands for no passage, such as the space between two lines."""
        self._runs.append(Run(text, bold, italic))
        self._length += len(text)

    def drop(self, raw: str, reason: str, lines: tuple[int, int]) -> None:
        """Note a passage that is not spoken."""
        if letters(raw):
            self._passages.append(Passage(raw, "", reason, lines))
            self._unspoken.append(Unspoken(raw.strip(), reason, lines))

    def finish(self, source: str) -> tuple[tuple[Block, ...], tuple[Unspoken, ...]]:
        """End the last block, check the account and return what was written.

        Raises:
            LedgerError: A letter of the source was neither spoken nor dropped.
        """
        self.begin()
        account(source, self._passages, self._blocks, self._unspoken)
        return tuple(self._blocks), tuple(self._unspoken)


def _trimmed(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Join neighbouring runs of one face, without space at the ends and double space between."""
    joined: list[tuple[list[str], bool, bool]] = []  # a block may have a million runs
    open_space = True
    for run in runs:
        text = run.text
        parts = text.split()
        if not parts:
            if text and not open_space and joined:
                joined[-1][0].append(" ")
                open_space = True
            continue
        before = "" if open_space or not text[0].isspace() else " "
        after = " " if text[-1].isspace() else ""
        shown = before + " ".join(parts) + after
        open_space = bool(after)
        if joined and joined[-1][1:] == (run.bold, run.italic):
            joined[-1][0].append(shown)
        else:
            joined.append(([shown], run.bold, run.italic))
    made = [("".join(parts), bold, italic) for parts, bold, italic in joined]
    while made and not made[-1][0].strip():
        made.pop()
    if made:
        made[-1] = (made[-1][0].rstrip(), *made[-1][1:])
    return tuple(Run(*one) for one in made)
