"""`narrate check`: what a listener's app would find wrong."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from narrator.cli.options import JSON, PLACE, QUIET, add_options, as_text, deliver
from narrator.cli.root import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from narrator.checking import Finding, Report
    from narrator.production import Progress


class _Number(click.ParamType):
    """A number of episodes, or all."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Read `3`, `0`, `all`; all are None."""
        if value == "all":
            return None
        if not re.fullmatch(r"[0-9]{1,6}", str(value)):
            self.fail(f"{value!r} is no number of episodes, such as 3, 0 or all", param, ctx)
        return int(value)


@cli.command()
@click.argument("places", metavar="PLACE…", nargs=-1, type=PLACE)
@click.option(
    "--episodes",
    type=_Number(),
    default="3",
    show_default=True,
    metavar="N",
    help="Examine audio and texts of the N newest episodes, or of all; the others need only be there.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@click.option(
    "--rules", "list_rules", is_flag=True, help="List what is checked, with the standards behind it."
)
@add_options(JSON, QUIET)
def check(
    places: tuple[Path | str, ...],
    *,
    episodes: int | None,
    strict: bool,
    list_rules: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Tell what a listener's app would find wrong, with the reasons and the standards behind them.

    A PLACE is an audio file, a feed, a transcript, chapters, a picture, the folder of an episode or of a
    show, or an address of one of these. Other people's podcasts can be checked as well. An address is asked
    as apps ask it, and so is what its feed names. Exit code 1 if there are errors.
    """
    if list_rules:
        _list_rules(as_json=as_json)
        return 0
    if not places:
        raise click.UsageError("say what is to be checked: a file, a folder or an address")
    from narrator.checking import Report, Severity
    from narrator.checking import check as examine
    from narrator.cli.terminal import open_progress

    report = Report()
    for place in places:
        with open_progress(str(place), quiet=quiet or as_json) as progress:
            report.add(examine(place, episodes, _telling(progress)))
    grave = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    failures = [one for one in report.findings if one.severity in grave]
    if as_json:
        deliver(as_text(_facts(report)), None)
    elif failures or not quiet:
        deliver(_format(report, failures if quiet else report.findings), None)
    return 1 if failures else 0


def _telling(progress: Progress) -> Callable[[str, int, int], None]:
    """Return what shows how far a check is."""
    before = ""

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal before
        if stage != before:
            progress.stage(stage)
            before = stage
        progress.at(done, total)

    return tell


def _list_rules(*, as_json: bool) -> None:
    from narrator.checking import rules
    from narrator.cli.terminal import format_table

    if as_json:
        fields = ("severity", "standard", "why", "advice")
        deliver(
            as_text({rule.id: {name: getattr(rule, name) for name in fields} for rule in rules().values()}),
            None,
        )
        return
    rows = [(rule.id, rule.severity, f"{rule.why} ({rule.standard})") for rule in rules().values()]
    deliver(format_table(rows, ("Rule", "Severity", "Why")), None)


def _facts(report: Report) -> dict[str, Any]:
    fields = ("rule", "severity", "where", "at", "what", "why", "standard", "advice")
    return {
        "checked": report.checked,
        "findings": [{name: getattr(one, name) for name in fields} for one in report.findings],
        **{f"{severity}s": count for severity, count in report.counts.items()},
        "episodes": report.extent.items,
        "examined": report.extent.heard,
    }


def _format(report: Report, findings: Sequence[Finding]) -> str:
    """Return findings of a report as tables, one for each place, and what all of them come to."""
    from narrator.cli.terminal import bold

    parts = []
    ordered = sorted(findings, key=lambda one: one.where)
    for where, found in groupby(ordered, key=lambda one: one.where):
        parts.append(f"{bold(where)}\n{_table(list(found))}\n")
    counts = ", ".join(
        f"{count or 'no'} {severity}{'' if count == 1 else 's'}" for severity, count in report.counts.items()
    )
    extent = report.extent
    heard = f"; examined {extent.heard} of {extent.items} episode{'' if extent.items == 1 else 's'}"
    return "\n".join((*parts, f"{len(report.checked)} checked: {counts}{heard if extent.items else ''}"))


def _table(findings: Sequence[Finding]) -> str:
    from narrator.cli.terminal import format_table

    rank = {"error": 0, "warning": 1, "note": 2}
    rows = [
        (
            one.severity,
            f"{one.at}: {one.what}" if one.at else one.what,
            f"{one.why}; {one.advice} ({', '.join(filter(None, (one.standard.strip('–'), one.rule)))})",
        )
        for one in sorted(findings, key=lambda one: rank[one.severity])
    ]
    return format_table(rows, indent=2)
