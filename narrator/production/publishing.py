"""Publishing a show: from its folder to the place from which listeners get it."""

from __future__ import annotations

import secrets
import stat
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.errors import PublishError, SettingsError
from narrator.files import locked, write_atomically
from narrator.production.show import MEMORY
from narrator.production.showing import podcast_bytes, podcast_text, suggested
from narrator.publish.cover import undrawn
from narrator.publish.podcast import FEED, PLACEHOLDER, PODCAST, feed_guid, format_podcast, parse_podcast
from narrator.publish.publication import publication
from narrator.publish.published import PUBLISHED
from narrator.publish.record import RECORD
from narrator.publish.show import read_show
from narrator.publish.storage import is_address, local_folder, open_store, show_place
from narrator.publish.syncing import synchronise
from narrator.yamltext import dump_yaml, load_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Podcast
    from narrator.production.outcome import Progress
    from narrator.publish.syncing import Changes

_LOCK = ".publishing"
"""In the folder of the show, a folder that is locked while the show is published."""
_SECRET_BYTES = 18
"""Of chance in a private address: 144 bits, above the 128 that cannot be guessed."""
_UNDECIDED = "SECRET-THAT-IS-YET-TO-BE-CHOSEN"
"""Stands for the secret in what a dry run tells."""
_REMARKS = {
    "guid": "By this apps know the podcast, even when its address changes. Never change it.",
    "secret": "Part of the address of the private podcast, which nobody can guess. Keep it to yourself.",
}

_PUBLIC = (
    "The show is public as well: at {} lies what was published before it became private. Delete the feed, "
    "the pages and the files there."
)

_OPEN = (
    "{}, which holds the secret, lies in the folder of the show: have nothing but {} served, or publish to "
    "another place with --to."
)

_UNDRAWN = "The cover is drawn without {}, which its font lacks; name a picture of your own as `image`."


@dataclass(frozen=True, slots=True)
class Publishing:
    """What a publication did, or in a dry run would do."""

    title: str
    episodes: int
    place: str
    """Where the files lie, without passwords."""
    local: bool
    """Whether that is a folder of this machine."""
    feed: str
    """The address of the feed."""
    page: str
    """The address of the show's page."""
    private: bool
    changes: Changes
    dry_run: bool
    warnings: tuple[str, ...] = ()
    """What the owner should know."""


def publish(
    folder: Path,
    progress: Progress,
    *,
    to: str = "",
    private: bool = False,
    dry_run: bool = False,
    overwrite: bool = False,
) -> Publishing:
    """Bring a show to the place from which listeners get it.

    A podcast gets its guid at the first time, and a private one its secret; both are written to its
    `podcast.yaml`. Whoever publishes the same show at the same time waits.

    Args:
        folder: Of the show.
        progress: Is told how far it is.
        to: The place: an address, or a folder; when empty the folder of the show.
        private: Whether the address is to be one that nobody can guess.
        dry_run: Change nothing and tell what would be done.
        overwrite: Replace pages and feeds at the place that narrator did not write.

    Raises:
        SettingsError: `podcast.yaml` has a mistake.
        PublishError: The show is not whole, or the place cannot be reached or refuses.
    """
    path = folder / PODCAST
    _check_there(path)
    _check_place(folder, to)
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(_alone(folder))
        progress.stage("reading the show")
        podcast = parse_podcast(podcast_text(podcast_bytes(path), path), path)
        added = _additions(path, podcast, private=private, dry_run=dry_run)
        podcast = replace(
            podcast, guid=added.get("guid", podcast.guid), secret=added.get("secret", podcast.secret)
        )
        show = read_show(folder, podcast)
        assets = publication(show)
        store = stack.enter_context(closing(open_store(to or str(folder), podcast.secret)))
        if added and not dry_run:
            _append(path, added)
        changes = synchronise(assets, store, podcast.guid, progress, dry_run=dry_run, overwrite=overwrite)
        warnings = []
        if podcast.image is None and (letters := undrawn(podcast.title)):
            warnings.append(_UNDRAWN.format(letters))
        if podcast.secret:
            public = stack.enter_context(closing(open_store(to or str(folder))))
            if public.read(PUBLISHED) is not None:
                warnings.append(_PUBLIC.format(podcast.address))
            if not is_address(to) and _is_same(folder, to):
                warnings.append(_OPEN.format(path, store.shown))
    return Publishing(
        title=podcast.title,
        episodes=len(show.entries),
        place=f"{show_place(to)}/{podcast.secret}".rstrip("/") if is_address(to) else store.shown,
        local=not is_address(to),
        feed=show.url(FEED),
        page=show.address,
        private=bool(podcast.secret),
        changes=changes,
        dry_run=dry_run,
        warnings=tuple(warnings),
    )


