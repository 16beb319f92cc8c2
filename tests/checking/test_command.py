"""`narrate check` on the command line: exit codes, table, JSON."""

import json
import shutil
from pathlib import Path

import good
import pytest
from cases import ITEM
from click.testing import CliRunner, Result

from narrator.cli import main


def narrate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    """Return a transcript with two errors and a warning."""
    path = tmp_path / "poor.srt"
    path.write_text(good.srt().replace("2\n", "7\n").replace("00:00:03,900", "00:00:02,900"), "utf-8")
    return path


def test_nothing_wrong_is_said_in_a_line(tmp_path: Path) -> None:
    done = narrate(good.published(tmp_path / "p"))

    assert done.exit_code == 0
    last = "1 checked: no errors, no warnings, no notes; examined 1 of 1 episode"
    assert done.stdout.splitlines()[-1] == last


def test_what_is_wrong_is_told_with_the_reason_and_the_standard(poor: Path) -> None:
    done = narrate(poor)

    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert lines[0] == str(poor)
    assert lines[1].startswith("  error    line 11: it ends before it begins")
    assert "  players never show it; mend its times (W3C WebVTT, 4.1; " in lines[1]
    assert lines[2].startswith("  warning  line 6: the card has the number “7”")
    assert lines[-1] == "1 checked: 1 error, 1 warning, no notes"


def test_warnings_count_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(good.srt().replace("2\n", "7\n"), "utf-8")

    assert narrate(path).exit_code == 0
    assert narrate(path, "--strict").exit_code == 1


def test_quiet_prints_nothing_but_what_fails(poor: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(good.srt().replace("2\n", "7\n"), "utf-8")

    assert narrate(path, "-q").stdout == ""
    assert "warning" in narrate(path, "-q", "--strict").stdout
    told = narrate(poor, "-q").stdout
    assert "  error  " in told
    assert "  warning  " not in told


def test_programs_get_json(poor: Path, tmp_path: Path) -> None:
    done = narrate(poor, tmp_path / "nothing.mp3", "--json")

    facts = json.loads(done.stdout)
    assert done.exit_code == 1
    assert facts["checked"] == [str(poor), str(tmp_path / "nothing.mp3")]
    assert (facts["errors"], facts["warnings"], facts["notes"]) == (2, 1, 0)
    first = next(one for one in facts["findings"] if one["rule"] == "cue-times")
    assert first == {
        "rule": "cue-times",
        "severity": "error",
        "where": str(poor),
        "at": "line 11",
        "what": "it ends before it begins",
        "why": "players never show it",
        "standard": "W3C WebVTT, 4.1; podcast namespace, transcripts",
        "advice": "mend its times",
    }


def test_what_is_checked_can_be_listed() -> None:
    done = narrate("--rules")

    assert done.exit_code == 0
    assert any(
        line.startswith("chap-order ") and "ID3v2 chapter frame addendum" in line
        for line in done.stdout.splitlines()
    )
    assert json.loads(narrate("--rules", "--json").stdout)["chap-order"]["severity"] == "error"


@pytest.mark.parametrize(("number", "heard"), [("0", 0), ("1", 1), ("all", 2)])
def test_as_many_episodes_are_examined_as_one_wants(number: str, heard: int, tmp_path: Path) -> None:
    second = ITEM.replace("1f0c", "2f0c").replace("one/", "two/").replace("LENGTH", str(len(good.mp3())))
    folder = good.published(
        tmp_path / "p", feed=lambda text: text.replace("</channel>", f"{second}</channel>")
    )
    shutil.copytree(folder / "one", folder / "two")

    facts = json.loads(narrate(folder, "--episodes", number, "--json").stdout)

    assert (facts["episodes"], facts["examined"], facts["findings"]) == (2, heard, [])


@pytest.mark.parametrize(
    "arguments",
    [(), ("a.mp3", "--episodes", "-1"), ("a.mp3", "--episodes", "some"), ("",), ("a.mp3", "--nonsense")],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert narrate(*arguments).exit_code == 2


def test_a_folder_of_a_show_that_is_not_published(tmp_path: Path) -> None:
    good.episode(tmp_path / "output" / "one")
    good.episode(tmp_path / "output" / "two", vtt=lambda text: text.replace("<v Ben Stone>", ""))
    done = narrate(tmp_path / "output")

    assert done.exit_code == 0
    assert "2 checked: no errors, 1 warning, no notes" in done.stdout
    assert narrate(tmp_path).exit_code == 1
