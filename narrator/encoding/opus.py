"""Blocks of samples to Opus in Ogg.

libsndfile encodes. It gives every file another serial and knows neither chapters nor covers, so its pages are
numbered anew and its comments replaced. Sources: RFC 7845 (Opus in Ogg), RFC 3533 (Ogg).
"""

from __future__ import annotations

import base64
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.audio import encode_blocks
from narrator.encoding.length import check_length
from narrator.encoding.ogg import format_page, pages_of, read_pages
from narrator.encoding.vorbis import comments_of, format_comments, format_picture
from narrator.errors import EncodingError
from narrator.settings import OPUS_KBPS, PROGRAMME_RATE, STEREO_OPUS_KBPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.encoding.ogg import Page
    from narrator.encoding.tags import Tags

_SLOWEST, _FASTEST = 6, 256
"""kbit/s a channel that libsndfile's levels of compression 1 and 0 stand for."""
_SERIAL = 0x6E617272
"""Of the only stream: any number does, so it is always the same."""


def write_opus(
    file: BinaryIO, blocks: Iterable[NDArray[np.float32]], length: int, tags: Tags, channels: int = 1
) -> None:
    """Write a programme as Opus, as `forms.Writer` tells."""
    kbps = OPUS_KBPS if channels == 1 else STEREO_OPUS_KBPS / channels
    level = (_FASTEST - kbps) / (_FASTEST - _SLOWEST)
    with tempfile.TemporaryFile(dir=Path(file.name).parent) as encoded:
        # The programme has the rate in which Opus counts (RFC 7845, section 4): nothing is resampled.
        taken = encode_blocks(encoded, blocks, PROGRAMME_RATE, channels, form="OGG", kind="OPUS", level=level)
        check_length(taken, length)
        encoded.seek(0)
        file.seek(0)
        file.truncate()
        pages = enumerate(_with_tags(read_pages(encoded), tags))
        file.writelines(format_page(page, number, _SERIAL) for number, page in pages)
    file.flush()


def _with_tags(pages: Iterator[Page], tags: Tags) -> Iterator[Page]:
    """Replace the second packet, which has the comments, and whatever pages it has (RFC 7845, section 5)."""
    head = next(pages, None)
    if head is None or not head.content.startswith(b"OpusHead"):
        raise EncodingError("the Opus encoder made a file of another kind")
    while (page := next(pages, None)) is not None and page.pieces[-1:] == b"\xff":
        pass
    return chain((head,), pages_of(_comments(tags)), pages)


def _comments(tags: Tags) -> bytes:
    fields = comments_of(tags)
    if tags.cover is not None:
        picture = base64.b64encode(format_picture(tags.cover)).decode("ascii")
        fields = (*fields, ("METADATA_BLOCK_PICTURE", picture))
    return b"OpusTags" + format_comments(fields)
