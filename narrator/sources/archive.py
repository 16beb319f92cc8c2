"""Archives that are documents: read in memory, within limits; nothing is unpacked to disk."""

import io
import zipfile
import zlib
from pathlib import Path

from narrator.errors import SourceError
from narrator.settings import MAX_SOURCE_BYTES

_MOST_MEMBERS = 20_000
_RATIO = 200
"""Text packs to a tenth; what packs to less than a two-hundredth was made to fill a memory."""
_SMALL = 1_000_000
"""Bytes below which the ratio says nothing."""
_MOST_BYTES = 1_000_000_000
"""All members together, pictures included."""


class Archive:
    """A ZIP archive whose members are read by name."""

    def __init__(self, raw: bytes, path: Path) -> None:
        self._path = path
        self._left = MAX_SOURCE_BYTES
        try:
            self._file = zipfile.ZipFile(io.BytesIO(raw))
            members = self._file.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
            raise SourceError(f"this archive is damaged: {error}", path) from error
        if len(members) > _MOST_MEMBERS:
            raise SourceError(f"it has {len(members):,} files in it, more than any book", path)
        if sum(member.file_size for member in members) > _MOST_BYTES:
            raise SourceError("unpacked it would fill gigabytes, so it is not read", path)
        for member in members:
            if member.file_size > max(_SMALL, _RATIO * member.compress_size):
                raise SourceError(f"{member.filename} in it would unpack to a size no text has", path)
        self.names = frozenset(member.filename for member in members)

    def read(self, name: str) -> bytes:
        """Return a member.

        Raises:
            SourceError: It is not there, damaged or encrypted, or all read so far is too long.
        """
        if name not in self.names:
            raise SourceError(f"there is no {name!r} in it, though it names it", self._path)
        try:
            with self._file.open(name) as member:
                content = member.read(self._left + 1)
        except RuntimeError as error:  # also NotImplementedError, of a packing nobody uses
            raise SourceError(
                f"{name} in it is encrypted, or packed in an unknown way", self._path
            ) from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
            raise SourceError(f"{name} in it is damaged: {error}", self._path) from error
        self._left -= len(content)
        if self._left < 0:
            raise SourceError(f"its texts are longer than {MAX_SOURCE_BYTES // 1_000_000} MB", self._path)
        return content
