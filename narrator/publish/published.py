"""`published.json`: what is published at a place, and what was before, so that nothing is sent twice."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLISHED = "published.json"
"""In the published show, written last."""
_VERSION = 1
"""Of its form; another one is not understood."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a file at the place."""

    key: str
    """As its asset had it."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is known of a place.

    While a publication is under way the record says so: what is about to be replaced is no longer among the
    files, and everything that is to come is named, so that a run that was ended leaves nothing unknown.
    """

    guid: str = ""
    """Of the podcast; empty where nothing is known."""
    files: Mapping[str, Note] = field(default_factory=dict)
    """By name: what surely lies there."""
    before: frozenset[str] = frozenset()
    """Names that only the publication before had: listeners may have an old feed still."""
    coming: frozenset[str] = frozenset()
    """Names that a publication was about to write when it ended: old or new, or not at all."""
    leaving: frozenset[str] = frozenset()
    """Names to be deleted."""
    complete: bool = True
    """Whether the publication came to its end."""

    @property
    def names(self) -> frozenset[str]:
        """Every name ever noted that may still lie there."""
        return frozenset(self.files) | self.before | self.coming | self.leaving


def format_published(published: Published) -> bytes:
    """Return the record as JSON; the same record gives the same bytes."""
    content = {
        "version": _VERSION,
        "guid": published.guid,
        "complete": published.complete,
        "files": {
            name: {"key": note.key, "size": note.size} for name, note in sorted(published.files.items())
        },
        "before": sorted(published.before),
        "coming": sorted(published.coming),
        "leaving": sorted(published.leaving),
    }
    return (json.dumps(content, ensure_ascii=False, indent=0) + "\n").encode()


def parse_published(content: bytes) -> Published:
    """Read a record; of one that is damaged, or of another form, nothing is known.

    Args:
        content: Of the file; anyone may have written it.
    """
    try:
        told = json.loads(content)
        if told["version"] != _VERSION:
            return Published()
        return Published(
            guid=_text(told["guid"]),
            files={_name(name): _note(note) for name, note in told["files"].items()},
            before=_names(told["before"]),
            coming=_names(told["coming"]),
            leaving=_names(told["leaving"]),
            complete=told["complete"] is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Published()


def is_safe(name: str) -> bool:
    r"""Tell whether a name stays within the show, on every system.

    >>> is_safe("folge-1/index.html"), is_safe("../a"), is_safe("/a"), is_safe("c:\\a"), is_safe("a//b")
    (True, False, False, False, False)
    """
    parts = PurePosixPath(name).parts
    return (
        "/".join(parts) == name
        and name not in {"", "."}
        and ".." not in parts
        and not any(char in '\\:*?"<>|' or char < " " or char == "\x7f" for char in name)
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # lone surrogates can be written in JSON, but never stored
    return value


def _name(value: Any) -> str:
    if not is_safe(_text(value)):
        raise ValueError
    return str(value)


def _names(values: Any) -> frozenset[str]:
    if not isinstance(values, list):
        raise TypeError
    return frozenset(map(_name, values))


def _note(value: Any) -> Note:
    size = value["size"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ValueError
    return Note(_text(value["key"]), size)
