"""The long form of the tests of faults: an engine's builds are killed, run out of disk, and run side by side.

    python tools/faults.py espeak
    python tools/faults.py gtts --turns 60      # asks a server on this machine, never Google

Each build must end with the bytes of an undisturbed one, or with one clear line; the next one goes on from
there, and makes no take again that was finished. As root a small file system is mounted for the full disk;
otherwise a limit on the size of files stands for it. Needs Linux.
"""

import argparse
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engines"))
from google_server import serve_google

from narrator.takes import TakeStore

_THINGS = (
    "river",
    "bridge",
    "harbour",
    "garden",
    "library",
    "market",
    "tower",
    "railway",
    "forest",
    "museum",
)


@dataclass
class Trial:
    """A folder with a source, and how often something went wrong in it."""

    folder: Path
    engine: str
    wanted: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    again: int = 0
    """Finished takes that were made again."""

    def begin(self, place: Path, takes: Path, limit: int | None = None) -> "subprocess.Popen[str]":
        def confine() -> None:
            if limit is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        command = [
            sys.executable,
            "-m",
            "narrator",
            "build",
            self.folder / "source.txt",
            "-q",
            "--engine",
            self.engine,
        ]
        return subprocess.Popen(
            [*command, "--language", "en", "-o", place, "--takes", takes],
            env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "OMP_NUM_THREADS": "1"},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=confine,  # noqa: PLW1509 - no threads that matter here
        )

    def finish(self, what: str, place: Path, takes: Path) -> None:
        """Build to the end after something went wrong, and compare."""
        before = finished(takes)
        with self.begin(place, takes) as run:
            told = run.communicate()[1]
        after = finished(takes)
        self.again += sum(after.get(key) != place for key, place in before.items())
        if run.returncode or told:
            self.wrong.append(f"{what}: the next build ended with {run.returncode}: {told.strip()}")
        elif contents(place) != self.wanted:
            self.wrong.append(f"{what}: other bytes")
        if list(takes.rglob(".*")):
            self.wrong.append(f"{what}: unfinished files are left")


def finished(takes: Path) -> dict[str, tuple[int, int]]:
    """Return the takes that are whole, and which files they are."""
    if not takes.exists():
        return {}
    store = TakeStore(takes)
    found = {}
    for sound in takes.rglob("*.flac"):
        if not sound.name.startswith(".") and store.get(sound.stem):
            status = sound.stat()
            found[sound.stem] = (status.st_ino, status.st_mtime_ns)
    return found


def contents(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def source(turns: int) -> str:
    lines = ["# A walk through the town", ""]
    for number in range(turns):
        thing, other = _THINGS[number % 10], _THINGS[(number * 3 + 1) % 10]
        speaker = "Ada Stone" if number % 2 else "Ben Hill"
        lines += [
            f"{speaker}: We are at stop {number} of our way, the {thing}. From here one sees the {other}.",
            "",
        ]
    return "\n".join(lines)


def wait_for_session(session: int) -> None:
    """Wait until no process of a session is left: workers end with their parent."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                status = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(status[3]) == session and status[0] != "Z":
                break
        else:
            return
        time.sleep(0.05)
    raise SystemExit(f"processes of session {session} did not end")


def kill_at_moments(trial: Trial, moments: int, seconds: float) -> str:
    killed = 0
    for number in range(moments):
        place, takes = trial.folder / "killed" / "episode", trial.folder / "killed" / "takes"
        with trial.begin(place, takes) as run:
            try:
                run.wait(seconds * (number + 0.5) / moments)
            except subprocess.TimeoutExpired:
                kill = os.killpg if number % 2 else os.kill  # with its workers, or without
                kill(run.pid, signal.SIGKILL)
                killed += 1
        wait_for_session(run.pid)
        trial.finish(f"killed at moment {number}", place, takes)
        shutil.rmtree(place.parent)
    return f"{killed} of {moments} builds were killed, the others had ended"


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """Mount a file system of so many bytes; False where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)  # noqa: S607
        shutil.rmtree(folder)


def fill_disks(trial: Trial, needed: int) -> str:
    told = []
    for share in (5, 20, 40, 60, 80, 95):
        disk = trial.folder / "disk"
        with small_disk(disk, needed * share // 100) as mounted:
            place, takes = disk / "episode", disk / "takes"
            limit = (
                None
                if mounted
                else max(path.stat().st_size for path in trial.folder.glob("whole/*/*")) * share // 100
            )
            with trial.begin(place, takes, limit) as run:
                error = run.communicate()[1]
            lines = [line for line in error.splitlines() if line]
            if run.returncode != 1 or len(lines) != 1 or "cannot write" not in lines[0]:
                trial.wrong.append(f"disk at {share} %: ended with {run.returncode}: {error.strip()}")
            told.append(lines[-1] if lines else "")
            if mounted:
                subprocess.run(["mount", "-o", f"remount,size={4 * needed}", str(disk)], check=True)  # noqa: S607
            trial.finish(f"disk at {share} %", place, takes)
    how = "a file system" if mounted else "files"
    return f"6 builds on {how} too small; the last said: {told[-1]}"


def build_side_by_side(trial: Trial) -> str:
    takes = trial.folder / "shared"
    places = [trial.folder / f"side{number}" for number in range(2)]
    runs = [trial.begin(place, takes) for place in places]
    for run, place in zip(runs, places, strict=True):
        told = run.communicate()[1]
        if run.returncode or told or contents(place) != trial.wanted:
            trial.wrong.append(f"side by side: ended with {run.returncode}, {told.strip()}, or other bytes")
    trial.finish("side by side", places[0], takes)
    return "2 builds at once on one store"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("engine")
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--moments", type=int, default=20)
    options = parser.parse_args()
    with ExitStack() as stack:
        trial = Trial(Path(stack.enter_context(tempfile.TemporaryDirectory())), options.engine)
        if options.engine == "gtts":
            os.environ["NARRATOR_GTTS_ADDRESS"] = stack.enter_context(serve_google()).address
        (trial.folder / "source.txt").write_text(source(options.turns), "utf-8")
        place, takes = trial.folder / "whole" / "episode", trial.folder / "whole" / "takes"
        begin = time.monotonic()
        with trial.begin(place, takes) as run:
            told = run.communicate()[1]
        seconds = time.monotonic() - begin
        if run.returncode:
            raise SystemExit(told)
        trial.wanted = contents(place)
        needed = sum(path.stat().st_size for path in place.parent.rglob("*") if path.is_file())
        print(
            f"undisturbed: {seconds:.1f} s, {len(finished(takes))} takes, {needed / 1e6:.1f} MB", flush=True
        )
        print(kill_at_moments(trial, options.moments, seconds), flush=True)
        print(fill_disks(trial, needed), flush=True)
        print(build_side_by_side(trial), flush=True)
    print(f"finished takes made again: {trial.again}; wrong: {len(trial.wrong)}")
    for problem in trial.wrong:
        print(f"  {problem}")
    sys.exit(bool(trial.wrong or trial.again))


if __name__ == "__main__":
    main()
