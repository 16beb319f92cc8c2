import inspect
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from narrator import __version__
from narrator.cli import main as cli
from narrator.cli.summary import Summary

FAKES = Path(__file__).parent.parent / "fakes"
TEXT = """\
Ada Stone: Good evening. Tonight we talk about the river that runs behind this house.

Ben Hill: Thank you. I have lived here for sixty years, and I have never seen it freeze.

Ada Stone: Thank you for coming.
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with a good source."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_TAKES", str(tmp_path / "takes"))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "talk.txt").write_text(TEXT, "utf-8")
    return tmp_path


# Until click 8.2 the runner has to be told to keep standard error apart.
APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)


def run(*arguments: str) -> Result:
    return CliRunner(**APART).invoke(cli, arguments)


# ---------------------------------------------------------------- build
def test_build_ends_with_an_account(work: Path) -> None:
    result = run("build", "talk.txt", "--engine", "tone")

    assert result.exit_code == 0, result.output
    assert "talk.txt: recording" in result.stderr
    account = result.stdout
    assert account.splitlines()[0].startswith("These voices are robotic.")
    for part in ("Talk (", "Ada Stone", "tone:en+", "made, 0 kept", "LUFS", "dBTP", " words: ", " labels"):
        assert part in account
    assert "output/talk: talk.mp3 .vtt .srt .json .html, chapters.json, script.md, episode.json" in account
    assert "\x1b" not in result.output
    assert (work / "output" / "talk" / "talk.mp3").is_file()


def test_quiet_build_says_nothing(work: Path) -> None:
    result = run("build", "-q", "talk.txt", "--engine", "tone", "-o", "there")

    assert (result.exit_code, result.output) == (0, "")
    assert (work / "there" / "talk.mp3").is_file()


def test_one_failure_does_not_stop_the_others(work: Path) -> None:
    (work / "second.txt").write_text(TEXT.replace("river", "railway"), "utf-8")
    result = run("build", "talk.txt", "missing.txt", "second.txt", "--engine", "tone")

    assert result.exit_code == 1
    problem = "narrate: error: missing.txt: there is no such file"
    assert result.stderr.splitlines()[-2:] == ["narrate: 2 built, 0 unchanged, 1 failed", problem]
    assert result.stderr.count(problem) == 2  # when it failed, and at the end
    assert sorted(path.name for path in (work / "output").iterdir() if path.is_dir()) == ["second", "talk"]

    (work / "second.txt").write_text(TEXT.replace("river", "railway").replace("sixty", "sixteen"), "utf-8")
    again = run("build", "missing.txt", "talk.txt", "second.txt", "--engine", "tone")
    assert again.exit_code == 1
    assert "narrate: 1 built, 1 unchanged, 1 failed" in again.stderr


def test_unforeseen_failure_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    many, one = Summary(many=True), Summary(many=False)
    many.failed("a.txt", ValueError("what\nelse"))
    with pytest.raises(ValueError, match="else"):
        one.failed("a.txt", ValueError("what\nelse"))

    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("narrate: error: a.txt: this is a fault of narrator")
    assert told.endswith("ValueError: what else")
    assert many.code == 1


# ---------------------------------------------------------------- script, cast, voices
def test_script_is_printed_or_written(work: Path) -> None:
    printed = run("script", "talk.txt")
    written = run("script", "talk.txt", "-o", "talk.md")

    assert printed.exit_code == written.exit_code == 0
    assert "**Ada Stone:** Good evening." in printed.stdout
    assert written.output == ""
    assert (work / "talk.md").read_text("utf-8") == printed.stdout
    assert run("script", "talk.md").stdout == printed.stdout


@pytest.mark.usefixtures("work")
def test_script_as_json() -> None:
    result = run("script", "talk.txt", "--json", "--title", "Given", "--language", "en")
    script = json.loads(result.stdout)

    assert set(script) == {"title", "language", "chapters", "dropped"}
    assert (script["title"], script["language"]) == ("Given", "en")
    turns = [turn for chapter in script["chapters"] for turn in chapter["turns"]]
    assert [turn["speaker"] for turn in turns] == ["Ada Stone", "Ben Hill", "Ada Stone"]
    assert set(turns[0]) == {"speaker", "text", "reason", "confidence", "lines"}


@pytest.mark.usefixtures("work")
def test_cast_tells_who_speaks_how_and_why() -> None:
    table = run("cast", "talk.txt", "--engine", "tone").stdout.splitlines()
    assert table[0].split() == ["Speaker", "Voice", "Words", "Gender", "Nearest", "Why"]
    assert [line.split()[:2] for line in table[1:]] == [["Ada", "Stone"], ["Ben", "Hill"]]

    rows = json.loads(run("cast", "talk.txt", "--engine", "tone", "--json").stdout)["cast"]
    assert [row["speaker"] for row in rows] == ["Ada Stone", "Ben Hill"]
    assert all(row["voice"].startswith("tone:en") and row["words"] > 10 and row["reason"] for row in rows)
    assert rows[0]["voice"] != rows[1]["voice"]


@pytest.mark.usefixtures("work")
def test_voices_are_listed() -> None:
    engines = run("voices").stdout.splitlines()
    (espeak,) = (line.split() for line in engines if line.startswith("espeak"))
    assert espeak[1:3] == ["robotic", "here"]
    assert int(espeak[3].replace(",", "")) > 9000
    assert not any(line.startswith("tone") for line in engines)  # it is for tests

    listed = run("voices", "--engine", "tone", "--language", "de").stdout.splitlines()
    assert listed[0].split() == ["Voice", "Lang.", "Gender", "Sound", "Given", "Where"]
    assert listed[1].split() == ["tone:de+bass1", "de", "male", "robotic", "yes", "here"]
    voices = json.loads(run("voices", "--engine", "tone", "--language", "de", "--json").stdout)
    assert len(voices) == len(listed) - 1
    assert voices[0]["id"] == "tone:de+bass1"
    assert "no voice speaks 'qq'" in refused("voices", "--language", "qq")


# ---------------------------------------------------------------- refusals
def refused(*arguments: str, code: int = 1) -> str:
    """Run a command that must fail with one line; return the line."""
    result = run(*arguments)
    lines = result.stderr.splitlines()
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert len(lines) == 1, lines
    assert lines[0].startswith("narrate: error: ")
    assert not Path("output").exists()
    return lines[0]


LONG = "/\"'".join(["a very long title"] * 17)
BAD = {
    "empty": b"",
    "blank": b" \n\n\t\n",
    "punctuation": "… – !? ***\n\n„“".encode(),
    "picture": bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
    + bytes(400),
    "broken utf-8": TEXT.encode() * 20 + "Ada Stone: Größe ".encode() + b"\xff\xfe\xc3\x28\n" + TEXT.encode(),
    "front matter": b'---\ntitle: "unclosed\ncast: [\n---\n\n**Ada:** Hello there.\n',
    "unknown voice": b"---\ncast:\n  Ada:\n    voice: tone:en+nobody\n---\n\n**Ada:** Hello there.\n",
    "long heading": f"# {LONG}\n\n{TEXT}".encode(),
    "long title": f"---\ntitle: |-\n  {LONG}\n---\n\nAda: Hello there.\n\nBen: Hi there.\n".encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_source_is_one_line(work: Path, name: str) -> None:
    (work / "bad.md").write_bytes(BAD[name])
    line = refused("build", "bad.md", "--engine", "tone")
    assert "bad.md" in line or name == "unknown voice"
    if name == "unknown voice":
        assert "Ada" in line
        assert "tone:en+nobody" in line
    assert sorted(path.name for path in work.iterdir() if path.name != "takes") == ["bad.md", "talk.txt"]


def test_bad_arguments_are_one_line(work: Path) -> None:
    (work / "talk.d").mkdir()
    (work / "voices.txt").write_text("cast: 12\npronunciations: [1, 2]\n")
    (work / "file").write_text("")
    for expected, *arguments in (
        ("missing.txt", "missing.txt"),
        ("talk.d", "talk.d"),
        ("nope", "talk.txt", "--engine", "nope"),
        ("voices.txt", "talk.txt", "--voices", "voices.txt"),
        ("none.yaml", "talk.txt", "--voices", "none.yaml"),
        ("--takes", "talk.txt", "--takes", "file/takes"),
        ("file/x", "talk.txt", "-o", "file/x"),
        ("300 characters", "talk.txt", "--title", LONG[:300]),
    ):
        assert expected in refused(
            "build", *arguments, *(() if "--engine" in arguments else ("--engine", "tone"))
        )


@pytest.mark.usefixtures("work")
def test_wrong_usage_is_one_line_and_code_2() -> None:
    for arguments in (
        ["build"],
        ["bake", "talk.txt"],
        ["build", "talk.txt", "--loud"],
        ["build", "talk.txt", "talk.txt", "-o", "x"],
        ["script", "talk.txt", "--language", "12"],
        ["build", "talk.txt", "-o", ""],
    ):
        refused(*arguments, code=2)


@pytest.mark.parametrize(
    "title", ['a/b\\c "quoted" ../../x', "..", "/", "two\nlines\x1b[31m", "-rf", "\U0001f399", "a\u202eb"]
)
def test_any_title_gives_a_folder_in_its_place(work: Path, title: str) -> None:
    assert run("build", "-q", "talk.txt", "--engine", "tone", "--title", title).exit_code == 0
    (folder,) = (path for path in (work / "output").iterdir() if path.is_dir())
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", folder.name)
    assert sorted(path.name for path in work.iterdir()) == ["output", "takes", "talk.txt"]
    shown = json.loads((folder / "episode.json").read_text("utf-8"))["title"]
    assert not re.search(r"[\x00-\x1f]", shown)


def test_result_that_cannot_be_written_is_one_line(work: Path) -> None:
    (work / "file").write_text("")
    assert "file/talk.md" in refused("script", "talk.txt", "-o", "file/talk.md")


# ---------------------------------------------------------------- as a program
def narrate(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "narrator", *arguments],
        capture_output=True, text=True, check=False, env=os.environ | environment,
    )  # fmt: skip


def test_help_starts_fast() -> None:
    before = os.times()
    result = narrate("--help")
    after = os.times()

    assert result.returncode == 0
    assert "build" in result.stdout
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 0.4


def test_help_loads_nothing_heavy() -> None:
    program = "import sys, narrator.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "rich", "pydub", "yaml", "soundfile", "gtts"} & set(loaded)


def test_version() -> None:
    assert narrate("--version").stdout.split()[-1] == __version__
    assert narrate().stdout == narrate("--help").stdout


def test_text_that_the_terminal_cannot_show_is_no_error(work: Path) -> None:
    (work / "talk.txt").write_text(TEXT.replace("Ada", "Żaneta").replace("river", "川"), "utf-8")
    result = narrate("script", "talk.txt", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (result.returncode, result.stderr) == (0, "")


def ordinary_user() -> list[str]:
    """Return what begins a command that is to obey permissions; root does not, unless it gives that up."""
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
    if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("root may write everywhere, and cannot give that up here")
    return prefix


@pytest.mark.skipif(sys.platform == "win32", reason="permissions as POSIX has them")
def test_what_may_not_be_used_is_refused(work: Path) -> None:
    prefix = ordinary_user()
    for name, mode in (("readonly", 0o500), ("closed", 0o000)):
        (work / name).mkdir(mode=mode)
    (work / "secret.txt").write_text(TEXT)
    (work / "secret.txt").chmod(0)
    for expected, *arguments in (
        ("readonly", "talk.txt", "-o", "readonly"),
        ("readonly/x", "talk.txt", "-o", "readonly/x"),
        ("closed", "talk.txt", "-o", "closed"),
        ("closed", "talk.txt", "-o", "closed/x"),
        ("readonly/takes", "talk.txt", "--takes", "readonly/takes"),
        ("closed", "talk.txt", "--takes", "closed"),
        ("secret.txt", "secret.txt"),
        ("secret.txt", "talk.txt", "--voices", "secret.txt"),
    ):
        ended = subprocess.run(
            [*prefix, sys.executable, "-m", "narrator", "build", "--engine", "tone", *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        errors = [line for line in ended.stderr.splitlines() if ": recording" not in line]
        assert (ended.returncode, ended.stdout) == (1, "")
        assert len(errors) == 1
        assert errors[0].startswith("narrate: error: ")
        assert expected in errors[0]
        assert not (work / "output").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed as POSIX shells do")
@pytest.mark.usefixtures("work")
def test_closed_streams_are_no_error() -> None:
    for command in ("voices", "build -q --engine tone talk.txt", "build --engine tone talk.txt -o there"):
        program = f'exec "$0" -m narrator {command} >&- 2>&- <&-'
        assert subprocess.run(["sh", "-c", program, sys.executable], check=False).returncode == 0
    assert Path("there/talk.mp3").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes as POSIX has them")
def test_reader_that_goes_away_sees_no_traceback(work: Path) -> None:
    (work / "talk.txt").write_text(TEXT * 3000, "utf-8")
    command = '"$0" -m narrator script talk.txt | head -n 1'
    ended = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, check=False)
    assert (ended.stdout, ended.stderr) == (b"---\n", b"")


def test_language_is_not_detected_where_it_is_given(work: Path) -> None:
    (work / "nowhere").mkdir()
    program = (
        "import sys, tempfile\n"
        "def refuse(*_, **__): raise OSError(28, 'No space left on device')\n"
        "tempfile.TemporaryFile = refuse\n"
        "from narrator.cli import main\n"
        "main(sys.argv[1:])"
    )
    (work / "script.md").write_text("---\ncast: {}\n---\n\n**Ada:** Good evening to everybody.\n", "utf-8")
    for source in ("talk.txt", "script.md"):
        told = subprocess.run(
            [sys.executable, "-c", program, "script", source], capture_output=True, text=True, check=False
        )
        assert (told.returncode, told.stdout) == (1, "")
        assert len(told.stderr.splitlines()) == 1
        assert re.search(r"language .*temporary files .*No space left.*--language", told.stderr)
        given = [sys.executable, "-c", program, "script", source, "--language", "en"]
        assert subprocess.run(given, capture_output=True, check=False).returncode == 0


def wait_for(path: Path, text: str) -> None:
    end = time.monotonic() + 20
    while not path.exists() or text not in path.read_text():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupt_ends_quickly_without_traceback(work: Path, number: signal.Signals) -> None:
    (work / "talk.txt").write_text(TEXT.replace("freeze", "a slow freeze"), "utf-8")
    environment = os.environ | {"FAKE_LOG": str(work / "log"), "PYTHONPATH": str(FAKES)}
    with subprocess.Popen(
        [sys.executable, "-m", "narrator", "build", "talk.txt", "--engine", "fake"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        wait_for(work / "log", "slow")
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        stdout, stderr = process.communicate(timeout=10)
    assert process.returncode == 128 + number
    assert stdout == ""
    assert "Traceback" not in stderr
    assert not (work / "output").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
@pytest.mark.usefixtures("work")
def test_on_a_terminal_progress_is_a_bar_that_goes_away() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "narrator", "build", "talk.txt", "--engine", "tone"],
        stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:
        pass  # Linux says so when the other end is closed
    stdout, _ = process.communicate()
    os.close(ours)
    assert process.returncode == 0
    assert "━".encode() in shown
    assert b"recording" in shown
    assert "━".encode() not in stdout
