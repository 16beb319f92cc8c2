"""`narrate cast`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from narrator.cli.options import (
    ENGINE,
    JSON,
    LANGUAGE,
    OUT,
    QUOTES,
    SHARE,
    SHOW,
    SOURCE,
    SPEAK,
    VOICES,
    add_options,
    as_text,
    deliver,
)
from narrator.cli.root import cli

if TYPE_CHECKING:
    from pathlib import Path


@cli.command()
@SOURCE
@add_options(LANGUAGE, ENGINE, VOICES, SHOW, SHARE, QUOTES, SPEAK)
@click.option(
    "--set",
    "chosen",
    multiple=True,
    metavar="NAME=VOICE",
    help='Give a speaker another voice in this show from now on, as in "Ada Stone=espeak:*+f5".',
)
@add_options(JSON, OUT)
def cast(
    *,
    source: Path | str,
    language: str,
    quotes: str,
    speak: frozenset[str],
    chosen: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Say who gets which voice, why, and how alike the voices are."""
    from narrator.cli.casts import cast_facts, format_cast
    from narrator.production import Options, choose_voice, load_script, open_cast

    performed = load_script(source, language=language, quotes=quotes, speak=speak)
    picked = Options(**options)
    wishes = []
    for wish in chosen:
        name, equals, voice = wish.partition("=")
        if not (equals and name.strip() and ":" in voice):
            raise click.UsageError(f"--set takes NAME=ENGINE:VOICE, not {wish!r}")
        wishes.append((name.strip(), voice.strip()))
    if wishes:
        choose_voice(performed, picked, wishes, source)
    planned = open_cast(performed, picked, source)
    text = as_text(cast_facts(performed, planned)) if as_json else format_cast(performed, planned)
    deliver(text, output)
