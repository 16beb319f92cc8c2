"""Rules for the record of what is published in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.checking.rule import Fault, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.checking.rule import Tests
    from narrator.publish.published import Published


@dataclass(frozen=True, slots=True)
class Recorded:
    """A folder, and the record of what is published in it."""

    folder: Path
    published: Published


def _incomplete(one: Recorded) -> Iterator[Fault]:
    if not one.published.complete:
        yield Fault("the publication that began last did not come to its end")


def _differs(one: Recorded) -> Iterator[Fault]:
    for name, note in one.published.files.items():
        try:
            path = (one.folder / name).resolve()
            inside = path.is_relative_to(one.folder.resolve())
            size = path.stat().st_size if inside and path.is_file() else None
        except (OSError, ValueError):  # a name that the system refuses
            size = None
        if size is None:
            yield Fault(f"{shown(name)} is not there")
        elif size != note.size:
            yield Fault(f"{shown(name)} has {size:,} bytes, and {note.size:,} were published")


TESTS: Tests[Recorded] = {"published-complete": _incomplete, "published-differs": _differs}
