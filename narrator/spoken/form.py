"""Display text to spoken form."""

import re
from functools import lru_cache

from narrator.model import Pronunciation, Span, SpanKind
from narrator.pronunciations import Pronunciations, Reading, readings
from narrator.spoken.addresses import addresses
from narrator.spoken.marked import Spoken, emphasised, in_order, keep, restore, set_apart
from narrator.spoken.needs import Seen
from narrator.spoken.signs import KEPT_RANGE
from narrator.spoken.steps import steps_of
from narrator.spoken.wordlists import WordLists, word_lists
from narrator.text import has_words

_KEPT = re.compile(f"[{KEPT_RANGE}]")


def spoken_form(text: str, language: str, pronunciations: Pronunciations, voice: str = "") -> str:
    """Return text as it is to be read aloud, in one line.

    Every word stays, in its order, unless it is replaced by a reading: a user's pronunciation first, then
    addresses, symbols, numerals and abbreviations of the language.

    Args:
        text: Display text.
        language: ISO 639-1 code.
        pronunciations: The user's.
        voice: Id of the voice that reads it.

    >>> spoken_form("“Dr. Kim” told [them]: see https://example.org/q …", "en", {})
    'Doctor Kim told them: see example dot org slash q…'
    """
    return read_aloud(text, language, pronunciations, voice)[0]


def read_aloud(
    text: str, language: str, pronunciations: Pronunciations, voice: str, spans: tuple[Span, ...] = ()
) -> Spoken:
    """Return the spoken form with what is said of its parts, as for `spoken_form`.

    Args:
        text: Display text.
        language: ISO 639-1 code.
        pronunciations: The user's.
        voice: Id of the voice that reads it.
        spans: What is said of parts of `text`, sorted by where they begin, the longer first.
    """
    lists = word_lists(language)
    kept: list[Spoken] = []

    def read_part(part: str, span: Span, within: tuple[Span, ...]) -> Spoken:
        if span.kind is SpanKind.IPA:
            return spoken_form(part, language, {}), ()
        return read_aloud(part, span.value.partition("-")[0], pronunciations, voice, within)

    form = set_apart(_KEPT.sub(" ", text), spans, kept, read_part)
    told = readings(pronunciations, language, voice) if pronunciations else ()
    # A word is not looked for in the middle of an address, but in what is read of it.
    addressed = tuple((word, reading) for word, reading in told if re.search(r"\w[.@/]", word))
    form = addresses(_pronounced(form, addressed, kept, language), lists)
    form = _pronounced(form, told, kept, language)
    form, found = restore(_read(form, lists), kept)
    # A text of nothing but what is left out ("https://") is read as it stands.
    if not (has_words(form) or not has_words(text) or kept):
        return " ".join(text.split()), ()
    return form, in_order((*found, *emphasised(text, form, spans))) if spans else found


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


def _pronounced(text: str, told: tuple[tuple[str, Reading], ...], kept: list[Spoken], language: str) -> str:
    """Put a sign for each word that has a user's reading, and the reading into `kept`."""
    if not told:
        return text
    exact, any_case = _patterns(tuple(key for key, _ in told))
    by_word = {" ".join(key.split()): reading for key, reading in told}
    by_folded = {word.lower(): reading for word, reading in by_word.items()}

    def put(word: str, reading: Reading | None) -> str:
        if isinstance(reading, Pronunciation):
            said = " ".join((reading.say or spoken_form(word, language, {})).split())
            span = Span(0, len(said), SpanKind.IPA, reading.ipa, reading.place)
            return keep((said, (span,)), kept)
        return keep((" ".join((word if reading is None else reading).split()), ()), kept)

    text = exact.sub(lambda match: put(match[0], by_word[" ".join(match[0].split())]), text)
    return any_case.sub(lambda match: put(match[0], by_folded.get(" ".join(match[0].split()).lower())), text)


def _read(form: str, lists: WordLists) -> str:
    """Go through the steps that may find something."""
    steps, seen = steps_of(lists), Seen(form)
    if not seen.has(steps.needs) and all(step(form, lists) == form for step in steps.always):
        return form
    for step, needs in steps.every:
        if seen.has(needs):
            form = step(form, lists)
            if form != seen.text:
                seen = Seen(form)
    return form
