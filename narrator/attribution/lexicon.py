"""Word lists per language, read from the data files beside this module.

A language is added by adding `lexicon/<code>.yaml`; a language without a file has empty lists, and the clues
then rest on labels, type faces, punctuation and position alone.
"""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from narrator.text import words
from narrator.yamltext import load_yaml

_LISTS = (
    "second_person", "formal_person", "first_person", "question_words", "asking", "answering",
    "reacting", "addressing", "generic", "continuing", "asker_labels", "answer_labels", "narrator_labels",
    "meeting", "fillers", "not_names", "credits", "notes", "scene", "common",
    "crowd", "cast_headings", "entrances", "interjections", "introducing", "presenting",
    "speech_verbs", "male_pronouns", "female_pronouns", "male_forms", "female_forms", "own_pronouns",
    "own_forms", "determiners", "male_nouns", "female_nouns", "open_nouns", "kin_nouns", "spouses",
    "asking_verbs", "voices", "split_verbs", "verb_particles", "exclamations", "spoken_nouns", "male_calls",
    "female_calls", "reporting", "chapters", "sounds", "joining", "parents", "young_titles", "copulas",
    "oblique", "unknown_voice",
)  # fmt: skip


_RUN = re.compile(r"\w+")
_ENDINGS = frozenset(("y", "ie", "ey", "chen", "lein", "li", "el", "erl"))
"""What lengthens a name for somebody one is fond of."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of one language."""

    language: str
    lists: dict[str, frozenset[str]]
    honorifics: dict[str, frozenset[str]]
    """`male`, `female`, `open` → words before a name."""
    introduction: str
    """Title of the part before the first question; empty when the language has no file."""
    phrases: dict[str, re.Pattern[str]]
    """For each list a pattern that finds its entries as whole words in folded text."""
    titles: frozenset[str] = frozenset()
    """All honorifics."""
    openings: dict[str, frozenset[str]] = field(default_factory=dict)
    """For each list the runs of letters and digits with which its entries begin."""

    def __getitem__(self, name: str) -> frozenset[str]:
        """Return a list by its name, empty when the language has none."""
        return self.lists.get(name, frozenset())

    def finds(self, name: str, folded: str) -> re.Match[str] | None:
        """Find the first entry of a list in a text folded by `fold`."""
        pattern = self.phrases.get(name)
        return pattern.search(folded) if pattern else None

    def may_find(self, name: str, runs: AbstractSet[str]) -> bool:
        """Tell whether an entry of a list may stand in a folded text.

        Args:
            name: Of the list.
            runs: All runs of letters and digits of the text, as `runs_of` tells.
        """
        openings = self.openings.get(name)
        return openings is not None and not openings.isdisjoint(runs)

    def count(self, name: str, folded: str) -> int:
        """Count the entries of a list in a folded text."""
        pattern = self.phrases.get(name)
        return len(pattern.findall(folded)) if pattern else 0

    def starts(self, name: str, folded: str) -> bool:
        """Tell whether a folded text begins with an entry of a list."""
        pattern = self.phrases.get(name)
        return bool(pattern and pattern.match(folded))


def fold(text: str) -> str:
    """Return a text in lower case with one kind of apostrophe and single spaces.

    >>> fold("It's  OK")
    'it’s ok'
    """
    text = text.replace("'", "’").replace("ʼ", "’").replace("‘", "’")
    return " ".join(text.lower().split())


def runs_of(folded: str) -> AbstractSet[str]:
    """Return the runs of letters and digits of a text; the empty one stands for whatever else is in it."""
    return {"", *_RUN.findall(folded)}


def _pattern(entries: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(entry) for entry in longest_first) + r")(?!\w)")


