"""What a language says for symbols and abbreviations: one YAML file a language."""

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from narrator.yamltext import Node, load_yaml

_WORDS = ("dot", "at", "slash", "star", "to", "number", "plus")
_MAPPINGS = ("symbols", "currencies", "units", "abbreviations", "before_number", "before_name")
_LISTS = ("millions", "closing", "numbered", "regnal", "ordinals")


@dataclass(frozen=True, slots=True)
class WordLists:
    """The words of one language; empty for a language without a file."""

    words: dict[str, str] = field(default_factory=dict)
    """How signs in addresses and between numbers are called."""
    symbols: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    """Read so only after a number."""
    abbreviations: dict[str, str] = field(default_factory=dict)
    before_number: dict[str, str] = field(default_factory=dict)
    """Abbreviations that are read so only before a number."""
    before_name: dict[str, str] = field(default_factory=dict)
    """Abbreviations that are read so only before a capital letter."""
    millions: tuple[str, ...] = ()
    """Words that stand between a number and its currency."""
    closing: tuple[str, ...] = ()
    """Abbreviations whose full stop may end the sentence as well."""
    numbered: tuple[str, ...] = ()
    """Words before a Roman numeral that is read as a number."""
    regnal: tuple[str, ...] = ()
    """Names before a Roman numeral that is read as an ordinal."""
    ordinals: tuple[str, ...] = ()
    """Beginning with the first."""


@cache
def word_lists(language: str) -> WordLists:
    """Return the lists of a language.

    Args:
        language: ISO 639-1 code.

    Raises:
        SettingsError: The file of the language has a mistake.
    """
    file = resources.files(__package__).joinpath("languages", f"{language}.yaml")
    if not language.isalpha() or not file.is_file():
        return WordLists()
    root = load_yaml(file.read_text(encoding="utf-8"), Path(str(file)))
    lists = root.mapping("word lists", ("words", *_MAPPINGS, *_LISTS))
    tables: dict[str, Any] = {name: _mapping(lists.get(name)) for name in _MAPPINGS}
    tables |= {name: _sequence(lists.get(name)) for name in _LISTS}
    return WordLists(words=_mapping(lists.get("words"), _WORDS), **tables)


def _mapping(node: Node | None, known: tuple[str, ...] | None = None) -> dict[str, str]:
    members = node.mapping(known=known) if node else {}
    return {key: value.text() for key, value in members.items()}


def _sequence(node: Node | None) -> tuple[str, ...]:
    return tuple(member.text() for member in node.sequence()) if node else ()
