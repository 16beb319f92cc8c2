"""What German engines read wrongly of numbers: ordinals, dates, years, times and rulers."""

import re
from functools import cache

from narrator.spoken.numerals import german, german_ordinal, german_year, roman
from narrator.spoken.wordlists import WordLists

_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
    *("August", "September", "Oktober", "November", "Dezember"),
)
_DIGIT = re.compile(r"\d")
_SHORT = re.compile(
    r"(?<=\d\.)\s?(Jan|Feb|Febr|Mär|Apr|Jun|Jul|Aug|Sep|Sept|Okt|Nov|Dez)\b(?:\.(?!\s*$))?(?=\W|$)"
)
_CAPITAL = r"[A-ZÄÖÜ]"
_LINK = r"\s?(?:/|–|-|,|(?:und|oder|sowie|bis)(?:\s(?:dem|den|der|zum|zur|am))?(?=\s))\s?"
_ORDINAL = re.compile(
    rf"(?<![\w.,:–/-])((?:\d{{1,2}}\.{_LINK})*)(\d{{1,3}})\.(?:\s|(?={_CAPITAL}))\s?({_CAPITAL}[\w-]+)"
)
_FEMININE = re.compile(
    r"(?:ung|heit|keit|schaft|tion|sion|tät|ik|liga|frau|wahl|etage|hand|nacht|[^d]e)$", re.IGNORECASE
)
_NEUTER = re.compile(
    r"(?:hundert|jahrzehnt|jahr|mal|semester|quartal|kapitel|buch|tor|spiel|album|kind|gebot|drittel|viertel"
    r"|lebensjahr|regiment|reich|obergeschoss|programm|rennen|leben|treffen|bataillon)e?s?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:([^\W\d_]+)\s+)?([^\W\d_]+)\s+$")
_DATIVE_WORDS = (
    "an am auf aus bei beim bis dem in im mit nach neben seit über um unter vom von vor während wegen zu zum"
    " zur zwischen"
)
_DATIVE = frozenset(_DATIVE_WORDS.split())
_PLURAL = re.compile(r"(?:[^h]en|[lng]er|kinder|jahre|tage|spiele)$")
"""With the article ``die``: the seventh-formers, not the seventh class."""
_STRONG = frozenset(["ein", "kein", "mein", "dein", "sein", "ihr", "unser", "euer"])
_WEAK = re.compile(
    r"(?:am|im|zum|vom|beim|zur|de[mns]|(?:k?ein|[mds]ein|ihr|unser|eur|dies|jed|jen|welch)e[mnrs]"
    r"|bis|seit|ab|vor|nach|gegen)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?:d(?:ie|as|er)|ans|ins|fürs|aufs|(?:k?ein|[mds]ein|ihr|unser|eur|dies|jed|jen)e|jedes|dieses)",
    re.IGNORECASE,
)
_DAY, _MONTH = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])"
_DATE = re.compile(rf"(?<![\w.,]){_DAY}\.\s?{_MONTH}\.\s?((?:1\d|20)\d\d|\d\d)(?![\w%€]|[.,]\d|\s?[%€])")
_SHORT_DATE = re.compile(rf"(?<![^\s(]){_DAY}\.\s?{_MONTH}\.(?!\s?\d)", re.IGNORECASE)
_ISO = re.compile(r"(?<![\w.-])((?:1[5-9]|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w-])")
_CLOCK = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4]):([0-5]\d)(?![\d:]|[.,]\d)(\s?Uhr\b|\s?h\b)?")
_POINT_CLOCK = re.compile(
    r"(?<![\d:.,])([01]?\d|2[0-4])\.([0-5]\d)(?:\s?Uhr\b|(?=\s?(?:–|-|bis|und)\s?\d{1,2}(?:\.[0-5]\d)?\s?Uhr\b))"
)
_RATIO = re.compile(r"(?<![\d:.,])(\d{1,3}):(\d{1,3})(?![\d:]|[.,]\d)")
_SCORE_BEFORE = re.compile(
    r"(?:steht|steht es|stand es|Verhältnis|Maßstab|Stand|Endstand|Satz|Sätzen|Ergebnis|Sieg|Niederlage"
    r"|gewann|gewannen|siegte|siegten|verlor|verloren"
    r"|mit|beim|das|ein|im|zum)(?:\s(?:von|mit))?\s$"
)
_YEAR = re.compile(r"(?<![\w.,:$€£¥#+-])(?<![$€£¥]\s)(1[1-9]\d\d)(er|ers|ern)?(?![\w:]|[.,]\d)")
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|seit|bis|ab|von|vor|nach|um|und|oder|zwischen|jahre?n?|jahres|sommer|winter|herbst|frühjahr|frühling"
    rf"|anfang|ende|mitte|{'|'.join(_MONTHS)})\s|\(|–\s?)$",
    re.IGNORECASE,
)


