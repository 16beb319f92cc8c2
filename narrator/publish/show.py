"""From the folder of a show to the show as it is published."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import TYPE_CHECKING

from narrator.errors import PublishError, SettingsError
from narrator.files import file_sha256
from narrator.model import Asset, Entry, Episode, EpisodeNotes, Show
from narrator.publish.chapters import format_published, is_web
from narrator.publish.content import load, read_file
from narrator.publish.cover import art_faults, cover_key, make_cover, make_thumbnail, thumbnail_key
from narrator.publish.record import CHAPTERS, RECORD, parse_episode
from narrator.publish.transcripts import FORMS, parse_json
from narrator.publish.types import CHAPTERS_TYPE, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from narrator.model import Download, Podcast, Sentence

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
"""A folder's name that can be published as it is."""
_PICTURE = re.compile(r"chapters/[0-9a-f]{8,64}\.(?:jpg|png)")
"""Name of a chapter's picture in the folder of an episode."""


def read_show(folder: Path, podcast: Podcast) -> Show:
    """Read the records of all episodes in the folder of a show.

    Args:
        folder: In it lies a folder for each episode.
        podcast: What its owner says of it.

    Raises:
        PublishError: There is no episode, or one of them is not whole.
        SettingsError: Notes on an episode that is not there, or a picture that cannot be a cover.
    """
    notes = dict(podcast.notes)
    entries: dict[str, Entry] = {}
    guids: dict[str, Path] = {}
    for record in records(folder):
        entry = _read_entry(record, notes.pop(record.parent.name, EpisodeNotes()), podcast)
        if entry.name in entries:
            raise PublishError(
                f"{record.parent} would be published as {entry.name}, like another episode; rename its folder"
            )
        other = guids.setdefault(entry.episode.guid, record.parent)
        if other != record.parent:
            raise PublishError(f"{record.parent} and {other} are the same episode; move one of them away")
        entries[entry.name] = entry
    for name in notes:
        raise SettingsError(f"episodes.{name}", f"there is no such episode in {folder}")
    if not entries:
        raise PublishError(f"there is no episode in {folder}; make one with `narrate build`")
    newest = sorted(entries.values(), key=lambda entry: (entry.episode.date, entry.name), reverse=True)
    cover = _cover(podcast)
    return Show(podcast, tuple(newest), cover, _thumbnail(cover))


def records(folder: Path) -> Iterator[Path]:
    """Yield the records of the episodes of a show, by the names of their folders.

    Raises:
        PublishError: The folder cannot be read.
    """
    try:
        names = sorted(one.name for one in folder.iterdir() if one.is_dir() and one.name[0] != ".")
        yield from (path for name in names if (path := folder / name / RECORD).is_file())
    except OSError as error:
        raise PublishError(f"the show in {folder} cannot be read: {error.strerror}") from error


def _read_entry(record: Path, notes: EpisodeNotes, podcast: Podcast) -> Entry:
    folder = record.parent
    episode = parse_episode(_read(record).decode(errors="replace"), record)
    name = folder.name if _NAME.fullmatch(folder.name) else episode.slug
    if not _NAME.fullmatch(name):
        raise PublishError(f"{folder} has no name that can be published; rename it with a-z, 0-9 and -")
    vtt, srt, json, html = (_small(folder / f"{episode.slug}{form}", name) for form in FORMS)
    key = f"episodes.{folder.name}.image"
    pictures = _pictures(folder, episode, name)
    image = None if notes.image is None else _picture(notes.image, f"{name}/cover", key)
    return Entry(
        episode,
        notes,
        name,
        audio=_audio(folder, episode, name, record),
        downloads=tuple(_audio(folder, one, name, record) for one in episode.downloads),
        vtt=vtt,
        srt=srt,
        json=json,
        html=html,
        chapters=_chapters(folder / CHAPTERS, episode, name, pictures, podcast),
        read=partial(_read_transcript, folder / f"{episode.slug}.json"),
        image=image,
        thumbnail=image and _thumbnail(image),
        pictures=tuple(pictures.items()),
    )


