"""Display text to spoken form: small functions, str → str, in a table."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from narrator.spoken.wordlists import WordLists, word_lists
from narrator.text import words

Pronunciations = Mapping[str, Mapping[str, str]]
"""Language code, or `*` for all, → word or words → how to write them so that they are spoken right."""

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”„»«]+[\w/]"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|de|at|ch|eu|io|info|edu|gov)\b(?:/[\w/.%#?=&-]*[\w/])?"
)
_MAIL = re.compile(r"(?<![\w.])[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}\b")
_ROMAN = re.compile(r"(?=[CLXVI])C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_FOOTNOTE = re.compile(
    r"(?<=\w)([.,;:!?…\"”“’»)]*)(?:\[\d{1,3}\]|[†‡])+|(?<=[^\W\d_]{3})([.,;:!?…\"”“’»)]*)[¹²³⁴-⁹]+(?!\w)"
)
"""A mark right behind a word that points to a note; a square, as in `m²`, stands behind a shorter one."""
_EMOJI = re.compile(
    "[\u2022\u2300-\u23ff\u2500-\u2775\u2794-\u27bf\u2b00-\u2bff\U0001f000-\U0001f0ff\U0001f10d-\U0001faff]"
    "[\ufe0f\u200d\u20e3]*"
)
"""Emoji, dingbats and bullets: engines read them out (“grinning face”). Circled digits are none."""
_KEPT = 0xF0000
"""First code point (a plane for private use) that stands for a user's pronunciation while others are made."""
_KEPT_RANGE = f"{chr(_KEPT)}-{chr(0x10FFFF)}"


def spoken_form(text: str, language: str, pronunciations: Pronunciations) -> str:
    """Return text as it is to be read aloud, in one line.

    Every word stays, in its order, unless it is replaced by a reading: a user's pronunciation first, then
    addresses, symbols, numerals and abbreviations of the language.

    Args:
        text: Display text.
        language: ISO 639-1 code.
        pronunciations: The user's; those of the language come before those for all (`*`).

    >>> spoken_form("“Dr. Kim” told [them]: see https://example.org/q …", "en", {})
    'Doctor Kim told them: see example dot org slash q…'
    """
    lists = word_lists(language)
    kept: list[str] = []
    form = re.sub(f"[{_KEPT_RANGE}]", " ", text)
    readings = _readings(language, pronunciations)
    # A word is not looked for in the middle of an address, but in what is read of it.
    addressed = tuple((word, reading) for word, reading in readings if re.search(r"\w[.@/]", word))
    form = _addresses(_pronounced(form, addressed, kept), lists)
    form = _pronounced(form, readings, kept)
    for step in _STEPS:
        form = step(form, lists)
    form = re.sub(f"[{_KEPT_RANGE}]", lambda match: kept[ord(match[0]) - _KEPT], form)
    form = " ".join(form.split())
    # A text of nothing but what is left out ("https://") is read as it stands.
    return form if words(form) or not words(text) or kept else " ".join(text.split())


def _readings(language: str, pronunciations: Pronunciations) -> tuple[tuple[str, str], ...]:
    merged = {**pronunciations.get("*", {}), **pronunciations.get(language, {})}
    return tuple(merged.items())


def _whole(word: str) -> str:
    """Return a pattern for a word that is not part of another."""
    pattern = r"\s+".join(re.escape(part) for part in word.split())
    before = r"(?<!\w)" if word[0].isalnum() else ""
    return before + pattern + (r"(?!\w)" if word[-1].isalnum() else "")


