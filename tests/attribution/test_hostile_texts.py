"""Texts that are made to cost time: attribution stays linear, and loses no word."""

import time

import pytest

from narrator.attribution import attribute
from narrator.model import Block, BlockKind, Document, Run

MOST_SECONDS = 8.0
"""Of CPU; the slowest takes a quarter of it, code that backtracks or compares all with all takes minutes."""

HOSTILE = {
    "ten thousand labels": [f"Anna{i} Reed{i * 7}: Do you see, Anna{i}?" for i in range(10_000)],
    "names in the prose": [f"I met Anna Q{'x' * (i % 40)}{i} there, she said." for i in range(3_000)],
    "one long paragraph": ["Anna Reed: Hello.", "The river bends and bends again, does it not? " * 20_000],
    "the same paragraph": ["Anna Reed: Hello.", *["“It is the same again, is it not so, my dear?”"] * 5_000],
    "deep brackets": [
        "(" * 50_000,
        "[" * 50_000,
        "(a(" * 20_000,
        "(" * 20_000 + ")" * 20_000,
        "(()" * 20_000,
    ],
    "quotation marks": ["“" * 50_000, '"' * 49_999, '" a ' * 20_000 + '"', "„a" * 30_000, "« a" * 30_000],
    "colons and spaces": ["a:" * 50_000, "Anna" + " " * 50_000 + ":x", "12:30 " * 30_000, " " * 50_000 + ":"],
    "capitals": ["A'" * 50_000, "A" * 100_000, "A. " * 50_000, "Ab-" * 50_000, "Ab " * 50_000],
    "ends": [
        "”" * 50_000 + "a",
        "?" * 50_000,
        "? " * 50_000,
        "Why " + "?)" * 30_000 + "a",
        ", " * 50_000 + "Sie",
    ],
}


@pytest.mark.parametrize("texts", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_cost_little(texts: list[str]) -> None:
    blocks = tuple(Block(BlockKind.PARAGRAPH, (Run(text),), (i, i)) for i, text in enumerate(texts, start=1))
    start = time.process_time()
    attribute(Document("", "de", blocks))  # raises LedgerError itself

    assert time.process_time() - start < MOST_SECONDS


FIRST = "Anna Berta Clara Dora Edith Frieda Grete Hanna Ida Jane Kate Laura Mary Nora Olga Paula"
LAST = "Reed Stone Hill Marsh Ford Wells Brook Field Lane Cross Bird Frost Moor Dale Wood"


def test_a_story_with_hundreds_of_names_is_told_quickly() -> None:
    first, last = FIRST.split(), LAST.split()
    texts = [
        (
            f"“Where is she, {first[i % 16]}?” asked {first[i % 16]} {last[i % 15]}.",
            f"“Nobody knows it,” said Mr. {last[i % 15]}.",
            "“So be it!”",
            f"She left, and {first[i % 16]} {last[i % 15]} saw it.",
        )
        for i in range(250)
    ]
    lines = [text for scene in texts for text in scene]
    blocks = tuple(Block(BlockKind.PARAGRAPH, (Run(text),), (i, i)) for i, text in enumerate(lines, start=1))
    start = time.process_time()
    script = attribute(Document("", "en", blocks), quotes="voiced")

    assert len(script.people) > 200
    assert time.process_time() - start < MOST_SECONDS  # the square of the names takes minutes and gigabytes
