"""Requests to other machines: time-outs, sizes and errors in one place; the only home of requests."""

from __future__ import annotations

import re
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from narrator.errors import WebError

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator, Mapping

    from requests import PreparedRequest, Response

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


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is read as it comes."""

    status: int
    headers: Mapping[str, str]
    """Names in small letters; what only a redirection on the way told is among them."""
    pieces: Iterator[bytes]
    """The body. An end that comes too early raises WebError, where the length was told."""
    redirections: int = 0
    """How often it was sent elsewhere on the way."""


@contextmanager
def open_stream(address: str, headers: Mapping[str, str], method: str = "GET") -> Iterator[Stream]:
    """Ask for what lies at an address, of any length, and read it piece by piece.

    Args:
        address: Of `http` or `https`.
        headers: Sent besides.
        method: `GET`, or `HEAD` to be told of it alone.

    Raises:
        WebError: It cannot be had; status 416 (no such range) is one, too.
    """
    import requests

    # The pieces tell their own errors: those of whoever uses them are not the network's.
    with requests.Session() as session:
        session.headers.update({"Accept-Encoding": "identity", "User-Agent": "narrator", **headers})
        told: dict[str, str] = {}
        place = address
        for turn in range(_REDIRECTS + 1):
            with _told(address):
                answer = session.request(
                    method, place, timeout=_TIMEOUT_S, stream=True, allow_redirects=False
                )
            with closing(answer):
                told |= {name.lower(): value for name, value in answer.headers.items()}
                with _told(address):
                    target = session.get_redirect_target(answer)
                    if target is None:
                        _check_status(answer, address)
                if target is None:
                    if told.get("content-encoding", "identity").lower() not in {"", "identity"}:
                        raise WebError(address, "the server packs its answer though it was asked not to")
                    own = {name.lower() for name in answer.headers}
                    # What a redirection says of its own empty body is not said of the file.
                    kept = {name: value for name, value in told.items() if name in own or name[:2] == "x-"}
                    yield Stream(answer.status_code, kept, _streamed(answer, address), turn)
                    return
            place = urljoin(place, target)
        raise WebError(address, "it redirects in circles")


def _streamed(answer: Response, address: str) -> Iterator[bytes]:
    with _told(address):
        while piece := answer.raw.read1(_PIECE):
            yield piece


def _read(answer: Response, address: str, most: int, end: float) -> Answer:
    """Read an answer that is no redirection."""
    _check_status(answer, address)
    if answer.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
        raise WebError(address, "the server packs its answer though it was asked not to")
    content = b"".join(_pieces(answer, address, most, end))
    kind, _, parameters = answer.headers.get("Content-Type", "").partition(";")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    return Answer(str(answer.url), kind.strip().lower(), charset, content)


def send(
    prepared: PreparedRequest,
    name: str,
    most: int,
    timeout_s: tuple[float, float] = _TIMEOUT_S,
    longest_s: float = _LONGEST_S,
) -> bytes:
    """Send a request that was prepared elsewhere, with certificates verified, and return the answer's body.

    Args:
        prepared: The request.
        name: Whom it goes to, for errors.
        most: Bytes that the answer may have.
        timeout_s: Seconds to wait for the connection, and for each piece of the answer.
        longest_s: Seconds that all of it may take.

    Raises:
        WebError: It was not answered, or refused, or the answer broke off.
    """
    import requests

    end = time.monotonic() + longest_s
    with _told(name), requests.Session() as session:
        # The user's proxies and certificates, which a prepared request does not know.
        surroundings = session.merge_environment_settings(str(prepared.url), {}, True, None, None)
        # Whoever it would be sent on to is not the one that the user chose.
        with session.send(prepared, timeout=timeout_s, allow_redirects=False, **surroundings) as answer:
            if answer.is_redirect:
                raise WebError(name, f"it sends us elsewhere (status {answer.status_code})", retry=True)
            return _read(answer, name, most, end).content


def post_json(
    address: str,
    content: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    name: str,
    most: int,
    timeout_s: tuple[float, float] = _TIMEOUT_S,
    longest_s: float = _LONGEST_S,
) -> bytes:
    """Post JSON and return the answer's body; as `send`, nothing is sent on to another address.

    Args:
        address: Of `http` or `https`.
        content: What is sent.
        headers: Sent besides; their values are in no error.
        name: Whom it goes to, for errors.
        most: Bytes that the answer may have.
        timeout_s: Seconds to wait for the connection, and for each piece of the answer.
        longest_s: Seconds that all of it may take.

    Raises:
        WebError: It was not answered, or refused, or the answer broke off.
    """
    import requests

    with _told(name):
        asked = {"Accept-Encoding": "identity", "User-Agent": "narrator", **headers}
        prepared = requests.Request("POST", address, headers=asked, json=dict(content)).prepare()
    return send(prepared, name, most, timeout_s, longest_s)


def _without_queries(record: logging.LogRecord) -> bool:
    """Shorten what urllib3 notes: the queries of addresses may hold tokens, or the text itself."""
    if isinstance(record.args, tuple):
        record.args = tuple(arg.partition("?")[0] if isinstance(arg, str) else arg for arg in record.args)
    return True


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Say what went wrong on the way in our words, and keep secrets of addresses out of logs."""
    import logging

    import requests
    import urllib3

    logging.getLogger("urllib3.connectionpool").addFilter(_without_queries)  # once, however often it is added
    try:
        yield
    except requests.exceptions.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" not in str(error):  # a connection that broke off while it was made
            raise WebError(address, "no safe connection came about; check the network", retry=True) from error
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


def _check_status(answer: Response, address: str) -> None:
    if not answer.ok:
        status = answer.status_code
        retry = may_pass(status)
        problem = f"refused with status {status} ({answer.reason})"
        after = seconds_to_wait(answer.headers.get("Retry-After", "")) if retry else 0.0
        exact = answer.headers.get("Retry-After-Ms", "")  # what OpenAI says besides
        if retry and re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", exact):
            after = float(exact) / 1000
        if after:
            problem += f"; it asks to be left alone for {after:.0f} s"
        try:
            detail = answer.raw.read1(_PIECE)
        except OSError:
            detail = b""
        raise WebError(address, problem, retry=retry, retry_after=after, status=status, detail=detail)


def may_pass(status: int) -> bool:
    """Tell whether a refusal with this status may pass: too many requests, or a server's own fault."""
    return status == _TOO_MANY or status >= _FAULT


def seconds_to_wait(told: str) -> float:
    """Return the seconds that a header `Retry-After` tells (RFC 9110: a number or a date), 0 for nonsense."""
    if re.fullmatch(r"[0-9]{1,9}", told.strip()):
        return float(told)
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    # Such dates are of GMT; one that says `-0000` comes without a zone.
    date = date.replace(tzinfo=date.tzinfo or UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


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
