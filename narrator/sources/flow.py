"""The flow of a page: its elements in their order to blocks, every word of them in one or in the unspoken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from narrator.model import Block, BlockKind, Picture, Unspoken
from narrator.sources.drafts import Draft, Piece, finish, lines_of, shown
from narrator.sources.headed import seen, shown_in, shown_under
from narrator.sources.hypertext import parts_blocks
from narrator.sources.ledger import account, letters
from narrator.sources.markup import Element

_T = TypeVar("_T")
_BOLD = frozenset(("b", "strong", "dt"))
_ITALIC = frozenset(("i", "em", "cite", "dfn", "address"))
_ASKED = frozenset(("question", "q", "frage", "pregunta", "interview-question", "interviewer"))
"""Classes of elements that hold a question; they are taken for what pages otherwise set in bold."""
_HEADING = re.compile("h[1-6]")
_BOLD_STYLE = re.compile(r"font-weight:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style:\s*(?:italic|oblique)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the elements of a page are for, by `id` of the element."""

    unspoken: Mapping[int, str] = field(default_factory=dict)
    """Why an element is not spoken."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Elements that name who speaks next, and the name."""
    speeches: Mapping[int, str] = field(default_factory=dict)
    """Elements in which only one person speaks."""
    directions: frozenset[int] = frozenset()
    """Elements that hold stage directions."""
    quotes: frozenset[int] = frozenset()
    """Elements set apart as a block quotation is."""


def read_flow(root: Element, parts: Parts) -> tuple[tuple[Block, ...], tuple[Unspoken, ...]]:
    """Turn a tree, without scripts and styles, into blocks.

    Args:
        root: Of the page.
        parts: What its elements are for.

    Raises:
        LedgerError: A fault of this module lost a part of the page.
    """
    reader = _Reader(parts)
    reader.read(root)
    blocks, passages = finish(reader.drafts)
    unspoken = tuple(
        Unspoken(" ".join(one.raw.split()), one.reason, one.lines) for one in passages if one.reason
    )
    account("".join(root.texts()), passages, blocks, unspoken)
    return blocks, unspoken


