"""A cast as text: who gets which voice, why, and how alike the voices are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from narrator.cli.terminal import format_table
from narrator.text import words

if TYPE_CHECKING:
    from narrator.model import Script
    from narrator.production import OpenCast


def format_cast(script: Script, planned: OpenCast) -> str:
    """Tell who gets which voice, and why."""
    rows = []
    for fact in cast_facts(script, planned)["cast"]:
        nearest = f"{fact['nearest']['alike']:.2f} {fact['nearest']['speaker']}" if fact["nearest"] else "–"
        rows.append(
            (
                fact["speaker"],
                fact["voice"],
                f"{fact['words']:,}",
                fact["gender"] or "–",
                nearest,
                fact["reason"],
            )
        )
    table = format_table(rows, ("Speaker", "Voice", "Words", "Gender", "Nearest", "Why"))
    note = planned.cast.note
    return f"{table}\n\n{note}" if note else table


def cast_facts(script: Script, planned: OpenCast) -> dict[str, Any]:
    """Return what a cast says of each speaker: for a table, or for JSON.

    `alike` are the likenesses of all pairs of voices, -1 to 1: up to 0.75 two are well apart.
    """
    genders = {person.name: person.gender for person in script.people}
    roles = planned.cast.roles
    alike = {
        role.speaker: {
            other.speaker: planned.alike(role.voice, other.voice) for other in roles if other is not role
        }
        for role in roles
    }
    facts = []
    for role in roles:
        pairs = alike[role.speaker].items()
        speaker, likeness = max(pairs, key=lambda pair: pair[1], default=("", 0.0))
        facts.append(
            {
                "speaker": role.speaker,
                "voice": role.voice.id,
                "words": sum(len(words(turn.text)) for turn in script.turns if turn.speaker == role.speaker),
                "gender": genders.get(role.speaker, ""),
                "reason": role.reason,
                "nearest": {"speaker": speaker, "alike": likeness} if speaker else None,
                "alternatives": [voice.id for voice in planned.alternatives.get(role.speaker, ())],
            }
        )
    return {"cast": facts, "alike": alike, "note": planned.cast.note}
