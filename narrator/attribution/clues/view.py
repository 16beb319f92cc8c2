"""What clues look at."""

from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon
from narrator.attribution.manner import Manner
from narrator.attribution.people import People
from narrator.attribution.spans import Span
from narrator.attribution.traits import Traits


@dataclass(frozen=True, slots=True)
class View:
    """A text, cut and read, before anybody is chosen; what is not spoken is already out of it."""

    spans: tuple[Span, ...]
    traits: tuple[Traits, ...]
    people: People
    manner: Manner
    lexicon: Lexicon
