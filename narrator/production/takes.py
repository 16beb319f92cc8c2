"""Where the takes of a build lie: here, before a place that others share where one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.folders import takes_folder
from narrator.patience import Patience
from narrator.takes import TakeStore

if TYPE_CHECKING:
    from narrator.production.options import Options
    from narrator.publish.stores import Store


def take_store(options: Options) -> TakeStore:
    """Return the store of takes that is chosen.

    Raises:
        TakesError: Its folder cannot be made.
        PublishError: The place is none that can be written.
    """
    folder = options.takes or takes_folder()
    if not options.shared_takes:
        return TakeStore(folder)
    from narrator.publish.storage import open_store
    from narrator.shared_takes import SharedTakeStore

    return SharedTakeStore(folder, _Shelf(open_store(options.shared_takes)))


class _Shelf:
    """A place to publish to, as one for takes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._patience = Patience()

    @property
    def at_once(self) -> int:
        """How many takes may be asked for at the same time."""
        return self._store.parallel

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none."""
        return self._patience.attempt(lambda: self._store.read(name))

    def write(self, name: str, content: bytes) -> None:
        """Write a file."""
        from narrator.publish.stores import Parcel

        parcel = Parcel(name, "application/octet-stream", content, len(content), fixed=True)
        self._patience.attempt(lambda: self._store.put(parcel))
