"""What a user may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose; what is empty is chosen by narrator."""

    folder: Path | None = None
    """Of the episode; else `output/SLUG`."""
    title: str = ""
    language: str = ""
    """ISO 639-1; else the source's, else detected."""
    engine: str = ""
    voices: Path | None = None
    """The user's `voices.yaml`."""
    takes: Path | None = None
    """Folder of takes; else the environment variable's, else the user's cache."""
    shared_takes: str = ""
    """Address of a place behind that folder in which others find takes, and leave theirs."""
    quotes: str = "auto"
    """Who says the quotations in prose: `auto`, `voiced` or `narrated`."""
    speak: frozenset[str] = frozenset()
    """What is read besides: `directions`, `disclosure`."""
    min_confidence: float = 0.0
    """A turn less sure than this is refused."""
    show: Path | None = None
    """Folder of the show, which remembers its voices; else the one around the episode's, else `output`."""
    formats: tuple[str, ...] = ()
    """Forms of the programme, MP3 first; none: MP3 and those that an earlier build of the episode made."""
    export: str | None = None
    """`stems` or `audacity`: a track per speaker besides."""
    share_voices: bool = False
    """Whether the smallest parts may share voices when there are too few."""
    pace: float = 1.0
    """By which the pauses are divided that the script does not tell."""
    loudness: float | None = None
    """LUFS of the encoded files; None: the show's, else -16."""
    bit_rate: int | None = None
    """kbit/s of the MP3; None: the show's, else 96, of two channels 128."""
    stage: bool | None = None
    """Whether speakers have places between left and right; None: as in the show, else not."""
    intro: Path | None = None
    """Music before the first words; else the show's."""
    outro: Path | None = None
    """Music behind the last."""
    bed: Path | None = None
    """Music under all of them."""
    jingle: Path | None = None
    """Music between chapters."""
    no_music: bool = False
    """Whether there is none, the show's neither."""
    cluster: str = ""
    """Address of the scheduler of a cluster that makes the takes; else this machine does."""
