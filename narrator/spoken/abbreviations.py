"""Abbreviations and initialisms."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from narrator.spoken.signs import CAPITAL
from narrator.spoken.wordlists import WordLists


def abbreviations(text: str, lists: WordLists) -> str:
    """Write abbreviations out."""

    def before_name(match: re.Match[str]) -> bool:
        # Not in "Main St. He left": there a name stands before.
        before = text[: match.start()].rsplit(None, 1)[-1:]
        return re.match(rf"\s+{CAPITAL}", text[match.end() :]) is not None and not (
            before and before[0][0].isupper() and match.start() > len(before[0]) + 1
        )

    text = _expand(text, lists.before_name, before_name)
    digit = re.compile(r"\s?\d")
    text = _expand(text, lists.before_number, lambda found: bool(digit.match(found.string, found.end())))
    return _expand(text, lists.abbreviations, lambda _: True, lists)


def initialisms(text: str, lists: WordLists) -> str:
    """Part the letters of what an engine would read as a word: `K-I`, which engines read as letters.

    Where several words in capitals stand side by side, they may be words that are shouted, and stay.
    """
    if not lists.letters:
        return text
    pattern, spoken = _initialism_pattern(lists.letters), lists.spoken

    def read(match: re.Match[str]) -> str:
        shouted = re.match(r"\s+[A-ZÄÖÜ]{3,}(?!\w)", text[match.end() :])
        apart = " " if match[0].startswith("-") else ""
        return match[0] if shouted else apart + "-".join(match[1]) + ("'s" if match[2] else "")

    text = pattern.sub(read, text)
    if spoken:
        text = _spoken_pattern(tuple(spoken)).sub(lambda match: spoken[match[0]], text)
    return text


def initials(text: str, lists: WordLists) -> str:
    """Take the full stops from the initials of names, at which engines pause as at the end of a sentence."""
    if not lists.openers:
        return text
    text = re.sub(
        r"(?<![\w.'-])((?:[A-Z]\.\s?){2,3})(?=[A-Z][a-zà-ÿ]+)",
        lambda match: (
            match[0] if _first_word(text, match.end()) in lists.openers else re.sub(r"\.\s?", " ", match[1])
        ),
        text,
    )
    return re.sub(
        r"(?<=[a-z] )([A-HJ-Z])\.(?= ([A-Z][a-zà-ÿ]+))",
        lambda match: match[1] if _initial(match, lists) else match[0],
        text,
    )


def _first_word(text: str, position: int) -> str:
    match = re.compile(r"\w*").match(text, position)
    return match[0] if match else ""


def _initial(match: re.Match[str], lists: WordLists) -> bool:
    """Tell whether a capital with a full stop stands within a name, as in John F. Kennedy."""
    before = match.string[: match.start()].split()[-1]
    return before[0].isupper() and before not in lists.labels and match[2] not in lists.openers


@lru_cache(maxsize=16)
def _initialism_pattern(letters: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(letters, key=len, reverse=True)))
    return re.compile(rf"(?:(?<=\w\w)-|(?<![\w.])(?<!\w-))({names})(['’]?s)?(?!\w|-[A-Z](?!\w))")


@lru_cache(maxsize=16)
def _spoken_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)")


def _abbreviated(key: str) -> str:
    """Return a pattern for an abbreviation, with and without spaces, at the start of a sentence too."""
    pattern = r"\s?".join(re.escape(part) for part in key.split())
    first = key[0]
    if first.islower():
        pattern = f"[{first}{first.upper()}]" + pattern[1:]
    return pattern + (r"(?!\w)" if key[-1].isalnum() else "")


@lru_cache(maxsize=64)
def _abbreviation_pattern(keys: tuple[str, ...]) -> tuple[re.Pattern[str], list[str]]:
    """Return the pattern, and by its groups what each of them finds."""
    longest = sorted(keys, key=len, reverse=True)
    # Looked behind once: with it in each of a hundred branches this was half of all time.
    branches = "|".join(f"({_abbreviated(key)})" for key in longest) or "(?!)"
    return re.compile(rf"(?<![\w.])(?:{branches})"), longest


def _expand(
    text: str,
    table: Mapping[str, str],
    allowed: Callable[[re.Match[str]], bool],
    lists: WordLists | None = None,
) -> str:
    """Replace abbreviations by their words where `allowed` says so."""
    pattern, longest = _abbreviation_pattern(tuple(table))

    def read(match: re.Match[str]) -> str:
        if not allowed(match):
            return match[0]
        key = longest[(match.lastindex or 1) - 1]
        full = table[key]
        if key[0].islower() and match[0][0].isupper():
            full = full[0].upper() + full[1:]
        rest = text[match.end() :]
        ends = not rest.strip()
        if lists and not ends:
            # "5 Mio. Das ist viel", but "5 Mio. Euro".
            opens = key in lists.millions and _first_word(rest.lstrip(), 0) in lists.openers
            ends = opens or (key in lists.closing and re.match(rf"\s+{CAPITAL}", rest) is not None)
        apart = " " if rest[:1].isalnum() else ""  # No.5
        return full + ("." if ends and key.endswith(".") else apart)

    return pattern.sub(read, text)
