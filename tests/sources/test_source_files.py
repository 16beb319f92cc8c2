"""Pairs of files: a source, and the document that is to become of it."""

import json
import os
from pathlib import Path

import pytest

from narrator.model import Document
from narrator.sources import read_document

FOLDER = Path(__file__).parents[1] / "data" / "sources"
SOURCES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")


def _record(document: Document) -> dict[str, object]:
    return {
        "title": document.title,
        "language": document.language,
        "author": document.author,
        "date": document.date,
        "blocks": [
            {
                "kind": block.kind.value + (f" {block.level}" if block.level else ""),
                "lines": list(block.lines),
                "runs": [("b" * run.bold + "i" * run.italic, run.text) for run in block.runs],
            }
            for block in document.blocks
        ],
        "unspoken": [[entry.reason, list(entry.lines), entry.text] for entry in document.unspoken],
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_source_becomes_its_document(source: Path) -> None:
    target = source.with_name(source.name + ".json")
    made = json.loads(json.dumps(_record(read_document(source))))
    if os.environ.get("WRITE_EXPECTED"):  # to write a new pair; read it before you commit it
        target.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert made == json.loads(target.read_text(encoding="utf-8"))
