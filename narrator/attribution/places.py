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


class Places:
    """The words of a text, by which names are found in it."""

    def __init__(self, text: str) -> None:
        """Note where each word stands."""
        self.text = text
        self._at: dict[str, list[int]] = defaultdict(list)
        for match in re.finditer(r"[^\W_]+", text):
            self._at[match.group()].append(match.start())

    def ends(self, name: str) -> Iterator[int]:
        """Yield where a name ends in the text, as whole words."""
        parts = [(match.group(), match.start()) for match in re.finditer(r"[^\W_]+", name)]
        if not parts or any(part not in self._at for part, _ in parts):
            return
        rarest, offset = min(parts, key=lambda part: len(self._at[part[0]]))
        for at in self._at[rarest]:
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