@lru_cache(maxsize=16)
def _patterns(keys: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of words as written, and in any case; the longest come first."""
    longest = sorted((key for key in keys if key.strip()), key=len, reverse=True)
    # "US" is not "us": what is written in capitals is meant so.
    loose = [key for key in longest if not key.isupper()]
    exact, any_case = ("|".join(_whole(key.strip()) for key in some) or "(?!)" for some in (longest, loose))
    return re.compile(exact), re.compile(any_case, re.IGNORECASE)


def _pronounced(text: str, readings: tuple[tuple[str, str], ...], kept: list[str]) -> str:
    """Put a sign for each word that has a user's reading, and the reading into `kept`."""
    if not readings:
        return text
    exact, any_case = _patterns(tuple(key for key, _ in readings))
    by_word = {" ".join(key.split()): reading for key, reading in readings}
    by_folded = {word.lower(): reading for word, reading in by_word.items()}

    def keep(reading: str) -> str:
        kept.append(reading)
        return chr(_KEPT + len(kept) - 1)

    text = exact.sub(lambda match: keep(by_word[" ".join(match[0].split())]), text)
    return any_case.sub(lambda match: keep(by_folded.get(" ".join(match[0].split()).lower(), match[0])), text)


# ---------------------------------------------------------------- steps
def _signs(text: str, _: WordLists) -> str:
    """Make signs plain that only print needs: soft hyphens, fixed spaces, quotation marks."""
    text = re.sub("[\xad\u200b\u200e\u200f\u2060]", "", text)
    text = re.sub("[\u00a0\u2000-\u200a\u202f\u205f]", " ", text)
    text = re.sub(rf"(?<=[\w{_KEPT_RANGE}])[’ʼ‘'](?=\w)", "'", text)
    return re.sub(rf"[\"“”„‟«»‹›‚‛]|(?<![\w{_KEPT_RANGE}])[‘’']|(?<=\w)‘(?!\w)", " ", text)


def _marks(text: str, _: WordLists) -> str:
    """Let fall silent what is looked at and not read: emoji, bullets, marks of footnotes."""
    return _FOOTNOTE.sub(lambda match: match[1] or match[2] or "", _EMOJI.sub(" ", text))


def _addresses(text: str, lists: WordLists) -> str:
    """Make e-mail and web addresses readable."""

    def read(match: re.Match[str]) -> str:
        address = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0]).rstrip("/")
        for sign, name in ((".", "dot"), ("@", "at"), ("/", "slash")):
            address = address.replace(sign, f" {lists.words.get(name, ' ')} ")
        return " " + re.sub(r"[^\w\s]|_", " ", address) + " "

    return _URL.sub(read, _MAIL.sub(read, text))


def _brackets(text: str, _: WordLists) -> str:
    """Take editor's brackets away and leave what they hold; `[h]e` becomes one word."""
    text = re.sub(r"(?<!\w)\[(\w{1,2})\](?=\w)|(?<=\w)\[(\w{1,3})\](?!\w)", r"\1\2", text)
    return re.sub(r"[\[\]{}]", " ", text)


def _stars(text: str, lists: WordLists) -> str:
    """Read the star of `Q*`; let those of emphasis and footnotes fall silent."""
    star = lists.words.get("star", "")
    if star:
        text = re.sub(rf"(?<![\w*])({_CAPITAL})\*(?![\w*])", rf"\1 {star} ", text)
    text = re.sub(r"(?<=\w)\*(?=\w)", "-", text)  # Kolleg*innen
    return re.sub(r"[*_~`#|^\\<>]+", " ", re.sub(r"#(?=\d)", f" {lists.words.get('number', '')} ", text))


def _romans(text: str, lists: WordLists) -> str:
    """Read Roman numerals after a word that tells what they are."""

    def value(numeral: str) -> int:
        if not _ROMAN.fullmatch(numeral):
            return 0
        digits = [_ROMAN_VALUES[char] for char in numeral]
        return sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))

    def number(match: re.Match[str]) -> str:
        found = value(match[2])
        # "The part I like": a single I before a small letter is the pronoun.
        return f"{match[1]} {found}" if found else match[0]

    def ordinal(match: re.Match[str]) -> str:
        found = value(match[2])
        known = 0 < found <= len(lists.ordinals)
        return f"{match[1]} the {lists.ordinals[found - 1]}" if known else match[0]

    if lists.numbered:
        before = "|".join(map(re.escape, lists.numbered))
        text = re.sub(rf"\b({before})\s+(I(?!\s+[^\W_A-Z])|[IVXLC]{{2,}}|[VX])\b", number, text)
    if lists.regnal:
        names = "|".join(map(re.escape, lists.regnal))
        text = re.sub(rf"\b({names})\s+([IVXL]{{2,}}|[VX])\b(?!\.\w)", ordinal, text)
    return text


