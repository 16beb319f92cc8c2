"""The inline mark-up of Markdown: one block's text to runs, and what is not spoken of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.model import Picture, Run
from narrator.sources.commonmark import inline_tokens
from narrator.sources.headed import seen
from narrator.sources.hypertext import Mark, attribute, mark_of
from narrator.sources.ledger import Passage, letters
from narrator.text import without_controls

if TYPE_CHECKING:
    from markdown_it.token import Token

_BOLD = frozenset(("strong_open", "b", "strong"))
_ITALIC = frozenset(("em_open", "i", "em"))
_SPACE_AROUND = re.compile(r"^\s+|\s+$|[^\S\n]*\n\s*")
_CELLS = re.compile(r"\s*\|\s*")


@dataclass(frozen=True, slots=True)
class Rendering:
    """What became of a block's text."""

    runs: tuple[Run, ...]
    passages: tuple[Passage, ...]
    """All of the text, in its order."""
    pictures: tuple[Picture, ...] = ()
    """Those before which nothing is said."""
    links: tuple[tuple[str, str], ...] = ()
    """Address and text of each link."""


def render(
    source: str,
    environment: dict[str, object],
    lines: tuple[int, int],
    footnotes: frozenset[str] = frozenset(),
    *,
    row: bool = False,
) -> Rendering:
    """Parse the text of one block.

    Args:
        source: As written, without the marks of the block itself.
        environment: What `block_tokens` returned with the block.
        lines: Where the block stands.
        footnotes: The labels of the footnotes there are.
        row: Whether it is the row of a table, whose cells are parted by `|`.
    """
    pen = _Pen(lines, footnotes, row)
    for token in inline_tokens(source, environment):
        pen.token(token)
    return Rendering(_tidy_runs(pen.runs), tuple(pen.passages), tuple(pen.pictures), tuple(pen.links))


def verbatim(source: str, lines: tuple[int, int]) -> Rendering:
    """Take a text without mark-up, such as code, as it is."""
    run = Run(without_controls(source))
    return Rendering(_tidy_runs([run]), (Passage(source, source, "", lines),))


class _Pen:
    """Writes tokens as runs and passages."""

    def __init__(self, lines: tuple[int, int], footnotes: frozenset[str], row: bool) -> None:
        self.runs: list[Run] = []
        self.passages: list[Passage] = []
        self.pictures: list[Picture] = []
        self.links: list[tuple[str, str]] = []
        self._line = lines[0]
        self._link = ("", 0)
        """Address of the link that is open, and how many runs stand before it."""
        self._lines = lines
        self._footnotes = footnotes
        self._row = row
        self._bold = 0
        self._italic = 0

    def token(self, token: Token) -> None:
        kind = token.type
        if kind == "text":
            self._text(token.content)
        elif kind == "text_special":
            self._entity(token.markup, token.content)
        elif kind == "code_inline":
            self._spoken(token.content)
        elif kind in {"softbreak", "hardbreak"}:
            self._write(" " if kind == "softbreak" else "\n")
            self._line += 1
        elif kind == "html_inline":
            mark = mark_of(token.content)
            if mark:
                self._mark(mark)
            else:
                self._text(token.content)
        elif kind == "image":
            self._picture(str(token.attrGet("src") or ""), token.content)
            self._unspoken(token.content, "image")
            self._unspoken(token.meta["rest"], "link address")
            self._write(" ")
        else:
            self._face(kind)
            if kind == "link_open":
                self._link = (str(token.attrGet("href") or ""), len(self.runs))
            elif kind == "link_close":
                address, start = self._link
                self.links.append((address, "".join(run.text for run in self.runs[start:])))
            self._unspoken(token.meta.get("rest", ""), "link address")

    def _face(self, kind: str, step: int = 1) -> None:
        if kind.endswith("_close"):
            kind, step = kind.removesuffix("_close") + "_open", -1
        if kind in _BOLD:
            self._bold = max(0, self._bold + step)
        elif kind in _ITALIC:
            self._italic = max(0, self._italic + step)

    def _picture(self, address: str, alt: str) -> None:
        picture = seen(address, alt, self._line)
        if picture and not any(letters(run.text) for run in self.runs):
            self.pictures.append(picture)

    def _mark(self, mark: Mark) -> None:
        if mark.name == "img":
            self._picture(attribute(mark.raw, "src"), attribute(mark.raw, "alt"))
        self._face(mark.name, 1 if mark.opening else -1)
        self._unspoken(mark.raw, "comment" if mark.comment else "mark-up")
        if mark.name == "br":
            self._write("\n")
        elif mark.parting:
            self._write(" ")

    def _text(self, text: str) -> None:
        position = 0
        for match in re.finditer(r"\[\^([^\]\s]+)\]", text) if self._footnotes else ():
            if match[1] in self._footnotes:
                self._spoken(text[position : match.start()])
                self._unspoken(match.group(), "footnote mark")
                position = match.end()
        self._spoken(text[position:])

    def _entity(self, raw: str, shown: str) -> None:
        # A line end or control character written as an entity is but a space.
        shown = " " if shown.isspace() else without_controls(shown)
        self._write(shown)
        if letters(shown):
            self.passages.append(Passage(raw, shown, "", self._lines))
        else:
            self._unspoken(raw, "mark-up")

    def _spoken(self, text: str) -> None:
        self.passages.append(Passage(text, text, "", self._lines))
        self._write(_CELLS.sub(", ", text) if self._row else text)

    def _unspoken(self, raw: str, reason: str) -> None:
        if letters(raw):
            self.passages.append(Passage(raw, "", reason, self._lines))

    def _write(self, text: str) -> None:
        if text:
            self.runs.append(Run(text, self._bold > 0, self._italic > 0))


def _tidy_runs(runs: list[Run]) -> tuple[Run, ...]:
    """Join runs of one face and take away space at the ends of lines."""
    whole = "".join(run.text for run in runs)
    if len(runs) == 1 and "\n" not in whole and whole == whole.strip() != "":
        return tuple(runs)
    drop: set[int] = set()
    for match in _SPACE_AROUND.finditer(whole):
        keep = whole.find("\n", match.start(), match.end()) if 0 < match.start() < match.end() else -1
        if match.end() == len(whole):
            keep = -1
        drop.update(position for position in range(*match.span()) if position != keep)
    made: list[Run] = []
    position = 0
    for run in runs:
        text = "".join(char for offset, char in enumerate(run.text, position) if offset not in drop)
        position += len(run.text)
        if not text:
            continue
        if made and (made[-1].bold, made[-1].italic) == (run.bold, run.italic):
            text = made.pop().text + text
        made.append(Run(text, run.bold, run.italic))
    return tuple(made)
