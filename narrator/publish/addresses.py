"""Addresses as feeds must write them."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

from narrator.text import nfc

_SAFE = "/?:@!$&'()*+,;=~%[]"
"""What has a meaning in addresses (RFC 3986, section 2.2), and what is written in hexadecimal digits."""


def ascii_address(address: str) -> str:
    """Return an address in ASCII, as RSS and Apple want it; one that is stays as it is.

    Source: RFC 3987, section 3.1; names of hosts in Punycode (RFC 5891), their letters as they are, so that ß
    stays itself.

    >>> ascii_address("https://Bücher.example:80/straße/%C3%A4?q=ö#ü")
    'https://xn--bcher-kva.example:80/stra%C3%9Fe/%C3%A4?q=%C3%B6#%C3%BC'
    """
    if address.isascii():
        return address
    parts = urlsplit(nfc(address))
    host = "".join(_label(label) for label in re.split(r"([.@:])", parts.netloc))
    rest = (quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, *rest))


def _label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.lower().encode('punycode').decode()}"
