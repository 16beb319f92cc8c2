"""The person's side: which turns to look at, what is refused, what else is read, and updating a script."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from narrator.cli import main as cli

DATA = Path(__file__).parent.parent / "data" / "attribution"
# Until click 8.2 the runner has to be told to keep standard error apart.
APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)
SCRIPT = """---
title: A talk
language: en
cast: {}
---

**Ada:** Is it cold? <!-- line 3; question; 0.85 -->

**Ben:** (shivering) It is. <!-- lines 5–7; answer; 0.55 -->

And it stays so.

**Ada:** Then let us go in, and light a fire, and talk about all of it again. <!-- line 9; answer; 0.40 -->

**Ben:** Let us. <!-- line 11; label; 0.99 -->

<!-- not spoken
line 7; direction; (He points at the door.)
-->
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_TAKES", str(tmp_path / "takes"))
    (tmp_path / "talk.md").write_text(SCRIPT, "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner(**APART).invoke(cli, arguments)


# ---------------------------------------------------------------- what to look at
@pytest.mark.usefixtures("work")
def test_the_least_sure_turns_are_shown_last() -> None:
    result = run("script", "talk.md")
    head, columns, *rows = result.stderr.splitlines()

    assert head == "Look at these first: the 3 turns that are least sure"
    assert columns.split() == ["Lines", "Speaker", "Why", "Sure", "Text"]
    assert [row.split()[:4] for row in rows] == [
        ["9", "Ada", "answer", "0.40"],
        ["5–7", "Ben", "answer", "0.55"],
        ["3", "Ada", "question", "0.85"],
    ]
    assert rows[0].endswith("Then let us go in, and light a fire, and talk …")
    assert result.stdout.startswith("---\n")
    assert run("script", "talk.md", "-q").stderr == run("script", "talk.md", "--json").stderr == ""


def test_at_most_ten_turns_are_shown(work: Path) -> None:
    turns = [f"**{'AB'[i % 2]}:** Word {i}. <!-- line {i}; answer; 0.5 -->\n\n" for i in range(1, 25)]
    (work / "talk.md").write_text("---\ncast: {}\n---\n\n" + "".join(turns), "utf-8")
    lines = run("script", "talk.md", "--language", "en").stderr.splitlines()

    assert lines[0] == "Look at these first: the 10 turns that are least sure, of 24"
    assert len(lines) == 12


def test_doubtful_turns_are_refused_when_asked(work: Path) -> None:
    result = run("build", "talk.md", "--engine", "tone", "--min-confidence", "0.6")

    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("narrate: error:")]
    assert "talk.md: whether Ben speaks in line 5 of the source is only 0.55 sure" in line
    assert "there are 2 such turns" in line
    assert not (work / "output").exists()
    assert run("build", "-q", "talk.md", "--engine", "tone", "--min-confidence", "0.4").exit_code == 0
    assert run("build", "talk.md", "--min-confidence", "60").exit_code == 2
    assert run("build", "talk.md", "--min-confidence", "nan").exit_code == 1


def test_a_turn_that_was_corrected_is_sure(work: Path) -> None:
    source = str(DATA / "teilweise.txt")
    run("script", source, "-o", "script.md")
    text = (work / "script.md").read_text("utf-8")
    label = next(line for line in text.splitlines() if line.startswith("**INTERVIEWER:**"))
    (work / "script.md").write_text(text.replace(label, label.replace("INTERVIEWER", "Eva Lang")), "utf-8")

    assert "by hand" in run("script", "script.md").stdout
    assert run("script", "script.md").stdout.count("by hand") == 1


# ---------------------------------------------------------------- directions
@pytest.mark.usefixtures("work")
def test_synthetic_voices_are_disclosed_once_when_asked() -> None:
    Path("talk.txt").write_text("Ada: Is it raining?\n\nBen: Yes, it is.\n", "utf-8")
    said = "**NARRATOR:** The voices in this episode are synthetic."
    assert said not in run("script", "talk.txt").stdout
    script = run("script", "talk.txt", "--speak", "disclosure", "-o", "talk.md")
    assert script.exit_code == 0
    assert Path("talk.md").read_text("utf-8").count(said) == 1
    again = run("script", "talk.md", "--speak", "disclosure").stdout
    assert again.count(said) == 1
    Path("de.txt").write_text("---\nlanguage: de\n---\n\nAda: Regnet es?\n\nBen: Ja, es regnet.\n", "utf-8")
    assert (
        "Die Stimmen in dieser Folge sind künstlich erzeugt."
        in run("script", "de.txt", "--speak", "disclosure").stdout
    )


@pytest.mark.usefixtures("work")
def test_directions_are_read_when_asked() -> None:
    plain = run("script", "talk.md").stdout
    read = run("script", "talk.md", "--speak", "directions").stdout
    turns = [line.partition(" <!--")[0] for line in read.splitlines() if line.startswith("**")]

    assert "(He points at the door.)" in plain.split("<!-- not spoken")[1]
    assert turns == [
        "**Ada:** Is it cold?",
        "**NARRATOR:** shivering",
        "**Ben:** It is.",
        "**NARRATOR:** \\(He points at the door.)",
        "**Ben:** And it stays so.",
        "**Ada:** Then let us go in, and light a fire, and talk about all of it again.",
        "**Ben:** Let us.",
    ]
    assert "not spoken" not in read
    assert "NARRATOR" in run("cast", "talk.md", "--engine", "tone", "--speak", "directions").stdout


# ---------------------------------------------------------------- updating
def test_update_keeps_what_was_corrected(work: Path) -> None:
    source = work / "runde.txt"
    source.write_bytes((DATA / "labels.txt").read_bytes())
    run("script", "runde.txt", "-o", "mine.md")
    text = (work / "mine.md").read_text("utf-8")
    turns = [line for line in text.splitlines() if line.startswith("**")]
    name = turns[1].partition(":**")[0]
    (work / "mine.md").write_text(text.replace(turns[1], turns[1].replace(name, "**Somebody Else")), "utf-8")
    source.write_text(source.read_text("utf-8") + "\n\nThat is all for today, my friends.\n", "utf-8")
    result = run("script", "--update", "mine.md", "runde.txt")

    assert result.exit_code == 0, result.output
    assert "**Somebody Else:**" in result.stdout
    assert "That is all for today" in result.stdout
    assert "That is all for today" not in (work / "mine.md").read_text("utf-8")
    written = run("script", "--update", "mine.md", "runde.txt", "-o", "new.md")
    assert written.exit_code == 0
    assert (work / "new.md").read_text("utf-8") == result.stdout


def test_update_overwrites_nothing(work: Path) -> None:
    (work / "talk.txt").write_text("Ada: Is it cold?\n\nBen: It is.\n", "utf-8")
    for target in ("talk.md", "talk.txt"):
        before = (work / target).read_bytes()
        result = run("script", "--update", "talk.md", "talk.txt", "-o", target)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"narrate: error: {target} exists")
        assert (work / target).read_bytes() == before
    refused = run("script", "--update", "talk.txt", "talk.txt")
    assert refused.exit_code == 1
    assert "a script as `narrate script` writes it is expected" in refused.stderr
