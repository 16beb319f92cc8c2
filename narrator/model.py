"""Every frozen value that crosses a border between stages."""

from dataclasses import dataclass, field
from enum import StrEnum

from narrator.units import Decibels, Lufs

NARRATOR = "NARRATOR"
"""The speaker of narration."""
INTERVIEWER = "INTERVIEWER"
"""An asker whom the source never names."""


# ---------------------------------------------------------------- source
class BlockKind(StrEnum):
    """What a block of a document is in its source."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    """A block quotation."""
    ITEM = "item"
    """A list item."""
    RULE = "rule"
    """A break between parts (`***`), without words."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one type face."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, quotation or list item of a document."""

    kind: BlockKind
    runs: tuple[Run, ...]
    lines: tuple[int, int]
    """First and last line in the source, counted from 1."""
    level: int = 0
    """Rank of a heading, 1 to 6; depth of a list item; else 0."""

    @property
    def text(self) -> str:
        """The text of all runs."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Unspoken:
    """Words of the source that are not spoken, with the reason."""

    text: str
    reason: str
    """A short phrase: `label`, `pull quote`, `link address`, `comment` …"""
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """What a source says before it is a script."""

    title: str
    """The title the source itself gives (front matter, file metadata); may be empty."""
    language: str
    """ISO 639-1."""
    blocks: tuple[Block, ...]
    author: str = ""
    date: str = ""
    """ISO 8601, as the source gives it; may be empty."""
    unspoken: tuple[Unspoken, ...] = ()
    """Mark-up with words in it: link addresses, comments, front matter."""


# ---------------------------------------------------------------- script
@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks in the script."""

    name: str
    gender: str = ""
    """`female`, `male`, or empty when nothing tells."""
    aliases: tuple[str, ...] = ()
    """Other forms of the name in the source."""
    voice: str = ""
    """A voice pinned in the script, `engine:name`; may be empty."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted speech."""

    speaker: str
    text: str
    """Display text; paragraphs are parted by one empty line."""
    lines: tuple[int, int] = (0, 0)
    """First and last line in the source; (0, 0) when not known."""
    reason: str = ""
    """Why this speaker: `label`, `question`, `answer`, `narration` …"""
    confidence: float = 1.0
    """0 to 1, in steps of 0.01."""
    direction: str = ""
    """How to say it (a parenthetical); never spoken."""
    pause_ms: int | None = None
    """A pause after this turn, in ms, where the script asks for one."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the script with a title."""

    title: str
    """One line; empty only where the script has a single chapter without a heading."""
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The text to perform: who says what, in chapters."""

    title: str
    language: str
    chapters: tuple[Chapter, ...]
    people: tuple[Person, ...] = ()
    """Everybody who speaks, in order of appearance."""
    author: str = ""
    date: str = ""
    unspoken: tuple[Unspoken, ...] = ()
    """Every word of the source that no turn holds, with its reason."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns of all chapters."""
        return tuple(turn for chapter in self.chapters for turn in chapter.turns)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of every word of the source."""

    spoken: int
    labels: int
    dropped: tuple[tuple[str, int, int], ...] = ()
    """(reason, passages, words) of everything else that is not spoken."""

    @property
    def words(self) -> int:
        """All words of the source."""
        return self.spoken + self.labels + sum(count for _, _, count in self.dropped)


# ---------------------------------------------------------------- voices and cast
@dataclass(frozen=True, slots=True)
class Voice:
    """A named sound of an engine."""

    engine: str
    name: str
    """Unique within the engine, for example `de+m8`."""
    language: str
    """ISO 639-1 (a regional part after `-` may follow)."""
    gender: str = ""
    """`female`, `male` or empty."""
    options: tuple[tuple[str, float], ...] = ()
    """What else shapes the sound (pitch, range, rate), in the engine's own units, sorted by name."""

    @property
    def id(self) -> str:
        """The name by which people pin it: `engine:name`."""
        return f"{self.engine}:{self.name}"

    def speaks(self, language: str) -> bool:
        """Tell whether this is a voice for a language; what follows the first `-` does not matter.

        >>> Voice("espeak", "en-us", "en-US").speaks("en"), Voice("espeak", "nb", "nb").speaks("no")
        (True, True)
        """
        return _primary(self.language) == _primary(language)


