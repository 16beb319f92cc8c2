"""What a person has changed in a script, told by how it was made."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from narrator.model import Chapter, Mark, Person, Script, Turn

BY_HAND = "by hand"
"""The reason of a turn that a person has changed or added; such turns are sure."""


def fingerprint(text: str) -> str:
    r"""Return eight hexadecimal digits that tell one text from another, whatever its line ends.

    >>> fingerprint("Yes. No."), fingerprint("Yes.\n\nNo.")
    ('16a25060', '16a25060')
    """
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def with_marks(script: Script) -> Script:
    """Return a script that remembers how it was made."""
    return replace(script, made=tuple(_marks(script)))


def _marks(script: Script) -> Iterator[Mark]:
    for chapter in script.chapters:
        yield Mark(fingerprint(chapter.title))
        for turn in chapter.turns:
            yield Mark(fingerprint(turn.text), turn.speaker, turn.lines)


def turn_marks(script: Script) -> tuple[Mark, ...]:
    """Return how the turns of a script were made."""
    return tuple(mark for mark in script.made if mark.speaker)


def differences(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield how one sequence becomes another, as `SequenceMatcher.get_opcodes` tells it.

    What is the same at both ends is told first, and what comes often is no anchor: a thousand turns that say
    “Yes.” would cost a million comparisons.
    """
    fewer = min(len(one), len(other))
    head = next((i for i in range(fewer) if one[i] != other[i]), fewer)
    tail = next((i for i in range(fewer - head) if one[-1 - i] != other[-1 - i]), fewer - head)
    if head:
        yield "equal", 0, head, 0, head
    middle = one[head : len(one) - tail], other[head : len(other) - tail]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *middle).get_opcodes():
        yield tag, head + i1, head + i2, head + j1, head + j2
    if tail:
        yield "equal", len(one) - tail, len(one), len(other) - tail, len(other)


def pair(made: Sequence[Mark], turns: Sequence[Turn]) -> tuple[int | None, ...]:
    """Tell from which mark each turn comes, None for a turn that a person has added.

    Turns keep their order. Equal texts are paired first; between them a turn whose text was edited is known
    by the first of its source lines, and without any by its place.
    """
    texts = [mark.text for mark in made], [fingerprint(turn.text) for turn in turns]
    found: list[int | None] = [None] * len(turns)
    for tag, i1, i2, j1, j2 in differences(*texts):
        if tag == "equal":
            found[j1:j2] = range(i1, i2)
        elif tag == "replace":
            next_mark = i1
            for j in range(j1, j2):
                first = turns[j].lines[0]
                same = (i for i in range(next_mark, i2) if first and made[i].lines[0] == first)
                mark = next(same, next_mark if not first and i2 - i1 == j2 - j1 else None)
                if mark is not None:
                    found[j] = mark
                    next_mark = mark + 1
    return tuple(found)


def forms(person: Person) -> tuple[str, ...]:
    """Return the names that labels may use for a person."""
    return (person.name, *person.aliases)


def settle(script: Script) -> Script:
    """Make turns that a person has changed sure; in a script made by hand nothing is changed."""
    if not script.made:
        return script
    made, turns = turn_marks(script), script.turns
    known = {person.name: forms(person) for person in script.people}
    settled = []
    for turn, at in zip(turns, pair(made, turns), strict=True):
        kept = (
            at is not None
            and made[at].text == fingerprint(turn.text)
            and not turn.spans
            and made[at].speaker in known.get(turn.speaker, (turn.speaker,))
        )
        settled.append(turn if kept else replace(turn, reason=BY_HAND, confidence=1.0))
    return replace(script, chapters=_refilled(script.chapters, settled))


def _refilled(chapters: Sequence[Chapter], turns: Sequence[Turn]) -> tuple[Chapter, ...]:
    remaining = iter(turns)
    return tuple(
        replace(chapter, turns=tuple(next(remaining) for _ in chapter.turns)) for chapter in chapters
    )