_WITHOUT_DECOMPOSITION = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart."""


@cache
def lexicon(language: str) -> Lexicon:
    """Return the word lists of a language, empty ones when there is no file for it."""
    file = files("narrator.attribution").joinpath("lexicon", f"{language}.yaml")
    if not re.fullmatch("[a-z]{2,3}", language) or not file.is_file():
        return Lexicon(language, {}, {}, "", {})
    tree = load_yaml(file.read_text(encoding="utf-8"), None).mapping()
    lists = {
        name: frozenset(entry.text() for entry in tree[name].sequence()) for name in _LISTS if name in tree
    }
    honorifics = {
        gender: frozenset(entry.text() for entry in node.sequence())
        for gender, node in tree["honorifics"].mapping().items()
    }
    folded = {name: frozenset(map(fold, entries)) for name, entries in lists.items() if entries}
    phrases = {name: _pattern(entries) for name, entries in folded.items()}
    openings = {name: frozenset(map(_opening, entries)) for name, entries in folded.items()}
    titles = frozenset().union(*honorifics.values())
    return Lexicon(language, lists, honorifics, tree["introduction"].text(), phrases, titles, openings)


def _opening(entry: str) -> str:
    run = _RUN.match(entry)
    return run[0] if run else ""


@cache
def _first_names() -> dict[str, str]:
    file = files("narrator.attribution").joinpath("lexicon", "names.yaml")
    tree = load_yaml(file.read_text(encoding="utf-8"), None).mapping()
    return {name.text(): gender for gender, node in tree.items() for name in node.sequence()}


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    """Return for each name all names its bearer may be called by."""
    file = files("narrator.attribution").joinpath("lexicon", "nicknames.yaml")
    tree = load_yaml(file.read_text(encoding="utf-8"), None).mapping()
    bearers: dict[str, set[str]] = {}
    for full, node in tree.items():
        for name in (full, *(entry.text() for entry in node.sequence())):
            bearers.setdefault(name, set()).add(full)
    return {name: frozenset(full) for name, full in bearers.items()}


def is_nickname(a: str, b: str) -> bool:
    """Tell whether two first names, in lower case, may be one person's.

    >>> is_nickname("tom", "thomas"), is_nickname("kit", "kitty"), is_nickname("ann", "tom")
    (True, True, False)
    """
    short, long = sorted((a, b), key=len)
    stem = short.rstrip("ae")
    lengthened = len(stem) >= 3 and long.startswith(stem) and long[len(stem) :].lstrip(stem[-1]) in _ENDINGS
    return lengthened or bool(_nicknames().get(a, frozenset()) & _nicknames().get(b, frozenset()))


def gender_of(name: str, language: str = "en") -> str:
    """Tell the gender that a name or the title before it is known for: `female`, `male` or empty.

    >>> gender_of("Mira Moratti"), gender_of("Herr Keuner", "de"), gender_of("X")
    ('female', 'male', '')
    """
    tokens = words(name)
    if not tokens:
        return ""
    titles = lexicon(language).honorifics
    for gender in ("female", "male"):
        if tokens[0] in titles.get(gender, ()):
            return gender
    while len(tokens) > 1 and tokens[0] in titles.get("open", ()):
        tokens = tokens[1:]
    known = _first_names().get(tokens[0])
    return known or _gender_by_lists(_plain(tokens[0]), common=len(tokens) == 1)


def _gender_by_lists(first: str, *, common: bool) -> str:
    """Tell the gender of a first name by the lists of public offices; a rare one may be a surname as well."""
    groups = _genders()
    if first in groups["female"] or (not common and first in groups["rare female"]):
        return "female"
    return "male" if first in groups["male"] or (not common and first in groups["rare male"]) else ""


def _plain(name: str) -> str:
    """Return a name without the signs on its letters, as the lists have it.

    >>> _plain("jürgen"), _plain("siobhán"), _plain("łukasz")
    ('jurgen', 'siobhan', 'lukasz')
    """
    letters = unicodedata.normalize("NFKD", name.translate(_WITHOUT_DECOMPOSITION))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def _genders() -> dict[str, frozenset[str]]:
    """Return the first names in `genders.txt`: `female` and `male`, and those that are rare."""
    text = files("narrator.attribution").joinpath("lexicon", "genders.txt").read_text(encoding="utf-8")
    groups = re.findall(r"^\[(.+)\]\n([^\[]*)", text, re.MULTILINE)
    return {group: frozenset(names.split()) for group, names in groups}


def is_first_name(word: str) -> bool:
    """Tell whether a word, in lower case, is a common first name."""
    return word in _first_names()
