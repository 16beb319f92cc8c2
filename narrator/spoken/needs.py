"""What a step of reading needs to find anything: where there is none of it, the step is not asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGIT = "0"
"""Stands for every digit."""
_RUN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Needs:
    """What there must be in a text: one of the signs or one of the words."""

    signs: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    """Runs of letters and digits between other characters, as written."""
    besides: frozenset[str] = frozenset()
    """One of these signs must be there too, where there are any."""


ALWAYS = Needs()
"""Of a step that looks for itself."""


class Seen:
    """The characters and words of a text."""

    def __init__(self, text: str) -> None:
        """Look at a text."""
        self.text = text
        self._signs = set(text)
        if any(map(str.isdecimal, self._signs)):
            self._signs.add(DIGIT)
        self._words: set[str] | None = None

    def has(self, needs: Needs) -> bool:
        """Tell whether there is what a step needs."""
        if needs is ALWAYS:
            return True
        if needs.besides and needs.besides.isdisjoint(self._signs):
            return False
        if not needs.signs.isdisjoint(self._signs):
            return True
        if not needs.words:
            return False
        if self._words is None:
            self._words = set(_RUN.findall(self.text))
        return not needs.words.isdisjoint(self._words)


def first_words(keys: Iterable[str]) -> frozenset[str]:
    """Return the words that begin what is looked for, in whatever way its parts are joined.

    >>> sorted(first_words(["z. B.", "et al."]))
    ['Et', 'Etal', 'Z', 'et', 'etal', 'z']
    """
    found = set()
    for key in keys:
        begun = ""
        for part in key.split():
            run = _RUN.match(part)
            begun += run[0] if run else ""
            found |= {begun, begun[:1].upper() + begun[1:]}
            if not run or run[0] != part:
                break
    return frozenset(found)