def _pictures(folder: Path, episode: Episode, name: str) -> dict[str, Asset]:
    """Return the pictures of chapters that lie in the folder of an episode, by their names there."""
    pictures: dict[str, Asset] = {}
    for one in episode.illustrations:
        if one.image and not is_web(one.image) and one.image not in pictures:
            if not _PICTURE.fullmatch(one.image):  # it must not lead out of the folder
                problem = f"names no picture of a chapter with {one.image!r}; build the episode again"
                raise PublishError(f"{folder / RECORD} {problem}")
            path = folder / one.image
            key = hashlib.sha256(_read(path)).hexdigest()
            pictures[one.image] = _fixed(f"{name}/chapter", path.suffix, key, path)
    return pictures


def _chapters(
    path: Path, episode: Episode, name: str, pictures: Mapping[str, Asset], podcast: Podcast
) -> Asset:
    """Return the chapters; where they show pictures, with their addresses once they are published."""
    if not pictures:
        return _small(path, name, CHAPTERS_TYPE)
    content = format_published(episode, lambda image: podcast.url(pictures[image].name)).encode()
    return _fixed(
        f"{name}/{path.stem}", path.suffix, hashlib.sha256(content).hexdigest(), content, CHAPTERS_TYPE
    )


def _audio(folder: Path, file: Episode | Download, name: str, record: Path) -> Asset:
    """Return a file of sound; its hash is taken from the record, since there may be hours of it."""
    path = folder / (file.audio if isinstance(file, Episode) else file.name)
    try:
        there, told = path.stat(), record.stat()
    except OSError as error:
        raise PublishError(f"{path} cannot be read: {error.strerror}; build the episode again") from error
    # The record is moved into place last: sound that is younger may belong to a build that was ended, or come
    # from copying the folder.
    sound = there.st_size == file.size and (
        there.st_mtime_ns <= told.st_mtime_ns or file_sha256(path) == file.sha256
    )
    if not sound:
        raise PublishError(f"{path} is not what {record.name} beside it tells; build the episode again")
    return _fixed(f"{name}/{path.stem}", path.suffix, file.sha256, path)


def _small(path: Path, name: str, type_: str = "") -> Asset:
    """Return a small file of an episode, by its content."""
    key = hashlib.sha256(_read(path)).hexdigest()
    return _fixed(f"{name}/{path.stem}", path.suffix, key, path, type_)


def _cover(podcast: Podcast) -> Asset:
    if podcast.image is not None:
        return _picture(podcast.image, "cover", "image")
    draw = partial(make_cover, podcast.title, podcast.author)
    return _fixed("cover", ".png", cover_key(podcast.title, podcast.author), draw)


def _picture(path: Path, stem: str, key: str) -> Asset:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(key, f"{path} cannot be read: {error.strerror}") from error
    for fault in art_faults(content, path.suffix):
        raise SettingsError(key, f"{path} cannot be a cover: {fault}")
    suffix = ".png" if path.suffix.lower() == ".png" else ".jpg"
    return _fixed(stem, suffix, hashlib.sha256(content).hexdigest(), content)


def _thumbnail(cover: Asset) -> Asset:
    stem = f"{cover.name.rpartition('-')[0]}-small"
    return _fixed(stem, ".jpg", thumbnail_key(cover.key), lambda: make_thumbnail(load(cover.source)))


def _fixed(
    stem: str, suffix: str, key: str, source: Path | bytes | Callable[[], bytes], type_: str = ""
) -> Asset:
    return Asset(f"{stem}-{key[:8]}{suffix}", type_ or TYPES[suffix], key, source)


def _read_transcript(path: Path) -> tuple[Sentence, ...]:
    return parse_json(_read(path).decode(errors="replace"), path)


def _read(path: Path) -> bytes:
    return read_file(path, "build the episode again")
