"""`narrate voices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from narrator.cli.options import ENGINE, JSON, LANGUAGE, OUT, add_options, as_text, deliver
from narrator.cli.root import cli

if TYPE_CHECKING:
    from pathlib import Path


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
        text = as_text([{"id": voice.id, **asdict(voice)} for voice in found])
    elif language:
        catalogue = load_catalogue()
        text = format_voices(catalogue.pool(found, language), catalogue.recommends)
    else:
        text = format_languages(found) + "\n\nAll voices of a language: narrate voices --language CODE"
    deliver(text, output)
