"""Any place that fsspec can write as a place to publish to; the only home of fsspec."""

from __future__ import annotations

import errno
import re
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from narrator.errors import PublishError
from narrator.publish.folder import FolderStore
from narrator.publish.refusals import code_of, telling
from narrator.publish.sftp import SftpStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from narrator.publish.stores import Parcel, Store

_S3 = ("s3", "s3a")
_GOOGLE = ("gs", "gcs")
_WHOLE = (*_S3, *_GOOGLE, "abfs", "abfss", "az", "adl", "oci", "oss", "tos", "r2", "memory")
"""Stores of objects, which appear when they are whole; elsewhere a file is written beside and renamed."""
_EXTRAS = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp"}
_UNWRITABLE = ("http", "https", "data", "github", "git", "zip", "tar")
_AT_ONCE = 4
"""Files sent to a store of objects at the same time: enough to hide the waiting for its answers."""
_PART = 8 << 20
"""Bytes of a part of a large object (S3 asks for at least 5 MB); twice as many are held in memory for each
file under way."""
_FOR_EVER = "public, max-age=31536000, immutable"
"""What never changes under its name is kept for a year (RFC 8246)."""
_ASK = "no-cache"
"""Kept, but only used after asking whether it is still the same (RFC 9111, 5.2.2.4)."""


def is_address(place: str) -> bool:
    """Tell whether a place is an address rather than a folder of this machine."""
    return "://" in place and place.partition("://")[0].lower() not in {"file", "local"}


def local_folder(place: str) -> Path:
    """Return the folder that a place on this machine means.

    Raises:
        PublishError: It looks as if another machine was meant.
    """
    if "://" in place:
        return Path(unquote(urlsplit(place).path))
    folder = Path(place).expanduser()
    # Also as `scp` and `rsync` name other machines; a single letter is a disk.
    if re.match(r"[^/\\]{2,}:", place) and not folder.exists():
        raise PublishError(
            f"{show_place(place)} is no folder; an address begins as s3://bucket or sftp://user@host/folder, "
            "a folder with a colon in its name as ./"
        )
    return folder


def open_store(place: str, below: str = "") -> Store:
    """Return the place that an address or the path of a folder means; nothing is made there.

    Args:
        place: `s3://bucket/show`, `sftp://user@host/path`, `memory://show`, a folder …
        below: A folder within it.

    Raises:
        PublishError: It cannot be published there.
    """
    if not is_address(place):
        return FolderStore(local_folder(place) / below)
    protocol = place.partition("://")[0].lower()
    place = protocol + place[len(protocol) :]
    if protocol in _UNWRITABLE or "::" in place:
        raise PublishError(
            f"{show_place(place)} cannot be written to; name the folder or store that is served there"
        )
    if protocol in {"sftp", "ssh"}:
        return SftpStore(place, below, show_place(place))
    return RemoteStore(place, below)


def show_place(place: str) -> str:
    """Return an address without what may be secret in it.

    >>> show_place("sftp://anna:pa?ss@example.org/show"), show_place("s3://bucket/show?token=1")
    ('sftp://…', 's3://bucket/show')
    >>> show_place("sftp://anna:secret@example.org:2222/show")
    'sftp://example.org:2222/show'
    """
    protocol, mark, rest = place.partition("://")
    if not mark:
        return place.rpartition("@")[2] if ":" in place else place
    before, at, after = rest.rpartition("@")
    if at and set(before) & set("?#"):
        return f"{protocol}://…"  # whether this is a password or a query cannot be told
    return f"{protocol}://{after.partition('?')[0].partition('#')[0]}"


