"""Where names stand: in a text, and among other names, found without comparing all with all."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, TypeVar

_T = TypeVar("_T")
_MOST = 300
"""Names, the first that are added, to which every form is compared: beyond them a form must share a part, as
a list of ten thousand terms with colons is to cost no hours."""
_MOST_SHARING = 50
_FEW = 50
"""Words that are looked for one by one before all of a text are noted down."""
_WORD = re.compile(r"[^\W_]+")


class Places:
    """The words of a text, by which names are found in it."""

    def __init__(self, text: str) -> None:
        """Take a text."""
        self.text = text
        self._at: dict[str, list[int]] = {}
        self._all = False

    def _stands(self, word: str) -> list[int]:
        """Return where a word stands; once many were asked for, the places of all are noted down at once."""
        if word not in self._at and not self._all:
            if len(self._at) < _FEW:
                self._at[word] = self._find(word)
            else:
                self._all = True
                self._at.clear()
                for match in _WORD.finditer(self.text):
                    self._at.setdefault(match.group(), []).append(match.start())
        return self._at.get(word, [])

    def _find(self, word: str) -> list[int]:
        found = []
        start = self.text.find(word)
        while start >= 0:
            end = start + len(word)
            if not (self.text[start - 1 : start].isalnum() or self.text[end : end + 1].isalnum()):
                found.append(start)
            start = self.text.find(word, start + 1)
        return found

    def ends(self, name: str) -> Iterator[int]:
        """Yield where a name ends in the text, as whole words."""
        parts = [(match.group(), match.start()) for match in _WORD.finditer(name)]
        if not parts:
            return
        rarest, offset = min(parts, key=lambda part: len(self._stands(part[0])))
        for at in self._stands(rarest):
            start, end = at - offset, at - offset + len(name)
            whole = not self.text[start - 1 : start].isalnum() and not self.text[end : end + 1].isalnum()
            if whole and start >= 0 and self.text.startswith(name, start):
                yield end


class Alike(Generic[_T]):
    """Names among which that of a form is looked for."""

    def __init__(self) -> None:
        """Begin without any."""
        self._first: list[_T] = []
        self._sharing: dict[str, list[_T]] = defaultdict(list)

    def add(self, tokens: tuple[str, ...], one: _T) -> None:
        """Add a name by its parts; the most frequent ones come first."""
        if len(self._first) < _MOST:
            self._first.append(one)
            return
        for part in {*tokens[:1], *tokens[-1:]}:
            if len(self._sharing[part]) < _MOST_SHARING:
                self._sharing[part].append(one)

    def near(self, tokens: tuple[str, ...]) -> Iterator[_T]:
        """Yield the names that a form may mean."""
        yield from self._first
        for part in {*tokens[:1], *tokens[-1:]}:
            yield from self._sharing.get(part, ())
