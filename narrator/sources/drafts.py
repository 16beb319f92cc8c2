"""Paragraphs of a page to blocks, once all of them are known: lines that begin turns are parted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from narrator.model import Block, BlockKind, Picture, Run
from narrator.sources.layout import Layout, label, survey
from narrator.sources.ledger import Passage, letters

_SPACE = re.compile(r"[ \t\n\r\f]+")
_AFTER_NAME = re.compile(r"^[\s:：.,–—-]+(?=\s|\w|$)")
"""What may stand between a name and the speech."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of one type face."""

    text: str
    line: int
    bold: bool = False
    italic: bool = False
    direction: bool = False
    reason: str = ""
    """Why it is not spoken."""


@dataclass(slots=True)
class Draft:
    """A paragraph before its lines are parted."""

    kind: BlockKind
    level: int
    speaker: str
    lines: list[list[Piece]]
    picture: Picture | None = None
    link: str = ""
    """Of a heading, as of a block."""


def lines_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Part pieces at line breaks."""
    made: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.text == "\n" and not piece.reason:
            made.append([])
        else:
            made[-1].append(piece)
    return made if any(made) else []


def shown(line: Sequence[Piece]) -> str:
    """Return what is spoken of a line, its white space made single spaces."""
    return _SPACE.sub(" ", "".join(piece.text for piece in line if not piece.reason)).strip()


def finish(drafts: Sequence[Draft]) -> tuple[tuple[Block, ...], tuple[Passage, ...]]:
    """Make the blocks, now that all lines of the page are known."""
    broken = [[shown(line) for line in draft.lines] for draft in drafts if len(draft.lines) > 1]
    layout = survey([[line for line in stanza if line] for stanza in broken])
    blocks: list[Block] = []
    passages: list[Passage] = []
    for draft in drafts:
        if draft.kind is BlockKind.RULE:
            line = draft.lines[0][0].line
            blocks.append(Block(BlockKind.RULE, (), (line, line)))
            continue
        for number, stanza in enumerate(_stanzas(draft.lines, layout)):
            block = _block(replace(draft, lines=stanza, speaker="" if number else draft.speaker), passages)
            if block:
                blocks.append(block)
    return tuple(blocks), tuple(passages)


def _stanzas(lines: list[list[Piece]], layout: Layout) -> Iterator[list[list[Piece]]]:
    """Part lines between which the page has line breaks, where one begins a turn."""
    start = 0
    for i in range(1, len(lines)):
        first = next((piece for piece in lines[i] if piece.text.strip() and not piece.reason), None)
        line = shown(lines[i])
        if (first and first.bold and label(line)) or layout.begins_turn(shown(lines[i - 1]), line):
            yield lines[start:i]
            start = i
    yield lines[start:]


def _block(draft: Draft, passages: list[Passage]) -> Block | None:
    """Make a block, and note in their order the passages of which it is made."""
    runs: list[Run] = []
    begun = False
    numbers = [piece.line for line in draft.lines for piece in line]
    for position, line in enumerate(draft.lines):
        if position and runs:
            runs.append(Run("\n", runs[-1].bold, runs[-1].italic))
        for piece in line:
            place = (piece.line, piece.line + piece.text.count("\n"))
            if letters(piece.text):
                kept = "" if piece.reason else piece.text
                passages.append(Passage(piece.text, kept, piece.reason, place))
            if piece.reason:
                continue
            text = _SPACE.sub(" ", piece.text)
            if draft.speaker and not begun:
                text = _AFTER_NAME.sub("", text)
            begun = begun or bool(text.strip())
            if text:
                runs.append(Run(text, piece.bold, piece.italic))
    tidied = _tidy(runs)
    place = (min(numbers), max(numbers)) if numbers else (1, 1)
    if not tidied:
        return None
    return Block(draft.kind, tidied, place, draft.level, draft.speaker, draft.picture, draft.link)


def _tidy(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Join runs of one face, and leave no white space doubled, at ends of lines or around the whole."""
    made: list[Run] = []
    last = "\n"
    for run in runs:
        text = run.text.lstrip() if last.isspace() and run.text != "\n" else run.text
        if not text:
            continue
        if text == "\n":
            while made and not made[-1].text.rstrip():
                made.pop()
            if not made:
                continue
            made[-1] = replace(made[-1], text=made[-1].text.rstrip())
        last = text[-1]
        same = made and (made[-1].bold, made[-1].italic) == (run.bold, run.italic)
        if same:
            made[-1] = replace(made[-1], text=made[-1].text + text)
        else:
            made.append(replace(run, text=text))
    while made and not made[-1].text.rstrip():
        made.pop()
    if made:
        made[-1] = replace(made[-1], text=made[-1].text.rstrip())
    return tuple(made)
