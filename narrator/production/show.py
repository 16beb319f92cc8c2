"""The show: the folder in which episodes lie, and its memory of who speaks with which voice."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.casting import Memory
from narrator.casting.memory import format_memory, parse_memory
from narrator.errors import SettingsError
from narrator.files import locked, write_atomically
from narrator.publish.podcast import PODCAST
from narrator.publish.record import RECORD, SCRIPT
from narrator.settings import OUTPUT_FOLDER
from narrator.yamltext import load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Cast, Script
    from narrator.production.options import Options
    from narrator.sources import Source
    from narrator.yamltext import Node

MEMORY = "cast.yaml"
"""In the folder of the show."""


def find_show(place: Path | str | None, folder: Path | None, show: Path | None = None) -> Path:
    """Return the folder of the show that a source belongs to.

    Args:
        place: The source: the `script.md` of an episode belongs to the show in which that lies.
        folder: Of the episode, where the user names one: the show is the folder around it.
        show: The folder that the user names as the show.
    """
    if show is not None:
        return show
    if folder is not None:
        return folder.resolve().parent
    if isinstance(place, Path) and place.name == SCRIPT and place.with_name(RECORD).exists():
        return place.resolve().parent.parent
    return Path(OUTPUT_FOLDER)


def wished(show: Path, key: str, known: tuple[str, ...]) -> dict[str, Node]:
    """Read what a show wishes of one thing; nothing else of its `podcast.yaml` matters to a build.

    Args:
        show: Its folder.
        key: The thing, as in `music`.
        known: What may be told of it.

    Returns:
        What is told; nothing where there is no such file.

    Raises:
        SettingsError: The file cannot be read, or has a mistake there; with file and line.
    """
    path = show / PODCAST
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"{error.strerror}".lower()
        raise SettingsError(key, f"the file cannot be read: {problem}", path) from error
    root = load_yaml(text, path).mapping()
    given = root[key].mapping(f"a mapping of {', '.join(known)}", known) if key in root else {}
    return {name: node for name, node in given.items() if node.value is not None}


def read_memory(show: Path) -> Memory:
    """Return what a show remembers; nothing where it has no memory yet.

    Raises:
        SettingsError: The file cannot be read, or has a mistake; with file and line.
    """
    path = show / MEMORY
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Memory()
    except NotADirectoryError:
        return Memory()
    except (OSError, UnicodeDecodeError) as error:
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"{error.strerror}".lower()
        raise SettingsError("cast", f"the memory of the show cannot be read: {problem}", path) from error
    return _parsed(text, path)


_parsed = lru_cache(maxsize=2)(parse_memory)
"""Of a show's memory that has not changed, which is read for each source of an archive."""


def remember_cast(source: Source, options: Options, script: Script, roles: Cast) -> None:
    """Have the show of a source remember who has which voice, if it is one.

    Raises:
        SettingsError: The memory that is there cannot be read.
        PublishError: It cannot be written.
    """
    show = find_show(source.path, options.folder, options.show)
    begin = options.show is not None or show.resolve() == Path(OUTPUT_FOLDER).resolve()
    remember(show, lambda memory: memory.with_cast(script, roles), begin=begin)


def remember(show: Path, change: Callable[[Memory], Memory], *, begin: bool) -> None:
    """Change what a show remembers; two that do so at once lose nothing.

    Args:
        show: Its folder.
        change: What makes the new memory of the old one.
        begin: Whether a show without a memory gets one: not every folder around an episode is a show.

    Raises:
        SettingsError: The memory that is there cannot be read.
        PublishError: It cannot be written.
    """
    path = show / MEMORY
    if not begin and not path.exists():
        return
    show.mkdir(parents=True, exist_ok=True)
    with locked(show):
        before = read_memory(show)
        after = change(before)
        if after != before or not path.exists():
            write_atomically(path, format_memory(after).encode())
