"""Blocks of samples to FLAC.

libsndfile encodes; the blocks before the sound are ours, since it knows neither chapters nor covers. Source:
RFC 9639, section 8.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.audio import encode_blocks
from narrator.encoding.length import check_length
from narrator.encoding.vorbis import comments_of, format_comments, format_picture
from narrator.errors import EncodingError
from narrator.settings import PROGRAMME_RATE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.encoding.tags import Tags

_STREAMINFO, _VORBIS_COMMENT, _PICTURE = 0, 4, 6
_LAST = 0x80
"""Flag of the last block before the sound."""
_MAX_BLOCK = 1 << 24
_LEVEL = 5 / 8
"""Of compression, as `flac` has it by default: 8 takes twice as long for a hundredth of the size."""


def write_flac(
    file: BinaryIO, blocks: Iterable[NDArray[np.float32]], length: int, tags: Tags, channels: int = 1
) -> None:
    """Write a programme as FLAC of 16 bits, as `forms.Writer` tells; its cover has less than 16 MiB."""
    with tempfile.TemporaryFile(dir=Path(file.name).parent) as encoded:
        taken = encode_blocks(
            encoded, blocks, PROGRAMME_RATE, channels, form="FLAC", kind="PCM_16", level=_LEVEL
        )
        check_length(taken, length)
        encoded.seek(0)
        if encoded.read(4) != b"fLaC":
            raise EncodingError("the FLAC encoder made a file of another kind")
        found: list[tuple[int, bytes]] = []
        last = False
        while not last:
            kind, size = encoded.read(1)[0], int.from_bytes(encoded.read(3), "big")
            last = bool(kind & _LAST)
            found.append((kind & ~_LAST, encoded.read(size)))
        ours = [one for one in found if one[0] == _STREAMINFO]
        ours.append((_VORBIS_COMMENT, format_comments(comments_of(tags))))
        if tags.cover is not None:
            ours.append((_PICTURE, format_picture(tags.cover)))
        file.seek(0)
        file.truncate()
        file.write(b"fLaC")
        for index, (kind, content) in enumerate(ours):
            if len(content) >= _MAX_BLOCK:
                raise EncodingError(f"a FLAC block of {len(content)} bytes is too large: use a smaller cover")
            flag = _LAST if index == len(ours) - 1 else 0
            file.write(bytes([kind | flag]) + len(content).to_bytes(3, "big") + content)
        shutil.copyfileobj(encoded, file, 1 << 20)
    file.flush()
