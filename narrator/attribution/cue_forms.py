"""Forms of cues: how the name before a speech of a play is set, read from a single paragraph."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from narrator.model import Block, BlockKind
from narrator.text import has_words

_TOKEN = re.compile(r"\S+")
_TITLES = frozenset(
    ("mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "rev", "hon", "capt", "col", "gen", "lt", "sgt",
     "herr", "frau", "mme", "mlle", "hr", "fr", "mag", "ing")
)  # fmt: skip
"""Abbreviations within a name, whose stop ends nothing."""
_JOINERS = frozenset(
    ("of", "the", "und", "and", "&", "der", "die", "des", "de", "von", "van", "du", "la", "le", "el", "y",
      "a", "et")
)  # fmt: skip
_MOST_TOKENS = 6
_REACH = 200
"""Characters from the start of a block in which a cue ends, with the direction after it."""
_PAREN = re.compile(r"\s{0,3}[(\[][^()\[\]]{1,160}[)\]]\s{0,2}[.:,]?")
_NUMERAL = re.compile(r"\d{1,2}(?:\.?[ºª°]|er|ère|re|e|st|nd|rd|th)?", re.IGNORECASE)
_LABELLED = re.compile(r"(?: [^\W\d_a-z][\w’'.-]*){1,4}(?: \([^()]{1,60}\)){0,3}:(?=\s|$)")
_STOPPED = re.compile(r"[(\[][^()\[\]]{1,160}[)\]](?:\s{0,2}[.:]|\s*$)")
_MANNER = re.compile(r",?\s[a-zäöüßéèàáíóúñç][^.:!?()\[\]]{0,80}[.:](?=\s|$)")
"""`MAX leise. Ja.`: how it is said, between the name and the stop."""


class Style(IntEnum):
    """How a cue is set, the surest first."""

    ALONE = 1
    STOP = 2
    TITLE = 3
    """Set in small letters, which any short sentence is too."""
    BARE = 4
    """In capitals, and the speech goes on without a stop."""
    FACE = 5
    """Set in small letters, in a type face that the speech after it has not."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What may be a cue: a name, how it is set, where it ends and where the speech begins."""

    name: str
    style: Style
    name_end: int
    end: int


def read_cue(block: Block) -> Cue | None:
    """Read what may be a cue at the start of a block."""
    if block.kind in (BlockKind.HEADING, BlockKind.DIRECTION, BlockKind.RULE) or block.speaker:
        return None
    text = block.text
    if faced := _faced(block):
        return faced
    found = islice(_TOKEN.finditer(text[:_REACH]), _MOST_TOKENS + 1)  # one more tells that there are more
    tokens = [(match.group(), match.start(), match.end()) for match in found]
    name = _capitals(tokens) or _title_case(tokens, text)
    if not name:
        return None
    written, end, style = name
    if text[end : end + 1] == ":" or (style is Style.TITLE and _LABELLED.match(text, end)):
        return None  # a label with a colon: `Prof. Eva Muster (Ulm): …`
    after = _PAREN.match(text, end) or (_MANNER.match(text, end) if style is Style.BARE else None)
    if after and style is not Style.TITLE:
        style = Style.STOP
    speech = after.end() if after else end
    if not has_words(text[speech:]):
        style = Style.TITLE if style is Style.TITLE else Style.ALONE
    return Cue(written, style, end, speech)


def _faced(block: Block) -> Cue | None:
    """Read a name in italics or bold type, which ends with a stop, before a speech in plain type."""
    if len(block.runs) < 2 or not (block.runs[0].italic or block.runs[0].bold):
        return None
    first, second = block.runs[:2]
    name = first.text.strip()
    tokens = name[:-1].split()
    if (second.italic, second.bold) == (first.italic, first.bold) or name[-1:] != ".":
        return None
    if not 0 < len(tokens) <= _MOST_TOKENS or not name[0].isupper() or "." in name[:-1].replace("r.", ""):
        return None
    if any(token[0].islower() and token not in _JOINERS for token in tokens) or name[:-1].isupper():
        return None
    end = len(first.text)
    after = _PAREN.match(block.text, end)
    return Cue(name[:-1], Style.FACE, end, after.end() if after else end)


def _capitals(tokens: Sequence[tuple[str, int, int]]) -> tuple[str, int, Style] | None:
    """Return a name in capitals at the start: as written, where it ends, and how it is set."""
    taken: list[str] = []
    end = 0
    for token, _, stop in tokens[:_MOST_TOKENS]:
        core = token.rstrip(".,:;")
        inner = core.replace("’", "").replace("'", "").replace("-", "").replace("/", "")
        joins = taken and core.lower() in _JOINERS
        number = _NUMERAL.fullmatch(core) is not None
        if number and not taken:
            taken.append(token)  # `2. BÜRGER.`
            continue
        if not (joins or number or (len(inner) > 1 and inner.isalpha() and inner.isupper())):
            break
        taken.append(core)
        end = stop
        if token.endswith(".") and core.lower() in _TITLES:
            taken[-1] = token
        elif token != core:
            ended = token[len(core)] in ".:" or (token[len(core)] == "," and len(token) == len(core) + 1)
            at = stop if token.endswith(".") else stop - (len(token) - len(core))
            return (" ".join(taken), at, Style.STOP if token.endswith(".") else Style.BARE) if ended else None
    while taken and taken[-1].lower() in _JOINERS and not taken[-1].isupper():
        taken.pop()
        end = tokens[len(taken) - 1][2] if taken else 0
    if all(name.rstrip(".").lower() in _TITLES or _NUMERAL.fullmatch(name.rstrip(".")) for name in taken):
        return None
    return " ".join(taken), end, Style.BARE


def _title_case(tokens: Sequence[tuple[str, int, int]], text: str) -> tuple[str, int, Style] | None:
    """Return `Algernon.` or `Lady Bracknell.` at the start, or a name that is the whole of the text."""
    taken: list[str] = []
    for token, start, stop in tokens[:_MOST_TOKENS]:
        core = token.rstrip(".")
        if (taken and token in _JOINERS) or (token == tokens[0][0] and _NUMERAL.fullmatch(core)):
            taken.append(token)
            continue
        if taken and token[0] in "([" and _STOPPED.match(text, start):
            return " ".join(taken), start - 1, Style.TITLE  # `Lane (bows). Yes, sir.`
        numbered = len(taken) > 0 and _NUMERAL.fullmatch(core) is not None
        if not numbered and not (core[:1].isupper() and core.replace("’", "").replace("-", "").isalpha()):
            return None
        if token == core or (len(token) == len(core) + 1 and core.lower() in _TITLES):
            taken.append(token)
            continue
        if (len(core) < 2 and not numbered) or len(token) > len(core) + 1:
            return None
        return " ".join((*taken, core)), stop, Style.TITLE
    return (" ".join(taken), len(text), Style.TITLE) if len(taken) == len(tokens) else None
