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

__all__ = [
    "INTERVIEWER",
    "NARRATOR",
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
    "Role",
    "Run",
    "Script",
    "Speaking",
    "Take",
    "Timeline",
    "Turn",
    "Unspoken",
    "Utterance",
    "Voice",
]
