"""The lines of a script, without their comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from narrator.errors import ScriptError


@dataclass(slots=True)
class Line:
    """A line of the body without its comments."""

    number: int
    text: str = ""
    comments: list[tuple[int, str]] = field(default_factory=list)
    """(line, text) of the comments that end on it."""


def without_comments(body: str, number: int, path: Path | None) -> Iterator[Line]:
    r"""Part a body into lines and take the comments out; `\<!--` is none."""
    line = Line(number)
    position = 0
    for match in re.finditer(r"\\.|\n|<!--(?P<comment>.*?)-->|<!--", body, re.DOTALL):
        if match.start() < position:
            continue
        line.text += body[position : match.start()]
        position = match.end()
        found = match.group()
        if found in {"\n", "\\\n"}:
            line.text += found[:-1]
            yield line
            number += 1
            line = Line(number)
        elif found == "<!--":
            raise ScriptError("this comment has no end; close it with `-->`", path, number)
        elif match["comment"] is not None:
            line.comments.append((number, match["comment"]))
            number += found.count("\n")
        else:
            line.text += found
    line.text += body[position:]
    yield line
