"""Ogg pages: read, numbered anew, and sealed with their checksum.

Source: RFC 3533, section 6.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.errors import EncodingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

CONTINUED, FIRST, LAST = 1, 2, 4
"""Flags of a page: it begins within a packet; it is the first, the last of its stream."""
UNFINISHED = -1
"""Position of a page on which no packet ends."""
_MOST_PIECES = 255
"""Pieces (lacing values) on a page, each of at most 255 bytes."""
_HEAD = 27
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Page:
    """A page without its number, serial and checksum."""

    flags: int
    position: int
    """Samples up to the end of the last packet that ends on it (granule position)."""
    pieces: bytes
    """Lengths of the pieces of packets; one under 255 ends its packet."""
    content: bytes


def read_pages(file: BinaryIO) -> Iterator[Page]:
    """Read the pages of a file that holds one stream.

    Raises:
        EncodingError: It holds something else.
    """
    while head := file.read(_HEAD):
        if len(head) < _HEAD or head[:5] != b"OggS\x00":
            raise EncodingError("the Opus encoder made something that is no Ogg page")
        pieces = file.read(head[26])
        position = int.from_bytes(head[6:14], "little", signed=True)
        yield Page(head[5], position, pieces, file.read(sum(pieces)))


def pages_of(packet: bytes, flags: int = 0) -> Iterator[Page]:
    """Divide a packet among pages of its own, as headers need; its position is 0.

    Args:
        packet: Of any length.
        flags: Of its first page.
    """
    pieces = bytes([255]) * (len(packet) // 255) + bytes([len(packet) % 255])
    for at in range(0, len(pieces), _MOST_PIECES):
        here = pieces[at : at + _MOST_PIECES]
        whole = here[-1] < 255
        yield Page(
            CONTINUED if at else flags, 0 if whole else UNFINISHED, here, packet[at * 255 :][: sum(here)]
        )


def format_page(page: Page, number: int, serial: int) -> bytes:
    """Return a page as it stands in the file, with its number in the stream of a serial."""
    content = bytearray(b"OggS\x00")
    content.append(page.flags)
    content += page.position.to_bytes(8, "little", signed=True)
    content += serial.to_bytes(4, "little") + number.to_bytes(4, "little") + bytes(4)
    content.append(len(page.pieces))
    content += page.pieces + page.content
    content[22:26] = checksum(bytes(content)).to_bytes(4, "little")
    return bytes(content)


def checksum(content: bytes) -> int:
    """Return Ogg's CRC-32: polynomial 0x04C11DB7, highest bit first, starting from 0, not inverted.

    zlib computes the same polynomial with the bits of every byte the other way round.
    """
    reversed_ = zlib.crc32(content.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(reversed_.to_bytes(4, "little").translate(_REVERSED), "big")
