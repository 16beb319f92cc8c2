"""Everything that goes into an episode but its voices, as one hash.

Voices are no part of it. Which there are depends on services and files that engines alone know, so who gets
which is worked out anew each time (see `freshness`).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narrator
from narrator.errors import SettingsError
from narrator.production.music import choose_music
from narrator.production.show import find_show
from narrator.production.sound import wishes_of
from narrator.settings import DATE_VARIABLE
from narrator.voices import catalogue_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from narrator.production.options import Options
    from narrator.sources import Source

_OURS = "NARRATOR_"
"""How the names of our environment variables begin."""
_PACKAGES = (".dist-info", ".egg-info")
"""Ends of the folders in which installed packages tell their names and versions."""
_COMPILED = "__pycache__"


def request_of(source: Source, options: Options) -> str:
    """Return a hash of what is asked for: which source, what is chosen for it, and from where.

    It stays when the content of a file changes, so that what is known of an earlier build is found by it.

    Raises:
        OSError: The current folder is gone.
    """
    return _hash(_asked(source, options, content=False))


def inputs_of(source: Source, options: Options, *, again: bool = False) -> str:
    """Return a hash of all that goes into an episode, by content.

    These are the bytes of the source and of every file that an option names, the options, both files of
    voices, the show's music and sound, the folder from which names are meant, our environment variables, and
    the program: its own code and data, the interpreter, and the versions of all packages that are installed.

    Args:
        source: As it was read.
        options: What is chosen.
        again: Look at the program once more; else it is known from the first time in this process, whose
            code is the one that is loaded.

    Returns:
        Empty where something cannot be read: then nothing is known of what goes in.
    """
    try:
        return _hash(
            {
                "asked": _asked(source, options, content=True),
                "source": [
                    hashlib.sha256(source.raw).hexdigest(),
                    *(repr(getattr(source, one.name)) for one in fields(source) if one.name != "raw"),
                ],
                "voices": [[str(path), _file(path)] for path in catalogue_files(options.voices)],
                "music": [
                    [kind, str(chosen.path), _file(chosen.path)]
                    for kind, chosen in sorted(choose_music(options, _show(source, options)).items())
                ],
                "sound": sorted(
                    (key, repr(node.value)) for key, node in wishes_of(_show(source, options)).items()
                ),
                "environment": sorted(
                    (name, value)
                    for name, value in os.environ.items()
                    if name.startswith(_OURS) or name == DATE_VARIABLE
                ),
                "program": _program() if again else _loaded(*sys.path),
            }
        )
    except (OSError, SettingsError):
        return ""


def _show(source: Source, options: Options) -> Path:
    return find_show(source.path, options.folder, options.show)


def noted(paths: Iterable[Path]) -> dict[str, str]:
    """Return a hash of each of some files, by its name; empty for one that is not there or cannot be read."""
    found = {}
    for path in paths:
        try:
            found[str(path)] = _file(path)
        except (OSError, ValueError):  # ValueError: a NUL character in the name
            found[str(path)] = ""
    return found


def _asked(source: Source, options: Options, *, content: bool) -> dict[str, Any]:
    return {
        "source": str(source.path),
        "options": _plain(options, content=content),
        "here": str(Path.cwd()),
    }


def _plain(value: object, *, content: bool) -> object:
    """Return a value as JSON knows it; a path with a hash of what lies there, where that is asked for."""
    if isinstance(value, Path):
        return [str(value), _file(value) if content else ""]
    if is_dataclass(value):
        return [[one.name, _plain(getattr(value, one.name), content=content)] for one in fields(value)]
    if isinstance(value, frozenset):
        return sorted(map(repr, value))
    if isinstance(value, tuple | list):
        return [_plain(one, content=content) for one in value]
    return repr(value)


def _file(path: Path) -> str:
    """Return the hash of a file; empty for what is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


# ---------------------------------------------------------------- the program
@cache
def _loaded(*_path: str) -> str:
    """Return the hash of the program as it was when packages were first looked for in these places."""
    return _program()


def _program() -> str:
    """Return a hash of the interpreter, of the packages there are, and of every file of narrator's own."""
    home = Path(narrator.__file__).parent
    own = hashlib.sha256()
    for path in sorted(_files(str(home))):
        content = Path(path).read_bytes()
        own.update(f"{os.path.relpath(path, home)}\0{len(content)}\0".encode())
        own.update(content)
    return _hash([sys.version, sys.platform, _packages(), own.hexdigest()])


def _packages() -> list[str]:
    """Return name and version of every installed package, as the names of their folders tell."""
    found = set()
    for place in sys.path:
        try:
            with os.scandir(place or ".") as inside:
                found |= {one.name for one in inside if one.name.endswith(_PACKAGES)}
        except OSError:  # an archive, or nothing
            continue
    return sorted(found)


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as inside:
        for one in inside:
            if one.is_dir():
                if one.name != _COMPILED:
                    yield from _files(one.path)
            else:
                yield one.path


def _hash(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
