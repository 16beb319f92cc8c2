"""Bytes to texts and JSON values, however hostile."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 20_000_000
"""Of a transcript, chapters, a feed or a page; a talk of ten hours has a megabyte."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text that was bytes."""

    text: str
    """Without byte order mark, lines ending with line feeds; damaged characters replaced."""
    problem: str = ""
    """What is wrong with its encoding."""


def decode_text(content: bytes) -> Decoded:
    """Read bytes as UTF-8."""
    problem = ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8"
        text = content.decode("utf-8-sig", "replace")
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), problem)


def read_small(path: Path) -> bytes:
    """Read a file that is not audio.

    Raises:
        OSError: It cannot be read, or is too large to be what it says.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(None, f"it is larger than {MOST_BYTES // 1_000_000} MB")
    return content


def load_json(text: str) -> tuple[Any, str]:
    """Read JSON.

    Returns:
        The value, and why there is none.
    """
    try:
        return json.loads(text), ""
    except json.JSONDecodeError as error:
        return None, f"it is no JSON: {error.msg} in line {error.lineno}"
    except (ValueError, RecursionError):
        return None, "its values are nested too deeply, or its numbers too long"


def number(value: Any) -> float | None:
    """Return a JSON number that can be a time in seconds; None for anything else."""
    usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if usable else None
