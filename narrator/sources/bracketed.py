"""Names in brackets before the speeches of captions, and the sounds that brackets name far more often."""

import re
from collections import Counter
from collections.abc import Sequence

from narrator.text import words

NAMED = re.compile(r"\s*(?:>>\s*)?[\[(](?P<name>[^\W\d_a-z][^\[\]():<>\n]{0,39})[\])]:?\s*")
"""A name in brackets at the start of a line."""
_SOUNDS = (
    "music applause laughter laughing laughs laugh chuckles chuckling sighs crosstalk inaudible silence "
    "pause cheering cheers noise singing coughs coughing gasps ringing beep theme foreign clapping clears "
    "whispers musik applaus beifall gelächter lachen lacht stille jubel seufzt musique applaudissements "
    "rires rire música aplausos risas silencio"
)
_NO_NAMES = frozenset(_SOUNDS.split())
_SHARE = 0.05
"""The share of cues that begin with a name, if names in brackets tell the voices."""


def bracketed_names(cues: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the names in brackets with which lines begin, in small letters; empty where they are sounds.

    A voice is named again and again, and words follow: `[Ada] Hello.`, or `(Ada Berg)` on a line of its own.
    """
    counts: Counter[str] = Counter()
    for cue in cues:
        lines = [line.strip() for line in cue if line.strip()]
        for i, line in enumerate(lines):
            named = NAMED.match(line)
            if named and (words(line[named.end() :]) or i + 1 < len(lines)):
                counts[" ".join(named["name"].lower().split())] += 1
    again = {name: count for name, count in counts.items() if count > 1 and _NO_NAMES.isdisjoint(words(name))}
    enough = len(again) > 1 and sum(again.values()) >= max(4.0, _SHARE * len(cues))
    return frozenset(again) if enough else frozenset()
