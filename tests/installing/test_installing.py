"""Installing voices from a server that misbehaves, and from a folder."""

from __future__ import annotations

import hashlib
import inspect
import json
import random
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from model_server import ModelServer, serving

from narrator.cli import main as cli
from narrator.errors import NarratorError
from narrator.installing import find_offer, install

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL = random.Random(1).randbytes(3_000_000)  # noqa: S311 - no secret
VOICES = random.Random(2).randbytes(40_000)  # noqa: S311 - no secret
APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as told:
        told.offer("kokoro", {"model.onnx": MODEL, "voices.bin": VOICES})
        yield told


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0.01")
    monkeypatch.delenv("NARRATOR_MODELS_ADDRESS", raising=False)
    return tmp_path / "models"


def run(*arguments: str) -> Result:
    return CliRunner(**APART).invoke(cli, ("voices", "install", *arguments))


def there(models: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (models / "kokoro").iterdir()}


def is_whole(models: Path) -> bool:
    found = there(models)
    sums = {f"{name}.sha256" for name in ("model.onnx", "voices.bin")}
    return (
        found["model.onnx"] == MODEL
        and found["voices.bin"] == VOICES
        and set(found) == sums | {"model.onnx", "voices.bin"}
    )


def test_installs_tells_licence_and_size_and_does_nothing_twice(server: ModelServer, models: Path) -> None:
    first = run("kokoro", "--address", server.address)
    requests = len(server.asked)
    second = run("kokoro", "--address", server.address)

    assert first.exit_code == 0, first.output
    assert "3.0 MB, licence: CC0-1.0" in first.stderr
    assert f"kokoro: installed in {models / 'kokoro'}" in first.stdout
    assert is_whole(models)
    digest = hashlib.sha256(MODEL).hexdigest()
    assert there(models)["model.onnx.sha256"].decode() == f"{digest}  model.onnx\n"
    assert "all of it is there already" in second.stdout
    assert requests == len(server.asked) == 2


def test_a_file_that_was_damaged_later_is_fetched_again(server: ModelServer, models: Path) -> None:
    run("kokoro", "--address", server.address)
    (models / "kokoro" / "model.onnx").write_bytes(MODEL[:-1] + b"x")
    result = run("kokoro", "--address", server.address)

    assert result.exit_code == 0
    assert is_whole(models)


@pytest.mark.parametrize(
    "faults",
    [
        [500, 503, None],
        [(429, {"Retry-After": "0"}), 502, None],
        [("cut", 1_500_000), ("cut", 100), ("cut", 0), None],
        [("cut", 10), None, ("cut", 5), 500, None],
    ],
)
def test_faults_that_pass_are_overcome(server: ModelServer, models: Path, faults: list[Any]) -> None:
    server.faults = faults
    result = run("kokoro", "--address", server.address)

    assert result.exit_code == 0, result.output
    assert is_whole(models)


def test_a_cut_body_is_taken_up_where_it_broke(server: ModelServer, models: Path) -> None:
    server.faults = [("cut", 2_000_000)]
    assert run("kokoro", "--address", server.address).exit_code == 0

    assert [asked for _, asked in server.asked] == ["", "bytes=2000000-", ""]
    assert server.sent == len(MODEL) + len(VOICES)
    assert is_whole(models)


def test_a_server_that_waits_is_waited_for(server: ModelServer, models: Path) -> None:
    server.faults = [(429, {"Retry-After": "1"})]
    begin = time.monotonic()
    assert run("kokoro", "--address", server.address).exit_code == 0
    assert time.monotonic() - begin >= 1
    assert is_whole(models)


def test_a_server_that_stays_broken_is_told_and_the_part_is_kept(server: ModelServer, models: Path) -> None:
    server.faults = [("cut", 2_500_000), *([500] * 5)]
    failed = run("kokoro", "--address", server.address)
    again = run("kokoro", "--address", server.address)

    assert failed.exit_code == 1
    assert failed.stderr.count("narrate: error:") == 1
    assert "refused with status 500" in failed.stderr
    assert again.exit_code == 0
    assert server.sent == len(MODEL) + len(VOICES)
    assert is_whole(models)


