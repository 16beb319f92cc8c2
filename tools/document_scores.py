"""Print the table of scores for docs/attribution.md from the report of the scorer (`--json REPORT`).

python tools/document_scores.py REPORT
"""

import json
import sys
from pathlib import Path

FIGURES = ("acc_balanced", "acc", "boundary_f1", "missing", "extra")


def row(name: str, cells: dict[str, float]) -> str:
    return f"| {name} | " + " | ".join(f"{cells[figure]:.3f}" for figure in FIGURES) + " |"


def table(report: dict[str, dict[str, dict[str, float]]]) -> str:
    head = ["| kind | balanced | all words | boundaries F1 | missing | extra |", "|---|---|---|---|---|---|"]
    rows = [row(f"`{kind}`", figures) for kind, figures in report["kinds"].items()]
    return "\n".join([*head, *rows, row("**mean of kinds**", report["macro"])])  # type: ignore[arg-type]


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
