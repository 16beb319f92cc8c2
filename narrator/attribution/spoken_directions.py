"""Directions for listeners: when asked for, the narrator reads what a script only tells its readers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from narrator.model import NARRATOR, Chapter, Person, Script, Turn, Unspoken
from narrator.text import words

DIRECTIONS = frozenset({"direction", "stage direction"})
"""Reasons of unspoken words that are directions."""
_REASON = "direction"


def speak_directions(script: Script) -> Script:
    """Return a script in which the narrator reads every direction, at the place where it stands.

    A direction inside a turn parts it where a paragraph of the turn begins. Without source lines nothing
    tells where in the script an unspoken direction stands; it then stays unspoken.
    """
    told = [one for one in script.unspoken if one.reason in DIRECTIONS and one.lines != (0, 0)]
    if not told and not any(turn.direction for turn in script.turns):
        return script
    waiting = sorted(told, key=lambda one: one.lines)
    chapters = []
    for number, chapter in enumerate(script.chapters):
        later = [turn.lines[0] for after in script.chapters[number + 1 :] for turn in after.turns[:1]]
        end = later[0] if later else None
        mine = [one for one in waiting if end is None or one.lines[0] < end]
        waiting = waiting[len(mine) :]
        chapters.append(Chapter(chapter.title, tuple(_turns(chapter.turns, mine))))
    people = script.people
    speakers = [turn.speaker for chapter in chapters for turn in chapter.turns]
    if NARRATOR in speakers and all(person.name != NARRATOR for person in people):
        people = (Person(NARRATOR), *people) if speakers[0] == NARRATOR else (*people, Person(NARRATOR))
    unspoken = tuple(one for one in script.unspoken if one not in told)
    return replace(script, chapters=tuple(chapters), people=people, unspoken=unspoken)


def _turns(turns: Sequence[Turn], directions: Sequence[Unspoken]) -> Iterator[Turn]:
    waiting = list(directions)
    for turn in turns:
        before = [one for one in waiting if one.lines[0] <= turn.lines[0]]
        inside = [one for one in waiting if turn.lines[0] < one.lines[0] <= turn.lines[1]]
        waiting = waiting[len(before) + len(inside) :]
        yield from map(_read, before)
        how = turn.direction
        # A direction in the text of the source is unspoken there too, and read once.
        if how and not any(words(how) == words(one.text) for one in (*before, *inside)):
            yield Turn(NARRATOR, how, turn.lines, _REASON, turn.confidence)
        yield from _parted(replace(turn, direction=""), inside)
    yield from map(_read, waiting)


def _read(one: Unspoken) -> Turn:
    return Turn(NARRATOR, one.text.strip(), one.lines, _REASON)


def _parted(turn: Turn, inside: Sequence[Unspoken]) -> Iterator[Turn]:
    """Yield a turn and the directions inside it."""
    paragraphs = turn.text.split("\n\n")
    first, last = turn.lines
    done = 0
    for one in inside:
        # Paragraphs of a turn are spread evenly over its lines, as well as anybody knows.
        share = (one.lines[0] - first) / (last - first)
        at = max(done, min(len(paragraphs), round(share * (len(paragraphs) - 1))))
        if at > done:
            yield replace(turn, text="\n\n".join(paragraphs[done:at]), pause_ms=None)
            done = at
        yield _read(one)
    if done < len(paragraphs):
        yield replace(turn, text="\n\n".join(paragraphs[done:]))
