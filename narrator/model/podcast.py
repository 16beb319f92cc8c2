"""A podcast as its owner describes it, and as it is published: episodes with the files that listeners get."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from narrator.model.episode import Episode
from narrator.model.transcript import Sentence


@dataclass(frozen=True, slots=True)
class EpisodeNotes:
    """What the owner says of an episode in `podcast.yaml`, beside what its record tells."""

    description: str = ""
    """Plain text; paragraphs are parted by empty lines."""
    season: int | None = None
    """At least 1."""
    number: int | None = None
    """At least 1, within its season."""
    kind: str = "full"
    """`full`, `trailer` or `bonus`."""
    explicit: bool | None = None
    """None: as the podcast."""
    image: Path | None = None
    """Its own cover, JPEG or PNG."""
    link: str = ""
    """Its page elsewhere; empty: the page that narrator makes."""


@dataclass(frozen=True, slots=True)
class Podcast:
    """A podcast as `podcast.yaml` describes it."""

    title: str
    address: str
    """Where it lies on the web: an absolute http or https address that ends with a slash."""
    guid: str
    """`podcast:guid`, a UUID given once and kept for ever."""
    description: str = ""
    """Plain text; paragraphs are parted by empty lines. Never empty where `podcast.yaml` was read."""
    language: str = "en"
    """BCP 47, as `de` or `pt-BR`."""
    author: str = ""
    email: str = ""
    """Of the owner; published in the feed where it is given."""
    categories: tuple[tuple[str, str], ...] = ()
    """(category, subcategory or empty) of Apple's list, the most important first; at least one where
    `podcast.yaml` was read."""
    link: str = ""
    """Web site; empty: the page that narrator makes."""
    image: Path | None = None
    """The cover, JPEG or PNG; None: one is made."""
    explicit: bool = False
    kind: str = "episodic"
    """`episodic` or `serial`."""
    copyright: str = ""
    locked: bool = True
    """Whether other hosts are asked not to import it (`podcast:locked`)."""
    complete: bool = False
    """Whether there will be no further episode."""
    frequency: str = ""
    """How often an episode comes, for people: “weekly”."""
    frequency_rule: str = ""
    """The same as RRULE of RFC 5545: `FREQ=WEEKLY`; empty where it is not known."""
    funding: tuple[tuple[str, str], ...] = ()
    """(address, what is asked)."""
    secret: str = ""
    """Part of the address that cannot be guessed; empty: the podcast is public."""
    notes: tuple[tuple[str, EpisodeNotes], ...] = ()
    """By the names of the folders of episodes."""

    @property
    def root(self) -> str:
        """Where it lies, with the secret; ends with a slash."""
        return f"{self.address}{self.secret}/" if self.secret else self.address

    def url(self, name: str) -> str:
        """Return the absolute address of a file.

        Args:
            name: Within the show, unquoted.
        """
        return self.root + quote(name)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the published show.

    The names of all but pages, feeds and the record of what is published hold a hash of the content, so that
    what lies under such a name never changes.
    """

    name: str
    """POSIX path within the show, unquoted: `folge-1/folge-1-0a1b2c3d.mp3`."""
    type: str
    """MIME type, with the charset of texts."""
    key: str
    """Changes whenever the content does: a sha256, of the content or of all it is made from."""
    source: Path | bytes | Callable[[], bytes]
    """The file that holds the content, the content, or what makes it."""
    fixed: bool = True
    """Whether the name holds the hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode of a show, with the files that belong to it."""

    episode: Episode
    notes: EpisodeNotes
    name: str
    """Of its folder, in the show and as published: a-z, 0-9 and `-`."""
    audio: Asset
    """The enclosure, MP3."""
    vtt: Asset
    srt: Asset
    json: Asset
    html: Asset
    """The transcripts."""
    chapters: Asset
    """JSON chapters."""
    read: Callable[[], tuple[Sentence, ...]]
    """Reads the transcript."""
    downloads: tuple[Asset, ...] = ()
    """The same audio in other forms: M4A, M4B, Opus, where made."""
    image: Asset | None = None
    """Its own cover."""
    thumbnail: Asset | None = None
    """The same, small."""
    pictures: tuple[tuple[str, Asset], ...] = ()
    """Those of chapters, by their names in the folder of the episode."""

    @property
    def page(self) -> str:
        """Name of its page within the show."""
        return f"{self.name}/index.html"


@dataclass(frozen=True, slots=True)
class Show:
    """A podcast with its episodes, ready to be published."""

    podcast: Podcast
    entries: tuple[Entry, ...]
    """The newest first."""
    cover: Asset
    """JPEG or PNG."""
    thumbnail: Asset
    """The same, small, for pages: JPEG."""

    @property
    def address(self) -> str:
        """Where it lies, with the secret; ends with a slash."""
        return self.podcast.root

    def url(self, name: str) -> str:
        """Return the absolute address of a file of the show.

        Args:
            name: Within the show, unquoted.
        """
        return self.podcast.url(name)
