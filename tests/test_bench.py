"""The benchmark measures, tells all that it measured, and draws."""

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bench.measure import FailedError, Measured, Usage, alternating, exponent, foretold, measure
from bench.report import stitching
from bench.stitching import NAMES, Row, missing
from bench.texts import talk

ROOT = Path(__file__).parent.parent


def used(cpu: float) -> Measured:
    return Measured((Usage(cpu, cpu, 50.0),))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
def test_a_small_benchmark_has_all_rows_and_plausible_ratios(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "bench", "--quick", "--only", "stitching,start"]
    command += ["--sizes", "4", "-o", str(tmp_path)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout

    text = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert text == printed
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    ratios = {row[0]: float(row[5]) for row in cells if row[0] in NAMES.values() and len(row) == 7}
    assert ratios.keys() == {name for way, name in NAMES.items() if way not in missing()}
    assert ratios[NAMES["encoder"]] == 1
    assert ratios[NAMES["ours"]] > ratios[NAMES["check"]] > 0
    assert all(0.5 < ratio < 50 for ratio in ratios.values())
    assert any(row[0] == "`narrate --help`" and 0.01 < float(row[1].split()[0]) < 2 for row in cells)
    assert str(ROOT) not in text
    assert os.uname().nodename not in text
    with Image.open(tmp_path / "results.png") as plot:
        assert plot.width > plot.height > 200


def test_what_grows_with_the_square_is_foretold_and_compared() -> None:
    cpu = {"ours": 0.06, "check": 0.01, "encoder": 0.02}
    rows = [Row(way, turns, used(cpu[way] * turns)) for turns in (100, 1000) for way in cpu]
    points = [(turns, 0.02 * turns + 0.0002 * turns**2) for turns in (100, 200, 400)]
    rows += [Row("pydub-add", turns, used(value)) for turns, value in points]
    rows += [Row("pydub-add", 1000, None, foretold(points, 1000))]

    text = stitching(rows, 5.0, {"ffmpeg-concat": "there is no ffmpeg here"})

    assert "≈ 220" in text
    assert "1,000 turns, without the check of the file: 2.50 × the bare encoder; `+=` takes 4.4 ×" in text
    assert "Left out: ffmpeg concat (there is no ffmpeg here)." in text
    assert 1 < exponent(points) < 2
    assert math.isnan(exponent(points[:1]))


def test_a_process_is_measured_with_its_children(tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.2: pass"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {busy!r}], check=True)"

    usage = measure([sys.executable, "-S", "-c", child], tmp_path, 60, {})

    assert usage
    assert 0.2 <= usage.cpu < 2
    assert usage.wall >= 0.2
    assert usage.memory > 5


def test_what_takes_too_long_is_cut_off_and_what_fails_is_told(tmp_path: Path) -> None:
    assert measure([sys.executable, "-S", "-c", "import time; time.sleep(60)"], tmp_path, 0.2, {}) is None
    with pytest.raises(FailedError, match="exit 3\nall is lost"):
        measure([sys.executable, "-S", "-c", "print('all is lost'); raise SystemExit(3)"], tmp_path, 60, {})


def test_measurements_take_turns_and_long_ones_are_not_repeated() -> None:
    order: list[str] = []

    def task(name: str, wall: float) -> Usage | None:
        order.append(name)
        return Usage(wall, wall, 1.0) if wall else None

    found = alternating(
        {"a": lambda: task("a", 1.0), "b": lambda: task("b", 61.0), "c": lambda: task("c", 0)}, 3
    )

    assert order == ["a", "b", "c", "a", "a"]
    assert [len(one.runs) if one else 0 for one in found.values()] == [3, 1, 0]


def test_every_turn_of_a_talk_has_a_text_of_its_own() -> None:
    lines = [line.partition(": ")[2] for line in talk([0] * 1000).splitlines() if ": " in line]

    assert len(set(lines)) == len(lines) == 1000
    assert len(set(lines) & {line.partition(": ")[2] for line in talk([1] * 1000).splitlines()}) == 0
