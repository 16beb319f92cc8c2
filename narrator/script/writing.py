"""Scripts to text: Markdown for people, JSON for programs."""

import json
from collections.abc import Iterator

from narrator.model import Chapter, Mark, Person, Script, Turn
from narrator.script.inline import format_marks
from narrator.script.spelling import (
    MADE_HEAD,
    UNSPOKEN_HEAD,
    escape_direction,
    escape_line,
    escape_name,
    format_pause,
    format_picture,
    format_provenance,
    format_title,
    format_unspoken,
)
from narrator.yamltext import dump_yaml


def format_script(script: Script) -> str:
    """Write a script as a person edits it; `parse_script` reads the same script back."""
    parts = [f"---\n{dump_yaml(_front_matter(script))}---\n"]
    for chapter in script.chapters:
        parts += _chapter(chapter)
    if script.unspoken:
        entries = [format_unspoken(one.lines, one.reason, one.text) for one in script.unspoken]
        parts.append("\n".join((f"<!-- {UNSPOKEN_HEAD}", *entries, "-->\n")))
    if script.made:
        parts.append("\n".join((f"<!-- {MADE_HEAD}", *map(_mark, script.made), "-->\n")))
    return "\n".join(parts)


def _mark(mark: Mark) -> str:
    return format_unspoken(mark.lines, mark.text, mark.speaker) if mark.speaker else f"chapter; {mark.text}"


def format_json(script: Script) -> str:
    """Write a script for programs: chapters with their turns, and what is not spoken."""
    record = {
        "title": script.title,
        "language": script.language,
        "chapters": [
            {
                "title": chapter.title,
                **({"picture": chapter.picture.address} if chapter.picture else {}),
                **({"link": chapter.link} if chapter.link else {}),
                "turns": [_turn_record(turn) for turn in chapter.turns],
            }
            for chapter in script.chapters
        ],
        "dropped": [
            {"text": one.text, "reason": one.reason, "lines": list(one.lines)} for one in script.unspoken
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _turn_record(turn: Turn) -> dict[str, object]:
    return {
        "speaker": turn.speaker,
        "text": turn.text,
        "reason": turn.reason,
        "confidence": turn.confidence,
        "lines": list(turn.lines),
    }


def _front_matter(script: Script) -> dict[str, object]:
    known = {
        "title": script.title,
        "language": script.language,
        "author": script.author,
        "date": script.date,
    }
    front: dict[str, object] = {key: value for key, value in known.items() if value}
    front["cast"] = {person.name: _person(person) for person in script.people}
    return front


def _person(person: Person) -> dict[str, object]:
    known = {"gender": person.gender, "aliases": list(person.aliases), "voice": person.voice}
    return {key: value for key, value in known.items() if value}


def _chapter(chapter: Chapter) -> Iterator[str]:
    if chapter.title:
        yield f"## {format_title(chapter.title, chapter.link)}\n"
        if chapter.picture:
            yield format_picture(chapter.picture) + "\n"
    for turn in chapter.turns:
        yield _turn(turn)
        if turn.pause_ms is not None:
            yield format_pause(turn.pause_ms) + "\n"


def _turn(turn: Turn) -> str:
    first, *others = format_marks(turn.text, turn.spans).split("\n")
    label = f"**{escape_name(turn.speaker)}:**"
    direction = f" ({escape_direction(turn.direction)})" if turn.direction else ""
    start = f"{label}{direction} {escape_line(first, first=True)}"
    text = "\n".join((start, *(escape_line(line, first=False) for line in others)))
    provenance = format_provenance(turn.lines, turn.reason, turn.confidence)
    return f"{text} <!-- {provenance} -->\n" if provenance else f"{text}\n"
