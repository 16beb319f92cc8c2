"""The music of an episode: the files that its build or its show names, made ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from narrator.errors import AudioError, SettingsError
from narrator.folders import music_folder, takes_folder
from narrator.model import Tunes
from narrator.production.show import wished
from narrator.publish.podcast import PODCAST
from narrator.settings import BED_S, THEME_S

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.production.options import Options
    from narrator.production.outcome import Progress

_KINDS = {"intro": THEME_S, "outro": THEME_S, "bed": BED_S, "jingle": THEME_S}
"""Seconds that each has at least, and that are used of it at most."""
_KEY = "music"
"""In `podcast.yaml`."""


class Chosen(NamedTuple):
    """A file of music, and where it is named."""

    path: Path
    key: str
    file: Path | None = None
    line: int | None = None


def choose_music(options: Options, show: Path) -> dict[str, Chosen]:
    """Return the files of an episode's music by what they are for: of the options, else of its show.

    Args:
        options: Of the build.
        show: Its folder.

    Raises:
        SettingsError: `podcast.yaml` cannot be read, or what it says of music has a mistake.
    """
    return {} if options.no_music else {**_of_show(show), **_of_options(options)}


def prepare_music(options: Options, show: Path, progress: Progress) -> Tunes:
    """Return the music of an episode, ready to be played.

    Args:
        options: Of the build.
        show: Its folder.
        progress: Is told that a stage begins where there is music.

    Raises:
        SettingsError: A file is missing or no music, or `podcast.yaml` has a mistake; with file and line.
        PublishError: The music made ready cannot be kept.
    """
    chosen = choose_music(options, show)
    if not chosen:
        return Tunes()
    from narrator.encoding import decoded_music
    from narrator.music import Length, TuneStore

    progress.stage("preparing music")
    store = TuneStore(music_folder(options.takes or takes_folder()))
    tunes = {}
    for kind, choice in chosen.items():
        try:
            tunes[kind] = store.ready(choice.path, Length(*_KINDS[kind]), decoded_music)
        except AudioError as error:
            raise SettingsError(choice.key, str(error), choice.file, choice.line) from error
    store.tidy()
    return Tunes(**tunes)


def _of_options(options: Options) -> dict[str, Chosen]:
    named = {kind: getattr(options, kind) for kind in _KINDS}
    return {kind: Chosen(path, f"--{kind}") for kind, path in named.items() if path is not None}


def _of_show(show: Path) -> dict[str, Chosen]:
    """Read which music a show has."""
    return {
        kind: Chosen(show / node.text("the name of a file"), node.key, show / PODCAST, node.line)
        for kind, node in wished(show, _KEY, tuple(_KINDS)).items()
    }
