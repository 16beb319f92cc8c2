"""Markdown (CommonMark, with strikethrough, tables and footnotes) to blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

from narrator.errors import LedgerError, SourceError
from narrator.model import Block, BlockKind, Unspoken
from narrator.sources.commonmark import FOOTNOTE, MAX_NESTING, block_tokens
from narrator.sources.headed import shown_in, shown_under
from narrator.sources.hypertext import marks
from narrator.sources.inline import Rendering, render, verbatim
from narrator.sources.layout import Layout, label, survey
from narrator.sources.ledger import Passage, account, letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markdown_it.token import Token

_DELIMITERS = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_EDGES = re.compile(r"^\s*\|\s*|\s*(?<!\\)\|\s*$")
_BLANK = re.compile(r"\n[^\S\n]*\n")
_SIGNS = re.compile(
    r"^#{1,4} \w|^\*\*[^*\n]{1,60}:?\*\*|^__[^_\n]{1,60}:?__|\w\]\((?:https?:|/|#)|^```|^\[[^\]\n]+\]: *http",
    re.MULTILINE,
)


def looks_like_markdown(text: str) -> bool:
    """Tell whether a text of unknown kind surely is Markdown: marks of it, and paragraphs as it has them."""
    return "\n\n" in text and len(list(islice(_SIGNS.finditer(text), 2))) > 1


def read_markdown(
    text: str, path: Path, first_line: int = 1
) -> tuple[tuple[Block, ...], tuple[Unspoken, ...]]:
    """Turn Markdown into blocks and what is not spoken of it.

    Args:
        text: With line feeds as line ends and without front matter.
        path: Where it comes from, for errors.
        first_line: The line of the file on which it begins.

    Raises:
        SourceError: Lists or quotations are nested too deeply.
        LedgerError: A fault of this module lost a part of the text.
    """
    tokens, environment = block_tokens(text)
    reader = _Reader(tokens, environment, first_line - 1)
    reader.read()
    blocks, passages = tuple(reader.blocks), reader.passages
    unspoken = tuple(_unspoken(passages))
    try:
        account(text, passages, blocks, unspoken)
    except LedgerError as error:
        if any(token.level >= MAX_NESTING - 2 for token in tokens):
            # There the Markdown library skips the rest without a word.
            problem = f"lists or quotations are nested more than {MAX_NESTING // 2} deep; make them flatter"
            raise SourceError(problem, path) from error
        raise
    return blocks, unspoken


def _unspoken(passages: Sequence[Passage]) -> Iterator[Unspoken]:
    """Put what a block has of one reason into one entry."""
    dropped = (passage for passage in passages if passage.reason)
    for (reason, lines), group in groupby(dropped, lambda passage: (passage.reason, passage.lines)):
        yield Unspoken(" ".join(passage.raw for passage in group), reason, lines)


class _Reader:
    """Walks through the tokens of a text."""

    def __init__(self, tokens: Sequence[Token], environment: dict[str, object], offset: int) -> None:
        self.blocks: list[Block] = []
        self.passages: list[Passage] = []
        self._tokens = tokens
        self._environment = environment
        self._offset = offset
        self._containers: list[BlockKind] = []
        self._depth = 0
        # A line of no-break spaces is none, though CommonMark takes it for text.
        inlines = [
            [line for line in token.content.split("\n") if line.strip()]
            for token in tokens
            if token.type == "inline"
        ]
        self._layout: Layout = survey(inlines)
        self._footnotes = frozenset(
            match["label"]
            for token in tokens
            for line in token.content.split("\n")
            if token.type in {"inline", "footnote"} and (match := FOOTNOTE.match(line.lstrip()))
        )
        self._in_footnote = False
        self._heading = 0
        self._under: int | None = None
        """Index of the heading under which nothing is said yet."""

    def read(self) -> None:
        """Fill `blocks` and `passages`."""
        leaves = {
            "inline": self._inline,
            "code_block": self._code,
            "fence": self._fence,
            "html_block": self._html,
            "definition": self._definition,
            "footnote": self._footnote,
            "hr": self._rule,
        }
        for token in self._tokens:
            if token.type in leaves:
                leaves[token.type](token)
            else:
                self._structure(token)

    def _structure(self, token: Token) -> None:
        kind = token.type
        if kind == "heading_open":
            self._heading = int(token.tag[1:])
        elif kind == "heading_close":
            self._heading = 0
        elif kind == "blockquote_open":
            self._containers.append(BlockKind.QUOTE)
        elif kind == "list_item_open":
            self._containers.append(BlockKind.ITEM)
            first = self._lines(token)[0]
            self._drop(token.info + token.markup, "mark-up", (first, first))
        elif kind in {"blockquote_close", "list_item_close"}:
            self._containers.pop()
        elif kind in {"bullet_list_open", "ordered_list_open"}:
            self._depth += 1
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            self._depth -= 1

    def _lines(self, token: Token) -> tuple[int, int]:
        start, end = token.map or (0, 1)
        return self._offset + start + 1, self._offset + max(end, start + 1)

    def _kind(self) -> tuple[BlockKind, int]:
        if self._heading:
            return BlockKind.HEADING, self._heading
        kind = self._containers[-1] if self._containers else BlockKind.PARAGRAPH
        return kind, self._depth if kind is BlockKind.ITEM else 0

    def _add(self, rendering: Rendering, lines: tuple[int, int], kind: tuple[BlockKind, int]) -> None:
        self.passages += rendering.passages
        pictures, links = rendering.pictures, rendering.links
        block = Block(kind[0], rendering.runs, lines, kind[1])
        under = self._under
        if under is not None and block.kind is not BlockKind.HEADING:
            heading = self.blocks[under]
            picture, link = shown_under(pictures, links, block.text)
            shown = replace(heading, picture=heading.picture or picture, link=heading.link or link)
            self.blocks[under] = shown
            # A line that is but its link may stand between a heading and its picture.
            self._under = under if shown.link != heading.link or not rendering.runs else None
        if rendering.runs:
            if block.kind is BlockKind.HEADING:
                self._under = len(self.blocks)
                picture, link = shown_in(pictures, links)
                block = replace(block, picture=picture, link=link)
            self.blocks.append(block)

    def _drop(self, raw: str, reason: str, lines: tuple[int, int]) -> None:
        if letters(raw):
            self.passages.append(Passage(raw, "", reason, lines))

    # ------------------------------------------------------------ leaves
    def _inline(self, token: Token) -> None:
        first = self._lines(token)[0]
        content = token.content.split("\n")
        for start, end in self._parts(content):
            lines = (first + start, first + end - 1)
            part = "\n".join(content[start:end])
            self._in_footnote = FOOTNOTE.match(part.lstrip()) is not None
            if self._in_footnote:
                self._drop(part, "footnote", lines)
            elif end - start > 1 and "|" in content[start] and _is_delimiters(content[start + 1]):
                self._table(content[start:end], lines[0])
            else:
                rendering = render(part, self._environment, lines, self._footnotes)
                self._add(rendering, lines, self._kind())

    def _parts(self, content: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Part the lines of a paragraph where one begins a turn or a footnote."""
        start = 0
        for position, line in enumerate(content):
            if position == start:
                continue
            before = content[position - 1]
            bold = line.startswith(("**", "__")) and label(line)
            if FOOTNOTE.match(line.lstrip()) or bold or self._layout.begins_turn(before.rstrip("\\ "), line):
                yield start, position
                start = position
        yield start, len(content)

    def _table(self, rows: Sequence[str], first: int) -> None:
        for position, row in enumerate(rows):
            if position == 1:
                continue  # the delimiters, which hold no letters
            lines = (first + position, first + position)
            bare = _EDGES.sub("", row)
            rendering = render(bare, self._environment, lines, self._footnotes, row=True)
            self._add(rendering, lines, self._kind())

    def _code(self, token: Token) -> None:
        if self._in_footnote:
            # What is indented after a footnote goes on with it.
            self._drop(token.content, "footnote", self._lines(token))
        else:
            lines = self._lines(token)
            self._add(verbatim(token.content, lines), lines, self._kind())

    def _fence(self, token: Token) -> None:
        lines = self._lines(token)
        self._drop(token.info, "mark-up", lines)
        self._add(verbatim(token.content, lines), lines, self._kind())

    def _definition(self, token: Token) -> None:
        self._drop(token.content, "link address", self._lines(token))

    def _footnote(self, token: Token) -> None:
        self._in_footnote = True
        self._drop(token.content, "footnote", self._lines(token))

    def _rule(self, token: Token) -> None:
        self.blocks.append(Block(BlockKind.RULE, (), self._lines(token)))

    def _html(self, token: Token) -> None:
        """Take the tags out of an HTML block and read what stands between as Markdown."""
        text = token.content
        first = self._lines(token)[0]
        kind = self._kind()
        position = 0
        for mark in marks(text):
            whole = mark.comment or not mark.name or mark.parting
            if not whole:
                continue  # tags within a line are left to the inline rules
            self._html_text(text, position, mark.start, first, kind)
            position = mark.start + len(mark.raw)
            line = first + text.count("\n", 0, mark.start)
            lines = (line, line + mark.raw.count("\n"))
            self._drop(mark.raw, "comment" if mark.comment else "mark-up", lines)
            if mark.parting:
                kind = (_html_kind(mark.name) if mark.opening else None) or self._kind()
        self._html_text(text, position, len(text), first, kind)

    def _html_text(self, text: str, start: int, end: int, first: int, kind: tuple[BlockKind, int]) -> None:
        position = start
        for part in _BLANK.split(text[start:end]):
            position = text.index(part, position)
            stripped = part.strip()
            line = first + text.count("\n", 0, position + len(part) - len(part.lstrip()))
            lines = (line, line + stripped.count("\n"))
            if stripped:
                self._add(render(stripped, self._environment, lines, self._footnotes), lines, kind)
            position += len(part)


def _is_delimiters(line: str) -> bool:
    return "|" in line and _DELIMITERS.fullmatch(line) is not None


def _html_kind(name: str) -> tuple[BlockKind, int] | None:
    if re.fullmatch("h[1-6]", name):
        return BlockKind.HEADING, int(name[1])
    return {"blockquote": (BlockKind.QUOTE, 0), "li": (BlockKind.ITEM, 1)}.get(name)
