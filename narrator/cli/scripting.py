"""`narrate script`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from narrator.cli.options import (
    FILE,
    JSON,
    LANGUAGE,
    OUT,
    QUIET,
    QUOTES,
    SOURCE,
    SPEAK,
    TITLE,
    VOICES,
    add_options,
    as_text,
    deliver,
)
from narrator.cli.root import cli

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Script


@cli.command()
@SOURCE
@add_options(TITLE, LANGUAGE, QUOTES, SPEAK)
@click.option(
    "--update",
    type=FILE,
    metavar="SCRIPT",
    help="Keep the corrections made in this script of the source as it was before.",
)
@click.option(
    "--unknown-words",
    is_flag=True,
    help="List names and words that an engine may get wrong, to be pasted into voices.yaml.",
)
@add_options(VOICES, JSON, OUT, QUIET)
def script(
    *,
    source: Path | str,
    update: Path | None,
    unknown_words: bool,
    voices: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Say who says what, as a script to read and edit.

    Ends with the turns a person should look at first, on standard error.
    """
    from pathlib import Path

    from narrator.cli.account import format_doubts
    from narrator.production import least_sure, load_script, placed, update_script
    from narrator.script import format_json, format_script

    performed = load_script(source, **chosen)
    if unknown_words:
        _list_unknown(performed, voices, output, as_json=as_json)
        return
    there = output.parent if output else Path()  # what is printed is as a rule written here
    performed = placed(performed, Path(source).parent, there)
    lost: tuple[str, ...] = ()
    if update:
        if output and output.exists():
            raise click.ClickException(f"{output} exists; give --update another file to write to with -o")
        revision = update_script(update, performed, there)
        performed, lost = revision.script, revision.lost
    deliver(format_json(performed) if as_json else format_script(performed), output)
    for problem in lost:
        click.echo(f"narrate: {problem}", err=True)
    doubtful = least_sure(performed)
    if doubtful and not (quiet or as_json):
        click.echo(format_doubts(doubtful), err=True)


def _list_unknown(performed: Script, voices: Path | None, output: Path | None, *, as_json: bool) -> None:
    """Print the words that an engine may get wrong, as a section of voices.yaml or as JSON."""
    from dataclasses import asdict

    from narrator.cli.account import format_unknown
    from narrator.production import unknown_words
    from narrator.voices import load_catalogue

    found = unknown_words(performed, load_catalogue(voices).pronunciations)
    listed = as_text([asdict(word) for word in found])
    deliver(listed if as_json else format_unknown(found, performed.language), output)
