"""`narrate serve`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrator.cli.options import FILE, QUIET, add_options
from narrator.cli.root import cli
from narrator.settings import OUTPUT_FOLDER, SERVE_HOST, SERVE_PORT

if TYPE_CHECKING:
    from narrator.production.serving import LocalShow


@cli.command()
@click.argument("folder", type=FILE, default=Path(OUTPUT_FOLDER))
@click.option(
    "--host",
    default=SERVE_HOST,
    show_default=True,
    help="Address of this machine to serve at; 0.0.0.0 lets the whole network in, phones too.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=SERVE_PORT,
    show_default=True,
    help="Port to serve at; 0 takes any that is free.",
)
@click.option(
    "--qr/--no-qr",
    "code",
    default=None,
    help="Show the address as a QR code, or do not (else where a phone can use it and there is room for it).",
)
@add_options(QUIET)
def serve(*, folder: Path, host: str, port: int, code: bool | None, quiet: bool) -> None:
    """Serve the show on this machine, to try it in a browser or on a phone.

    The addresses in its feed are those of this server, whatever podcast.yaml says. What is built or changed
    meanwhile is served without starting again. Ctrl-C ends it.
    """
    from narrator.production.serving import open_local

    def tell(line: str) -> None:
        click.echo(f"narrate: {' '.join(line.split())}", err=True)

    with open_local(folder, host, port, tell) as local:
        if not quiet:
            click.echo(_greeting(local))
            if code or (code is None and not local.listening.loopback and sys.stdout.isatty()):
                _show_code(local.show.address, asked=bool(code))
            sys.stdout.flush()
        local.run()


def _greeting(local: LocalShow) -> str:
    count = len(local.show.entries)
    lines = [
        f"{local.show.podcast.title}: {count} {'episode' if count == 1 else 'episodes'}",
        f"  page  {local.show.address}",
        f"  feed  {local.feed}",
    ]
    if local.listening.loopback:
        lines.append("Only this machine can reach it; for a phone in the same network add --host 0.0.0.0.")
    else:
        lines.append("Everybody in your network can reach it.")
    return "\n".join([*lines, "Ctrl-C ends it."])


def _show_code(address: str, *, asked: bool) -> None:
    """Show a QR code; where it was not asked for, only if there is room for all of it."""
    from narrator.serving import format_code

    code = format_code(address)
    try:
        code.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError as error:
        if asked:
            raise click.UsageError(f"this terminal's encoding, {error.encoding}, has no QR codes") from error
        return
    size = shutil.get_terminal_size()
    lines = click.unstyle(code).split("\n")
    if asked or (size.columns >= len(lines[0]) and size.lines > len(lines)):
        click.echo(f"\n{code}", color=True)  # whose colours are what a camera needs
