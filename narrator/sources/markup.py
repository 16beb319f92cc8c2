"""HTML and XML as a tree of our own: no entity is fetched, none is expanded; the only home of lxml."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from narrator.errors import SourceError
from narrator.settings import MAX_CHARACTERS
from narrator.sources.hypertext import parts_blocks
from narrator.sources.reading import refuse_length
from narrator.text import without_controls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_ELEMENTS = 250_000
"""The largest novel in one file has 50,000; beyond this reading takes minutes."""
_DECLARES = re.compile(r"<!DOCTYPE[^<>\[]*\[[^\]]*<!ENTITY", re.IGNORECASE)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?P<name>[A-Za-z][A-Za-z0-9]{1,31};)")
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^<>]*\?>")
_END = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
_EMPTY = re.compile(
    r"<(?P<name>title|script|style|textarea|iframe|noscript|a|abbr|b|cite|div|em|i|li|p|section|span|strong|td)"
    r"(?P<rest>(?:\s[^<>]*)?)/>",
    re.IGNORECASE,
)
"""Elements closed as XML closes them, which HTML would leave open."""


@dataclass(slots=True)
class Element:
    """An element of a page; its text stands between its child elements, in order."""

    name: str
    """In small letters, without a namespace."""
    attributes: dict[str, str]
    """By name in small letters, without the prefix of a namespace (`epub:type` is `type`)."""
    line: int
    parts: list[Element | str] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Return this element and all within, in the order of the file."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += [part for part in reversed(one.parts) if isinstance(part, Element)]

    def find(self, *names: str) -> Element | None:
        """Return the first element within that has one of the names."""
        return next((one for one in self.elements() if one.name in names and one is not self), None)

    def children(self, *names: str) -> list[Element]:
        """Return the child elements, or those of the names."""
        found = [part for part in self.parts if isinstance(part, Element)]
        return [one for one in found if one.name in names] if names else found

    def texts(self, between: str = "") -> Iterator[str]:
        """Return all texts within, in the order of the file.

        Args:
            between: What to put before and after the elements that part blocks, and for line breaks.
        """
        waiting: list[Element | str] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                yield part
            elif between and (part.name == "br" or parts_blocks(part.name)):
                waiting += [between, *reversed(part.parts), between]
            else:
                waiting += reversed(part.parts)

    @property
    def text(self) -> str:
        """All text within, its white space made single spaces."""
        return " ".join("".join(self.texts(" ")).split())

    def get(self, name: str) -> str:
        """Return an attribute, empty where it is not there."""
        return self.attributes.get(name, "")


def parse_html(text: str, path: Path) -> Element:
    """Read HTML, however broken.

    Args:
        text: The page.
        path: Its file, for errors.

    Raises:
        SourceError: It is nested too deeply, or has too many elements.
    """
    from lxml import etree

    _refuse_hostile(text, path)
    # What comes after the end of the page would be lost, though every browser shows it.
    text = _END.sub(_blank, _DECLARATION.sub(_blank, without_controls(text)))
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"this page cannot be read as HTML: {_reason(error)}", path) from error
    for entry in parser.error_log:
        if entry.type_name in {"ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY"}:
            raise SourceError("its elements are nested too deeply, or too long, for a page", path, entry.line)
    if root is None:
        raise SourceError("there is nothing to speak in it", path)
    return _grown(root, path)


def parse_xhtml(text: str, path: Path) -> Element:
    """Read a page that is XML, and where it is not well-formed, as HTML.

    Raises:
        SourceError: As for `parse_html` and `parse_xml`.
    """
    _refuse_hostile(text, path)
    known = _ENTITY.sub(_character, text)
    try:
        return parse_xml(known, path)
    except SourceError:
        return parse_html(_EMPTY.sub(r"<\g<name>\g<rest>></\g<name>>", text), path)


def parse_xml(text: str, path: Path) -> Element:
    """Read XML.

    Raises:
        SourceError: It is not well-formed, declares entities of its own, or is nested too deeply.
    """
    from lxml import etree

    _refuse_hostile(text, path)
    text = _DECLARATION.sub(_blank, without_controls(text))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        raise SourceError(f"this is not well-formed XML: {_reason(error)}", path, line) from error
    return _grown(root, path)


def _refuse_hostile(text: str, path: Path) -> None:
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"a page of more than {MAX_CHARACTERS:,} characters is not read; divide it", path)
    if _DECLARES.search(text[:20_000]):
        raise SourceError("it declares entities of its own, which narrator does not expand", path)


def _blank(match: re.Match[str]) -> str:
    """Keep the line ends of what is taken out, so that lines are counted right."""
    return "\n" * match.group().count("\n")


def _character(match: re.Match[str]) -> str:
    found = html.unescape(match.group())
    return match.group() if found in "<>&" else found


def _reason(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0].split(", line ")[0]


def _grown(root: Any, path: Path) -> Element:
    """Copy a tree of lxml, however deep, into one of ours."""
    top = _element(root)
    waiting = [(root, top)]
    count = length = 0
    while waiting:
        theirs, ours = waiting.pop()
        if theirs.text:
            ours.parts.append(theirs.text)
        for child in theirs:
            count += 1
            if count > _MOST_ELEMENTS:
                raise SourceError(f"it has more than {_MOST_ELEMENTS:,} elements; divide it", path)
            if isinstance(child.tag, str):
                made = _element(child)
                ours.parts.append(made)
                waiting.append((child, made))
            elif child.text:  # an entity that nobody declared
                ours.parts.append(html.unescape(child.text))
            if child.tail:
                ours.parts.append(child.tail)
        length += sum(len(part) for part in ours.parts if isinstance(part, str) and not part.isspace())
        refuse_length(length, path)
    return top


def _element(theirs: Any) -> Element:
    name = theirs.tag.rpartition("}")[2].lower()
    attributes = {
        key.rpartition("}")[2].rpartition(":")[2].lower(): value for key, value in theirs.attrib.items()
    }
    return Element(name, attributes, theirs.sourceline or 1)
