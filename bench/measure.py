"""Commands measured, each in a process of its own, and what is concluded from several of them."""

from __future__ import annotations

import math
import os
import platform
import subprocess
import threading
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_Key = TypeVar("_Key")
_LONG_S = 60.0
"""Wall seconds after which a measurement is not repeated any more."""


class FailedError(Exception):
    """A command that was to be measured failed."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run of a command used."""

    cpu: float
    """Seconds, user and system, of the process and of all that it started and waited for."""
    wall: float
    """Seconds."""
    memory: float
    """Highest resident memory in MB, of the largest single process among them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Several runs of the same."""

    runs: tuple[Usage, ...]

    @property
    def cpu(self) -> float:
        """Median of CPU seconds."""
        return median(run.cpu for run in self.runs)

    @property
    def spread(self) -> tuple[float, float]:
        """Lowest and highest CPU seconds."""
        return min(run.cpu for run in self.runs), max(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """Median of wall seconds."""
        return median(run.wall for run in self.runs)

    @property
    def memory(self) -> float:
        """Median of the highest memory in MB."""
        return median(run.memory for run in self.runs)


def measure(command: Sequence[str], folder: Path, limit_s: float, add: Mapping[str, str]) -> Usage | None:
    """Run a command and return what it used; None when it was ended because it took too long.

    The kernel hands a new process the highest memory of the one that starts it, so this program itself loads
    nothing large.

    Args:
        command: Program and arguments.
        folder: Where it runs.
        limit_s: Wall seconds after which it is ended.
        add: Environment variables beside those here.

    Raises:
        FailedError: It ended with an error.
    """
    log = folder / "said.log"
    began = time.perf_counter()
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=os.environ | add
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(limit_s, end)
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        watch.cancel()
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here, not by subprocess
    if late.is_set():
        return None
    if process.returncode:
        raise FailedError(
            f"{' '.join(command)}: exit {process.returncode}\n{log.read_text('utf-8', 'replace')}"
        )
    units = 1 << 20 if platform.system() == "Darwin" else 1 << 10  # bytes there, KB elsewhere
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / units)


def alternating(tasks: Mapping[_Key, Callable[[], Usage | None]], repeat: int) -> dict[_Key, Measured | None]:
    """Measure several things one after the other, and again from the first, so that all share the weather.

    Args:
        tasks: What is to be measured. What has taken a minute is not repeated any more.
        repeat: Runs of each, at most.

    Returns:
        For each what was measured, None where it took too long to come to an end.
    """
    runs: dict[_Key, list[Usage]] = {key: [] for key in tasks}
    ended: set[_Key] = set()
    for _ in range(repeat):
        for key, task in tasks.items():
            if key in ended or sum(one.wall for one in runs[key]) > _LONG_S:
                continue
            usage = task()
            if usage is None:
                ended.add(key)
            else:
                runs[key].append(usage)
    return {key: Measured(tuple(found)) if found else None for key, found in runs.items()}


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Return b of y = a x^b fitted to points by least squares of the logarithms; NaN for fewer than two.

    >>> round(exponent([(1, 3), (10, 300), (100, 30_000)]), 6)
    2.0
    """
    if len(points) < 2:
        return math.nan
    xs, ys = zip(*((math.log(x), math.log(y)) for x, y in points), strict=True)
    middle, level = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - middle) * (y - level) for x, y in zip(xs, ys, strict=True))
    return float(slope / sum((x - middle) ** 2 for x in xs))


def foretold(points: Sequence[tuple[float, float]], x: float) -> float:
    """Return y at x of y = a x + b x², fitted to points by least squares of the relative errors.

    A straight line in logarithms would tell too little: at small x the linear part hides the square.

    >>> round(foretold([(1, 5), (2, 14), (4, 44)], 10), 6)
    230.0
    """
    uu = sum((n / y) ** 2 for n, y in points)
    vv = sum((n * n / y) ** 2 for n, y in points)
    uv = sum((n / y) * (n * n / y) for n, y in points)
    u, v = sum(n / y for n, y in points), sum(n * n / y for n, y in points)
    determinant = uu * vv - uv * uv
    linear, square = (u * vv - v * uv) / determinant, (v * uu - u * uv) / determinant
    if square < 0:
        linear, square = u / uu, 0.0
    elif linear < 0:
        linear, square = 0.0, v / vv
    return linear * x + square * x * x
