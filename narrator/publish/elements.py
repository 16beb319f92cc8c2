"""XML and HTML as text: elements, and texts that no reader refuses."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from html import escape
from typing import TYPE_CHECKING

from narrator.text import line_ends

if TYPE_CHECKING:
    from collections.abc import Callable

_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What XML 1.0, section 2.2, does not allow or advises against; the same is refused in HTML. The advice goes
on for noncharacters of further planes, which nobody has met, and which would take nine times as long."""
_ELLIPSIS = "…"
_JOINER = "\u200d"
"""Makes one sign of two emoji."""


def clean(text: str) -> str:
    r"""Return a text with a space for each character that XML refuses, lines ended by line feeds.

    >>> clean("a\x00b\r\nc\ufffe")
    'a b\nc '
    """
    return _REFUSED.sub(" ", line_ends(text))


def one_line(text: str, limit: int | None = None) -> str:
    r"""Return a text on one line, cleaned, white space made single.

    Args:
        text: Any text.
        limit: Characters that it may have; a longer one is cut at the end of a word.

    >>> one_line("Ada\n\x07Ember speaks", 12)
    'Ada Ember…'
    """
    line = " ".join(clean(text).split())
    return line if limit is None else shorten(line, limit)


def shorten(text: str, limit: int, size: Callable[[str], int] = len) -> str:
    """Cut a text that is too long at the end of a word, with an ellipsis.

    A word that fills more than half of the room is cut itself, but no sign that consists of several
    characters.

    Args:
        text: White space is single.
        limit: What `size` may give at most.
        size: Tells how long a text is; more with every character.

    Returns:
        The text, or its beginning; empty where not even an ellipsis behind one character has room.
    """
    if size(text) <= limit:
        return text

    def tail(end: int) -> int:
        return size(text[:end].rstrip() + _ELLIPSIS)

    whole = bisect_right(range(len(text)), limit, key=tail) - 1
    words = text.rfind(" ", 0, whole + 1)
    if words > 0 and size(text[:words]) >= limit // 2:
        return text[:words].rstrip(" ,;:–—-") + _ELLIPSIS
    end = whole
    while end > 0 and (_continues(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    end = end or whole
    return text[:end].rstrip() + _ELLIPSIS if end > 0 else ""


def element(tag: str, text: str = "", /, **attributes: str) -> str:
    """Return an element of XML that holds a text, or nothing.

    Args:
        tag: With its prefix.
        text: As it is to be read; it is cleaned and escaped here.
        attributes: By name, in the same way; those that are empty are left out.

    >>> element("link", "a & b", rel="self", type="")
    '<link rel="self">a &amp; b</link>'
    """
    return nested(tag, escape(_REFUSED.sub(" ", text), quote=False), **attributes)


def nested(tag: str, inner: str, /, **attributes: str) -> str:
    """Return an element that holds other elements, as `element` does one that holds a text."""
    given = (f' {name}="{escape(_REFUSED.sub(" ", value))}"' for name, value in attributes.items() if value)
    begin = "".join((tag, *given))
    return f"<{begin}>{inner}</{tag}>" if inner else f"<{begin}/>"


def html_element(tag: str, html: str) -> str:
    """Return an element that holds HTML as character data, so that it is as long in the file as it is.

    Args:
        tag: With its prefix.
        html: Its texts are escaped, `>` too, so that nothing in it ends the section (XML 1.0, section 2.7).
    """
    return f"<{tag}><![CDATA[{html}]]></{tag}>"


def _continues(char: str) -> bool:
    """Return whether a character is a part of the sign that the one before it begins."""
    return (
        char == _JOINER
        or unicodedata.category(char) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )
