"""CommonMark tokens that keep the source spelling; the only home of markdown-it.

A token of markdown-it holds the address of a link as a browser would ask for it, and no trace of link
definitions. The ledger needs both as they are written, so the rules are wrapped to keep them in `meta`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

FOOTNOTE = re.compile(r"\[\^(?P<label>[^\]\s]+)\]:")
"""How a footnote begins; CommonMark would take a short one for a link definition."""
_DEFINITION = re.compile(r"\[[^\]\n]+\]:")
MAX_NESTING = 50
"""Block quotes and lists within each other; Python's recursion ends somewhat later."""


def block_tokens(text: str) -> tuple[Sequence[Token], dict[str, object]]:
    """Parse the blocks of a text.

    Returns:
        Tokens (`inline` ones not yet parsed; a `definition` for each link definition, with its source in
        `content`), and the environment that `inline_tokens` needs.
    """
    environment: dict[str, object] = {}
    return _parser().parse(text, environment), environment


def inline_tokens(text: str, environment: dict[str, object]) -> Sequence[Token]:
    """Parse the text of an `inline` token.

    Returns:
        Tokens; `link_close` and `image` have in `meta["rest"]` the source of the address, the text of an
        autolink is as written, and each `text_special` has its source in `markup`.
    """
    tokens: list[Token] = []
    parser = _parser()
    parser.inline.parse(text, parser, environment, tokens)
    return tokens


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import reference
    from markdown_it.rules_inline import autolink, image, link

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("strikethrough")
    # Inline text is parsed later, block by block, and escapes and entities stay tokens of their own.
    parser.core.ruler.disable(["inline", "text_join"])
    # Every address will do: it is not followed.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  (called by name)
    parser.block.ruler.at("reference", _keeping_definition(reference), {"alt": []})
    parser.inline.ruler.at("link", _keeping_rest(link, 0))
    parser.inline.ruler.at("image", _keeping_rest(image, 1))
    parser.inline.ruler.at("autolink", _keeping_address(autolink))
    return parser


def _keeping_definition(
    rule: Callable[[StateBlock, int, int, bool], bool],
) -> Callable[[StateBlock, int, int, bool], bool]:
    def keeping(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        kind = "definition"
        if FOOTNOTE.match(_line(state, start)):
            kind = "footnote"
            state.line = start + 1
            while state.line < end and _goes_on(state, state.line):
                state.line += 1
        elif not rule(state, start, end, silent):
            return False
        token = state.push(kind, "", 0)
        token.map = [start, state.line]
        token.content = state.getLines(start, state.line, state.blkIndent, False)
        return True

    return keeping


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _goes_on(state: StateBlock, line: int) -> bool:
    """Tell whether a line belongs to the footnote on the line before."""
    outside = state.sCount[line] < state.blkIndent
    return not (state.isEmpty(line) or outside or _DEFINITION.match(_line(state, line)))


def _keeping_rest(
    rule: Callable[[StateInline, bool], bool], offset: int
) -> Callable[[StateInline, bool], bool]:
    """Wrap a rule for `[label](rest)` to keep what follows the label; `offset` is that of the bracket."""

    def keeping(state: StateInline, silent: bool) -> bool:
        if silent:
            return rule(state, silent)
        start = state.pos
        if not rule(state, silent):
            return False
        end = state.pos
        state.pos = start
        label_end = state.md.helpers.parseLinkLabel(state, start + offset, not offset)
        state.pos = end
        state.tokens[-1].meta["rest"] = state.src[label_end + 1 : end]
        return True

    return keeping


def _keeping_address(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def keeping(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if not rule(state, silent):
            return False
        if not silent:
            state.tokens[-2].content = state.src[start + 1 : state.pos - 1]
        return True

    return keeping