def _primary(language: str) -> str:
    """Return the first part of a language code; codes that name the same speech give the same."""
    first = language.replace("_", "-").partition("-")[0].lower()
    # ISO 639-3 has an own code for Mandarin; Norwegian stands in three codes, and voices are Bokmål.
    return {"cmn": "zh", "nb": "no", "nn": "no"}.get(first, first)


@dataclass(frozen=True, slots=True)
class Role:
    """A speaker with a voice, and why this one."""

    speaker: str
    voice: Voice
    reason: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Who gets which voice; no voice twice."""

    roles: tuple[Role, ...]

    def voice(self, speaker: str) -> Voice:
        """Return a speaker's voice; raises KeyError for a speaker not in the cast."""
        for role in self.roles:
            if role.speaker == speaker:
                return role.voice
        raise KeyError(speaker)


# ---------------------------------------------------------------- performance
class Gap(StrEnum):
    """Why there is a pause."""

    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    TURN = "turn"
    CHAPTER = "chapter"
    SCRIPT = "script"
    """The script asks for it."""
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Utterance:
    """The piece of a turn given to an engine at once."""

    spoken: str
    """What the engine is to say."""
    voice: Voice
    language: str
    text: str = ""
    """The display text it stands for; the texts of a turn's utterances joined are the turn's text."""
    speaker: str = ""
    chapter: int = 0
    """Index of its chapter."""
    turn: int = 0
    """Index of its turn in the whole script."""
    gap: Gap = Gap.TURN
    """The pause that follows."""
    pause_ms: int | None = None
    """Length of that pause where the script gives one."""


@dataclass(frozen=True, slots=True)
class Take:
    """The recorded audio of an utterance, as the store knows it; samples are read when needed."""

    key: str
    """Hash of everything that shapes the sound, 64 hexadecimal digits."""
    sample_rate: int
    frames: int
    """Length in samples at `sample_rate`."""
    start: int
    """First sample that is not silence."""
    end: int
    """Sample after the last that is not silence; `start < end <= frames`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """An utterance in its place in the programme; positions in samples at the timeline's rate."""

    start: int
    length: int
    take: Take
    utterance: Utterance
    first: int = 0
    """First sample of the take that is heard, at the take's own rate."""
    last: int | None = None
    """Sample after the last that is heard, at the take's own rate; None for the end of the take."""


@dataclass(frozen=True, slots=True)
class Pause:
    """An intended gap; positions in samples at the timeline's rate."""

    start: int
    length: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """Start of a chapter in the programme, in samples at the timeline's rate."""

    start: int
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The single truth about time."""

    sample_rate: int
    """Samples a second of the programme."""
    length: int
    """Length of the programme in samples."""
    cues: tuple[Cue, ...]
    pauses: tuple[Pause, ...]
    """Cues and pauses together cover 0 to `length` without overlap or hole."""
    marks: tuple[ChapterMark, ...]


_UNITY = Decibels(0.0)


@dataclass(frozen=True, slots=True)
class Mastering:
    """The static gains of a programme."""

    gains: tuple[tuple[str, Decibels], ...]
    """(voice id, gain in dB) that bring every voice to one level."""
    programme: Decibels = _UNITY
    """Gain over everything, before the limiter."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a meter says of a signal."""

    loudness: Lufs
    """Integrated loudness, LUFS (BS.1770)."""
    peak: Decibels
    """True peak, dBTP (BS.1770 annex 2)."""
    frames: int
    """Length in samples at `sample_rate`."""
    sample_rate: int = 44100


# ---------------------------------------------------------------- episode
@dataclass(frozen=True, slots=True)
class Speaking:
    """How long somebody speaks in an episode, and with which voice."""

    speaker: str
    voice: str
    """`engine:name`."""
    ms: int
    """Milliseconds of speech."""


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
    """Hash of everything the enclosure was made of: while it stays the same, the enclosure need not be made."""
    script_sha256: str = ""
    """Of `script.md` as it was built, to tell whether a person has edited it since."""
