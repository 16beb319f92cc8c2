"""Requests to other machines: time-outs, sizes and errors in one place; the only home of requests."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from narrator.errors import WebError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from requests import PreparedRequest, Response, Session

_TIMEOUT_S = (10.0, 30.0)
"""Seconds to wait for the connection, and for each piece of an answer."""
_LONGEST_S = 120.0
"""Seconds that a whole answer may take."""
_REDIRECTS = 10
_TOO_SLOW = "the answer took too long"
_TOO_MANY, _FAULT = 429, 500
"""The status of too many requests, and the first of a server's own faults (RFC 9110): both may pass."""
_PIECE = 1 << 16
_ASKED = "text/html, application/xhtml+xml, application/epub+zip, text/*;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent."""

    address: str
    """Where it came from in the end, after redirections."""
    kind: str
    """The media type in small letters, without parameters; empty where none is told."""
    charset: str
    """As the server tells it; empty where it does not."""
    content: bytes


def fetch(
    address: str,
    most: int,
    timeout_s: tuple[float, float] = _TIMEOUT_S,
    longest_s: float = _LONGEST_S,
) -> Answer:
    """Ask for what lies at an address.

    Args:
        address: Of `http` or `https`.
        most: Bytes that an answer may have.
        timeout_s: Seconds to wait for the connection, and for each piece of the answer.
        longest_s: Seconds that all of it may take.

    Raises:
        WebError: It cannot be had: no such server or page, too slow, too long, or sent elsewhere in circles.
    """
    import requests

    with _told(address), requests.Session() as session:
        # Packed answers could unpack to any size.
        session.headers.update({"Accept": _ASKED, "Accept-Encoding": "identity", "User-Agent": "narrator"})
        end = time.monotonic() + longest_s
        place = address
        # The library would read the whole text of a redirection, which may have no end.
        for _ in range(_REDIRECTS + 1):
            with session.get(place, timeout=timeout_s, stream=True, allow_redirects=False) as answer:
                target = session.get_redirect_target(answer)
                if target is None:
                    return _read(answer, address, most, end)
                place = urljoin(place, target)
            if time.monotonic() > end:
                raise WebError(address, _TOO_SLOW, retry=True)
        raise WebError(address, "it redirects in circles")


def _read(answer: Response, address: str, most: int, end: float) -> Answer:
    """Read an answer that is no redirection."""
    _check_status(answer, address)
    if answer.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
        raise WebError(address, "the server packs its answer though it was asked not to")
    content = b"".join(_pieces(answer, address, most, end))
    kind, _, parameters = answer.headers.get("Content-Type", "").partition(";")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    return Answer(str(answer.url), kind.strip().lower(), charset, content)


def send(prepared: Iterable[PreparedRequest], name: str, timeout_s: tuple[float, float]) -> list[bytes]:
    """Send requests that were prepared elsewhere, one after the other, with certificates verified.

    Args:
        prepared: The requests.
        name: Whom they go to, for errors.
        timeout_s: Seconds to wait for the connection, and for each piece of an answer.

    Raises:
        WebError: One of them was not answered, or refused.
    """
    import requests

    with _told(name), requests.Session() as session:
        return [_sent(session, request, name, timeout_s) for request in prepared]


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Say what went wrong on the way in our words."""
    import requests
    import urllib3

    try:
        yield
    except requests.exceptions.SSLError as error:
        problem = (
            "the certificate cannot be verified, so nothing was sent; where the network has its own, "
            "name its file in REQUESTS_CA_BUNDLE"
        )
        raise WebError(address, problem) from error
    except ValueError as error:  # also InvalidURL, InvalidSchema and UnicodeError
        raise WebError(address, "this is no address that can be fetched") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        slow = isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError)
        reason = "no answer in time" if slow else type(error).__name__
        raise WebError(address, f"it cannot be reached ({reason}); check the network", retry=True) from error


def _sent(session: Session, request: PreparedRequest, name: str, timeout_s: tuple[float, float]) -> bytes:
    # The user's proxies and certificates, which a prepared request does not know.
    surroundings = session.merge_environment_settings(str(request.url), {}, None, None, None)
    answer = session.send(request, timeout=timeout_s, **surroundings)
    _check_status(answer, name)
    return bytes(answer.content)


def _check_status(answer: Response, address: str) -> None:
    if not answer.ok:
        status = answer.status_code
        may_pass = status == _TOO_MANY or status >= _FAULT
        raise WebError(address, f"refused with status {status} ({answer.reason})", retry=may_pass)


def _pieces(answer: Response, address: str, most: int, end: float) -> Iterator[bytes]:
    """Read an answer as it comes, up to a length and a time."""
    total = 0
    # `read1` returns what has come; `read` would wait for a whole piece from a server that drips.
    while piece := answer.raw.read1(_PIECE):
        total += len(piece)
        if total > most:
            raise WebError(address, f"the answer is longer than {most // 1_000_000} MB")
        if time.monotonic() > end:
            raise WebError(address, _TOO_SLOW, retry=True)
        yield piece
