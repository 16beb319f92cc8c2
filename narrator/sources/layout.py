"""How the lines of a text are laid out: where a line end is only a line end, and where it parts blocks."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from narrator.text import STAMP

_TERMINAL = re.compile(r"[.!?…:;][\"'”“’‘»«)\]*_]*$")
"""How a line ends that ends a sentence."""
_LABEL = re.compile(
    rf"""(?:{STAMP}[ \t-]*)?        # a time stamp before the name
    [*_]{{0,3}}                     # emphasis
    (?P<open>\[)?(?P<name>[^\s:*()\[\]][^:*()\[\]]{{0,60}}?)(?(open)\])
    [*_]{{0,3}}
    (?:[ ]?[(\[][^()\[\]]{{1,40}}[)\]])?  # a party, a role or a time stamp after it
    [*_]{{0,3}}[ ]?:[*_]{{0,3}}(?=\s|$)
    """,
    re.VERBOSE,
)
_CAPS_LABEL = re.compile(r"(?P<name>[^\W\d_][\w'’\- .]{0,38}[^\W_])\.(?=\s+\S)")
"""`MAX. Ja.`, the label of old plays; only where the name is in capitals."""
_PARTICLES = "a al and aus da de del der des di du et für la le of the und van vom von y zu zum zur & / - –"
"""Words of names and offices that are written small."""
_OPEN = re.compile(r"(?:^|\s)[(\[](?=\w)[^()\[\]]*$")
_CLOSE = re.compile(r"[^()\[\]]*[)\]]")
_BRACKET = 12
"""Lines: a bracket that goes on for longer is a slip."""
_HEAD = re.compile(
    r"(?P<name>[^\W\d_a-z][\w’'-]*(?: (?:(?:of|the|de|la|der|von|y|du) ){0,2}[^\W\d_a-z][\w’'-]*){0,3})"
    r"(?: [(\[][^()\[\]]*[)\]])?"
)
_HEADS = 3
"""Paragraphs under a name from which it is a label."""
_SHORT = 40
"""Characters: a line this short is not what a hard wrap leaves, and a label alone is not longer."""


def label(line: str) -> str:
    """Return the name with which a line is labelled, or an empty string.

    >>> label("Tim Smith (00:07): Hello."), label("**Eve:** Yes."), label("That is it: no name.")
    ('Tim Smith', 'Eve', '')
    """
    match = _LABEL.match(line)
    if not match:
        match = _CAPS_LABEL.match(line)
        return match["name"] if match and match["name"].isupper() else ""
    name = match["name"].strip()
    parts = name.split()
    if len(parts) > 6 or any(
        part[0].islower() and part.lower() not in _PARTICLES.split() for part in parts if part[0].isalpha()
    ):
        return ""
    # "Dr." is part of a name, the end of a sentence is not.
    if any(part[-1] in "!?;," or (part[-1] == "." and len(part) > 5) for part in parts):
        return ""
    return name if any(char.isalpha() for char in name) else ""


def is_timed(line: str) -> bool:
    """Tell whether a line is a name with a time, or a time: `Ada 0:07`, `Ada | 0:07`, `00 03 12 45 CDR`."""
    name = r"[^\W\d_][^.!?:]{0,60}?"
    return (
        re.fullmatch(rf"{name}\s(?:[|·•,–—-]\s)?{STAMP}|{STAMP}(?:\s[|·•,–—-])?\s{name}|{STAMP}", line)
        is not None
    )


def _is_label_alone(line: str) -> bool:
    """Tell whether a line is a label with nothing after it: `SMITH:`, `Tim Smith (00:07)`, `ALGERNON`."""
    if label(line):
        return line.endswith((":", ":*", ":**", ":_", ":__"))
    if is_timed(line):
        return True
    letters = [char for char in line if char.isalpha()]
    return len(letters) > 1 and line.isupper() and len(line) <= _SHORT and not _TERMINAL.search(line)


def _head(line: str) -> str:
    """Return the name a line consists of, with what may stand in brackets after it; else an empty string."""
    match = _HEAD.fullmatch(line) if len(line) <= 2 * _SHORT else None
    return match["name"] if match else ""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the lines of a text have in common."""

    wrapped: bool
    """Whether lines end where the width of the page ended."""
    width: int
    """Characters of the longest lines of a wrapped text."""
    names: frozenset[str]
    """Names that label more than one line."""
    heads: frozenset[str] = frozenset()
    """Names that stand alone above more than one paragraph."""

    def paragraphs(self, lines: Sequence[str]) -> list[list[str]]:
        """Part lines without an empty one between them into paragraphs.

        Args:
            lines: Stripped lines, none of them empty.
        """
        made: list[list[str]] = []
        bracket = 0  # the line up to which a bracket goes on
        for i, line in enumerate(lines):
            goes_on = i <= bracket and i > 0
            bracket = max(bracket, _closing(lines, i))
            if i == 0 or (not goes_on and self._parted(lines[i - 1], line)):
                made.append([line])
            else:
                made[-1].append(line)
        return made

    def begins_turn(self, before: str, line: str) -> bool:
        """Tell whether a line begins a turn, and does not merely have a colon near its start."""
        name = label(line)
        return bool(name) and (_TERMINAL.search(before) is not None or name.isupper() or name in self.names)

    def _parted(self, before: str, line: str) -> bool:
        if not self.wrapped:
            return True
        if (
            _head(before) in self.heads
            or _is_label_alone(before)
            or self.begins_turn(before, line)
            or _is_label_alone(line)
        ):
            return True
        if _fits(before, line, self.width):
            # The writer ended the line here though the next word had room.
            return _TERMINAL.search(before) is not None or not line[0].islower()
        return False


def _closing(lines: Sequence[str], at: int) -> int:
    """Return the line on which a bracket closes that a line opens: a direction in verse is one block."""
    if not _OPEN.search(lines[at]):
        return at
    return next((i for i in range(at + 1, min(len(lines), at + _BRACKET)) if _CLOSE.match(lines[i])), at)


def _fits(before: str, line: str, width: int) -> bool:
    """Tell whether the first word of a line had room on the line before (less a tenth, for ragged edges)."""
    return len(before) + 1 + len(line.split(maxsplit=1)[0]) <= 0.9 * width


def survey(stanzas: Sequence[Sequence[str]]) -> Layout:
    """Find the layout of a text.

    Args:
        stanzas: The stripped lines of the text, parted where it has empty lines.
    """
    names = Counter(label(line) for stanza in stanzas for line in stanza)
    repeated = frozenset(name for name, count in names.items() if name and count > 1)
    tops = Counter(_head(stanza[0]) for stanza in stanzas if len(stanza) > 1)
    heads = frozenset(name for name, count in tops.items() if name and count >= _HEADS)
    pairs = [
        (before, line)
        for stanza in stanzas
        for before, line in pairwise(stanza)
        if not _is_label_alone(before) and not label(line) and _head(before) not in heads
    ]
    if not pairs:
        return Layout(wrapped=False, width=0, names=repeated, heads=heads)
    lengths = sorted(len(before) for before, _ in pairs)
    width = lengths[int(0.95 * (len(lengths) - 1))]
    # Pages are up to some 130 characters wide; longer lines are paragraphs.
    full = sum(not _fits(before, line, width) for before, line in pairs)
    running = sum(_TERMINAL.search(before) is None for before, _ in pairs)
    wrapped = _SHORT <= width <= 130 and full >= 0.6 * len(pairs) and running >= 0.5 * len(pairs)
    return Layout(wrapped=wrapped, width=width, names=repeated, heads=heads)
