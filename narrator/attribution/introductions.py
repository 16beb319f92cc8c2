"""Introductions: people who say their own name, and people whom somebody presents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon, is_first_name
from narrator.attribution.names import likeness, name_tokens
from narrator.attribution.people import People
from narrator.attribution.spans import Span

_NAME = re.compile(r"[\s,]{1,3}((?:[^\W\d_a-z][\w’'-]{1,30})(?: [^\W\d_a-z][\w’'-]{1,30}){0,2})")
_EARLY = 8
"""Spans at the start, in which “I’m Word,” tells a name though the word is no common one."""
_TITLED = ("name", "host", "heiß")
"""Phrases with one of these are followed by nothing but a name."""


@dataclass(frozen=True, slots=True)
class Introductions:
    """Who is made known where."""

    own: dict[int, str]
    """Index of a span → the name its speaker has."""
    presented: dict[int, str]
    """Index of a span → a name that its speaker presents."""


def find_introductions(spans: Sequence[Span], people: People, lexicon: Lexicon) -> Introductions:
    """Find who says their own name, and who presents whom."""
    own: dict[int, str] = {}
    presented: dict[int, str] = {}
    for i, span in enumerate(spans):
        for name, found in (("introducing", own), ("presenting", presented)):
            if who := _named(span.text, name, lexicon, early=i < _EARLY):
                found[i] = who
    full = [person.name for person in people.persons]
    longest = sorted({*own.values(), *presented.values()}, key=lambda name: (-len(name.split()), name))
    return Introductions(
        {i: _fullest(name, (*full, *longest), lexicon) for i, name in own.items()},
        {i: _fullest(name, (*full, *longest), lexicon) for i, name in presented.items()},
    )


def _named(text: str, phrases: str, lexicon: Lexicon, *, early: bool) -> str:
    """Return the first name that follows one of the phrases of a list, or an empty string."""
    pattern = lexicon.phrases.get(phrases)
    folded = text.replace("'", "’").lower()
    if not pattern or len(folded) != len(text):
        return ""
    for match in pattern.finditer(folded):
        name = _NAME.match(text, match.end())
        if not name:
            continue
        parts = name[1].split()
        while parts and parts[-1].lower() in lexicon["common"]:
            parts.pop()
        if not parts or parts[0].lower() in lexicon["common"]:
            continue
        alone = len(parts) == 1 and text[name.end() : name.end() + 1] in tuple(",.") and early
        if is_first_name(parts[0].lower()) or alone or any(word in match.group() for word in _TITLED):
            return " ".join(parts)
    return ""


def _fullest(name: str, names: Sequence[str], lexicon: Lexicon) -> str:
    tokens = name_tokens(name, lexicon)
    if len(tokens) > 1:
        return name
    return next((one for one in names if likeness(tokens, name_tokens(one, lexicon), name) >= 2.0), name)
