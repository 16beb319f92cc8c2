"""Whom a label names: a renamed entry of the cast takes its labels along."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from narrator.errors import ScriptError
from narrator.model import Mark, Person


def rename(
    people: Sequence[Person], labels: Mapping[str, int], made: Sequence[Mark], path: Path | None
) -> tuple[tuple[Person, ...], dict[str, str]]:
    """Find out whom each label names.

    A label names the entry of the cast that is called so, else the one with such an alias. A label that was
    made with the script and is no entry any more belongs to an entry that was renamed: one that was not made
    with the script and that no label names. Entries renamed at once are told apart by their order.

    Args:
        people: The cast as the front matter has it.
        labels: Every label → the line on which it comes first, in order.
        made: How the turns were made.
        path: Where the script comes from, for errors.

    Returns:
        The cast, in which renamed people have their old name as an alias, and label → name.

    Raises:
        ScriptError: A label may name several people, or nothing tells whom.
    """
    names = {person.name for person in people}
    named = {label: _named(label, line, people, names, path) for label, line in labels.items()}
    before = dict.fromkeys(mark.speaker for mark in made if mark.speaker)
    lost = [name for name in before if named.get(name, name) is None]
    used = set(named.values())
    fresh = [
        person
        for person in people
        if person.name not in before and person.name not in used and not set(person.aliases) & set(before)
    ]
    if lost and fresh and len(lost) != len(fresh):
        raise ScriptError(
            f"the cast has no “{lost[0]}”; if somebody was renamed, write the old name as an alias: "
            f"`{fresh[0].name}: {{aliases: [{lost[0]}]}}`",
            path,
            labels[lost[0]],
        )
    renamed = {person.name: old for person, old in zip(fresh, lost, strict=False)}
    named |= {old: new for new, old in renamed.items()}
    cast = tuple(
        replace(person, aliases=(*person.aliases, renamed[person.name])) if person.name in renamed else person
        for person in people
    )
    return cast, {label: name or label for label, name in named.items()}


def _named(label: str, line: int, people: Sequence[Person], names: set[str], path: Path | None) -> str | None:
    if label in names:
        return label
    found = [person.name for person in people if label in person.aliases]
    if len(found) > 1:
        raise ScriptError(
            f"“{label}” is an alias of {' and of '.join(found)}; write one of these names", path, line
        )
    return found[0] if found else None
