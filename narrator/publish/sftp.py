"""A folder of another machine, over SFTP, as a place to publish to; the only home of paramiko."""

from __future__ import annotations

import logging
import stat
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from narrator.errors import PublishError, StoreError
from narrator.publish.refusals import telling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from narrator.publish.stores import Parcel

_TIMEOUT_S = 30.0
"""Seconds in which the other machine must answer."""
_CONFIGURATION = Path("~/.ssh/config")


class SftpStore:
    """A folder of another machine; each file is written beside and renamed."""

    parallel = 1

    def __init__(self, place: str, below: str, shown: str) -> None:
        self.shown = shown
        try:
            parts = urlsplit(place)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError as error:
            raise PublishError(f"{shown} is no address; sftp://user@host:port/folder is expected") from error
        if not self._host:
            raise PublishError(f"{shown} names no host; sftp://user@host/folder is expected")
        self._user = unquote(parts.username or "")
        self._command = f"ssh -p {self._port} {self._host}" if self._port else f"ssh {self._host}"
        self._password = unquote(parts.password) if parts.password else None
        # `/~/show` is relative to where the user arrives.
        path = unquote(parts.path).rstrip("/")
        self._root = (path.removeprefix("/~/") if path.startswith("/~/") else path or "/") + (
            f"/{below}" if below else ""
        )
        self._client: Any = None
        self._ftp: Any = None
        self._made: set[str] = set()

    def sizes(self, names: Collection[str]) -> Mapping[str, int]:
        """Return the sizes of all files in those folders in which the files asked for would be."""
        found: dict[str, int] = {}
        with self._connected() as ftp:
            for above in sorted({name.rpartition("/")[0] for name in names}):
                start = f"{above}/" if above else ""
                try:
                    entries = ftp.listdir_attr(self._path(above))
                except FileNotFoundError:
                    continue
                for entry in entries:
                    # Of a link the size is that of what it leads to.
                    there = (
                        self._status(start + entry.filename) if stat.S_ISLNK(entry.st_mode or 0) else entry
                    )
                    if there is not None and not stat.S_ISDIR(there.st_mode or 0):
                        found[start + entry.filename] = there.st_size or 0
        return found

    def size(self, name: str) -> int | None:
        """Return the size of a file; None where there is none."""
        with self._connected():
            there = self._status(name)
            return None if there is None else int(there.st_size or 0)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none."""
        with self._connected() as ftp:
            content = BytesIO()
            try:
                ftp.getfo(self._path(name), content)
            except FileNotFoundError:
                return None
            return content.getvalue()

    def put(self, parcel: Parcel) -> None:
        """Write a file beside, compare its size, and rename it."""
        with self._connected() as ftp:
            path = self._path(parcel.name)
            (beside,) = map(self._path, self.unfinished(parcel.name))
            self._make(path.rpartition("/")[0])
            # Sent is compared with arrived by paramiko: another size is an error.
            if isinstance(parcel.content, bytes):
                ftp.putfo(BytesIO(parcel.content), beside, parcel.size)
            else:
                ftp.put(str(parcel.content), beside)
            try:
                ftp.posix_rename(beside, path)
            except OSError as error:
                if "unsupported" not in str(error).lower():
                    raise
                # A server without OpenSSH's extension renames only to a name that is free.
                if self._status(parcel.name) is not None:
                    ftp.remove(path)
                ftp.rename(beside, path)

    def delete(self, name: str) -> None:
        """Delete a file, and the folders that are empty without it."""
        with self._connected() as ftp:
            try:
                ftp.remove(self._path(name))
            except FileNotFoundError:
                return
            above = name.rpartition("/")[0]
            while above:
                try:
                    ftp.rmdir(self._path(above))
                except OSError:  # not empty
                    return
                self._made.discard(self._path(above))
                above = above.rpartition("/")[0]

    def unfinished(self, name: str) -> tuple[str, ...]:
        """Return the name under which a killed process leaves what it had of a file."""
        above, slash, last = name.rpartition("/")
        return (f"{above}{slash}.{last}.part",)

    def close(self) -> None:
        """End the connection; the next use makes a new one."""
        if self._client is not None:
            self._client.close()
        self._client = self._ftp = None
        self._made.clear()

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}" if name else self._root

    def _status(self, name: str) -> Any:
        try:
            return self._ftp.stat(self._path(name))
        except FileNotFoundError:
            return None

    def _make(self, folder: str) -> None:
        """Make a folder and those around it."""
        if folder in self._made or folder in {"", "/"}:
            return
        try:
            self._ftp.stat(folder)
        except FileNotFoundError:
            self._make(folder.rpartition("/")[0])
            self._ftp.mkdir(folder)
        self._made.add(folder)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """Offer the connection; after a failure the next one makes a new one."""
        with telling(self.shown):
            try:
                if self._ftp is None:
                    self._connect()
                yield self._ftp
            except BaseException:
                self.close()
                raise

    def _connect(self) -> None:
        try:
            import paramiko
        except ImportError as error:
            raise PublishError(
                "a library is missing to publish to sftp://; pip install 'narrator[sftp]'"
            ) from error
        # It would write tracebacks to standard error.
        logging.getLogger("paramiko").addHandler(logging.NullHandler())
        configured: Mapping[str, Any] = {}
        with_home = _CONFIGURATION.expanduser()
        if with_home.is_file():
            configured = paramiko.SSHConfig.from_path(str(with_home)).lookup(self._host)
        self._client = paramiko.SSHClient()
        # Unknown machines are refused: the password would go to whoever answers.
        self._client.load_system_host_keys()
        self._client.set_missing_host_key_policy(_known_only(paramiko, self.shown, self._command))
        self._client.connect(
            configured.get("hostname", self._host),
            port=self._port or int(configured.get("port", 22)),
            username=self._user or configured.get("user"),
            password=self._password,
            key_filename=configured.get("identityfile"),
            timeout=_TIMEOUT_S,
            banner_timeout=_TIMEOUT_S,
            auth_timeout=_TIMEOUT_S,
        )
        self._ftp = self._client.open_sftp()
        self._ftp.get_channel().settimeout(_TIMEOUT_S)


def _known_only(paramiko: Any, shown: str, command: str) -> Any:
    class KnownOnly(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, _client: Any, _hostname: str, _key: Any) -> None:
            raise StoreError(shown, f"its host key is not known here; connect to it once with `{command}`")

    return KnownOnly()
