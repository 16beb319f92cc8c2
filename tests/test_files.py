"""Files are written whole or not at all."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from narrator.errors import PublishError
from narrator.files import write_atomically, writing


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_replaces(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.bin"
    write_atomically(target, b"one")
    write_atomically(target, b"two!")
    assert target.read_bytes() == b"two!"
    assert _names(target.parent) == ["a.bin"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_device_or_pipe_stays_what_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(pipe, b"through")
        assert os.read(reading, 100) == b"through"
    finally:
        os.close(reading)
    assert pipe.is_fifo()
    assert _names(tmp_path) == ["pipe"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_full_device_is_told() -> None:
    with pytest.raises(PublishError, match=r"cannot write /dev/full: .*; free some space"):
        write_atomically(Path("/dev/full"), b"x")
    assert Path("/dev/full").is_char_device()


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.md"
    link.symlink_to(tmp_path / "there" / "a.md")
    for content in (b"new", b"again"):
        write_atomically(link, content)
        assert link.is_symlink()
        assert (tmp_path / "there" / "a.md").read_bytes() == content
    assert _names(tmp_path / "there") == ["a.md"]


def test_honours_the_umask(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    old = os.umask(0o027)
    try:
        write_atomically(target, b"x")
    finally:
        os.umask(old)
    assert target.stat().st_mode & 0o777 == 0o640


def test_an_error_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    write_atomically(target, b"old")
    with pytest.raises(ZeroDivisionError), writing(target) as file:
        file.write(bytes(file.write(b"half") // 0))
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.bin"]


def test_can_be_read_and_begun_again_while_it_is_written(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    with writing(target) as file:
        file.write(b"a long first try")
        file.flush()
        assert Path(file.name).read_bytes() == b"a long first try"
        file.seek(0)
        file.truncate()
        file.write(b"second")
        assert not target.exists()
    assert target.read_bytes() == b"second"


def test_two_writers_of_one_target_do_not_meet(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    with writing(target) as first:
        first.write(b"first")
        with writing(target) as second:
            assert second.name != first.name
            second.write(b"second")
        assert target.read_bytes() == b"second"
    assert target.read_bytes() == b"first"
    assert _names(tmp_path) == ["a.bin"]


def _write_often(target: Path, letter: bytes) -> None:
    for _ in range(50):
        write_atomically(target, letter * 20_000)


def test_many_processes_leave_one_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_often, args=(target, letter)) for letter in (b"a", b"b", b"c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert target.read_bytes() in {b"a" * 20_000, b"b" * 20_000, b"c" * 20_000}
    assert _names(tmp_path) == ["a.bin"]


_KILLED = """
import sys, time
from pathlib import Path
from narrator.files import writing
with writing(Path(sys.argv[1])) as file:
    file.write(b"half a file")
    file.flush()
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_what_a_killed_process_left_is_used_again(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(target)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert len(_names(tmp_path)) == 1
    assert not target.exists()
    write_atomically(target, b"whole")
    assert target.read_bytes() == b"whole"
    assert _names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        (lambda folder: folder / ("x" * 300), "choose a shorter name"),
        (lambda folder: folder / "file" / "a.bin", "a file stands where a folder is needed"),
        (lambda folder: folder / "folder", "move the folder of this name away"),
    ],
)
def test_refusals_are_told_with_advice(tmp_path: Path, make: Callable[[Path], Path], advice: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    target = make(tmp_path)
    with pytest.raises(PublishError, match=advice) as caught:
        write_atomically(target, b"x")
    assert str(caught.value).startswith(f"cannot write {target}: ")
    assert _names(tmp_path) == ["file", "folder"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(PublishError, match="No space left on device; free some space"),
        writing(tmp_path / "a"),
    ):
        Path("/dev/full").write_bytes(b"x")
    assert _names(tmp_path) == []
