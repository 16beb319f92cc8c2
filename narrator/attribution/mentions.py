"""Mentions: where prose speaks of people, by name, by noun (“the old man”) or by pronoun."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon
from narrator.attribution.names import PARTICLES

TOKEN = re.compile(r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*")
_FRENCH_TOKEN = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
OWN = "own"
"""The gender of “I”, as it were."""
_JOINING = re.compile(r"\.? ")
_ARTICLES = {"der": "male", "die": "female", "eine": "female", "seine": "female", "ihre": "female"}
_MOST_ADJECTIVES = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where somebody is spoken of."""

    first: int
    """Index of its first token."""
    last: int
    """Index of its last token."""
    kind: str
    """`name`, `noun`, `pronoun`, or `thing` for a noun not known to mean a person."""
    form: str
    """The name as written, the noun in small letters, or empty."""
    gender: str
    """`male`, `female`, `own`, or empty."""
    subject: bool = True
    """Whether it may be who acts; “Tom’s” is not."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of prose in tokens, with its mentions."""

    text: str
    tokens: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    mentions: tuple[Mention, ...]


def read_passage(text: str, lexicon: Lexicon, names: Mapping[str, object] | None = None) -> Passage:
    """Find the mentions in a text.

    Args:
        text: Narration, or what somebody says.
        lexicon: Word lists of the language.
        names: The names known; without them every run of capitals is one.
    """
    if lexicon.language == "fr":  # “dit-il”, “s’écria-t-elle”
        matches = [match for match in _FRENCH_TOKEN.finditer(text) if match[0] != "t"]
    else:
        matches = list(TOKEN.finditer(text))
    tokens = tuple(match[0].replace("'", "’") for match in matches)
    places = tuple(match.span() for match in matches)
    found = tuple(_mentions(text, tokens, places, lexicon, names))
    return Passage(text, tokens, places, found)


def noun_gender(noun: str, lexicon: Lexicon) -> str | None:
    """Tell the gender of a noun for people, empty when it is open, nothing when it is none of a person."""
    for name, gender in (("male_nouns", "male"), ("female_nouns", "female"), ("open_nouns", "")):
        if noun in lexicon[name]:
            return gender
    if lexicon.language == "de":
        for name, gender in (("female_nouns", "female"), ("male_nouns", "male")):
            if any(noun.endswith(one) for one in lexicon[name] if len(one) > 4):
                return gender
    return None


def _mentions(
    text: str,
    tokens: tuple[str, ...],
    places: tuple[tuple[int, int], ...],
    lexicon: Lexicon,
    names: Mapping[str, object] | None,
) -> Iterator[Mention]:
    pronouns = [
        (lexicon["male_pronouns"], "male"),
        (lexicon["female_pronouns"], "female"),
        (lexicon["own_pronouns"], OWN),
    ]
    i = 0
    while i < len(tokens):
        lower = tokens[i].lower()
        step = 1
        gender = next((gender for entries, gender in pronouns if lower in entries), None)
        if gender is not None:
            yield Mention(i, i, "pronoun", "", gender)
        elif lower in lexicon["determiners"] and (noun := _noun(tokens, i, lexicon)):
            yield noun
            step = noun.last - i + 1
        elif tokens[i][0].isupper():
            name = _name(text, tokens, places, i, lexicon, names)
            if name:
                yield name
                step = name.last - i + 1
            elif noun_gender(lower, lexicon) is not None and lexicon.language == "de":
                yield Mention(i, i, "noun", lower, noun_gender(lower, lexicon) or "")
        i += step


def _noun(tokens: tuple[str, ...], i: int, lexicon: Lexicon) -> Mention | None:
    """Read “the old man” from its first word on."""
    german = lexicon.language == "de"
    acts = tokens[i].lower() not in lexicon["oblique"]
    best = None
    for j in range(i + 1, min(i + 2 + _MOST_ADJECTIVES, len(tokens))):
        bare = tokens[j].removesuffix("’s")
        lower = bare.lower()
        gender = noun_gender(lower, lexicon)
        if german and not tokens[j][0].isupper():
            continue
        if not german and tokens[j][0].isupper() and tokens[j + 1 : j + 2] and tokens[j + 1][0].isupper():
            return best  # “that Captain Strode”: a name
        if german and gender is None:
            return Mention(i, j, "thing", lower, _ARTICLES.get(tokens[i].lower(), ""), subject=acts)
        if gender is not None:
            if german and tokens[i].lower() in _ARTICLES and lower in ("alte", "fremde", "kleine", "kranke"):
                gender = _ARTICLES[tokens[i].lower()]
            best = Mention(i, j, "noun", lower, gender, subject=acts and bare == tokens[j])
            whose = owner(tokens[i].lower(), lexicon)
            if lower in lexicon["voices"] and whose and best.subject:
                return Mention(i, j, "pronoun", "", whose)  # “her voice said”
            if german:
                return best
        elif best or (tokens[j][0].isupper()) or lower in lexicon["determiners"]:
            break
    return best


def owner(word: str, lexicon: Lexicon) -> str:
    """Return the gender of whom a word such as “his” means, empty when it is no such word."""
    for forms, gender in (("male_forms", "male"), ("female_forms", "female"), ("own_forms", OWN)):
        if word in lexicon[forms]:
            return gender
    return ""


def _name(  # noqa: PLR0917 - a passage in its parts, and where to read it
    text: str,
    tokens: tuple[str, ...],
    places: tuple[tuple[int, int], ...],
    i: int,
    lexicon: Lexicon,
    names: Mapping[str, object] | None,
) -> Mention | None:
    """Read a name from its first word on: the longest that is known, or the run of capitals."""
    ends = [i]
    while len(ends) < 6 and ends[-1] + 1 < len(tokens):
        j = ends[-1] + 1
        gap = text[places[j - 1][1] : places[j][0]]
        short = len(tokens[j - 1]) == 1 or tokens[j - 1].lower() in lexicon.titles
        if not (gap in (" ", "\n", "-") or (short and _JOINING.fullmatch(gap))):
            break
        if not tokens[j][0].isupper() and tokens[j] not in PARTICLES:
            break
        ends.append(j)
    while tokens[ends[-1]] in PARTICLES:
        ends.pop()
        if not ends:
            return None
    for j in reversed(ends):
        form = " ".join(text[places[i][0] : places[j][1]].replace("'", "’").split())
        bare = form.removesuffix("’s").removesuffix("’")
        if names is None:
            if i == j and (
                tokens[i].lower() in lexicon["common"] or tokens[i].lower() in lexicon["speech_verbs"]
            ):
                return None
            return Mention(i, j, "name", bare, "", subject=bare == form)
        if bare in names or (lexicon.language == "de" and bare.endswith("s") and bare[:-1] in names):
            own = bare in names
            return Mention(i, j, "name", bare if own else bare[:-1], "", subject=own and bare == form)
    return None
