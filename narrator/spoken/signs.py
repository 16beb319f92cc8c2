"""Signs that print needs and speech does not, and those that have a name."""

import re
import unicodedata

from narrator.spoken.wordlists import WordLists

KEPT = 0xF0000
"""First code point (a plane for private use) that stands for a user's pronunciation while others are made."""
KEPT_RANGE = f"{chr(KEPT)}-{chr(0x10FFFF)}"

CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_FOOTNOTE = re.compile(
    r"(?<=\w)([.,;:!?…\"”“’»)]*)(?:\[\d{1,3}\]|[†‡])+|(?<=[^\W\d_]{3})([.,;:!?…\"”“’»)]*)[¹²³⁴-⁹]+(?!\w)"
)
"""A mark right behind a word that points to a note; a square, as in `m²`, stands behind a shorter one."""
_EMOJI_RANGES = (
    *((0x2022, 0x2022), (0x2300, 0x23FF), (0x2500, 0x2775), (0x2794, 0x27BF), (0x2B00, 0x2BFF)),
    *((0x1F000, 0x1F0FF), (0x1F10D, 0x1FAFF)),
)
"""Emoji, dingbats and bullets: engines read them out (“grinning face”). Circled digits are none."""
_EMOJI = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _EMOJI_RANGES) + "][\ufe0f\u200d\u20e3]*"
)
_VULGAR = re.compile("[¼-¾⅐-⅞]")
_HEAPED = re.compile(r"[!?.(\s-][\s.,;:!?)…-]")
"""Two signs in a row, without which `pauses` finds nothing but `…` and `—`."""

# What the steps need to find anything: one of these signs.
SOFT = "\xad\u200b\u200e\u200f\u2060"
PRINTED = frozenset(
    "+\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
    "\"“”„‟«»‹›‚‛‘’'ʼ¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
)
SILENT = frozenset(
    (*"[†‡¹²³⁴⁵⁶⁷⁸⁹", *(chr(code) for first, last in _EMOJI_RANGES for code in range(first, last + 1)))
)
BRACKETS = frozenset("[]{}")
MARKS = frozenset("*_~`#|^\\<>")


def soft_signs(text: str, _: WordLists) -> str:
    """Take away what does not show: soft hyphens, marks of direction."""
    return re.sub(f"[{SOFT}]", "", text)


def grouped(text: str, lists: WordLists) -> str:
    """Join the groups of long numbers by the sign of the language."""
    if "group" in lists.words:
        # Apostrophes are Swiss. Engines take what a space parts for two numbers, or two for one.
        group = r"(?<![\d+])(\d{1,3})((?:[\u00a0\u2009\u202f'’]\d{3})+)(?!\d)"
        text = re.sub(group, lambda match: match[1] + re.sub(r"\D", lists.words["group"], match[2]), text)
        text = re.sub(
            r"(?<![\d.,] )(?<![\d.,+])\d{1,3}(?: 000)+(?![\d ]?\d)",
            lambda match: match[0].replace(" ", lists.words["group"]),
            text,
        )
    return text


def plain_signs(text: str, _: WordLists) -> str:
    """Make signs plain that only print needs: fixed spaces, quotation marks."""
    text = text.replace("+/-", "±").replace("+/−", "±")
    text = re.sub("[\u00a0\u2000-\u200a\u202f\u205f]", " ", text)
    text = re.sub(rf"(?<=[\w{KEPT_RANGE}])[’ʼ‘'](?=\w)", "'", text)
    text = re.sub(rf"[\"“”„‟«»‹›‚‛]|(?<![\w{KEPT_RANGE}])[‘’']|(?<=\w)‘(?!\w)", " ", text)
    # "2½" becomes "2 1/2".
    return _VULGAR.sub(lambda match: " " + unicodedata.normalize("NFKC", match[0]).replace("⁄", "/"), text)


def silent_marks(text: str, _: WordLists) -> str:
    """Let fall silent what is looked at and not read: emoji, bullets, marks of footnotes."""
    return _FOOTNOTE.sub(lambda match: match[1] or match[2] or "", _EMOJI.sub(" ", text))


def brackets(text: str, _: WordLists) -> str:
    """Take editor's brackets away and leave what they hold; `[h]e` becomes one word."""
    text = re.sub(r"(?<!\w)\[(\w{1,2})\](?=\w)|(?<=\w)\[(\w{1,3})\](?!\w)", r"\1\2", text)
    return re.sub(r"[\[\]{}]", " ", text)


def stars(text: str, lists: WordLists) -> str:
    """Read the star of `Q*` and the sharp of `C#`; let marks of emphasis and footnotes fall silent."""
    star, sharp, number = (lists.words.get(name, "") for name in ("star", "sharp", "number"))
    if star:
        text = re.sub(rf"(?<![\w*])({CAPITAL})\*(?![\w*])", rf"\1 {star} ", text)
    if sharp:
        text = re.sub(r"(?<![\w#])([CF])#(?![\w#])", rf"\1 {sharp}", text)
    text = re.sub(r"(?<=\w)\*(?=\w)", "-", text)  # Kolleg*innen
    return re.sub(r"[*_~`#|^\\<>]+", " ", re.sub(r"#(?=\d)", f" {number} ", text))


def symbols(text: str, lists: WordLists) -> str:
    """Read symbols by their names."""
    for symbol in sorted(lists.symbols, key=len, reverse=True):
        text = text.replace(symbol, f" {lists.symbols[symbol]} ")
    if "at" in lists.words:
        text = text.replace("@", f" {lists.words['at']} ")
    return re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_])", " ", text)  # and/or, not “and slash or”


def pauses(text: str, _: WordLists) -> str:
    """Make dots, dashes and heaped marks such that engines pause once."""
    if not _HEAPED.search(text) and "…" not in text and "—" not in text:
        return text
    text = re.sub(r"(?:(?:\.(?:\s?\.){2,}|…)\s*)+", "… ", text)
    text = re.sub(r"\s*(?:--+|—)\s*", " – ", text)
    text = re.sub(r"([!?])[!?]+", lambda match: "?" if "?" in match[0] else "!", text)
    text = re.sub(r"\s+(?=[,.;:!?…](?!\w))", "", text)  # but not before .NET
    return re.sub(r"\(\s+|\s+(?=\))", lambda match: match[0].strip(), text)
