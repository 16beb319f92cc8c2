"""Where the server listens, and the names by which it may be asked."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from dataclasses import dataclass

from narrator.errors import ServeError

_BACKLOG = 128
_ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses of nobody (RFC 5737, RFC 3849): the way there shows our own address; nothing is sent."""


@dataclass(frozen=True, slots=True)
class Listening:
    """A socket that listens, and how it is reached."""

    socket: socket.socket
    address: str
    """`http://host:port/`, with a host that others can use where any can."""
    loopback: bool
    """Whether only this machine reaches it."""
    host: str
    """As it was asked for."""

    def answers_to(self, host: str) -> bool:
        """Tell whether a request may name this host.

        A page elsewhere can have its own name lead to 127.0.0.1 (DNS rebinding), and a browser would then let
        it read what we serve; its requests still carry that name. Where the network reaches us anyway, any
        name will do.

        Args:
            host: The header `Host`, with or without a port; empty where there is none (HTTP/1.0).
        """
        if not self.loopback or not host:
            return True
        name, colon, port = host.rpartition(":")
        if not colon or not (port.isdecimal() or not port) or host.endswith("]"):
            name = host
        name = name.removesuffix(".").lower()
        if name in ("localhost", self.host.lower()) or name.endswith(".localhost"):
            return True
        ip = _ip(name.removeprefix("[").removesuffix("]"))
        return ip is not None and ip.is_loopback


def listen(host: str, port: int) -> Listening:
    """Begin to listen.

    Args:
        host: A name or address of this machine; `0.0.0.0` or `::` for all of its addresses.
        port: 0 for any that is free.

    Raises:
        ServeError: The host is none of this machine's, or the port is taken or forbidden.
    """
    family, place = _resolve(host, port)
    # asyncio sends small answers at once only on sockets that say by name that they are of TCP; else each
    # request on a kept connection takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":  # where the other option lets two programs have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and place[0] == "::":
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(place)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ServeError(_problem(error, host, port)) from error
    port = listener.getsockname()[1]
    bound = _ip(str(place[0]))
    everywhere = bound is not None and bound.is_unspecified
    reached = str(_own_address(family)) if everywhere else host
    shown = f"[{reached}]" if ":" in reached else reached
    return Listening(
        listener, f"http://{shown}:{port}/", loopback=bound is not None and bound.is_loopback, host=host
    )


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Return the address of a host, IPv4 where it has one: that is what phones at home surely have."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ServeError(
            f"no address is known for the host {host!r}; 127.0.0.1 is for this machine "
            "alone, 0.0.0.0 for its network too"
        ) from error
    family, _, _, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, place  # type: ignore[return-value]  # of the internet, never of a builtin that lacks it


def _problem(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken; choose another with --port, or --port 0 for any free one"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; 0.0.0.0 stands for all that it has"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} may not be used by you; choose one above 1023 with --port"
    return f"cannot listen at port {port} of {host}: {error.strerror or error}"


def _own_address(family: socket.AddressFamily) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address of this machine in its network; loopback where it has none."""
    for kind in dict.fromkeys((socket.AF_INET, family)):
        with socket.socket(kind, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((_ELSEWHERE[kind], 9))
                return ipaddress.ip_address(probe.getsockname()[0])
            except OSError:
                continue
    return ipaddress.ip_address("127.0.0.1")


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
