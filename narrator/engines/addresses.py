"""Addresses that stand in for a service's own: where its paths lie below them."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def below(address: str, path: str) -> str:
    """Return the address of what lies below another, whose query is kept.

    >>> below("http://host/v1/?key=1", "audio/speech?form=2")
    'http://host/v1/audio/speech?key=1&form=2'
    """
    base = urlsplit(address)
    path, _, more = path.partition("?")
    query = "&".join(part for part in (base.query, more) if part)
    return urlunsplit(base._replace(path=f"{base.path.rstrip('/')}/{path}", query=query))
