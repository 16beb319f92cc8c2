"""Whether a WAV from a service is whole; streamed ones tell no length, or a wrong one.

Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (RIFF WAVE).
"""

from __future__ import annotations

import struct

from narrator.errors import AudioError

_HEADER = 12
_CHUNK = struct.Struct("<4sI")
_LARGEST = 0x7FFF0000
"""From here on a length is none: servers that do not know it yet write nearly the largest number, or 0."""


def whole_wav(content: bytes, *, what: str) -> bytes:
    """Return a WAV with the lengths it has, where it was streamed and its header does not know them.

    Args:
        content: The file.
        what: What it is, for the error message.

    Raises:
        AudioError: It is no WAV, or its end is missing.
    """
    place = _HEADER
    while place + _CHUNK.size <= len(content) and content[8:_HEADER] == b"WAVE":
        name, length = _CHUNK.unpack_from(content, place)
        start = place + _CHUNK.size
        if name == b"data":
            rest = len(content) - start
            if not length or length >= _LARGEST:
                size = struct.pack("<I", len(content) - 8)
                return b"RIFF" + size + content[8:place] + _CHUNK.pack(name, rest) + content[start:]
            if rest < length:
                raise AudioError(f"{what} is cut: {length - rest} of its {length} bytes are missing")
            return content
        place = start + length + length % 2
    raise AudioError(f"{what} cannot be decoded: there is no sound in it")
