"""`narrate voices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from narrator.cli.options import (
    ENGINE,
    FILE,
    JSON,
    LANGUAGE,
    OUT,
    QUIET,
    VOICES,
    add_options,
    as_text,
    deliver,
)
from narrator.cli.root import cli
from narrator.settings import MODELS_ADDRESS_VARIABLE

if TYPE_CHECKING:
    from pathlib import Path


@cli.group(invoke_without_command=True)
@add_options(LANGUAGE, ENGINE)
@click.option("--gender", type=click.Choice(["female", "male"]), default=None, help="Only such voices.")
@click.option("--natural", is_flag=True, help="Only voices that sound like a person.")
@click.option("--installed", is_flag=True, help="Only voices that can speak here now.")
@click.option("--offline", is_flag=True, help="Only voices that send the text nowhere.")
@add_options(JSON, OUT)
@click.pass_context
def voices(
    context: click.Context,
    *,
    language: str,
    engine: str,
    gender: str | None,
    natural: bool,
    installed: bool,
    offline: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """List the voices there are, install more, try one."""
    if context.invoked_subcommand is not None:
        return
    from dataclasses import asdict

    from narrator.cli.account import format_engines, format_remedies, format_voices
    from narrator.production import Wishes, survey
    from narrator.voices import load_catalogue

    wishes = Wishes(language, engine, gender or "", natural, installed, offline)
    found, broken = survey(wishes, load_catalogue())
    if as_json:
        text = as_text(
            [
                {
                    "id": one.voice.id if one.voice.name else one.voice.engine,
                    **asdict(one.voice),
                    "natural": one.natural,
                    "online": one.online,
                    "installed": one.installed,
                    "given": one.given,
                    "install": one.remedy,
                }
                for one in (*found, *(() if installed else broken))
            ]
        )
    else:
        parts = [format_voices(found) if language or engine else format_engines(found)]
        if broken and not installed:
            parts.append(format_remedies(broken))
        if any(not one.installed for one in found):
            parts.append("To get one: narrate voices install kokoro, or piper:VOICE")
        if not (language or engine):
            parts.append("All voices of a language: narrate voices --language CODE")
        text = "\n\n".join(parts)
    deliver(text, output)


@voices.command("try")
@click.argument("name")
@click.argument("text", default="")
@add_options(LANGUAGE, VOICES)
@click.option(
    "-o", "--output", type=FILE, help="Write to this .wav, .flac or .mp3 (else a .wav in this folder)."
)
def try_voice(*, name: str, text: str, language: str, voices: Path | None, output: Path | None) -> None:
    """Hear a voice: NAME as engine:name, and what it is to say (else a passage in its language)."""
    from narrator.production import is_online, make_sample, sample_path
    from narrator.voices import load_catalogue

    if is_online(name):
        engine = name.partition(":")[0]
        click.echo(f"narrate: {engine} is a network service; the text is sent there", err=True)
    path = output or sample_path(name)
    voice = make_sample(name, text, path, load_catalogue(voices), language)
    click.echo(f"{voice.id}: {path}")


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
    from narrator.engines.registry import get_engine
    from narrator.errors import EngineUnavailableError, InstallError
    from narrator.installing import find_offer
    from narrator.installing import install as put

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
            get_engine(offer.engine).voices()
        except EngineUnavailableError as error:
            click.echo(f"narrate: {error}", err=True)
