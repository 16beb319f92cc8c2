"""Full names in the prose of a text, by their first names or by the words before them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from narrator.attribution.lexicon import Lexicon, fold, is_first_name
from narrator.attribution.names import PARTICLES, name_tokens

CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_PART = rf"(?:[{CAPITAL}][\w’'-]{{0,40}}[^\W\d_]|[{CAPITAL}]\.)"
_PARTICLE = r"(?:von|van|de|der|den|del|di|da|la|le|zu)"
_FULL_NAME = re.compile(rf"(?<![\w’])({_PART}(?: (?:{_PARTICLE} ){{0,2}}{_PART}){{1,3}})")


def mentions(paragraphs: Sequence[str], lexicon: Lexicon, most: int) -> tuple[str, ...]:
    """Return full names in the prose, the most mentioned first.

    They begin with a known first name, or follow the words that tell whom an interview is with.
    """
    found: Counter[str] = Counter()
    for paragraph in paragraphs:
        for match in _FULL_NAME.finditer(paragraph):
            name = _from_first_name(match[1])
            before = fold(paragraph[max(0, match.start() - 40) : match.start()])
            if not name and _ends_in(before, lexicon["meeting"]):
                name = match[1]
            tokens = name_tokens(name, lexicon)
            if len(tokens) > 1 and not (set(tokens) - PARTICLES) & lexicon["common"]:
                found[name] += 1
    order = {name: i for i, name in enumerate(found)}
    return tuple(sorted(found, key=lambda name: (-found[name], order[name])))[:most]


def _from_first_name(name: str) -> str:
    """Return a name from its first known first name on (“Bergführer Alois Huber”), empty when it has none."""
    parts = name.split()
    first = next((i for i, part in enumerate(parts) if is_first_name(part.lower())), len(parts))
    return " ".join(parts[first:])


def _ends_in(text: str, phrases: Iterable[str]) -> bool:
    return any(text == phrase or text.endswith(f" {phrase}") for phrase in phrases)
