"""From takes to an MP3: our way, the bare encoder and the ways of others, at several lengths."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import alternating, foretold, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.measure import Measured, Usage

NAMES = {
    "ours": "**narrator**: resample, gain, limit, measure, encode, check",
    "ours one-core": "narrator, held to one core",
    "check": "of it, the check of the finished file",
    "encoder": "the bare encoder on the same samples (the limit)",
    "ffmpeg-pipe": "PCM piped to ffmpeg",
    "ffmpeg-concat": "ffmpeg concat",
    "pydub-join": "pydub, joined at once, exported",
    "pydub-add": "pydub `+=`, exported",
}
POOL = 240
"""Different takes at most: longer programmes begin again with the first."""
_SQUARE = (100, 200, 400)
"""Sizes at which what grows with the square is measured; at larger ones it is foretold."""
_FULL = 1000
"""The size at which it is measured all the same, if asked for."""
_HELD = 1000
"""The largest size measured on one core too: it tells how well cores are used, not what grows."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one way took at one size."""

    way: str
    turns: int
    measured: Measured | None
    """None where it is foretold, or was cut off."""
    foretold: float | None = None
    """CPU seconds that the smaller sizes tell."""

    @property
    def cpu(self) -> float | None:
        """CPU seconds, measured or foretold."""
        return self.measured.cpu if self.measured else self.foretold


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module in an interpreter of its own."""
    return [sys.executable, "-W", "ignore", "-m", module, *arguments]


def missing() -> dict[str, str]:
    """Return the ways that cannot be gone here, and why."""
    found: dict[str, str] = {}
    if not importlib.util.find_spec("pydub"):
        found |= dict.fromkeys(("pydub-add", "pydub-join"), "pydub is not installed")
    if not shutil.which("ffmpeg"):  # pydub exports with it
        ways = ("ffmpeg-pipe", "ffmpeg-concat", "pydub-join", "pydub-add")
        found |= dict.fromkeys(ways, "there is no ffmpeg here")
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        found["ours one-core"] = "one core, or a system that cannot hold a process to one"
    return found


def stitch(
    folder: Path,
    sizes: Sequence[int],
    repeat: int,
    run: Callable[[Sequence[str], Path], Usage | None],
    *,
    full: bool,
) -> tuple[list[Row], float]:
    """Measure all ways at all sizes.

    Args:
        folder: An empty one, for takes and results.
        sizes: Numbers of turns, ascending.
        repeat: Runs of each, at most.
        run: Measures a command.
        full: Whether `+=` is measured at 1,000 turns too.

    Returns:
        The rows, and how long the turns are on average, in seconds.
    """
    square = [size for size in sizes if size <= max(_SQUARE)]
    if max(sizes) > max(_SQUARE):
        square = sorted({*square, *_SQUARE, *([_FULL] if full else [])})
    everything = sorted({*sizes, *square})
    pool = min(POOL, max(everything))
    run(python("bench.takes", str(folder), ",".join(map(str, everything)), str(pool)), folder)
    measured = {"pydub-add": square, "ours one-core": [size for size in sizes if size <= _HELD]}
    rows = []
    ways = [way for way in NAMES if way not in missing()]
    for size in everything:
        tasks = {
            way: partial(run, python("bench.ways", *_arguments(way, size, folder)), folder)
            for way in ways
            if size in measured.get(way, sizes)
        }
        rows += [Row(way, size, found) for way, found in alternating(tasks, repeat).items()]
    points = [(row.turns, row.measured.cpu) for row in rows if row.way == "pydub-add" and row.measured]
    if len(points) > 1:
        rows += [Row("pydub-add", size, None, foretold(points, size)) for size in sizes if size not in square]
    facts = json.loads((folder / "facts.json").read_bytes())
    return rows, facts["seconds"]


def _arguments(way: str, size: int, folder: Path) -> tuple[str, ...]:
    name, *limits = way.split()
    return (name, str(size), str(folder), *limits)


def runner(limit_s: float) -> Callable[[Sequence[str], Path], Usage | None]:
    """Return what measures a command that may take so many seconds."""
    root = str(Path(__file__).parent.parent)
    add = {"OMP_NUM_THREADS": "1", "PYTHONPATH": root, "SOURCE_DATE_EPOCH": "1700000000"}

    def run(command: Sequence[str], folder: Path) -> Usage | None:
        """Measure, and tell at once what came out: of a long run that is ended, that much is known."""
        usage = measure(command, folder, limit_s, add)
        told = " ".join(part.rpartition("/")[2] for part in command[1:])
        figures = f"{usage.cpu:.2f} s CPU, {usage.memory:.0f} MB" if usage else "cut off"
        sys.stderr.write(f"  {told}: {figures}\n")
        return usage

    return run
