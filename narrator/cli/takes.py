"""`narrate takes`: the folder of takes, its size, tidying and checking."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from narrator.cli.options import FILE, JSON, QUIET, add_options, as_text, deliver
from narrator.cli.root import cli

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = {"h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_BYTES = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
TAKES = click.option(
    "--takes",
    "folder",
    type=FILE,
    metavar="FOLDER",
    help="Where takes are kept (else NARRATOR_TAKES, else your cache).",
)


class _Age(click.ParamType):
    """A number of days, hours or weeks, in seconds."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `90d`, `12h`, `2w`."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([hdw])", str(value).strip().lower())
        if not found:
            self.fail(f"{value!r} is no age, such as 90d, 12h or 8w", param, ctx)
        return float(found[1]) * _SECONDS[found[2]]


class _Size(click.ParamType):
    """A number of bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read `2GB`, `500 MB`, `1.5g`."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)b?", str(value).strip().lower())
        if not found:
            self.fail(f"{value!r} is no size, such as 2GB or 500MB", param, ctx)
        return int(float(found[1]) * _BYTES[found[2]])


@cli.group(invoke_without_command=True)
@add_options(TAKES, JSON)
@click.pass_context
def takes(context: click.Context, *, folder: Path | None, as_json: bool) -> None:
    """Show where takes are kept, how many and how large, and when they were used last."""
    from narrator.folders import takes_folder

    context.obj = folder or takes_folder()
    if context.invoked_subcommand is None:
        _show(context.obj, as_json=as_json)


def _show(folder: Path, *, as_json: bool) -> None:
    from narrator.cli.account import format_day, format_size
    from narrator.cli.terminal import format_table
    from narrator.upkeep import by_voice, list_takes

    rows = by_voice(list_takes(folder))
    count, size = sum(row[2] for row in rows), sum(row[3] for row in rows)
    if as_json:
        names = ("engine", "voice", "takes", "bytes", "used")
        voices = [dict(zip(names, (*row[:4], format_day(row[4])), strict=True)) for row in rows]
        deliver(as_text({"folder": str(folder), "takes": count, "bytes": size, "voices": voices}), None)
        return
    text = f"{folder}: {count:,} takes, {format_size(size)}"
    if rows:
        table = [
            (engine or "not noted", voice or "–", f"{takes:,}", format_size(total), format_day(used))
            for engine, voice, takes, total, used in rows
        ]
        text += "\n\n" + format_table(table, ("Engine", "Voice", "Takes", "Size", "Used last"))
    deliver(text, None)


@takes.command()
@click.option("--older-than", type=_Age(), metavar="AGE", help="Remove takes unused for so long: 90d, 8w.")
@click.option("--max-size", type=_Size(), metavar="SIZE", help="Leave at most so much, such as 2GB.")
@click.option("--dry-run", is_flag=True, help="Tell what would be removed, and leave it.")
@add_options(TAKES, JSON)
@click.pass_obj
def prune(
    default: Path,
    *,
    folder: Path | None,
    older_than: float | None,
    max_size: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Remove takes that were not used for long, the least recently used first.

    Takes used within two days stay, so that no build loses what it needs. Unfinished files of processes that
    were killed are removed too, and encoded parts of episodes and music unused for as long: they are made
    again from takes and files.
    """
    if older_than is None and max_size is None:
        raise click.UsageError("say what may go: --older-than 90d, --max-size 2GB, or both")
    from narrator.cli.account import format_size
    from narrator.encoding import PartStore
    from narrator.folders import gains_folder, music_folder, parts_folder
    from narrator.keeping import NumberStore
    from narrator.music import TuneStore
    from narrator.settings import TAKES_GRACE_S
    from narrator.upkeep import prune as tidy

    folder = folder or default
    done = tidy(folder, older_than_s=older_than, max_size=max_size, dry_run=dry_run)
    parts = PartStore(parts_folder(folder)).tidy(TAKES_GRACE_S, dry_run=dry_run)
    tunes = TuneStore(music_folder(folder)).tidy(TAKES_GRACE_S, dry_run=dry_run)
    NumberStore(gains_folder(folder)).tidy(TAKES_GRACE_S, dry_run=dry_run)
    freed = sum(take.size for take in done.removed)
    if as_json:
        facts = {
            "removed": [take.key for take in done.removed],
            "bytes": freed,
            "kept": done.kept,
            "kept_bytes": done.kept_size,
            "spared": done.spared,
            "leftovers": done.leftovers,
            "parts": parts,
            "tunes": tunes,
            "dry_run": dry_run,
        }
        deliver(as_text(facts), None)
        return
    would = "would be " if dry_run else ""
    text = f"{len(done.removed):,} takes ({format_size(freed)}) and {done.leftovers:,} unfinished files "
    text += f"{would}removed; {done.kept:,} takes ({format_size(done.kept_size)}) are left"
    if done.spared:
        text += f", {done.spared:,} of them only since they were used within two days"
    if parts:
        text += f"; {parts:,} encoded parts {would}removed"
    if tunes:
        text += f"; {tunes:,} pieces of music {would}removed"
    deliver(text, None)


@takes.command()
@click.option(
    "--repair", is_flag=True, help="Mend what has a whole sound, and delete the rest; a build makes it again."
)
@click.option("--delete", is_flag=True, help="Delete what is damaged; a build makes it again.")
@add_options(TAKES, JSON, QUIET)
@click.pass_obj
def verify(
    default: Path, *, folder: Path | None, repair: bool, delete: bool, as_json: bool, quiet: bool
) -> int:
    """Read and decode every take, and list the damaged ones; exit code 1 if any are left."""
    if repair and delete:
        raise click.UsageError("--repair and --delete exclude each other")
    from narrator.cli.terminal import format_table, open_progress
    from narrator.upkeep import list_takes
    from narrator.upkeep import verify as check

    folder = folder or default
    total = sum(1 for _ in list_takes(folder))
    found, count = [], 0
    with open_progress("takes", quiet=quiet) as progress:
        progress.stage("verifying")
        for damage in check(folder, repair=repair, delete=delete):
            count += 1
            progress.at(min(count, total), total)
            if damage:
                found.append(damage)
    left = sum(not damage.done for damage in found)
    if as_json:
        damaged = [{"key": one.key, "problem": one.problem, "done": one.done} for one in found]
        deliver(as_text({"takes": count, "damaged": damaged, "left": left}), None)
    elif not quiet or left:
        text = f"{count:,} takes read, {len(found):,} damaged"
        if found:
            text += "\n\n" + format_table(
                [(one.key, one.problem, one.done or "left; --repair mends or deletes it") for one in found],
                ("Take", "What is wrong", "What was done"),
            )
        deliver(text, None)
    return 1 if left else 0
