"""Where a source comes from: a file, standard input (`-`) or an address; all become bytes with a name."""

import mimetypes
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from narrator.errors import SourceError, WebError
from narrator.settings import MAX_SOURCE_BYTES
from narrator.sources.decoding import read_bytes
from narrator.web import fetch

STANDARD_INPUT = "-"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SECRETS = re.compile(r"//[^/@\s]*@")
"""Name and password of a user in an address, which no message shows."""
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/markdown": ".md",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "application/json": ".json",
    "application/epub+zip": ".epub",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/tei+xml": ".xml",
}
"""The suffix that a media type stands for; `text/plain` says little, so a name's own suffix is kept."""
_FOREIGN = ("image/", "audio/", "video/", "font/")


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it is, before it is read."""

    path: Path
    """Its file, or a name to show and to make others of; the suffix says what kind it is."""
    raw: bytes
    charset: str = ""
    """What a server says is its encoding."""
    address: str = ""
    """Where it lies on the web; empty for what lies here."""


def is_address(place: Path | str) -> bool:
    """Tell an address from the name of a file."""
    return isinstance(place, str) and _SCHEME.match(place) is not None


def open_source(place: Path | str) -> Source:
    """Read the bytes of a source.

    Args:
        place: A file, `-` for standard input, or an address that begins with `http://` or `https://`.

    Raises:
        SourceError: It is not there, cannot be read, or is too long.
    """
    if str(place) == STANDARD_INPUT:
        return _standard_input()
    if isinstance(place, str) and is_address(place):
        return _fetched(place)
    path = Path(place)
    return Source(path, read_bytes(path))


def short_name(place: Path | str) -> str:
    """Return the last part of a place, by which people know it; no password.

    >>> short_name("https://me:secret@example.org/talk.html"), short_name("https://me:secret@example.org/")
    ('talk.html', 'example.org')
    """
    return _SECRETS.sub("//", str(place), count=1).rstrip("/").rpartition("/")[2]


def _standard_input() -> Source:
    path = Path("standard input")
    if sys.stdin is None or sys.stdin.closed:
        raise SourceError("it is closed", path)
    try:
        raw = sys.stdin.buffer.read(MAX_SOURCE_BYTES + 1)
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror}", path) from error
    if len(raw) > MAX_SOURCE_BYTES:
        raise SourceError(f"it is longer than {MAX_SOURCE_BYTES // 1_000_000} MB; divide it", path)
    return Source(path, raw)


def _fetched(address: str) -> Source:
    shown = _SECRETS.sub("//", address, count=1)
    if not address.lower().startswith(("http://", "https://")):
        scheme = address.partition(":")[0]
        raise SourceError(f"addresses of {scheme} are not fetched; those of http and https are", shown)
    try:
        answer = fetch(address, MAX_SOURCE_BYTES)
    except WebError as error:
        raise SourceError(error.problem, shown) from error
    if answer.kind.startswith(_FOREIGN):
        raise SourceError(f"this is no text but {answer.kind}", shown)
    return Source(_named(answer.address, answer.kind), answer.content, answer.charset, answer.address)


def _named(address: str, kind: str) -> Path:
    """Make a name of an address: host and path, with the suffix that its media type stands for."""
    parts = urlsplit(address)
    inside = re.sub(r"[\x00-\x1f\\:*?\"<>|]", "-", unquote(parts.path)).strip("/")
    path = PurePosixPath(parts.hostname or "page", *(part for part in inside.split("/") if part != ".."))
    suffix = _SUFFIXES.get(kind, "")
    if not inside:
        return Path(path / f"index{suffix or '.html'}")
    known = mimetypes.guess_type(path.name)[0] is not None or path.suffix in _SUFFIXES.values()
    if suffix and path.suffix != suffix:
        path = path.with_suffix(suffix) if known else path.with_name(path.name + suffix)
    return Path(path)
