"""Words, sentences and languages of plain strings; the one place that says what a word is."""

import re
import unicodedata

_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"  # a letter or digit, or a combining mark on one
_WORD = re.compile(rf"{_LETTER}+(?:['’ʼ‘\u00ad]{_LETTER}+)*")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text lie, as (start, end) character positions.

    A word is a run of letters and digits; an apostrophe or a soft hyphen inside belongs to it, `_` does not.

    >>> word_spans("Don’t *panic*!")
    [(0, 5), (7, 12)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """Return the words of a text in the form in which the ledger compares them.

    Without case, soft hyphens and differences of compatibility (NFKC); all apostrophes are one.

    >>> words("Don't _panic_, it’s Q*!")
    ['don’t', 'panic', 'it’s', 'q']
    """
    return [
        re.sub("['ʼ‘]", "’", unicodedata.normalize("NFKC", text[a:b]).replace("\u00ad", "").lower())
        for a, b in word_spans(text)
    ]


def sentences(text: str, language: str) -> list[str]:
    """Split text into sentences; joined again they are exactly the text.

    Args:
        text: Any text.
        language: An ISO 639-1 code; unknown ones are split by general rules.
    """
    import sentencex

    parts = [str(part) for part in sentencex.segment(language, text)]
    # The splitter is a foreign library: were it ever to lose a character, the whole text is one sentence.
    return parts if "".join(parts) == text else [text]


def detect_language(text: str, default: str = "en") -> str:
    """Tell the language of a text as an ISO 639-1 code.

    Args:
        text: At least a few sentences, for a sure answer.
        default: Returned when there are no words at all.
    """
    sample = " ".join(words(text)[:2000])
    if not sample:
        return default
    import py3langid

    return str(py3langid.classify(sample)[0])
