"""`narrate build` as a user runs it: after edits, with several engines, and its start."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bench.measure import FailedError, Measured, alternating
from bench.texts import talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bench.measure import Usage

    Run = Callable[[Sequence[str], Path], Usage | None]

_SHARES = (
    ("nothing changed", 0.0),
    ("one turn", None),
    ("a tenth of the turns", 0.1),
    ("half of the turns", 0.5),
    ("everything changed", 1.0),
)
_NARRATE = (sys.executable, "-m", "narrator")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took."""

    name: str
    measured: Measured | None
    seconds: float = 0.0
    """Length of the episode."""
    note: str = ""
    """Why nothing was measured."""


def rebuild(folder: Path, turns: int, repeat: int, run: Run) -> list[Built]:
    """Build a conversation from nothing, then again and again after larger and larger edits."""
    versions = [0] * turns
    built = []
    for name, share in (("from nothing", 0.0), *_SHARES):
        count = 1 if share is None else round(turns * share)

        def edited(count: int = count) -> Usage | None:
            """Change the text of so many turns, spread over all of it, and build."""
            for index in range(count):
                versions[(2 * index + 1) * turns // (2 * count)] += 1
            return _build(folder, versions, "espeak", run)

        measured = alternating({name: edited}, 1 if name == "from nothing" else repeat)[name]
        built.append(Built(name, measured, _seconds(folder)))
    return built


def engines(folder: Path, turns: dict[str, int], repeat: int, run: Run) -> list[Built]:
    """Build from nothing with each engine.

    Args:
        folder: An empty one.
        turns: By engine, how long the conversation is.
        repeat: Runs of each, at most.
        run: Measures a command.
    """
    built = []
    for engine, count in turns.items():
        places = (folder / f"{engine}-{number}" for number in range(repeat))
        task = partial(_fresh, places, [0] * count, engine, run)
        try:
            measured = alternating({engine: task}, repeat)[engine]
        except FailedError as error:
            built.append(Built(engine, None, note=str(error).strip().splitlines()[-1]))
        else:
            built.append(Built(engine, measured, _seconds(folder / f"{engine}-0")))
    return built


def start(folder: Path, repeat: int, run: Run) -> list[Built]:
    """Start Python alone and `narrate --help`."""
    commands = {
        "`python -c pass`": (sys.executable, "-c", "pass"),
        "`narrate --help`": (*_NARRATE, "--help"),
    }
    tasks = {name: partial(run, command, folder) for name, command in commands.items()}
    return [Built(name, measured) for name, measured in alternating(tasks, repeat).items()]


def _fresh(places: Iterator[Path], versions: list[int], engine: str, run: Run) -> Usage | None:
    """Build in the next folder, which does not exist yet."""
    place = next(places)
    place.mkdir()
    return _build(place, versions, engine, run)


def _build(folder: Path, versions: list[int], engine: str, run: Run) -> Usage | None:
    source = folder / "talk.md"
    source.write_text(talk(versions), "utf-8")
    options = ("-o", "episode", "--takes", "takes", "--engine", engine, "--quiet")
    return run((*_NARRATE, "build", source.name, *options), folder)


def _seconds(folder: Path) -> float:
    """Return how long the episode in a folder is; 0 where there is none."""
    try:
        record = json.loads((folder / "episode" / "episode.json").read_bytes())
    except OSError:
        return 0.0
    return float(record["duration_ms"]) / 1000
