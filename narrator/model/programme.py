"""From utterances to the timeline, and what a meter says of it."""

from dataclasses import dataclass
from enum import StrEnum

from narrator.audio import WordTime
from narrator.model.cast import Voice
from narrator.model.score import Score
from narrator.model.spans import Span
from narrator.units import Decibels, Lufs


class Break(StrEnum):
    """Where a pause stands, which is the reason for it."""

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
    pause: Break = Break.TURN
    """The pause that follows."""
    pause_ms: int | None = None
    """Length of that pause where the script gives one."""
    spans: tuple[Span, ...] = ()
    """What is said of parts of `spoken`, sorted by where they begin, the longer first."""
    manner: str = ""
    """How all of it is said: `WHISPERING`, or empty."""


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
    words: tuple[WordTime, ...] = ()
    """When words begin, where the engine tells: places in the spoken form."""
    parts: int = 1
    """Into how many its text was cut, since spoken at once it was suspicious."""
    odd: str = ""
    """What is odd about it though it was kept; empty as a rule."""


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
    """An intended silence; positions in samples at the timeline's rate."""

    start: int
    length: int
    reason: Break


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
    seams: tuple[int, ...] = ()
    """Where in its silences it may be cut into parts that are encoded apart."""
    score: Score | None = None
    """The music under, before, between and behind the cues."""


_UNITY = Decibels(0.0)


@dataclass(frozen=True, slots=True)
class Mastering:
    """The static gains of a programme."""

    gains: tuple[tuple[str, Decibels], ...]
    """(voice id, gain in dB) that bring every voice to one level."""
    programme: Decibels = _UNITY
    """Gain over everything, before the limiter."""
    places: tuple[tuple[str, float], ...] = ()
    """(speaker, place from -1, left, to 1, right) of a programme with two channels; none for one channel."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a meter says of a signal."""

    loudness: Lufs
    """Integrated loudness, LUFS (BS.1770)."""
    peak: Decibels
    """True peak, dBTP (BS.1770 annex 2)."""
    frames: int
    """Length in samples at `sample_rate`."""
    sample_rate: int
    """Hertz."""
