"""A run that looks, guided by the code it reaches, for sources that narrator does not bear.

    pip install -e '.[test,fuzz]'
    python -m tests.fuzz.coverage_guided 30 [KIND…]

reads sources for thirty minutes, in the kinds given or in all, by turns: bytes that grow out of made-up
sources, and what the strategies of `fuzz_sources` draw from such bytes. A source that ends in anything but a
script or a refusal of one line, or takes over ten seconds, is kept in `tests/data/fuzz`, where the tests find
it. The kind `none` is bytes without a suffix, as from standard input.
"""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import atheris
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

_HUNT = "--hunt"
_GUIDES = ["narrator.sources", "narrator.attribution", "narrator.script"]

sys.path.append(str(Path(__file__).parent))
with atheris.instrument_imports(include=_GUIDES) if _HUNT in sys.argv else nullcontext():
    from fuzz_sources import FOUND, KINDS, MOST_SECONDS, WILD, check, keep

NAMELESS = "none"
_PACKED = (".epub", ".docx")
_SEEDS = 40
_HUNG_S = 60
"""Seconds after which a run is ended from outside: code of other libraries does not hear signals."""
_MEMORY_MB = 2500
"""More than the gigabyte a source may take, as what guides the run is kept in memory too."""
_BYTES, _DRAWN = b"\x00", b"\x01"
"""What an input begins with: the source itself follows, or what strategies draw it from."""


class _TooLongError(BaseException):
    """Not an `Exception`, which is what readers of damaged files catch."""


def _strategy(kind: str) -> st.SearchStrategy[bytes]:
    if kind == NAMELESS:
        return st.one_of(*WILD.values(), *KINDS.values())
    return st.one_of(WILD[kind], KINDS[kind])


def _seeds(kind: str) -> list[bytes]:
    """Draw sources to begin with, and take what was found before."""
    suffix = "" if kind == NAMELESS else kind
    found = [path.read_bytes() for path in FOUND.glob(f"*{suffix}")]

    @settings(max_examples=_SEEDS, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(st.lists(_strategy(kind), min_size=1, max_size=3))
    def draw(sources: list[bytes]) -> None:
        found.extend(sources)

    draw()
    return found


def _end(_number: int, _frame: object) -> NoReturn:
    raise _TooLongError


class _Reader:
    """Reads what the fuzzer makes."""

    def __init__(self, kind: str, now: Path) -> None:
        self._suffix = "" if kind == NAMELESS else kind
        self._now = now
        """Where the source lies that is read at this moment, should the process die of it."""
        self._known: set[str] = set()

        @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(_strategy(kind))
        def read(content: bytes) -> None:
            self._check(content)

        self._draw: Callable[[bytes], object] = read.hypothesis.fuzz_one_input  # type: ignore[attr-defined]

    def __call__(self, data: bytes) -> None:
        """Read an input: the source itself, or what to draw one from."""
        if data[:1] == _DRAWN:
            self._draw(data[1:])
        else:
            self._check(data[1:])

    def _check(self, content: bytes) -> None:
        self._now.write_bytes(content)
        signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
        try:
            check(content, f"a{self._suffix}", whole=False)
        except (Exception, _TooLongError) as error:  # noqa: BLE001 - whatever it is, it is what we look for
            steps = traceback.extract_tb(error.__traceback__)
            ours = [step for step in steps if "narrator" in step.filename] or steps
            place = f"{type(error).__name__} in {ours[-1].name}"
            if place not in self._known:
                self._known.add(place)
                keep(content, self._suffix, f"{place}: {str(error)[:200]}")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _mutate(data: bytes, most: int, _seed: int) -> bytes:
    """Change an archive inside: a change to its bytes would be told by its check sums, and no more."""
    try:
        with zipfile.ZipFile(io.BytesIO(data[1:])) as file:
            members = {name: file.read(name) for name in file.namelist()}
        name = max(members, key=lambda name: hash((name, _seed)))
    except Exception:  # noqa: BLE001 - then it is no archive
        return bytes(atheris.Mutate(data, most))
    members[name] = bytes(atheris.Mutate(members[name], max(len(members[name]) + 200, 1)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for each, content in members.items():
            file.writestr(each, content)
    return data[:1] + out.getvalue()


def _hunt(kind: str, seconds: int, folder: Path) -> None:
    """Read sources of a kind until the time is over; ends the process."""
    signal.signal(signal.SIGVTALRM, _end)
    corpus = folder / "corpus"
    if not corpus.exists():
        corpus.mkdir()
        for number, seed in enumerate(_seeds(kind)):
            (corpus / f"{number}").write_bytes(_BYTES + seed)
            (corpus / f"{number}d").write_bytes(_DRAWN + seed[:2000])
    arguments = [sys.argv[0], str(corpus), f"-max_total_time={seconds}", f"-timeout={_HUNG_S}"]
    arguments += [
        f"-rss_limit_mb={_MEMORY_MB}",
        "-max_len=8192",
        "-len_control=0",
        f"-artifact_prefix={folder}/",
    ]
    options: dict[str, Any] = {"custom_mutator": _mutate} if kind in _PACKED else {}
    atheris.Setup(arguments, _Reader(kind, folder / "now"), **options)
    atheris.Fuzz()


def _run(kind: str, seconds: float) -> None:
    """Read sources of a kind in a process of its own, begun anew when a source ends it."""
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        while (left := int(end - time.monotonic())) > 0:
            command = [sys.executable, "-m", "tests.fuzz.coverage_guided", _HUNT, kind, str(left), name]
            with (folder / "log").open("wb") as log:
                code = subprocess.run(command, stderr=log, check=False).returncode
            told = (folder / "log").read_text("utf-8", "replace").splitlines()
            sys.stdout.write(next((f"{kind}: {line}\n" for line in reversed(told) if "cov:" in line), ""))
            if code and (folder / "now").exists():
                keep((folder / "now").read_bytes(), "" if kind == NAMELESS else kind, f"ended with {code}")
            elif code:
                sys.exit("\n".join(told))


def main() -> None:
    """Hunt for the minutes given, in the kinds given or in all."""
    if sys.argv[1] == _HUNT:
        _hunt(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    before = set(FOUND.glob("*"))
    kinds = sys.argv[2:] or [*WILD, NAMELESS]
    for kind in kinds:
        _run(kind, float(sys.argv[1]) * 60 / len(kinds))
    found = set(FOUND.glob("*")) - before
    sys.stdout.write(f"{', '.join(kinds)}: {len(found)} found\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
