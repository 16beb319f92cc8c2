"""Put the files of an offer where its engine looks for them: whole, checked, one after another."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from narrator.errors import InstallError
from narrator.files import part_of, resuming, write_atomically, writing
from narrator.folders import models_folder
from narrator.installing.download import Declared, download

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from narrator.installing.catalogue import Offer, RemoteFile

_PIECE = 1 << 20


def install(
    offer: Offer, folder: Path | None = None, on_bytes: Callable[[int, int], None] = lambda _done, _all: None
) -> tuple[Path, ...]:
    """Install what is not there already.

    A file appears under its name only when all of it has come and its sum is right; its sha256 is kept in
    `NAME.sha256` beside it. What a broken run has fetched is used by the next one.

    Args:
        offer: What is installed.
        folder: Where the files are at hand; else they are fetched.
        on_bytes: Is told how many bytes of how many are there, where the number of all is known.

    Returns:
        The files that were put there; none where all were there already and right.

    Raises:
        InstallError: A file is not what it should be; it has been deleted.
        WebError: The source does not answer, or breaks off too often.
        PublishError: The system refuses to write, or another process installs the same.
    """
    target = models_folder() / offer.engine
    made = []
    before = 0

    def tell(done: int) -> None:
        if offer.size:
            on_bytes(min(before + done, offer.size), offer.size)

    for file in offer.files:
        path = target / file.name
        if not _is_there(path, file):
            if folder is None:
                _fetch(offer.name, file, path, tell)
            else:
                _copy(offer.name, file, folder, path, tell)
            made.append(path)
        before += path.stat().st_size
        tell(0)
    return tuple(made)


def _is_there(path: Path, file: RemoteFile) -> bool:
    """Tell whether a file is there and what it should be."""
    if not path.is_file():
        return False
    with path.open("rb") as content:
        sums = _sums(content)
    if file.sha256 or file.md5:
        return _fault(file, path.stat().st_size, sums) == ""
    memory = _memory(path)
    return memory.is_file() and memory.read_text("utf-8").split()[:1] == [sums[0]]


def _fetch(name: str, file: RemoteFile, path: Path, on_bytes: Callable[[int], None]) -> None:
    with resuming(path) as part:
        # A run that was killed between the last byte and the move has left nothing to ask for.
        whole = file.size == part.seek(0, 2) > 0
        declared = Declared(file.address)
        if not whole:
            declared = download(file.address, part, _notes(path), on_bytes)
        sha256 = _checked(name, file, part, declared)
    _notes(path).unlink(missing_ok=True)
    _remember(path, sha256)


def _checked(name: str, file: RemoteFile, part: BinaryIO, declared: Declared) -> str:
    """Check what came; what is wrong is emptied, so that it is deleted."""
    part.flush()
    size = part.seek(0, 2)
    part.seek(0)
    sums = _sums(part)
    fault = _fault(file, size, sums)
    if not fault and declared.sha256 and declared.sha256 != sums[0]:
        fault = f"its sha256 is {sums[0]}, the server declares {declared.sha256}"
    if fault:
        part.truncate(0)
        problem = (
            f"{file.address} is damaged or another file: {fault}; it was deleted, run again or use --address"
        )
        raise InstallError(name, problem)
    return sums[0]


def _copy(name: str, file: RemoteFile, folder: Path, path: Path, on_bytes: Callable[[int], None]) -> None:
    """Copy a file that lies in the folder, or in one of the engine's name in it."""
    places = [folder / file.name, folder / path.parent.name / file.name]
    source = next((place for place in places if place.is_file()), None)
    if source is None:
        raise InstallError(name, f"{file.name} is not in {folder}")
    try:
        content = source.open("rb")
    except OSError as error:
        raise InstallError(name, f"{source} cannot be read: {error.strerror}") from error
    with content:
        sums = _sums(content)
        fault = _fault(file, source.stat().st_size, sums)
        if not fault and file.name.endswith(".json"):
            fault = _no_json(content)
        if fault:
            raise InstallError(name, f"{source} is damaged or another file: {fault}")
        content.seek(0)
        with writing(path) as target:
            for piece in _pieces(content):
                target.write(piece)
                on_bytes(target.tell())
    _remember(path, sums[0])


def _no_json(content: BinaryIO) -> str:
    content.seek(0)
    try:
        json.load(content)
    except ValueError:
        return "it is no JSON"
    return ""


def _fault(file: RemoteFile, size: int, sums: tuple[str, str]) -> str:
    """Return what speaks against a file, empty where nothing does."""
    if file.size and size != file.size:
        return f"it has {size:,} bytes instead of {file.size:,}"
    if file.sha256 and sums[0] != file.sha256:
        return f"its sha256 is {sums[0]} instead of {file.sha256}"
    if file.md5 and sums[1] != file.md5:
        return f"its MD5 is {sums[1]} instead of {file.md5}"
    return ""


def _sums(content: BinaryIO) -> tuple[str, str]:
    """Return SHA-256 and MD5 of what follows."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    for piece in _pieces(content):
        sha256.update(piece)
        md5.update(piece)
    return sha256.hexdigest(), md5.hexdigest()


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    while piece := content.read(_PIECE):
        yield piece


def _notes(path: Path) -> Path:
    """Return where it is noted which file an unfinished one is a part of."""
    part = part_of(path)
    return part.with_name(part.name + ".json")


def _memory(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _remember(path: Path, sha256: str) -> None:
    """Note a sum in the form that the program `sha256sum` checks."""
    write_atomically(_memory(path), f"{sha256}  {path.name}\n".encode())
