"""Measure narrator beside other ways to do the same, print tables, and write RESULTS.md with a plot.

Parts: `stitching`, from takes to an MP3, our way, the bare encoder and the ways of pydub and ffmpeg;
`rebuild`, builds after edits; `engines`, from a text to an episode; `start`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench import building, report
from bench.measure import FailedError
from bench.stitching import NAMES, missing, python, runner, stitch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.stitching import Row

_HERE = Path(__file__).parent
_PARTS = ("stitching", "rebuild", "engines", "start")
_NOT_DRAWN = ("ours one-core", "check")


@dataclass(frozen=True, slots=True)
class _Extent:
    """How much is measured."""

    sizes: tuple[int, ...] = (100, 1000, 5000)
    rebuild: int = 300
    """Turns of the conversation that is edited."""
    engines: tuple[tuple[str, int], ...] = (("espeak", 60), ("kokoro", 10))
    repeat: int = 3


_QUICK = _Extent((10, 50), 10, (("espeak", 6),), 1)  # kokoro's passages alone take half a minute


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="less than a minute; only printed, unless -o is given"
    )
    parser.add_argument("--full", action="store_true", help="measure pydub += with 1,000 turns too")
    parser.add_argument("--sizes", help="numbers of turns, as in 100,1000")
    parser.add_argument("--repeat", type=int, help="runs of each measurement")
    parser.add_argument(
        "--rebuild", type=int, metavar="TURNS", help="length of the conversation that is edited"
    )
    parser.add_argument(
        "--only", default=",".join(_PARTS), metavar="PARTS", help="else all, parted by commas"
    )
    parser.add_argument(
        "--limit", type=float, default=1800.0, metavar="SECONDS", help="what takes longer is cut off"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="of RESULTS.md (else bench/)")
    chosen = parser.parse_args(arguments)
    parts = chosen.only.split(",")
    if unknown := set(parts) - {*_PARTS}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    extent = _QUICK if chosen.quick else _Extent()
    if chosen.sizes:
        extent = replace(extent, sizes=tuple(sorted({int(size) for size in chosen.sizes.split(",")})))
    extent = replace(extent, repeat=chosen.repeat or extent.repeat, rebuild=chosen.rebuild or extent.rebuild)
    output = chosen.output or (None if chosen.quick else _HERE)
    said = [report.head()]
    sys.stdout.write(said[0] + "\n")
    try:
        with TemporaryDirectory(prefix="narrator-bench-") as work:
            for part in _measure(Path(work), parts, extent, chosen.limit, output, full=chosen.full):
                said.append(part)
                sys.stdout.write(f"\n{part}\n")
                sys.stdout.flush()
                if output:  # what is measured already is not lost when the next part fails
                    (output / "RESULTS.md").write_text("\n\n".join(said) + "\n", "utf-8")
    except FailedError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    return 0


def _measure(
    work: Path, parts: Sequence[str], extent: _Extent, limit_s: float, output: Path | None, *, full: bool
) -> Iterator[str]:
    """Measure part by part and yield the report of each; the plot is drawn with the first."""
    run = runner(limit_s)
    places = {part: work / part for part in parts}
    for place in places.values():
        place.mkdir()
    if "stitching" in parts:
        _say("from takes to an MP3")
        rows, seconds = stitch(places["stitching"], extent.sizes, extent.repeat, run, full=full)
        told = report.stitching(rows, seconds, missing())
        if output:
            _draw(output / "results.png", rows)
            told += "\n\n![CPU seconds and memory against turns](results.png)"
        yield told
    unchanged: list[building.Built] = []
    if "rebuild" in parts:
        _say("after an edit")
        built = building.rebuild(places["rebuild"], extent.rebuild, extent.repeat, run)
        minutes = built[1].seconds / 60
        unchanged = [replace(built[1], name=f"`narrate build`, nothing to do, {minutes:.0f} min")]
        yield report.rebuilding(built)
    if "engines" in parts:
        _say("from a text to an episode")
        yield report.engines(building.engines(places["engines"], dict(extent.engines), extent.repeat, run))
    if "start" in parts:
        _say("start")
        yield report.start([*building.start(places["start"], 3 * extent.repeat, run), *unchanged])


def _say(part: str) -> None:
    sys.stderr.write(f"bench: {part}\n")


def _draw(path: Path, rows: Sequence[Row]) -> None:
    """Draw the plot in a process of its own, so that this one stays small."""
    panels: dict[str, dict[str, list[tuple[float, float, bool]]]] = {"CPU seconds": {}, "memory, MB": {}}
    for row in rows:
        if row.way in _NOT_DRAWN or row.cpu is None:
            continue
        name = NAMES[row.way].replace("*", "").replace("`", "").partition(":")[0]
        panels["CPU seconds"].setdefault(name, []).append((row.turns, row.cpu, row.measured is not None))
        if row.measured:
            panels["memory, MB"].setdefault(name, []).append((row.turns, row.measured.memory, True))
    subprocess.run(
        python("bench.plot", str(path)), input=json.dumps(panels), text=True, check=True, cwd=_HERE.parent
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
