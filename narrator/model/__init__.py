"""Every frozen value that crosses a border between stages."""

from narrator.model.cast import (
    Cast,
    Role,
    Voice,
)
from narrator.model.episode import (
    Episode,
    Speaking,
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
    Run,
    Unspoken,
)
from narrator.model.spans import (
    WHISPERING,
    Pronunciation,
    Span,
    SpanKind,
)

__all__ = [
    "INTERVIEWER",
    "NARRATOR",
    "WHISPERING",
    "Block",
    "BlockKind",
    "Break",
    "Cast",
    "Chapter",
    "ChapterMark",
    "Cue",
    "Document",
    "Episode",
    "Ledger",
    "Mark",
    "Mastering",
    "Measurement",
    "Pause",
    "Person",
    "Pronunciation",
    "Role",
    "Run",
    "Script",
    "Span",
    "SpanKind",
    "Speaking",
    "Take",
    "Timeline",
    "Turn",
    "Unspoken",
    "Utterance",
    "Voice",
]
