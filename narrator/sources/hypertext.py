"""What HTML inside a text is: tags and comments that are surely HTML, and not a stage direction in `<>`."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_PARTING = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol option p pre section select "
    "summary table tbody td tfoot th thead title tr ul"
)
"""Elements before and after which a new block begins (HTML Living Standard, 15.3)."""
_FLOWING = (
    "a abbr acronym audio b base bdi bdo big br button canvas caption cite code col colgroup data datalist "
    "del dfn dialog em embed font hgroup i iframe img input ins kbd label link map mark meta meter noscript "
    "object output param picture progress q rp rt ruby s samp script search slot small source span strike "
    "strong style sub sup svg template textarea time track tt u var video wbr"
)
"""The other elements."""
_PARTING_NAMES = frozenset(_PARTING.split())
_NAMES = _PARTING_NAMES.union(_FLOWING.split())
_BARE = (
    "allowfullscreen|async|autofocus|autoplay|checked|compact|controls|default|defer|disabled|hidden|inert|loop"
    "|multiple|muted|nomodule|noshade|nowrap|novalidate|open|playsinline|readonly|required|reversed|selected"
)
"""Attributes that stand without a value; any other word in a tag is taken for a word of the text."""
_ATTRIBUTE = (
    rf"\s+(?:[A-Za-z_:@][\w:.@-]*\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'=<>`]+)|(?:{_BARE})(?=[\s/>]))"
)
_TAG = rf"<(?P<end>/)?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?:{_ATTRIBUTE})*\s*/?>"
_MARK = re.compile(
    rf"(?P<comment><!--.*?-->)"
    rf"|(?P<code><(?P<what>script|style)\b(?:{_ATTRIBUTE})*\s*>.*?</(?P=what)\s*>)"
    rf"|(?P<declaration><!doctype\b[^<>]*>|<\?(?:xml|php)\b.*?\?>)"
    rf"|{_TAG}",
    re.IGNORECASE | re.DOTALL,
)


def parts_blocks(name: str) -> bool:
    """Tell whether a new block begins before and after an element."""
    return name in _PARTING_NAMES


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag, comment or other mark-up in a text."""

    raw: str
    start: int
    name: str = ""
    """Of the element, in small letters; empty for what is no tag."""
    opening: bool = True

    @property
    def comment(self) -> bool:
        """Whether it is a comment."""
        return self.raw.startswith("<!--")

    @property
    def parting(self) -> bool:
        """Whether it parts blocks."""
        return parts_blocks(self.name)


def marks(text: str) -> Iterator[Mark]:
    """Find what is surely mark-up in a text, in order.

    >>> [mark.raw for mark in marks("<i>Ah</i> <laughs> <b he said> <!-- cut -->")]
    ['<i>', '</i>', '<!-- cut -->']
    """
    for match in _MARK.finditer(text):
        name = (match["name"] or "").lower()
        if not name or name in _NAMES:
            yield Mark(match.group(), match.start(), name, opening=not match["end"])


def mark_of(text: str) -> Mark | None:
    """Return the mark-up that a text as a whole is, or None."""
    found = next(marks(text), None)
    return found if found and found.raw == text else None


def attribute(raw: str, name: str) -> str:
    """Return what an attribute of a tag says, empty where it has none.

    >>> attribute("<img alt='A &amp; B' src=a.jpg>", "alt"), attribute("<img src=a.jpg>", "alt")
    ('A & B', '')
    """
    match = re.search(rf"\s{name}\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)'|([^\s\"'=<>`]+))", raw, re.IGNORECASE)
    return html.unescape(next(filter(None, match.groups()), "")) if match else ""
