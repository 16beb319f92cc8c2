"""Where what a feed names is looked for: in the folder that was published, or on the web."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from narrator.checking.kinds import kind_of
from narrator.checking.texts import MOST_BYTES
from narrator.errors import WebError
from narrator.patience import Patience
from narrator.web import open_stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.checking.feeds import Link

_MOST_AUDIO = 1_000_000_000
"""Bytes of an audio file that are fetched."""
_LONGEST_S = 900.0
_LONGEST_TEXT_S = 120.0
"""Seconds that fetching one file may take, of sound and of texts."""
_TEXTS = {"feed", "html", "json", "vtt", "srt"}
"""Kinds of which no file is large."""
_BUSY = {429, 503}
"""Too many requests, and not able to answer now (RFC 6585, 4; RFC 9110, 15.6.4)."""
_BUSY_S = 10.0
"""Seconds that such a server is waited for."""
_SILENT = 5
"""Requests without an answer after which a server is left alone: a feed may name thousands of its files."""
_REFUSES_HEAD = {403, 404, 405, 501}
"""With these some servers answer HEAD though GET would work."""
_ORIGIN = "https://player.example"
"""Of whom an app in a browser would say it is from."""


@dataclass(frozen=True, slots=True)
class Hosting:
    """How a server answered; None where it was not asked."""

    head: bool | None = None
    """Whether it answers HEAD."""
    ranges: bool | None = None
    """Whether it sends a part, with 206."""
    shared: bool | None = None
    """Whether apps in browsers may read it (Fetch standard, CORS protocol)."""
    validates: bool | None = None
    """Whether it says 304 to whoever has it already."""
    redirections: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at an address."""

    problem: str = ""
    """Why it is not there."""
    path: Path | None = None
    """Its content, where it was asked for."""
    size: int | None = None
    """Bytes, where they are known."""
    type: str = ""
    """MIME type as the server tells it, without parameters; empty for a folder."""
    hosting: Hosting = field(default_factory=Hosting)
    busy: bool = False
    """Whether the server would not answer now, so that it is not known."""
    elsewhere: bool = False
    """Whether it lies outside what is looked at."""


class Place(Protocol):
    """Somewhere to look for addresses."""

    def look(self, link: Link, *, whole: bool) -> Found:
        """Return what lies at an address.

        Args:
            link: What names it.
            whole: Whether its content is needed.
        """
        ...

    def holds(self, address: str) -> bool:
        """Tell whether an address belongs to the show itself."""
        ...

    def name(self, address: str) -> str:
        """Return how a place is shown."""
        ...

    def release(self, found: Found) -> None:
        """Give back what is not needed any more."""
        ...


class Folder:
    """A folder that holds what was published under an address.

    Args:
        folder: The folder.
        base: The address of the folder, with a slash at its end; empty where it is not known.
    """

    def __init__(self, folder: Path, base: str) -> None:
        self._folder = folder
        self._base = base

    def look(self, link: Link, *, whole: bool) -> Found:
        """Return the file of the folder that an address stands for."""
        del whole  # it is here anyway
        if not self.holds(link.url):
            return Found(elsewhere=True)
        path = self._path(link.url)
        try:
            inside = path.resolve().is_relative_to(self._folder.resolve())
            if not inside:
                return Found("it leads out of the folder")
            if not path.is_file():
                return Found(f"there is no file {path}")
            size = path.stat().st_size
            if link.kind != "enclosure" and size > MOST_BYTES:
                return Found(f"it is longer than {MOST_BYTES // 1_000_000} MB")
            return Found(path=path, size=size)
        except (OSError, ValueError) as error:  # a name that the system refuses
            return Found(f"it cannot be looked at: {type(error).__name__}")

    def holds(self, address: str) -> bool:
        """Tell whether an address lies under that of the folder."""
        return bool(self._base) and address.startswith(self._base)

    def name(self, address: str) -> str:
        """Return the path of the file."""
        return str(self._path(address)) if self.holds(address) else address

    def release(self, found: Found) -> None:
        """Do nothing: the files are not ours."""

    def _path(self, address: str) -> Path:
        within = unquote(address[len(self._base) :].partition("?")[0].partition("#")[0])
        path = self._folder / within.lstrip("/")
        return path / "index.html" if not within or within.endswith("/") else path


