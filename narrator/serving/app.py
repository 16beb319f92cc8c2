"""The application: names of the show and nothing else; the only home of starlette."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import quote
from weakref import WeakValueDictionary

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from narrator.errors import NarratorError
from narrator.serving.conditions import OK, choose_ranges, judge
from narrator.serving.content import BLOCK, Contents

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from narrator.model import Asset
    from narrator.serving.conditions import Ranges
    from narrator.serving.content import Content

_METHODS = ("GET", "HEAD", "OPTIONS")
_INDEX = "index.html"
_HTML = "text/html"
_YEAR_S = 365 * 86_400
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
"""What a page may load: nothing of another host, no script or style within the page."""
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified",
}
"""Web players elsewhere may read what is no page (podcast namespace, transcripts and chapters)."""
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range, If-None-Match, If-Modified-Since, Cache-Control",
    "Access-Control-Max-Age": "86400",
    "Allow": ", ".join(_METHODS),
}
_ABSOLUTE = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
"""How a request to a proxy begins; a server has to take it too (RFC 9112, 3.2.2)."""
_SECONDS_TO_WAIT = "1"
_SILENCE_S = 60.0
"""Seconds for which the same line is not told again."""
_LINES = 1000
"""Lines that are remembered as told."""


def make_app(
    current: Callable[[], Mapping[str, Asset]],
    tell: Callable[[str], None],
    answers_to: Callable[[str], bool] = lambda _host: True,
) -> ASGIApp:
    """Return an application that serves assets by their names.

    What is asked for is looked up among the names and never becomes a path: what has no name does not exist.

    Args:
        current: Returns the assets that there are at this moment, by where they lie from the root on; called
            in a thread.
        tell: Says a line to the person at the terminal.
        answers_to: Whether a request may name this host.
    """
    served = _Served(current, tell)
    app = Starlette(
        routes=[Route("/{any:path}", served.answer, methods=list(_METHODS))],
        middleware=[Middleware(_Door, answers_to=answers_to)],
        exception_handlers={HTTPException: _refuse, Exception: served.fail},
    )
    # A path that the route does not match, as one with a line end, does not exist either.
    app.router.redirect_slashes = False
    return app


class _Door:
    """Sends away who asks for another host, or brings a body, before anything is looked up."""

    def __init__(self, app: ASGIApp, answers_to: Callable[[str], bool]) -> None:
        self._app = app
        self._answers_to = answers_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if absolute := _ABSOLUTE.match(scope["path"]):
            host = absolute[1]
            scope["path"] = scope["path"][absolute.end() :] or "/"
        answer: ASGIApp = self._app
        if not self._answers_to(host):
            answer = _text(421, "This server answers to localhost alone.")
        elif b"transfer-encoding" in headers or headers.get(b"content-length", b"0").strip(b"0"):
            # Nothing that is asked for here needs one, and nobody is to keep us reading.
            answer = _text(413, "No content is taken here.", {"Connection": "close"})
        elif scope["method"] == "OPTIONS":  # of any name, and of `*`
            answer = Response(status_code=204, headers=_ALWAYS | _PREFLIGHT)
        await answer(scope, receive, send)


class _Served:
    """Answers requests."""

    def __init__(self, current: Callable[[], Mapping[str, Asset]], tell: Callable[[str], None]) -> None:
        self._current = current
        self._tell = tell
        self._told: dict[str, float] = {}
        self._contents = Contents()
        # What many ask for at once is made, or verified, once.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, request: Request) -> Response:
        """Answer a request of GET or HEAD."""
        # Not what the pattern of the route matched: it would overlook a line end behind a name.
        name = request.scope["path"].removeprefix("/")
        assets = await run_in_threadpool(self._current)
        if not name or name.endswith("/"):
            name += _INDEX
        asset = assets.get(name)
        if asset is None:
            if f"{name}/{_INDEX}" in assets:
                return RedirectResponse(quote(f"/{name}/"), 308, headers=_ALWAYS)
            raise HTTPException(404)
        turn = self._turns.setdefault(asset.key, asyncio.Lock())
        try:
            async with turn:
                content = await run_in_threadpool(self._contents.open, asset)
        except (NarratorError, OSError) as error:
            self._say(f"{asset.name} cannot be served now: {error}")
            raise HTTPException(503, headers={"Retry-After": _SECONDS_TO_WAIT}) from error
        try:
            return self._deliver(request, asset, content)
        except BaseException:
            content.close()
            raise

    async def fail(self, request: Request, error: Exception) -> Response:
        """Answer where we are at fault."""
        self._say(f"{request.scope['path']!r}: {type(error).__name__}: {error}")
        return _text(500, "Something went wrong here.")

    def _deliver(self, request: Request, asset: Asset, content: Content) -> Response:
        fields = {
            name.decode("latin-1"): ", ".join(request.headers.getlist(name.decode("latin-1")))
            for name, _ in request.headers.raw
        }
        headers = _headers(asset, content)
        status = judge(fields, content.validators)
        if status != OK:
            content.close()
            headers.pop("Content-Type")
            return Response(status_code=status, headers=headers)
        if request.method == "HEAD":  # which has no ranges (RFC 9110, 14.2)
            content.close()
            return Response(headers=headers | {"Content-Length": str(content.size)})
        ranges = choose_ranges(fields, content.validators, content.size)
        if ranges == ():
            content.close()
            whole = {"Content-Range": f"bytes */{content.size}", "Cache-Control": "no-store"}
            return Response(status_code=416, headers=headers | whole)
        return _Delivery(content, ranges, headers)

    def _say(self, line: str) -> None:
        """Tell a line, not again and again: what is being built is asked for many times meanwhile."""
        now = time.monotonic()
        if self._told.get(line, 0.0) <= now:
            if len(self._told) >= _LINES:
                self._told.clear()
            self._told[line] = now + _SILENCE_S
            self._tell(line)


class _Delivery(StreamingResponse):
    """Sends content in blocks, and closes it in the end, however that comes."""

    def __init__(self, content: Content, ranges: Ranges | None, headers: dict[str, str]) -> None:
        parts: list[bytes | tuple[int, int]] = []
        if ranges is None:
            parts = [(0, content.size)]
        elif len(ranges) == 1:
            parts = list(ranges)
            headers["Content-Range"] = _place(ranges[0], content.size)
        else:
            boundary = secrets.token_hex(16)
            for one in ranges:
                head = f"--{boundary}\r\nContent-Type: {headers['Content-Type']}\r\n"
                head += f"Content-Range: {_place(one, content.size)}\r\n\r\n"
                parts += [head.encode(), one, b"\r\n"]
            parts.append(f"--{boundary}--\r\n".encode())
            headers["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
        length = sum(len(part) if isinstance(part, bytes) else part[1] - part[0] for part in parts)
        headers["Content-Length"] = str(length)
        super().__init__(_blocks(content, parts), 200 if ranges is None else 206, headers)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._content.close()


async def _blocks(content: Content, parts: list[bytes | tuple[int, int]]) -> AsyncIterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        start, end = part
        for at in range(start, end, BLOCK):
            length = min(BLOCK, end - at)
            # Disks may be slow; memory is not.
            if content.quick:
                yield content.read(at, length)
            else:
                yield await run_in_threadpool(content.read, at, length)


def _headers(asset: Asset, content: Content) -> dict[str, str]:
    kept = f"public, max-age={_YEAR_S}, immutable" if asset.fixed else "no-cache"
    headers = {
        "Content-Type": asset.type,
        "Accept-Ranges": "bytes",
        "ETag": content.validators.etag,
        "Cache-Control": kept,
        **_ALWAYS,
    }
    if content.validators.modified is not None:
        headers["Last-Modified"] = formatdate(content.validators.modified, usegmt=True)
    page = asset.type.startswith(_HTML)
    if page or "svg" in asset.type:
        headers["Content-Security-Policy"] = _POLICY
    if not page or asset.fixed:  # a transcript is HTML too
        headers |= _OPEN
    return headers


def _place(one: tuple[int, int], size: int) -> str:
    return f"bytes {one[0]}-{one[1] - 1}/{size}"


def _text(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(
        f"{text}\n", status, headers={**_ALWAYS, "Cache-Control": "no-store", **(headers or {})}
    )


async def _refuse(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # it is asked for no other
        raise error
    return _text(error.status_code, error.detail, error.headers)
