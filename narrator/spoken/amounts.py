"""Numbers with something to them: money, units, fractions, ranges, telephone numbers."""

import re
from functools import cache

from narrator.spoken.numerals import english, german
from narrator.spoken.wordlists import WordLists

_NUMBER = r"\d[\d.,]*(?<=\d)"
_PHONES = re.compile(
    r"(?<![\w.,/+-])(?!\d\d/\d\d/\d{4})(?:"
    r"\+\d{1,3}(?:[\s/–.-]?\(?\d+\)?){2,6}"  # +49 30 123456
    r"|\(?0\d{1,5}\)?(?:\s?[/–-]\s?|\s)\d{2,}(?:[\s/–-]\d+){0,4}"  # 030/123456
    r"|(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[-.\s])\d{3}[-.]\d{4}"  # (555) 123-4567
    r"|(?:1-)?\d{3}-\d{4}"  # 555-1234
    r")(?![\w/-]|[.,:]\d)"
)
_CALLED = re.compile(r"\b((?:[Cc]all|[Dd]ial|[Pp]hone)(?:s|ed|led|ing|ling)?\s)(\d{3})\b(?![,.:]?\d|-)")
_FRACTION = re.compile(r"(?<![\w/.,:+-])(?:(\d{1,2})\s)?(\d{1,2})/(\d{1,3})(?![\w/]|[.,]\d)")
_RANGE = re.compile(
    r"(?<![\w.,:/–-])(?<!Boeing )(?<![\d–-][.,])"
    r"(\d[\d.,]*)(\s?[%€]|(?:st|nd|rd|th))?\s?[–-]\s?(\d[\d.,]*)(?![\d–-])"
)


def phones(text: str, lists: WordLists) -> str:
    """Read telephone numbers figure by figure, with a pause between groups."""
    plus = lists.words.get("plus")
    if plus is None:
        return text

    def read(match: re.Match[str]) -> str:
        groups = re.findall(r"\d+", match[0])
        if not 7 <= sum(map(len, groups)) <= 15:
            return match[0]
        return f"{plus} " * match[0].startswith("+") + ", ".join(" ".join(group) for group in groups)

    text = _PHONES.sub(read, text)
    return _CALLED.sub(lambda match: match[1] + " ".join(match[2]), text)


def fractions(text: str, lists: WordLists) -> str:
    """Read fractions, `24/7` and powers of numbers."""
    for sign, power in lists.powers.items():
        text = re.sub(rf"(?<=\d){sign}", f" {power} ", text)
    text = re.sub(r"(?<![\w/])24/7(?![\w/])", "24 7", text)
    if not lists.parts:
        return text

    def read(match: re.Match[str]) -> str:
        whole, above, below = int(match[1] or 0), int(match[2]), match[3]
        # A year may stand before: nobody counts more than 99 and a half.
        if below not in lists.parts or not 0 < above < int(below) or (whole and above > 1 and below == "2"):
            return match[0]
        part = lists.parts[below]
        one, _, several = part.partition("|")
        if "and" in lists.words:
            said = one if above == 1 else f"{english(above)} {several}"
            inner = f"a {one.removeprefix('one ')}" if below == "2" else said
            return f"{match[1]} {lists.words['and']} {inner}" if match[1] else said
        if below == "2" and whole:
            return ("ein" if whole == 1 else german(whole)) + "einhalb"
        said = one if above == 1 else f"{german(above)} {several}"
        return f"{match[1]} {said}" if match[1] else said

    return _FRACTION.sub(read, text)


