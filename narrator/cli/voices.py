"""`narrate voices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from narrator.cli.options import ENGINE, FILE, JSON, LANGUAGE, OUT, QUIET, add_options, as_text, deliver
from narrator.cli.root import cli
from narrator.settings import MODELS_ADDRESS_VARIABLE

if TYPE_CHECKING:
    from pathlib import Path


@cli.group(invoke_without_command=True)
@add_options(LANGUAGE, ENGINE, JSON, OUT)
@click.pass_context
def voices(context: click.Context, *, language: str, engine: str, output: Path | None, as_json: bool) -> None:
    """List the voices there are, install more, try one."""
    if context.invoked_subcommand is not None:
        return
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


@voices.command()
@click.argument("names", nargs=-1, required=True, metavar="kokoro|piper:VOICE…")
@click.option("--from", "folder", type=FILE, metavar="FOLDER", help="Take files that lie in this folder.")
@click.option(
    "--address",
    default="",
    envvar=MODELS_ADDRESS_VARIABLE,
    show_envvar=True,
    metavar="URL",
    help="Fetch from this mirror.",
)
@add_options(QUIET)
def install(*, names: tuple[str, ...], folder: Path | None, address: str, quiet: bool) -> None:
    """Install voices: the official files, checked, to your folder of models.

    `kokoro` gives all official voices of Kokoro, `piper:de_DE-thorsten-medium` one voice of Piper. A download
    that was stopped goes on where it stopped.
    """
    from narrator.cli.account import format_size
    from narrator.cli.terminal import open_progress
    from narrator.errors import EngineUnavailableError, InstallError
    from narrator.installing import find_offer
    from narrator.installing import install as put
    from narrator.production import list_voices

    if folder is not None and not folder.is_dir():
        raise InstallError(names[0], f"{folder} is no folder")
    for name in dict.fromkeys(names):
        offer = find_offer(name, "" if folder else address, folder)
        size = format_size(offer.size) if offer.size else "size not told"
        if not quiet:
            click.echo(f"narrate: {name}: {size}, licence: {offer.licence}", err=True)
        with open_progress(name, quiet=quiet) as progress:
            progress.stage("copying" if folder else "downloading")
            made = put(offer, folder, progress.at)
        if quiet:
            continue
        click.echo(
            f"{name}: installed in {made[0].parent}" if made else f"{name}: all of it is there already"
        )
        try:
            list_voices(offer.engine, "", lambda _: None)
        except EngineUnavailableError as error:
            click.echo(f"narrate: {error}", err=True)
