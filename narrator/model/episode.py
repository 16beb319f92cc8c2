"""The record of a finished episode."""

from dataclasses import dataclass, field

from narrator.model.script import Ledger


@dataclass(frozen=True, slots=True)
class Speaking:
    """How long somebody speaks in an episode, and with which voice."""

    speaker: str
    voice: str
    """`engine:name`."""
    ms: int
    """Milliseconds of speech."""
    gain: float | None = None
    """dB that brought the voice to the common level; None for who says nothing, and in older records."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file with the same programme as the enclosure, in another form."""

    name: str
    """In the folder of the episode."""
    size: int
    """Bytes."""
    sha256: str
    loudness: float
    """LUFS, measured on the encoded file."""
    peak: float
    """dBTP, measured on the encoded file."""
    recipe: str = ""
    """Hash of everything it was made of: while it stays, it need not be made."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """What players show besides the title of a chapter."""

    start_ms: int
    """Of the chapter."""
    image: str = ""
    """Name of the picture in the folder of the episode, or its address on the web; may be empty."""
    link: str = ""
    """An address of the web; may be empty."""
    alt: str = ""
    """What the picture shows; may be empty."""


@dataclass(frozen=True, slots=True)
class Episode:
    """The record of a finished episode, from which feed and page are made."""

    title: str
    slug: str
    guid: str
    """A UUID; the same over rebuilds."""
    language: str
    author: str
    date: str
    """ISO 8601 with time zone."""
    duration_ms: int
    audio: str
    """File name of the enclosure."""
    size: int
    """Bytes of the enclosure."""
    sha256: str
    """Of the enclosure."""
    loudness: float
    """LUFS, measured on the encoded file."""
    peak: float
    """dBTP, measured on the encoded file."""
    speakers: tuple[Speaking, ...]
    chapters: tuple[tuple[int, str], ...]
    """(start in ms, title)."""
    ledger: Ledger = field(default_factory=lambda: Ledger(0, 0))
    recipe: str = ""
    """Hash of everything the enclosure was made of: while it stays, the enclosure need not be made."""
    script_sha256: str = ""
    """Of `script.md` as it was built, to tell whether a person has edited it since."""
    downloads: tuple[Download, ...] = ()
    """The programme in other forms, as they were asked for."""
    illustrations: tuple[Illustration, ...] = ()
    """Of those chapters that have a picture or a link, ascending."""
    gain: float | None = None
    """dB over everything before the limiter; None in records that do not tell."""
    target: float = -16.0
    """LUFS that its files were made for; older records do not tell, and meant this."""