def test_a_server_without_ranges_starts_anew(server: ModelServer, models: Path) -> None:
    server.ranges = False
    server.faults = [("cut", 2_000_000)]

    assert run("kokoro", "--address", server.address).exit_code == 0
    assert is_whole(models)


@pytest.mark.parametrize("honest", [True, False], ids=["If-Range heeded", "If-Range ignored"])
def test_a_changed_file_is_never_glued_to_an_old_half(
    server: ModelServer, models: Path, *, honest: bool
) -> None:
    server.faults = [("cut", 2_000_000), *([500] * 5)]
    assert run("kokoro", "--address", server.address).exit_code == 1
    changed = MODEL[::-1]
    server.offer("kokoro", {"model.onnx": changed, "voices.bin": VOICES})
    server.ifrange = honest
    result = run("kokoro", "--address", server.address)

    assert result.exit_code == 0, result.output
    assert there(models)["model.onnx"] == changed


def test_without_an_etag_nothing_is_taken_up(server: ModelServer, models: Path) -> None:
    server.tags["/kokoro/model.onnx"] = 'W/"weak"'
    server.faults = [("cut", 2_000_000)]

    assert run("kokoro", "--address", server.address).exit_code == 0
    assert [asked for _, asked in server.asked] == ["", "", ""]
    assert is_whole(models)


@pytest.mark.parametrize("wrong", [MODEL[:-1] + b"x", MODEL + b"x", b"<html>Please log in"])
def test_a_wrong_file_is_deleted_and_told(server: ModelServer, models: Path, wrong: bytes) -> None:
    server.files["/kokoro/model.onnx"] = wrong
    result = run("kokoro", "--address", server.address)

    assert result.exit_code == 1
    assert "kokoro was not installed" in result.stderr
    assert "damaged or another file" in result.stderr
    assert not [name for name in there(models) if name.endswith((".onnx", ".part"))]


def test_what_is_killed_goes_on_where_it_stopped(server: ModelServer, models: Path) -> None:
    server.gate = threading.Event()
    command = [sys.executable, "-m", "narrator", "voices", "install", "kokoro", "--address", server.address]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    part = models / "kokoro" / ".model.onnx.part"
    end = time.monotonic() + 20
    while not (part.is_file() and part.stat().st_size >= 1_000_000):
        assert time.monotonic() < end
        time.sleep(0.01)
    busy = run("kokoro", "--address", server.address)
    running.kill()
    running.wait()
    server.gate.set()
    server.gate = None
    here = part.stat().st_size
    result = run("kokoro", "--address", server.address)

    assert busy.exit_code == 1
    assert "another process is writing" in busy.stderr
    assert result.exit_code == 0, result.output
    assert server.asked[-2:] == [("/kokoro/model.onnx", f"bytes={here}-"), ("/kokoro/voices.bin", "")]
    assert is_whole(models)


# ---------------------------------------------------------------- piper
PATH = "/piper/xx/xx_YY/ada/low"
NAME = "xx_YY-ada-low"


@pytest.fixture
def piper(server: ModelServer) -> ModelServer:
    content = {f"{PATH}/{NAME}.onnx": VOICES, f"{PATH}/{NAME}.onnx.json": b'{"audio": {}}'}
    server.files |= content
    listed = {
        path.removeprefix("/piper/"): {
            "size_bytes": len(body),
            "md5_digest": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        }
        for path, body in content.items()
    }
    server.files["/piper/voices.json"] = json.dumps({NAME: {"files": listed}}).encode()
    return server


