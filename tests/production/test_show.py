"""A show remembers its cast from one episode to the next."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from narrator.cli import main
from narrator.production import Options, build

TALK = "Ada Stone: Good evening to all of you.\n\nBen Hill: Thank you, Ada, it is cold.\n"
NEXT = "Cem Wood: I am new here, and I say a lot, more than they do.\n\nBen Hill: Hello!\n\nADA STONE: Yes.\n"


class _Silent:
    def stage(self, name: str) -> None:
        pass

    def at(self, done: int, total: int) -> None:
        pass


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_TAKES", str(tmp_path / "takes"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    (tmp_path / "next.txt").write_text(NEXT, "utf-8")
    return tmp_path


def made(source: str, **more: object) -> dict[str, str]:
    production = build(Path(source), Options(engine="tone", **more), _Silent())  # type: ignore[arg-type]
    return {one.speaker: one.voice for one in production.episode.speakers}


def narrate(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def fails(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    assert len(result.output.splitlines()) == 1
    return result.output


def bytes_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_next_episode_has_the_voices_of_the_first(work: Path) -> None:
    first = made("talk.txt")
    before = (work / "output" / "cast.yaml").read_text("utf-8")
    episode = bytes_of(work / "output" / "talk")
    second = made("next.txt")
    assert second["Ben Hill"] == first["Ben Hill"]
    assert second["Ada Stone"] == first["Ada Stone"]
    assert second["Cem Wood"] not in first.values()
    after = (work / "output" / "cast.yaml").read_text("utf-8")
    assert after.startswith(before.rstrip())
    assert "Cem Wood" in after
    # The first one, built again after the show has grown, is the same to the byte.
    made("talk.txt")
    assert bytes_of(work / "output" / "talk") == episode
    assert (work / "output" / "cast.yaml").read_text("utf-8") == after


def test_only_the_folder_of_a_show_gets_a_memory(work: Path) -> None:
    made("talk.txt", folder=work / "elsewhere" / "one")
    assert not (work / "elsewhere" / "cast.yaml").exists()
    made("talk.txt", folder=work / "tech" / "one", show=work / "tech")
    assert (work / "tech" / "cast.yaml").exists()
    made("next.txt", folder=work / "tech" / "two")  # which has one now
    assert "Cem Wood" in (work / "tech" / "cast.yaml").read_text("utf-8")
    assert not (work / "output").exists()


@pytest.mark.usefixtures("work")
def test_a_voice_is_chosen_for_the_show() -> None:
    first = made("talk.txt")
    table = narrate("cast", "talk.txt", "--engine", "tone", "--set", "ben hill=tone:*+bass2")
    assert "chosen for this show" in table
    assert made("talk.txt") == first | {"Ben Hill": "tone:en+bass2"}
    assert made("next.txt")["Ben Hill"] == "tone:en+bass2"
    facts = json.loads(narrate("cast", "next.txt", "--engine", "tone", "--json"))
    ben = next(fact for fact in facts["cast"] if fact["speaker"] == "Ben Hill")
    assert ben["reason"] == "chosen for this show"
    assert len(ben["alternatives"]) == 3
    assert not set(ben["alternatives"]) & {fact["voice"] for fact in facts["cast"]}
    assert facts["alike"]["Ben Hill"].keys() == {"Cem Wood", "Ada Stone"}
    assert ben["nearest"]["alike"] == max(facts["alike"]["Ben Hill"].values())


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ("Ben Hil=tone:*+bass2", "nobody of this name speaks in it; did you mean Ben Hill?"),
        ("Ben Hill=tone:en+violin", "tone has no voice 'en+violin' for “en”"),
        ("Ben Hill=toner:en+bass1", "there is no engine 'toner'"),
        ("Ben Hill=ADA", "for Ada Stone"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(work: Path, wish: str, problem: str) -> None:
    first = made("talk.txt")
    before = (work / "output" / "cast.yaml").read_bytes()
    if wish.endswith("=ADA"):
        wish, problem = f"Ben Hill={first['Ada Stone']}", "is Ada Stone's (as in earlier episodes)"
    assert problem in fails("cast", "talk.txt", "--engine", "tone", "--set", wish)
    assert (work / "output" / "cast.yaml").read_bytes() == before


@pytest.mark.usefixtures("work")
def test_wrong_use_of_set_is_told() -> None:
    result = CliRunner().invoke(main, ["cast", "talk.txt", "--set", "Ben Hill"])
    assert result.exit_code == 2
    assert "NAME=ENGINE:VOICE" in result.output


def test_a_damaged_memory_stops_the_build_with_its_line(work: Path) -> None:
    made("talk.txt")
    (work / "output" / "cast.yaml").write_text("Ada Stone:\n  voices: 3\n", "utf-8")
    assert "cast.yaml:2" in fails("build", "next.txt", "--engine", "tone", "-q")
    assert not (work / "output" / "next").exists()


def test_builds_at_once_lose_nothing_of_the_memory(work: Path) -> None:
    for number in range(4):
        (work / f"e{number}.txt").write_text(
            f"Speaker{number} Moss: Good evening.\n\nBen Hill: Hello.\n", "utf-8"
        )
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "narrator", "build", "-q", "--engine", "tone", f"e{number}.txt"], cwd=work
        )
        for number in range(4)
    ]
    assert [run.wait(120) for run in runs] == [0] * 4
    memory = (work / "output" / "cast.yaml").read_text("utf-8")
    for number in range(4):
        assert f"Speaker{number} Moss:" in memory


def test_the_engine_of_earlier_episodes_speaks_again(work: Path) -> None:
    """Without a wish; a better one that is installed meanwhile would change the voices of the show."""
    text = "Ada Stone: Good evening to you.\n\nBen Hill: And to you.\n"
    (work / "talk.txt").write_text(text, "utf-8")
    build(Path("talk.txt"), Options(engine="espeak"), _Silent())
    facts = json.loads(narrate("cast", "talk.txt", "--json"))
    assert {fact["reason"] for fact in facts["cast"]} == {"as in earlier episodes"}
    assert all(fact["voice"].startswith("espeak:") for fact in facts["cast"])
