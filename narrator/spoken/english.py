"""What English engines read wrongly of numbers: dates, years, decades, times and ratios."""

import re
from functools import cache

from narrator.spoken.numerals import english, english_ordinal
from narrator.spoken.wordlists import WordLists

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ANY_MONTH = "|".join(_MONTHS)
_DIGIT = re.compile(r"\d")
_SHORT = re.compile(
    r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?=\s\d{1,2}(?!\d))"
    r"|(?<=\d\s)(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?=,?\s\d{4})"
)
_DAYS = r"(\d{1,2})(?:\s?(?:–|-|to)\s?(\d{1,2}))?"
_MONTH_DAY = re.compile(rf"\b({_ANY_MONTH})\s{_DAYS}(?!\w|[:.–-]\d|,\d{{3}}|\s?%)")
_DAY_MONTH = re.compile(rf"(?<![\w.,:$£€/-])(?:the\s)?{_DAYS}\s({_ANY_MONTH})\b")
_ISO = re.compile(r"(?<![\w.-])((?:1[5-9]|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w-])")
_SLASHED = re.compile(r"(?<![\w./-])(\d{1,2})/(\d{1,2})/((?:1[5-9]|20)\d\d)(?![\w/-])")
_DECADE = re.compile(r"(?<![\w.,$£€])(?:(1[1-9]|20)(\d)|['’]?([1-9]))0['’]?s\b")
_TENS = ("hundreds", "tens", *(english(number)[:-1] + "ies" for number in range(20, 100, 10)))
_TIME = re.compile(r"(?<![\d:.,])(\d{1,2}):([0-5]\d)(?![\d:]|[.,]\d)(?:\s?([ap])\.?m\b)?", re.IGNORECASE)
_RATIO = re.compile(r"(?<![\d:.,])(\d{1,4}):(\d{1,4})(?![\d:]|[.,]\d)")
_RATIO_BEFORE = re.compile(
    r"\b(?:ratios?|odds|scale|aspect|score|won|lost|leverage)(?:\s(?:is|was|of|at|by))?\s$"
)
_YEAR = re.compile(r"(?<![\w.,:$€£¥#+/-])(?<![$€£¥]\s)(1[1-9]\d\d)(?![\w:/]|[.,]\d|-\w)")
_COUNTED = re.compile(
    r"\s(?!(?:was|is|as|has|its|his|this|does|us|less|perhaps|always|besides|yes)\b)"
    r"(?:(?:more|other|new|different|young|old|square|active|such)\s)?"
    r"(?:[a-z]*[^\Ws]s|people|men|women|children|police)\b"
)
"""A noun in the plural, which tells that a number is none of a year."""
_YEAR_BEFORE = re.compile(
    rf"\b(?:since|until|till|year|early|late|mid|summer|spring|autumn|fall|winter|{_ANY_MONTH})\s$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:ISO|RFC|No\.|number|page|p\.|[Ss]ection|[Rr]oom|[Ff]light|[Rr]oute|[Ll]ine|Highway|§|[Aa]rticle)\s$"
)


def read_english(text: str, lists: WordLists) -> str:
    """Write out dates, times, decades and years as English says them."""
    return _years(_times(_decades(_dates(text))), lists) if _DIGIT.search(text) else text


def _dates(text: str) -> str:
    """Give days their ordinals, and dates in digits the names of their months."""
    names = {name[:3]: name for name in _MONTHS}

    def named(year: str, month: str, day: str) -> str:
        return f"{_MONTHS[int(month) - 1]} {english_ordinal(int(day))}, {year}"

    def slashed(match: re.Match[str]) -> str:
        first, second = int(match[1]), int(match[2])
        # The month comes first, as in America, unless it cannot be one.
        month, day = (second, first) if first > 12 else (first, second)
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return match[0]
        return named(match[3], str(month), str(day))

    def month_day(match: re.Match[str]) -> str:
        days = [int(day) for day in (match[2], match[3]) if day]
        if not all(1 <= day <= 31 for day in days):
            return match[0]
        return f"{match[1]} {' to '.join(map(english_ordinal, days))}"

    def day_month(match: re.Match[str]) -> str:
        days = [int(day) for day in (match[1], match[2]) if day]
        if not all(1 <= day <= 31 for day in days):
            return match[0]
        return f"the {' to the '.join(map(english_ordinal, days))} of {match[3]}"

    text = _SHORT.sub(lambda match: names[(match[1] or match[2])[:3]], text)
    text = _ISO.sub(lambda match: named(match[1], match[2], match[3]), text)
    text = _SLASHED.sub(slashed, text)
    return _MONTH_DAY.sub(month_day, _DAY_MONTH.sub(day_month, text))


def _decades(text: str) -> str:
    def read(match: re.Match[str]) -> str:
        if match[3]:
            return _TENS[int(match[3])]
        if match[1] == "20" and match[2] == "0":
            return "two thousands"
        return f"{english(int(match[1]))} {_TENS[int(match[2])]}"

    return _DECADE.sub(read, text)


def _times(text: str) -> str:
    """Read times whose minutes begin with zero, and ratios; engines do well with the others."""

    def time(match: re.Match[str]) -> str:
        hour, minute, half = int(match[1]), match[2], match[3]
        if hour > 24 or _RATIO_BEFORE.search(match.string, 0, match.start()):
            return match[0]
        # Its full stop stands behind what was found.
        after = match[0][len(match[1]) + 3 :] if half else ""
        apart = "" if not after or after.startswith(" ") else " "
        if minute == "00":
            # "From 4 to 6 pm", and "at 4 o'clock".
            later = re.match(
                r"\s(?:to|and)\s\d{1,2}(?::\d\d)?\s?[ap]\.?m\b", match.string[match.end() :], re.IGNORECASE
            )
            return f"{hour}{apart}{after}" if half or later else f"{hour} o'clock"
        said = f"{hour} oh {minute[1]}" if minute[0] == "0" else f"{hour}:{minute}"
        return f"{said}{apart}{after}"

    def ratio(match: re.Match[str]) -> str:
        # Times of recordings have more than 24 minutes.
        is_time = len(match[2]) == 2 and int(match[1]) < 60 and int(match[2]) < 60
        if is_time and not _RATIO_BEFORE.search(match.string, 0, match.start()):
            return match[0]
        return f"{match[1]} to {match[2]}"

    return _RATIO.sub(ratio, _TIME.sub(time, text))


@cache
def _measured(lists: WordLists) -> re.Pattern[str]:
    measures = "|".join(map(re.escape, (*lists.units, *lists.currencies, *lists.millions, "%", "percent")))
    return re.compile(rf"\s?(?:{measures})(?!\w)")


def _years(text: str, lists: WordLists) -> str:
    """Read years in pairs: eighteen forty-eight, not one thousand eight hundred."""
    measured = _measured(lists)

    def read(match: re.Match[str]) -> str:
        after = match.string[match.end() :]
        if _NUMBERED.search(match.string, 0, match.start()):
            return match[0]
        certain = _YEAR_BEFORE.search(match.string, 0, match.start())
        if measured.match(after) or (_COUNTED.match(after) and not certain):
            return match[0]
        century, rest = divmod(int(match[1]), 100)
        pair = f"oh {english(rest)}" if 0 < rest < 10 else english(rest) if rest else "hundred"
        return f"{english(century)} {pair}"

    return _YEAR.sub(read, text)
