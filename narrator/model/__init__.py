"""Every frozen value that crosses a border between stages."""

from narrator.model.cast import (
    Cast,
    Role,
    Shade,
    Voice,
)
from narrator.model.episode import (
    Download,
    Episode,
    Illustration,
    Speaking,
)
from narrator.model.podcast import (
    Asset,
    Entry,
    EpisodeNotes,
    Podcast,
    Show,
)
from narrator.model.programme import (
    Break,
    ChapterMark,
    Cue,
    Mastering,
    Measurement,
    Pause,
    Take,
    Timeline,
    Utterance,
)
from narrator.model.score import (
    Ducking,
    Layer,
    Room,
    Score,
    Tune,
    Tunes,
)
from narrator.model.script import (
    INTERVIEWER,
    NARRATOR,
    Chapter,
    Ledger,
    Mark,
    Person,
    Script,
    Turn,
)
from narrator.model.source import (
    Block,
    BlockKind,
    Document,
    Picture,
    Run,
    Unspoken,
)
from narrator.model.spans import (
    WHISPERING,
    Pronunciation,
    Span,
    SpanKind,
)
from narrator.model.transcript import (
    Opening,
    Sentence,
)

__all__ = [
    "INTERVIEWER",
    "NARRATOR",
    "WHISPERING",
    "Asset",
    "Block",
    "BlockKind",
    "Break",
    "Cast",
    "Chapter",
    "ChapterMark",
    "Cue",
    "Document",
    "Download",
    "Ducking",
    "Entry",
    "Episode",
    "EpisodeNotes",
    "Illustration",
    "Layer",
    "Ledger",
    "Mark",
    "Mastering",
    "Measurement",
    "Opening",
    "Pause",
    "Person",
    "Picture",
    "Podcast",
    "Pronunciation",
    "Role",
    "Room",
    "Run",
    "Score",
    "Script",
    "Sentence",
    "Shade",
    "Show",
    "Span",
    "SpanKind",
    "Speaking",
    "Take",
    "Timeline",
    "Tune",
    "Tunes",
    "Turn",
    "Unspoken",
    "Utterance",
    "Voice",
]
