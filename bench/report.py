"""What was measured, as Markdown."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import exponent
from bench.stitching import NAMES, POOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.building import Built
    from bench.measure import Measured
    from bench.stitching import Row

_PARTS_OF_OURS = ("ours one-core", "check")
_PACKAGES = ("narrator", "numpy", "soxr", "soundfile", "lameenc", "pydub", "onnxruntime")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _cpu(measured: Measured) -> str:
    """Return the median with the spread, or that there was one run."""
    low, high = measured.spread
    once = " ×1" if len(measured.runs) == 1 else f" ({_number(low)}–{_number(high)})"
    return _number(measured.cpu) + once


def head() -> str:
    """Return when, with what and how it was measured; nothing that names a machine."""
    found = [f"Python {platform.python_version()}"]
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    try:
        told = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout
        found.append(" ".join(told.split()[:3]).replace(" version", ""))
    except OSError:
        found.append("no ffmpeg")
    told = (
        "Every measurement is a process of its own. CPU is user and system seconds of it and of all that it "
        "starts, the median of several runs with the lowest and the highest; ×1 is a single run, ≈ is "
        "foretold by smaller sizes. Memory is the highest resident memory of the largest single process, "
        "never less than the 18 MB of the program that starts it. Cores are shared with other work, so wall "
        "time tells little: compare CPU, and ratios rather than seconds. `OMP_NUM_THREADS=1`."
    )
    made = f"{datetime.now(UTC):%Y-%m-%d} · {_processor()}, {os.cpu_count()} cores · {' · '.join(found)}"
    return f"# Results of the benchmark\n\nMade by `python -m bench`; do not edit.\n\n{made}\n\n{told}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def stitching(rows: Sequence[Row], seconds: float, skipped: dict[str, str]) -> str:
    """Return the tables of the ways from takes to an MP3."""
    known = {(row.way, row.turns): row for row in rows}
    lines, plain = [], []
    for turns in sorted({row.turns for row in rows}):
        limit, own = _cpu_of(known, "encoder", turns), _cpu_of(known, "ours", turns)
        for way, name in NAMES.items():
            row = known.get((way, turns))
            if row is None:
                continue
            measured = row.measured
            if measured:
                told = [_cpu(measured), _number(measured.wall), _number(measured.memory)]
            else:
                told = [f"≈ {_number(row.foretold)}" if row.foretold else "cut off", "", ""]
            ratios = [f"{row.cpu / by:.2f}" if row.cpu and by else "" for by in (limit, own)]
            lines.append([name, f"{turns:,}", *told, *ratios])
        plain += _verdicts(known, turns)
    growth = []
    for way, name in NAMES.items():
        found = [(row.turns, row.measured) for row in rows if row.way == way and row.measured]
        if len(found) > 1 and way not in _PARTS_OF_OURS:
            cpu = exponent([(turns, one.cpu) for turns, one in found])
            memory = exponent([(turns, one.memory) for turns, one in found])
            span = f"{found[0][0]:,} to {found[-1][0]:,}"
            growth.append([name, span, f"n^{cpu:.2f}", f"n^{memory:.2f}"])
    head = ["way", "turns", "CPU s", "wall s", "memory MB", "CPU ÷ encoder", "CPU ÷ narrator"]
    how = (
        f"Takes of espeak in German and English, {seconds:.1f} s each on average; {POOL} different ones at "
        "most, then again from the first. All ways end with MP3 of the same kind (48 kHz, mono, 96 kbit/s, "
        "LAME quality 5); only narrator brings it to one loudness, limits its peaks and checks the file."
    )
    parts = ["## From takes to an MP3", "", how, "", _table(head, lines), "", *plain]
    if growth:
        parts += ["", _table(["grows as", "turns", "CPU", "memory"], growth)]
    parts += [f"\nLeft out: {NAMES[way]} ({why})." for way, why in skipped.items()]
    return "\n".join(parts)


def _verdicts(known: dict[tuple[str, int], Row], turns: int) -> list[str]:
    """Return in words how far from the limit our way is."""
    own, check, limit = (_cpu_of(known, way, turns) for way in ("ours", "check", "encoder"))
    if own is None or check is None or limit is None:
        return []
    mastered = own - check
    told = f"- {turns:,} turns, without the check of the file: {mastered / limit:.2f} × the bare encoder"
    adding = _cpu_of(known, "pydub-add", turns)
    return [told + (f"; `+=` takes {adding / mastered:.1f} × as much CPU." if adding else ".")]


def _cpu_of(known: dict[tuple[str, int], Row], way: str, turns: int) -> float | None:
    row = known.get((way, turns))
    return row.cpu if row else None


def rebuilding(built: Sequence[Built]) -> str:
    """Return the table of builds after edits."""
    whole = built[0].measured
    rows = []
    for one in built:
        if one.measured is None or whole is None:
            rows.append([one.name, "cut off", "", ""])
        else:
            share = f"{100 * one.measured.cpu / whole.cpu:.1f} %"
            rows.append([one.name, _cpu(one.measured), _number(one.measured.wall), share])
    told = (
        f"`narrate build` of {built[0].seconds / 60:.0f} minutes spoken by espeak, first from nothing, then "
        "after one edit after the other, each upon what the one before it left."
    )
    return f"## After an edit\n\n{told}\n\n" + _table(
        ["changed", "CPU s", "wall s", "CPU ÷ from nothing"], rows
    )


def engines(built: Sequence[Built]) -> str:
    """Return the table of whole builds by engine."""
    rows = []
    for one in built:
        if one.measured is None:
            rows.append([one.name, f"left out: {one.note or 'cut off'}", "", "", "", ""])
        else:
            speed = [f"{one.seconds / value:.1f}" for value in (one.measured.cpu, one.measured.wall)]
            rows.append(
                [one.name, _number(one.seconds), _cpu(one.measured), _number(one.measured.memory), *speed]
            )
    head = ["engine", "audio s", "CPU s", "memory MB", "× real time, CPU", "× real time, wall"]
    told = (
        "`narrate build` from nothing: start, model, the passage by which the pace of each voice is known ("
        "ten seconds of speech, kept for later), takes, mix, file."
    )
    return f"## From a text to an episode\n\n{told}\n\n" + _table(head, rows)


def start(built: Sequence[Built]) -> str:
    """Return the table of starts."""
    rows = [
        [one.name, _cpu(one.measured), _number(one.measured.wall), _number(one.measured.memory)]
        for one in built
        if one.measured
    ]
    return "## Start\n\n" + _table(["command", "CPU s", "wall s", "memory MB"], rows)
