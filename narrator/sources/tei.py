"""Plays in TEI XML to blocks (tei-c.org, Performance Texts): speakers, stage directions, characters."""

import re
from collections import Counter
from pathlib import Path

from narrator.errors import SourceError
from narrator.model import BlockKind
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.markup import Element, parse_xml
from narrator.sources.pen import Pen
from narrator.sources.reading import Reading
from narrator.text import language_code

_SIGN = re.compile(
    r"\s*(?:<\?[^>]*>\s*|<!--(?:(?!-->)[\s\S])*-->\s*|<!DOCTYPE[^>\[]*>\s*)*<(?:\w+:)?TEI(?:\.2)?\b"
)
_ROOTS = frozenset(("tei", "tei.2", "teicorpus"))
_HEADINGS = frozenset(("head", "titlepart", "doctitle"))
_BLOCKS = frozenset(
    ("p", "ab", "byline", "docauthor", "docimprint", "docdate", "trailer", "set", "epigraph", "closer",
     "opener", "quote", "item", "castitem", "speaker", "docedition", "imprimatur", "dateline", "signed",
     "salute")
)  # fmt: skip
_PARTED = frozenset(
    ("div", "lg", "sp", "castlist", "castgroup", "list", "front", "body", "back", "titlepage", "spgrp")
)
_DROPPED = {"teiheader": "front matter", "note": "note", "fw": "page furniture", "standoff": "front matter"}
_SPACED = frozenset(("lb", "pb", "cb", "milestone", "l", "role", "roledesc"))


def looks_like_tei(text: str) -> bool:
    """Tell whether a text is TEI XML, by its root."""
    return _SIGN.match(text[:5000]) is not None


def read_tei(text: str, path: Path) -> Reading:
    """Read a play.

    Raises:
        SourceError: It is not well-formed, no TEI, or declares entities.
        LedgerError: A fault of this module lost a part of the text.
    """
    root = parse_xml(text, path)
    if root.name not in _ROOTS:
        raise SourceError("of XML, narrator reads web pages (as .xhtml) and plays in TEI", path)
    walk = _Walk(root)
    walk.element(root, speaker="", spoken=False)
    blocks, unspoken = walk.pen.finish("".join(root.texts()))
    return Reading(_front(root), blocks, unspoken)


def _front(root: Element) -> FrontMatter:
    header = root.find("teiheader")
    if header is None:
        return FrontMatter(language=language_code(root.get("lang")))
    statement = header.find("titlestmt") or header
    title, author = statement.find("title"), statement.find("author")
    used = header.find("language")
    language = root.get("lang") or (used.get("ident") if used else "")
    return FrontMatter(
        title=title.text if title else "",
        title_line=title.line if title else None,
        language=language_code(language),
        author=author.text if author else "",
    )


def _names(root: Element) -> dict[str, str]:
    """Return the names of the characters by their ids: from the header, the list of characters, or a cue."""
    names: dict[str, str] = {}
    for one in root.elements():
        ident = one.get("id")
        if ident and one.name in ("person", "persongrp"):
            named = one.find("persname", "name")
            if named is not None and named.text:
                names.setdefault(ident, named.text.strip(" .,:"))
        elif ident and one.name in ("role", "castitem"):
            role = one if one.name == "role" else one.find("role")
            if role is not None and role.text:
                names.setdefault(ident, role.text.strip(" .,:"))
    shared = Counter(names.values())
    names = {ident: name for ident, name in names.items() if shared[name] == 1}  # “Servants” of a list
    for one in root.elements():
        who = one.get("who").split()
        cue = one.find("speaker") if one.name == "sp" else None
        if len(who) == 1 and cue is not None and cue.text:
            names.setdefault(who[0].lstrip("#"), cue.text.strip(" .,:"))
    return names


class _Walk:
    """Writes the elements in the order of the file."""

    def __init__(self, root: Element) -> None:
        self.pen = Pen()
        self._names = _names(root)

    def element(self, one: Element, *, speaker: str, spoken: bool) -> None:
        """Write an element: its own text and its child elements.

        Args:
            one: The element.
            speaker: Who says it, or empty.
            spoken: Whether it stands within a block that is open.
        """
        reason = self._unspoken(one, speaker)
        if reason:
            for text in one.texts():
                self.pen.drop(text, reason, (one.line, one.line))
            self.pen.space(" ")
            return
        if one.name == "sp":
            speaker = self._speaker(one)
        opened = self._open(one, speaker, spoken=spoken)
        italic = one.name in ("hi", "emph") and "ital" in one.get("rend")
        inside = spoken or one.name in _BLOCKS or one.name in _HEADINGS or one.name in ("stage", "l")
        space = " " if one.name in _SPACED else ""
        self.pen.space(space)
        for part in one.parts:
            if isinstance(part, Element):
                self.element(part, speaker=speaker, spoken=inside)
            else:
                self.pen.speak(part, part, (one.line, one.line), italic=italic)
        self.pen.space(space)
        if opened and not spoken:
            self.pen.begin(BlockKind.PARAGRAPH, speaker=speaker)

    def _unspoken(self, one: Element, speaker: str) -> str:
        """Return why an element is not spoken, or an empty string."""
        if one.name == "speaker":
            return "label"
        if one.name == "stage" and speaker:
            return "direction"
        return _DROPPED.get(one.name, "")

    def _open(self, one: Element, speaker: str, *, spoken: bool) -> bool:
        """Begin a block where an element begins one."""
        if one.name == "stage" and not spoken:
            self.pen.begin(BlockKind.DIRECTION)
            return True
        opens = one.name in _BLOCKS or one.name in _PARTED or one.name in _HEADINGS
        if not opens or (spoken and one.name not in _BLOCKS):
            return False
        kind = BlockKind.HEADING if one.name in _HEADINGS else BlockKind.PARAGRAPH
        kind = BlockKind.ITEM if one.name in ("castitem", "item") else kind
        self.pen.begin(kind, speaker=speaker, level=2 if kind is BlockKind.HEADING else 0)
        return True

    def _speaker(self, one: Element) -> str:
        """Return who says a speech: by the ids it names, else by its cue."""
        known = [
            self._names[who] for name in one.get("who").split() if (who := name.lstrip("#")) in self._names
        ]
        cue = one.find("speaker")
        return " & ".join(known) or (cue.text.strip(" .,:") if cue is not None else "")
