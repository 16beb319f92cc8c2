"""Write files whole or not at all: beside the target, synced, then moved into place."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_ADVICE = {
    errno.ENOSPC: "free some space and run again",
    errno.EDQUOT: "free some space and run again",
    errno.EACCES: "choose a folder you may write in",
    errno.EPERM: "choose a folder you may write in",
    errno.EROFS: "choose a folder you may write in",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EISDIR: "move the folder of this name away",
    errno.ENOTDIR: "a file stands where a folder is needed; choose another folder",
    errno.EEXIST: "a file stands where a folder is needed; choose another folder",
}
"""What a person can do about it, by the number of the system's error."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file; readers see the old file or the new one, never a part.

    Args:
        path: The target; its folder is made when missing.
        content: All bytes of the file.

    Raises:
        PublishError: The system refuses; nothing half-written is left.
    """
    try:
        # A device or a pipe (`/dev/stdout`) is to stay what it is.
        special = path.exists() and not (path.is_file() or path.is_dir())
        if special:
            path.write_bytes(content)
    except OSError as error:
        raise _refused(path, error) from error
    if not special:
        with writing(path) as file:
            file.write(content)


def holds(path: Path, content: bytes) -> bool:
    """Tell whether a file is there that has just this content; not where that cannot be seen."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside the target for writing and reading; leaving without error moves it into place.

    Until then it may be read under its `name` after a `flush`. On any error it is removed and the target is
    as it was. What a killed process left is reused by the next one that writes the same target, and processes
    that write one target at the same time do not meet: the last to finish wins.

    Args:
        path: The target; its folder is made when missing.

    Raises:
        PublishError: The system refuses to write.
    """
    try:
        # A link stays a link: the file it leads to is written.
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        file = _claim(target)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _move(file, target)
        except BaseException:
            # The error that brought us here is the one to tell, not what goes wrong in tidying after it.
            with suppress(OSError):
                _remove(file)
            with suppress(OSError):
                file.close()
            raise
    except OSError as error:
        raise _refused(path, error) from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder: whoever else asks for it waits. It ends with the process that holds it.

    Args:
        folder: It must be there.

    Raises:
        PublishError: The system refuses.
    """
    try:
        if sys.platform == "win32":  # where a folder cannot be opened
            descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def resuming(path: Path) -> Iterator[BinaryIO]:
    """Open what was written of a file so far; leaving without error moves it into place.

    On an error what is there stays for the next time, unless it is empty. Only one process at a time has it.

    Args:
        path: The target; its folder is made when missing.

    Raises:
        PublishError: The system refuses to write, or another process is writing this file.
    """
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        file = _open_unclaimed(part_of(target), keep=True)
        if file is None:
            raise PublishError(f"another process is writing {path}; wait for it, then run again")
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _move(file, target)
        except BaseException:
            with suppress(OSError):
                file.flush()
            with suppress(OSError):
                if os.fstat(file.fileno()).st_size == 0:
                    _remove(file)
            with suppress(OSError):
                file.close()
            raise
    except OSError as error:
        raise _refused(path, error) from error


class ErrorKeeper:
    """A file that keeps its error, for libraries in C, whose callbacks print errors and lose them."""

    def __init__(self, file: BinaryIO) -> None:
        self.error: OSError | None = None
        self.read, self.seek, self.tell = file.read, file.seek, file.tell
        self._write = file.write

    def write(self, content: bytes) -> int:
        """Write, or write nothing once it has failed."""
        try:
            return 0 if self.error else self._write(content)
        except OSError as error:
            self.error = error
            return 0


def file_sha256(path: Path) -> str:
    """Return the hash of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part_of(path: Path) -> Path:
    """Return where `resuming` keeps what is not whole yet."""
    return path.with_name(f".{path.name}.part")


def remove_leftover(path: Path, older_than_s: float, *, dry_run: bool = False) -> bool:
    """Remove the unfinished file of a process that was killed.

    Args:
        path: As `writing` names it.
        older_than_s: A younger one is left.
        dry_run: Leave it all the same.

    Returns:
        Whether it was such a file: old, and no living process writes it.
    """
    try:
        if time.time() - path.stat().st_mtime <= older_than_s:
            return False
        with path.open("r+b") as file:
            if not (_lock(file.fileno()) and _is_open_as(file.fileno(), path)):
                return False
            if not dry_run:
                _remove(file)
    except OSError:  # gone meanwhile, or not ours
        return False
    return True


def _refused(path: Path, error: OSError) -> PublishError:
    reason = error.strerror or str(error)
    advice = _ADVICE.get(error.errno or 0, "")
    return PublishError(f"cannot write {path}: {reason}{'; ' if advice else ''}{advice}")


def _claim(path: Path) -> BinaryIO:
    """Open the first file beside the target that no living process is writing."""
    number = 0
    while (file := _open_unclaimed(path.with_name(f".{path.name}.{number}.part"))) is None:
        number += 1
    return file


def _open_unclaimed(beside: Path, *, keep: bool = False) -> BinaryIO | None:
    """Open a file for writing, and empty it where it is not to be kept, unless another process holds it."""
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if _lock(descriptor) and _is_open_as(descriptor, beside):
            if not keep:
                os.ftruncate(descriptor, 0)
            return open(beside, "r+b", opener=lambda *_: descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _is_open_as(descriptor: int, beside: Path) -> bool:
    """Tell whether a name still means the open file: its last owner may have just moved it into place."""
    try:
        return os.path.samestat(os.fstat(descriptor), beside.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        """Lock one byte far behind the content, since locks forbid reading there."""
        os.lseek(descriptor, 1 << 40, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

    def _move(file: BinaryIO, path: Path) -> None:
        """Close first: this system does not move open files."""
        file.close()
        os.replace(file.name, path)  # noqa: PTH105 - file.name is a plain string

    def _remove(file: BinaryIO) -> None:
        """Close first: this system does not remove open files."""
        file.close()
        os.unlink(file.name)  # noqa: PTH108 - file.name is a plain string

else:

    def _lock(descriptor: int) -> bool:
        """Take the lock a living writer holds; the system frees it when a process dies."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _move(file: BinaryIO, path: Path) -> None:
        """Move while the lock is held: nobody else can claim the file in between."""
        os.replace(file.name, path)  # noqa: PTH105 - file.name is a plain string
        file.close()

    def _remove(file: BinaryIO) -> None:
        """Remove while the lock is held, for the same reason."""
        os.unlink(file.name)  # noqa: PTH108 - file.name is a plain string
        file.close()
