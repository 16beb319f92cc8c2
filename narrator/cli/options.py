"""The options of the commands, each told once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

_C = TypeVar("_C", bound="Callable[..., Any]")


def _language(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    first = value.replace("_", "-").partition("-")[0]
    if value and not (first.isascii() and first.isalpha() and 2 <= len(first) <= 3):
        raise click.BadParameter(f"{value!r} is no code of a language, such as en or de")
    return value.lower()


class _Path(click.Path):
    """A path of any kind; whether it can be read is told where it is read."""

    def __init__(self) -> None:
        super().__init__(readable=False, path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Refuse an empty name, an unset variable of a shell: it would mean the current folder."""
        if value == "":
            self.fail("a name is expected, not an empty text", param, ctx)
        return super().convert(value, param, ctx)


FILE = _Path()
SOURCE = click.argument("source", type=FILE)
LANGUAGE = click.option(
    "--language", default="", callback=_language, metavar="CODE", help="Language of the text (else detected)."
)
TITLE = click.option("--title", default="", help="Title of the episode (else the source's).")
ENGINE = click.option("--engine", default="", help="Speech engine; `narrate voices` lists them.")
VOICES = click.option("--voices", type=FILE, help="Your voices.yaml: pins of voices, pronunciations.")
OUT = click.option("-o", "--output", type=FILE, help="Write to this file instead of standard output.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
QUIET = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
QUOTES = click.option(
    "--quotes",
    type=click.Choice(["auto", "voiced", "narrated"]),
    default="auto",
    help="Who says the quotations in prose: auto (in fiction the person quoted, in articles the narrator), "
    "voiced (the person), narrated (the narrator).",
)
SPEAK = click.option(
    "--speak",
    type=click.Choice(["directions"]),
    multiple=True,
    help="Have the narrator read what is not spoken otherwise.",
)


def add_options(*options: Callable[[_C], _C]) -> Callable[[_C], _C]:
    """Return a decorator that adds options to a command, shown in the order given."""

    def add(command: _C) -> _C:
        for option in reversed(options):
            command = option(command)
        return command

    return add
