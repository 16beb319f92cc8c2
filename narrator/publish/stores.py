"""What a place to publish to must be able to do, and what is sent there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from narrator.errors import PublishError
from narrator.publish.content import hash_of, load, size_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from narrator.model import Asset


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file on its way to a place."""

    name: str
    type: str
    """MIME type."""
    content: bytes | Path
    size: int
    """Bytes."""
    fixed: bool
    """Whether the name holds the hash of the content, so that the file may be kept in caches for ever."""


class Store(Protocol):
    """A place to publish to. Every file of it is whole or not there."""

    @property
    def shown(self) -> str:
        """Its address, without what is secret in it."""

    @property
    def parallel(self) -> int:
        """How many files may be sent at the same time."""

    def sizes(self, names: Collection[str]) -> Mapping[str, int]:
        """Return the sizes in bytes of those files that are there; others may be among them."""

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes; None where there is none."""

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none."""

    def put(self, parcel: Parcel) -> None:
        """Write a file, whole or not at all."""

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is no error."""

    def unfinished(self, name: str) -> tuple[str, ...]:
        """Return the names under which a killed process may leave a part of a file."""

    def close(self) -> None:
        """End the connection, where there is one."""


def pack(asset: Asset) -> Parcel:
    """Load what is to be sent, and see that it is what its name says."""
    content = asset.source if isinstance(asset.source, Path) else load(asset.source)
    if isinstance(content, Path):
        size = size_of(content)
        if asset.fixed and hash_of(content) != asset.key:
            raise PublishError(f"{content} has changed while it was published; run again")
    else:
        size = len(content)
    return Parcel(asset.name, asset.type, content, size, asset.fixed)
