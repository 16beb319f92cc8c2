"""How links and the addresses of pictures are spelled, so that they can be written in a script."""

import re
from urllib.parse import quote

_WEB = re.compile(r"https?://[^/\s?#@]+(?:[/?#]\S*)?", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_SAFE = "!#$%&'*+,/:;=?@[]~"
"""Signs that stay as they are; what would end an address in Markdown is quoted."""
_LONGEST = 2000
"""Characters of a link; longer ones are cut or refused by many programs."""


def web_link(address: str) -> str:
    """Return an address of the web as it can be written in a script; empty for what is none.

    Name and password of a user are never published, so an address with them is none.

    >>> web_link(" https://example.org/a (b) "), web_link("#top"), web_link("mailto:me@example.org")
    ('https://example.org/a%20%28b%29', '', '')
    """
    address = _quoted(address)
    return address if _WEB.fullmatch(address) and len(address) <= _LONGEST else ""


def picture_address(address: str) -> str:
    """Return the address of a picture as it can be written in a script; empty for what cannot be one.

    >>> picture_address("my dog.jpg"), picture_address("javascript:x"), picture_address("data:image/png,AA")
    ('my%20dog.jpg', '', 'data:image/png,AA')
    """
    address = _quoted(address)
    scheme = _SCHEME.match(address)
    if scheme is None:
        return "" if address.startswith(("//", "#")) else address
    if scheme[1].lower() == "data":
        return address
    return web_link(address)


def _quoted(address: str) -> str:
    return quote("".join(address.split("\n")).strip(), safe=_SAFE, errors="replace")