def money(text: str, lists: WordLists) -> str:
    """Read currencies behind their amounts, with parts of a hundred and scales ("$3.5bn")."""
    if not lists.currencies:
        return text
    before, after, alone = _amounts(lists)
    if not alone.search(text):
        return text

    def read(match: re.Match[str], sign: str, number: str, glued: str | None, scale: str | None) -> str:
        scale = f" {lists.scales[glued]}" if glued in lists.scales else (glued or "") + (scale or "")
        one, _, several = lists.currencies[sign].rpartition("|")
        # "A $20 bill", and "a $5 million deal".
        rest = match.string[match.end() :]
        leads = re.search(
            r"\b(?:[Aa]n?|[Tt]he|[Tt]his|[Tt]hat|[Ee]very|per)\s$", match.string[: match.start()]
        )
        if one and "and" in lists.words and leads and re.match(r"[ -][a-z]", rest) and match[0][0] in sign:
            return f"{number}{scale} {one.partition(' ')[2]}"
        if not scale:
            return _coins(number, sign, several, one, lists)
        return f"{number}{scale} {several}"

    text = before.sub(lambda m: read(m, m[1], m[2], m[3] or m[4], m[5]), text)
    text = after.sub(lambda m: read(m, m[3], m[1], None, m[2]), text)
    return alone.sub(lambda m: f" {lists.currencies[m[0]].rpartition('|')[2]} ", text)


@cache
def _amounts(lists: WordLists) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return patterns of a currency before its amount, behind it, and alone."""
    signs = "|".join(
        re.escape(sign) + r"(?!\w)" * sign.isalpha()
        for sign in sorted(lists.currencies, key=len, reverse=True)
    )
    to = re.escape(lists.words.get("to", "–"))
    amount = rf"{_NUMBER}(?:\s{to}\s{_NUMBER})?"
    millions = "|".join(map(re.escape, lists.millions)) or "(?!)"
    scales = "|".join(map(re.escape, sorted(lists.scales, key=len, reverse=True))) or "(?!)"
    scaled = rf"(?:\s?({scales})(?!\w)|([^\W\d]\w*))?(\s(?:{millions})(?!\w))?"
    return (
        re.compile(rf"(?<!\w)({signs})\s?({amount}){scaled}"),
        re.compile(rf"(?<![\d.,])({amount})(?:,[–-]+)?(\s(?:{millions}))?\s?({signs})"),
        re.compile(signs),
    )


def _coins(number: str, sign: str, several: str, one: str, lists: WordLists) -> str:
    """Read a price, `4.99`, by its whole and its hundredths."""
    whole, point, cents = number.rpartition(lists.words.get("decimal", "."))
    coin = lists.cents.get(sign)
    if not (point and coin and len(cents) == 2 and whole.replace(",", "").replace(".", "").isdigit()):
        return one if one and number == "1" else f"{number} {several}"
    if cents == "00":
        return one if one and whole == "1" else f"{whole} {several}"
    if whole == "0":
        return f"{int(cents)} {coin}"
    both = lists.words.get("and")
    main = one if one and whole == "1" else f"{whole} {several}"
    return f"{main} {both} {int(cents)} {coin}" if both else f"{main} {int(cents)}"


def units(text: str, lists: WordLists) -> str:
    """Read units after a number, in the singular after one."""
    if not lists.units:
        return text

    def read(match: re.Match[str]) -> str:
        one, _, several = lists.units[match[2]].rpartition("|")
        single = match[1] == "1" and match.string[match.start() - 1 : match.start()] not in {"-", "−", "–"}
        return one if one and single else f"{match[1]} {several}"

    return _measures(lists).sub(read, text)


@cache
def _measures(lists: WordLists) -> re.Pattern[str]:
    names = "|".join(re.escape(unit) for unit in sorted(lists.units, key=len, reverse=True))
    return re.compile(rf"(?<![\w.,])(\d[\d.,]*)\s?({names})(?!\w)")


def ranges(text: str, lists: WordLists) -> str:
    """Read the dash between numbers."""
    if "to" not in lists.words:
        return text
    to = lists.words["to"]
    text = re.sub(
        r"(?<=\d)\s?–\s?(?=\d)|(?<=[\dkmMbBn])[–-](?=[$€£]\d)|(?<=:\d\d)[–-](?=\d{1,2}:\d\d)|(?<=[ap]m)[–-](?=\d)",
        f" {to} ",
        text,
    )
    # A hyphen too, if neither end is part of a longer number with hyphens.
    return _RANGE.sub(rf"\1\2 {to} \3", text)


def plus(text: str, lists: WordLists) -> str:
    """Read the plus sign."""
    return re.sub(r"\+", f" {lists.words['plus']} ", text) if "plus" in lists.words else text