class _Reader:
    def __init__(self, parts: Parts) -> None:
        self.drafts: list[Draft] = []
        self._parts = parts
        self._pieces: list[Piece] = []
        self._line = 1
        self._counts = {"bold": 0, "italic": 0, "direction": 0, "verbatim": 0, "list": 0}
        self._containers: list[BlockKind] = []
        self._headings: list[int] = []
        self._speeches: list[str] = []
        self._name = ""
        self._pictures: list[Picture] = []
        """In this paragraph, before anything is said."""
        self._links: list[tuple[str, str]] = []
        """Address and text of the links in this paragraph."""
        self._under: Draft | None = None
        """The heading under which nothing is said yet."""

    def read(self, root: Element) -> None:
        """Fill `drafts`, without recursion, as pages may be nested deeply."""
        waiting: list[Element | str | tuple[Element]] = [root]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                self._text(part)
            elif isinstance(part, tuple):
                self._leave(part[0])
            elif self._enter(part):
                waiting.append((part,))
                waiting += reversed(part.parts)
        self._flush()

    def _enter(self, element: Element) -> bool:
        """Begin an element; tell whether what is in it is to be read."""
        self._line = max(self._line, element.line)
        key = id(element)
        reason = self._parts.unspoken.get(key, "label" if key in self._parts.names else "")
        if reason:
            if parts_blocks(element.name):
                self._flush()
            self._drop(element, reason)
            if key in self._parts.names:
                self._name = self._parts.names[key]
            if parts_blocks(element.name):
                self._flush()
            return False
        if element.name == "br":
            self._pieces.append(Piece("\n", self._line))
        elif element.name == "hr":
            self._flush()
            self.drafts.append(Draft(BlockKind.RULE, 0, "", [[Piece("", self._line)]]))
        else:
            if parts_blocks(element.name):
                self._flush()
            self._see(element)
            self._change(element, 1)
        return True

    def _see(self, element: Element) -> None:
        """Note a picture or a link."""
        if element.name in {"img", "image"}:  # `image` is what SVG calls it, as in covers of e-books
            address = element.get("src") or element.get("href")
            picture = seen(address, element.get("alt"), element.line)
            if picture and not any(letters(piece.text) for piece in self._pieces if not piece.reason):
                self._pictures.append(picture)
        elif element.name == "a" and element.get("href"):
            self._links.append((element.get("href"), element.text))

    def _leave(self, element: Element) -> None:
        if element.name in {"br", "hr"}:
            return
        if parts_blocks(element.name):
            self._flush()
        self._change(element, -1)

    def _change(self, element: Element, by: int) -> None:
        """Note that an element begins (1) or ends (-1)."""
        name, key = element.name, id(element)
        style = element.get("style")
        asked = not _ASKED.isdisjoint(element.get("class").lower().split())
        self._counts["bold"] += by * (name in _BOLD or asked or _BOLD_STYLE.search(style) is not None)
        self._counts["italic"] += by * (name in _ITALIC or _ITALIC_STYLE.search(style) is not None)
        self._counts["direction"] += by * (key in self._parts.directions)
        self._counts["verbatim"] += by * (name == "pre")
        self._counts["list"] += by * (name in {"ul", "ol"})
        if name == "blockquote" or key in self._parts.quotes:
            _push(self._containers, BlockKind.QUOTE, by)
        if name == "li":
            _push(self._containers, BlockKind.ITEM, by)
        if _HEADING.fullmatch(name):
            _push(self._headings, int(name[1]), by)
        if key in self._parts.speeches:
            _push(self._speeches, self._parts.speeches[key], by)

    def _text(self, text: str) -> None:
        if text:
            counts = self._counts
            for number, line in enumerate(text.split("\n")) if counts["verbatim"] else ((0, text),):
                if number:
                    self._pieces.append(Piece("\n", self._line + number))
                faces = (counts["bold"] > 0, counts["italic"] > 0, counts["direction"] > 0)
                self._pieces.append(Piece(line.replace("\n", " "), self._line + number, *faces))
            self._line += text.count("\n")

    def _drop(self, element: Element, reason: str) -> None:
        text = "".join(element.texts(" "))
        self._pieces.append(Piece(text, self._line, reason=reason))
        self._line += text.count("\n")

    def _flush(self) -> None:
        """End a paragraph; two line breaks without a word between end one too."""
        lines = lines_of(self._pieces)
        self._pieces = []
        first = len(self.drafts)
        while lines:
            empty = next((i for i, line in enumerate(lines) if not shown(line)), len(lines))
            if empty:
                self._draft(lines[:empty])
            else:
                self._draft([lines[0]])
            lines = lines[max(empty, 1) :]
        self._illustrate(self.drafts[first:])

    def _illustrate(self, drafts: list[Draft]) -> None:
        """Give a heading the pictures and links that were noted in a paragraph.

        Args:
            drafts: What became of the paragraph.
        """
        texts = [" ".join(map(shown, draft.lines)) for draft in drafts]
        spoken = [draft for draft, text in zip(drafts, texts, strict=True) if letters(text)]
        if spoken and spoken[0].kind is BlockKind.HEADING:
            self._under = spoken[0]
            self._under.picture, self._under.link = shown_in(self._pictures, self._links)
        elif self._under:
            picture, link = shown_under(self._pictures, self._links, " ".join(texts))
            # A line that is but its link may stand between a heading and its picture.
            stays = not spoken or (link and not self._under.link)
            self._under.picture = self._under.picture or picture
            self._under.link = self._under.link or link
            self._under = self._under if stays else None
        self._pictures, self._links = [], []

    def _draft(self, lines: list[list[Piece]]) -> None:
        spoken = [piece for line in lines for piece in line if piece.text.strip() and not piece.reason]
        if not spoken:
            if any(line for line in lines):
                self.drafts.append(Draft(BlockKind.PARAGRAPH, 0, "", lines))
            return
        kind, level = self._kind()
        speaker = self._name or (self._speeches[-1] if self._speeches else "")
        if all(piece.direction for piece in spoken):
            kind, level, speaker = BlockKind.DIRECTION, 0, ""
        elif kind is BlockKind.HEADING:
            speaker = self._name = ""
        else:
            self._name = ""
        self.drafts.append(Draft(kind, level, speaker, lines))

    def _kind(self) -> tuple[BlockKind, int]:
        if self._headings:
            return BlockKind.HEADING, self._headings[-1]
        kind = self._containers[-1] if self._containers else BlockKind.PARAGRAPH
        return kind, max(1, self._counts["list"]) if kind is BlockKind.ITEM else 0


def _push(stack: list[_T], value: _T, by: int) -> None:
    if by > 0:
        stack.append(value)
    else:
        stack.pop()
