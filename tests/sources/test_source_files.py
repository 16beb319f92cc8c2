"""Pairs of files: a source, and the document that is to become of it."""

import json
import os
from pathlib import Path

import pytest

from narrator.errors import SourceError
from narrator.model import BlockKind, Document
from narrator.sources import parse_document, read_document

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
                **({"speaker": block.speaker} if block.speaker else {}),
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


def test_title_that_no_feed_takes_is_refused_but_a_long_paragraph_is_none() -> None:
    dialogue = "\n\nAnna: Good evening.\n\nBert: Good evening to you."
    title = "/".join(["a “title” and"] * 22)
    with pytest.raises(SourceError, match=r"some\.txt:1: the title has \d{3} characters"):
        parse_document(title + dialogue, Path("some.txt"))
    prose = "It rained all day, and the river rose up to the lowest of the bridges, and over it. " * 4
    assert parse_document(prose.strip() + dialogue, Path("some.txt")).title == ""


@pytest.mark.parametrize("byline", ["By Tom Avery", "Von Eva de la Cruz", "Text: Ida Brandt und Samuel Roth"])
def test_a_title_with_a_byline_right_under_it(byline: str) -> None:
    document = parse_document(f"The Last Summer\n{byline}\n\nIt rained.\n", Path("talk.txt"), "en")

    assert [(block.kind, block.text) for block in document.blocks] == [
        (BlockKind.HEADING, "The Last Summer"),
        (BlockKind.PARAGRAPH, byline),
        (BlockKind.PARAGRAPH, "It rained."),
    ]


def test_two_lines_of_prose_have_no_title() -> None:
    document = parse_document("The last summer\nby the sea was cold\n\nIt rained.\n", Path("talk.txt"), "en")

    assert BlockKind.HEADING not in {block.kind for block in document.blocks}
