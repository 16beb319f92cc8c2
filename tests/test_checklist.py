"""Every line of the checklist for feeds, audio, chapters, transcripts and hosting has a test that names it.

A test names a line by a docstring that begins with `Checklist: ` and goes on with words of the line.
"""

import ast
from functools import lru_cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
NAMED = 12
"""Characters of the words by which a line is found."""
LINES = [line.split("\t") for line in (TESTS / "data" / "checklist.tsv").read_text("utf-8").splitlines()]


@lru_cache
def names() -> list[tuple[str, str]]:
    """Return the test and the words of every docstring that names a line."""
    found = []
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                said = " ".join((ast.get_docstring(node) or "").split())
                if said.startswith("Checklist: "):
                    found.append((f"{path.name}:{node.name}", said.removeprefix("Checklist: ").rstrip(".")))
    return found


@pytest.mark.parametrize(("area", "level", "line"), LINES, ids=[line[:40] for _, _, line in LINES])
def test_a_test_names_it(area: str, level: str, line: str) -> None:
    assert any(words[:NAMED] in line for _, words in names()), f"{area}, {level}: {line}"


def test_only_lines_of_the_checklist_are_named() -> None:
    lost = [(test, words) for test, words in names() if not any(words[:NAMED] in line for *_, line in LINES)]
    assert lost == []