_NUMBERED = re.compile(
    r"\b(?:DIN|ISO|RFC|EN|Nr\.|Nummer|Seite|S\.|Zimmer|Raum|Halle|Flug|Linie|§|Artikel|Art\.)\s$"
)


def read_german(text: str, lists: WordLists) -> str:
    """Write out dates, times, ordinals, years and rulers as German says them."""
    text = _rulers(text, lists)
    if not _DIGIT.search(text):
        return _ordinals(text, lists)  # Roman ones
    text = re.sub(r"(?<=\d)\s?%-?ig(?=e?[mnrs]?\b)", "-prozentig", text)
    text = _dates(text)
    text = _ordinals(text, lists)
    text = _times(text)
    return _years(text, lists)


def _before(text: str, position: int) -> tuple[str, str]:
    """Return the two words before a position, in small letters."""
    match = _BEFORE.search(text, 0, position)
    return ((match[1] or "").lower(), match[2].lower()) if match else ("", "")


def _ending(before: tuple[str, str], noun: str) -> str:
    """Return the ending of an ordinal before a noun, after an article or none."""
    earlier, article = before
    feminine = noun not in _MONTHS and _FEMININE.search(noun) is not None
    neuter = _NEUTER.search(noun) is not None
    if article in {"der", "dieser", "jeder", "welcher"}:
        return "en" if feminine or neuter or earlier in _DATIVE else "e"
    if article in {"dieses", "jedes"}:
        return "e"
    if _WEAK.fullmatch(article) and not (feminine and article in _STRONG):
        return "en"
    if article in {"die", "diese", "ihre", "seine", "unsere"} and _PLURAL.search(noun):
        return "en"
    if _ARTICLE.fullmatch(article) or feminine:
        return "e"
    return "es" if neuter else "er"


def _dates(text: str) -> str:
    """Name the months of dates in digits."""

    def said(match: re.Match[str], day: str, month: str, year: str) -> str:
        name = _MONTHS[int(month) - 1]
        stem = german_ordinal(int(day)) + _ending(_before(match.string, match.start()), name)
        return f"{stem} {name} {year}".strip()

    def full(match: re.Match[str]) -> str:
        before = _before(match.string, match.start())[1]
        # "Version 1.2.10" is none: a short year wants zeros before it, or a word that stands before days.
        padded = len(match[1]) == len(match[2]) == 2
        if before == "version" or (len(match[3]) == 2 and not (padded or _WEAK.fullmatch(before))):
            return match[0]
        return said(match, match[1], match[2], match[3])

    def short(match: re.Match[str]) -> str:
        before = _before(match.string, match.start())[1]
        spans = re.match(r"\s?(?:–|bis\b)", match.string[match.end() :])
        certain = spans or before == "der" or _WEAK.fullmatch(before)
        return said(match, match[1], match[2], "") if certain else match[0]

    text = _ISO.sub(lambda match: said(match, match[3], match[2], match[1]), text)
    return _SHORT_DATE.sub(short, _DATE.sub(full, text))


