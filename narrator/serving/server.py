"""The server, with limits on what clients may cost; the only home of uvicorn."""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from starlette.types import ASGIApp

if sys.platform != "win32":
    import resource

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n"
    b"Retry-After: 1\r\nConnection: close\r\n\r\n"
)
_GRACE_S = 2
"""How long answers under way may go on after Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What clients may cost."""

    connections: int = 512
    """At most at once. When there are more, the one that has kept us waiting longest has to go."""
    headers_s: float = 10.0
    """Seconds within which the headers of a request must be whole."""
    headers_bytes: int = 1 << 15
    """Of the headers of a request."""
    idle_s: int = 15
    """Seconds that a connection is kept open for a further request."""
    stall_s: float = 60.0
    """Seconds within which a client must take one block of what is sent. A player that pauses may take
    longer; it then goes on with a request for the rest."""

    def within_files(self) -> Limits:
        """Return limits within what the system lets us open: for each connection, itself and a file."""
        if sys.platform == "win32":
            return self
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if most == resource.RLIM_INFINITY:
            return self
        fewer = max(8, min(self.connections, (most - 64) // 2))
        return Limits(fewer, self.headers_s, self.headers_bytes, self.idle_s, self.stall_s)


class _Connection(H11Protocol):
    """A connection that is closed when its client keeps us waiting.

    uvicorn has no limit for headers that come slowly, nor for answers that are read slowly.
    """

    limits = Limits()
    waits_since = 0.0
    """Since when we wait for the client; infinite while we do not."""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # All of a block must have gone before there is a next one: so little is held for each client, and one
        # that takes nothing is noticed.
        transport.set_write_buffer_limits(high=0)
        self._wait(self.limits.headers_s)
        if len(self.connections) > self.limits.connections:
            slowest = min(self.connections, key=lambda one: one.waits_since)  # type: ignore[union-attr]
            if slowest is self or slowest.waits_since == float("inf"):  # type: ignore[union-attr]
                transport.write(_FULL)
                transport.close()
            else:
                slowest.transport.abort()
                self.connections.discard(slowest)

    def connection_lost(self, exc: Exception | None) -> None:
        self._go_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        try:
            super().data_received(data)
        except Exception:  # noqa: BLE001 - h11 may not know how to answer what is no HTTP
            self.transport.abort()
            return
        if self._answering:
            if not self.flow.write_paused:
                self._go_on()
        elif self._timer is None and not self.transport.is_closing():
            self._wait(self.limits.headers_s)

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(msg)
        if self.cycle is not None:  # begun with headers that were good; there is nobody to answer any more
            self.cycle.disconnected = True

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._answering and not self.flow.write_paused:
            self._go_on()
            self.waits_since = self.loop.time()  # how long is uvicorn's to decide

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait(self.limits.stall_s)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._go_on()
        if not self._answering:
            self.waits_since = self.loop.time()

    def shutdown(self) -> None:
        try:
            super().shutdown()
        except Exception:  # noqa: BLE001 - as above
            self.transport.abort()

    @property
    def _answering(self) -> bool:
        """Whether an answer is under way."""
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self, seconds: float) -> None:
        """Wait for the client, but no longer than this."""
        self._go_on()
        self.waits_since = self.loop.time()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _go_on(self) -> None:
        self.waits_since = float("inf")
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class LocalServer(uvicorn.Server):
    """A server that leaves no connection behind."""

    def __init__(self, app: ASGIApp, tell: Callable[[str], None], limits: Limits | None = None) -> None:
        """Prepare it.

        Args:
            app: What it serves.
            tell: Says a line to the person at the terminal.
            limits: What clients may cost.
        """
        self._tell = tell
        limits = (limits or Limits()).within_files()
        super().__init__(
            uvicorn.Config(
                app,
                http=type("Connection", (_Connection,), {"limits": limits}),
                ws="none",
                loop="asyncio",
                lifespan="off",
                # What goes wrong is told in lines of ours; that a stranger sent nonsense is not worth one.
                log_config=None,
                log_level=logging.CRITICAL,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=limits.headers_bytes,
                timeout_keep_alive=limits.idle_s,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        asyncio.get_running_loop().set_exception_handler(self._failed)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: answers under way have a moment to get whole."""
        await super().shutdown(sockets)
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def _failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._tell(f"{context.get('message', '')}: {context.get('exception', '')}")


def serve(
    app: ASGIApp, listener: socket.socket, tell: Callable[[str], None], limits: Limits | None = None
) -> None:
    """Serve until Ctrl-C, or until the process is asked to end; the signal then takes its usual way.

    Args:
        app: What is served.
        listener: A socket that listens; it is closed in the end.
        tell: Says a line to the person at the terminal.
        limits: What clients may cost.
    """
    LocalServer(app, tell, limits).run(sockets=[listener])
