"""A server for SFTP on loopback, whose files lie in a folder."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface

USER, PASSWORD = "anna", "open sesame/?#"
KEY = paramiko.ECDSAKey.generate()


class Accounts(paramiko.ServerInterface):  # type: ignore[misc]
    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == (USER, PASSWORD)
        return int(paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED)

    def check_channel_request(self, _kind: str, _number: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


class Files(SFTPServerInterface):  # type: ignore[misc]
    root = Path()
    posix = True
    """Whether it knows OpenSSH's extension for renaming over a file that is there."""
    uploads_until_loss = -1
    """So many pieces are taken before the connection is lost; -1: all."""

    def _at(self, path: str) -> Path:
        return self.root / str(self.canonicalize(path)).lstrip("/")

    def _do(self, action: Any) -> Any:
        try:
            return action()
        except OSError as error:
            return SFTPServer.convert_errno(error.errno)

    def list_folder(self, path: str) -> Any:
        return self._do(
            lambda: [SFTPAttributes.from_stat(one.lstat(), one.name) for one in self._at(path).iterdir()]
        )

    def stat(self, path: str) -> Any:
        return self._do(lambda: SFTPAttributes.from_stat(self._at(path).stat()))

    lstat = stat

    def open(self, path: str, flags: int, _attributes: Any) -> Any:
        def opened() -> Any:
            file = os.fdopen(os.open(self._at(path), flags, 0o666), "wb" if flags & os.O_WRONLY else "rb")
            handle = Upload(flags)
            handle.readfile = handle.writefile = file
            return handle

        return self._do(opened)

    def remove(self, path: str) -> Any:
        return self._do(self._at(path).unlink) or paramiko.SFTP_OK

    def rename(self, old: str, new: str) -> Any:
        if self._at(new).exists():
            return paramiko.SFTP_FAILURE
        return self.posix_rename(old, new, asked=False)

    def posix_rename(self, old: str, new: str, *, asked: bool = True) -> Any:
        if asked and not self.posix:
            return paramiko.SFTP_OP_UNSUPPORTED
        return self._do(lambda: self._at(old).replace(self._at(new)) and None) or paramiko.SFTP_OK

    def mkdir(self, path: str, _attributes: Any) -> Any:
        return self._do(self._at(path).mkdir) or paramiko.SFTP_OK

    def rmdir(self, path: str) -> Any:
        return self._do(self._at(path).rmdir) or paramiko.SFTP_OK


class Upload(SFTPHandle):  # type: ignore[misc]
    """An open file; the connection may be lost while it is written."""

    def stat(self) -> Any:
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    def write(self, offset: int, data: bytes) -> Any:
        if Files.uploads_until_loss == 0:
            Files.uploads_until_loss = -1
            raise ConnectionResetError
        Files.uploads_until_loss -= Files.uploads_until_loss > 0
        return super().write(offset, data)


@contextmanager
def serving(folder: Path, home: Path) -> Iterator[str]:
    """Serve a folder, and let the one home know the key of the server.

    Yields:
        The address, with user and password.
    """
    Files.root, Files.posix, Files.uploads_until_loss = folder, True, -1
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    transports: list[paramiko.Transport] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(KEY)
            transport.set_subsystem_handler("sftp", SFTPServer, Files)
            transports.append(transport)
            transport.start_server(event=threading.Event(), server=Accounts())

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    (home / ".ssh").mkdir(parents=True)
    known = f"[127.0.0.1]:{port} {KEY.get_name()} {KEY.get_base64()}\n"
    (home / ".ssh" / "known_hosts").write_text(known)
    try:
        yield f"sftp://{USER}:open%20sesame%2F%3F%23@127.0.0.1:{port}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for transport in transports:
            transport.close()
        thread.join(5)
