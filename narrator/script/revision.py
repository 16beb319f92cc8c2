"""A new script of a source that has changed, with the corrections a person made in the old one.

What a person changed is known from how the old script was made (`Script.made`). Turns of the old and the new
script are the same where the texts they were made with are; where the source has changed, a turn is known
again when it has half its words, in the same order of turns.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from narrator.model import Chapter, Mark, Person, Picture, Script, Turn
from narrator.script.marks import BY_HAND, differences, fingerprint, forms, pair, turn_marks
from narrator.text import words

_LIKE = 0.5
"""Share of the words of the shorter text that the longer has: by then it is the same turn, changed."""


_NOTHING: tuple[Picture | None, str] = (None, "")
"""Picture and link of a chapter that has neither."""
_FAR = 200
"""Turns after the last one known among which the next is looked for, so that the cost does not explode."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A new script with a person's corrections."""

    script: Script
    lost: tuple[str, ...]
    """What could not be kept, and what a person should look at, a line each."""


@dataclass(slots=True)
class _Tally:
    """What is known while a script is revised; turns are told by their numbers."""

    old: Script
    new: Script
    made: tuple[Mark, ...]
    marks: tuple[int | None, ...]
    """Old turn → mark."""
    links: dict[int, int]
    """Mark → new turn."""
    lost: list[str] = field(default_factory=list)


def revise(old: Script, new: Script) -> Revision:
    """Put a person's corrections of an old script into a new one.

    Args:
        old: The script as the person has edited it.
        new: What is made now from the source, with its marks.
    """
    made = turn_marks(old) or _by_provenance(old)
    marks = pair(made, old.turns)
    shown = {mark: turn for turn, mark in zip(old.turns, marks, strict=True) if mark is not None}
    tally = _Tally(old, new, made, marks, _links(made, shown, new.turns))
    kept = _corrected(tally, shown)
    titles, shows = _titles(tally, shown), _shows(tally)
    before, after = _added(tally)
    chapters: list[Chapter] = []
    title: str | None = None
    show = _NOTHING
    for number in range(-1, len(new.turns)):
        title = titles.get(number, title)
        show = shows.get(number, _NOTHING) if number in titles else show
        turn = kept.get(number)
        for one in (*before.get(number, ()), *((turn,) if turn else ()), *after.get(number, ())):
            if title is not None or not chapters:
                chapters.append(Chapter(title or "", (), *(show if title else _NOTHING)))
                title = None
            chapters[-1] = replace(chapters[-1], turns=(*chapters[-1].turns, one))
    speakers = dict.fromkeys(turn.speaker for chapter in chapters for turn in chapter.turns)
    script = replace(
        new,
        title=old.title or new.title,
        language=old.language,
        author=old.author or new.author,
        date=old.date or new.date,
        chapters=tuple(chapters),
        people=_people(old.people, new.people, tuple(speakers)),
    )
    return Revision(script, tuple(tally.lost))


def _by_provenance(script: Script) -> tuple[Mark, ...]:
    """Return marks for a script that has none: what has a reason is as it was made."""
    turns = (turn for turn in script.turns if turn.reason and turn.reason != BY_HAND)
    return tuple(Mark(fingerprint(turn.text), turn.speaker, turn.lines) for turn in turns)


def _links(made: Sequence[Mark], shown: dict[int, Turn], turns: Sequence[Turn]) -> dict[int, int]:
    """Find the turns of old marks among new turns."""
    links: dict[int, int] = {}
    texts = [mark.text for mark in made], [fingerprint(turn.text) for turn in turns]
    for tag, i1, i2, j1, j2 in differences(*texts):
        if tag == "equal":
            links.update(zip(range(i1, i2), range(j1, j2), strict=True))
        elif tag == "replace":
            counts = {j: Counter(words(turns[j].text)) for j in range(j1, j2)}
            first = j1
            for i in range(i1, i2):
                if i not in shown or first >= j2:
                    continue
                own = Counter(words(shown[i].text))
                near = range(first, min(j2, first + _FAR))
                best = max(near, key=lambda j: _likeness(own, counts[j]))
                if _likeness(own, counts[best]) >= _LIKE:
                    links[i] = best
                    first = best + 1
    return links


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    fewer = min(one.total(), other.total())
    return (one & other).total() / fewer if fewer else 0.0


def _corrected(tally: _Tally, shown: dict[int, Turn]) -> dict[int, Turn]:
    """Return the new turns with their corrections, without those that were removed."""
    mark_of = {number: mark for mark, number in tally.links.items()}
    names = {form: person for person in reversed(tally.old.people) for form in forms(person)}
    names |= {person.name: person for person in tally.old.people}
    kept: dict[int, Turn] = {}
    for number, turn in enumerate(tally.new.turns):
        known = names.get(turn.speaker)
        named = replace(turn, speaker=known.name) if known else turn
        mark = mark_of.get(number)
        if mark is None:
            kept[number] = named
        elif mark in shown:
            kept[number] = _merged(tally, shown[mark], tally.made[mark], named, names)
    for mark, one in enumerate(tally.made):
        if mark in tally.links:
            continue
        if mark not in shown:
            tally.lost.append(
                f"a turn of {one.speaker} that you removed is changed in the source{_was(one.lines)}; "
                "it may be there again"
            )
        elif _edited(shown[mark], one, names) or shown[mark].direction or shown[mark].pause_ms is not None:
            tally.lost.append(
                f"{shown[mark].speaker}{_was(one.lines)} is no more in the source: "
                f"{_quoted(shown[mark].text)}"
            )
    return kept


