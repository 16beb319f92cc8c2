"""Takes in a place that many machines reach, with a folder of this machine before it."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from narrator.takes import FreshTake, TakeStore, facts_of, opened

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from narrator.model import Take, Voice

_log = logging.getLogger(__name__)


class Place(Protocol):
    """Where files of bytes lie that others see too. A file is there as a whole or not at all."""

    @property
    def at_once(self) -> int:
        """How many may be asked for at the same time."""

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none.

        Raises:
            PublishError: The place cannot be reached, or refuses.
        """

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Raises:
            PublishError: The place cannot be reached, or refuses.
        """


class SharedTakeStore(TakeStore):
    """A folder of takes before a place that others share: `KEY[:2]/KEY.take`, the facts and then the sound.

    A take that is not here is looked for there, and kept here once it is found whole by its seal. One that
    is made is brought there first and kept here then, so that whatever is here is there too. In one file
    both parts of a take are always of one make, whoever else writes it at the same time.

    Args:
        folder: Of this machine.
        place: What others share.

    Raises:
        TakesError: The folder cannot be made.
    """

    def __init__(self, folder: Path, place: Place) -> None:
        super().__init__(folder)
        self._place = place

    def get(self, key: str, *, note_use: bool = True) -> Take | None:
        """Return a take that is here or there, and whole; see `TakeStore.get`.

        Raises:
            TakesError: The folder cannot be read.
            PublishError: The place cannot be reached, or the take cannot be kept here.
        """
        return super().get(key, note_use=note_use) or self._fetched(key)

    def get_all(self, keys: Collection[str]) -> dict[str, Take]:
        """Return those of many takes that are here or there, and whole; several are asked for at once."""
        with ThreadPoolExecutor(self._place.at_once) as pool:
            found = zip(keys, pool.map(self.get, keys), strict=True)
            return {key: take for key, take in found if take is not None}

    def keep(self, key: str, fresh: FreshTake, voice: Voice | None = None) -> Take:
        """Bring a take there and keep it here; see `TakeStore.keep`.

        Raises:
            PublishError: It cannot be written here, or the place cannot be reached or refuses.
        """
        self._place.write(_name(key), facts_of(key, fresh, voice) + fresh.flac)
        return super().keep(key, fresh, voice)

    def _fetched(self, key: str) -> Take | None:
        content = self._place.read(_name(key))
        if content is None:
            return None
        facts, end, flac = content.partition(b"\n")
        if opened(key, facts, flac) is None:
            _log.info("the shared take %s is damaged and will be made again", key)
            return None
        self._write(key, flac, facts + end)
        return super().get(key)


def _name(key: str) -> str:
    return f"{key[:2]}/{key}.take"
