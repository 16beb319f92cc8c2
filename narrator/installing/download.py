"""One file over HTTP, from where an earlier run stopped, never glued to the half of another file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from narrator.errors import WebError
from narrator.files import write_atomically
from narrator.patience import Patience
from narrator.settings import REQUEST_TRIES
from narrator.web import open_stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from narrator.web import Stream

_PARTIAL, _NO_RANGE = 206, 416
_GOOD_STEP = 1 << 20
"""Bytes after which a connection that breaks is simply taken up again."""
_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')


@dataclass(frozen=True, slots=True)
class Declared:
    """What a server said of a file."""

    address: str
    validator: str = ""
    """Its strong ETag, else when it was changed; empty where a part of it cannot be told from another's."""
    sha256: str = ""
    """What the Hugging Face Hub declares of large files (`X-Linked-ETag`)."""


def download(address: str, part: BinaryIO, notes: Path, on_bytes: Callable[[int], None]) -> Declared:
    """Fetch a file.

    Args:
        address: Where it lies.
        part: What an earlier run has written of it, for reading and writing; holds the whole file in the end.
        notes: A small file that says whose part that is.
        on_bytes: Is told how many bytes are there.

    Returns:
        What the server said of it.

    Raises:
        WebError: It cannot be had, or broke off too often.
        OSError: It cannot be written.
    """
    best = part.seek(0, 2)
    declared = _read_notes(notes, address)

    def attempt() -> Declared:
        nonlocal best, declared
        while True:
            try:
                declared = _take_up(declared, part, notes, on_bytes)
            except WebError as error:
                here = part.seek(0, 2)
                declared = _read_notes(notes, address)
                if not error.retry or here < best + _GOOD_STEP:
                    raise
                best = here
            else:
                return declared

    return Patience(REQUEST_TRIES).attempt(attempt)


def _take_up(before: Declared, part: BinaryIO, notes: Path, on_bytes: Callable[[int], None]) -> Declared:
    """Ask once for what is missing, and write it.

    Raises:
        WebError: It broke off, or what came does not belong to what is there.
    """
    here = part.seek(0, 2)
    asked = {"Range": f"bytes={here}-", "If-Range": before.validator} if here and before.validator else {}
    try:
        with open_stream(before.address, asked) as stream:
            total = int(stream.headers.get("content-length", "-1"))
            declared = _declared(before.address, stream)
            if stream.status == _PARTIAL:
                place = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", stream.headers.get("content-range", ""))
                if not place or int(place[1]) != here or declared.validator != before.validator:
                    # A server that ignores If-Range sends the rest of another file.
                    raise _unfit(part, before.address)
                total += here if total >= 0 else 0
            else:
                here = 0
                part.truncate(0)
                # Noted before the first byte: a killed run must not leave a part of nobody knows what.
                write_atomically(notes, json.dumps(asdict(declared)).encode())
            part.seek(here)
            for piece in stream.pieces:
                part.write(piece)
                here += len(piece)
                on_bytes(here)
            part.flush()
    except WebError as error:
        if error.status == _NO_RANGE:
            raise _unfit(part, before.address) from error
        raise
    if 0 <= total != here:
        problem = f"the answer broke off after {here:,} of {total:,} bytes"
        raise WebError(before.address, problem, retry=True)
    return declared


def _unfit(part: BinaryIO, address: str) -> WebError:
    """Throw a part away that does not fit what the server has now."""
    part.truncate(0)
    return WebError(address, "what it sends does not fit the part that is here", retry=True)


def _declared(address: str, stream: Stream) -> Declared:
    tag = stream.headers.get("etag", "")
    strong = tag if tag.startswith('"') else ""
    linked = _SHA256.fullmatch(stream.headers.get("x-linked-etag", ""))
    return Declared(
        address,
        strong or stream.headers.get("last-modified", ""),
        linked[1] if linked else "",
    )


def _read_notes(notes: Path, address: str) -> Declared:
    """Return what was said of the part; nothing where that is of another address, or damaged."""
    try:
        said = Declared(**json.loads(notes.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Declared(address)
    return said if said.address == address and isinstance(said.validator, str) else Declared(address)
