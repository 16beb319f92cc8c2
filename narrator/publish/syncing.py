"""Bringing a publication to a place: only what changed, in an order in which the show is always whole."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from narrator.errors import PublishError, StoreError
from narrator.patience import Patience
from narrator.publish.content import load, size_of
from narrator.publish.crew import each
from narrator.publish.published import PUBLISHED, Note, Published, format_published, is_safe, parse_published
from narrator.publish.stores import Parcel, pack
from narrator.publish.types import TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from narrator.model import Asset
    from narrator.publish.stores import Store

_T = TypeVar("_T")


class Watcher(Protocol):
    """Somebody who is told how far the work is."""

    def stage(self, name: str) -> None:
        """Begin a stage."""

    def at(self, done: int, total: int) -> None:
        """Report how many steps of the stage are done, of how many."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a publication changed at a place, or would change."""

    sent: tuple[tuple[str, int], ...]
    """Name and bytes, in the order of sending."""
    kept: tuple[tuple[str, int], ...]
    """What was there already."""
    deleted: tuple[str, ...]


@dataclass(slots=True)
class _Plan:
    """What is to be done, found by comparing."""

    known: Published
    same: bool
    """Whether this very publication is there, though something of it may be missing."""
    send: list[Asset] = field(default_factory=list)
    kept: dict[str, Note] = field(default_factory=dict)
    doubtful: dict[str, int] = field(default_factory=dict)
    """Files that may be there already, and the size of what is there: only reading tells."""
    leaving: frozenset[str] = frozenset()
    """What was published and is no longer needed, where it is there."""


def synchronise(
    assets: Sequence[Asset],
    store: Store,
    guid: str,
    watcher: Watcher,
    *,
    dry_run: bool = False,
    overwrite: bool = False,
    patience: Patience | None = None,
) -> Changes:
    """Bring a publication to a place.

    What never changes is sent first, sound before all; then pages and feeds in the given order, each only
    when everything before it is whole; then the record. Deleted is what neither this publication nor the one
    before it names, and only what a publication wrote.

    Args:
        assets: The publication, the feed that everybody reads last.
        store: The place.
        guid: Of the podcast.
        watcher: Is told how far it is.
        dry_run: Change nothing and tell what would be done.
        overwrite: Replace pages and feeds that no publication wrote.
        patience: How long failures that may pass are met with another try.

    Raises:
        StoreError: The place cannot be reached, or refuses.
        PublishError: A file cannot be read or written, or something else lies there.
    """
    run = _Run(store, guid, watcher, patience or Patience(), dry_run=dry_run)
    watcher.stage("comparing")
    plan = run.compare(assets, overwrite=overwrite)
    if plan.send and not plan.same:
        run.announce(plan)
    run.send_all(plan)
    run.finish(plan, assets)
    return Changes(tuple(run.sent), tuple((n, note.size) for n, note in plan.kept.items()), run.deleted)


