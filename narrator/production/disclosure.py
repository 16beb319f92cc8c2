"""A last sentence that says the voices are synthetic: Apple asks for it in the audio."""

from __future__ import annotations

from dataclasses import replace

from narrator.model import NARRATOR, Person, Script, Turn
from narrator.publish.wording import wording

_REASON = "disclosure"


def disclose(script: Script) -> Script:
    """Return a script in which the narrator says last that the voices are synthetic, unless it is said there.

    Args:
        script: With at least one turn.
    """
    text = wording(script.language)["synthetic"]
    if script.turns[-1].text == text:
        return script
    last = script.chapters[-1]
    people = script.people
    if all(person.name != NARRATOR for person in people):
        people = (*people, Person(NARRATOR))
    turn = Turn(NARRATOR, text, reason=_REASON)
    chapters = (*script.chapters[:-1], replace(last, turns=(*last.turns, turn)))
    return replace(script, chapters=chapters, people=people)
