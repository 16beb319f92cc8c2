"""Options and arguments that commands share, and how a result is handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

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


class _Place(_Path):
    """A path, or an address; `-` is standard input."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Leave an address as it is: as a path it would lose a stroke."""
        return value if isinstance(value, str) and "://" in value else super().convert(value, param, ctx)


FILE = _Path()
PLACE = _Place()
SOURCE = click.argument("source", type=PLACE)
LANGUAGE = click.option(
    "--language", default="", callback=_language, metavar="CODE", help="Language of the text (else detected)."
)
TITLE = click.option("--title", default="", help="Title of the episode (else the source's).")
ENGINE = click.option("--engine", default="", help="Speech engine; `narrate voices` lists them.")
VOICES = click.option("--voices", type=FILE, help="Your voices.yaml: pins of voices, pronunciations.")
SHOW = click.option(
    "--show",
    type=FILE,
    metavar="FOLDER",
    help="The show, which remembers who has which voice (else the folder around the episode's, else output).",
)
SHARE = click.option(
    "--share-voices",
    is_flag=True,
    help="Let the smallest parts share voices where there are fewer voices than speakers.",
)
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
    type=click.Choice(["directions", "disclosure"]),
    multiple=True,
    callback=lambda _context, _parameter, value: frozenset(value),
    help="Have the narrator read what is not spoken otherwise: the directions; a last sentence that the "
    "voices are synthetic, as Apple asks (disclosure).",
)
SOUND = (
    click.option(
        "--loudness",
        type=click.FloatRange(-24, -14),
        metavar="LUFS",
        help="How loud the files are to be, -24 to -14 (else the show's, else -16, as Apple asks).",
    ),
    click.option(
        "--bitrate",
        "bit_rate",
        type=click.Choice(["64", "80", "96", "112", "128", "160", "192", "224", "256"]),
        callback=lambda _context, _parameter, value: None if value is None else int(value),
        help="kbit/s of the MP3, constant: in mono up to 128 (else the show's, else 96), with --stage from "
        "128 on (else 128). Spotify asks for 96 at least.",
    ),
    click.option(
        "--stage/--no-stage",
        default=None,
        help="Give speakers slightly different places between left and right, in stereo (else as the show "
        "has it, else not). Played in mono it sounds as it would without.",
    ),
)
MUSIC = (
    click.option(
        "--intro", type=FILE, metavar="FILE", help="Music that the episode begins with (else the show's)."
    ),
    click.option("--outro", type=FILE, metavar="FILE", help="Music that it ends with."),
    click.option("--bed", type=FILE, metavar="FILE", help="Music under all that is spoken, over and over."),
    click.option("--jingle", type=FILE, metavar="FILE", help="Music between two chapters."),
    click.option("--no-music", is_flag=True, help="Have no music, the show's neither."),
)
"""WAV, FLAC, MP3, Ogg, AIFF; with the extra m4a M4A, too."""


def add_options(*options: Callable[[_C], _C]) -> Callable[[_C], _C]:
    """Return a decorator that adds options to a command, shown in the order given."""

    def add(command: _C) -> _C:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def as_text(value: Sequence[Any] | Mapping[str, Any]) -> str:
    """Format a result as JSON."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=2)


def deliver(text: str, output: Path | None) -> None:
    """Print a result, or write it to a file as a whole."""
    text = text.rstrip("\n") + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    from narrator.files import write_atomically

    write_atomically(output, text.encode())
