"""Who is heard in a podcast, as listeners are told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from narrator.model import INTERVIEWER, NARRATOR
from narrator.publish.elements import one_line
from narrator.publish.wording import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Episode, Show

HOST, GUEST, STORYTELLER = "host", "guest", "narrator"
"""Roles of the group “cast” in the podcast taxonomy."""
_NAME = 128
"""Characters (podcast namespace, person)."""
_FEW = 3
"""Of so many episodes it can be told who belongs to the podcast."""


def speakers(episode: Episode) -> tuple[str, ...]:
    """Return everybody who says something, as the record names them, each once."""
    return tuple(dict.fromkeys(one.speaker for one in episode.speakers if one.ms > 0 and one.speaker.strip()))


def regulars(show: Show) -> tuple[str, ...]:
    """Return who speaks in more than half of the episodes, the most frequent first."""
    counts = Counter(name for entry in show.entries for name in speakers(entry.episode))
    return tuple(name for name, count in counts.most_common() if count > len(show.entries) / 2)


def hosts(show: Show) -> frozenset[str]:
    """Return who is at home in the podcast: its author, and who speaks in most of its episodes."""
    often = regulars(show) if len(show.entries) >= _FEW else ()
    return frozenset((show.podcast.author, *often)) - {"", NARRATOR}


def persons(names: Iterable[str], at_home: frozenset[str], language: str) -> tuple[tuple[str, str], ...]:
    """Return the names that are shown, each once, with their roles.

    Args:
        names: As the record has them.
        at_home: Who is a host.
        language: In which those without a name are called, BCP 47.
    """
    found: dict[str, str] = {}
    for name in names:
        shown = one_line(shown_name(name, language), _NAME)
        host = name == INTERVIEWER or name in at_home
        role = STORYTELLER if name == NARRATOR else HOST if host else GUEST
        if shown:
            found.setdefault(shown, role)
    return tuple(found.items())