def begin_podcast(folder: Path, address: str = "") -> Path:
    """Write a `podcast.yaml` to begin with, from what the episodes tell.

    Args:
        folder: Of the show.
        address: Where the podcast will lie on the web; when empty its owner has to write it there.

    Returns:
        The file.

    Raises:
        PublishError: There is one already, or it cannot be written.
        SettingsError: The address is none.
    """
    path = folder / PODCAST
    if path.exists():
        raise PublishError(f"{path} is there already; edit it, or delete it to begin anew")
    try:
        told = suggested(folder, address or PLACEHOLDER)
        text = format_podcast(told.title, told.address, told.language, told.author)
    except PublishError:  # there is no episode yet; of one that is damaged `narrate publish` tells
        text = format_podcast("My podcast", address or PLACEHOLDER, "en")
    if address:
        try:
            parse_podcast(text, path)
        except SettingsError as error:
            raise SettingsError("--address", error.problem.rpartition(": ")[2]) from error
    write_atomically(path, text.encode())
    return path


def _check_there(path: Path) -> None:
    if not path.parent.is_dir():
        raise PublishError(f"there is no folder {path.parent}; make episodes with `narrate build`")
    podcast_bytes(path)


def _check_place(folder: Path, to: str) -> None:
    """Refuse folders in which the published show would get mixed up with something else."""
    if not to or is_address(to):
        return
    if _is_same(folder, to):
        return
    place, show = local_folder(to).resolve(), folder.resolve()
    if place in show.parents:
        raise PublishError(f"{to} holds the show itself; choose a folder of its own, or publish without --to")
    for above in (place, *place.parents):
        if (above / RECORD).is_file():
            raise PublishError(f"{to} is within the episode {above}; choose another folder")
    for name in (PODCAST, MEMORY):
        if (place / name).exists():
            raise PublishError(f"{to} is the folder of another show; choose another folder")


def _is_same(folder: Path, to: str) -> bool:
    """Tell whether a show is published in its own folder."""
    return not to or local_folder(to).resolve() == folder.resolve()


def _alone(folder: Path) -> ExitStack:
    """Take the lock of the show; building takes that of its folder, and is not to wait for an upload."""
    with ExitStack() as stack:
        lock = folder / _LOCK
        try:
            lock.mkdir(exist_ok=True)
        except OSError as error:
            raise PublishError(f"cannot write in {folder}: {error.strerror}") from error
        stack.enter_context(locked(lock))
        return stack.pop_all()


def _additions(path: Path, podcast: Podcast, *, private: bool, dry_run: bool) -> dict[str, str]:
    """Return what `podcast.yaml` lacks: it is given once and used ever after."""
    given = load_yaml(podcast_text(podcast_bytes(path), path), path).mapping()
    added = {}
    secret = podcast.secret
    if private and not secret:
        secret = _UNDECIDED if dry_run else secrets.token_urlsafe(_SECRET_BYTES)
        added["secret"] = secret
    if "guid" not in given or given["guid"].value is None:
        added["guid"] = feed_guid(f"{podcast.address}{f'{secret}/' if secret else ''}{FEED}")
    return added


def _append(path: Path, added: dict[str, str]) -> None:
    """Write settings into `podcast.yaml`, and leave everything else of it as it is.

    Raises:
        SettingsError: It is written in a way to which nothing can be added.
        PublishError: It cannot be written.
    """
    raw = podcast_bytes(path)
    end = b"\r\n" if b"\r\n" in raw else b"\n"
    given = load_yaml(podcast_text(raw, path), path).mapping()
    lines = raw.rstrip().split(end)
    for key, value in added.items():
        line = dump_yaml({key: value}).strip().encode()
        if key in given:  # with nothing behind it
            lines[given[key].line - 1] = line
        else:
            lines += [b"", b"# " + _REMARKS[key].encode(), line]
    text = end.join(lines) + end
    try:
        after = parse_podcast(podcast_text(text, path), path)
    except SettingsError:
        after = None
    if after is None or any(getattr(after, key) != value for key, value in added.items()):
        wanted = dump_yaml(added).strip().replace("\n", ", and ")
        raise SettingsError(next(iter(added)), f"nothing could be added; write into it: {wanted}", path)
    mode = stat.S_IMODE(path.stat().st_mode)
    write_atomically(path, text)
    path.chmod(mode)
