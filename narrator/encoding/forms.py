"""The kinds of files that a programme becomes beside its MP3, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from narrator.audio import decoded_channels
from narrator.encoding import flac, m4a, movie, opus, vorbis, wav
from narrator.encoding.aac import check_aac, decoded_aac
from narrator.errors import EncodingError
from narrator.settings import BLOCK_FRAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from narrator.encoding.tags import Tags

MP3 = "mp3"
"""The form that is always made: the enclosure of a feed."""


class Writer(Protocol):
    """Writes a programme to an open file, from its beginning."""

    def __call__(
        self,
        file: BinaryIO,
        blocks: Iterable[NDArray[np.float32]],
        length: int,
        tags: Tags,
        channels: int = 1,
    ) -> None:
        """Write it; the same arguments give the same bytes.

        Args:
            file: The target, with a name under whose folder there may be files for a while.
            blocks: The programme at its rate, arrays of shape (frames,), of two channels (frames, 2).
            length: Samples of all blocks together.
            tags: What the file says about itself; what a form has no place for is left out.
            channels: How many.

        Raises:
            EncodingError: The tags do not fit, the blocks are not as long as they should be, or what encodes
                is missing.
            OSError: The file cannot be written.
        """


class Rewrapper(Protocol):
    """Writes a programme to an open file with the sound of its twin, open for reading."""

    def __call__(self, file: BinaryIO, twin: BinaryIO, length: int, tags: Tags, channels: int = 1) -> None:
        """Write byte for byte what the form's writer would write of the same programme.

        Args:
            file: The target.
            twin: A whole file of it in the twin's form, as that one's writer made it.
            length: Samples of the programme.
            tags: What the file says about itself.
            channels: How many.

        Raises:
            EncodingError: The twin does not hold as much sound.
            OSError: A file cannot be read or written.
        """


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file."""

    name: str
    """As `--format` takes it, and the suffix of its files without the dot."""
    write: Writer
    makers: tuple[str, ...]
    """Packages that shape its bytes."""
    decode: Callable[[Path], Iterator[tuple[NDArray[np.float32], int]]]
    """Yields samples of shape (frames, channels), and their rate."""
    chapters: int | None = None
    """How many chapters it can tell, at least to some players; None for any number."""
    check: Callable[[], None] = lambda: None
    """Sees that it can be made here, or raises `EncodingError`."""

    pictures: bool = False
    """Whether it has a track of pictures for its chapters."""
    twin: str = ""
    """The form that holds the same sound in another wrapping."""
    rewrap: Rewrapper | None = None
    """Makes it of its twin, where there is one."""

    @property
    def suffix(self) -> str:
        """Of its files, with the dot."""
        return f".{self.name}"


def _decoded(path: Path) -> Iterator[tuple[NDArray[np.float32], int]]:
    return decoded_channels(path, BLOCK_FRAMES, what=str(path))


_SNDFILE = ("soundfile", "numpy")
FORMS = {
    form.name: form
    for form in (
        Form(
            "m4a",
            m4a.write_m4a,
            ("av", "numpy", "pillow"),
            decoded_aac,
            chapters=movie.MAX_NERO,
            check=check_aac,
            pictures=True,
            twin="m4b",
            rewrap=m4a.rewrap_m4a,
        ),
        Form(
            "m4b",
            m4a.write_m4b,
            ("av", "numpy", "pillow"),
            decoded_aac,
            chapters=movie.MAX_NERO,
            check=check_aac,
            pictures=True,
            twin="m4a",
            rewrap=m4a.rewrap_m4b,
        ),
        Form("opus", opus.write_opus, _SNDFILE, _decoded, chapters=vorbis.MAX_CHAPTERS),
        Form("flac", flac.write_flac, _SNDFILE, _decoded, chapters=vorbis.MAX_CHAPTERS),
        Form("wav", wav.write_wav, ("numpy",), _decoded),
    )
}


def named(names: Collection[str]) -> tuple[Form, ...]:
    """Return the forms of these names, in the order of `FORMS`, each once; MP3 is none of them.

    Raises:
        EncodingError: There is no such format.
    """
    for name in names:
        if name not in {MP3, *FORMS}:
            raise EncodingError(f"there is no format {name!r}; choose among {', '.join((MP3, *FORMS))}")
    return tuple(form for name, form in FORMS.items() if name in names)


def parse_formats(text: str) -> tuple[str, ...]:
    """Read a list of formats: names between commas, in any order; MP3 is always among them.

    Returns:
        The names, MP3 first, the others in the order of `FORMS`, each once.

    Raises:
        EncodingError: There is no such format.

    >>> parse_formats("m4b, mp3,M4A")
    ('mp3', 'm4a', 'm4b')
    """
    asked = [name.strip().lower().removeprefix(".") for name in text.split(",") if name.strip()]
    return (MP3, *(form.name for form in named(asked)))
