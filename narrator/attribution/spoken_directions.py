"""Directions for listeners: when asked for, the narrator reads what a script only tells its readers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from narrator.model import NARRATOR, Document, Person, Script, Turn, Unspoken
from narrator.spoken.marked import crop
from narrator.text import has_words, words

DIRECTIONS = frozenset({"direction", "stage direction", "interjection"})
"""Reasons of unspoken words that are directions."""
_REASON = "direction"
_BESIDE = 40
"""Characters beside a direction by which its place is found again in a turn."""
_Blocks = Mapping[tuple[int, int], Sequence[str]]
"""Lines → the texts of the blocks that stand there."""


def speak_directions(script: Script, document: Document | None = None) -> Script:
    """Return a script in which the narrator reads every direction, at the place where it stands.

    Without source lines nothing tells where in the script an unspoken direction stands; it stays unspoken.

    Args:
        script: Any script.
        document: What it was made of; without it a direction inside a turn stands between two paragraphs.
    """
    told = [one for one in script.unspoken if one.reason in DIRECTIONS and one.lines != (0, 0)]
    if not told and not any(turn.direction for turn in script.turns):
        return script
    blocks: dict[tuple[int, int], list[str]] = {}
    for block in document.blocks if document else ():
        blocks.setdefault(block.lines, []).append(block.text)
    waiting = sorted(told, key=lambda one: one.lines)
    chapters = []
    for number, chapter in enumerate(script.chapters):
        later = [turn.lines[0] for after in script.chapters[number + 1 :] for turn in after.turns[:1]]
        end = later[0] if later else None
        mine = [one for one in waiting if end is None or one.lines[0] < end]
        waiting = waiting[len(mine) :]
        chapters.append(replace(chapter, turns=tuple(_turns(chapter.turns, mine, blocks))))
    people = script.people
    speakers = [turn.speaker for chapter in chapters for turn in chapter.turns]
    if NARRATOR in speakers and all(person.name != NARRATOR for person in people):
        people = (Person(NARRATOR), *people) if speakers[0] == NARRATOR else (*people, Person(NARRATOR))
    unspoken = tuple(one for one in script.unspoken if one not in told)
    return replace(script, chapters=tuple(chapters), people=people, unspoken=unspoken)


def _turns(turns: Sequence[Turn], directions: Sequence[Unspoken], blocks: _Blocks) -> Iterator[Turn]:
    waiting = list(directions)
    for turn in turns:
        before = [one for one in waiting if one.lines[1] < turn.lines[0]]
        inside = [one for one in waiting if one not in before and one.lines[0] <= turn.lines[1]]
        waiting = [one for one in waiting if one not in before and one not in inside]
        yield from map(_read, before)
        how = turn.direction
        # A direction in the text of the source is unspoken there too, and read once.
        if how and not any(words(how) == words(one.text) for one in (*before, *inside)):
            yield Turn(NARRATOR, how, turn.lines, _REASON, turn.confidence)
        yield from _parted(replace(turn, direction=""), inside, blocks)
    yield from map(_read, waiting)


def _read(one: Unspoken) -> Turn:
    return Turn(NARRATOR, one.text.strip(), one.lines, _REASON)


def _parted(turn: Turn, inside: Sequence[Unspoken], blocks: _Blocks) -> Iterator[Turn]:
    """Yield a turn and the directions inside it."""
    done = 0
    for at, one in sorted(((_place(one, turn, blocks), one) for one in inside), key=lambda pair: pair[0]):
        if has_words(turn.text[done:at]):
            if has_words(turn.text[at:]):
                yield replace(_part(turn, done, at), pause_ms=None)
            else:
                yield _part(turn, done, len(turn.text))
            done = at if words(turn.text[at:]) else len(turn.text)
        yield _read(one)
    if turn.text[done:].strip():
        yield _part(turn, done, len(turn.text))


def _part(turn: Turn, start: int, end: int) -> Turn:
    """Return a turn with a part of its text, without space around it, and of its marks."""
    part = turn.text[start:end]
    start += len(part) - len(part.lstrip())
    text = part.strip()
    return replace(turn, text=text, spans=crop(turn.spans, start, start + len(text)))


def _place(one: Unspoken, turn: Turn, blocks: _Blocks) -> int:
    """Return before which character of a turn's text a direction stands."""
    for text in blocks.get(one.lines, ()):
        before, found, after = text.partition(one.text)
        head = re.split(r"[(\[]", after.lstrip(" \n.,:"))[0].strip()[:_BESIDE]
        tail = re.split(r"[)\]]", before)[-1].strip()[-_BESIDE:]
        if found and has_words(head) and head in turn.text:
            return turn.text.index(head)
        if found and has_words(tail) and tail in turn.text:
            return turn.text.index(tail) + len(tail)
    first, last = turn.lines
    if one.lines[0] <= first:
        return 0
    # Paragraphs of a turn are spread evenly over its lines, as well as anybody knows.
    starts = [0, *(match.end() for match in re.finditer("\n\n", turn.text))]
    return starts[round((one.lines[0] - first) / (last - first) * (len(starts) - 1))]