class RemoteStore:
    """A place that fsspec can write."""

    def __init__(self, place: str, below: str) -> None:
        self.shown = show_place(place)
        self._place = place
        self._protocol = place.partition("://")[0]
        self._fs: Any = None
        with self._telling():
            fs = self._system()
            self._root = fs._strip_protocol(place).rstrip("/") + (f"/{below}" if below else "")  # noqa: SLF001
        self.parallel = _AT_ONCE if fs.async_impl else 1
        # A file system that cannot rename copies, and a copy may be seen when it is not whole.
        self._whole = self._protocol in _WHOLE or type(fs).mv is _base().mv

    def sizes(self, names: Collection[str]) -> Mapping[str, int]:  # noqa: ARG002 - one list is faster than asking for each
        """Return the sizes of all files that are there."""
        with self._telling():
            fs = self._system()
            fs.invalidate_cache()
            patient = {} if fs.async_impl else {"on_error": _unreadable}
            try:
                found = fs.find(self._root, detail=True, **patient)
            except FileNotFoundError as error:
                if code_of(error) == "NoSuchBucket":
                    raise
                return {}
            fs.invalidate_cache()
            start = f"{self._root}/"
            return {
                name.removeprefix(start): info["size"] or 0
                for name, info in found.items()
                if name.startswith(start) and info["type"] == "file"
            }

    def size(self, name: str) -> int | None:
        """Return the size of a file; None where there is none."""
        with self._telling():
            return self._measure(self._path(name))

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none."""
        with self._telling():
            try:
                content: bytes = self._system().cat_file(self._path(name))
            except FileNotFoundError as error:
                if code_of(error) == "NoSuchBucket":
                    raise
                return None
            return content

    def put(self, parcel: Parcel) -> None:
        """Write a file: as a whole object, or beside and renamed."""
        with self._telling():
            fs = self._system()
            path = self._path(parcel.name)
            target = path if self._whole else self._path(*self.unfinished(parcel.name))
            if self._protocol not in _WHOLE:
                fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            if isinstance(parcel.content, bytes):
                fs.pipe_file(target, parcel.content, **self._told(parcel))
            else:
                self._abandon(parcel, path)
                fs.put_file(str(parcel.content), target, **self._told(parcel))
            if target != path and self._measure(target) == parcel.size:
                self._rename(target, path)

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is no error."""
        with self._telling():
            try:
                self._system().rm_file(self._path(name))
            except FileNotFoundError as error:
                if code_of(error) == "NoSuchBucket":
                    raise

    def unfinished(self, name: str) -> tuple[str, ...]:
        """Return the name under which a killed process leaves what it had of a file."""
        above, slash, last = name.rpartition("/")
        return () if self._whole else (f"{above}{slash}.{last}.part",)

    def _abandon(self, parcel: Parcel, path: str) -> None:
        """End what a killed process left of sending this in parts: nobody sees it, but it is paid for."""
        if self._protocol not in _S3 or parcel.size < 2 * _PART:
            return
        fs = self._system()
        bucket, key, _ = fs.split_path(path)
        with suppress(OSError):  # not everybody who may write may list what is not finished
            told = fs.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=key)
            for one in told.get("Uploads", []):
                if one["Key"] == key:
                    fs.call_s3("abort_multipart_upload", Bucket=bucket, Key=key, UploadId=one["UploadId"])

    def _measure(self, path: str) -> int | None:
        fs = self._system()
        fs.invalidate_cache()  # lists are kept, and would tell of the file as it was
        try:
            return int(fs.info(path)["size"])
        except FileNotFoundError:
            return None

    def _rename(self, old: str, new: str) -> None:
        fs = self._system()
        try:
            fs.mv(old, new)
        except OSError as error:
            if error.errno != errno.EEXIST:
                raise
            fs.rm_file(new)
            fs.mv(old, new)

    def _told(self, parcel: Parcel) -> dict[str, Any]:
        """Return what the store is told of a file, as its library names it."""
        caching = _FOR_EVER if parcel.fixed else _ASK
        if self._protocol in _S3:
            told: dict[str, Any] = {"ContentType": parcel.type, "CacheControl": caching}
            if isinstance(parcel.content, Path):
                told |= {"chunksize": _PART, "max_concurrency": 2}
            return told
        if self._protocol in _GOOGLE:
            return {"content_type": parcel.type, "fixed_key_metadata": {"cache_control": caching}}
        return {}

    def close(self) -> None:
        """Do nothing: there is no connection that has to be ended."""

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _system(self) -> Any:
        """Return the file system; a new one after a failure, which may have ended its connection."""
        if self._fs is None:
            import fsspec

            try:
                self._fs, _ = fsspec.core.url_to_fs(self._place, skip_instance_cache=True)
            except ImportError as error:
                raise PublishError(_missing(self._protocol)) from error
            except ValueError as error:
                if "not known" not in str(error):
                    raise
                raise PublishError(f"no kind of place is called {self._protocol}://") from error
            self._fs.retries = 1  # of s3fs; patience is ours
        return self._fs

    @contextmanager
    def _telling(self) -> Iterator[None]:
        with telling(self.shown):
            try:
                yield
            except Exception:
                # A connection that broke off does not mend itself; those of async_impl are made anew.
                if self._fs is not None and not self._fs.async_impl:
                    self._fs = None
                raise


def _missing(protocol: str) -> str:
    if protocol in _EXTRAS:
        return (
            f"a library is missing to publish to {protocol}://; pip install 'narrator[{_EXTRAS[protocol]}]'"
        )
    return f"a library is missing to publish to {protocol}://; fsspec's documentation names it"


def _unreadable(error: OSError) -> None:
    """Pass over folders that are not there or not ours; anything else is a failure of the place."""
    if not isinstance(error, FileNotFoundError | PermissionError):
        raise error


def _base() -> Any:
    from fsspec import AbstractFileSystem

    return AbstractFileSystem