def _ordinals(text: str, lists: WordLists) -> str:
    """Write out ordinals before a noun, which engines take for the end of a sentence."""
    names = {name[:3]: name for name in _MONTHS}
    text = re.sub(
        r"\b(I{1,2})\.(?=\s(?:Weltkrieg|Akt|Satz|Kapitel|Teil)\w*)", lambda m: f"{len(m[1])}.", text
    )
    text = re.sub(r"\b(Abs\.\s?\d+\s)S\.(?=\s?\d)", r"\1Satz", text)
    text = _SHORT.sub(lambda match: f" {names[match[1][:3]]}", text)

    def read(match: re.Match[str]) -> str:
        before = _before(match.string, match.start())
        noun, number = match[3], int(match[2])
        month = noun.removesuffix("s") in _MONTHS
        known = month or any(noun.lower().startswith(word.lower()) for word in lists.counted)
        article = _WEAK.fullmatch(before[1]) or _ARTICLE.fullmatch(before[1]) or before[1] in _STRONG
        if not number or not (known or (article and noun not in lists.openers)):
            return match[0]
        ending = _ending(before, noun.removesuffix("s") if month else noun)
        chain = re.sub(r"\s?[–-]\s?", " bis ", match[1].replace("/", " "))
        chain = re.sub(r"(\d+)\.", lambda day: german_ordinal(int(day[1])) + ending, chain)
        return f"{chain}{german_ordinal(number)}{ending} {noun}"

    return _ORDINAL.sub(read, text)


def _times(text: str) -> str:
    """Read times of day, and what looks like them and is a score or ratio."""

    def said(hour: str, minute: str) -> str:
        return f"{int(hour)} Uhr" + (f" {int(minute)}" if int(minute) else "")

    def clock(match: re.Match[str]) -> str:
        score = not match[3] and _SCORE_BEFORE.search(match.string, 0, match.start())
        return match[0] if score else said(match[1], match[2])

    text = _POINT_CLOCK.sub(lambda match: said(match[1], match[2]), _CLOCK.sub(clock, text))
    text = re.sub(r"(?<![\w.,])1 Uhr\b", "ein Uhr", text)
    return _RATIO.sub(r"\1 zu \2", text)


@cache
def _measured(lists: WordLists) -> re.Pattern[str]:
    measures = "|".join(map(re.escape, (*lists.units, *lists.currencies, "%", "Mio", "Mrd")))
    return re.compile(rf"\s?(?:{measures})(?!\w)")


def _years(text: str, lists: WordLists) -> str:
    """Read years in hundreds: neunzehnhundert, not tausendneunhundert."""
    measured = _measured(lists)

    def read(match: re.Match[str]) -> str:
        after = match.string[match.end() :]
        counts = re.match(rf"\s{_CAPITAL}", after) and not _YEAR_BEFORE.search(match.string, 0, match.start())
        numbered = _NUMBERED.search(match.string, 0, match.start())
        if numbered or measured.match(after) or (counts and not match[2]):
            return match[0]
        return german_year(int(match[1])) + (match[2] or "")

    return _YEAR.sub(read, text)


@cache
def _ruled(lists: WordLists) -> re.Pattern[str] | None:
    names = "|".join(map(re.escape, (*lists.regnal, *lists.queens)))
    return re.compile(rf"\b({names})(s?)\s+([IVX]+)\.") if names else None


def _rulers(text: str, lists: WordLists) -> str:
    """Read the numerals of rulers, in the case that the words before tell."""
    ruled = _ruled(lists)

    def read(match: re.Match[str]) -> str:
        number = roman(match[3])
        if not number:
            return match[0]
        queen = match[1] in lists.queens
        before = {word.lower() for word in re.findall(r"[^\W\d_]+", match.string[: match.start()])[-3:]}
        dative = before & _DATIVE - {"um", "über"}
        if match[2]:
            article, ending = ("der", "en") if queen else ("des", "en")
        elif queen:
            article, ending = ("der", "en") if dative else ("die", "e")
        elif dative:
            article, ending = "dem", "en"
        elif before & {*["für", "gegen", "durch", "ohne", "um", "den"]}:
            article, ending = "den", "en"
        else:
            article, ending = "der", "e"
        stem = german_ordinal(number)
        rest = match.string[match.end() :]
        opener = re.match(rf"\s+({_CAPITAL}\w*)", rest)
        ends = not rest.strip() or (opener and opener[1] in lists.openers)
        return f"{match[1]}{match[2]} {article} {stem[0].upper()}{stem[1:]}{ending}" + "." * bool(ends)

    return ruled.sub(read, text) if ruled else text


def mixed_half(number: int) -> str:
    """Return two and a half in one word.

    >>> mixed_half(2)
    'zweieinhalb'
    """
    return f"{'ein' if number == 1 else german(number)}einhalb"
