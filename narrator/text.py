"""Words, sentences and languages of plain strings; the one place that says what a word is."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from narrator.errors import SourceError

LETTERS = r"(?:[^\W_]++|[\u0300-\u036f]++)++"
"""A run of letters and digits, and of combining marks on them; possessive, as going back gains nothing."""
_WORD = re.compile(rf"{LETTERS}(?:['’ʼ‘\u00ad]{LETTERS})*+")
_PLAIN_WORD = re.compile("[a-z0-9]++(?:’[a-z0-9]++)*+")
"""The same in a text of small ASCII letters, whose apostrophes are those of print."""
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

_OWN_WORDS = {
    "de": (
        "aber als auch auf bei dann das dass dem der des diese dieser durch ein eine einem einen einer für"
        " haben hatte ich ihnen ihr ihre im ist kann kein keine mehr mir mit nach nicht noch nur oder schon"
        " sein seine sich sie sind und uns von weil wenn werden wie wir wird wurde zu zum zur über"
    ),
    "en": (
        "about and because been but can could did do does from had has have her his how if into it its me"
        " my not of only other our said she should than that the their them then there these they this those"
        " we were what when where which who why with would you your"
    ),
}
"""Words of which a text has many, and which the languages beside spell otherwise (Scots `wi`, Low German
`un`)."""
_PLAIN = (0.2, 15)
"""Share of a text's words, and how many different ones, from which its language is plain: it is 0.2 to 0.4 in
texts of a language, and up to 0.2 with ten different ones beside it."""

_LINE_ENDS = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def line_ends(text: str) -> str:
    r"""Return a text in which every line ends with a line feed.

    A form feed beside a line end adds no line, so that lines are counted as an editor counts them.

    >>> line_ends("a\r\nb\rc\u2028d\n\x0ce")
    'a\nb\nc\nd\ne'
    """
    text = _LINE_ENDS.sub("\n", text)
    if "\f" not in text:
        return text
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
        return _PLAIN_WORD.findall(text.lower().replace("'", "’"))
    found = _WORD.findall(text)
    whole = "\n".join(found)
    if "\u00ad" in whole or not unicodedata.is_normalized("NFKC", whole):
        return [_compared(word) for word in found]
    return _APOSTROPHES.sub("’", whole.lower()).split("\n") if found else []


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
    sample = [_compared(match.group()) for match in islice(_WORD.finditer(text), _SAMPLE)]
    if not sample:
        return default
    plain = _plain_language(sample)
    if plain:
        return plain
    import py3langid  # whose model takes half a second

    try:
        scores = {str(code): float(score) for code, score in py3langid.rank(" ".join(sample))}
    except OSError as error:
        raise SourceError(
            "the language of the text cannot be detected, as the folder for temporary files cannot be used "
            f"({error.strerror}); free some space in it, or give the language with --language"
        ) from error
    scores.pop("zxx", None)  # no language at all, such as numbers
    sure = max(scores, key=scores.__getitem__)
    common = max(_COMMON, key=scores.__getitem__)
    return common if scores[sure] - scores[common] < _DOUBT else sure


def _plain_language(sample: Sequence[str]) -> str:
    """Return the language that the commonest words of a text leave no doubt of, else nothing."""
    counts = Counter(sample)
    for language, own in _OWN_WORDS.items():
        found = [counts[word] for word in own.split() if word in counts]
        if len(found) >= _PLAIN[1] and sum(found) >= _PLAIN[0] * len(sample):
            return language
    return ""
