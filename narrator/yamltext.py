"""YAML as people write it: values with their lines, and errors that name them; the only home of PyYAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from narrator.errors import NarratorError, SettingsError

if TYPE_CHECKING:
    import yaml

Fail = Callable[[str, str, Path | None, int | None], NarratorError]
"""Makes an error of key (`pins.Anna`; `YAML` for a fault of syntax), problem, file and line."""

# Of YAML 1.1 only what surprises nobody: `no` is a language, 1:30 a time and 2024-05-01 a date as text.
# Each pattern is a part of what PyYAML's writer puts in quotes, so what `dump_yaml` writes reads back alike.
_PLAIN = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$")),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")),
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")),
    ("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?$")),
)
_STR = "tag:yaml.org,2002:str"
_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_KINDS: dict[type, str] = {
    type(None): "nothing", bool: "true or false", int: "a number", float: "a number", str: "a text",
    tuple: "a list", dict: "a mapping",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value of a YAML text with its place; each question answers with the value or raises the error."""

    value: str | float | bool | tuple[Node, ...] | dict[str, Node] | None
    key: str
    """The keys that lead here, parted by dots; `YAML` for the whole text."""
    line: int
    """Counted from 1 in the file."""
    path: Path | None
    fail: Fail
    written: str = ""
    """A scalar as it is written, without quotes."""

    def error(self, problem: str) -> NarratorError:
        """Make the error that something is wrong with this value."""
        return self.fail(self.key, problem, self.path, self.line)

    def _expected(self, what: str) -> NarratorError:
        return self.error(f"{what} is expected, not {_KINDS[type(self.value)]}")

    def text(self, what: str = "a text") -> str:
        """Return a scalar as written (a title may be 2001); not an empty value, list or mapping."""
        if self.value is None or isinstance(self.value, tuple | dict):
            raise self._expected(what)
        return self.written

    def number(self, what: str = "a number", low: float | None = None, high: float | None = None) -> float:
        """Return a number, where given between `low` and `high`, both included."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self._expected(what)
        if (low is not None and self.value < low) or (high is not None and self.value > high):
            raise self.error(f"{what} is expected, not {self.written}")
        return self.value

    def sequence(self, what: str = "a list") -> tuple[Node, ...]:
        """Return the members of a list; an empty value is an empty list."""
        if self.value is None:
            return ()
        if not isinstance(self.value, tuple):
            raise self._expected(what)
        return self.value

    def mapping(self, what: str = "a mapping", known: Collection[str] | None = None) -> dict[str, Node]:
        """Return a mapping in the order of the text; an empty value is an empty mapping.

        Args:
            what: What is expected here, for the error.
            known: The keys there may be; any when None.
        """
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self._expected(what)
        for key, node in self.value.items():
            if known is not None and key not in known:
                raise node.error(f"is not known here; there is {', '.join(known)}")
        return self.value

    def plain(self) -> Any:
        """Return the value without its lines: str, int, float, bool, None, lists and dicts."""
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return self.value


def load_yaml(
    text: str, path: Path | None = None, *, fail: Fail = SettingsError, first_line: int = 1
) -> Node:
    """Read a YAML text; no value of it is ever run as code.

    Args:
        text: One YAML document; an empty one gives a node whose value is None.
        path: Where it comes from, for errors.
        fail: Makes the errors; it is called with key, problem, path and line.
        first_line: The line of the file on which `text` begins (front matter begins on 2).

    Raises:
        NarratorError: The error made by `fail`: broken syntax, a key twice, an anchor, a tag.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[Any, Any] = {None: list(_PLAIN)}  # noqa: RUF012  (as the base declares it)

    try:
        root = yaml.compose(text, Loader)
        return _Reader(path, fail, first_line).node(root, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise fail("YAML", error.problem or "it cannot be read", path, line) from error
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        raise fail(
            "YAML", f"the character U+{ord(text[error.position]):04X} is not allowed", path, line
        ) from error
    except RecursionError as error:
        raise fail("YAML", "it is nested too deeply", path, first_line) from error


class _Reader:
    """Turns PyYAML's nodes into ours."""

    def __init__(self, path: Path | None, fail: Fail, first_line: int) -> None:
        self._path = path
        self._fail = fail
        self._first = first_line
        self._seen: set[int] = set()

    def node(self, source: yaml.Node | None, keys: tuple[str, ...]) -> Node:
        """Return our node for PyYAML's."""
        import yaml

        line = self._first + (source.start_mark.line if source else 0)
        made = Node(None, ".".join(keys) or "YAML", line, self._path, self._fail)
        if source is None:
            return made
        if id(source) in self._seen:  # an alias: text could grow without bound, or without end
            raise made.error("an anchor (&) or alias (*) cannot be used; write the value out")
        self._seen.add(id(source))
        value: str | float | bool | tuple[Node, ...] | dict[str, Node] | None
        written = ""
        if not isinstance(source, yaml.ScalarNode) and source.tag not in _COLLECTIONS:
            raise made.error(f"the tag {source.tag!r} cannot be used here")
        if isinstance(source, yaml.MappingNode):
            value = self._mapping(source, keys)
        elif isinstance(source, yaml.SequenceNode):
            value = tuple(self.node(child, (*keys, str(i))) for i, child in enumerate(source.value, 1))
        else:
            written = cast("str", source.value)
            value = _scalar(source.tag, written, made)
        return Node(value, made.key, line, self._path, self._fail, written)

    def _mapping(self, source: yaml.MappingNode, keys: tuple[str, ...]) -> dict[str, Node]:
        import yaml

        members: dict[str, Node] = {}
        for name, child in source.value:
            line = self._first + name.start_mark.line
            if not isinstance(name, yaml.ScalarNode):
                raise self._fail(".".join(keys) or "YAML", "a key must be a text", self._path, line)
            if name.value in members:
                raise self._fail(".".join((*keys, name.value)), "stands here twice", self._path, line)
            members[name.value] = self.node(child, (*keys, name.value))
        return members


def _scalar(tag: str, written: str, node: Node) -> str | float | bool | None:
    """Return the value of a scalar; a tag that does not fit what is written is an error."""
    if tag == _STR:
        return written
    pattern = dict(_PLAIN).get(tag)
    if pattern is None or not pattern.match(written):
        raise node.error(f"the tag {tag!r} cannot be used here")
    kind = tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return written.lower() == "true"
    return float(written) if kind == "float" or len(written) > 300 else int(written)


def dump_yaml(value: object) -> str:
    r"""Write mappings, lists and scalars as YAML, one entry a line, in the given order.

    >>> dump_yaml({"title": "Grüße", "language": "no", "cast": {"Anna": "espeak:de+m8"}})
    "title: Grüße\nlanguage: 'no'\ncast:\n  Anna: espeak:de+m8\n"
    """
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  (the base class asks for the argument)
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        # Line ends of Unicode read back as spaces, unless they are escaped within quotes.
        style = '"' if re.search("[\x85\u2028\u2029]", value) else None
        return dumper.represent_scalar(_STR, value, style)

    Dumper.add_representer(str, text)
    written: str = yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=2**31
    )
    return written
