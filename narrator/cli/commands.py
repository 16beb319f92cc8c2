"""The command line: parse arguments, call production, print. The one place that prints errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from narrator import __version__
from narrator.cli.ending import tidy_end, told
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_C = TypeVar("_C", bound="Callable[..., Any]")
_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it: 128 and the number of SIGINT."""


class _Narrate(click.Group):
    """A group of commands in which every expected failure is one line on standard error."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command and end with its exit code: 0 done, 1 refused or failed, 2 wrong usage."""
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # whoever started us closed it
                setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
            # A title that the terminal's encoding lacks must not end the program.
            if hasattr(getattr(sys, name), "reconfigure"):
                getattr(sys, name).reconfigure(errors="replace")
        extra["standalone_mode"] = False
        try:
            with tidy_end():
                code = super().main(*args, **extra)
        except click.UsageError as error:
            usage = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
            code = _fail(f"{error.format_message().rstrip('.')}{usage}", 2)
        except click.ClickException as error:
            code = _fail(error.format_message())
        except (click.Abort, KeyboardInterrupt):
            code = _INTERRUPTED
        except NarratorError as error:
            code = _fail(str(error))
        except OSError as error:
            code = _fail(told(error))
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int = 1) -> int:
    click.echo(f"narrate: error: {' '.join(message.split())}", err=True)
    return code


# ---------------------------------------------------------------- options
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
    callback=lambda _context, _parameter, value: frozenset(value),
    help="Have the narrator read what is not spoken otherwise.",
)


def add_options(*options: Callable[[_C], _C]) -> Callable[[_C], _C]:
    """Return a decorator that adds options to a command, shown in the order given."""

    def add(command: _C) -> _C:
        for option in reversed(options):
            command = option(command)
        return command

    return add


# ---------------------------------------------------------------- commands
@click.group(
    cls=_Narrate, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="narrate")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn a text in which people speak into a finished podcast episode."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@click.argument("sources", nargs=-1, required=True, type=PLACE, metavar="SOURCE…")
@click.option(
    "-o", "--output", "folder", type=FILE, metavar="FOLDER", help="Folder of the episode (else output/TITLE)."
)
@add_options(TITLE, LANGUAGE, ENGINE, VOICES)
@click.option(
    "--takes",
    type=FILE,
    metavar="FOLDER",
    help="Where takes are kept (else NARRATOR_TAKES, else your cache).",
)
@add_options(QUOTES, SPEAK)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="0…1",
    help="Refuse a script in which a turn is less sure than this, such as 0.6.",
)
@QUIET
def build(*, sources: tuple[Path | str, ...], quiet: bool, **chosen: Any) -> int:
    """Go the whole way: script, cast, takes, mix, file, episode.

    A SOURCE is a file, `-` for standard input, or an address (http, https): a text, a page, an e-book, or a
    script as `narrate script` writes it. A run that was ended goes on where it stopped; what has not changed
    is not spoken again.
    """
    if len(sources) > 1 and (chosen["folder"] or chosen["title"]):
        raise click.UsageError("-o and --title are for a single source")
    from narrator.cli.account import format_account
    from narrator.cli.terminal import open_progress
    from narrator.production import Options, short_name
    from narrator.production import build as produce

    failed = 0
    for number, source in enumerate(sources):
        try:
            with open_progress(short_name(source), quiet=quiet) as progress:
                production = produce(source, Options(**chosen), progress)
        except NarratorError as error:
            failed = _fail(str(error))
        except OSError as error:
            failed = _fail(f"{source}: {told(error)}")
        else:
            if not quiet:
                click.echo(("\n" if number else "") + format_account(production))
    return failed


@cli.command()
@SOURCE
@add_options(TITLE, LANGUAGE, QUOTES, SPEAK)
@click.option(
    "--update",
    type=FILE,
    metavar="SCRIPT",
    help="Keep the corrections made in this script of the source as it was before.",
)
@add_options(JSON, OUT, QUIET)
def script(
    *,
    source: Path | str,
    update: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Say who says what, as a script to read and edit.

    Ends with the turns a person should look at first, on standard error.
    """
    from narrator.cli.account import format_doubts
    from narrator.production import least_sure, load_script, update_script
    from narrator.script import format_json, format_script

    performed = load_script(source, **chosen)
    lost: tuple[str, ...] = ()
    if update:
        if output and output.exists():
            raise click.ClickException(f"{output} exists; give --update another file to write to with -o")
        revision = update_script(update, performed)
        performed, lost = revision.script, revision.lost
    _deliver(format_json(performed) if as_json else format_script(performed), output)
    for problem in lost:
        click.echo(f"narrate: {problem}", err=True)
    doubtful = least_sure(performed)
    if doubtful and not (quiet or as_json):
        click.echo(format_doubts(doubtful), err=True)


@cli.command()
@SOURCE
@add_options(LANGUAGE, ENGINE, VOICES, QUOTES, SPEAK, JSON, OUT)
def cast(
    *,
    source: Path | str,
    language: str,
    engine: str,
    voices: Path | None,
    quotes: str,
    speak: frozenset[str],
    output: Path | None,
    as_json: bool,
) -> None:
    """Say who gets which voice, and why."""
    from narrator.cli.account import cast_rows, format_cast
    from narrator.production import Options, load_script, plan_cast

    performed = load_script(source, language=language, quotes=quotes, speak=speak)
    planned = plan_cast(performed, Options(engine=engine, voices=voices))
    text = _json(cast_rows(performed, planned)) if as_json else format_cast(performed, planned)
    _deliver(text, output)


@cli.command()
@add_options(LANGUAGE, ENGINE, JSON, OUT)
def voices(*, language: str, engine: str, output: Path | None, as_json: bool) -> None:
    """List the voices there are."""
    from dataclasses import asdict

    from narrator.cli.account import format_languages, format_voices
    from narrator.production import list_voices
    from narrator.voices import load_catalogue

    found = list_voices(engine, language, lambda error: click.echo(f"narrate: {error}", err=True))
    if as_json:
        text = _json([{"id": voice.id, **asdict(voice)} for voice in found])
    elif language:
        catalogue = load_catalogue()
        text = format_voices(catalogue.pool(found, language), catalogue.recommends)
    else:
        text = format_languages(found) + "\n\nAll voices of a language: narrate voices --language CODE"
    _deliver(text, output)


def _json(value: Sequence[Any]) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=2)


def _deliver(text: str, output: Path | None) -> None:
    """Print a result, or write it to a file as a whole."""
    text = text.rstrip("\n") + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    from narrator.files import write_atomically

    write_atomically(output, text.encode())


main = cli

if __name__ == "__main__":
    main()