def _edited(turn: Turn, mark: Mark, names: dict[str, Person]) -> bool:
    return _relabelled(turn, mark, names) or mark.text != fingerprint(turn.text) or bool(turn.spans)


def _relabelled(turn: Turn, mark: Mark, names: dict[str, Person]) -> bool:
    made = names.get(mark.speaker)
    return (made.name if made else mark.speaker) != turn.speaker


def _merged(tally: _Tally, old: Turn, mark: Mark, new: Turn, names: dict[str, Person]) -> Turn:
    """Return a new turn with the corrections of the old one."""
    relabelled = _relabelled(old, mark, names)
    rewritten = mark.text != fingerprint(old.text) or bool(old.spans)
    if rewritten and mark.text != fingerprint(new.text) != fingerprint(old.text):
        tally.lost.append(
            f"{old.speaker}{_was(mark.lines)} was changed by you and in the source; your text is kept, "
            f"the source now has (line {new.lines[0]}): {_quoted(new.text)}"
        )
    changed = relabelled or rewritten
    return replace(
        new,
        speaker=old.speaker if relabelled else new.speaker,
        text=old.text if rewritten else new.text,
        spans=old.spans if rewritten else new.spans,
        reason=BY_HAND if changed else new.reason,
        confidence=1.0 if changed else new.confidence,
        direction=old.direction or new.direction,
        pause_ms=old.pause_ms,
    )


def _was(lines: tuple[int, int]) -> str:
    return f" (once line {lines[0]})" if lines[0] else ""


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= 60 else f"“{line[:60].rpartition(' ')[0]} …”"


def _added(tally: _Tally) -> tuple[dict[int, list[Turn]], dict[int, list[Turn]]]:
    """Find places for turns that a person has added: before or after which new turn they stand."""
    before: dict[int, list[Turn]] = {}
    after: dict[int, list[Turn]] = {}
    number, last = 0, -1
    for chapter in tally.old.chapters:
        opening: list[Turn] | None = []  # until a turn of this chapter is found in the new script
        for turn in chapter.turns:
            mark = tally.marks[number]
            number += 1
            place = None if mark is None else tally.links.get(mark)
            if place is not None:
                if opening:
                    before[place] = opening
                opening, last = None, place
            elif mark is None and opening is not None:
                opening.append(turn)
            elif mark is None:
                after.setdefault(last, []).append(turn)
        if opening:
            after.setdefault(last, []).extend(opening)
    return before, after


def _titles(tally: _Tally, shown: dict[int, Turn]) -> dict[int, str]:
    """Return with which new turns chapters begin: as they are made, but where a person changed that."""
    titles = dict(_starts(tally.new))
    made = dict(_made_starts(tally.old.made))
    begun: set[int] = set()
    for number, title in _starts(tally.old):
        marks = (mark for mark in tally.marks[number:] if mark is not None)
        mark = next(marks, None)
        if mark is None:
            continue
        begun.add(mark)
        if not tally.old.made or made.get(mark) == fingerprint(title):
            continue
        if mark in tally.links:
            titles[tally.links[mark]] = title
        elif title:
            tally.lost.append(f"the chapter {_quoted(title)} begins with what is no more in the source")
    for mark in made.keys() - begun:
        if mark in shown and tally.links.get(mark, 0) > 0:
            titles.pop(tally.links[mark], None)  # its heading was taken out
    return titles


def _shows(tally: _Tally) -> dict[int, tuple[Picture | None, str]]:
    """Return picture and link of the chapter that begins with a new turn; the old script's go first."""
    shows: dict[int, tuple[Picture | None, str]] = {}
    number = 0
    for chapter in tally.new.chapters:
        shows[number] = (chapter.picture, chapter.link)
        number += len(chapter.turns)
    number = 0
    for chapter in tally.old.chapters:
        mark = next((mark for mark in tally.marks[number:] if mark is not None), None)
        number += len(chapter.turns)
        if mark in tally.links:
            picture, link = shows.get(tally.links[mark], _NOTHING)
            shows[tally.links[mark]] = (chapter.picture or picture, chapter.link or link)
    return shows


def _starts(script: Script) -> Iterator[tuple[int, str]]:
    number = 0
    for chapter in script.chapters:
        yield number, chapter.title
        number += len(chapter.turns)


def _made_starts(made: Sequence[Mark]) -> Iterator[tuple[int, str]]:
    number = 0
    for mark in made:
        if mark.speaker:
            number += 1
        else:
            yield number, mark.text


def _people(old: Sequence[Person], new: Sequence[Person], speakers: Sequence[str]) -> tuple[Person, ...]:
    """Return those who speak, as the person has described them."""
    known = {person.name: person for person in (*new, *old)}
    return tuple(known.get(name, Person(name)) for name in speakers)
