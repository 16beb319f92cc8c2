"""`narrate build --listen`: one part, made and played."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrator.units import clock

if TYPE_CHECKING:
    from narrator.production import Options


def listen_to(place: Path | str, wanted: str, options: Options, output: Path | None, *, quiet: bool) -> int:
    """Make a part of a source, play it, and tell where the file is if it stays.

    Args:
        place: The source.
        wanted: The part.
        options: As for a build.
        output: Where the part goes; else it is gone when it was played.
        quiet: Print nothing but errors.

    Raises:
        NarratorError: It cannot be made.
    """
    from narrator.cli.playing import play
    from narrator.cli.terminal import open_progress
    from narrator.production import make_part, short_name

    folder = None if output else Path(tempfile.mkdtemp(prefix="narrate-"))
    target = output or Path(folder or "", "part.wav")
    stays = False
    try:
        with open_progress(short_name(place), quiet=quiet) as progress:
            heard = make_part(place, wanted, options, target, progress)
        if not quiet:
            takes = f"{heard.made:,} takes made, {heard.kept:,} kept"
            click.echo(f"{heard.name} ({clock(heard.seconds)}): {takes}")
        stays = not play(target, heard.seconds)
    finally:
        if folder and not stays:
            target.unlink(missing_ok=True)
            folder.rmdir()
    if stays:
        click.echo(f"{target}: no player here could play it; this is where the sound is", err=True)
    elif output and not quiet:
        click.echo(f"{target} written")
    return 0
