"""`narrate build`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from narrator.cli.options import (
    ENGINE,
    FILE,
    LANGUAGE,
    MUSIC,
    PLACE,
    QUIET,
    QUOTES,
    SHARE,
    SHOW,
    SOUND,
    SPEAK,
    TITLE,
    VOICES,
    add_options,
    as_text,
)
from narrator.cli.root import cli
from narrator.cli.summary import Summary

if TYPE_CHECKING:
    from pathlib import Path


def _formats(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Read names of formats; only whoever asks for some waits for what encodes to be loaded."""
    if not value:
        return ()
    from narrator.encoding import parse_formats
    from narrator.errors import EncodingError

    try:
        return parse_formats(value)
    except EncodingError as error:
        raise click.BadParameter(str(error)) from error


def _takes(context: click.Context, _parameter: click.Parameter, value: Path | str | None) -> Path | None:
    """Tell a folder from an address, behind the usual folder."""
    context.params["shared_takes"] = value if isinstance(value, str) else ""
    return None if isinstance(value, str) else value


@cli.command()
@click.argument("sources", nargs=-1, required=True, type=PLACE, metavar="SOURCE…")
@click.option(
    "-o", "--output", "folder", type=FILE, metavar="FOLDER", help="Folder of the episode (else output/TITLE)."
)
@add_options(TITLE, LANGUAGE, ENGINE, VOICES, SHOW, SHARE)
@click.option(
    "--takes",
    type=PLACE,
    callback=_takes,
    metavar="FOLDER",
    help="Where takes are kept (else NARRATOR_TAKES, else your cache). An address, s3://bucket/takes, names "
    "a place that several machines share, behind that folder.",
)
@click.option(
    "--cluster",
    default="",
    metavar="ADDRESS",
    help="Have takes made by the Dask cluster whose scheduler is there, such as tcp://scheduler:8786.",
)
@click.option(
    "--format",
    "formats",
    default="",
    callback=_formats,
    metavar="LIST",
    help="Further forms of the episode, such as mp3,m4b: m4a, m4b, opus, flac, wav (else those it had "
    "before). The MP3 is always made, since the feed needs it; m4a and m4b need the extra m4a.",
)
@add_options(QUOTES, SPEAK)
@click.option(
    "--pace",
    type=click.FloatRange(0.25, 4.0),
    default=1.0,
    metavar="0.25…4",
    help="How quickly speakers follow each other: 2 makes pauses half as long, 0.5 twice.",
)
@add_options(*MUSIC)
@add_options(*SOUND)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="0…1",
    help="Refuse a script in which a turn is less sure than this, such as 0.6.",
)
@click.option(
    "--export",
    type=click.Choice(["stems", "audacity"]),
    help="Write a track per speaker besides, each as long as the episode: a folder of WAV files (stems), or "
    "one with labels of chapters, turns and sentences too (audacity).",
)
@click.option(
    "--listen",
    metavar="PART",
    help="Make and play just this part: a chapter by its number or the beginning of its title, or a turn as "
    "turn:12. -o names a file to keep it in (.wav, .mp3); the episode is left as it is.",
)
@click.option(
    "--estimate", is_flag=True, help="Tell length, requests, time and price; make and send nothing."
)
@click.option("--json", "as_json", is_flag=True, help="With --estimate: print JSON, for programs.")
@QUIET
def build(
    *,
    sources: tuple[Path | str, ...],
    listen: str | None,
    estimate: bool,
    as_json: bool,
    quiet: bool,
    **chosen: Any,
) -> int:
    """Go the whole way: script, cast, takes, mix, file, episode.

    A SOURCE is a file, `-` for standard input, or an address (http, https): a text, a page, an e-book, or a
    script as `narrate script` writes it. A run that was ended goes on where it stopped; what has not changed
    is not spoken again. Of several sources one that fails does not stop the others; a summary comes last.
    """
    if len(sources) > 1 and (chosen["folder"] or chosen["title"]):
        raise click.UsageError("-o and --title are for a single source")
    if as_json and not estimate:
        raise click.UsageError("--json is for --estimate")
    if listen is not None and (estimate or chosen["export"] or len(sources) > 1):
        raise click.UsageError("--listen is for a single source, without --estimate and --export")
    if estimate:
        return _estimate(sources, as_json=as_json, **chosen)
    if listen is not None:
        from narrator.cli.listening import listen_to
        from narrator.production import Options

        output = chosen.pop("folder")
        return listen_to(sources[0], listen, Options(**chosen), output, quiet=quiet)
    return _build(sources, quiet=quiet, **chosen)


def _build(sources: tuple[Path | str, ...], *, quiet: bool, **chosen: Any) -> int:
    """Build sources, one after the other, and give an account of each."""
    from narrator.cli.account import format_account
    from narrator.cli.terminal import open_progress
    from narrator.production import Options, build, short_name

    summary = Summary(len(sources) > 1)
    for number, source in enumerate(sources):
        try:
            with open_progress(short_name(source), quiet=quiet) as progress:
                production = build(source, Options(**chosen), progress)
        except Exception as error:  # noqa: BLE001 - it is told, and raised again where no other source waits
            summary.failed(source, error)
        else:
            summary.done(unchanged=production.unchanged)
            if not quiet:
                click.echo(("\n" if number else "") + format_account(production))
    if summary.many and not quiet:
        summary.tell()
    return summary.code


def _estimate(sources: tuple[Path | str, ...], *, as_json: bool, **chosen: Any) -> int:
    """Print what sources will be and cost, one after the other or as one list of JSON."""
    from dataclasses import asdict

    from narrator.cli.estimates import format_estimate
    from narrator.production import Options, estimate

    summary = Summary(len(sources) > 1)
    found = []
    counted: set[str] = set()
    for source in sources:
        try:
            found.append(estimate(source, Options(**chosen), counted))
        except Exception as error:  # noqa: BLE001 - it is told, and raised again where no other source waits
            summary.failed(source, error)
    if as_json:
        click.echo(as_text([asdict(one) for one in found]))
    elif found:
        click.echo("\n\n".join(map(format_estimate, found)))
    return summary.code