def _amounts(text: str, lists: WordLists) -> str:
    """Read units and currencies after, and currencies before a number."""
    number = r"\d[\d.,]*(?<=\d)\w*"  # with what is written to it: 3bn
    if lists.currencies:
        signs = "|".join(re.escape(sign) for sign in sorted(lists.currencies, key=len, reverse=True))
        millions = "|".join(map(re.escape, lists.millions)) or "(?!)"
        text = re.sub(
            rf"({signs})\s?({number})(\s(?:{millions})(?!\w))?",
            lambda match: f"{match[2]}{match[3] or ''} {lists.currencies[match[1]]}",
            text,
        )
        text = re.sub(signs, lambda match: f" {lists.currencies[match[0]]} ", text)
    if lists.units:
        units = "|".join(re.escape(unit) for unit in sorted(lists.units, key=len, reverse=True))
        text = re.sub(rf"(?<=\d)\s?({units})(?!\w)", lambda match: f" {lists.units[match[1]]}", text)
    if "to" in lists.words:
        text = re.sub(r"(?<=\d)\s?–\s?(?=\d)", f" {lists.words['to']} ", text)
    if "plus" in lists.words:
        text = re.sub(r"\+", f" {lists.words['plus']} ", text)
    return text


def _abbreviated(key: str) -> str:
    """Return a pattern for an abbreviation, with and without spaces, at the start of a sentence too."""
    pattern = r"\s?".join(re.escape(part) for part in key.split())
    first = key[0]
    if first.islower():
        pattern = f"[{first}{first.upper()}]" + pattern[1:]
    return r"(?<![\w.])" + pattern + (r"(?!\w)" if key[-1].isalnum() else "")


@lru_cache(maxsize=64)
def _abbreviation_pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(keys, key=len, reverse=True)
    return re.compile("|".join(f"({_abbreviated(key)})" for key in longest) or "(?!)")


def _expand(
    text: str,
    table: Mapping[str, str],
    allowed: Callable[[re.Match[str]], bool],
    closing: tuple[str, ...] = (),
) -> str:
    """Replace abbreviations by their words where `allowed` says so."""
    longest = sorted(table, key=len, reverse=True)

    def read(match: re.Match[str]) -> str:
        if not allowed(match):
            return match[0]
        key = longest[(match.lastindex or 1) - 1]
        full = table[key]
        if key[0].islower() and match[0][0].isupper():
            full = full[0].upper() + full[1:]
        rest = text[match.end() :]
        ends = not rest.strip() or (key in closing and re.match(rf"\s+{_CAPITAL}", rest))
        apart = " " if rest[:1].isalnum() else ""  # No.5
        return full + ("." if ends and key.endswith(".") else apart)

    return _abbreviation_pattern(tuple(table)).sub(read, text)


def _abbreviations(text: str, lists: WordLists) -> str:
    """Write abbreviations out."""

    def before_name(match: re.Match[str]) -> bool:
        # Not in "Main St. He left": there a name stands before.
        before = text[: match.start()].rsplit(None, 1)[-1:]
        return re.match(rf"\s+{_CAPITAL}", text[match.end() :]) is not None and not (
            before and before[0][0].isupper() and match.start() > len(before[0]) + 1
        )

    text = _expand(text, lists.before_name, before_name)
    digit = re.compile(r"\s?\d")
    text = _expand(text, lists.before_number, lambda found: bool(digit.match(found.string, found.end())))
    return _expand(text, lists.abbreviations, lambda _: True, lists.closing)


def _symbols(text: str, lists: WordLists) -> str:
    """Read symbols by their names."""
    for symbol in sorted(lists.symbols, key=len, reverse=True):
        text = text.replace(symbol, f" {lists.symbols[symbol]} ")
    if "at" in lists.words:
        text = text.replace("@", f" {lists.words['at']} ")
    return re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_])", " ", text)  # and/or, not “and slash or”


def _pauses(text: str, _: WordLists) -> str:
    """Make dots, dashes and heaped marks such that engines pause once."""
    text = re.sub(r"(?:(?:\.(?:\s?\.){2,}|…)\s*)+", "… ", text)
    text = re.sub(r"\s*(?:--+|—)\s*", " – ", text)
    text = re.sub(r"([!?])[!?]+", lambda match: "?" if "?" in match[0] else "!", text)
    text = re.sub(r"\s+(?=[,.;:!?…](?!\w))", "", text)  # but not before .NET
    return re.sub(r"\(\s+|\s+(?=\))", lambda match: match[0].strip(), text)


_STEPS: tuple[Callable[[str, WordLists], str], ...] = (
    _signs,
    _marks,
    _brackets,
    _romans,
    _amounts,
    _abbreviations,
    _stars,
    _symbols,
    _pauses,
)
"""In this order: symbols come after what holds them, and what makes pauses last."""
