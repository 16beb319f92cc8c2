"""The show on this machine, served as it is at each moment."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.production.show import MEMORY
from narrator.production.showing import open_show
from narrator.publish.podcast import FEED, PODCAST
from narrator.publish.publication import publication
from narrator.publish.show import records
from narrator.serving import Current, Listening, listen, make_app, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from narrator.model import Asset, Show


@dataclass(frozen=True, slots=True)
class LocalShow:
    """A show that can be asked for as soon as it is run."""

    show: Show
    """As it was at first."""
    listening: Listening
    run: Callable[[], None]
    """Serves until the process is asked to end."""

    @property
    def feed(self) -> str:
        """Address of the feed."""
        return self.show.url(FEED)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A show as it was read at one moment."""

    show: Show
    assets: Mapping[str, Asset]
    """By where they lie at the server, the secret included."""


@contextmanager
def open_local(folder: Path, host: str, port: int, tell: Callable[[str], None]) -> Iterator[LocalShow]:
    """Listen, and read the show for the address at which it can be asked for then.

    Args:
        folder: Of the show.
        host: A name or address of this machine.
        port: 0 for any that is free.
        tell: Says a line to the person at the terminal, while it runs.

    Raises:
        ServeError: It cannot be served there.
        SettingsError: podcast.yaml has a mistake; with file and line.
        PublishError: There is no episode, or one of them is not whole.
    """
    listening = listen(host, port)
    try:
        current = Current(lambda: _read(folder, listening.address), lambda last: _looks(folder, last), tell)
        app = make_app(lambda: current().assets, tell, listening.answers_to)
        yield LocalShow(current().show, listening, lambda: serve(app, listening.socket, tell))
    finally:
        listening.socket.close()


def _read(folder: Path, address: str) -> _Reading:
    show = open_show(folder, address)
    root = show.address.removeprefix(address)
    return _Reading(show, {root + asset.name: asset for asset in publication(show)})


def _looks(folder: Path, last: _Reading | None) -> dict[str, object]:
    """Return how every file looks that a show is made of, by its path.

    Args:
        folder: Of the show.
        last: As it was read last: it tells of files that the folder does not.
    """
    paths = {folder / PODCAST, folder / MEMORY, *records(folder)}
    if last is not None:
        paths |= {asset.source for asset in last.assets.values() if isinstance(asset.source, Path)}
        podcast = last.show.podcast
        images = (podcast.image, *(notes.image for _, notes in podcast.notes))
        paths |= {image for image in images if image is not None}
    return {str(path): _look(path) for path in paths}


def _look(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
