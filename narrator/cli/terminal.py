"""What a terminal shows: tables on standard output, progress on standard error. The only module with rich."""

from __future__ import annotations

import io
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.production import Progress

_WIDE = 1000
"""Columns of a table that is not for a terminal: one line a row, whatever is in it."""
_LINE_EVERY_S = 10.0
"""Plain lines come no more often within one stage."""


def format_table(rows: Sequence[Sequence[str]], headings: Sequence[str] = (), indent: int = 0) -> str:
    """Lay rows out in columns.

    On a terminal long cells are wrapped within their column; elsewhere every row is one line.

    Args:
        rows: Cells of plain text.
        headings: One for each column, or none.
        indent: Spaces before each line.

    Returns:
        Lines without their last line end.
    """
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=None, show_header=bool(headings), pad_edge=False, padding=(0, 2, 0, 0), header_style="bold"
    )
    for heading in headings or [""] * max((len(row) for row in rows), default=0):
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    shown = io.StringIO()
    terminal = sys.stdout.isatty()
    console = Console(file=shown, force_terminal=terminal, width=None if terminal else _WIDE)
    console.print(Padding(table, (0, 0, 0, indent), expand=False))
    return "\n".join(line.rstrip() for line in shown.getvalue().rstrip("\n").split("\n"))


def bold(text: str) -> str:
    """Return text as a terminal shows it bold; elsewhere as it is."""
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else text


@contextmanager
def open_progress(label: str, *, quiet: bool = False) -> Iterator[Progress]:
    """Show how far the work is on standard error: a bar on a terminal, plain lines elsewhere.

    Args:
        label: What is worked on.
        quiet: Show nothing.
    """
    label = " ".join(label.split())  # the name of a file may have line ends in it
    if quiet:
        yield _Silence()
    elif sys.stderr.isatty():
        with _bar(label) as bar:
            yield bar
    else:
        yield _Lines(label)


class _Silence:
    def stage(self, name: str) -> None:
        pass

    def at(self, done: int, total: int) -> None:
        pass


class _Lines:
    """Plain lines: one as a stage begins, and in a long one now and then how far it is."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._name = ""
        self._said = 0.0

    def stage(self, name: str) -> None:
        self._name = name
        self._say("")

    def at(self, done: int, total: int) -> None:
        if done < total and time.monotonic() - self._said >= _LINE_EVERY_S:
            self._say(f" {100 * done // total} %")

    def _say(self, how_far: str) -> None:
        self._said = time.monotonic()
        print(f"{self._label}: {self._name}{how_far}", file=sys.stderr, flush=True)  # noqa: T201 - its purpose


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    """Show a line that disappears when the work is done."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    with RichProgress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        task = bars.add_task(escape(label), total=None)

        class Bar:
            def stage(self, name: str) -> None:
                bars.reset(task, description=f"[bold]{escape(label)}[/bold] {escape(name)}", total=None)

            def at(self, done: int, total: int) -> None:
                bars.update(task, completed=done, total=total)

        yield Bar()
