"""What a language says for symbols and abbreviations: one YAML file a language."""

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from narrator.yamltext import Node, load_yaml

_WORDS = (
    *("dot", "at", "slash", "star", "to", "number", "plus", "hashtag", "sharp", "and"),
    *("decimal", "group"),
)
_MAPPINGS = (
    *("symbols", "currencies", "cents", "scales", "units", "parts", "powers", "spoken"),
    *("abbreviations", "before_number", "before_name"),
)
_LISTS = (
    *("millions", "closing", "numbered", "regnal", "queens", "ordinals"),
    *("counted", "openers", "labels", "letters"),
)


@dataclass(frozen=True, slots=True, eq=False)
class WordLists:
    """The words of one language; empty for a language without a file."""

    language: str = ""
    words: dict[str, str] = field(default_factory=dict)
    """How signs in addresses and between numbers are called; the signs in numbers."""
    symbols: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    """As `units`."""
    cents: dict[str, str] = field(default_factory=dict)
    """The hundredth of a currency, by the sign of the whole."""
    scales: dict[str, str] = field(default_factory=dict)
    """What is written to an amount of money: `bn`."""
    units: dict[str, str] = field(default_factory=dict)
    """Read so only after a number; before a bar stands what is read for one of it, number and all."""
    parts: dict[str, str] = field(default_factory=dict)
    """Denominators of fractions: one of it, a bar, several."""
    powers: dict[str, str] = field(default_factory=dict)
    spoken: dict[str, str] = field(default_factory=dict)
    """Names that engines read wrongly, and how to write them."""
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
    queens: tuple[str, ...] = ()
    """The same, of women, where a language tells them apart."""
    ordinals: tuple[str, ...] = ()
    """Beginning with the first."""
    counted: tuple[str, ...] = ()
    """Beginnings of nouns before which a number with a full stop is an ordinal without an article too."""
    openers: tuple[str, ...] = ()
    """Words with a capital that begin sentences and are no nouns or names."""
    labels: tuple[str, ...] = ()
    """Words after which a single capital is a label, not the initial of a name."""
    letters: tuple[str, ...] = ()
    """Initialisms that are read letter by letter and that engines take for words."""


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
    return WordLists(language=language, words=_mapping(lists.get("words"), _WORDS), **tables)


def _mapping(node: Node | None, known: tuple[str, ...] | None = None) -> dict[str, str]:
    members = node.mapping(known=known) if node else {}
    return {key: value.text() for key, value in members.items()}


def _sequence(node: Node | None) -> tuple[str, ...]:
    return tuple(member.text() for member in node.sequence()) if node else ()
