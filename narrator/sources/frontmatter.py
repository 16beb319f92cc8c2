"""Front matter: the YAML between two `---` at the head of a file."""

import re
from dataclasses import dataclass
from pathlib import Path

from narrator.errors import SourceError
from narrator.model import Unspoken
from narrator.text import language_code, words
from narrator.yamltext import Node, load_yaml

_FRONT_MATTER = re.compile(
    r"\A---[^\S\n]*\n"
    r"(?P<yaml>(?:#.*\n|[^\S\n]*\n)*[\w\"'][\w .\"'-]*:(?:[^\S\n].*)?\n(?:.*\n)*?)"
    r"(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)"
)
"""Between the lines must stand a key, for a text may also begin with a rule."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file says of itself; empty where it does not."""

    title: str = ""
    title_line: int | None = None
    language: str = ""
    """ISO 639-1."""
    author: str = ""
    date: str = ""
    unspoken: tuple[Unspoken, ...] = ()
    """The front matter itself."""


def read_front_matter(text: str, path: Path) -> tuple[FrontMatter, str, int]:
    """Part the front matter from a text.

    Returns:
        The front matter, the rest of the text, and the line of the file on which the rest begins.

    Raises:
        SourceError: The front matter is not YAML, or `language` is none.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        return FrontMatter(), text, 1
    root = load_yaml(match["yaml"], path, fail=_fail, first_line=2)
    values = root.mapping()
    last = match.group().rstrip("\n").count("\n") + 1
    unspoken = (Unspoken(match["yaml"].strip(), "front matter", (1, last)),) if words(match["yaml"]) else ()
    language = (
        _language(values["language"].text(), path, values["language"].line) if "language" in values else ""
    )
    if not language and "lang" in values:
        language = _language(values["lang"].text(), path, values["lang"].line)

    def text_of(key: str) -> str:
        node = values.get(key)
        return " ".join(node.text().split()) if node is not None and node.value is not None else ""

    front = FrontMatter(
        title=text_of("title"),
        title_line=values["title"].line if "title" in values else None,
        language=language,
        author=_author(values.get("author")),
        date=text_of("date"),
        unspoken=unspoken,
    )
    return front, text[match.end() :], last + 1


def _author(node: Node | None) -> str:
    """Return who wrote a text: a name, a list of names, or what site generators know of them, by `name`."""
    if node is None or node.value is None:
        return ""
    if isinstance(node.value, tuple):
        return ", ".join(name for one in node.value if (name := _author(one)))
    if isinstance(node.value, dict):
        return _author(node.value.get("name"))
    return " ".join(node.text("a name").split())


def _fail(key: str, problem: str, path: Path | None, line: int | None) -> SourceError:
    return SourceError(f"in the front matter, {key}: {problem}", path, line)


def _language(value: str, path: Path, line: int) -> str:
    code = language_code(value)
    if not code:
        raise SourceError(f"the language is a code such as de or en-GB, not {value!r}", path, line)
    return code
