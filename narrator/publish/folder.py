"""A folder of this machine as a place to publish to."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import PublishError
from narrator.files import write_atomically, writing

if TYPE_CHECKING:
    from collections.abc import Collection

    from narrator.publish.stores import Parcel

_LINK = ".link"
"""End of the name under which a second name of a file is made."""


class FolderStore:
    """A folder in which every file appears whole, by being moved into place."""

    parallel = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.shown = str(folder)

    def sizes(self, names: Collection[str]) -> dict[str, int]:
        """Return the sizes of those files that are there."""
        found = {}
        for name in names:
            try:
                status = os.stat(self._path(name))  # noqa: PTH116 - thousands of files, with nothing between
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise self._refused(name, error) from error
            found[name] = status.st_size
        return found

    def size(self, name: str) -> int | None:
        """Return the size of a file; None where there is none."""
        return self.sizes([name]).get(name)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none."""
        try:
            return Path(self._path(name)).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise self._refused(name, error) from error

    def put(self, parcel: Parcel) -> None:
        """Write a file; sound is not written again where the disk can hold it under two names."""
        path = Path(self._path(parcel.name))
        if isinstance(parcel.content, bytes):
            write_atomically(path, parcel.content)
        elif not (parcel.type.startswith("audio/") and _linked(parcel.content, path)):
            # Only sound is linked: a text may be edited where it lies, and would change under both names.
            try:
                source = parcel.content.open("rb")
            except OSError as error:
                raise PublishError(f"cannot read {parcel.content}: {error.strerror}") from error
            with source, writing(path) as file:
                shutil.copyfileobj(source, file, 1 << 20)

    def delete(self, name: str) -> None:
        """Delete a file, and the folders that are empty without it."""
        path = Path(self._path(name))
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise self._refused(name, error) from error
        with suppress(OSError):  # not empty
            for above in path.relative_to(self._folder).parents[:-1]:
                (self._folder / above).rmdir()

    def unfinished(self, name: str) -> tuple[str, ...]:
        """Return the names under which a killed process leaves what it had of a file."""
        above, slash, last = name.rpartition("/")
        return f"{above}{slash}.{last}.0.part", f"{above}{slash}.{last}{_LINK}"

    def close(self) -> None:
        """Do nothing: there is no connection that has to be ended."""

    def _path(self, name: str) -> str:
        return f"{self._folder}{os.sep}{name}"

    def _refused(self, name: str, error: OSError) -> PublishError:
        return PublishError(f"{self._path(name)} cannot be used: {error.strerror}")


def _linked(source: Path, target: Path) -> bool:
    """Give a file a second name; False where the disk or the system cannot.

    Whoever writes either name moves a new file into place, so that the other one keeps its content.
    """
    # Never under the name of an unfinished file: what a killed process left there would be written through.
    beside = target.with_name(f".{target.name}{_LINK}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        beside.hardlink_to(source.resolve())
        beside.replace(target)
    except OSError:
        return False
    finally:
        with suppress(OSError):  # two names of one file are not moved onto each other
            beside.unlink(missing_ok=True)
    return True
