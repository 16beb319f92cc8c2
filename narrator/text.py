"""Words, sentences and languages of plain strings; the one place that says what a word is."""

import re
import unicodedata
from itertools import islice

from narrator.errors import SourceError

_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"  # a letter or digit, or a combining mark on one
_WORD = re.compile(rf"{_LETTER}+(?:['’ʼ‘\u00ad]{_LETTER}+)*")
_APOSTROPHES = re.compile("['ʼ‘]")
_SAMPLE = 2000
"""Words that tell the language of a text."""

CLOCK = r"[+-]?(?:\d{1,3}(?::\d{2}){1,3}(?:[.,]\d{1,3})?|\d{2,3}(?: \d{2}){3})"
"""A time of day or of a recording: `0:07`, `00:07:12.5`, and that of space flights, `00 03 12 45`."""
_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
STAMP = rf"[\[(<]{{0,2}}(?:{_DAY},?[ ])?{CLOCK}(?:[ ]?[AaPp]\.?[Mm]\.?(?!\w))?(?:,[ ]{_DAY})?[\])>]{{0,2}}"
"""A time as transcripts set it, with brackets or without; logs of chats add the day (`[3/4/24, 12:01]`)."""

_COMMON = ("en", "de", "es", "fr", "it", "nl", "pl", "pt")
"""Taken where the detector doubts, which knows 140 languages and finds "Hello there" to be Sesotho."""
_DOUBT = 10.0
"""Nats of the detector's likelihood: greetings of two words in common languages lose up to 9 to rare ones,
while sentences in rare languages win by 20 and more."""

_LINE_ENDS = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def line_ends(text: str) -> str:
    r"""Return a text in which every line ends with a line feed.

    A form feed beside a line end adds no line, so that lines are counted as an editor counts them.

    >>> line_ends("a\r\nb\rc\u2028d\n\x0ce")
    'a\nb\nc\nd\ne'
    """
    text = _LINE_ENDS.sub("\n", text)
    return re.sub(r"\f", "\n", re.sub(r"(?<=\n)\f+|^\f+|\f+(?=\n|$)", "", text))


def without_controls(text: str) -> str:
    """Return a text with a space for each character that neither shows nor parts lines."""
    return _CONTROLS.sub(" ", text)


def characters_only(text: str) -> str:
    """Return a text with a space for each control, private or unassigned code point and lone surrogate."""
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} else char for char in text)


def nfc(text: str) -> str:
    """Return a text in Unicode normalisation form C."""
    return unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    r"""Return display text in the one form in which blocks and turns hold it.

    Lines without space at their ends, paragraphs parted by one empty line, nothing around the whole.

    >>> tidy(" Yes. \r\n\t\n\n No,\nno.\n")
    'Yes.\n\nNo,\nno.'
    """
    lines = [line.strip() for line in without_controls(line_ends(text)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


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
    if text.isascii():  # most are, and a novel is asked for its words twenty times
        return _WORD.findall(text.lower().replace("'", "’"))
    return [_compared(word) for word in _WORD.findall(text)]


def has_words(text: str) -> bool:
    """Tell whether there is a word in a text, however long it is."""
    return _WORD.search(text) is not None


def _compared(word: str) -> str:
    if word.isascii():
        return word.lower().replace("'", "’")
    return _APOSTROPHES.sub("’", unicodedata.normalize("NFKC", word).replace("\u00ad", "").lower())


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


def language_code(code: str) -> str:
    """Return the first part of a language code in small letters; empty for what is no code.

    >>> language_code("de-AT"), language_code("german")
    ('de', '')
    """
    match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]\w+)*", code.strip())
    return match[1].lower() if match else ""


def detect_language(text: str, default: str = "en") -> str:
    """Tell the language of a text as an ISO 639-1 code.

    Args:
        text: At least a few sentences, for a sure answer; of a few words, a common language is the likelier.
        default: Returned when there are no words at all.

    Raises:
        SourceError: There is no room for the detector's model in the system's folder for temporary files.
    """
    sample = " ".join(_compared(match.group()) for match in islice(_WORD.finditer(text), _SAMPLE))
    if not sample:
        return default
    import py3langid

    try:
        scores = {str(code): float(score) for code, score in py3langid.rank(sample)}
    except OSError as error:
        raise SourceError(
            "the language of the text cannot be detected, as the folder for temporary files cannot be used "
            f"({error.strerror}); free some space in it, or give the language with --language"
        ) from error
    scores.pop("zxx", None)  # no language at all, such as numbers
    sure = max(scores, key=scores.__getitem__)
    common = max(_COMMON, key=scores.__getitem__)
    return common if scores[sure] - scores[common] < _DOUBT else sure
