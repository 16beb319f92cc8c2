"""A show ready to be published or served: its podcast.yaml and the records of its episodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import PublishError, SettingsError
from narrator.model import Podcast, Show
from narrator.publish.podcast import CATEGORY, FEED, PODCAST, feed_guid, parse_podcast
from narrator.publish.record import parse_episode
from narrator.publish.show import read_show, records

if TYPE_CHECKING:
    from pathlib import Path


def open_show(folder: Path, address: str = "") -> Show:
    """Read a show.

    Args:
        folder: Of the show, `output` as a rule.
        address: Where it is to lie instead of what its podcast.yaml says; with an address, a show without
            that file is read too.

    Raises:
        SettingsError: podcast.yaml is not there, or has a mistake; with file and line.
        PublishError: There is no episode, or one of them is not whole.
    """
    path = folder / PODCAST
    if address and not path.exists():
        return read_show(folder, suggested(folder, address))
    return read_show(folder, parse_podcast(podcast_text(podcast_bytes(path), path), path, address))


def podcast_bytes(path: Path) -> bytes:
    """Return the content of a show's podcast.yaml.

    Raises:
        SettingsError: It is not there, or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(
            "podcast", f"there is no {path}; write one with `narrate publish {path.parent} --init`"
        ) from None
    except OSError as error:
        raise SettingsError("podcast", f"{path} cannot be read: {error.strerror}") from error


def podcast_text(content: bytes, path: Path) -> str:
    """Return the text of a show's podcast.yaml.

    Raises:
        SettingsError: It is none.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError("podcast", f"{path} cannot be read: it is not UTF-8") from error


def suggested(folder: Path, address: str) -> Podcast:
    """Return a podcast for a show whose owner has not said anything of it: what its episodes tell.

    Raises:
        PublishError: There is no episode, or a record is damaged.
    """
    episodes = [parse_episode(path.read_text("utf-8", "replace"), path) for path in records(folder)]
    if not episodes:
        raise PublishError(f"there is no episode in {folder}; make one with `narrate build`")
    newest = max(episodes, key=lambda episode: episode.date)
    languages = [episode.language for episode in episodes]
    authors = {episode.author for episode in episodes}
    title = newest.title if len(episodes) == 1 else "My podcast"
    return Podcast(
        title=title,
        address=address,
        guid=feed_guid(f"{address}{FEED}"),
        description=title,
        categories=(CATEGORY,),
        language=max(languages, key=languages.count),
        author=authors.pop() if len(authors) == 1 else "",
    )