class _Run:
    """One publication under way."""

    def __init__(
        self, store: Store, guid: str, watcher: Watcher, patience: Patience, *, dry_run: bool
    ) -> None:
        self._store = store
        self._guid = guid
        self._watcher = watcher
        self._patience = patience
        self._dry_run = dry_run
        self.sent: list[tuple[str, int]] = []
        self.deleted: tuple[str, ...] = ()

    # ------------------------------------------------------------ comparing
    def compare(self, assets: Sequence[Asset], *, overwrite: bool) -> _Plan:
        """Find what is to be sent, kept and deleted; nothing is changed."""
        names = [asset.name for asset in assets]
        if len(set(names)) < len(names) or not all(map(is_safe, names)):
            raise PublishError("two files would be published under one name, or one outside the show")
        content = self._read(PUBLISHED)
        known = Published() if content is None else parse_published(content)
        if known.guid not in {"", self._guid}:
            raise PublishError(
                f"another podcast is published at {self._store.shown}; choose another place, or delete "
                f"{PUBLISHED} there to publish over it"
            )
        there = {asset.name: asset.key for asset in assets}
        plan = _Plan(known, known.complete and there == {n: note.key for n, note in known.files.items()})
        parts = (
            set()
            if known.complete
            else {part for name in known.names for part in self._store.unfinished(name)}
        )
        present = self._try(lambda: self._store.sizes(known.names | set(names) | parts))
        for asset in assets:
            self._judge(asset, plan, present)
        foreign = [name for name in plan.doubtful if content is None and not overwrite]
        if foreign and not self._is_ours(foreign, assets):
            raise PublishError(
                f"{foreign[0]} lies at {self._store.shown} already, and nothing says that narrator wrote it; "
                "choose another place, move it away, or say --overwrite"
            )
        gone = known.leaving if plan.same else known.leaving | known.before
        kept = set(names) | (known.before if plan.same else frozenset(known.files) | known.coming)
        plan.leaving = frozenset(name for name in (gone - kept) | parts if name in present)
        return plan

    def _judge(self, asset: Asset, plan: _Plan, present: Mapping[str, int]) -> None:
        """Decide whether a file is to be sent, is there, or may be there."""
        size = present.get(asset.name)
        note = plan.known.files.get(asset.name)
        if size is None:
            plan.send.append(asset)
        elif note is not None and note.key == asset.key:
            if note.size == size:
                plan.kept[asset.name] = note
            else:
                plan.send.append(asset)
        elif asset.fixed:
            # Under this name there has never been another content, and it came there whole.
            if size == size_of(asset.source):
                plan.kept[asset.name] = Note(asset.key, size)
            else:
                plan.send.append(asset)
        else:
            plan.send.append(asset)
            if note is None:
                plan.doubtful[asset.name] = size

    def _is_ours(self, names: Sequence[str], assets: Sequence[Asset]) -> bool:
        """Tell whether all these files are what would be written: the record alone was lost."""
        sources = {asset.name: asset.source for asset in assets}
        return all(self._read(name) == load(sources[name]) for name in names)

    # ------------------------------------------------------------ sending
    def announce(self, plan: _Plan) -> None:
        """Note what is about to change before it does."""
        going = {asset.name for asset in plan.send}
        files = {name: note for name, note in plan.known.files.items() if name not in going}
        files |= plan.kept
        coming = plan.known.coming.union(going) - set(files)
        self._record(replace(plan.known, guid=self._guid, files=files, coming=coming, complete=False))

    def send_all(self, plan: _Plan) -> None:
        """Send what is missing, step by step."""
        total = sum(size_of(asset.source) for asset in plan.send if not callable(asset.source))
        done = 0
        lock = threading.Lock()

        def send(asset: Asset) -> None:
            nonlocal done
            parcel = pack(asset)
            note = Note(asset.key, parcel.size)
            old = plan.doubtful.get(asset.name)
            if old == parcel.size and self._holds(parcel):
                plan.kept[asset.name] = note
                return
            if not self._dry_run:
                self._put(parcel)
            with lock:
                self.sent.append((asset.name, parcel.size))
                if not callable(asset.source):
                    done += parcel.size
                    self._watcher.at(done, total)

        fixed = [asset for asset in plan.send if asset.fixed]
        sound = [asset for asset in fixed if asset.type.startswith("audio/")]
        rest = [asset for asset in fixed if not asset.type.startswith("audio/")]
        if fixed:
            self._watcher.stage("sending sound and files")
        each(sound, send, self._store.parallel)
        each(rest, send, self._store.parallel)
        changing = [asset for asset in plan.send if not asset.fixed]
        if changing:
            self._watcher.stage("sending pages and feeds")
        for number, asset in enumerate(changing):
            self._watcher.at(number, len(changing))
            send(asset)

    def finish(self, plan: _Plan, assets: Sequence[Asset]) -> None:
        """Write the record, then delete what is no longer needed."""
        if not plan.same:
            sizes = dict(self.sent)
            files = {
                asset.name: plan.kept.get(asset.name) or Note(asset.key, sizes[asset.name])
                for asset in assets
            }
            before = (frozenset(plan.known.files) | plan.known.coming) - set(files)
            self._record(Published(self._guid, files, before, leaving=plan.leaving))
        if plan.leaving:
            self._watcher.stage("deleting")
        if not self._dry_run:
            each(sorted(plan.leaving), self._delete, self._store.parallel)
        self.deleted = tuple(sorted(plan.leaving))

    def _record(self, published: Published) -> None:
        content = format_published(published)
        if not self._dry_run:
            self._put(Parcel(PUBLISHED, TYPES[".json"], content, len(content), fixed=False))

    def _put(self, parcel: Parcel) -> None:
        def attempt() -> None:
            self._store.put(parcel)
            there = self._store.size(parcel.name)
            if there != parcel.size:
                raise StoreError(
                    self._store.shown,
                    f"{parcel.name} arrived with {there or 0:,} of {parcel.size:,} bytes",
                    retry=True,
                )

        self._try(attempt)

    def _holds(self, parcel: Parcel) -> bool:
        """Tell whether the content is there already."""
        return self._read(parcel.name) == load(parcel.content)

    def _read(self, name: str) -> bytes | None:
        return self._try(lambda: self._store.read(name))

    def _delete(self, name: str) -> None:
        self._try(lambda: self._store.delete(name))

    def _try(self, action: Callable[[], _T]) -> _T:
        return self._patience.attempt(action)
