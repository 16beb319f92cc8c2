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

    They begin with a known first name, follow a title or the words that tell whom an interview is with, or
    have their initials in brackets after them (“Li Wen (LW)”).
    """
    found: Counter[str] = Counter()
    for paragraph in paragraphs:
        for match in _FULL_NAME.finditer(paragraph):
            name = _from_first_name(match[1]) or _told(match, lexicon)
            tokens = name_tokens(name, lexicon)
            if len(tokens) > 1 and not (set(tokens) - PARTICLES) & lexicon["common"]:
                found[name] += 1
    order = {name: i for i, name in enumerate(found)}
    return tuple(sorted(found, key=lambda name: (-found[name], order[name])))[:most]


def _told(match: re.Match[str], lexicon: Lexicon) -> str:
    """Return a name whose first part nobody knows where something around it tells that it is one."""
    first, _, rest = match[1].partition(" ")
    titled = first.lower().rstrip(".") in lexicon.titles
    name = rest if titled else match[1]
    before = fold(match.string[max(0, match.start() - 40) : match.start()])
    titled = titled or before.rpartition(" ")[2].rstrip(".") in lexicon.titles
    told = titled or _ends_in(before, lexicon["meeting"]) or _abbreviated(name, match.string, match.end())
    return name if told else ""


def _abbreviated(name: str, text: str, end: int) -> bool:
    """Tell whether the initials of a name stand in brackets after it."""
    initials = "".join(part[0] for part in name.split() if part[0].isupper())
    return len(initials) > 1 and text.startswith(f"({initials})", end + 1)


def _from_first_name(name: str) -> str:
    """Return a name from its first known first name on (“Bergführer Alois Huber”), empty when it has none."""
    parts = name.split()
    first = next((i for i, part in enumerate(parts) if is_first_name(part.lower())), len(parts))
    return " ".join(parts[first:])


def _ends_in(text: str, phrases: Iterable[str]) -> bool:
    return any(text == phrase or text.endswith(f" {phrase}") for phrase in phrases)
