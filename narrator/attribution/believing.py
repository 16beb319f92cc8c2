"""Believing: which labels are names of people at all, weighed with the whole text at hand."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from narrator.attribution.full_names import CAPITAL
from narrator.attribution.labels import Label, holds_title
from narrator.attribution.lexicon import Lexicon, fold, is_first_name
from narrator.attribution.names import PARTICLES, is_name_like, likeness, name_tokens
from narrator.attribution.places import Places

_MANY = 6
"""Labels that make a habit."""
_HANDLE = re.compile(r"[@/]?u/[\w-]+|@[\w.-]+|[^\W\d_]\w*_\w+")
"""A name on the net: `u/curious_cat`, `@ada`, `curious_cat`."""
_MOST_LABEL = 7
"""Words of a label that is no title with a name."""
_SURNAME = re.compile(rf" [{CAPITAL}]{{4,}}$")


def names_somebody(
    label: Label, count: int, text: Places, mentioned: Sequence[tuple[str, ...]], lexicon: Lexicon
) -> bool:
    """Weigh whether an opening with a colon is somebody's label.

    The rule in the wild is “Letzte Frage:” and “One thing:”: an opening is believed when it comes again, when
    the text speaks of such a person, or when it is a common first name.
    """
    if label.sure or label.borne or holds_title(label.name, lexicon):
        return True
    key = fold(label.name)
    tokens = name_tokens(label.name, lexicon)
    ordinary = [
        token
        for i, token in enumerate(tokens)
        if token in lexicon["not_names"] or (token in lexicon["common"] and not (i and token in PARTICLES))
    ]
    foreign = lexicon["not_names"]
    if not tokens or len(label.name.split()) > _MOST_LABEL:
        return False
    if key in foreign or (tokens[-1] in foreign and count < 3):
        return False
    if not label.colon and (not is_name_like(label.name) or not (label.bold or count > 1)):
        return False
    ends = text.ends(label.name)
    elsewhere = any(text.text[end : end + 3].lstrip()[:1] not in (":", "：") for end in ends)
    # “April Dunford” is a name though April is a month: the prose knows it, and its surname is no word.
    surnamed = elsewhere and len(tokens) > 1 and tokens[-1] not in ordinary
    doubt = 2.0 * len(ordinary) / len(tokens) * (2.0 if count < 5 and not surnamed else 0.5)
    evidence = _evidence(label, count, text, lexicon, plain=not ordinary)
    if len(tokens) > 1 and elsewhere and not tokens[-1].isdigit():  # “Art. 2” is no name
        evidence += 2.0
    if any(likeness(tokens, name, label.name) >= 1.5 for name in mentioned):
        evidence += 2.0
    return evidence >= 1.0 + doubt


def _evidence(label: Label, count: int, text: Places, lexicon: Lexicon, *, plain: bool) -> float:
    """Weigh what the form of a label speaks for it; `plain`: it has no ordinary word."""
    tokens = name_tokens(label.name, lexicon)
    titled = len(tokens) < len(label.name.split())
    evidence = 1.0 * min(count - 1, 3) + (2.0 if is_first_name(tokens[0]) else 0.0) + (1.5 if titled else 0.0)
    if label.bold or label.name.isupper():
        evidence += 1.0
    if (label.colon and _HANDLE.fullmatch(label.name)) or _SURNAME.search(label.name):
        evidence += 2.0
    if len(tokens) > 1 and plain and is_name_like(label.name):
        evidence += 1.0
    if not is_name_like(label.name):
        evidence -= 1.0
    if titles_before(label.name, text, lexicon):
        evidence += 1.5
    return evidence


def set_alike(
    styles: Mapping[str, Label], believed: set[str], counts: Counter[str], text: Places, lexicon: Lexicon
) -> Iterator[str]:
    """Yield labels that come once or twice among many that are believed, and are set as those are.

    “Ashley:” between “Lenny:” and “Camille:”, `@ben:` between `@ada:` and `@eve:`, and “All:”. What comes
    before them all may be the title (“Podiumsdiskussion: Was darf Kunst kosten?”).

    Args:
        styles: A label of each form, in the order of the text.
        believed: Forms that are.
        counts: How often each comes.
        text: All of it.
        lexicon: Word lists of its language.
    """
    total = sum(counts[key] for key in believed)
    if total < _MANY or len(believed) < 2:
        return
    forms = {_form(styles[key]) for key in believed if key in styles}
    longest = max(len(styles[key].name.split()) for key in believed if key in styles)
    begun = False
    for key, label in styles.items():
        begun = begun or key in believed
        tokens = name_tokens(label.name, lexicon)
        if key in believed or not label.colon or not tokens or _form(label) not in forms:
            continue
        handle = label.name[0] in "@$#" and len(tokens) == 1
        short = begun and len(tokens) <= min(2, longest) and is_name_like(label.name)
        if key in lexicon["crowd"] or handle or (short and not _is_plain(tokens, text, lexicon)):
            yield key


def lead_ins(
    styles: Mapping[str, Label], believed: set[str], counts: Counter[str], text: Places
) -> Iterator[str]:
    """Yield labels that come again but are no names: rare beside the others, and words of the text.

    “Performance:” three times in the answers of somebody who is labelled twenty times.
    """
    most = max((counts[key] for key in believed), default=0)
    for key in believed:
        name = styles[key].name
        rare = counts[key] * 3 < most and not styles[key].sure and not styles[key].borne
        tokens = [token for token in name.lower().split() if token.isalpha()]
        known = not tokens or is_first_name(tokens[0]) or name.isupper()
        if rare and not known and all(any(text.ends(token)) for token in tokens):
            yield key


def _form(label: Label) -> tuple[bool, bool, bool]:
    """Return how a label is set: in bold, in capitals, as a handle."""
    return label.bold, label.name.isupper(), label.name[0] in "@$#"


def _is_plain(tokens: Sequence[str], text: Places, lexicon: Lexicon) -> bool:
    """Tell whether a word of a label is one of which sentences are made."""
    lists = ("common", "not_names", "fillers", "answering")
    return not all(token.replace(".", "").isalpha() for token in tokens) or any(
        any(token in lexicon[one] for one in lists) or any(text.ends(token)) for token in tokens
    )


def titles_before(surname: str, text: Places, lexicon: Lexicon) -> frozenset[str]:
    """Return the titles that stand before a name anywhere in the text (“Herr Ebner”)."""
    around = (text.text[max(0, end - len(surname) - 30) : end].split() for end in text.ends(surname))
    before = {parts[-2].strip("(.,").lower() for parts in around if len(parts) > 1}
    return lexicon.titles & before
