"""A language is added by adding a file, and without one a text still comes out where its marks suffice."""

import importlib.resources
import subprocess
import sys
from pathlib import Path

import pytest

from narrator.attribution import attribute
from narrator.attribution.lexicon import lexicon
from narrator.model import Block, BlockKind, Document, Run

LEXICONS = Path(str(importlib.resources.files("narrator.attribution"))) / "lexicon"
LANGUAGES = sorted(path.stem for path in LEXICONS.glob("??.yaml"))
UNKNOWN = "qx"
"""A language that nobody speaks."""
TEXTS = (
    "Zorvo: Mi kala vuno lemara.",
    "Respo: Teno kala, lumi dora vento.",
    "Zorvo: Bela kala norte?",
    "Respo: Sima dora kele.",
)


def program(*lines: str) -> str:
    return "\n".join(
        (
            "from narrator.attribution import attribute",
            "from narrator.attribution.lexicon import lexicon",
            "from narrator.model import Block, BlockKind, Document, Run",
            *lines,
        )
    )


def test_languages_are_the_files_that_are_there() -> None:
    assert {"de", "en", "es", "fr"} <= set(LANGUAGES)
    for language in LANGUAGES:
        assert lexicon(language)["question_words"]
    assert not lexicon(UNKNOWN).lists


def test_a_language_is_added_by_adding_a_file(tmp_path: Path) -> None:
    """A copy of the package, in which nothing is new but one file, knows the labels of one more language."""
    package = Path(str(importlib.resources.files("narrator")))
    copy = tmp_path / "narrator"
    for path in package.rglob("*"):
        if path.suffix in {".py", ".yaml", ".txt"}:
            target = copy / path.relative_to(package)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    code = program(
        f"texts = {TEXTS!r}",
        "blocks = tuple(Block(BlockKind.PARAGRAPH, (Run(t),), (i, i)) for i, t in enumerate(texts, 1))",
        f"print([turn.speaker for turn in attribute(Document('', {UNKNOWN!r}, blocks)).turns])",
    )

    def told() -> str:
        return subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()

    assert told() == "['Zorvo', 'Respo', 'Zorvo', 'Respo']"
    (copy / "attribution" / "lexicon" / f"{UNKNOWN}.yaml").write_text(
        "introduction: Enkonduko\nhonorifics: {male: [], female: [], open: []}\n"
        "asker_labels: [zorvo]\nanswer_labels: [respo]\n",
        "utf-8",
    )
    assert told() == "['INTERVIEWER', 'GUEST', 'INTERVIEWER', 'GUEST']"


def test_without_a_file_labels_and_faces_suffice() -> None:
    questions = ("Mi kala vuno lemara?", "Bela kala norte?", "Sima dora kele?")
    blocks = []
    for number, question in enumerate(questions):
        for bold, text in ((True, question), (False, "Teno kala, lumi dora vento. Sima dora.")):
            blocks.append(Block(BlockKind.PARAGRAPH, (Run(text, bold=bold),), (number, number)))
    script = attribute(Document("", UNKNOWN, tuple(blocks)))

    asker, guest = script.turns[0].speaker, script.turns[1].speaker
    assert asker != guest
    assert [turn.speaker for turn in script.turns] == [asker, guest] * 3


@pytest.mark.parametrize("language", ["es", "fr"])
def test_there_are_examples_in_further_languages(language: str) -> None:
    from narrator.sources import read_document

    folder = Path(__file__).parent.parent / "data" / "attribution"
    sources = [path for path in folder.iterdir() if path.suffix in {".txt", ".md"}]

    assert sum(read_document(path).language == language for path in sources) >= 3