class Web:
    """The web; what is fetched lies in a folder for temporary files until `close`.

    Args:
        base: The address under which the show lies.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._fetched = tempfile.TemporaryDirectory(prefix="narrator-check-")
        self._count = 0
        self._silent: Counter[str] = Counter()

    def close(self) -> None:
        """Remove what was fetched."""
        self._fetched.cleanup()

    def holds(self, address: str) -> bool:
        """Tell whether an address lies under that of the show."""
        return address.startswith(self._base)

    def name(self, address: str) -> str:
        """Return the address."""
        return address

    def release(self, found: Found) -> None:
        """Remove what was fetched: all audio of a show may not fit on the disk."""
        if found.path:
            found.path.unlink(missing_ok=True)

    def look(self, link: Link, *, whole: bool) -> Found:
        """Ask for what lies at an address, as apps do."""
        host = urlsplit(link.url).netloc
        if self._silent[host] >= _SILENT:
            return Found("its server did not answer before, so it was not asked for this")

        def ask() -> Found:
            try:
                return self._fetch(link) if whole else self._ask(link)
            except WebError as error:
                error.exhausted = not error.status  # who does not answer at all is not waited for
                raise

        try:
            return Patience(longest_s=_BUSY_S).attempt(ask)
        except WebError as error:
            self._silent[host] += not error.status and error.retry  # a refusal is an answer, too
            return Found(error.problem, busy=error.status in _BUSY)

    def _ask(self, link: Link) -> Found:
        """Ask by HEAD alone."""
        try:
            with open_stream(link.url, {"Origin": _ORIGIN}, "HEAD") as answer:
                headers = answer.headers
                hosting = Hosting(True, None, _shared(headers), None, answer.redirections)
        except WebError as error:
            if error.status not in _REFUSES_HEAD:
                raise
            with open_stream(link.url, {"Origin": _ORIGIN}) as answer:
                headers = answer.headers
                hosting = Hosting(False, None, _shared(headers), None, answer.redirections)
        return Found(size=_length(headers), type=_type(headers), hosting=hosting)

    def _fetch(self, link: Link) -> Found:
        """Fetch all of it, then try what else apps ask for."""
        self._count += 1
        path = Path(self._fetched.name) / f"{self._count}{link.suffix[:8]}"
        size = 0
        with open_stream(link.url, {"Origin": _ORIGIN}) as answer, path.open("wb") as file:
            for piece in answer.pieces:
                if not size:
                    long = link.kind == "enclosure" and kind_of("", piece) not in _TEXTS
                    most = _MOST_AUDIO if long else MOST_BYTES
                    end = time.monotonic() + (_LONGEST_S if long else _LONGEST_TEXT_S)
                size += len(piece)
                if size > most:
                    raise WebError(link.url, f"it is longer than {most // 1_000_000:,} MB")
                if time.monotonic() > end:
                    raise WebError(link.url, "the answer took too long")
                file.write(piece)
            headers, redirections = answer.headers, answer.redirections
        hosting = Hosting(
            _answers(link.url, {}, "HEAD", 200),
            _answers(link.url, {"Range": "bytes=0-0"}, "GET", 206) if size else None,
            _shared(headers),
            _validates(link.url, headers),
            redirections,
        )
        return Found(path=path, size=size, type=_type(headers), hosting=hosting)


def _answers(address: str, headers: Mapping[str, str], method: str, status: int) -> bool:
    """Tell whether a server answers a request with a status."""
    with suppress(WebError), open_stream(address, headers, method) as answer:
        return answer.status == status
    return False


def _validates(address: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a server says 304 to who has already what it sent (RFC 9110, section 13)."""
    tag, date = headers.get("etag"), headers.get("last-modified")
    if not tag and not date:
        return False
    asked = {"If-None-Match": tag} if tag else {"If-Modified-Since": date or ""}
    return _answers(address, asked, "GET", 304)


def _shared(headers: Mapping[str, str]) -> bool:
    """Tell whether an app in a browser may read what was sent."""
    return headers.get("access-control-allow-origin", "").strip() in {"*", _ORIGIN}


def _type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _length(headers: Mapping[str, str]) -> int | None:
    told = headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else None