def test_pipers_own_list_tells_what_its_voices_are(
    piper: ModelServer, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARRATOR_MODELS_ADDRESS", piper.address)
    assert run(f"piper:{NAME}").exit_code == 0
    assert (models / "piper" / f"{NAME}.onnx").read_bytes() == VOICES

    unknown = run("piper:xx_YY-bob-low")
    assert unknown.exit_code == 1
    assert f"lists no such voice; there is {NAME}" in unknown.stderr


@pytest.mark.parametrize("sound", [True, False])
def test_what_the_server_declares_is_checked(piper: ModelServer, models: Path, *, sound: bool) -> None:
    digest = hashlib.sha256(VOICES if sound else MODEL).hexdigest()
    piper.headers[f"{PATH}/{NAME}.onnx"] = {"X-Linked-ETag": f'"{digest}"'}
    result = run(f"piper:{NAME}", "--address", piper.address)

    assert result.exit_code == (0 if sound else 1)
    assert ("the server declares" in result.stderr) is not sound
    assert (models / "piper" / f"{NAME}.onnx").is_file() is sound


# ---------------------------------------------------------------- folders, refusals
def test_files_at_hand_are_checked_the_same_way(models: Path, tmp_path: Path) -> None:
    with serving() as told:
        told.offer("kokoro", {"model.onnx": MODEL, "voices.bin": VOICES})
    hand = tmp_path / "hand"
    (hand / "kokoro").mkdir(parents=True)
    (hand / "index.json").write_bytes(told.files["/index.json"])
    (hand / "model.onnx").write_bytes(MODEL)
    missing = run("kokoro", "--from", str(hand))
    (hand / "kokoro" / "voices.bin").write_bytes(VOICES[1:])
    damaged = run("kokoro", "--from", str(hand))
    (hand / "kokoro" / "voices.bin").write_bytes(VOICES)
    good = run("kokoro", "--from", str(hand))

    assert f"voices.bin is not in {hand}" in missing.stderr
    assert "instead of 40,000" in damaged.stderr
    assert (missing.exit_code, damaged.exit_code, good.exit_code) == (1, 1, 0)
    assert is_whole(models)


def test_the_official_files_are_known_without_asking(models: Path, tmp_path: Path) -> None:
    hand = tmp_path / "hand"
    hand.mkdir()
    (hand / "kokoro-v1.0.int8.onnx").write_bytes(b"no model")
    result = run("kokoro", "--from", str(hand))

    assert "it has 8 bytes instead of 92,361,271" in result.stderr
    assert not (models / "kokoro").exists()


@pytest.mark.parametrize(
    "name", ["gtts", "piper", "piper:../../x", "piper:de_DE-x-y/../z", "kokoro:af_heart"]
)
@pytest.mark.usefixtures("models")
def test_what_cannot_be_installed_is_told(name: str) -> None:
    result = run(name)
    assert result.exit_code == 1
    assert "it is nothing to install; there is kokoro, and piper:VOICE" in result.stderr


@pytest.mark.parametrize(
    "index",
    [
        "[]",
        "{",
        '{"kokoro": []}',
        '{"kokoro": {"files": []}}',
        '{"kokoro": {"files": [{"name": "../x", "size": 1, "sha256": "%s"}]}}' % ("0" * 64),
        '{"kokoro": {"files": [{"name": "x", "size": 1, "sha256": "0"}]}}',
    ],
)
def test_a_list_that_makes_no_sense_is_told(server: ModelServer, models: Path, index: str) -> None:
    server.files["/index.json"] = index.encode()
    result = run("kokoro", "--address", server.address)

    assert result.exit_code == 1
    assert "kokoro was not installed" in result.stderr
    assert not models.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
def test_a_full_disk_is_one_clear_line(server: ModelServer, models: Path) -> None:
    # The kernel refuses to let a file grow, as it does on a full disk.
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000));"
        "from narrator.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "voices", "install", "kokoro", "--address", server.address]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    (line,) = [line for line in result.stderr.splitlines() if "error" in line]
    assert line.startswith(f"narrate: error: cannot write {models / 'kokoro' / 'model.onnx'}: ")
    assert not (models / "kokoro" / "model.onnx").exists()


def test_a_folder_that_is_a_file_is_one_clear_line(server: ModelServer, models: Path) -> None:
    models.write_text("in the way")
    with pytest.raises(NarratorError, match="a file stands where a folder is needed"):
        install(find_offer("kokoro", server.address))
