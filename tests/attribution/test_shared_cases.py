"""The real interview from which the project starts, scored by the scorer beside it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "cases"
needs_cases = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared cases are not here")


@needs_cases
def test_the_real_interview_is_told_apart(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = f"{sys.executable} -m narrator script {{src}} --json -o {{out}}"
    scorer = SHARED / "attribution" / "score.py"
    subprocess.run(
        [sys.executable, scorer, command, "--cases", SHARED, "--only", "interview_de", "--json", report],
        check=True,
        capture_output=True,
    )
    figures = json.loads(report.read_text("utf-8"))["macro"]

    assert figures["acc_balanced"] >= 0.97
    assert figures["boundary_f1"] >= 0.95
    assert figures["missing"] == 0.0
    assert figures["extra"] <= 0.01
