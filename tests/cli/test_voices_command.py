"""`narrate voices` and `narrate voices try`."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from narrator.audio import decode
from narrator.cli import main as cli

if TYPE_CHECKING:
    from pathlib import Path

APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner(**APART).invoke(cli, ("voices", *arguments))


def rows(*arguments: str) -> list[dict[str, Any]]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


# ---------------------------------------------------------------- list
def test_what_can_be_installed_is_listed_with_how() -> None:
    found = {row["id"]: row for row in rows("--engine", "piper")}
    thorsten = found["piper:de_DE-thorsten-medium"]

    assert list(thorsten) == [
        "id", "engine", "name", "language", "gender", "options", "shade", "natural", "online",
        "installed", "given", "install",
    ]  # fmt: skip
    assert (thorsten["language"], thorsten["gender"], thorsten["installed"]) == ("de-DE", "male", False)
    assert thorsten["install"] == "narrate voices install piper:de_DE-thorsten-medium"
    assert "narrate voices install piper:VOICE" in found["piper"]["install"]


def test_filters_leave_what_was_asked_for() -> None:
    women = rows("--language", "de", "--gender", "female", "--natural", "--offline")
    assert "piper:de_DE-kerstin-low" in {row["id"] for row in women}
    for row in women:
        if row["name"]:
            assert row["language"].startswith("de")
            assert (row["gender"], row["natural"], row["online"]) == ("female", True, False)

    installed = rows("--language", "de", "--installed", "--offline")
    assert {"espeak"} <= {row["engine"] for row in installed}
    assert all(row["installed"] and not row["online"] for row in installed)


def test_the_list_fits_a_terminal() -> None:
    shown = run("--language", "de", "--offline").stdout.splitlines()
    assert shown[0].split() == ["Voice", "Lang.", "Gender", "Sound", "Given", "Where"]
    table = shown[: shown.index("")]
    assert any(line.split()[0] == "piper:de_DE-thorsten-medium" and line.endswith("to get") for line in table)
    assert max(map(len, table)) <= 80
    assert "Not working here" in shown


# ---------------------------------------------------------------- try
def test_a_sample_lands_in_the_current_folder(work: Path) -> None:
    result = run("try", "tone:de+bass1")

    assert result.exit_code == 0, result.output
    assert result.stdout == "tone:de+bass1: tone-de-bass1.wav\n"
    content = (work / "tone-de-bass1.wav").read_bytes()
    assert content[:4] == b"RIFF"
    assert decode(content).seconds > 3


@pytest.mark.parametrize(("suffix", "begins"), [("wav", b"RIFF"), ("flac", b"fLaC"), ("mp3", b"ID3")])
def test_the_suffix_says_what_is_written(work: Path, suffix: str, begins: bytes) -> None:
    result = run("try", "tone:*+bass1", "Guten Morgen.", "--language", "de", "-o", f"there/x.{suffix}")

    assert result.exit_code == 0, result.output
    content = (work / "there" / f"x.{suffix}").read_bytes()
    assert content.startswith(begins)
    assert 0.3 < decode(content).seconds < 5


def test_the_users_voices_yaml_says_how_it_is_read(work: Path) -> None:
    run("try", "tone:en+bass1", "Qix is here.", "-o", "plain.wav")
    (work / "voices.yaml").write_text("pronunciations:\n  en:\n    Qix: a very long name indeed\n", "utf-8")
    run("try", "tone:en+bass1", "Qix is here.", "-o", "told.wav")

    plain, told = (decode((work / f"{name}.wav").read_bytes()).seconds for name in ("plain", "told"))
    assert told > plain + 0.5


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("tone:de+bass1", "-o", "x.ogg"), ".wav, .flac, .mp3 can be written, not 'x.ogg'"),
        (("tone",), "a voice is written engine:name"),
        (("tone:nobody",), "tone has no voice 'nobody' here"),
        (("nothing:x",), "no engine is called 'nothing'"),
        (("tone:de+bass1", "…"), "there is nothing to speak in it"),
    ],
)
def test_what_cannot_be_tried_is_one_line(work: Path, arguments: tuple[str, ...], problem: str) -> None:
    result = run("try", *arguments)

    assert result.exit_code == 1
    assert problem in result.stderr
    assert result.stderr.count("\n") == 1
    assert not list(work.iterdir())


def test_that_a_text_is_sent_away_is_said_first(work: Path) -> None:
    result = run("try", "gtts:nobody", "Secret.")

    assert result.exit_code == 1
    assert result.stderr.startswith("narrate: gtts is a network service; the text is sent there\n")
    assert not list(work.iterdir())
