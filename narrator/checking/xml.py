"""Reads XML into a tree with namespaces as they are, by expat: no entity is declared, fetched or expanded.

Another parser than the one that reads sources: here the exact namespaces, names and prefixes count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from narrator.checking.texts import MOST_BYTES

_DEEPEST = 64
MOST_ELEMENTS = 200_000
"""A thousand episodes with chapters have 60,000; each takes some 400 bytes here."""
_MOST_ATTRIBUTES = 64
_SPACE = " "
"""Parts a namespace from a name: neither has one."""


@dataclass(slots=True)
class Node:
    """An element."""

    name: tuple[str, str]
    """Namespace and name within it."""
    attributes: dict[str, str]
    """By name, with its namespace and a space before it where it has one."""
    line: int
    children: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    """The text that stands directly in it."""
    _named: dict[tuple[str, str], list[Node]] | None = None

    @property
    def text(self) -> str:
        """The text that stands directly in it, without space at its ends."""
        return "".join(self.parts).strip()

    def all(self, name: tuple[str, str]) -> list[Node]:
        """Return the elements directly within that have the name."""
        if self._named is None:  # dozens of rules ask
            self._named = {}
            for child in self.children:
                self._named.setdefault(child.name, []).append(child)
        return self._named.get(name, [])

    def first(self, name: tuple[str, str]) -> Node | None:
        """Return the first element directly within that has the name."""
        found = self.all(name)
        return found[0] if found else None

    def get(self, name: str) -> str:
        """Return an attribute without space at its ends, empty where it is not there."""
        return self.attributes.get(name, "").strip()


@dataclass(slots=True)
class Tree:
    """A file of XML."""

    root: Node | None = None
    encoding: str = ""
    """As the file tells it."""
    namespaces: list[tuple[str, str]] = field(default_factory=list)
    """(prefix, address) as they are declared."""
    elements: int = 0
    """How many there are."""
    problem: str = ""
    """Why it cannot be read."""
    line: int = 0
    """Of the problem."""
    declares: bool = False
    """Whether it declares entities."""


class _TooMuchError(Exception):
    """It has more of something than any feed."""


def read_xml(content: bytes) -> Tree:
    """Read XML; what cannot be read has a problem and no root."""
    tree = Tree()
    if len(content) > MOST_BYTES:
        tree.problem = f"it has more than {MOST_BYTES / 1e6:.0f} MB"
        return tree
    builder = _Builder(tree)
    parser = builder.parser
    try:
        parser.Parse(content, True)
        tree.root = builder.root
    except expat.ExpatError as error:
        tree.problem, tree.line = expat.ErrorString(error.code), error.lineno
    except _TooMuchError as error:
        tree.problem, tree.line = str(error), parser.CurrentLineNumber
    except (ValueError, LookupError):  # an encoding that Python does not know, or knows and expat cannot use
        tree.problem = "its encoding is not known"
    return tree


class _Builder:
    """Grows the tree as the parser tells of it."""

    def __init__(self, tree: Tree) -> None:
        self.root: Node | None = None
        self._tree = tree
        self._open: list[Node] = []
        self.parser = expat.ParserCreate(namespace_separator=_SPACE)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.XmlDeclHandler = self._declaration
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartNamespaceDeclHandler = self._namespace

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._tree.elements += 1
        if (
            self._tree.elements > MOST_ELEMENTS
            or len(self._open) >= _DEEPEST
            or len(attributes) > _MOST_ATTRIBUTES
        ):
            raise _TooMuchError("it has too many elements or attributes, or they are nested too deeply")
        space, _, local = name.rpartition(_SPACE)
        node = Node((space, local), attributes, self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].parts.append(text)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._tree.encoding = encoding or ""

    def _namespace(self, prefix: str | None, address: str | None) -> None:
        if len(self._tree.namespaces) < _MOST_ATTRIBUTES:
            self._tree.namespaces.append((prefix or "", address or ""))

    def _entity(self, *_: object) -> None:
        self._tree.declares = True
        raise _TooMuchError("it declares entities, which no reader of feeds expands")
