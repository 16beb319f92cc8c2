"""`narrate publish`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from narrator.cli.options import FILE, JSON, QUIET, add_options, as_text
from narrator.cli.root import cli
from narrator.settings import OUTPUT_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.production.publishing import Publishing

_SHOWN = 12
"""So many files are named; the others are counted, and named by --json."""


def _place(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    if value is not None and not value.strip():
        raise click.BadParameter("an address or a folder is expected, not an empty text")
    return value or ""


@cli.command()
@click.argument("show", type=FILE, default=OUTPUT_FOLDER, metavar="[SHOW]")
@click.option(
    "--to",
    callback=_place,
    metavar="PLACE",
    help="Where to put it: a folder, s3://bucket/path, sftp://user@host/path, any address that fsspec can "
    "write (else the folder of the show).",
)
@click.option("--private", is_flag=True, help="Give it an address that nobody can guess.")
@click.option("--dry-run", is_flag=True, help="Tell what would be sent and deleted, and change nothing.")
@click.option("--overwrite", is_flag=True, help="Replace pages and feeds there that narrator did not write.")
@click.option("--init", is_flag=True, help="Write a podcast.yaml to begin with, and publish nothing.")
@click.option(
    "--address", default="", metavar="URL", help="With --init: where the podcast will lie on the web."
)
@add_options(JSON, QUIET)
def publish(*, show: Path, init: bool, address: str, as_json: bool, quiet: bool, **chosen: Any) -> None:
    """Make feed, pages and files of a show, and bring them to where listeners get them.

    SHOW is the folder in which the episodes lie (else output), with a podcast.yaml that tells about the
    podcast. Only what changed is sent: sound first, the feed last, so that a listener never meets a feed that
    names a file which is not there. What was published before stays for one more publication.
    """
    if init:
        if any(chosen.values()) or as_json:
            raise click.UsageError("--init goes with --address and -q alone")
        _begin(show, address, quiet=quiet)
        return
    if address:
        raise click.UsageError("--address goes with --init; afterwards it stands in podcast.yaml")
    from narrator.cli.terminal import open_progress
    from narrator.production.publishing import publish as bring

    with open_progress("publish", quiet=quiet) as progress:
        done = bring(show, progress, **chosen)
    if as_json:
        click.echo(as_text(_facts(done)))
    elif not quiet:
        click.echo(_format(done))


def _begin(show: Path, address: str, *, quiet: bool) -> None:
    from narrator.production.publishing import begin_podcast

    path = begin_podcast(show, address)
    if not quiet:
        what = "look through it" if address else "write the address into it, look through the rest"
        click.echo(f"{path} is written; {what}, then run `narrate publish`")


def _facts(done: Publishing) -> dict[str, Any]:
    """Return what was done, for programs."""
    changes = done.changes
    return {
        "title": done.title,
        "episodes": done.episodes,
        "feed": done.feed,
        "page": done.page,
        "place": done.place,
        "private": done.private,
        "dry_run": done.dry_run,
        "sent": [{"name": name, "bytes": size} for name, size in changes.sent],
        "kept": [{"name": name, "bytes": size} for name, size in changes.kept],
        "deleted": list(changes.deleted),
        "warnings": list(done.warnings),
    }


def _format(done: Publishing) -> str:
    """Tell what was done, and what comes next."""
    from narrator.cli.account import format_size
    from narrator.cli.terminal import bold, format_table

    changes = done.changes
    would = "would be " if done.dry_run else ""
    episodes = f"{done.episodes:,} episode{'' if done.episodes == 1 else 's'}"
    lines = [bold(f"{done.title} ({episodes})"), ""]
    for name, files in (("sent", changes.sent), ("deleted", [(name, -1) for name in changes.deleted])):
        if files:
            rows = [(one, format_size(size) if size >= 0 else "") for one, size in files[:_SHOWN]]
            if len(files) > _SHOWN:
                rows.append((f"… and {len(files) - _SHOWN:,} more (--json names all)", ""))
            lines += [bold(f"{would}{name}".capitalize()), format_table(rows, indent=2), ""]
    sent, kept = (sum(size for _, size in files) for files in (changes.sent, changes.kept))
    counts = ", ".join(
        f"{count:,} {would}{what}"
        for count, what in (
            (len(changes.sent), f"sent ({format_size(sent)})"),
            (len(changes.kept), f"kept ({format_size(kept)})"),
            (len(changes.deleted), "deleted"),
        )
    )
    facts = [("Files", counts), ("Place", done.place), ("Feed", done.feed), ("Page", done.page)]
    lines.append(format_table(facts))
    for warning in done.warnings:
        lines += ["", format_table([(warning,)])]
    lines += ["", format_table([(_next(done),)])]
    return "\n".join(lines)


def _next(done: Publishing) -> str:
    """Tell what comes next."""
    if done.dry_run:
        return "Nothing was changed. Publish it with the same command without --dry-run."
    check = f"See what apps would find wrong with `narrate check {done.feed}`"
    if done.private:
        return (
            "Only who knows the address of the feed can hear it: give it to those it is meant for, who enter "
            f"it in their app, and to no directory. {check}."
        )
    here = f"Have {done.place} served as {done.page} (`narrate serve` tries it here). " if done.local else ""
    return f"{here}{check}, then give the address of the feed to directories and listeners."
