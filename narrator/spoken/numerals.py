"""Numbers in words, as far as engines read their digits wrongly, and Roman numerals."""

import re
from functools import cache

from narrator.spoken.wordlists import WordLists

_ROMAN = re.compile(r"(?=[CLXVI])C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ENGLISH_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_ENGLISH = _ENGLISH_WORDS.split()
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GERMAN_WORDS = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    " siebzehn achtzehn neunzehn"
)
_GERMAN = _GERMAN_WORDS.split()
_GERMAN_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_GERMAN_STEMS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}


def roman(numeral: str) -> int:
    """Return the value of a Roman numeral below 400, 0 for what is none.

    >>> roman("XIV"), roman("IIX")
    (14, 0)
    """
    if not _ROMAN.fullmatch(numeral):
        return 0
    digits = [_ROMAN_VALUES[char] for char in numeral]
    return sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))


def english(number: int) -> str:
    """Return the English word of a number from 0 to 99.

    >>> english(48)
    'forty-eight'
    """
    if number < 20:
        return _ENGLISH[number]
    tens, ones = divmod(number, 10)
    return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH[ones]}" if ones else "")


def german(number: int) -> str:
    """Return the German word of a number from 0 to 99.

    >>> german(48), german(1)
    ('achtundvierzig', 'eins')
    """
    if number < 20:
        return _GERMAN[number]
    tens, ones = divmod(number, 10)
    return ("ein" if ones == 1 else _GERMAN[ones]) * bool(ones) + "und" * bool(ones) + _GERMAN_TENS[tens - 2]


def german_year(number: int) -> str:
    """Return how a year from 1100 to 1999 is said.

    >>> german_year(1848), german_year(1900)
    ('achtzehnhundertachtundvierzig', 'neunzehnhundert')
    """
    century, rest = divmod(number, 100)
    return f"{german(century)}hundert{german(rest) if rest else ''}"


def german_ordinal(number: int) -> str:
    """Return the stem of an ordinal from 1 to 999, to which an ending comes.

    >>> german_ordinal(3), german_ordinal(21), german_ordinal(107)
    ('dritt', 'einundzwanzigst', 'hundertsiebt')
    """
    hundreds, rest = divmod(number, 100)
    head = ("" if hundreds == 1 else german(hundreds)) + "hundert" if hundreds else ""
    if rest == 0:
        return f"{head}st"
    return head + _GERMAN_STEMS.get(rest, german(rest) + ("t" if rest < 20 else "st"))


def english_ordinal(number: int) -> str:
    """Return an ordinal in digits, as engines read it well.

    >>> [english_ordinal(number) for number in (1, 2, 3, 4, 12, 22)]
    ['1st', '2nd', '3rd', '4th', '12th', '22nd']
    """
    teen = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def romans(text: str, lists: WordLists) -> str:
    """Read Roman numerals after a word that tells what they are."""

    def number(match: re.Match[str]) -> str:
        found = roman(match[2])
        return f"{match[1]} {found}" if found else match[0]

    def ordinal(match: re.Match[str]) -> str:
        found = roman(match[2])
        known = 0 < found <= len(lists.ordinals)
        return f"{match[1]} the {lists.ordinals[found - 1]}" if known else match[0]

    numbered, named = _before_numerals(lists)
    if numbered:
        # "The part I like": a single I before a small letter is the pronoun, but there is no "World War you".
        text = re.sub(r"\b(World War|Weltkrieg)\s+(I)\b", number, text)
        text = numbered.sub(number, text)
    return named.sub(ordinal, text) if named else text


@cache
def _before_numerals(lists: WordLists) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return patterns of what is numbered, and of rulers, each with its numeral."""
    before, names = ("|".join(map(re.escape, words)) for words in (lists.numbered, lists.regnal))
    numbered = re.compile(rf"\b({before})\s+(I(?!\s+[^\W_A-Z])|[IVXLC]{{2,}}|[VX])\b") if before else None
    named = re.compile(rf"\b({names})\s+([IVXL]{{2,}}|[VX])\b(?!\.\w)") if lists.ordinals else None
    return numbered, named
