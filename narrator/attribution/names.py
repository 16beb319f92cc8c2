"""Names of people as strings: their parts, and whether two forms name one person."""

import re

from narrator.attribution.lexicon import Lexicon

PARTICLES = frozenset(
    ("von", "van", "de", "der", "den", "del", "della", "di", "da", "du", "la", "le", "zu", "zur", "vom", "y",
     "bin", "ibn", "al", "el", "ter", "ten")
)  # fmt: skip
_INITIALS = re.compile(r"(?:[A-Z]\.?){2,4}")
_DIGIT = re.compile(r"\d")
_TITLED = re.compile(r"[^\W\d_][\w’'.-]*")


def name_tokens(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the parts of a name in lower case, without titles before it.

    The last title stays when nothing else would be left ("Mr. President").
    """
    tokens = [token.strip(".,’'") for token in name.lower().replace("’s ", " ").split()]
    tokens = [token for token in tokens if token]
    titles = lexicon.titles
    if len(tokens) > 2 and tokens[0] in ("el", "la", "le") and tokens[1] in titles:
        tokens = tokens[1:]  # “El señor Ruiz”
    while len(tokens) > 1 and tokens[0] in titles:
        tokens = tokens[1:]
    return tuple(tokens)


def is_name_like(name: str) -> bool:
    """Tell whether every part of a name begins with a capital (particles such as “von” excepted)."""
    parts = name.split()
    return bool(parts) and all(
        part.lower() in PARTICLES or not part[0].isalpha() or part[0].isupper() for part in parts
    )


def display_name(name: str, text: str = "") -> str:
    """Return a name as people read it: `SMITH` becomes `Smith`, initials and mixed case stay.

    Args:
        name: As written.
        text: Where short names in capitals (`MAX`) may stand in small letters too.

    >>> display_name("SMITH"), display_name("Mira MORATTI"), display_name("MAX", "Ah, Max!")
    ('Smith', 'Mira Moratti', 'Max')
    """
    first, _, last = name.rpartition(" ")
    shouted = re.search(r"(?: [^\W\d_a-z][^\Wa-z]{2,}){2,}$", name)
    if first and shouted:
        return name[: shouted.start()] + shouted.group().title()
    long = any(len(part) > 3 for part in name.split()) or name.title() in text
    if name.isupper() and name[0].isalpha() and long:
        return _TITLED.sub(lambda part: part[0].capitalize(), name)
    if first and last.isupper() and last.isalpha() and len(last) > 3:
        return f"{first} {last.capitalize()}"
    return name


def one_slip_apart(a: str, b: str) -> bool:
    """Tell whether one letter left out, added, changed or swapped with the next makes one word the other.

    Words of eight letters and more may differ by two such slips; short ones (under four) by none.

    >>> one_slip_apart("altman", "altmann"), one_slip_apart("max", "mac")
    (True, False)
    """
    if a == b:
        return True
    shorter = min(len(a), len(b))
    if shorter < 4 or a[0] != b[0] or abs(len(a) - len(b)) > 2 or _DIGIT.search(a) or _DIGIT.search(b):
        return False  # SPEAKER_00 is not SPEAKER_01
    return _distance(a, b) <= (2 if shorter >= 8 else 1)


def misspelt(form: str, name: str) -> bool:
    """Tell whether two names of as many words differ in nothing but a slip in one of them."""
    pairs = list(zip(form.split(), name.split(), strict=False))
    slips = sum(a != b for a, b in pairs)
    return form.count(" ") == name.count(" ") and slips <= 1 and all(one_slip_apart(a, b) for a, b in pairs)


def _distance(a: str, b: str) -> int:
    """Return the Damerau-Levenshtein distance (adjacent transpositions count one)."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def likeness(form: tuple[str, ...], full: tuple[str, ...], written: str = "") -> float:
    """Tell how surely a form of a name means a person known by a fuller one.

    Args:
        form: Parts of the form, lower case.
        full: Parts of the other name, lower case.
        written: The form as written; initials are only believed in capitals.

    Returns:
        3 for the same name, 2.5 the surname or a near full name, 2 the first name or initials, 1.5 and less
        for misspellings, 0 for no likeness.
    """
    if form == full:
        return 3.0
    if not form or not full:
        return 0.0
    if len(form) == 1:
        return _single(form[0], full, written)
    if len(full) == 1:
        return _single(full[0], form, "")
    first, last = one_slip_apart(form[0], full[0]), one_slip_apart(form[-1], full[-1])
    short = form[0][0] == full[0][0] and (
        len(form[0]) == 1 or len(full[0]) == 1 or form[0].startswith(full[0]) or full[0].startswith(form[0])
    )
    if (first or short) and form[-1] == full[-1]:
        return 2.5
    return 1.5 if first and last else 0.0


def _single(token: str, full: tuple[str, ...], written: str) -> float:
    if len(full) > 1 and _INITIALS.fullmatch(written):
        letters = written.replace(".", "").lower()
        if letters in ("".join(part[0] for part in full), full[0][0] + full[-1][0]):
            return 2.0
    if token == full[-1]:
        return 2.5
    if token == full[0]:
        return 2.0
    if one_slip_apart(token, full[-1]):
        return 1.5
    if len(full) > 1 and one_slip_apart(token, full[0]):
        return 1.2
    return 0.0
